"""What checking a workbook promises: found wherever it was moved, never guessed, all told in one pass."""

from __future__ import annotations

import io
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from chalicelib import folders
from chalicelib.domain.programme.model import Programme
from chalicelib.domain.submission.records import Address, Outcome, Status
from chalicelib.intake.check import check_workbook
from tests.markdown import make_xlsx

SMALL = Path(__file__).parents[1] / "data" / "programme-nho"
LINE = "Mã biểu: bieu ¦ Phiên bản: 2 ¦ Chương trình: nho ¦ Đơn vị: 001 ¦ Kỳ: nua-dau"

RIGHT = f"""
## Số liệu
| {LINE} |
| Mã  | Chỉ tiêu | Số liệu  |
| @ma | @chi_tieu | @gia_tri |
| A01 | Buổi tuyên truyền | 10 |
| A02 | Trong đó: ở trường học | 4 |
| A03 | Tổ tự quản | 2 |
| A04 | Pháo giao nộp | 1.5 |
| A05 | Tổng số buổi và tổ | 12 |
## Bảng 1
| STT | Tên tổ | Loại | Ngày lập | Số người |
| @bang:to | @ten | @loai | @ngay | @nguoi |
| 1 | Tổ 1 | Hòa giải | 02/03/2022 | 5 |
| 2 | Tổ 2 | Tuần tra | 03/03/2022 | 6 |
## Thuyết minh
| @ma | @chi_tieu | @gia_tri |
| ket-qua | Kết quả | Tốt |
"""


@pytest.fixture(scope="module")
def small() -> Programme:
    return folders.load_folder(SMALL)


def check(small: Programme, text: str, **options: object) -> Outcome:
    return check_workbook(make_xlsx(text), small, **options)  # type: ignore[arg-type]


def codes(outcome: Outcome) -> list[tuple[str, str]]:
    return [(issue.code, issue.cell) for issue in outcome.issues]


def values(outcome: Outcome) -> dict[str, object]:
    return {code: figure.value for code, figure in outcome.values.items()}


def test_a_right_workbook_is_accepted_whole(small: Programme) -> None:
    outcome = check(small, RIGHT)
    assert outcome.status is Status.ACCEPTED, outcome.issues
    assert values(outcome) == {"A01": 10, "A02": 4, "A03": 2, "A04": Decimal("1.5"), "A05": 12}
    assert [row.values["ngay"] for row in outcome.tables["to"]] == ["2022-03-02", "2022-03-03"]
    assert outcome.narratives["ket-qua"].value == "Tốt"
    assert outcome.values["A02"].cell == "C5"


# Where people have worked in it


MOVED = {
    "the sheets are renamed": ("## Số liệu", "## Sheet1 (2)"),
    "a row is inserted": ("| A03 |", "| | ghi chú thêm | 99 |\n| A03 |"),
    "a column is inserted": ("| @ma | @chi_tieu | @gia_tri |\n| A01 | Buổi tuyên truyền | 10 |",
                             "| @ma | @chi_tieu | @gia_tri |\n| A01 | Buổi tuyên truyền | 10 | 77 |"),
    "rows are sorted": ("| A01 | Buổi tuyên truyền | 10 |\n| A02 | Trong đó: ở trường học | 4 |",
                        "| A02 | Trong đó: ở trường học | 4 |\n| A01 | Buổi tuyên truyền | 10 |"),
    "a total row is added": ("| A04 |", "| | Tổng | 18 |\n| A04 |"),
    "labels are edited": ("| Buổi tuyên truyền |", "| Buổi TT (sửa) |"),
    "codes have spaces": ("| A01 |", "|  a01  |"),
    "the printed line is lost but for one sheet": ("## Thuyết minh", f"## Thuyết minh\n| {LINE} |"),
}  # fmt: skip


@pytest.mark.parametrize("change", MOVED, ids=MOVED)
def test_the_same_is_read_when(small: Programme, change: str) -> None:
    before, after = MOVED[change]
    assert before in RIGHT
    outcome = check(small, RIGHT.replace(before, after, 1))
    assert values(outcome) == values(check(small, RIGHT))
    assert outcome.status is Status.ACCEPTED


def test_a_total_row_in_a_table_is_left_out_with_a_warning(small: Programme) -> None:
    outcome = check(small, RIGHT.replace("## Thuyết minh", "| | Tổng cộng | | | 11 |\n## Thuyết minh"))
    assert outcome.status is Status.ACCEPTED
    assert len(outcome.tables["to"]) == 2
    assert [issue.code for issue in outcome.warnings] == ["table.total_row"]


