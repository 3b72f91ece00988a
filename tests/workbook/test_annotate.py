"""The marked copy: the sender's own workbook back, and nothing else of it touched."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import load_workbook

from chalicelib.domain.programme.model import Programme
from chalicelib.intake.check import check_workbook
from chalicelib.workbook.form.marked_copy import AUTHOR, annotate
from chalicelib.workbook.form.marks import SUMMARY_SHEET

Maker = Callable[..., bytes]


def mark(data: bytes, programme: Programme) -> bytes:
    copy = annotate(data, check_workbook(data, programme))
    assert copy is not None
    return copy


def test_each_wrong_cell_is_coloured_and_says_what_to_do(programme: Programme, make_workbook: Maker) -> None:
    data = make_workbook(B06="hơn 500", F54=None)
    outcome = check_workbook(data, programme)
    workbook = load_workbook(io.BytesIO(mark(data, programme)))
    for issue in outcome.errors:
        cell = workbook[issue.sheet][issue.cell]
        assert cell.fill.fgColor.rgb == "00FFC7CE"
        assert cell.comment is not None
        assert cell.comment.author == AUTHOR


def test_a_summary_lists_every_issue_with_a_link_to_its_cell(programme: Programme, make_workbook: Maker) -> None:
    data = make_workbook(B06="hơn 500", B05="44 lần/704 lượt")
    outcome = check_workbook(data, programme)
    summary = load_workbook(io.BytesIO(mark(data, programme)))[SUMMARY_SHEET]
    links = [row[3].hyperlink.location or row[3].hyperlink.target for row in summary.iter_rows(min_row=5)]
    assert [str(link).lstrip("#") for link in links] == [f"'{issue.sheet}'!{issue.cell}" for issue in outcome.issues]


def test_nothing_else_is_touched(programme: Programme, make_workbook: Maker) -> None:
    data = make_workbook(B06="hơn 500")
    before, after = load_workbook(io.BytesIO(data)), load_workbook(io.BytesIO(mark(data, programme)))
    assert after.sheetnames == [SUMMARY_SHEET, *before.sheetnames]
    for sheet in before.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                other = after[sheet.title][cell.coordinate]
                assert (other.value, other.number_format) == (cell.value, cell.number_format)
                assert other.protection.locked == cell.protection.locked
        assert len(after[sheet.title].data_validations.dataValidation) == len(sheet.data_validations.dataValidation)


def test_the_copy_corrected_and_sent_again_is_accepted(programme: Programme, make_workbook: Maker) -> None:
    data = make_workbook(B06="hơn 500")
    issue = check_workbook(data, programme).errors[0]
    workbook = load_workbook(io.BytesIO(mark(data, programme)))
    workbook[issue.sheet][issue.cell].value = 5000
    out = io.BytesIO()
    workbook.save(out)
    assert check_workbook(out.getvalue(), programme).status == "accepted"


def test_marks_of_an_earlier_round_are_taken_off(programme: Programme, make_workbook: Maker) -> None:
    data = make_workbook(B06="hơn 500", F54="x")
    first = check_workbook(data, programme).errors
    workbook = load_workbook(io.BytesIO(mark(data, programme)))
    fixed = next(issue for issue in first if issue.indicator == "B06")
    workbook[fixed.sheet][fixed.cell].value = 5000
    out = io.BytesIO()
    workbook.save(out)
    again = load_workbook(io.BytesIO(mark(out.getvalue(), programme)))
    assert again[fixed.sheet][fixed.cell].comment is None
    assert again.sheetnames.count(SUMMARY_SHEET) == 1


def test_text_that_looks_like_a_formula_stays_text(programme: Programme, make_workbook: Maker) -> None:
    data = make_workbook(B06="=cmd|'/c calc'!A1", F54="x")
    workbook = load_workbook(io.BytesIO(mark(data, programme)))
    assert all(cell.data_type != "f" for row in workbook[SUMMARY_SHEET].iter_rows() for cell in row)


@pytest.mark.parametrize("name", ["bao-cao-6-thang-184.ods", "bao-cao-6-thang-186.xls"])
def test_old_and_open_formats_come_back_as_xlsx(name: str, programme: Programme) -> None:
    data = (Path(__file__).parents[2] / "infra/demo/saved-by-libreoffice" / name).read_bytes()
    outcome = check_workbook(data, programme)
    assert [issue.code for issue in outcome.issues] == ["form.other_programme"]
    workbook = load_workbook(io.BytesIO(mark(data, programme)))
    assert workbook.sheetnames[0] == SUMMARY_SHEET
    assert len(workbook.sheetnames) > 4


def test_a_right_workbook_has_no_marked_copy(programme: Programme, make_workbook: Maker) -> None:
    data = make_workbook()
    assert annotate(data, check_workbook(data, programme)) is None


def test_what_is_no_workbook_has_no_marked_copy(programme: Programme) -> None:
    assert annotate(b"%PDF-1.7", check_workbook(b"%PDF-1.7", programme)) is None
