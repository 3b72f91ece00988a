"""Which editions lose their files: drafts of some days ago that nobody downloaded and that others have followed.

The edition's record stays, and so does its data, from which the other files are made again (`report/remake.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from chalicelib.domain.submission.records import Record


class EditionOutline(Record):
    """What decides on an edition's files, of all that its record says."""

    number: int
    made: datetime
    frozen: bool


class Fate(Record):
    """What became of a draft's files, once and for all: somebody downloaded one, which keeps them, or they were
    removed. A draft without this record is undecided."""

    number: int
    downloaded: datetime | None = None
    removed: datetime | None = None


class Keeping(NamedTuple):
    """How long drafts have their files: so many `days`, and the `latest` editions of a period for longer."""

    latest: int
    days: int


def choose_removable(
    editions: Sequence[EditionOutline], fates: Iterable[Fate], *, keeping: Keeping, now: datetime
) -> Iterator[int]:
    """The numbers of the editions of one period that are to have no files, also of those that have lost them."""
    kept = {fate.number for fate in fates if fate.downloaded}
    kept |= set(sorted(each.number for each in editions)[-keeping.latest :]) if keeping.latest else set()
    for each in editions:
        if not each.frozen and each.number not in kept and each.made <= now - timedelta(days=keeping.days):
            yield each.number
