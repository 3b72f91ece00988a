"""The whole store, version by version: for backup, restore and verification by operators.

Our Lambda functions may not list the reports bucket, but for what they delete; operators use their own rights.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from typing import NamedTuple

from chalicelib.store import objects
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


def list_spots(bucket: str, *, leaving_out: tuple[str, ...]) -> dict[str, list[objects.StoredVersion]]:
    """The versions of each key, in the order of keys and oldest first, but for some prefixes.

    Storage lists the newest version of a key first; times alone do not order what came within one second.
    """
    spots: dict[str, list[objects.StoredVersion]] = {}
    for version in list_versions(bucket):
        if not version.key.startswith(leaving_out):
            spots.setdefault(version.key, []).insert(0, version)
    return spots


def read_version(bucket: str, *, key: str, version_id: str) -> Stored:
    """One complete version of an object."""
    found = objects.read_object(_name(bucket), key=key, version_id=version_id)
    return Stored(bucket, key, version_id, found.stored, found.metadata, found.headings, found.data)


def put_version(bucket: str, *, key: str, data: bytes, metadata: Mapping[str, str], headings: Mapping[str, str]) -> str:
    """Writes a copy; returns its version id."""
    return objects.put_object(
        key,
        data,
        bucket=_name(bucket),
        content_type=headings.get("ContentType", _UNTYPED),
        disposition=headings.get("ContentDisposition", ""),
        metadata=metadata,
    )


def delete_version(bucket: str, *, key: str, version_id: str) -> None:
    objects.delete_version(_name(bucket), key=key, version_id=version_id)


def silence() -> AbstractContextManager[None]:
    """Switches off the inbox's notifications to intake for the duration of the context."""
    return objects.silence(read_settings().inbox)


def is_silenced() -> bool:
    """Whether the inbox's notifications were left off, as by a restore that was cut off."""
    return objects.is_silenced(read_settings().inbox)


def _name(bucket: str) -> str:
    settings = read_settings()
    return settings.inbox if bucket == INBOX else settings.reports
