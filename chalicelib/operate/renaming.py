"""Names that a copy of the store cannot keep: S3 gives each version of an object its own id.

Records name the bytes they are about by version, and a further upload under one key takes its own id from the
version's. So a restored record has the new names in the places of the old ones, and nothing else in it changes.
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


def name_anew(key: str, old_version: str, new_version: str) -> dict[str, str]:
    """What is called otherwise now that this object's version has another id."""
    try:
        _, upload_id = parse_key(key)
    except KeyUnreadable:
        return {old_version: new_version}
    further = {derive_id(upload_id, old_version): derive_id(upload_id, new_version)}
    return {old_version: new_version} | further | {receipt_pk(old): receipt_pk(new) for old, new in further.items()}


def rename(value: Any, names: Names) -> Any:
    """`value` with every text that is an old name replaced, at any depth."""
    if isinstance(value, str):
        return names.get(value, value)
    if isinstance(value, list):
        return [rename(inner, names) for inner in value]
    if isinstance(value, Mapping):
        return {name: rename(inner, names) for name, inner in value.items()}
    return value


def rename_body(item: Wire, data: bytes, names: Names) -> tuple[Wire, str, bytes]:
    """An item whose body lies in S3, the body's key and the body: under its new hash where a name in it changed."""
    (key,) = body_keys(item)
    renamed = json.dumps(rename(json.loads(gzip.decompress(data)), names), ensure_ascii=False, sort_keys=True,
                         separators=(",", ":")).encode()  # fmt: skip
    if renamed == gzip.decompress(data):
        return item, key, data
    packed = gzip.compress(renamed, mtime=0)
    sha256 = hashlib.sha256(packed).hexdigest()
    old = from_wire(item)["stored_body"]["sha256"]
    new_key = rename_body_key(key, old, sha256)
    pointer = {"M": {"key": {"S": new_key}, "sha256": {"S": sha256}, "size": {"N": str(len(packed))}}}
    return {**item, "stored_body": pointer}, new_key, packed
