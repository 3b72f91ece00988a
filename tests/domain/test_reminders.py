"""When reminders are due."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.domain.period.reminders import find_moment
from chalicelib.domain.programme.loading import load_programme
from chalicelib.domain.submission.letters import Moment
from chalicelib.folders import SHIPPED, read_folder

PERIOD = load_programme(read_folder(SHIPPED / "ct138-2022")).period_by_code["6-thang"]


@pytest.mark.parametrize(
    ("at", "moment"),
    [
        (PERIOD.opens - timedelta(seconds=1), None),
        (PERIOD.opens, Moment.OPENING),
        (PERIOD.due - timedelta(days=5), Moment.MIDWAY),
        (PERIOD.due - timedelta(hours=30), Moment.EVE),
        (datetime(2022, 5, 13, 1, tzinfo=UTC), Moment.EVE),  # eight in the morning of 13/5: the last day is 14/5
        (datetime(2022, 5, 12, 1, tzinfo=UTC), Moment.MIDWAY),
        (PERIOD.due, Moment.OVERDUE),
        (PERIOD.lock, None),
    ],
)
def test_the_latest_moment_that_has_come_is_due(at: datetime, moment: Moment | None) -> None:
    assert find_moment(PERIOD, at) is moment
