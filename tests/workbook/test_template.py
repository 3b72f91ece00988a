"""The blank form: what an officer sees and may touch, and what the reader finds again."""

from __future__ import annotations

import io

import pytest
from openpyxl import load_workbook
from openpyxl.workbook import Workbook

from chalicelib.domain.programme.model import FormChange, Programme, Regime
from chalicelib.workbook.form import marks
from chalicelib.workbook.form.form_sheet import FormSheet
from chalicelib.workbook.form.layout import find_identities
from chalicelib.workbook.form.template import make_template
from chalicelib.workbook.reading.reader import read_workbook


def blank(programme: Programme, form: str = "bao-cao-6-thang", unit: str = "180", period: str = "6-thang") -> bytes:
    return make_template(
        programme, programme.form_by_code[form], programme.unit_by_code[unit], programme.period_by_code[period],
        previous={"B05": 77, "A02a": "04/CTr-BCĐ"},
    )  # fmt: skip


@pytest.fixture(scope="module")
def workbook(programme: Programme) -> Workbook:
    return load_workbook(io.BytesIO(blank(programme)))


def row_of(workbook: Workbook, code: str) -> int:
    sheet = workbook["Số liệu"]
    return next(cell.row for (cell,) in sheet.iter_rows(max_col=1) if cell.value == code)


def test_the_same_form_is_the_same_bytes(programme: Programme) -> None:
    assert blank(programme) == blank(programme)


def test_nothing_that_xlsxwriter_would_write_into_a_formula_is_left_out(
    programme: Programme, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = blank(programme)
    monkeypatch.delattr(FormSheet, "_prepare_formula")
    assert blank(programme) == made


def test_it_carries_the_head_of_an_official_document(workbook: Workbook) -> None:
    texts = [str(cell.value) for row in workbook["Số liệu"].iter_rows(max_row=7) for cell in row if cell.value]
    for text in ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", "HUYỆN TRÀNG ĐỊNH"):
        assert text in texts
    assert any("trước ngày 15/5/2022" in text for text in texts)


def test_only_cells_to_be_filled_in_are_unlocked(workbook: Workbook) -> None:
    sheet = workbook["Số liệu"]
    assert sheet.protection.sheet
    assert not sheet.cell(row_of(workbook, "B05"), 5).protection.locked
    for column in (1, 3, 4):
        assert sheet.cell(row_of(workbook, "B05"), column).protection.locked


def test_totals_are_formulas_and_locked(workbook: Workbook) -> None:
    cell = workbook["Số liệu"].cell(row_of(workbook, "I91"), 5)
    assert cell.data_type == "f"
    assert cell.protection.locked


def test_a_count_has_a_rule_of_its_kind_with_a_prompt(workbook: Workbook) -> None:
    sheet = workbook["Số liệu"]
    reference = f"E{row_of(workbook, 'B05')}"
    rules = [rule for rule in sheet.data_validations.dataValidation if reference in str(rule.sqref)]
    assert [(rule.type, rule.operator) for rule in rules] == [("custom", None)]
    assert "ghi 0" in str(rules[0].prompt)


def test_last_periods_figures_stand_beside_for_comparison(workbook: Workbook) -> None:
    assert workbook["Số liệu"].cell(row_of(workbook, "B05"), 6).value == 77


def test_a_flag_of_last_period_stands_beside_in_words(programme: Programme) -> None:
    unit, period = programme.unit_by_code["SYT"], programme.period_by_code["ke-hoach"]
    data = make_template(programme, programme.form_by_code["ke-hoach"], unit, period, previous={"A02": True})
    own = load_workbook(io.BytesIO(data))
    assert "Có" in [cell.value for cell in own["Số liệu"][row_of(own, "A02")]]


def test_it_prints_on_a4_one_page_wide_with_its_heading_repeated(workbook: Workbook) -> None:
    sheet = workbook["Số liệu"]
    assert sheet.page_setup.paperSize == 9
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)
    assert sheet.print_title_rows


def test_a_unit_is_asked_only_for_its_own_figures(programme: Programme) -> None:
    codes = {str(cell.value) for (cell,) in load_workbook(io.BytesIO(blank(programme)))["Số liệu"].iter_rows(max_col=1)}
    assert "D41b" not in codes
    assert "E53a" not in codes
    of_bac_son = load_workbook(io.BytesIO(blank(programme, unit="185")))["Số liệu"]
    assert "D41b" in {str(cell.value) for (cell,) in of_bac_son.iter_rows(max_col=1)}


def test_its_identity_is_found_by_each_mark_alone(programme: Programme) -> None:
    expected = [marks.Identity("ct138-2022", "bao-cao-6-thang", 1, "180", "6-thang")]
    book = read_workbook(blank(programme))
    assert find_identities(book) == expected
    book.sheets = [sheet for sheet in book.sheets if sheet.name != marks.META_SHEET]
    assert find_identities(book) == expected
    book = read_workbook(blank(programme))
    for sheet in book.sheets:
        sheet.cells = {} if sheet.name != marks.META_SHEET else sheet.cells
    assert find_identities(book) == expected


def test_instructions_name_the_periods_own_dates(workbook: Workbook) -> None:
    texts = [str(cell.value) for row in workbook["Hướng dẫn"].iter_rows() for cell in row if cell.value]
    assert any("trước ngày 15/5/2022" in text for text in texts)
    assert not any("{" in text for text in texts)


def test_the_reporting_regime_stands_on_the_sheet_of_help(programme: Programme) -> None:
    regime = Regime(name="Báo cáo công tác năm", frequency="Hằng năm")
    changed = Programme(**{name: getattr(programme, name) for name in Programme.model_fields} | {"regime": regime})
    texts = [str(cell.value) for row in load_workbook(io.BytesIO(blank(changed)))["Hướng dẫn"].rows for cell in row]
    assert texts.index("Tên báo cáo: Báo cáo công tác năm") < texts.index("Tần suất thực hiện báo cáo: Hằng năm")


def test_what_a_version_changed_stands_on_the_sheet_of_help(programme: Programme) -> None:
    form = programme.form_by_code["bao-cao-6-thang"]
    told = form.model_copy(
        update={"changes": (FormChange(version=2, changed=("B05",), note="đếm cả buổi trực tuyến"),)}
    )
    made = make_template(programme, told, programme.unit_by_code["180"], programme.period_by_code["6-thang"])
    texts = [str(cell.value) for row in load_workbook(io.BytesIO(made))["Hướng dẫn"].rows for cell in row]
    (line,) = (text for text in texts if text.startswith("Phiên bản 2: sửa B05 “"))
    assert line.endswith("”; đếm cả buổi trực tuyến.")


def test_last_years_figures_stand_in_a_column_of_their_own_where_there_are_any(programme: Programme) -> None:
    form, period = programme.form_by_code["bao-cao-6-thang"], programme.period_by_code["6-thang"]
    unit = programme.unit_by_code["180"]
    for last_year, shown in (({}, None), ({"B05": 66}, 66)):
        made = make_template(programme, form, unit, period, previous={"B05": 77}, last_year=last_year)
        workbook = load_workbook(io.BytesIO(made))
        row = row_of(workbook, "B05")
        cells = {cell.value: workbook["Số liệu"].cell(row, cell.column).value for cell in workbook["Số liệu"][8]}
        assert (cells["Kỳ trước"], cells.get("Cùng kỳ năm trước")) == (77, shown)
