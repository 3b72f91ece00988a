"""The consolidated workbook: what stands in it, that it adds up by itself, and that it is the same every time."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from chalicelib.domain.period.consolidate import consolidate
from chalicelib.domain.period.consolidation import Consolidation
from chalicelib.domain.period.edition import Difference, EditionInfo
from chalicelib.domain.period.totals import FigureState
from chalicelib.domain.programme.model import Outline
from chalicelib.report.archive import EPOCH
from chalicelib.report.plain import LONGEST_CELL, clean_text, disarm, fit_cell
from chalicelib.report.sheets import layout, lists
from chalicelib.report.sheets.charts import list_charts
from chalicelib.report.sheets.layout import Layout
from chalicelib.report.sheets.lists import sheet_names
from chalicelib.report.sheets.styles import NOT_PRINTED
from chalicelib.report.sheets.workbook import render_workbook
from tests.domain.builders import make_programme, make_state, make_submission, make_unit, place
from tests.report.conftest import HOSTILE, convert
from tests.report.documents import make_two_levels
from tests.report.samples import make_states, read_programme


@pytest.fixture(scope="module")
def data(made: Consolidation, edition: EditionInfo) -> bytes:
    return render_workbook(made, edition)


@pytest.fixture(scope="module")
def stored(data: bytes) -> Any:
    """As it is stored: formulas show the values that we computed."""
    return openpyxl.load_workbook(io.BytesIO(data), data_only=True)


@pytest.fixture(scope="module")
def live(data: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(data))


def rows_by_code(sheet: Any) -> dict[str, int]:
    codes = {sheet.cell(row, 1).value: row for row in range(1, sheet.max_row + 1)}
    return {code: row for code, row in codes.items() if code and re.fullmatch(r"[A-Z]\d+\w*", str(code))}


def read_row(sheet: Any, head: int, row: int) -> dict[str, Any]:
    """A row by the labels of the head; both count from 1."""
    return {cell.value: sheet.cell(row, cell.column).value for cell in sheet[head]}


def test_the_same_inputs_give_the_same_bytes(made: Consolidation, edition: EditionInfo, data: bytes) -> None:
    assert render_workbook(made, edition) == data
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {EPOCH}
        assert archive.testzip() is None


def test_every_sheet_is_there_and_ready_for_printing(stored: Any) -> None:
    assert stored.sheetnames == [
        "Bìa", "Tổng hợp", "Theo đơn vị", "Đối chiếu đơn vị", "Chỉ tiêu Chương trình", "Tình hình nộp",
        "So sánh cùng kỳ", "Biểu đồ", "Lưu ý", "Tên đã kê", "Thuyết minh", "Kê địa bàn phát động phong trào",
        "Kê mô hình tự quản về an ninh", "Nguồn số liệu", "Số liệu biểu đồ",
    ]  # fmt: skip
    for name in ("Tổng hợp", "Theo đơn vị", "Đối chiếu đơn vị", "Chỉ tiêu Chương trình", "Tình hình nộp", "Lưu ý"):
        sheet = stored[name]
        assert sheet.freeze_panes
        assert sheet.print_title_rows
        assert sheet.page_setup.paperSize == 9
        assert sheet.sheet_properties.pageSetUpPr.fitToPage


OFF_PAPER = (
    "Theo đơn vị",
    "Tên đã kê",
    "Thuyết minh",
    "Kê mô hình tự quản về an ninh",
    "Nguồn số liệu",
    "Số liệu biểu đồ",
)


@pytest.mark.parametrize("name", OFF_PAPER)
def test_lists_to_look_things_up_in_are_filtered_and_print_nothing(stored: Any, name: str) -> None:
    sheet = stored[name]
    assert NOT_PRINTED in sheet["A2"].value
    assert sheet[sheet.print_area.replace("$", "").rpartition("!")[2]].value is None
    assert name in ("Theo đơn vị", "Tên đã kê", "Số liệu biểu đồ") or sheet.auto_filter.ref


def test_the_cover_leads_to_every_sheet(stored: Any) -> None:
    links = [row[0] for row in stored["Bìa"].iter_rows() if row[0].hyperlink]
    assert [cell.value for cell in links] == stored.sheetnames[1:]
    assert [cell.hyperlink.location for cell in links] == [f"'{name}'!A1" for name in stored.sheetnames[1:]]


@pytest.mark.parametrize(("title", "name"), [
    ("Kê mô hình tự quản về an ninh, trật tự", "Kê mô hình tự quản về an ninh"),
    ("Kê địa bàn phát động phong trào tập trung", "Kê địa bàn phát động phong trào"),
    ("Kê mô hình, tổ chức tự quản về an toàn", "Kê mô hình, tổ chức tự quản"),
    ("Kê tổ [đội] 1/2", "Kê tổ đội 1 2"),
    ("X" * 40, "X" * 31),
])  # fmt: skip
def test_a_sheet_is_named_in_whole_words(title: str, name: str) -> None:
    assert sheet_names((), titles=[title]) == [name]
    assert sheet_names((name,), titles=[title, title])[1].endswith(" 3")
    assert all(len(each) <= 31 for each in sheet_names((name,), titles=[title, title]))


def test_totals_are_formulas_whose_stored_values_are_ours(made: Consolidation, stored: Any, live: Any) -> None:
    totals, formulas = stored["Tổng hợp"], live["Tổng hợp"]
    rows = rows_by_code(totals)
    assert set(rows) == {indicator.code for indicator in made.tally.indicators}
    for code, row in rows.items():
        total = made.tally.headline(code)
        if total is None or total.value is None:
            continue
        assert str(formulas.cell(row, 5).value).startswith("=")
        assert Decimal(str(totals.cell(row, 5).value)) == pytest.approx(Decimal(total.value), rel=Decimal("1e-15"))


def test_missing_is_a_word_and_not_a_nought(made: Consolidation, stored: Any) -> None:
    sheet = stored["Theo đơn vị"]
    columns = {sheet.cell(5, column).value: column for column in range(4, 16)}
    row = rows_by_code(sheet)["B05"]
    assert sheet.cell(row, columns["Đình Lập"]).value == "thiếu"
    assert sheet.cell(row, columns["Chi Lăng"]).value == "thiếu"  # returned
    assert sheet.cell(row, columns["TP. Lạng Sơn"]).value == made.tally.figures["B05"]["178"].value


def test_every_figure_links_to_its_source(made: Consolidation, live: Any, stored: Any) -> None:
    sheet, sources = live["Theo đơn vị"], live["Nguồn số liệu"]
    row = rows_by_code(sheet)["B05"]
    link = sheet.cell(row, 4).hyperlink
    target = int(re.search(r"!A(\d+)", link.location)[1])  # type: ignore[index]
    figure = next(each for each in made.tally.figures["B05"].values() if each.state is FigureState.KNOWN)
    status = made.reporting.status_by_key[figure.unit, figure.form]
    found = read_row(sources, layout.SOURCES_HEAD + 1, target)
    assert (found["Mã"], found["Mã đơn vị"], found["Số liệu"]) == ("B05", "178", figure.value)
    assert (found["Trang tính"], found["Ô"]) == (figure.sheet, figure.cell)
    assert (found["Bản nộp"], found["Tệp"]) == (str(status.revision), status.file_name)
    file = read_row(stored["Tình hình nộp"], 4, 5)
    assert (file["Mã"], file["Tệp"], file["Mã lượt nộp"]) == ("178", status.file_name, status.upload_id)
    assert file["SHA-256 của tệp"] == status.sha256
    known = sum(
        figure.state is FigureState.KNOWN and bool(figure.cell)
        for by_unit in made.tally.figures.values() for figure in by_unit.values()
    )  # fmt: skip
    assert sources.max_row == layout.SOURCES_HEAD + 1 + known


CONSOLE = "https://bao-cao.vn/api/"


def know(made: Consolidation, field: str) -> Consolidation:
    """The same edition of a programme whose outlines say where the console is."""
    outlines = tuple(Outline.model_validate(each.model_dump() | {field: CONSOLE}) for each in made.programme.outlines)
    programme = made.programme.model_copy(update={"outlines": outlines})
    return replace(made, tally=replace(made.tally, programme=programme))


def list_addresses(data: bytes) -> set[str]:
    """Everything outside the workbook that a part of it leads to."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = [archive.read(name).decode() for name in archive.namelist() if name.endswith(".rels")]
    return {target for part in parts for target in re.findall(r'Target="([^"]*)" TargetMode="External"', part)}


