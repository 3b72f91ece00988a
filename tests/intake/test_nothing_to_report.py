"""The mark “Không phát sinh” in a workbook: found where its row went, read as it is typed, and held against figures."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from chalicelib.cli import render_outcome
from chalicelib.domain.programme.model import Programme
from chalicelib.domain.submission.records import Outcome, Status
from chalicelib.intake.check import check_workbook
from chalicelib.intake.copying import make_marked_copy
from chalicelib.workbook.form import marks
from chalicelib.workbook.form.filling import Contents, fill_in
from chalicelib.workbook.form.template import make_template
from tests.intake.editing import edit
from tests.markdown import make_xlsx
from tests.nothing_to_report import FORM, PERIOD, load_markable
from tests.report.conftest import convert

SECTION = "tuyen-truyen"
REST = {"A03": 0, "A04": 0}
FIGURES = "Số liệu"


@pytest.fixture(scope="module")
def small() -> Programme:
    return load_markable()


@pytest.fixture(scope="module")
def template(small: Programme) -> bytes:
    return make_template(small, small.form_by_code[FORM], small.units[0], small.period_by_code[PERIOD])


def send(small: Programme, template: bytes, typed: dict[str, object], **tables: list[dict[str, object]]) -> Outcome:
    return check_workbook(fill_in(template, Contents(REST | typed, tables)), small)


def tell(outcome: Outcome) -> list[tuple[str, str]]:
    return [(issue.code, issue.cell) for issue in outcome.issues]


def find_row(sheet: Worksheet, code: str) -> int:
    return next(cell.row for (cell,) in sheet.iter_rows(max_col=1) if cell.value == code)


# The blank form


def test_the_mark_stands_in_the_heading_of_its_section_to_be_typed(template: bytes) -> None:
    sheet = load_workbook(io.BytesIO(template))[FIGURES]
    row = find_row(sheet, SECTION)
    assert [sheet.cell(row, column).value for column in (2, 4, 5)] == ["I. Tuyên truyền", marks.NOTHING, None]
    assert [sheet.cell(row, column).protection.locked for column in (1, 4, 5)] == [True, True, False]
    assert sheet.cell(row + 1, 1).value == "A01"
    rules = [rule for rule in sheet.data_validations.dataValidation if sheet.cell(row, 5).coordinate in rule.sqref]
    assert [rule.formula1 for rule in rules] == ['"x"']


def test_its_code_is_not_seen(template: bytes) -> None:
    sheet = load_workbook(io.BytesIO(template))[FIGURES]
    cell = sheet.cell(find_row(sheet, SECTION), 1)
    assert cell.font.color.rgb == cell.fill.fgColor.rgb


def test_a_section_that_may_not_be_marked_has_no_mark(small: Programme, template: bytes) -> None:
    sheet = load_workbook(io.BytesIO(template))[FIGURES]
    words = [cell.value for row in sheet.iter_rows() for cell in row]
    assert words.count(marks.NOTHING) == 1
    assert "II. Lực lượng" in words


# Reading it


def test_a_marked_section_is_noughts_traced_to_the_mark(small: Programme, template: bytes) -> None:
    outcome = send(small, template, {SECTION: "x"})
    mark = f"E{find_row(load_workbook(io.BytesIO(template))[FIGURES], SECTION)}"
    assert (outcome.status, outcome.confirmed) == (Status.ACCEPTED, (SECTION,))
    assert {code: figure.value for code, figure in outcome.values.items()} == {
        "A01": 0, "A02": 0, "A03": 0, "A04": 0, "A05": 0,
    }  # fmt: skip
    assert [outcome.values[code].cell for code in ("A01", "A02")] == [mark, mark]
    assert [code for code, figure in outcome.values.items() if figure.confirmed] == ["A01", "A02"]


def test_the_answer_of_the_command_names_the_confirmed_sections(small: Programme, template: bytes) -> None:
    told = json.loads(json.dumps(render_outcome(send(small, template, {SECTION: "x"}))))
    assert (told["confirmed"], told["values"]["A01"]) == ([SECTION], 0)
    assert render_outcome(send(small, template, {"A01": 0, "A02": 0}))["confirmed"] == []


@pytest.mark.parametrize(
    "typed", ["x", "X", " x ", "x.", "✓", "✔", "☑", "×", "\u0445", "v", "có", "Có", "CÓ", "Không phát sinh", True]
)
def test_a_mark_is_read_as_people_type_it(small: Programme, template: bytes, typed: object) -> None:
    assert send(small, template, {SECTION: typed}).confirmed == (SECTION,)


@pytest.mark.parametrize("typed", ["0", 0, 1, "không", "-", "?", "ít", 12, False])
def test_anything_else_in_the_cell_is_an_error_there(small: Programme, template: bytes, typed: object) -> None:
    outcome = send(small, template, {SECTION: typed, "A01": 0, "A02": 0})
    mark = f"E{find_row(load_workbook(io.BytesIO(template))[FIGURES], SECTION)}"
    assert (outcome.status, outcome.confirmed) == (Status.REJECTED, ())
    assert tell(outcome) == [("mark.unclear", mark)]


@pytest.mark.parametrize("typed", ["", "   ", None])
def test_a_blank_is_no_mark(small: Programme, template: bytes, typed: object) -> None:
    outcome = send(small, template, {SECTION: typed})
    assert [code for code, _ in tell(outcome)] == ["cell.missing", "cell.missing"]


@pytest.mark.parametrize(
    ("typed", "codes"),
    [
        ({"A01": 5}, ["mark.contradicted"]),
        ({"A01": "05 buổi"}, ["mark.contradicted"]),
        ({"A01": 0}, []),
        ({"A01": "không"}, []),
        ({"A01": "abc"}, ["cell.not_a_number"]),
    ],
    ids=["a figure", "a figure in words", "a nought", "a nought in words", "what cannot be read"],
)
def test_a_mark_beside_a_figure(small: Programme, template: bytes, typed: dict[str, object], codes: list[str]) -> None:
    outcome = send(small, template, {SECTION: "x", **typed})
    assert [code for code, _ in tell(outcome)] == codes
    assert not outcome.values["A02"].value
    if "A01" in outcome.values:
        assert not outcome.values["A01"].confirmed


def test_a_row_of_the_sections_table_contradicts_its_mark(small: Programme, template: bytes) -> None:
    outcome = send(small, template, {SECTION: "x", "A03": 1}, to=[{"ten": "Tổ 1"}])
    (issue,) = outcome.errors
    assert (issue.code, "bảng “Danh sách tổ”" in issue.message, "B6" in issue.message) == (
        "mark.contradicted",
        True,
        True,
    )


# Where people have worked in it


def insert_row(workbook: Workbook) -> None:
    sheet = workbook[FIGURES]
    for merged in list(sheet.merged_cells.ranges):
        sheet.unmerge_cells(str(merged))
    sheet.insert_rows(find_row(sheet, SECTION), 2)


def move_below(workbook: Workbook) -> None:
    """The heading goes below the rows, as when all is sorted by the column of codes."""
    sheet = workbook[FIGURES]
    for merged in list(sheet.merged_cells.ranges):
        sheet.unmerge_cells(str(merged))
    row = find_row(sheet, SECTION)
    cells = [sheet.cell(row, column).value for column in range(1, sheet.max_column + 1)]
    sheet.delete_rows(row)
    sheet.append(cells)


def insert_column(workbook: Workbook) -> None:
    sheet = workbook[FIGURES]
    for merged in list(sheet.merged_cells.ranges):
        sheet.unmerge_cells(str(merged))
    sheet.insert_cols(4)


def lose_tokens(workbook: Workbook) -> None:
    sheet = workbook[FIGURES]
    for row in sheet.iter_rows():
        if any(isinstance(cell.value, str) and cell.value.startswith("@") for cell in row):
            for cell in row:
                cell.value = None


@pytest.mark.parametrize("change", [insert_row, move_below, insert_column, lose_tokens])
def test_a_mark_is_found_where_its_row_went(
    small: Programme, template: bytes, change: Callable[[Workbook], None]
) -> None:
    outcome = check_workbook(edit(fill_in(template, Contents({**REST, SECTION: "x"})), change), small)
    assert (outcome.status, outcome.confirmed) == (Status.ACCEPTED, (SECTION,)), outcome.issues


def test_a_mark_in_a_row_without_the_sections_code_is_none(small: Programme, template: bytes) -> None:
    """A mark is never taken by its position: the row must say which section it is of."""

    def change(workbook: Workbook) -> None:
        sheet = workbook[FIGURES]
        sheet.cell(find_row(sheet, SECTION), 1).value = None

    outcome = check_workbook(edit(fill_in(template, Contents({**REST, SECTION: "x"})), change), small)
    assert outcome.confirmed == ()
    assert [code for code, _ in tell(outcome)] == ["cell.missing", "cell.missing"]


def test_a_heading_that_was_merged_again_marks_nothing_and_is_no_fault(small: Programme, template: bytes) -> None:
    def change(workbook: Workbook) -> None:
        sheet = workbook[FIGURES]
        row = find_row(sheet, SECTION)
        for merged in [each for each in sheet.merged_cells.ranges if each.min_row == row]:
            sheet.unmerge_cells(str(merged))
        sheet.merge_cells(start_row=row, end_row=row, start_column=2, end_column=7)

    outcome = check_workbook(edit(fill_in(template, Contents({**REST, "A01": 0, "A02": 0})), change), small)
    assert (outcome.status, outcome.confirmed, outcome.issues) == (Status.ACCEPTED, (), ())


OLDER = """
## Số liệu
| Mã biểu: bieu ¦ Phiên bản: 2 ¦ Chương trình: nho ¦ Đơn vị: 001 ¦ Kỳ: nua-dau |
| Mã  | Chỉ tiêu | Số liệu  |
| @ma | @chi_tieu | @gia_tri |
| I. Tuyên truyền |
| A01 | Buổi tuyên truyền | 10 |
| A02 | Trong đó: ở trường học | 4 |
| A03 | Tổ tự quản | 0 |
| A04 | Pháo giao nộp | 1.5 |
| A05 | Tổng số buổi và tổ | 10 |
## Bảng 1
| STT | Tên tổ | Loại | Ngày lập | Số người |
| @bang:to | @ten | @loai | @ngay | @nguoi |
## Thuyết minh
| @ma | @chi_tieu | @gia_tri |
| ket-qua | Kết quả | Tốt |
"""


def test_a_workbook_from_before_there_were_marks_is_right_as_it_was(small: Programme) -> None:
    outcome = check_workbook(make_xlsx(OLDER), small)
    assert (outcome.status, outcome.issues, outcome.confirmed) == (Status.ACCEPTED, (), ())


def test_a_total_that_a_program_left_from_before_is_told_as_ever(small: Programme, template: bytes) -> None:
    def change(workbook: Workbook) -> None:
        sheet = workbook[FIGURES]
        sheet.cell(find_row(sheet, "A05"), 5).value = 9

    outcome = check_workbook(edit(fill_in(template, Contents({**REST, SECTION: "x"})), change), small)
    assert [code for code, _ in tell(outcome)] == ["total.differs"]


# The marked copy


@pytest.mark.parametrize("typed", [{SECTION: "không"}, {SECTION: "x", "A01": 5}], ids=["unclear", "contradicted"])
def test_the_marked_copy_shows_the_marks_cell(small: Programme, template: bytes, typed: dict[str, object]) -> None:
    data = fill_in(template, Contents(REST | typed))
    outcome = check_workbook(data, small)
    copy = make_marked_copy(data, outcome, small)
    assert copy is not None
    sheet = load_workbook(io.BytesIO(copy))[FIGURES]
    cell = sheet.cell(find_row(sheet, SECTION), 5)
    assert cell.comment is not None
    again = check_workbook(copy, small)
    assert tell(again) == tell(outcome)


@pytest.mark.office
@pytest.mark.parametrize("kind", ["ods", "xls"])
def test_the_same_is_read_and_shown_of_other_formats(
    small: Programme, template: bytes, tmp_path: Path, kind: str
) -> None:
    for name, typed in (("right", {SECTION: "✓"}), ("wrong", {SECTION: "x", "A01": 4})):
        path = tmp_path / f"{name}.xlsx"
        path.write_bytes(fill_in(template, Contents(REST | typed)))
        data = convert(path, kind, tmp_path).read_bytes()
        outcome = check_workbook(data, small)
        assert outcome.confirmed == (SECTION,)
        assert [code for code, _ in tell(outcome)] == ([] if name == "right" else ["mark.contradicted"])
        copy = make_marked_copy(data, outcome, small) if outcome.issues else None
        if copy:
            sheet = load_workbook(io.BytesIO(copy))[FIGURES]
            assert sheet.cell(find_row(sheet, SECTION), 5).comment is not None
            assert tell(check_workbook(copy, small)) == tell(outcome)
