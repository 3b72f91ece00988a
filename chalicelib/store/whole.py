"""The whole store, item by item and version by version: for backup, restore and verification by operators.

Our Lambda functions may not scan the table or list the reports bucket; operators use their own rights.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from typing import NamedTuple

from chalicelib.store import objects, table
from chalicelib.store.settings import read_settings

INBOX, REPORTS = "inbox", "reports"
_UNTYPED = "binary/octet-stream"


class Stored(NamedTuple):
    """One version of an object with everything a copy needs. `bucket` is "inbox" or "reports"."""

    bucket: str
    key: str
    version_id: str
    stored: datetime
    metadata: Mapping[str, str]
    headings: Mapping[str, str]
    data: bytes

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.data).hexdigest()


def list_versions(bucket: str, *, prefix: str = "") -> Iterator[objects.StoredVersion]:
    return objects.list_versions(_name(bucket), prefix=prefix)


def read_version(bucket: str, *, key: str, version_id: str) -> Stored:
    """One complete version of an object."""
    found = objects.read_object(_name(bucket), key=key, version_id=version_id)
    return Stored(bucket, key, version_id, found.stored, found.metadata, found.headings, found.data)


def put_version(stored: Stored) -> str:
    """Writes a copy; returns the version id of the copy."""
    return objects.put_object(
        stored.key,
        stored.data,
        bucket=_name(stored.bucket),
        content_type=stored.headings.get("ContentType", _UNTYPED),
        disposition=stored.headings.get("ContentDisposition", ""),
        metadata=stored.metadata,
    )


def is_empty() -> bool:
    """Whether nothing is stored here yet."""
    if next(table.scan_items(), None) is not None:
        return False
    return all(next(list_versions(bucket), None) is None for bucket in (INBOX, REPORTS))


def silence() -> AbstractContextManager[None]:
    """Switches off the inbox's notifications to intake for the duration of the context."""
    return objects.silence(read_settings().inbox)


def _name(bucket: str) -> str:
    settings = read_settings()
    return settings.inbox if bucket == INBOX else settings.reports