@pytest.mark.parametrize("field", ["console_address", "qr_address"])
def test_the_provinces_figures_lead_to_their_pages_in_the_console(
    made: Consolidation, edition: EditionInfo, field: str
) -> None:
    data = render_workbook(know(made, field), edition)
    book = openpyxl.load_workbook(io.BytesIO(data))
    page = "https://bao-cao.vn/api/pv05/so-lieu/ct138-2022/nam"
    for name in ("Tổng hợp", "So sánh cùng kỳ"):
        rows = rows_by_code(book[name])
        assert len(rows) > 80
        leads = {code: book[name][f"E{row}"].hyperlink.target for code, row in rows.items()}
        assert leads == {code: f"{page}/{code}" for code in rows}
    assert list_addresses(data) == {f"{page}/{each.code}" for each in made.tally.indicators}


def test_nothing_leads_out_of_a_workbook_that_does_not_know_where_the_console_is(
    made: Consolidation, edition: EditionInfo, data: bytes
) -> None:
    assert list_addresses(data) == set()
    assert list_addresses(render_workbook(know(made, "console_address"), replace(edition, number=0))) == set()
    hostile = tuple(replace(each, text="https://xau.example/a") for each in made.texts)
    assert list_addresses(render_workbook(replace(made, texts=hostile), edition)) == set()


