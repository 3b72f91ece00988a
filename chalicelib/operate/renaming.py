"""Renames version ids in restored records: S3 gives each version of a restored object a new id.

Records refer to bytes by version id, and a further upload under one key gets its upload id from the version id.
A restored record has the new ids in place of the old ones; nothing else in it changes.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Mapping
from typing import Any

from chalicelib.intake.receive import derive_id
from chalicelib.store.addresses import KeyUnreadable, parse_key, receipt_pk, rename_body_key
from chalicelib.store.records import Wire

Names = Mapping[str, str]


def name_anew(key: str, *, old_version: str, new_version: str) -> dict[str, str]:
    """The old and new names that follow from the new id of this object's version."""
    try:
        _, upload_id = parse_key(key)
    except KeyUnreadable:
        return {old_version: new_version}
    further = {derive_id(upload_id, version_id=old_version): derive_id(upload_id, version_id=new_version)}
    return {old_version: new_version} | further | {receipt_pk(old): receipt_pk(new) for old, new in further.items()}


def rename(value: Any, names: Names) -> Any:
    """`value` with every text that equals an old name replaced, at any depth."""
    if isinstance(value, str):
        return names.get(value, value)
    if isinstance(value, list):
        return [rename(inner, names) for inner in value]
    if isinstance(value, Mapping):
        return {name: rename(inner, names) for name, inner in value.items()}
    return value


def rename_body(key: str, data: bytes, names: Names) -> tuple[str, bytes]:
    """The stored part of a record and its key, which holds the new hash if a name changed."""
    renamed = json.dumps(rename(json.loads(gzip.decompress(data)), names), ensure_ascii=False, sort_keys=True,
                         separators=(",", ":")).encode()  # fmt: skip
    if renamed == gzip.decompress(data):
        return key, data
    packed = gzip.compress(renamed, mtime=0)
    return rename_body_key(key, old=_hash(data), new=_hash(packed)), packed


def make_pointer(key: str, data: bytes) -> Wire:
    """What an item has in the field BODY, to point to this part."""
    return {"M": {"key": {"S": key}, "sha256": {"S": _hash(data)}, "size": {"N": str(len(data))}}}


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
