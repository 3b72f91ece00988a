"""While a form is filled in: nothing is refused, odd cells are seen, and a line counts what is not yet filled in."""

from __future__ import annotations

import io
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.datavalidation import DataValidation

from chalicelib import folders
from chalicelib.domain.programme.conditions import parse_condition
from chalicelib.domain.programme.kinds import DATE, FLAG, FLOW, MEASURE, MONEY, Kind
from chalicelib.domain.programme.model import Form, Period, Programme, Unit
from chalicelib.domain.submission.dates import read_date
from chalicelib.domain.submission.typed_figures import accepted_units, read_typed
from chalicelib.domain.values import Value
from chalicelib.intake.check import check_workbook
from chalicelib.workbook.form.conditions import Cells, tell_asked
from chalicelib.workbook.form.filling import Contents, fill_in, save
from chalicelib.workbook.form.guidance import LONGEST_FORMULA, join_cells, make_hint
from chalicelib.workbook.form.template import make_template
from infra.machine import find_program
from tests.report.conftest import convert

EXCEL_LONGEST = {"promptTitle": 32, "errorTitle": 32, "prompt": 255, "error": 255, "formula1": 255}
UNITS = accepted_units("đồng", ("tổ", "buổi", "vụ", "cuộc"))

READ = [
    "không", "Không có", "KHÔNG PHÁT SINH", "-", "–", "0 vụ", "09 tổ", "15 buổi", "01", "1,4 tỷ", "3 triệu", "1.234",
    "05 (năm) cuộc", "mười hai", "Ba", "một triệu năm trăm nghìn", "₫ 5.000", " 7 ", "1 234", "2 tỷ 500 triệu",
]  # fmt: skip
NOT_READ = ["nhiều", "hơn 500", "khoảng 20", "trên 30", "x", "/", "…", "chưa có", "n/a", "đủ"]


def list_forms() -> list[tuple[Programme, Form, Unit, Period]]:
    """Each form of the shipped programmes, for the first unit that owes it."""
    found = {}
    for folder in folders.find_folders():
        programme = folders.load_folder(folder)
        for duty in reversed(programme.duties):
            unit = next((each for each in programme.units if each.type == duty.unit_type), None)
            if unit:
                form, period = programme.form_by_code[duty.form], programme.period_by_code[duty.period]
                found[programme.code, form.code] = (programme, form, unit, period)
    return list(found.values())


FORMS = list_forms()


def list_validations(data: bytes) -> list[DataValidation]:
    return [rule for sheet in load_workbook(io.BytesIO(data)) for rule in sheet.data_validations.dataValidation]


@pytest.mark.parametrize("asked", FORMS, ids=lambda asked: asked[1].code)
def test_no_cell_refuses_what_is_typed(asked: tuple[Programme, Form, Unit, Period]) -> None:
    rules = list_validations(make_template(*asked))
    assert rules
    assert {rule.errorStyle for rule in rules if rule.type} == {"warning"}


@pytest.mark.parametrize("asked", FORMS, ids=lambda asked: asked[1].code)
def test_excel_can_hold_every_text_and_formula(asked: tuple[Programme, Form, Unit, Period]) -> None:
    data = make_template(*asked)
    for rule in list_validations(data):
        assert rule.prompt
        for name, longest in EXCEL_LONGEST.items():
            assert len(getattr(rule, name) or "") <= longest, name
    cells = (cell for sheet in load_workbook(io.BytesIO(data)) for row in sheet.iter_rows() for cell in row)
    assert all(len(str(cell.value)) <= LONGEST_FORMULA for cell in cells if cell.data_type == "f")


@pytest.mark.parametrize("asked", FORMS, ids=lambda asked: asked[1].code)
def test_cells_of_one_kind_share_one_validation_and_one_colour(asked: tuple[Programme, Form, Unit, Period]) -> None:
    for sheet in load_workbook(io.BytesIO(make_template(*asked))):
        rules = [(each.type, each.formula1, each.prompt) for each in sheet.data_validations.dataValidation]
        assert len(rules) == len(set(rules)) <= 12
        marks = sum(len(each.sqref.ranges) for each in sheet.data_validations.dataValidation if "cả mục" in each.prompt)
        assert len(list(sheet.conditional_formatting)) <= 5 + marks


