"""The one table of DynamoDB. Every statement to DynamoDB is sent from here, in plain values.

Reads are consistent. A conditional write names the error to raise when its condition does not hold. Several
writes are one transaction.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeVar

from pydantic import BaseModel

from chalicelib.store import objects
from chalicelib.store.addresses import Key
from chalicelib.store.clients import dynamodb
from chalicelib.store.errors import ConditionFailed, Throttled, translated
from chalicelib.store.records import Wire, from_wire, pack, plain, to_wire, unpack
from chalicelib.store.settings import read_settings

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import QueryInputTypeDef, TransactWriteItemTypeDef

_Model = TypeVar("_Model", bound=BaseModel)
_Name = TypeVar("_Name")

_MOST_KEYS = 100
"""Keys in one BatchGetItem: DynamoDB's limit."""

_BATCH_ROUNDS = 8
_NUMBER = "number"
_TOKEN_LENGTH = 36

_ABSENT = "attribute_not_exists(pk)"
_PRESENT = "attribute_exists(pk)"
_ENDS = "expires_at"
"""The field by which DynamoDB deletes an item by itself."""


class Write(NamedTuple):
    """One write of a transaction. `broken` is raised if the condition does not hold."""

    kind: Literal["Put", "Update", "ConditionCheck", "Delete"]
    request: dict[str, Any]
    broken: type[ConditionFailed]


# Reading


def find_item(key: Key) -> Wire | None:
    with translated(key.pk):
        answer = dynamodb().get_item(TableName=read_settings().table, Key=_wire_key(key), ConsistentRead=True)
    return answer.get("Item")


def find_record(model: type[_Model], key: Key) -> _Model | None:
    item = find_item(key)
    return None if item is None else read_record(model, item)


def read_record(model: type[_Model], item: Wire) -> _Model:
    return unpack(model, item, objects.read_body)


def read_fields(item: Wire) -> dict[str, Any]:
    """The plain values of an item's fields; those in S3 are not read."""
    return from_wire(item)


def query_items(
    pk: str,
    *,
    begins: str = "",
    since: str = "",
    newest_first: bool = False,
    most: int = 0,
    only: Collection[str] = (),
    index: str = "",
) -> Iterator[Wire]:
    """The items under `pk` in the order of their sk, page by page; `most` 0 means all.

    Either those whose sk `begins` so, or those from the sk `since` on; of each item `only` these fields, if any are
    named: "submission.revision" is a field within a field. An `index` of the table has smaller items, in its own order;
    one that is written meanwhile may come twice.
    """
    condition = " AND begins_with(sk, :sk)" if begins else " AND sk >= :sk" if since else ""
    request: QueryInputTypeDef = {
        "TableName": read_settings().table,
        "KeyConditionExpression": f"pk = :pk{condition}",
        "ExpressionAttributeValues": {":pk": {"S": pk}} | ({":sk": {"S": begins or since}} if condition else {}),
        "ConsistentRead": True,
        "ScanIndexForward": not newest_first,
    }
    if index:
        request["IndexName"] = index
    if only:
        request |= _choose(only)
    if most:
        request["Limit"] = most
    left = most
    while True:
        with translated(pk):
            page = dynamodb().query(**request)
        items = page["Items"]
        yield from items[:left] if most else items
        left -= len(items)
        if "LastEvaluatedKey" not in page or (most and left <= 0):
            return
        request["ExclusiveStartKey"] = page["LastEvaluatedKey"]


def _choose(paths: Collection[str]) -> QueryInputTypeDef:
    """The part of a request that asks for these fields alone."""
    names = {f"#{name}": name for path in paths for name in path.split(".")}
    spelled = ", ".join(".".join(f"#{name}" for name in path.split(".")) for path in paths)
    return {"ProjectionExpression": spelled, "ExpressionAttributeNames": names}  # type: ignore[typeddict-item]


def query_records(model: type[_Model], pk: str, *, begins: str = "", since: str = "") -> list[_Model]:
    return [read_record(model, item) for item in query_items(pk, begins=begins, since=since)]


