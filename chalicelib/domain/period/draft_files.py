"""Which editions lose their files: drafts of some days ago that nobody downloaded and that others have followed.

The latest whole edition keeps its files, however many have followed that lack the Word document. Each edition's record
stays, and so does its data, from which the other files are made again (`report/remake.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from pydantic import Field

from chalicelib.domain.submission.records import Record


class EditionOutline(Record):
    """What decides on an edition's files, of all that its record says."""

    number: int
    made: datetime
    frozen: bool
    missing: Mapping[str, str] = Field(default={})


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
    fate_by_number = {fate.number: fate for fate in fates}
    kept = {number for number, fate in fate_by_number.items() if fate.downloaded}
    kept |= set(sorted(each.number for each in editions)[-keeping.latest :]) if keeping.latest else set()
    kept |= {_find_whole(editions, fate_by_number)}
    for each in editions:
        if not each.frozen and each.number not in kept and each.made <= now - timedelta(days=keeping.days):
            yield each.number


def _find_whole(editions: Iterable[EditionOutline], fate_by_number: Mapping[int, Fate]) -> int:
    """The number of the latest edition that lacks no file and has not lost any; 0 if there is none."""
    lost = {number for number, fate in fate_by_number.items() if fate.removed}
    return max((each.number for each in editions if not each.missing and each.number not in lost), default=0)