def test_a_finding_leads_to_what_it_is_about(made: Consolidation, live: Any, stored: Any) -> None:
    def find_lead(code: str) -> tuple[str, str]:
        """Of the first finding of this kind: the sheet and the cell."""
        text = next(each.text for each in made.findings if each.code == code)
        row = next(row for row in live["Lưu ý"].iter_rows(min_row=5) if row[2].value == text)
        sheet, _, cell = row[1].hyperlink.location.partition("!")
        return sheet.strip("'"), cell

    sheet, cell = find_lead("figure.estimated")
    assert sheet == layout.MATRIX
    assert "(ước)" in live[sheet][cell].number_format
    assert find_lead("report.missing") == (layout.STATUS, "A1")
    assert find_lead("target.unmet") == (layout.TARGETS, "A1")
    plan = Layout(made)
    assert plan.find_cell("B05") == (layout.TOTALS, f"E{rows_by_code(stored[layout.TOTALS])['B05']}")
    assert plan.find_cell("bao-cao-nam", unit="180") is None


def test_names_properties_charts_and_marks(made: Consolidation, live: Any, data: bytes) -> None:
    assert live.defined_names["TH_B05"].attr_text.startswith("'Tổng hợp'!$E$")
    assert "LAN_PHAT_HANH" in live.defined_names
    assert live.properties.title == "Báo cáo tổng hợp Năm 2022"
    assert made.inputs_hash in live.properties.description
    assert {each.name: each.value for each in live.custom_doc_props.props}["Lần phát hành"] == 3
    drawn = [each.title for group in list_charts(made, Layout(made)) for each in group.pictures]
    assert len(live["Biểu đồ"]._charts) == len(drawn) == 4 + 6 + 6
    for name in ("Tổng hợp", "Theo đơn vị", "Đối chiếu đơn vị", "Chỉ tiêu Chương trình", "Tình hình nộp"):
        assert list(live[name].conditional_formatting), name
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        charts = [name for name in archive.namelist() if name.startswith("xl/charts/chart")]
    assert len(charts) == len(drawn)