def test_a_copied_sheet_that_agrees_is_one_sheet(small: Programme) -> None:
    figures = RIGHT[RIGHT.index("## Số liệu") : RIGHT.index("## Bảng 1")]
    outcome = check(small, RIGHT + figures.replace("Số liệu", "Số liệu (2)", 1))
    assert (outcome.status, values(outcome)) == (Status.ACCEPTED, values(check(small, RIGHT)))


def test_a_copied_sheet_that_differs_is_an_error_naming_both_cells(small: Programme) -> None:
    figures = RIGHT[RIGHT.index("## Số liệu") : RIGHT.index("## Bảng 1")]
    copy = figures.replace("Số liệu", "Số liệu (2)", 1).replace("| 10 |", "| 11 |")
    outcome = check(small, RIGHT + copy)
    assert ("form.code_twice", "C4") in codes(outcome)
    twice = next(issue for issue in outcome.issues if issue.code == "form.code_twice")
    assert "Số liệu (2)" in twice.expected
    assert twice.found == "11"


def test_a_blank_copy_beside_the_filled_one_does_not_count(small: Programme) -> None:
    blank = f"## Trống\n| {LINE} |\n| @ma | @gia_tri |\n| A01 |\n| A02 |\n| A03 |\n| A04 |\n| A05 |\n"
    assert values(check(small, blank + RIGHT)) == values(check(small, RIGHT))


def test_a_hidden_sheet_is_used_only_with_a_warning(small: Programme) -> None:
    outcome = check(small, RIGHT.replace("## Số liệu", "## Số liệu (ẩn)"))
    assert {issue.code for issue in outcome.issues} == {"sheet.hidden"}
    assert values(outcome) == values(check(small, RIGHT))


def test_a_form_without_our_tokens_is_matched_by_its_printed_labels(small: Programme) -> None:
    lost = RIGHT.replace("| @ma | @chi_tieu | @gia_tri |\n| A01", "| x | y | z |\n| A01")
    for code in ("A01", "A02", "A03", "A04", "A05"):
        lost = lost.replace(f"| {code} |", "| |")
    outcome = check(small, lost)
    assert values(outcome) == values(check(small, RIGHT))
    assert "form.matched_by_label" in {issue.code for issue in outcome.warnings}


def test_a_label_that_stands_twice_is_never_matched_by_label_alone(small: Programme) -> None:
    lost = RIGHT.replace("| @ma | @chi_tieu | @gia_tri |\n| A01", "| x | y | z |\n| A01").replace("| A01 |", "| |")
    twice = lost.replace("| A04 |", "| | Buổi tuyên truyền | 33 |\n| A04 |")
    outcome = check(small, twice)
    assert "A01" not in outcome.values
    assert "form.code_twice" in {issue.code for issue in outcome.errors}


# The right form, version, unit and period


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        ("Phiên bản: 2", "Phiên bản: 1", "form.older_version"),
        ("Phiên bản: 2", "Phiên bản: 3", "form.newer_version"),
        ("Chương trình: nho", "Chương trình: lon", "form.other_programme"),
        ("Mã biểu: bieu", "Mã biểu: bieu-khac", "form.unknown"),
        ("Đơn vị: 001", "Đơn vị: 999", "form.unknown_unit"),
        ("Đơn vị: 001", "Đơn vị: 002", "form.other_unit"),
        ("Kỳ: nua-dau", "Kỳ: nam", "form.other_period"),
        ("Kỳ: nua-dau", "Kỳ: quy-9", "form.unknown_period"),
        (LINE, "Báo cáo", "accepted"),
    ],
)
def test_the_wrong_form_has_a_message_of_its_own(small: Programme, before: str, after: str, code: str) -> None:
    expected = Address(programme="nho", period="nua-dau", form="bieu", unit="001")
    outcome = check(small, RIGHT.replace(before, after), expected=expected)
    assert [issue.code for issue in outcome.issues] == ([code] if code != "accepted" else [])


def test_without_marks_and_without_a_link_nothing_is_guessed(small: Programme) -> None:
    assert codes(check(small, RIGHT.replace(LINE, ""))) == [("form.unmarked", "")]


def test_a_sheet_of_another_period_in_the_same_workbook_is_named(small: Programme) -> None:
    mixed = RIGHT.replace("## Thuyết minh", f"## Thuyết minh\n| {LINE.replace('nua-dau', 'nam')} |")
    assert codes(check(small, mixed)) == [("form.mixed", "")]


# Cells


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("'hơn 500", "cell.approximate"),
        ("'44 lần/704 lượt", "cell.two_figures"),
        ("'x", "cell.placeholder"),
        ("1.234", "cell.not_whole"),
        ("'12 em", "cell.other_unit"),
        ("-3", "cell.negative"),
        ("=1+1", "cell.uncalculated"),
        ("", "cell.missing"),
        ("'   ", "cell.missing"),
    ],
)
def test_a_wrong_cell_is_an_issue_with_its_address(small: Programme, cell: str, code: str) -> None:
    outcome = check(small, RIGHT.replace("| Tổ tự quản | 2 |", f"| Tổ tự quản | {cell} |"))
    issue = next(issue for issue in outcome.errors if issue.indicator == "A03")
    assert (issue.code, issue.sheet, issue.cell, issue.label) == (code, "Số liệu", "C6", "Tổ tự quản")
    assert "A03" not in outcome.values


