"""Writes the whole store to a directory, or the table alone into the bucket of reports; `places.py` has the format.

A backup of the table serves when the table is lost and the buckets are there. The clock makes one every hour while a
period is open, and otherwise one a day.

Not included: the accounts of the console's users (their last sign-ins are), settings, logs, messages in the queues;
counters; files made for one download.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from chalicelib.domain.programme.model import Period
from chalicelib.operate.places import (
    FORMAT,
    ITEMS,
    LEFT_OUT,
    OBJECTS,
    BackupPlace,
    BackupUnusable,
    Folder,
    Manifest,
    Shelf,
    name_bytes,
    put_lines,
    put_manifest,
)
from chalicelib.operate.whole_table import TableReading
from chalicelib.report.publish import DAILY_AT, FREEZE_WITHIN
from chalicelib.store import programmes, whole
from chalicelib.store.addresses import is_draft_file, name_time
from chalicelib.store.backups import HASHES
from chalicelib.store.errors import NotFound
from chalicelib.store.objects import StoredVersion
from chalicelib.store.settings import read_setting
from chalicelib.store.whole import INBOX, REPORTS, Stored

_AT_ONCE, _AHEAD = 8, 32

Progress = Callable[[str, int], None]
"""Called with a step's name and a count."""


def ignore(_: str, __: int) -> None:
    return


def back_up(folder: Path, *, now: datetime, progress: Progress = ignore) -> Manifest:
    """Writes the whole store into an empty or new directory; returns the manifest.

    Items are read before objects. Objects are never replaced, so every object that an item names is included, but for
    drafts' files that the clock removes meanwhile; it writes that again where the backup is restored.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise BackupUnusable(f"thư mục {folder} đã có nội dung, xin chọn thư mục khác")
    place = Folder(folder)
    manifest = _put_table(place, now, progress)
    lines = [_keep(place, stored, progress) for bucket in (INBOX, REPORTS) for stored in _read_all(bucket)]
    manifest |= {"objects": len(lines), "bytes": sum(int(line["size"]) for line in lines)}
    manifest[HASHES] |= put_lines(place, OBJECTS, lines)
    put_manifest(place, manifest)
    return manifest


def back_up_table(*, now: datetime, progress: Progress = ignore) -> Manifest:
    """Writes the table into the bucket of reports; returns the manifest."""
    place = Shelf(name_time(now))
    manifest = _put_table(place, now, progress)
    put_manifest(place, manifest)
    return manifest


def read_hours() -> int:
    """The stage's setting: every so many hours, 0 for never."""
    return int(read_setting("TONGHOP_BACKUP_HOURS"))


def back_up_due(*, now: datetime, hours: int) -> Manifest | None:
    """What the clock does every hour: a backup of the table, if one is due.

    One is due every so many `hours` while a period is open, or its lock is not a week ago; and otherwise once a day.
    With 0 none is ever due.
    """
    if not hours or (now.hour != DAILY_AT and now.hour % hours):
        return None
    codes = programmes.list_programmes()
    return back_up_table(now=now) if codes and (now.hour == DAILY_AT or _is_any_open(codes, now)) else None


def _is_any_open(codes: Iterable[str], now: datetime) -> bool:
    periods: Iterator[Period] = (period for code in codes for period in programmes.load_in_force(code).periods)
    return any(period.opens <= now < period.lock + FREEZE_WITHIN for period in periods)


def _put_table(place: BackupPlace, now: datetime, progress: Progress) -> Manifest:
    """Puts the items, after a manifest that says that a backup has begun; returns the manifest of what is there."""
    manifest: Manifest = {"format": FORMAT, "made": now.isoformat()}
    put_manifest(place, manifest)
    reading = TableReading(since=now)
    hashes = put_lines(place, ITEMS, reading.read())
    progress(ITEMS, len(reading.given))
    return manifest | {"items": len(reading.given), HASHES: hashes}


def _read_all(bucket: str) -> Iterator[Stored]:
    """Reads every version of a bucket, several at a time, in the order of keys and, within a key, of age."""
    versions = [each for spot in whole.list_spots(bucket, leaving_out=LEFT_OUT).values() for each in spot]
    with ThreadPoolExecutor(_AT_ONCE) as readers:
        for start in range(0, len(versions), _AHEAD):  # bounds the bytes in memory
            some = versions[start : start + _AHEAD]
            yield from (stored for stored in readers.map(partial(_read, bucket), some) if stored)


def _read(bucket: str, version: StoredVersion) -> Stored | None:
    """None for a draft's file that was removed since it was listed."""
    try:
        return whole.read_version(bucket, key=version.key, version_id=version.version_id)
    except NotFound:
        if is_draft_file(version.key):
            return None
        raise


def _keep(place: BackupPlace, stored: Stored, progress: Progress) -> dict[str, Any]:
    sha256 = stored.sha256
    place.put(name_bytes(sha256), stored.data)
    progress(OBJECTS, 1)
    return {
        "bucket": stored.bucket,
        "key": stored.key,
        "version_id": stored.version_id,
        "stored": stored.stored.isoformat(),
        "size": len(stored.data),
        "sha256": sha256,
        "metadata": dict(stored.metadata),
        "headings": dict(stored.headings),
    }
