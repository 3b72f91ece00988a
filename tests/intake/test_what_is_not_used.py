"""What a unit writes in and beside the form: used where it has one meaning, told where it is not used.

The small programme's workbook is written as markdown; each case changes one thing in it.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from chalicelib import folders
from chalicelib.domain.issues.issue import MOST_ALIKE
from chalicelib.domain.programme.model import Programme
from chalicelib.domain.submission.records import Outcome
from chalicelib.intake.check import check_workbook
from chalicelib.intake.copying import _mark_fresh_template
from chalicelib.workbook.form import tables
from chalicelib.workbook.reading.reader import read_workbook
from tests.intake.test_check import SMALL
from tests.markdown import make_xlsx

LINE = "Mã biểu: bieu ¦ Phiên bản: 2 ¦ Chương trình: nho ¦ Đơn vị: 001 ¦ Kỳ: nua-dau"
RIGHT = f"""
## Số liệu
| {LINE} |
| Mã  | Chỉ tiêu  | Đơn vị tính   | Số liệu  | Kỳ trước  | Ghi chú  |
| @ma | @chi_tieu | @don_vi_tinh  | @gia_tri | @ky_truoc | @ghi_chu |
| A01 | Buổi tuyên truyền | buổi | 10 | | |
| A02 | Trong đó: ở trường học | buổi | 4 | | |
| A03 | Tổ tự quản | tổ | 3 | | |
| A04 | Pháo giao nộp | kg | 1.5 | | |
| A05 | Tổng số buổi và tổ | mục | 13 | | |
## Bảng 1
| STT | Tên tổ | Loại | Ngày lập | Số người |
| @bang:to | @ten | @loai | @ngay | @nguoi |
| 1 | Tổ 1 | Hòa giải | 02/03/2022 | 5 |
| 2 | Tổ 2 | Tuần tra | 03/03/2022 | 6 |
| 3 | Tổ 3 | Tuần tra | 04/03/2022 | 7 |
## Thuyết minh
| @ma | @chi_tieu | @gia_tri |
| ket-qua | Kết quả | Tốt |
"""
LAST_ROW = "| 3 | Tổ 3 | Tuần tra | 04/03/2022 | 7 |\n"


@pytest.fixture(scope="module")
def small() -> Programme:
    return folders.load_folder(SMALL)


def change(before: str, after: str) -> bytes:
    assert before in RIGHT
    return make_xlsx(RIGHT.replace(before, after, 1))


def edit(data: bytes, by: Callable[[Workbook], None]) -> bytes:
    book = load_workbook(io.BytesIO(data))
    by(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def told(outcome: Outcome) -> list[tuple[str, str, str]]:
    return [(issue.code, issue.severity.value, issue.cell) for issue in outcome.issues]


def test_the_workbook_that_is_changed_here_has_nothing_to_tell(small: Programme) -> None:
    assert check_workbook(make_xlsx(RIGHT), small).issues == ()


# In and beside the form

A04 = "| A04 | Pháo giao nộp | kg | 1.5 | | |\n"
A05 = "| A05 | Tổng số buổi và tổ | mục | 13 | | |\n"

NOT_USED = {
    "a row without a code": (A04, "| | cấp xã | | 3 | | |\n" + A04, "D7"),
    "a row with an unknown code": (A04, "| A03x | cấp xã | | '3 tổ | | |\n" + A04, "D7"),
    "an approximate figure": (A04, "| | cấp xã | | hơn 30 | | |\n" + A04, "D7"),
    "a sum below the last row": (A05, A05 + "| | Cộng | | =SUM(D4:D8) | | |\n", "D9"),
    "a number right of the form": (A04, "| A04 | Pháo giao nộp | kg | 1.5 | | | '1.200 |\n", "G7"),
    "a number right of a table": (LAST_ROW, LAST_ROW.rstrip() + " 99 |\n", "F5"),
    "a paragraph without a code": ("| ket-qua | Kết quả | Tốt |", "| ket-qua | Kết quả | Tốt |\n| | | Còn nữa |", "C3"),
}


@pytest.mark.parametrize("case", NOT_USED)
def test_a_figure_that_is_not_used_is_told_with_its_row(small: Programme, case: str) -> None:
    before, after, cell = NOT_USED[case]
    outcome = check_workbook(change(before, after), small)
    assert told(outcome) == [("row.unused", "warning", cell)]
    assert f"dòng {cell[1:]} " in outcome.issues[0].message
    assert "không được sử dụng" in outcome.issues[0].message
    assert outcome.values == check_workbook(make_xlsx(RIGHT), small).values | outcome.values


NOTHING_TO_TELL = {
    "a note beside a figure": (A04, "| A04 | Pháo giao nộp | kg | 1.5 | | | theo báo cáo số 12 |\n"),
    "a heading between rows": (A04, "| II. Phần hai | | | | | |\n" + A04),
    "last period's figure": (A04, "| A04 | Pháo giao nộp | kg | 1.5 | 12 | |\n"),
    "a reckoning further down": (A05, A05 + "| |\n| | nháp | | 30 |\n"),
    "a signature below": (A05, A05 + "| | Người lập | | Lạng Sơn, ngày 10 tháng 5 năm 2022 |\n"),
    "a label in capitals and with a number": ("| Tổ tự quản |", "| 3. TỔ  TỰ QUẢN: |"),
    "a label that lost its end": ("| Trong đó: ở trường học |", "| Trong đó: ở trường |"),
    "no label": ("| Tổ tự quản |", "| |"),
    "another spelling of the unit of measure": ("| Buổi tuyên truyền | buổi |", "| Buổi tuyên truyền | Cuộc |"),
    "a unit of measure in an old font": ("| Tổ tự quản | tổ |", "| Tổ tự quản | tæ |"),
    "no unit of measure": ("| Tổ tự quản | tổ |", "| Tổ tự quản | |"),
}


@pytest.mark.parametrize("case", NOTHING_TO_TELL)
def test_nothing_is_told_of(small: Programme, case: str) -> None:
    assert told(check_workbook(change(*NOTHING_TO_TELL[case]), small)) == []


def test_many_figures_beside_the_form_are_one_message(small: Programme) -> None:
    rows = "".join(f"| | cấp {number} | | {number} | | |\n" for number in range(1, MOST_ALIKE + 2))
    (issue,) = check_workbook(change(A04, rows + A04), small).issues
    assert (issue.code, issue.cell, len(issue.related)) == ("row.unused", "D7", MOST_ALIKE)
    assert f"{MOST_ALIKE} chỗ khác" in issue.message


def test_a_remark_is_kept_beside_its_figure(small: Programme) -> None:
    outcome = check_workbook(change("| buổi | 10 | | |", "| buổi | 10 | | Giảm do dịch |"), small)
    assert (told(outcome), outcome.remarks) == ([], {"A01": "Giảm do dịch"})


def test_a_remark_that_is_merged_over_rows_is_each_ones(small: Programme) -> None:
    data = change("| buổi | 10 | | |", "| buổi | 10 | | Giảm do dịch |")
    outcome = check_workbook(edit(data, lambda book: book["Số liệu"].merge_cells("F4:F5")), small)
    assert (told(outcome), outcome.remarks) == ([], {"A01": "Giảm do dịch", "A02": "Giảm do dịch"})
    assert [each.cell for each in outcome.normalisations if each.reason == "merged"] == ["F5"]


@pytest.mark.parametrize(
    ("remark", "code"), [("CCCD 020088001234", "text.citizen_number"), ("a" * 1001, "text.too_long")]
)
def test_a_remark_is_held_to_what_any_text_is(small: Programme, remark: str, code: str) -> None:
    outcome = check_workbook(change("| buổi | 10 | | |", f"| buổi | 10 | | {remark} |"), small)
    assert told(outcome) == [(code, "error", "F4")]


# Two answers, another label, another unit of measure


def copy_figures(*, rows: range = range(2, 9), **other: int) -> Callable[[Workbook], None]:
    """The column of figures again in the column behind the form, with `other` figures in some cells."""

    def copy(book: Workbook) -> None:
        sheet = book["Số liệu"]
        for row in rows:
            sheet.cell(row, 7).value = other.get(f"G{row}", sheet.cell(row, 4).value)

    return copy


def test_a_column_that_was_copied_is_one_answer_only_where_both_agree(small: Programme) -> None:
    assert told(check_workbook(edit(make_xlsx(RIGHT), copy_figures()), small)) == []
    outcome = check_workbook(edit(make_xlsx(RIGHT), copy_figures(G4=77)), small)
    assert told(outcome) == [("form.code_twice", "error", "D4")]
    assert "A01" not in outcome.values


def test_a_column_that_was_copied_is_known_by_its_heading_alone(small: Programme) -> None:
    def copy(book: Workbook) -> None:
        copy_figures(G4=77)(book)
        book["Số liệu"]["G3"].value = None

    assert [code for code, _, _ in told(check_workbook(edit(make_xlsx(RIGHT), copy), small))] == ["form.code_twice"]


def test_a_column_without_a_heading_is_figures_beside_the_form(small: Programme) -> None:
    data = edit(make_xlsx(RIGHT), copy_figures(rows=range(4, 9), G4=77))
    assert {code for code, _, _ in told(check_workbook(data, small))} == {"row.unused"}


def test_a_column_of_a_table_that_was_copied_is_one_answer_only_where_both_agree(small: Programme) -> None:
    heads = ("| @nguoi |", "| @nguoi | @nguoi |")
    right = RIGHT.replace(*heads).replace("| 5 |\n", "| 5 | 5 |\n")
    assert told(check_workbook(make_xlsx(right), small)) == []
    outcome = check_workbook(make_xlsx(right.replace("| 5 | 5 |", "| 5 | 8 |")), small)
    assert told(outcome) == [("form.code_twice", "error", "E3")]


DIFFERENT = {
    "rows sorted without their codes": (
        [("| Buổi tuyên truyền | buổi |", "| Tổ tự quản | tổ |"),
         ("| A03 | Tổ tự quản | tổ |", "| A03 | Buổi tuyên truyền | buổi |")],
        [("form.label_differs", "error", "B4"), ("form.label_differs", "error", "B6")],
    ),
    "a word added": ([("| Tổ tự quản |", "| Tổ tự quản mới |")], [("form.label_differs", "warning", "B6")]),
    "an end that may be several rows'": ([("| Tổ tự quản |", "| T |")], [("form.label_differs", "warning", "B6")]),
    "another unit of measure": ([("| kg | 1.5 |", "| tấn | 1.5 |")], [("form.unit_differs", "error", "C7")]),
    "a narrative under the heading of a figure": (
        [("| ket-qua | Kết quả |", "| ket-qua | Tổ tự quản |")], [("form.label_differs", "error", "B2")],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", DIFFERENT)
def test_a_label_or_unit_of_measure_that_is_not_the_forms_is_told(small: Programme, case: str) -> None:
    changes, expected = DIFFERENT[case]
    text = RIGHT
    for before, after in changes:
        assert before in text
        text = text.replace(before, after, 1)
    assert told(check_workbook(make_xlsx(text), small)) == expected


# Totals


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("'13", []),
        ("'13 mục", []),
        ("'14", [("total.differs", "error", "D8")]),
        ("hơn 10", [("cell.approximate", "error", "D8")]),
        ("'13 quả", [("cell.other_unit", "error", "D8")]),
    ],
)
def test_a_total_typed_as_text_is_read_like_any_figure(small: Programme, typed: str, expected: list[Any]) -> None:
    assert told(check_workbook(change("| mục | 13 |", f"| mục | {typed} |"), small)) == expected


def test_a_broken_total_is_computed_and_told(small: Programme) -> None:
    def break_it(book: Workbook) -> None:
        book["Số liệu"]["D8"].value = "#REF!"
        book["Số liệu"]["D8"].data_type = "e"

    outcome = check_workbook(edit(make_xlsx(RIGHT), break_it), small)
    assert told(outcome) == [("total.broken", "warning", "D8")]
    assert outcome.values["A05"].value == 13


# Rows of tables

TOTALS = {
    "with a colon": ("| | Tổng: | | | 18 |", "table.total_row", "B6"),
    "of the whole district": ("| | Tổng cộng toàn huyện | | | 18 |", "table.total_row", "B6"),
    "of parts": ("| | Cộng (I+II) | | | 18 |", "table.total_row", "B6"),
    "in the column of numbers": ("| TỔNG SỐ | | | | '18 người |", "table.total_row", "E6"),
    "with another sum": ("| | Tổng: | | | 19 |", "table.total_differs", "E6"),
}


@pytest.mark.parametrize("case", TOTALS)
def test_a_row_of_totals_is_not_counted_and_its_sum_is_compared(small: Programme, case: str) -> None:
    row, code, cell = TOTALS[case]
    outcome = check_workbook(change(LAST_ROW, LAST_ROW + row + "\n"), small)
    assert told(outcome) == [(code, "warning", cell)]
    assert len(outcome.tables["to"]) == 3


def test_a_total_over_a_cell_that_could_not_be_read_is_not_called_wrong(small: Programme) -> None:
    unread = LAST_ROW.replace("| 7 |", "| hơn 7 |")
    assert unread != LAST_ROW
    outcome = check_workbook(change(LAST_ROW, unread + "| | Tổng: | | | 19 |\n"), small)
    assert [code for code, _, _ in told(outcome)] == ["cell.approximate", "table.total_row"]


def test_each_total_may_be_that_of_its_own_part(small: Programme) -> None:
    parts = f"| | Cộng I | | | 11 |\n{LAST_ROW}| | Cộng II | | | 7 |\n| | Cộng (I+II) | | | 18 |\n"
    outcome = check_workbook(change(LAST_ROW, parts), small)
    assert {code for code, _, _ in told(outcome)} == {"table.total_row"}


@pytest.mark.parametrize("name", ["Cộng đồng Nà Pài", "Tổng công ty Than", "Cộng Hòa", "Tổng kho"])
def test_a_name_that_begins_like_a_total_is_a_row(small: Programme, name: str) -> None:
    outcome = check_workbook(change("| 3 | Tổ 3 | Tuần tra |", f"| 3 | {name} | |"), small)
    assert told(outcome) == []
    assert outcome.tables["to"][2].values["ten"] == name


SIGNATURE = """| | | | |
| | | Lạng Sơn, ngày 10 tháng 5 năm 2022 | |
| | | TRƯỞNG CÔNG AN HUYỆN | |
| | | | |
| | | Nguyễn Văn A | |
"""


def test_a_signature_under_a_table_is_one_message(small: Programme) -> None:
    outcome = check_workbook(change(LAST_ROW, LAST_ROW + SIGNATURE), small)
    assert told(outcome) == [("table.signature", "warning", "C7")]
    assert len(outcome.tables["to"]) == 3


@pytest.mark.parametrize("line", ["Lạng Sơn, ngày 10/5/2022", "KT. TRƯỞNG BAN", "Ghi chú: số liệu tính đến 14/5"])
def test_a_signature_may_begin_with(small: Programme, line: str) -> None:
    outcome = check_workbook(change(LAST_ROW, LAST_ROW + f"| | | {line} | |\n| | | Nguyễn Văn A | |\n"), small)
    assert told(outcome) == [("table.signature", "warning", "C6")]


def test_a_row_that_is_not_finished_is_no_signature(small: Programme) -> None:
    outcome = check_workbook(change(LAST_ROW, LAST_ROW + "| | | Trưởng thôn | | |\n"), small)
    assert {code for code, _, _ in told(outcome)} >= {"table.cell_missing"}


@pytest.mark.parametrize("mark", ["nt", "Nt.", "-nt-", '"', "″", "〃", "như trên", "Như trên."])
def test_a_ditto_mark_means_the_cell_above_and_is_recorded(small: Programme, mark: str) -> None:
    outcome = check_workbook(change("| Tổ 3 | Tuần tra |", f"| Tổ 3 | {mark} |"), small)
    assert told(outcome) == []
    assert outcome.tables["to"][2].values["loai"] == "Tuần tra"
    (reading,) = (each for each in outcome.normalisations if each.reason == "ditto")
    assert (reading.cell, reading.found, reading.read_as) == ("C5", mark, "Tuần tra")


def test_a_ditto_mark_without_anything_above_or_among_figures_is_an_error(small: Programme) -> None:
    first = check_workbook(change("| 1 | Tổ 1 |", "| 1 | nt |"), small)
    assert told(first) == [("table.nothing_above", "error", "B3")]
    figure = check_workbook(change("| 04/03/2022 | 7 |", "| 04/03/2022 | nt |"), small)
    assert told(figure) == [("cell.not_a_number", "error", "E5")]
    wrong_above = RIGHT.replace("| Tổ 2 | Tuần tra |", "| Tổ 2 | Khác |").replace(
        "| Tổ 3 | Tuần tra |", "| Tổ 3 | nt |"
    )
    assert told(check_workbook(make_xlsx(wrong_above), small)) == [("cell.not_a_choice", "error", "C4")]


def merge(cells: str) -> Callable[[Workbook], None]:
    return lambda book: book["Bảng 1"].merge_cells(cells)


def test_a_text_merged_over_rows_holds_for_each_and_a_figure_for_none(small: Programme) -> None:
    text = check_workbook(edit(make_xlsx(RIGHT), merge("C4:C5")), small)
    assert told(text) == []
    assert [row.values["loai"] for row in text.tables["to"]] == ["Hòa giải", "Tuần tra", "Tuần tra"]
    assert [each.cell for each in text.normalisations if each.reason == "merged"] == ["C5"]
    figure = check_workbook(edit(make_xlsx(RIGHT), merge("E3:E5")), small)
    assert told(figure) == [("cell.merged", "error", "E3")]
    assert all("nguoi" not in row.values for row in figure.tables["to"])


def test_a_row_whose_cells_are_all_merged_with_the_row_above_is_no_row(small: Programme) -> None:
    def merge_all(book: Workbook) -> None:
        for column in "BCDE":
            book["Bảng 1"].merge_cells(f"{column}5:{column}6")

    outcome = check_workbook(edit(make_xlsx(RIGHT), merge_all), small)
    assert (told(outcome), len(outcome.tables["to"])) == ([], 3)


def test_a_missing_table_raises_no_rules_about_its_rows(small: Programme) -> None:
    without = edit(make_xlsx(RIGHT), lambda book: book.remove(book["Bảng 1"]))
    assert [code for code, _, _ in told(check_workbook(without, small))] == ["table.missing"]


def test_a_row_that_stands_twice_is_a_warning(small: Programme) -> None:
    again = LAST_ROW.replace("Tổ 3", "TỔ  3")
    outcome = check_workbook(change(LAST_ROW, LAST_ROW + again + again), small)
    assert ("table.row_twice", "warning", "B6") in told(outcome)
    assert len([code for code, _, _ in told(outcome) if code == "table.row_twice"]) == 1


def test_a_table_of_more_rows_than_a_unit_can_list_is_not_read(
    small: Programme, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "MOST_ROWS", 3)
    assert told(check_workbook(make_xlsx(RIGHT), small)) == []
    outcome = check_workbook(change(LAST_ROW, LAST_ROW + LAST_ROW.replace("Tổ 3", "Tổ 4")), small)
    assert told(outcome) == [("table.too_many_rows", "error", "B6")]
    assert (outcome.issues[0].found, outcome.issues[0].expected) == ("04", "03")


# The copy that comes back


def test_remarks_and_totals_are_in_the_template_that_is_filled_in_anew(
    programme: Programme, make_workbook: Callable[..., bytes]
) -> None:
    def write(book: Workbook) -> None:
        sheet, models = book["Số liệu"], book["Bảng 2"]
        heads = {cell.value: cell.column for cell in sheet[9]}
        sheet.cell(12, heads["@ghi_chu"]).value = "Giảm do dịch"
        sheet.cell(12, heads["@gia_tri"]).value = "hơn 500"
        row = next(row for row in range(6, 40) if models.cell(row, 2).value is None)
        models.cell(row, 2).value, models.cell(row, 6).value = "Tổng:", 999_999

    data = edit(make_workbook(), write)
    outcome = check_workbook(data, programme)
    assert {issue.code for issue in outcome.issues} == {"cell.approximate", "table.total_differs"}
    copy = _mark_fresh_template(read_workbook(data), outcome, programme)
    assert copy is not None
    again = check_workbook(copy, programme)
    assert again.remarks == outcome.remarks
    assert told(again) == told(outcome)
