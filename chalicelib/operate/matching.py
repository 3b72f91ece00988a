"""Compares the buckets of a stage with what a backup has: which version of an object there is which one here."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from chalicelib.operate.places import LEFT_OUT
from chalicelib.store import whole
from chalicelib.store.objects import StoredVersion
from chalicelib.store.whole import INBOX, REPORTS, Stored

Spot = tuple[str, str]
"""A bucket ("inbox", "reports") and a key."""

Known = dict[str, str]
"""The contents of versions of this stage by version id, so that each is read once at most."""


class NotEmpty(RuntimeError):
    """The stage holds something that this backup would not have written."""


class Copy(NamedTuple):
    """One version of an object as it must lie in the stage. `version_id` is that of the store that was backed up."""

    version_id: str
    sha256: str
    metadata: Mapping[str, str]
    headings: Mapping[str, str]
    read: Callable[[], bytes]

    @property
    def content(self) -> str:
        return describe(self.sha256, metadata=self.metadata, headings=self.headings)


Wanted = Mapping[Spot, Sequence[Copy]]
"""What must lie where, the oldest version first."""


class Compared(NamedTuple):
    """What a comparison has found.

    `same` has the new version id of each copy that is there. `repeats` are versions that are there once more, because
    the answer to their first put was lost. `foreign` are spots where the backup has nothing.
    """

    same: list[tuple[Spot, Copy, str]]
    missing: list[tuple[Spot, Copy]]
    repeats: list[tuple[Spot, str]]
    foreign: set[Spot]


def describe(sha256: str, *, metadata: Mapping[str, str], headings: Mapping[str, str]) -> str:
    """Equal for versions that nobody can tell apart but by their ids and times."""
    return json.dumps([sha256, dict(metadata), dict(headings)], sort_keys=True)


def compare(wanted: Wanted, known: Known) -> Compared:
    """Raises NotEmpty where the versions under a key are not those of the backup."""
    found = _list_found()
    compared = Compared([], [], [], found.keys() - wanted.keys())
    for spot, copies in wanted.items():
        versions = found.get(spot, [])
        contents = [_find_content(spot, each, known) for each in versions]
        places = match([copy.content for copy in copies], found=contents)
        if places is None:
            raise NotEmpty(spot[1])
        for version, place in zip(versions, places, strict=True):
            if place < 0:
                compared.repeats.append((spot, version.version_id))
            else:
                compared.same.append((spot, copies[place], version.version_id))
        compared.missing.extend((spot, copy) for copy in copies[max(places, default=-1) + 1 :])
    return compared


def match(wanted: Sequence[str], *, found: Sequence[str]) -> list[int] | None:
    """Which of the wanted contents each found one is, both in the order of age; -1 for a repeat of the one before it.

    None if something else was found.
    """
    places: list[int] = []
    taken = 0
    for content in found:
        if taken < len(wanted) and content == wanted[taken]:
            places.append(taken)
            taken += 1
        elif taken and content == wanted[taken - 1]:
            places.append(-1)
        else:
            return None
    return places


def _list_found() -> dict[Spot, list[StoredVersion]]:
    return {
        (bucket, key): versions
        for bucket in (INBOX, REPORTS)
        for key, versions in whole.list_spots(bucket, leaving_out=LEFT_OUT).items()
    }


def _find_content(spot: Spot, version: StoredVersion, known: Known) -> str:
    if version.version_id not in known:
        stored: Stored = whole.read_version(spot[0], key=spot[1], version_id=version.version_id)
        known[version.version_id] = describe(stored.sha256, metadata=stored.metadata, headings=stored.headings)
    return known[version.version_id]
