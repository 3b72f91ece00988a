"""Converts records to DynamoDB items and back: exact numbers, times in UTC with offset, nothing invented.

None is left out, an empty text is kept, a float is refused. An item too large for DynamoDB (400 KB) is split
before it is written: its fields go, compressed, into an object of the reports bucket whose key holds their
hash; the item keeps the small fields and a pointer to the object.

What a submission says is most of its item, and of the item of its state. It is kept compressed in one field of the
item, so that thousands of reports are read and written at a quarter of the size, and an index of states can leave it
out.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import zlib
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Context, Decimal
from typing import Any, NamedTuple, TypeVar

from boto3.dynamodb.types import TypeSerializer
from pydantic import BaseModel

from chalicelib.store.addresses import Key, body_key
from chalicelib.store.errors import Damaged

Item = dict[str, Any]
"""A DynamoDB item in plain values: text, bool, int, Decimal, list, dict."""

Wire = dict[str, Any]
"""The same with its types spelled out, as DynamoDB's protocol wants it: {"name": {"S": "…"}}."""

LARGEST_ITEM = 380_000
"""Bytes. DynamoDB takes 409,600. The estimate is never too low, and this limit leaves room for it."""

_LARGEST_KEPT = 1_000
BODY = "stored_body"
"""The field that points to the part of an item that is stored in S3."""

SAID = ("values", "tables", "narratives", "remarks", "normalisations")
"""The fields of a submission that are compressed together into the item's field `folded`."""

_FOLDED, _SUBMISSION = "folded", "submission"
_EXACT = "exact_number"
_MOST_DIGITS = 38
_EXPONENTS = range(-128, 126)

_Model = TypeVar("_Model", bound=BaseModel)
_serialize = TypeSerializer().serialize


class Body(NamedTuple):
    """The part of an item that is stored in S3: its key and its bytes."""

    key: str
    data: bytes


class Packed(NamedTuple):
    """An item ready to be written. A `body`, if there is one, must be stored before the item."""

    item: Wire
    body: Body | None


def pack(key: Key, record: BaseModel, *, largest: int = LARGEST_ITEM) -> Packed:
    """The item of a record. Raises TypeError for a float or any other type that records do not use."""
    fields = {name: value for name, value in plain(record.model_dump()).items() if value is not None}
    if measure(fields) <= largest:
        return Packed(to_wire(key, _fold(fields)), None)
    data = gzip.compress(_dump(fields), mtime=0)
    sha256 = hashlib.sha256(data).hexdigest()
    body = Body(body_key(key, sha256), data)
    kept = {name: value for name, value in fields.items() if _is_small(value)}
    return Packed(to_wire(key, kept | {BODY: {"key": body.key, "sha256": sha256, "size": len(data)}}), body)


def unpack(model: type[_Model], wire: Mapping[str, Any], read_body: Callable[[str], bytes]) -> _Model:
    """The record in an item; `read_body` fetches the part in S3. Raises Damaged if that part has changed."""
    item = from_wire(wire)
    if pointer := item.get(BODY):
        data = read_body(pointer["key"])
        if hashlib.sha256(data).hexdigest() != pointer["sha256"]:
            raise Damaged(pointer["key"])
        item = read_body_fields(data)
    return model.model_validate({name: value for name, value in unfold(item).items() if name not in ("pk", "sk")})


def read_body_fields(data: bytes) -> Item:
    """The plain fields in a stored body."""
    return from_wire(json.loads(gzip.decompress(data)))


def to_wire(key: Key, fields: Mapping[str, Any]) -> Wire:
    return {name: _serialize(value) for name, value in {**key._asdict(), **fields}.items()}


def from_wire(wire: Mapping[str, Any]) -> Item:
    """The plain values of an item or of a stored body."""
    return {name: _read(value) for name, value in wire.items()}


def body_keys(wire: Mapping[str, Any]) -> tuple[str, ...]:
    """The keys of the item's parts in S3: none or one."""
    pointer = from_wire(wire).get(BODY)
    return (pointer["key"],) if pointer else ()


