"""A programme is renewed by moving its dates: everything else stays as PV05 wrote it."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from chalicelib import folders
from chalicelib.domain.clock import VIETNAM
from chalicelib.domain.programme.loading import PROGRAMME, load_programme
from chalicelib.domain.programme.renewal import renew_for_deadline, renew_for_year

FOLDER = folders.SHIPPED / "ct138-2022"
FILES = folders.read_folder(FOLDER)
DATES = re.compile(r"\d{4}-\d{2}-\d{2}(T[\d:]+)?")


def test_renewing_for_a_year_moves_every_date_and_keeps_the_rest() -> None:
    text = renew_for_year(FILES[PROGRAMME], code="ct138-2027", year=2027)
    renewed = load_programme({**FILES, PROGRAMME: text})
    assert (renewed.code, renewed.year, renewed.follows) == ("ct138-2027", 2027, "ct138-2022")
    assert renewed.period_by_code["6-thang"].due == datetime(2027, 5, 15, tzinfo=VIETNAM).astimezone(UTC)
    assert renewed.period_by_code["nam"].data_from.isoformat() == "2026-11-15"
    assert "năm 2027" in renewed.title

    def bare(text: str) -> list[str]:
        lines = [line for line in text.splitlines() if not line.startswith(("code", "follows", "year"))]
        return [DATES.sub("", line) for line in lines]

    assert bare(text)[:40] == bare(FILES[PROGRAMME])[:40]
    assert len(text.splitlines()) == len(FILES[PROGRAMME].splitlines()) + 1


def test_renewing_again_names_the_programme_just_before() -> None:
    once = renew_for_year(FILES[PROGRAMME], code="ct138-2026", year=2026)
    twice = load_programme({**FILES, PROGRAMME: renew_for_year(once, code="ct138-2027", year=2027)})
    assert (twice.code, twice.follows) == ("ct138-2027", "ct138-2026")


def test_the_29th_of_february_becomes_the_28th() -> None:
    text = 'code = "a"\nyear = 2024\nsigned = 2024-02-29\n'
    assert "signed = 2025-02-28" in renew_for_year(text, code="b", year=2025)


def test_renewing_for_a_deadline_lets_the_period_fall_due_at_that_instant() -> None:
    due = datetime(2026, 11, 24, 1, 2, 3, tzinfo=UTC)
    text = renew_for_deadline(FILES[PROGRAMME], code="now", period="6-thang", due=due)
    renewed = load_programme({**FILES, PROGRAMME: text})
    original = load_programme(FILES)
    assert renewed.period_by_code["6-thang"].due == due
    span = due - original.period_by_code["6-thang"].due
    assert renewed.period_by_code["nam"].lock == original.period_by_code["nam"].lock + span


@pytest.mark.parametrize(("text", "what"), [("", "year"), ("year = 2022\n", "kỳ")])
def test_what_cannot_be_renewed_is_said(text: str, what: str) -> None:
    with pytest.raises(ValueError, match=what):
        renew_for_deadline(text, code="b", period="x", due=datetime(2026, 1, 1, tzinfo=UTC)) if what == "kỳ" else (
            renew_for_year(text, code="b", year=2026)
        )