def test_cells_are_joined_down_their_columns() -> None:
    cells = [(9, 4), (10, 4), (12, 4), (9, 5), (10, 5)]
    assert [each.name for each in join_cells(cells)] == ["E10:E11", "E13", "F10:F11"]


# LibreOffice


def calculate(formulas: list[tuple[object, str]], folder: Path) -> list[str]:
    """The result of each formula beside its value, in LibreOffice; {cell} in a formula is the value's cell."""
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    for row, (value, formula) in enumerate(formulas, start=1):
        sheet.cell(row, 1, value)  # type: ignore[arg-type]
        sheet.cell(row, 2, f"={formula.format(cell=f'A{row}')}")
        if isinstance(value, str):
            sheet.cell(row, 1).data_type = "s"
    path = folder / "formulas.xlsx"
    path.write_bytes(save(workbook))
    (folder / "out").mkdir()
    calculated = load_workbook(convert(path, "xlsx", folder / "out"), data_only=True).worksheets[0]
    return [str(calculated.cell(row, 2).value) for row in range(1, len(formulas) + 1)]


def is_read(value: Any, kind: Kind) -> bool:
    return read_typed(str(value), kind, units=UNITS).number is not None


@pytest.mark.office
def test_odd_is_what_the_reader_does_not_take_and_nothing_that_it_takes(programme: Programme, tmp_path: Path) -> None:
    period = programme.period_by_code["6-thang"]
    odd = {kind: make_hint(kind, "", window=period.window).odd for kind in (FLOW, MEASURE, MONEY, FLAG, DATE)}
    assert [is_read(text, FLOW) for text in (*READ, *NOT_READ)] == [True] * len(READ) + [False] * len(NOT_READ)
    days = ["05/02/2022", "ngày 5/2/2022", "Ngày 5 tháng 2 năm 2022", "2022-02-05"]
    assert all(read_date(day).day for day in days)
    cases: list[tuple[Kind, Value | None, bool]] = [
        *((FLOW, text, False) for text in READ),
        *((FLOW, text, True) for text in NOT_READ),
        *((FLOW, value, False) for value in (0, 12, 1234567, None)),
        (FLOW, -3, True), (MEASURE, -3, True), (MEASURE, 0, False), (MONEY, 1400000000, False),
        *((FLAG, text, False) for text in ("Có", "không", "x", "1", 1, 0, "đã có")), (FLAG, "nhiều", True),
        *((DATE, text, False) for text in (*days, "nt", "như trên", 44600)),
        *((DATE, value, True) for value in (2022, 40000, "chưa rõ", "tháng 5")),
    ]  # fmt: skip
    fractions: list[tuple[Kind, object, bool]] = [(FLOW, 1.5, True), (MEASURE, 1.5, False)]
    asked = [*cases, *fractions]
    told = calculate([(value, odd[kind]) for kind, value, _ in asked], tmp_path)
    wrong = [(kind.code, value) for (kind, value, is_odd), result in zip(asked, told, strict=True)
             if result != str(int(is_odd))]  # fmt: skip
    assert wrong == []


def read_lines(data: bytes) -> dict[str, str]:
    """The counting line of each sheet, as calculated."""
    cells = {
        sheet.title: cell.value
        for sheet in load_workbook(io.BytesIO(data), data_only=True)
        for row in sheet.iter_rows(max_row=3)
        for cell in row
        if str(cell.value).startswith("Trang tính này")
    }
    return {title: str(value) for title, value in cells.items()}


@pytest.fixture(scope="module")
def half() -> Contents:
    """A form half-way: figures, some in words, three odd, a section marked, a word that is no mark, tables begun."""
    return Contents(
        values={"A01": "09 văn bản", "A03": "không", "A04": "mười hai", "B05": 20, "B06": "nhiều", "B07": -1,
                "B08": 2.5, "F63": "1,4 tỷ", "F70": 1.5, "khen-thuong": "x", "ngay-hoi": "không"},
        tables={"dia-ban": [{"ten": "Thôn A", "xa": "Xã B"}, {"ten": "Thôn C", "so_nguoi": "nhiều"}],
                "mo-hinh": [{"ten": "Mô hình D"}]},
    )  # fmt: skip