def query_parts(model: type[_Model], pk: str) -> list[_Model]:
    """Of larger records only the fields of `model`, which must be small: those in S3 are not read."""
    return [model.model_validate(from_wire(item)) for item in query_items(pk, only=model.model_fields)]


def find_latest(model: type[_Model], pk: str, *, begins: str = "") -> _Model | None:
    """The record with the greatest sk under `pk`."""
    return next((read_record(model, item) for item in query_items(pk, begins=begins, newest_first=True, most=1)), None)


def scan_items(name: str = "") -> Iterator[Wire]:
    """Every item without a time to live, of the table or of another one. Operators may scan, and of our Lambda
    functions `Backup` alone."""
    request: dict[str, Any] = {"TableName": name or read_settings().table, "ConsistentRead": True}
    while True:
        with translated("table"):
            page = dynamodb().scan(**request)
        yield from (item for item in page["Items"] if _ENDS not in item)
        if "LastEvaluatedKey" not in page:
            return
        request["ExclusiveStartKey"] = page["LastEvaluatedKey"]


def find_items(keys: Iterable[Key]) -> dict[Key, Wire]:
    """The existing items of `keys`, by key: read together, whatever they are, a hundred with one call.

    Each is consistent by itself; they are no snapshot. Keys that DynamoDB leaves unprocessed are requested again.
    """
    wanted = list(dict.fromkeys(keys))
    found: dict[Key, Wire] = {}
    for start in range(0, len(wanted), _MOST_KEYS):
        for item in _find_batch(wanted[start : start + _MOST_KEYS]):
            found[Key(item["pk"]["S"], item["sk"]["S"])] = item
    return found


def take_records(model: type[_Model], items: Mapping[Key, Wire], named: Mapping[Key, _Name]) -> dict[_Name, _Model]:
    """The records of one kind among items that were read together, by the names of their keys."""
    return {name: read_record(model, items[key]) for key, name in named.items() if key in items}


def _find_batch(keys: Sequence[Key]) -> Iterator[Wire]:
    table = read_settings().table
    left: list[Any] = [_wire_key(key) for key in keys]
    for attempt in range(_BATCH_ROUNDS):
        time.sleep(0.05 * (2**attempt - 1))
        with translated(table):
            answer = dynamodb().batch_get_item(RequestItems={table: {"Keys": left, "ConsistentRead": True}})
        yield from answer["Responses"].get(table, [])
        left = list(answer.get("UnprocessedKeys", {}).get(table, {"Keys": []})["Keys"])
        if not left:
            return
    raise Throttled(f"{table}: {len(left)} keys unprocessed")


# Writing


def put(key: Key, record: BaseModel, *, broken: type[ConditionFailed]) -> Write:
    """Writes a new record; `broken` is raised if one exists. Fields too large for an item are stored in S3 first."""
    return _put(key, record, {"ConditionExpression": _ABSENT}, broken)


def put_same(key: Key, record: BaseModel) -> Write:
    """Writes a record whose key says what is in it: writing it again changes nothing."""
    return _put(key, record, {}, ConditionFailed)


def put_over(key: Key, record: BaseModel, *, broken: type[ConditionFailed]) -> Write:
    """Replaces an existing record; `broken` is raised if there is none."""
    return _put(key, record, {"ConditionExpression": _PRESENT}, broken)


def put_after(key: Key, record: BaseModel, *, change: int, broken: type[ConditionFailed]) -> Write:
    """Replaces the record whose `change` is this number; with 0, no record may exist."""
    return _put(key, record, _unmoved(change), broken)


def put_fields(key: Key, fields: Mapping[str, Any], *, broken: type[ConditionFailed] | None = None) -> Write:
    """Writes a small item that is no record.

    It replaces an existing item, unless `broken` is given: then an existing item raises it.
    """
    condition = {"ConditionExpression": _ABSENT} if broken else {}
    return Write("Put", {"Item": to_wire(key, plain(fields))} | condition, broken or ConditionFailed)


def check_unmoved(key: Key, *, change: int, broken: type[ConditionFailed]) -> Write:
    """Writes nothing; lets the transaction pass only if the record's `change` is this number."""
    return Write("ConditionCheck", {"Key": _wire_key(key)} | _unmoved(change), broken)


