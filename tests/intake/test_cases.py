"""Each kept workbook that was once answered wrongly is answered as its line of `cases.tsv` says."""

from __future__ import annotations

import pytest

from chalicelib.domain.programme.model import Programme
from tests.intake.cases import CASES, Case, find_missed, read_cases


@pytest.mark.parametrize("case", read_cases(), ids=lambda case: case.file)
def test_a_kept_workbook_is_answered_as_it_should_be(case: Case, programme: Programme) -> None:
    assert find_missed(case, programme) == [], case.about


def test_every_kept_workbook_has_its_line() -> None:
    assert {case.file for case in read_cases()} == {path.name for path in CASES.iterdir()} - {"cases.tsv"}


FALSE_OF_A_FIGURE_IN_PERCENT = """
    A03=9999 -cell.other_unit +file.empty +cell.missing@E12 @E11|E10 ~ ~E12 count<=0
    text:nothing_of_this note:nothing_of_this no:50% copy:has=nothing_of_this copy:E11=1.5
"""
FALSE_OF_A_WRONG_ADDRESS = "copy copy:again copy:has=a copy:E12=1 -file.bad_reference"


@pytest.mark.parametrize(
    ("file", "expectations"),
    [("percent-in-count.xlsx", FALSE_OF_A_FIGURE_IN_PERCENT), ("ref-A0.xlsx", FALSE_OF_A_WRONG_ADDRESS)],
)
def test_what_does_not_hold_is_missed(file: str, expectations: str, programme: Programme) -> None:
    case = Case(file, "accepted", tuple(expectations.split()), "")
    assert find_missed(case, programme) == ["it is rejected", *case.expectations]


def test_an_expectation_that_is_none_is_told(programme: Programme) -> None:
    with pytest.raises(ValueError, match="no expectation"):
        find_missed(Case("ref-A0.xlsx", "either", ("copy:perhaps",), ""), programme)
