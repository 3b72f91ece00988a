"""Editions that did not appear, or not whole: what the alarms `EditionOverdue` and `DocumentMissing` count."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from chalicelib.domain.submission.records import Edition
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
        and not any(editions.list_frozen(code, period=period.code))
    ]


def read_editions(numbers: Mapping[str, int]) -> list[Edition]:
    """The editions of these numbers by "programme/period"."""
    found = []
    for place, number in numbers.items():
        programme, _, period = place.partition("/")
        found.append(editions.find_edition(programme, period=period, number=number))
    return [each for each in found if each]


def count_editions(published: Collection[Edition], *, made: datetime) -> dict[str, int]:
    """As metrics: how many were made at `made` and not earlier, and how many lack a file.

    The latter only where there are any, since a metric costs in the hours in which it is counted.
    """
    lacking = sum(bool(each.missing) for each in published)
    new = sum(each.made == made for each in published)
    return {"EditionsPublished": new} | ({"DocumentsMissing": lacking} if lacking else {})
