"""Puts a backup back: the whole store into an empty stage, or the table beside its buckets.

A restore that was cut off is finished by another one. What is still to be done follows from comparing the stage with
the backup: a version of an object that is missing is put; one that is there twice, because an answer was lost, is
deleted. A stage that holds anything that this backup would not have written is refused before anything is changed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import NamedTuple

from chalicelib.operate.backup import Progress, ignore
from chalicelib.operate.matching import Compared, Copy, Known, NotEmpty, Spot, Wanted, compare
from chalicelib.operate.places import (
    ITEMS,
    OBJECTS,
    BackupPlace,
    BackupUnusable,
    Folder,
    Manifest,
    Shelf,
    check_backup,
    name_bytes,
    read_last_lines,
    read_lines,
)
from chalicelib.operate.renaming import Names, make_pointer, name_anew, rename, rename_body
from chalicelib.operate.whole_table import hash_item
from chalicelib.store import backups, table, whole
from chalicelib.store.addresses import Key, is_body_key, key_of
from chalicelib.store.errors import ConditionFailed
from chalicelib.store.records import BODY, Wire, body_keys


class Plan(NamedTuple):
    """What the stage must hold under its own names of versions.

    `bodies` are the parts of records that are stored as objects, since they may name versions. `pointers` has what
    points to each of them, by its key in the backup. `hashes` are those of the items.
    """

    names: Names
    bodies: dict[Spot, list[Copy]]
    pointers: dict[str, Wire]
    hashes: dict[Key, bytes]

    def adapt(self, item: Wire) -> Wire:
        """An item of the backup as it must be here."""
        adapted = dict(rename(item, self.names))
        return adapted | next(({BODY: self.pointers[key]} for key in body_keys(item) if key in self.pointers), {})


def restore(folder: Path, *, progress: Progress = ignore) -> Manifest:
    """Restores a backup into an empty stage without notifying its intake; returns the manifest.

    Raises BackupUnusable and NotEmpty before anything is written.
    """
    return _restore(Folder(folder), progress)


def restore_table(made: str = "", *, progress: Progress = ignore) -> Manifest:
    """Restores the table from its backup in the bucket of reports, by default from the latest one.

    Uploads that came after it are for the sweep. Raises as `restore` does.
    """
    finished = backups.list_finished()
    chosen = made or (finished[-1] if finished else "")
    if chosen not in finished:
        raise BackupUnusable(
            f"kho báo cáo không có bản sao lưu hoàn chỉnh nào {f'mang tên {chosen}' if chosen else ''}".rstrip()
        )
    return _restore(Shelf(chosen), progress)


def _restore(place: BackupPlace, progress: Progress) -> Manifest:
    manifest = check_backup(place)
    restoring = _Restoring(place, manifest, progress)
    restoring.check()
    with whole.silence() if restoring.wanted else nullcontext():
        restoring.put()
    return manifest


class _Restoring:
    """One run; `wanted` is empty for a backup of the table alone, whose objects lie where they lay."""

    def __init__(self, place: BackupPlace, manifest: Manifest, progress: Progress) -> None:
        self._place, self._manifest, self._progress = place, manifest, progress
        self._known: Known = {}
        self.wanted = _read_wanted(place, manifest)
        self._bodies = {spot: self.wanted.pop(spot) for spot in [*self.wanted] if is_body_key(spot[1])}

    def check(self) -> None:
        """Raises NotEmpty if the stage holds anything that this backup would not have written."""
        compared = self._compare(self.wanted)
        plan = self._plan(_name_anew(compared))
        if foreign := compared.foreign - plan.bodies.keys():
            raise NotEmpty(min(foreign)[1])
        _find_present(plan)

    def put(self) -> None:
        """Puts what is missing."""
        names = _name_anew(self._put_objects(self.wanted))
        plan = self._plan(names)
        self._put_objects(plan.bodies)
        present = _find_present(plan)
        for item in map(plan.adapt, self._read_items()):
            if key_of(item) not in present:
                _put_item(item)
            self._progress(ITEMS, 1)

    def _compare(self, wanted: Wanted) -> Compared:
        return compare(wanted, self._known) if self.wanted else Compared([], [], [], set())

    def _put_objects(self, wanted: Wanted) -> Compared:
        """Puts and deletes versions until the buckets hold what they must."""
        while (compared := self._compare(wanted)).missing or compared.repeats:
            for (bucket, key), version_id in compared.repeats:
                whole.delete_version(bucket, key=key, version_id=version_id)
            for spot, copy in compared.missing:
                self._known[_put_copy(spot, copy)] = copy.content
                self._progress(OBJECTS, 1)
        return compared

    def _plan(self, names: Names) -> Plan:
        plan = Plan(names, {}, {}, {})
        for (bucket, old), copies in self._bodies.items():
            key, data = rename_body(old, copies[0].read(), names)
            plan.pointers[old] = make_pointer(key, data)
            read = partial(_read_renamed, old, copies[0], names)
            body = copies[0]._replace(sha256=hashlib.sha256(data).hexdigest(), read=read)
            plan.bodies[bucket, key] = [body for _ in copies]
        for item in map(plan.adapt, self._read_items()):
            plan.hashes[key_of(item)] = hash_item(item)
        return plan

    def _read_items(self) -> Iterator[Wire]:
        """Each item of the backup as its last line has it."""
        seen: set[Key] = set()
        for item in read_last_lines(self._place, self._manifest, ITEMS):
            if key_of(item) not in seen:
                seen.add(key_of(item))
                yield item


def _read_renamed(key: str, copy: Copy, names: Names) -> bytes:
    return rename_body(key, copy.read(), names)[1]


def _read_wanted(place: BackupPlace, manifest: Manifest) -> dict[Spot, list[Copy]]:
    wanted: dict[Spot, list[Copy]] = {}
    for line in read_lines(place, manifest, OBJECTS):
        read = partial(place.read, name_bytes(line["sha256"]))
        copy = Copy(line["version_id"], line["sha256"], line["metadata"], line["headings"], read)
        wanted.setdefault((line["bucket"], line["key"]), []).append(copy)
    return wanted


def _name_anew(compared: Compared) -> dict[str, str]:
    names: dict[str, str] = {}
    for (_, key), copy, version_id in compared.same:
        names |= name_anew(key, old_version=copy.version_id, new_version=version_id)
    names.pop("", None)
    return names


def _put_copy(spot: Spot, copy: Copy) -> str:
    bucket, key = spot
    return whole.put_version(bucket, key=key, data=copy.read(), metadata=copy.metadata, headings=copy.headings)


def _find_present(plan: Plan) -> set[Key]:
    """The items that are there already. Raises NotEmpty for any that the backup would not have written."""
    present: set[Key] = set()
    for item in table.scan_items():
        if plan.hashes.get(key_of(item)) != hash_item(item):
            raise NotEmpty(item["pk"]["S"])
        present.add(key_of(item))
    return present


def _put_item(item: Wire) -> None:
    """Puts an item that was not there. It is there if the answer to a first attempt was lost."""
    try:
        table.put_item(item)
    except ConditionFailed:
        found = table.find_item(key_of(item))
        if found is None or hash_item(found) != hash_item(item):
            raise NotEmpty(item["pk"]["S"]) from None