def test_all_issues_of_a_workbook_come_in_one_pass(small: Programme) -> None:
    wrong = RIGHT.replace("| 10 |", "| 'x |").replace("| 1.5 |", "| 'abc |").replace("Hòa giải", "Khác")
    assert {issue.code for issue in check(small, wrong).errors} == {
        "cell.placeholder", "cell.not_a_number", "cell.not_a_choice",
    }  # fmt: skip


def test_what_was_changed_in_reading_is_recorded(small: Programme) -> None:
    outcome = check(small, RIGHT.replace("| 10 |", "| '10 buổi |").replace("| 2 |", "| '02 tổ |"))
    assert [(change.cell, change.found, change.read_as) for change in outcome.normalisations][:2] == [
        ("C4", "10 buổi", "10"),
        ("C6", "02 tổ", "2"),
    ]


# Rules across cells


def test_a_part_larger_than_its_whole_is_an_error_that_names_both_cells(small: Programme) -> None:
    outcome = check(small, RIGHT.replace("| 4 |", "| 40 |"))
    issue = outcome.errors[0]
    assert issue.code == "rule.broken"
    assert "N-01" in issue.message
    assert "A02 = 40 (ô C5)" in issue.message
    assert "A01 = 10 (ô C4)" in issue.message


def test_a_total_typed_over_its_formula_is_held_against_its_parts(small: Programme) -> None:
    outcome = check(small, RIGHT.replace("| 12 |", "| 13 |"))
    assert codes(outcome) == [("total.differs", "C8")]
    assert outcome.values["A05"].value == 12


def test_a_rule_may_only_warn(small: Programme) -> None:
    outcome = check(small, RIGHT.replace("| Tổ tự quản | 2 |", "| Tổ tự quản | 3 |").replace("| 12 |", "| 13 |"))
    assert outcome.status is Status.ACCEPTED
    assert [issue.code for issue in outcome.warnings] == ["rule.broken"]


# What must not come in


def test_a_classified_workbook_is_refused_and_not_kept(small: Programme) -> None:
    outcome = check(small, RIGHT.replace("| Kết quả | Tốt |", "| Kết quả | TỐI MẬT |"))
    assert [issue.code for issue in outcome.issues] == ["file.classified"]
    assert not outcome.keep_bytes


def test_a_citizen_number_is_an_error_that_does_not_repeat_it(small: Programme) -> None:
    outcome = check(small, RIGHT.replace("| Kết quả | Tốt |", "| Kết quả | CCCD 020088001234 |"))
    assert [issue.code for issue in outcome.issues] == ["text.citizen_number"]
    assert "020088001234" not in outcome.issues[0].message


# The whole form of the programme


def test_the_forms_of_the_programme_are_accepted_when_filled_in_right(
    programme: Programme, make_workbook: Callable[..., bytes]
) -> None:
    for form, period, unit in (("bao-cao-6-thang", "6-thang", "185"), ("bao-cao-nam", "nam", "178")):
        outcome = check_workbook(make_workbook(unit, form, period), programme)
        assert outcome.status is Status.ACCEPTED, outcome.issues
        assert (outcome.form, outcome.unit, outcome.period) == (form, unit, period)


@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_moving_things_about_never_changes_what_is_read(
    data: st.DataObject, programme: Programme, make_workbook: Callable[..., bytes]
) -> None:
    original = make_workbook("180")
    expected = values(check_workbook(original, programme))
    workbook = load_workbook(io.BytesIO(original))
    for sheet in workbook.worksheets:
        if sheet.sheet_state != "visible":
            continue
        for merged in list(sheet.merged_cells.ranges):
            sheet.unmerge_cells(str(merged))
        if data.draw(st.booleans(), label="insert a row"):
            sheet.insert_rows(data.draw(st.integers(1, 30), label="row"))
        if data.draw(st.booleans(), label="insert a column"):
            sheet.insert_cols(data.draw(st.integers(1, 4), label="column"))
        if data.draw(st.booleans(), label="rename"):
            sheet.title = f"S{data.draw(st.integers(0, 10**6), label='name')}-{sheet.title}"[:31]
    order = data.draw(st.permutations(range(len(workbook.worksheets))), label="order")
    workbook._sheets = [workbook._sheets[index] for index in order]
    out = io.BytesIO()
    workbook.save(out)
    assert {**values(check_workbook(out.getvalue(), programme))} == {**expected}
