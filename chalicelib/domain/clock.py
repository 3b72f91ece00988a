"""Times of the programme: dates as officials write them, instants as machines compare them.

Everything is judged in Asia/Ho_Chi_Minh and kept in UTC. Viet Nam has had no summer time since 1975,
so a fixed offset of +07:00 says the same without a time-zone database.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from enum import StrEnum

VIETNAM = timezone(timedelta(hours=7), "Asia/Ho_Chi_Minh")


class Timeliness(StrEnum):
    """When the first accepted revision came in, against the period's clocks."""

    ON_TIME = "on_time"
    LATE = "late"


def read_instant(written: date | datetime) -> datetime:
    """The instant in UTC that a date ("before this day": its first moment) or a local date-time names."""
    if not isinstance(written, datetime):
        written = datetime(written.year, written.month, written.day)
    if written.tzinfo is None:
        written = written.replace(tzinfo=VIETNAM)
    return written.astimezone(UTC)


def local_date(instant: datetime) -> date:
    """The day in Viet Nam on which `instant` falls."""
    return instant.astimezone(VIETNAM).date()