def remove(key: Key) -> Write:
    """Removes an item, if there is one. Only operators have the right to; our Lambda functions do not."""
    return Write("Delete", {"Key": _wire_key(key)}, ConditionFailed)


def set_fields(
    key: Key,
    fields: Mapping[str, Any],
    *,
    absent: Collection[str],
    still: Mapping[str, Any] = MappingProxyType({}),
    broken: type[ConditionFailed],
) -> Write:
    """Sets some fields of an item that exists, has no field of `absent`, and still says what is in `still`."""
    names = {f"#{name}": name for name in (*fields, *absent, *still)}
    values = {f":{name}": value for name, value in _values(fields).items()}
    values |= {f":still_{name}": value for name, value in _values(still).items()}
    conditions = [f"attribute_not_exists(#{name})" for name in absent] + [f"#{name} = :still_{name}" for name in still]
    request = {
        "Key": _wire_key(key),
        "UpdateExpression": "SET " + ", ".join(f"#{name} = :{name}" for name in fields),
        "ExpressionAttributeNames": names,
        "ExpressionAttributeValues": values,
        "ConditionExpression": " AND ".join([_PRESENT, *conditions]),
    }
    return Write("Update", request, broken)


def write(writes: Sequence[Write], *, subject: str) -> None:
    """Makes all of `writes` or none, in one transaction.

    The idempotency token is a hash of the request, so a request repeated after a lost answer takes effect
    once. Raises the `broken` of the first condition that does not hold, or another StorageError.
    """
    table = read_settings().table
    request: list[Any] = [{kind: {"TableName": table} | request} for kind, request, _ in writes]
    items: list[TransactWriteItemTypeDef] = request
    with translated(subject, [broken for _, _, broken in writes]):
        dynamodb().transact_write_items(TransactItems=items, ClientRequestToken=_make_token(request))


def put_item(item: Wire, *, over: bool = False) -> None:
    """Writes an item of a backup, or with `over` one of an earlier table over what is there.

    Without it, raises ConditionFailed if the item exists.
    """
    condition: dict[str, Any] = {} if over else {"ConditionExpression": _ABSENT}
    with translated(item["pk"]["S"]):
        dynamodb().put_item(TableName=read_settings().table, Item=item, **condition)


def add(key: Key, by: int, *, expires: datetime) -> int:
    """Adds to the number in an item that DynamoDB deletes after `expires`; returns the sum."""
    with translated(key.pk):
        answer = dynamodb().update_item(
            TableName=read_settings().table,
            Key=_wire_key(key),
            UpdateExpression="ADD #number :by SET #expires = :expires",
            ExpressionAttributeNames={"#number": _NUMBER, "#expires": _ENDS},
            ExpressionAttributeValues={
                ":by": {"N": str(by)},
                ":expires": {"N": str(int(expires.timestamp()))},
            },
            ReturnValues="UPDATED_NEW",
        )
    return int(answer["Attributes"][_NUMBER]["N"])


def find_number(key: Key) -> int:
    """The number that `add` keeps; 0 if nothing was added yet."""
    return int((find_item(key) or {}).get(_NUMBER, {"N": "0"})["N"])


def _put(key: Key, record: BaseModel, condition: Mapping[str, Any], broken: type[ConditionFailed]) -> Write:
    item, body = pack(key, record)
    if body:
        objects.put_body(body.key, body.data)
    return Write("Put", {"Item": item, **condition}, broken)


def _unmoved(change: int) -> dict[str, Any]:
    if change == 0:
        return {"ConditionExpression": _ABSENT}
    return {
        "ConditionExpression": "#change = :change",
        "ExpressionAttributeNames": {"#change": "change"},
        "ExpressionAttributeValues": {":change": {"N": str(change)}},
    }


def _make_token(request: object) -> str:
    return hashlib.sha256(json.dumps(request, sort_keys=True).encode()).hexdigest()[:_TOKEN_LENGTH]


def _wire_key(key: Key) -> Wire:
    return to_wire(key, {})


def _values(fields: Mapping[str, Any]) -> Wire:
    wire = to_wire(Key("", ""), plain(fields))
    return {name: wire[name] for name in fields}
