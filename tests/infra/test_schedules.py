"""What the schedules of `app.py` do once a day: in one hour's passes, or in exactly one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app import app
from chalicelib.intake.sweep import choose_since
from chalicelib.office.letters import MOST_BY_THE_CLOCK
from chalicelib.office.reminders import ROUNDS_AT, is_morning

MIDNIGHT = datetime(2026, 3, 1, tzinfo=UTC)


def find_schedule(name: str) -> Any:
    return next(source.schedule_expression for source in app.event_sources if source.name == name)


def list_passes(*, first: int, every: int) -> Iterator[datetime]:
    """The passes of one day that come every so many minutes."""
    return (MIDNIGHT + timedelta(minutes=minute) for minute in range(first, 24 * 60, every))


def test_one_mornings_rounds_reach_all_communes_of_the_country() -> None:
    first, _, every = find_schedule("remind").minutes.partition("/")
    rounds = [now for now in list_passes(first=int(first), every=int(every)) if is_morning(now)]

    assert {now.hour for now in rounds} == {ROUNDS_AT}
    assert len(rounds) * MOST_BY_THE_CLOCK >= 3_319


@pytest.mark.parametrize("first", [0, 7, 14])
def test_the_sweep_looks_at_everything_once_a_day_whichever_minute_its_passes_begin_at(first: int) -> None:
    rate = find_schedule("sweep")
    assert rate.unit == rate.MINUTES

    assert [choose_since(now) for now in list_passes(first=first, every=rate.value)].count(None) == 1
