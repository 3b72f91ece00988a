"""Broken and malicious workbooks end as any other: in an outcome, and in a marked copy where one can be made."""

from __future__ import annotations

from pathlib import Path

import pytest

from chalicelib.domain.programme.model import Programme
from chalicelib.domain.submission.records import Address, Status
from chalicelib.intake.check import check_workbook
from chalicelib.intake.copying import make_marked_copy
from chalicelib.workbook.form.marks import SUMMARY_SHEET
from chalicelib.workbook.reading.reader import read_workbook

FILES = sorted((Path(__file__).parents[1] / "data" / "hostile").glob("*.xlsx"))
SENT_BY = Address(programme="ct138-2022", period="6-thang", form="bao-cao-6-thang", unit="180")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
@pytest.mark.parametrize("expected", [None, SENT_BY], ids=["offline", "through a link"])
def test_it_ends_in_an_outcome(path: Path, expected: Address | None, programme: Programme) -> None:
    data = path.read_bytes()
    outcome = check_workbook(data, programme, expected=expected)
    assert outcome.status is Status.REJECTED
    assert all(issue.message for issue in outcome.issues)
    marked = make_marked_copy(data, outcome, programme)
    if marked is not None:
        assert SUMMARY_SHEET in [sheet.name for sheet in read_workbook(marked).sheets]
