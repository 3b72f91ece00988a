"""Writes the whole store to a directory and restores it, between AWS and the embedded stack too.

    items.jsonl     one item of the table per line, as DynamoDB's protocol writes it
    objects.jsonl   one version of an object per line: bucket, key, version, time, headings, SHA-256
    objects/ab/…    the bytes, each under its SHA-256, once
    manifest.json   counts, and the hashes of both lists; written last, so a directory without it is no backup

Not included: the users of the console, settings, logs, and messages in the queues.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Any

from chalicelib.operate.renaming import name_anew, rename, rename_body
from chalicelib.store import objects, table, whole
from chalicelib.store.addresses import HANDOUTS, TRIALS
from chalicelib.store.records import Wire, body_keys
from chalicelib.store.whole import INBOX, REPORTS, Stored

FORMAT = 1
ITEMS, OBJECTS, MANIFEST = "items.jsonl", "objects.jsonl", "manifest.json"
_AT_ONCE, _AHEAD = 8, 32

Progress = Callable[[str, int], None]
"""Called with a step's name and a count."""


class BackupUnusable(ValueError):
    """The directory is no complete backup; the message says why."""


class NotEmpty(RuntimeError):
    """The stage is not empty; a backup is restored into an empty stage only."""


def _ignore(_: str, __: int) -> None:
    return


# Backup


def back_up(folder: Path, *, now: datetime, progress: Progress = _ignore) -> dict[str, Any]:
    """Writes the whole store into an empty or new directory; returns the manifest.

    Items are read before objects. Objects are never replaced, so every object that an item names is included.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise BackupUnusable(f"{folder} is not empty")
    items = sorted(table.scan_items(), key=lambda item: (item["pk"]["S"], item["sk"]["S"]))
    _write_lines(folder / ITEMS, items)
    progress("items", len(items))
    lines = [_keep(folder, stored, progress) for bucket in (INBOX, REPORTS) for stored in _read_all(bucket)]
    _write_lines(folder / OBJECTS, lines)
    manifest = {
        "format": FORMAT,
        "made": now.isoformat(),
        "items": len(items),
        "objects": len(lines),
        "bytes": sum(int(line["size"]) for line in lines),
        "sha256": {name: _hash(folder / name) for name in (ITEMS, OBJECTS)},
    }
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=1) + "\n", "utf-8")
    return manifest


def _read_all(bucket: str) -> Iterator[Stored]:
    """Reads every version of a bucket, several at a time, in the order of keys and, within a key, of age.

    Files made for one download are left out, and trials.
    """
    kept = (version for version in whole.list_versions(bucket) if not version.key.startswith((HANDOUTS, TRIALS)))
    versions = sorted(kept, key=lambda version: (version.key, version.stored))
    with ThreadPoolExecutor(_AT_ONCE) as readers:
        for start in range(0, len(versions), _AHEAD):  # bounds the bytes in memory
            some = versions[start : start + _AHEAD]
            yield from readers.map(
                lambda version: whole.read_version(bucket, key=version.key, version_id=version.version_id), some
            )


def _keep(folder: Path, stored: Stored, progress: Progress) -> dict[str, Any]:
    sha256 = stored.sha256
    path = _place(folder, sha256)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(stored.data)
    progress("objects", 1)
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


# Restore


def restore(folder: Path, *, progress: Progress = _ignore) -> dict[str, Any]:
    """Restores a backup into an empty stage without notifying its intake; returns the manifest.

    Raises BackupUnusable before anything is written, and NotEmpty.
    """
    manifest = check_backup(folder)
    if not whole.is_empty():
        raise NotEmpty("the stage is not empty")
    with whole.silence():
        names: dict[str, str] = {}
        for line in _read_lines(folder / OBJECTS):
            stored = _read_copy(folder, line)
            names |= name_anew(stored.key, old_version=stored.version_id, new_version=whole.put_version(stored))
            progress("objects", 1)
        names.pop("", None)
        for item in _read_lines(folder / ITEMS):
            table.put_item(_adapt(item, names))
            progress("items", 1)
    return manifest


def _adapt(item: Wire, names: dict[str, str]) -> Wire:
    """The item with this stage's version ids. A body that they change is stored again beside the old one."""
    if body_keys(item):
        item, key, data = rename_body(item, objects.read_body(body_keys(item)[0]), names)
        objects.put_body(key, data)
    return dict(rename(item, names))


def check_backup(folder: Path) -> dict[str, Any]:
    """The manifest of a complete and undamaged backup. Raises BackupUnusable."""
    try:
        manifest = dict(json.loads((folder / MANIFEST).read_text("utf-8")))
    except (OSError, ValueError) as error:
        raise BackupUnusable(f"{MANIFEST}: {type(error).__name__}") from error
    if manifest.get("format") != FORMAT:
        raise BackupUnusable(f"{MANIFEST}: format {manifest.get('format')}, not {FORMAT}")
    for name, sha256 in manifest["sha256"].items():
        if _hash(folder / name) != sha256:
            raise BackupUnusable(f"{name} has changed since it was written")
    for line in _read_lines(folder / OBJECTS):
        if _hash(_place(folder, line["sha256"])) != line["sha256"]:
            raise BackupUnusable(f"the bytes of {line['key']} are missing or have changed")
    return manifest


def _read_copy(folder: Path, line: dict[str, Any]) -> Stored:
    return Stored(
        bucket=line["bucket"],
        key=line["key"],
        version_id=line["version_id"],
        stored=datetime.fromisoformat(line["stored"]),
        metadata=line["metadata"],
        headings=line["headings"],
        data=_place(folder, line["sha256"]).read_bytes(),
    )


def _place(folder: Path, sha256: str) -> Path:
    return folder / "objects" / sha256[:2] / sha256


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


def _write_lines(path: Path, lines: Iterable[Any]) -> None:
    with path.open("w", encoding="utf-8") as file:
        for line in lines:
            file.write(json.dumps(line, ensure_ascii=False, sort_keys=True) + "\n")


def _read_lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        yield from (json.loads(line) for line in file)
