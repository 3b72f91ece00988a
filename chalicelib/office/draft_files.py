"""Removes the files of drafts that nobody needs any more; `domain/period/draft_files.py` decides which."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from chalicelib.domain.audit import Action, Stamp, make_line, name_period
from chalicelib.domain.period.draft_files import Fate, Keeping, choose_removable
from chalicelib.domain.programme.branches import join_branch, list_branches, split_branch
from chalicelib.domain.submission.review import LAST_LOOK
from chalicelib.report.publish import DAILY_AT
from chalicelib.store import editions, programmes, uploads
from chalicelib.store.addresses import is_draft_file
from chalicelib.store.errors import Conflict, FateSettled
from chalicelib.store.objects import StoredVersion


def read_keeping() -> Keeping | None:
    """The stage's setting TONGHOP_DRAFTS: "3:7" keeps the files of the latest 3 editions of a period, and of all others
    for 7 days. None where no file is ever removed: the setting is empty, or has no days."""
    latest, _, days = os.environ.get("TONGHOP_DRAFTS", "").partition(":")
    return Keeping(int(latest), int(days)) if days and int(days) else None


def remove_drafts_daily(*, now: datetime, keeping: Keeping | None) -> int:
    """What the clock does in one hour of the day: `remove_drafts`, if the stage removes any."""
    return remove_drafts(now=now, keeping=keeping) if keeping and now.hour == DAILY_AT else 0


def remove_drafts(*, now: datetime, keeping: Keeping) -> int:
    """Removes the files of drafts that nobody has downloaded; returns of how many editions.

    Their data and their records stay. That files are removed is written first, which a download that is faster forbids.
    A run that was cut off is finished by another one, which finds what still lies there.
    """
    stamp = Stamp("schedule", now)
    return sum(_remove_of_period(drafts, keeping, stamp=stamp) for drafts in _list_all(now))


class _Drafts(NamedTuple):
    """Those of one period of a programme or of a branch ("mau@B1")."""

    part: str
    period: str

    def name(self, number: int) -> str:
        return name_period(self.part, period=self.period, edition=number)


def _list_all(now: datetime) -> Iterator[_Drafts]:
    """Of every period that may have any."""
    for code in programmes.list_programmes():
        programme = programmes.load_in_force(code)
        for period in programme.periods:
            if period.opens <= now < period.lock + LAST_LOOK:
                for branch in ("", *list_branches(programme)):
                    yield _Drafts(join_branch(code, branch=branch), period.code)


def _remove_of_period(drafts: _Drafts, keeping: Keeping, *, stamp: Stamp) -> int:
    outlines = editions.list_outlines(drafts.part, period=drafts.period)
    fates = editions.list_fates(drafts.part, period=drafts.period)
    removable = list(choose_removable(outlines, fates.values(), keeping=keeping, now=stamp.at))
    if not removable:
        return 0
    lying = editions.list_draft_files(drafts.part, period=drafts.period)
    return sum(_remove(drafts, each, fates.get(each), lying=lying.get(each, ()), stamp=stamp) for each in removable)


def _remove(drafts: _Drafts, number: int, fate: Fate | None, *, lying: Sequence[StoredVersion], stamp: Stamp) -> bool:
    """Whether an edition has lost its files now. A restored table may not know yet that it has lost them."""
    is_new = fate is None and (bool(lying) or _had_files(drafts, number))
    if is_new and not _settle(drafts, number, stamp=stamp):
        return False
    uploads.delete_report_versions(lying)
    return is_new


def _had_files(drafts: _Drafts, number: int) -> bool:
    """Of earlier versions of the product the files of drafts lie beside those of frozen editions, and stay there."""
    edition = editions.find_edition(drafts.part, period=drafts.period, number=number)
    return edition is not None and any(map(is_draft_file, edition.files.values()))


def _settle(drafts: _Drafts, number: int, *, stamp: Stamp) -> bool:
    """Writes that the files are removed; False if they were downloaded meanwhile."""
    code, _ = split_branch(drafts.part)
    line = make_line(Action.EDITION_FILES_REMOVED, drafts.name(number), programme=code, stamp=stamp)
    try:
        editions.settle(drafts.part, period=drafts.period, fate=Fate(number=number, removed=stamp.at), line=line)
    except (FateSettled, Conflict):
        return False
    return True
