"""Editions that did not appear: what the alarm `EditionOverdue` counts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from chalicelib.domain.programme.model import Period
from chalicelib.domain.submission.review import LAST_LOOK
from chalicelib.report.publish import FREEZE_WITHIN
from chalicelib.store import editions, programmes
from chalicelib.store.obligations import is_any_known

GRACE = timedelta(hours=2)
"""The schedule publishes every hour. One failed run is retried before the alarm."""


def find_overdue(now: datetime) -> list[str]:
    """ "programme/period" of each locked period that has any state and no frozen edition."""
    return [
        f"{code}/{period.code}"
        for code in programmes.list_programmes()
        for period in programmes.load_in_force(code).periods
        if period.lock + GRACE <= now < period.lock + LAST_LOOK
        and (now < period.lock + FREEZE_WITHIN or is_any_known(code, period=period.code))
        and not _is_frozen(code, period)
    ]


def count_new(numbers: Mapping[str, int], *, made: datetime) -> int:
    """How many of these editions ("programme/period" to number) were made at `made` and not earlier."""
    return sum(_was_made(place, number, made) for place, number in numbers.items())


def _was_made(place: str, number: int, made: datetime) -> bool:
    programme, _, period = place.partition("/")
    edition = editions.find_edition(programme, period=period, number=number)
    return edition is not None and edition.made == made


def _is_frozen(code: str, period: Period) -> bool:
    return any(edition.frozen for edition in editions.list_editions(code, period=period.code))