@pytest.mark.promise("disarmed")
def test_hostile_text_stays_text(live: Any, data: bytes) -> None:
    cells = [cell for row in live["Thuyết minh"].iter_rows() for cell in row if "cmd|" in str(cell.value)]
    assert cells
    assert all(cell.data_type == "s" for cell in cells)
    assert all("{{7*7}}" in cell.value and "<script>" in cell.value for cell in cells)
    formulas = [cell.value for sheet in live for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    assert formulas
    assert not [each for each in formulas if "cmd" in str(each)]
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert not [name for name in archive.namelist() if "externalLink" in name or "vba" in name]


@pytest.mark.promise("disarmed")
def test_a_cell_that_begins_like_a_formula_is_written_as_a_string(made: Consolidation, edition: EditionInfo) -> None:
    texts = tuple(replace(made.texts[0], text=hostile) for hostile in HOSTILE)
    book = openpyxl.load_workbook(io.BytesIO(render_workbook(replace(made, texts=texts), edition)))
    different = [hostile for hostile in HOSTILE if hostile != "\r=1"]  # which is one answer with "\t=1"
    cells = [row[3] for row in book["Thuyết minh"].iter_rows(min_row=5, max_row=4 + len(different))]
    assert {cell.data_type for cell in cells} == {"s"}
    assert [cell.value for cell in cells] == [clean_text(hostile) for hostile in different]


def test_text_beyond_a_cell_is_cut_with_a_word() -> None:
    cut = fit_cell("ă" * 40_000)
    assert len(cut) <= LONGEST_CELL
    assert "còn 7" in cut
    assert "tong-hop.json" in cut
    assert fit_cell("😀" * 20_000).encode("utf-16-le")  # no half of a pair is left
    assert disarm("=1") == "'=1"
    assert disarm("-") == "'-"


def test_differences_and_reason_of_a_supplement_have_a_sheet(made: Consolidation) -> None:
    info = EditionInfo(
        4, made.as_of, True, "Bổ sung của Đình Lập.", (Difference("189", "B05", "", None, 7, "mưa lũ"),), 3
    )
    book = openpyxl.load_workbook(io.BytesIO(render_workbook(made, info)))
    assert [cell.value for cell in book["Thay đổi"][5]] == [
        "Huyện Đình Lập", "B05. Cuộc, buổi tuyên truyền đã tổ chức", None, "7", "mưa lũ",
    ]  # fmt: skip


def test_no_report_at_all_still_makes_a_workbook(made: Consolidation) -> None:
    empty = consolidate(made.programme, "nam", [], as_of=made.as_of)
    book = openpyxl.load_workbook(io.BytesIO(render_workbook(empty, EditionInfo(1, empty.as_of, True))), data_only=True)
    assert book["Tổng hợp"].cell(rows_by_code(book["Tổng hợp"])["B05"], 5).value in (None, "")


# What stands there only where there is one


@pytest.fixture(scope="module")
def whole_data() -> bytes:
    """Every unit has sent, on time and without an estimate."""
    programme = read_programme()
    at = programme.period_by_code["6-thang"].lock + timedelta(hours=1)
    made = consolidate(programme, "6-thang", make_states(programme, "6-thang"), as_of=at)
    return render_workbook(made, EditionInfo(1, at, True))


@pytest.fixture(scope="module")
def whole(whole_data: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(whole_data), data_only=True)


def find_texts(sheet: Any) -> set[str]:
    return {cell.value for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)}


def test_missing_late_and_estimated_are_told_where_there_are_some(stored: Any) -> None:
    assert {"Thiếu", "Ước", "Đơn vị thiếu", "Đình Lập, Chi Lăng"} & find_texts(stored["Tổng hợp"]) >= {"Thiếu", "Ước"}
    assert "9/11 báo cáo: đúng hạn 8, muộn 1, chưa có 2, trong đó trả lại 1" in find_texts(stored["Bìa"])
    assert {"Muộn", "Chưa có", "Trả lại", "Ý kiến, lý do"} <= find_texts(stored["Tình hình nộp"])
    assert "Ước" in find_texts(stored["Nguồn số liệu"])


def test_an_edition_in_which_nothing_is_missing_or_late_does_not_speak_of_it(whole: Any) -> None:
    assert "11/11 báo cáo, tất cả đúng hạn" in find_texts(whole["Bìa"])
    for name in ("Bìa", "Tổng hợp", "Tình hình nộp", "Nguồn số liệu"):
        told = " ".join(find_texts(whole[name])).lower()
        assert not [word for word in ("thiếu", "muộn", "chưa có báo", "trả lại", "(ước)") if word in told], name
    assert not {"Ý kiến, lý do", "Được gia hạn đến"} & find_texts(whole["Tình hình nộp"])