def measure(value: Any) -> int:
    """The size of a plain value in DynamoDB, in bytes; the estimate is never too low."""
    if isinstance(value, str):
        return len(value.encode())
    if isinstance(value, bool):
        return 1
    if isinstance(value, (int, Decimal)):
        return 21
    if isinstance(value, dict):
        return 3 + sum(1 + len(name.encode()) + measure(inner) for name, inner in value.items())
    return 3 + sum(1 + measure(inner) for inner in value)


def plain(value: Any) -> Any:
    """`value` in DynamoDB's types. A number that DynamoDB cannot hold exactly is wrapped as text, not rounded."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return str(value)
    if isinstance(value, (int, Decimal)):
        return _plain_number(Decimal(value))
    if isinstance(value, datetime):
        return _plain_time(value)
    if isinstance(value, Mapping):
        return {str(name): plain(inner) for name, inner in value.items() if inner is not None}
    if isinstance(value, (list, tuple)):
        return [plain(inner) for inner in value]
    raise TypeError(f"no record may hold a {type(value).__name__}")


def _plain_number(number: Decimal) -> Decimal | dict[str, str]:
    if not number.is_finite():
        raise TypeError("no record may hold a number that is not finite")
    shortest = number.normalize(Context(prec=max(1, len(number.as_tuple().digits))))
    if len(shortest.as_tuple().digits) <= _MOST_DIGITS and (not number or shortest.adjusted() in _EXPONENTS):
        return shortest if number else Decimal(0)
    return {_EXACT: str(number)}


def _plain_time(time: datetime) -> str:
    if time.tzinfo is None:
        raise TypeError("no record may hold a time without offset")
    return time.astimezone(UTC).isoformat()


def _read(wire: Wire) -> Any:
    """The plain value of one value as DynamoDB's protocol writes it; records have these types alone."""
    ((kind, value),) = wire.items()
    match kind:
        case "S" | "BOOL":
            return value
        case "N":
            return Decimal(value)
        case "M":
            return _restore_number({name: _read(inner) for name, inner in value.items()})
        case "L":
            return [_read(inner) for inner in value]
    raise TypeError(f"no record may hold a {kind}")


def _fold(fields: Item) -> Item:
    """The fields of a record, in which what it or its submission says is one compressed text."""
    sent = fields.get(_SUBMISSION)
    own = sent or fields
    said = {name: own[name] for name in SAID if own.get(name)}
    if not said:
        return fields
    text = json.dumps(said, ensure_ascii=False, separators=(",", ":"), default=_dump_number)
    rest = {name: value for name, value in own.items() if name not in said}
    return (fields | {_SUBMISSION: rest} if sent else rest) | {
        _FOLDED: base64.b64encode(zlib.compress(text.encode())).decode()
    }


def unfold(fields: Item) -> Item:
    """The same fields as they were; records of earlier versions of the product were not folded."""
    if _FOLDED not in fields:
        return fields
    text = zlib.decompress(base64.b64decode(fields[_FOLDED])).decode()
    said: Item = json.loads(text, object_hook=_restore_number if _EXACT in text else None)
    rest = {name: value for name, value in fields.items() if name != _FOLDED}
    return rest | ({_SUBMISSION: rest[_SUBMISSION] | said} if _SUBMISSION in rest else said)


def _dump_number(number: Decimal) -> int | dict[str, str]:
    return int(number) if number == number.to_integral_value() else {_EXACT: str(number)}


def _restore_number(value: Item) -> Any:
    return Decimal(value[_EXACT]) if value.keys() == {_EXACT} else value


def _dump(fields: Mapping[str, Any]) -> bytes:
    wire = {name: _serialize(value) for name, value in fields.items()}
    return json.dumps(wire, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _is_small(value: Any) -> bool:
    return not isinstance(value, (dict, list)) and measure(value) <= _LARGEST_KEPT
