"""Makes the table what it was: like another one, which AWS has restored to a moment of the last 35 days.

What is missing is put, what differs is put over it, what came later is deleted, but for the audit, which tells what was
done even if it no longer counts. Uploads that came later are for the sweep. The comparison is made anew by each run, so
that one that was cut off is finished by another.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from chalicelib.domain.audit import Action
from chalicelib.operate.backup import Progress, ignore
from chalicelib.operate.places import ITEMS
from chalicelib.operate.whole_table import hash_item
from chalicelib.store import table
from chalicelib.store.addresses import Key, find_kind, key_of
from chalicelib.store.records import Wire, from_wire


class Undone(NamedTuple):
    """The keys of the table's items by what has to be done with them; and the uploads that were purged since, which
    come back with the table and have to be purged again."""

    missing: frozenset[Key]
    changed: frozenset[Key]
    later: frozenset[Key]
    purged: tuple[str, ...]

    @property
    def is_none(self) -> bool:
        return not (self.missing or self.changed or self.later)


def compare_with(former: str) -> Undone:
    """What differs between the table and the one of this name. Reads both whole, and keeps a hash of each item."""
    before = {key_of(item): hash_item(item) for item in table.scan_items(former)}
    present: set[Key] = set()
    changed: set[Key] = set()
    later: set[Key] = set()
    purged: list[str] = []
    for item in table.scan_items():
        key = key_of(item)
        present.add(key)
        if key in before:
            if before[key] != hash_item(item):
                changed.add(key)
        elif find_kind(key.pk) != "A":
            later.add(key)
        else:
            purged += _find_purged(item)
    return Undone(frozenset(before.keys() - present), frozenset(changed), frozenset(later), tuple(sorted(purged)))


def put_back(former: str, undone: Undone, *, progress: Progress = ignore) -> None:
    """Does what a comparison has found. Nobody else may write to the table meanwhile."""
    wanted = undone.missing | undone.changed
    for item in table.scan_items(former):
        if key_of(item) in wanted:
            table.put_item(item, over=True)
            progress(ITEMS, 1)
    for key in undone.later:
        table.write([table.remove(key)], subject=key.pk)
        progress(ITEMS, 1)


def _find_purged(line: Wire) -> Iterator[str]:
    """The upload that a line of the audit tells to be purged."""
    fields = from_wire(line)
    if fields["action"] == Action.UPLOAD_PURGED:
        yield fields["subject"]
