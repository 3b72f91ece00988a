"""Backups of the table in the bucket of reports: each a manifest and parts under the time when it began.

Whoever makes one puts its manifest first, to say that it is being made, and again, with the hashes of the parts, when
everything is there. `operate/places.py` says what else stands in them.
"""

from __future__ import annotations

import json
from collections import defaultdict
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from chalicelib.store import objects
from chalicelib.store.addresses import BACKUPS, backup_key, name_time, parse_backup_key
from chalicelib.store.errors import NotFound
from chalicelib.store.uploads import delete_report_versions, list_report_versions

MANIFEST = "manifest.json"
HASHES = "sha256"
"""The entry of a manifest that only a finished backup has: the hash of each part, by name."""

LONGEST_RUN = timedelta(minutes=15)
"""Neither a backup by the clock nor whatever else writes takes longer: Lambda ends a function then."""

_TYPES = {"json": "application/json", "gz": "application/gzip"}


def put_part(made: str, *, name: str, data: bytes) -> None:
    objects.put_object(backup_key(made, name=name), data, content_type=_TYPES[name.rpartition(".")[2]])


def read_part(made: str, *, name: str) -> bytes:
    """Raises NotFound."""
    return objects.read_body(backup_key(made, name=name))


def list_finished() -> list[str]:
    """The backups that have all their parts, by the time when they began, oldest first."""
    found = _list_parts()
    return [made for made in sorted(found) if (wanted := _find_parts(made)) is not None and wanted <= found[made]]


def delete_all(*, now: datetime) -> tuple[int, bool]:
    """Deletes every version of every part of every backup for good.

    Returns how many, and whether a backup is being made meanwhile, which may still put parts. Its manifest, which has
    no contents, stays, so that the next call knows of it as well.
    """
    since = name_time(now - LONGEST_RUN)
    running = {made for made in _list_parts() if made >= since and _is_unfinished(made)}
    kept = {backup_key(made, name=MANIFEST) for made in running}
    deleted = delete_report_versions(each for each in list_report_versions(BACKUPS) if each.key not in kept)
    return deleted, bool(running)


def _list_parts() -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for version in list_report_versions(BACKUPS):
        made, name = parse_backup_key(version.key)
        found[made].add(name)
    return found


def _is_unfinished(made: str) -> bool:
    """Whether a backup has been begun and its end was not told. One without manifest is being deleted."""
    manifest = _find_manifest(made)
    return manifest is not None and HASHES not in manifest


def _find_parts(made: str) -> set[str] | None:
    """The names of the parts of a finished backup."""
    manifest = _find_manifest(made)
    return set(manifest[HASHES]) if manifest and HASHES in manifest else None


def _find_manifest(made: str) -> dict[str, Any] | None:
    with suppress(NotFound):
        return dict(json.loads(read_part(made, name=MANIFEST)))
    return None
