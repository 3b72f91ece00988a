"""How often a link may leave something behind within an hour: far more often than anybody in earnest would.

A link that has come into other hands, or a script gone wild, fills neither the table nor the buckets.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from chalicelib.domain.submission.records import Link
from chalicelib.store.counters import count


class Use(StrEnum):
    """What a link does that leaves something behind: a record, an object, or the work of a check."""

    TRIAL = "thu"
    TRIAL_FORM = "chuan-bi-thu"
    UPLOAD = "gui"
    CONFIRMATION = "xac-nhan"
    JUSTIFICATION = "giai-trinh"
    DOWNLOAD = "tai"


MOST_AN_HOUR = {
    Use.TRIAL: 30, Use.TRIAL_FORM: 120, Use.UPLOAD: 120, Use.CONFIRMATION: 60, Use.JUSTIFICATION: 60, Use.DOWNLOAD: 240,
}  # fmt: skip
"""A unit has at most a few forms: this is each of them dozens of times over, by several people with one link."""

_HOUR = timedelta(hours=1)


class TooOften(Exception):
    """The link has had what it may have of this in this hour. `use` says of what."""

    def __init__(self, use: Use) -> None:
        super().__init__(use)
        self.use = use


def count_use(link: Link, use: Use, now: datetime) -> None:
    """Counts one use. Raises TooOften."""
    if _count(link, use, now=now, by=1) > MOST_AN_HOUR[use]:
        raise TooOften(use)


def check_use(link: Link, use: Use, now: datetime) -> None:
    """Raises TooOften where the next use would be one too many. Counts nothing."""
    if _count(link, use, now=now, by=0) >= MOST_AN_HOUR[use]:
        raise TooOften(use)


def _count(link: Link, use: Use, *, now: datetime, by: int) -> int:
    return count(f"{use}#{link.name}", now=now, window=_HOUR, by=by)