def test_rates_are_counted_over_the_list_above_them(stored: Any, live: Any) -> None:
    sheet, formulas = stored["Tình hình nộp"], live["Tình hình nộp"]
    head = next(row for row in range(1, sheet.max_row + 1) if sheet.cell(row, 2).value == "Loại đơn vị")
    labels = [cell.value for cell in sheet[head]][1:8]
    assert labels == ["Loại đơn vị", "Phải gửi", "Đúng hạn", "Muộn", "Chưa có", "Trả lại", "Tỷ lệ đúng hạn"]
    assert [cell.value for cell in sheet[sheet.max_row]][2:7] == [11, 8, 1, 2, 1]
    assert all(str(cell.value).startswith("=") for cell in formulas[sheet.max_row][2:8])


# Units against each other


def test_units_stand_against_each_other_in_the_chosen_indicators(made: Consolidation, stored: Any, live: Any) -> None:
    sheet, formulas = stored["Đối chiếu đơn vị"], live["Đối chiếu đơn vị"]
    assert [cell.value for cell in sheet[4]][1:] == [
        f"{each.label} ({each.measure_unit})" for each in made.tally.charted
    ]
    rows = {row[0].value: [cell.value for cell in row[1:]] for row in sheet.iter_rows(min_row=5)}
    assert rows["Thành phố Lạng Sơn"] == [made.tally.figures[each.code]["178"].value for each in made.tally.charted]
    assert set(rows["Huyện Đình Lập"]) == {"thiếu"}
    totals = (made.tally.headline(each.code) for each in made.tally.charted)
    assert rows["Cộng: Huyện, thành phố"] == [total.value for total in totals if total]
    assert formulas["B5"].value == f"='Theo đơn vị'!D{rows_by_code(stored['Theo đơn vị'])['B05']}"
    scales = [rule.type for rules in sheet.conditional_formatting for rule in rules.rules]
    assert scales == ["colorScale"] * len(made.tally.charted)


def test_each_row_of_the_matrix_is_shaded_over_its_units(made: Consolidation, live: Any) -> None:
    sheet = live["Theo đơn vị"]
    rules = {str(area.sqref): rule.type for area in sheet.conditional_formatting for rule in area.rules}
    row = rows_by_code(sheet)["B05"]
    assert rules[f"D{row}:N{row}"] == "colorScale"


@pytest.fixture(scope="module")
def two_levels() -> Any:
    """Two communes of one name below two districts that send nothing themselves."""
    above = tuple(make_unit(code, name, "department") for code, name in (("10", "Văn Quan"), ("20", "Bắc Sơn")))
    below = tuple(
        make_unit(code, name).model_copy(update={"parent": parent})
        for code, name, parent in (("101", "Hòa Bình", "10"), ("102", "An Sơn", "10"), ("201", "Hòa Bình", "20"))
    )
    programme = make_programme(units=(*above, *below))
    sent = [
        make_state(make_submission(unit=unit.code, values=place(A1=number)))
        for unit, number in zip(below, (5, 7, 9), strict=True)
    ]
    made = consolidate(programme, "nam", sent, as_of=programme.periods[0].lock)
    return openpyxl.load_workbook(io.BytesIO(render_workbook(made, EditionInfo(1, made.as_of, True))), data_only=True)


def test_units_of_two_levels_stand_below_the_unit_above_them(two_levels: Any) -> None:
    matrix = two_levels["Theo đơn vị"]
    assert [[cell.value for cell in row[3:6]] for row in matrix["A4:F5"]] == [
        ["Huyện Văn Quan", None, "Huyện Bắc Sơn"], ["Hòa Bình", "An Sơn", "Hòa Bình"],
    ]  # fmt: skip
    rivals = [[cell.value for cell in row] for row in two_levels["Đối chiếu đơn vị"]["A4:C13"]]
    assert rivals[:4] == [
        ["Đơn vị", "Trực thuộc", "Chỉ tiêu A1 (lượt)"], ["Huyện Hòa Bình", "Huyện Văn Quan", 5],
        ["Huyện An Sơn", "Huyện Văn Quan", 7], ["Huyện Hòa Bình", "Huyện Bắc Sơn", 9],
    ]  # fmt: skip
    assert rivals[-3:] == [
        ["Đơn vị cấp trên", "Số đơn vị", "Chỉ tiêu A1 (lượt)"], ["Huyện Văn Quan", 2, 12], ["Huyện Bắc Sơn", 1, 9],
    ]  # fmt: skip
    for name in ("Tình hình nộp", "Nguồn số liệu"):
        assert read_row(two_levels[name], 4, 5)["Trực thuộc"] == "Huyện Văn Quan"
    assert "Huyện Hòa Bình, Huyện Bắc Sơn" in find_texts(two_levels["Số liệu biểu đồ"])


