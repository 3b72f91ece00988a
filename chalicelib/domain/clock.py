"""Times of the programme: dates as officials write them, instants for comparing.

Deadlines are judged in Asia/Ho_Chi_Minh; instants are stored in UTC. Viet Nam has had no summer time since 1975,
so a fixed offset of +07:00 is enough and no time-zone database is needed.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from enum import StrEnum

VIETNAM = timezone(timedelta(hours=7), "Asia/Ho_Chi_Minh")


class Timeliness(StrEnum):
    """When the first accepted revision arrived, relative to the period's clocks."""

    ON_TIME = "on_time"
    LATE = "late"


def read_instant(written: date | datetime) -> datetime:
    """The UTC instant of a date ("before this day": its first moment) or of a local date-time."""
    if not isinstance(written, datetime):
        written = datetime(written.year, written.month, written.day)
    if written.tzinfo is None:
        written = written.replace(tzinfo=VIETNAM)
    return written.astimezone(UTC)


def local_date(instant: datetime) -> date:
    """The day in Viet Nam on which `instant` falls."""
    return instant.astimezone(VIETNAM).date()


def list_months(begin: datetime, *, end: datetime) -> list[str]:
    """The months in Viet Nam from one instant to the other, both included, as the audit names them.

    >>> list_months(datetime(2026, 1, 31, 16, 59, tzinfo=UTC), end=datetime(2026, 3, 1, tzinfo=UTC))
    ['2026-01', '2026-02', '2026-03']
    """
    day, last = local_date(begin).replace(day=1), local_date(end)
    months = []
    while day <= last:
        months.append(f"{day:%Y-%m}")
        day = (day + timedelta(days=31)).replace(day=1)
    return months