@pytest.mark.office
def test_the_line_counts_what_the_check_finds(
    programme: Programme, half: Contents, make_workbook: Callable[..., bytes], tmp_path: Path
) -> None:
    form, unit = programme.form_by_code["bao-cao-6-thang"], programme.unit_by_code["180"]
    blank = make_template(programme, form, unit, programme.period_by_code["6-thang"])
    forms = {"trong": fill_in(blank, Contents()), "nua": fill_in(blank, half), "du": make_workbook()}
    paths = [tmp_path / f"{name}.xlsx" for name in forms]
    for path, data in zip(paths, forms.values(), strict=True):
        path.write_bytes(data)
    (tmp_path / "out").mkdir()
    subprocess.run(
        [find_program("soffice"), f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to",
         "xlsx", "--outdir", str(tmp_path / "out"), *map(str, paths)], check=True, capture_output=True, timeout=180,
    )  # fmt: skip
    saved = {path.stem: (tmp_path / "out" / path.name).read_bytes() for path in paths}
    lines = {name: read_lines(data) for name, data in saved.items()}

    def count(name: str, code: str) -> int:
        return sum(issue.code == code for issue in check_workbook(saved[name], programme).issues)

    assert lines["trong"] == {
        "Số liệu": f"Trang tính này còn {count('trong', 'cell.missing')} ô bắt buộc chưa ghi",
        "Bảng 1": "Trang tính này chưa kê dòng nào", "Bảng 2": "Trang tính này chưa kê dòng nào",
        "Thuyết minh": "Trang tính này còn 1 ô bắt buộc chưa ghi",
    }  # fmt: skip
    assert lines["trong"] == read_lines(blank)
    assert lines["nua"] == {
        "Số liệu": f"Trang tính này còn {count('nua', 'cell.missing')} ô bắt buộc chưa ghi; 4 ô cần xem lại",
        "Bảng 1": "Trang tính này đã kê 2 dòng; còn 1 ô bắt buộc chưa ghi; 1 ô cần xem lại",
        "Bảng 2": "Trang tính này đã kê 1 dòng; còn 3 ô bắt buộc chưa ghi",
        "Thuyết minh": "Trang tính này còn 1 ô bắt buộc chưa ghi",
    }  # fmt: skip
    assert count("nua", "table.cell_missing") == 4
    assert {line.partition("đã ghi đủ")[2] for line in (lines["du"]["Số liệu"], lines["du"]["Thuyết minh"])} == {
        " các ô bắt buộc"
    }
    assert [issue.code for issue in check_workbook(saved["du"], programme).issues] == []


def test_a_reader_of_the_form_does_not_see_the_line(programme: Programme, make_workbook: Callable[..., bytes]) -> None:
    """Whether it was calculated or not, and whatever it says."""
    data = make_workbook()
    for text in (None, "Trang tính này còn 12 ô bắt buộc chưa ghi; 1 ô cần xem lại"):
        workbook = load_workbook(io.BytesIO(data))
        if text:
            workbook["Số liệu"]["A3"].value = text
        outcome = check_workbook(save(workbook), programme)
        assert (outcome.status, outcome.issues) == ("accepted", check_workbook(data, programme).issues)


def test_a_flag_is_asked_for_by_its_number_too_and_a_choice_by_its_own_words_alone() -> None:
    flag, choice = Cells({"Q1": "E5"}, {}, {}), Cells({}, {"Q1": "E5"}, {})
    for number, word in (("1", "Có"), ("0", "Không"), ("0|1", "Không|Có")):
        assert tell_asked(parse_condition(f"Q1 = {number}"), flag) == tell_asked(parse_condition(f"Q1 = {word}"), flag)
    assert '"|có|"' in tell_asked(parse_condition("Q1 = Có"), choice)
    assert '"|5|1|"' in tell_asked(parse_condition("Q1 = 5|1"), choice)