def test_subtotals_by_the_unit_above_add_up_to_the_total(two_levels: Any) -> None:
    sheet = two_levels["Theo cấp trên"]
    assert [[cell.value for cell in row[3:6]] for row in sheet["A4:F5"]] == [
        ["Huyện", None, None],
        ["Huyện Văn Quan (02 đơn vị)", "Huyện Bắc Sơn (01 đơn vị)", "Cộng"],
    ]  # fmt: skip
    row = rows_by_code(sheet)["A1"]
    assert [cell.value for cell in sheet[row][3:6]] == [12, 9, 21]


def test_what_several_units_wrote_alike_stands_in_one_row_with_their_cells(made: Consolidation, stored: Any) -> None:
    sheet = stored[layout.TEXTS]
    rows = sheet.iter_rows(min_row=lists.HEAD + 2, max_col=5, values_only=True)
    told = {(label, text): (count, str(units).split("; "), places) for label, count, units, text, places in rows}
    assert len(told) == sheet.max_row - lists.HEAD - 1
    assert all(count == len(units) for count, units, _ in told.values())
    label = next(each.narrative.label for each in made.texts if each.narrative.label.startswith("Kiến nghị"))
    asked = [each for each in made.texts if each.narrative.label == label and each.text.startswith("Đề nghị cấp thêm")]
    count, units, places = told[label, asked[0].text]
    assert (count, places) == (len(asked), f"{asked[0].sheet}!{asked[0].cell}")
    assert units == [made.tally.unit_by_code[each.unit].full_name for each in asked]
    assert told[label, "(trả lời không có)"][0] == sum(each.narrative.label == label for each in made.texts) - count - 1


def test_findings_are_told_in_words_and_by_topic(made: Consolidation, stored: Any) -> None:
    sheet = stored["Lưu ý"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=5)]
    assert {row[1] for row in rows} >= {"Gửi báo cáo", "Số liệu", "Chỉ tiêu Chương trình"}
    programme = made.programme
    codes = {*programme.indicator_by_code, *programme.form_by_code, *(each.code for each in programme.targets)}
    assert not [row for row in rows for word in re.findall(r"[\w-]+", " ".join(map(str, row))) if word in codes]


# LibreOffice


def _forget_values(data: bytes, path: Path) -> None:
    """The workbook without the values of its formulas, so that whoever shows them has computed them."""
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.infolist():
            content = source.read(entry)
            if entry.filename.startswith("xl/worksheets/sheet"):
                content = re.sub(rb"(</f>)<v>[^<]*</v>", rb"\1", content)
            target.writestr(entry.filename, content)


@pytest.mark.office
def test_libreoffice_computes_the_same_figures(data: bytes, stored: Any, tmp_path: Path) -> None:
    assert _count_alike(data, stored, tmp_path) > 250


@pytest.mark.office
def test_libreoffice_computes_the_same_subtotals_of_two_levels(tmp_path: Path) -> None:
    situation = make_two_levels()
    data = render_workbook(situation.consolidation, situation.edition)
    stored = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
    assert len(stored["Theo cấp trên"]["A5:G5"][0]) == 7
    _count_alike(data, stored, tmp_path)


def _count_alike(data: bytes, stored: Any, tmp_path: Path) -> int:
    """How many formulas LibreOffice computes as we did."""
    blank = tmp_path / "khong-gia-tri.xlsx"
    _forget_values(data, blank)
    (tmp_path / "out").mkdir()
    computed = openpyxl.load_workbook(convert(blank, "xlsx", tmp_path / "out"), data_only=True)
    live = openpyxl.load_workbook(io.BytesIO(data))
    compared = 0
    for sheet in live:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type != "f":
                    continue
                ours, theirs = (book[sheet.title][cell.coordinate].value for book in (stored, computed))
                compared += 1
                if ours in (None, ""):
                    assert theirs in (None, ""), f"{sheet.title}!{cell.coordinate}"
                else:
                    assert theirs == pytest.approx(ours, rel=1e-14), f"{sheet.title}!{cell.coordinate}"
    return compared
