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
from chalicelib.store.records import Wire, body_keys, from_wire

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


def rename_body(item: Wire, data: bytes, names: Names) -> tuple[Wire, str, bytes]:
    """An item with a body in S3, the body's key and the body. If a name in it changed, the key holds the new hash."""
    (key,) = body_keys(item)
    renamed = json.dumps(rename(json.loads(gzip.decompress(data)), names), ensure_ascii=False, sort_keys=True,
                         separators=(",", ":")).encode()  # fmt: skip
    if renamed == gzip.decompress(data):
        return item, key, data
    packed = gzip.compress(renamed, mtime=0)
    sha256 = hashlib.sha256(packed).hexdigest()
    old = from_wire(item)["stored_body"]["sha256"]
    new_key = rename_body_key(key, old=old, new=sha256)
    pointer = {"M": {"key": {"S": new_key}, "sha256": {"S": sha256}, "size": {"N": str(len(packed))}}}
    return {**item, "stored_body": pointer}, new_key, packed
