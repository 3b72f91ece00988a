"""A table and versioned buckets that live in this process and answer in microseconds.

Most tests run over it: moto copies the whole table at each transaction and spells every answer out. It answers at
botocore's event "before-call", so the calls, their hooks and their errors are those of every engine, and the contract
suite runs over it. Its clock is the test's, in whole seconds as S3 tells them; a page of a Query may be short, so that
paging is tried; and it keeps a journal of what was committed and of what arrived in buckets, in their order.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from io import BytesIO
from types import SimpleNamespace
from typing import Any
from urllib.parse import unquote

import pytest
from botocore import xform_name
from botocore.useragent import UserAgentString

from chalicelib.store.clients import dynamodb, s3
from tests.store.engine import FAKE, INDEX, SENT_TWICE, STORED, find_foreign_endpoint, forget, mocked

Wire = dict[str, Any]
Key = tuple[str, str]

SHORT_PAGE, LONG_PAGE = 7, 1000
"""Items of a Query: so few that paging is tried in small stores, or as many as DynamoDB's megabyte mostly holds."""

_MOST_KEYS, _LARGEST_ITEM, _LARGEST_TRANSACTION = 100, 400 * 1024, 4 * 1024 * 1024
_MOST_BYTES = 4
"""Of a character in UTF-8."""

_LISTED = 1000
"""Versions in a page of a bucket's listing. Its marker is a place in the list: nothing is deleted from a longer one."""

_SORTED = INDEX["KeySchema"][1]["AttributeName"]
_HELD = {"pk", "sk", _SORTED, *INDEX["Projection"]["NonKeyAttributes"]}

_HEADINGS = ("ContentType", "ContentDisposition")
_UNTYPED = {"ContentType": "binary/octet-stream"}


class Refused(Exception):
    """An answer that is an error: its code, its status, and what else it says."""

    def __init__(self, code: str, status: int = 400, **more: Any) -> None:
        super().__init__(code)
        self.status = status
        self.parsed = {"Error": {"Code": code, "Message": code}, **more}


@dataclass
class Version:
    """One version of an object; without `data` it is a delete marker."""

    key: str
    version_id: str
    stored: datetime
    data: bytes | None
    metadata: Wire = field(default_factory=dict)
    headings: Wire = field(default_factory=dict)


@dataclass
class Contents:
    """Everything that is stored. `versions` are those of each bucket, in the order in which they came."""

    items: dict[Key, Wire] = field(default_factory=dict)
    versions: dict[str, list[Version]] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    notifications: dict[str, Wire] = field(default_factory=dict)
    numbered: int = 0

    def copy(self) -> Contents:
        versions = {bucket: list(own) for bucket, own in self.versions.items()}
        return Contents(dict(self.items), versions, dict(self.tokens), dict(self.notifications), self.numbered)


class Memory:
    """The engine. A call whose context says `SENT_TWICE` has its effect twice, and only the second answer arrives."""

    def __init__(self, *, page: int) -> None:
        self.page = page
        self.contents = Contents()
        self.arrived: list[tuple[str, Version]] = []
        self.journal: list[dict[Key, Wire | None]] = []
        self.now: Callable[[], datetime] = lambda: datetime.now(UTC)

    def note_params(self, params: Any, context: dict[str, Any], **_: Any) -> None:
        context["params"] = params

    def answer(self, model: Any, context: dict[str, Any], **_: Any) -> tuple[Any, dict[str, Any]]:
        call = getattr(self, f"_{xform_name(model.name)}")
        if context.get(SENT_TWICE):
            self._call(call, context["params"])
        return self._call(call, context["params"])

    def _call(self, call: Callable[[Wire], Wire], params: Wire) -> tuple[Any, dict[str, Any]]:
        try:
            parsed, status = call(params), 200
        except Refused as refused:
            parsed, status = refused.parsed, refused.status
        return SimpleNamespace(status_code=status), {"ResponseMetadata": {"HTTPStatusCode": status}, **parsed}

    # The table

    def _get_item(self, given: Wire) -> Wire:
        item = self.contents.items.get(_key(given["Key"]))
        return {"Item": dict(item)} if item is not None else {}

    def _batch_get_item(self, given: Wire) -> Wire:
        ((table, request),) = given["RequestItems"].items()
        keys = [_key(key) for key in request["Keys"]]
        _refuse_repeated(keys)
        found = [self.contents.items.get(key) for key in keys]
        return {"Responses": {table: [dict(item) for item in found if item is not None]}}

    def _query(self, given: Wire) -> Wire:
        values = given["ExpressionAttributeValues"]
        pk, sk = values[":pk"]["S"], values.get(":sk", {"S": ""})["S"]
        begins = "begins_with" in given["KeyConditionExpression"]
        own = sorted(key for key in self.contents.items if key[0] == pk)
        own = [key for key in own if (key[1].startswith(sk) if begins else key[1] >= sk)]
        if "IndexName" in given:
            own = sorted((key for key in own if is_held(self.contents.items[key])), key=self._find_place)
        return self._turn_page(own if given.get("ScanIndexForward", True) else own[::-1], given)

    def _scan(self, given: Wire) -> Wire:
        return self._turn_page(sorted(self.contents.items), given)

    def _turn_page(self, keys: list[Key], given: Wire) -> Wire:
        start = keys.index(_key(given["ExclusiveStartKey"])) + 1 if "ExclusiveStartKey" in given else 0
        end = start + min(given.get("Limit", self.page), self.page)
        index, asked = given.get("IndexName", ""), _read_paths(given)
        held = [find_held(self.contents.items[key], index) for key in keys[start:end]]
        answer: Wire = {"Items": [_project(item, asked) if asked else dict(item) for item in held]}
        if keys[end:]:
            pk, sk = keys[end - 1]
            answer["LastEvaluatedKey"] = {"pk": {"S": pk}, "sk": {"S": sk}}
        return answer

    def _find_place(self, key: Key) -> tuple[Decimal, str]:
        """Where an item stands in the index."""
        return Decimal(self.contents.items[key][_SORTED]["N"]), key[1]

    def _put_item(self, given: Wire) -> Wire:
        key = _key(given["Item"])
        if not self._holds(key, given):
            raise Refused("ConditionalCheckFailedException")
        self._commit({key: given["Item"]})
        return {}

    def _delete_item(self, given: Wire) -> Wire:
        self._commit({_key(given["Key"]): None})
        return {}

    def _update_item(self, given: Wire) -> Wire:
        key = _key(given["Key"])
        after = self._update(key, given)
        self._commit({key: after})
        return {"Attributes": after}

    def _transact_write_items(self, given: Wire) -> Wire:
        text, token = json.dumps(given["TransactItems"], sort_keys=True), given["ClientRequestToken"]
        if known := self.contents.tokens.get(token):
            if known != text:
                raise Refused("IdempotentParameterMismatchException")
            return {}
        writes = [(kind, _key(request.get("Item") or request["Key"]), request) for kind, request in _open(given)]
        _refuse_repeated([key for _, key, _ in writes])
        held = [self._holds(key, request) for _, key, request in writes]
        if not all(held):
            reasons = [{"Code": "None" if one else "ConditionalCheckFailed"} for one in held]
            raise Refused("TransactionCanceledException", CancellationReasons=reasons)
        self._commit({key: self._make(kind, key, request) for kind, key, request in writes if kind != "ConditionCheck"})
        self.contents.tokens[token] = text
        return {}

    def _make(self, kind: str, key: Key, request: Wire) -> Wire | None:
        """The item as the write leaves it; None where it deletes it."""
        if kind == "Delete":
            return None
        return request["Item"] if kind == "Put" else self._update(key, request)

    def _commit(self, writes: Mapping[Key, Wire | None]) -> None:
        _refuse_large([item for item in writes.values() if item])
        self.journal.append(dict(writes))
        for key, item in self.journal[-1].items():
            if item is None:
                self.contents.items.pop(key, None)
            else:
                self.contents.items[key] = item

    def _holds(self, key: Key, request: Wire) -> bool:
        parts = filter(None, request.get("ConditionExpression", "").split(" AND "))
        return all(self._holds_part(self.contents.items.get(key) or {}, part, request) for part in parts)

    def _holds_part(self, item: Wire, part: str, request: Wire) -> bool:
        names = request.get("ExpressionAttributeNames", {})
        if " = " in part:
            name, value = part.split(" = ")
            return _is_equal(item.get(names[name]), request["ExpressionAttributeValues"][value])
        word, _, name = part.rstrip(")").partition("(")
        return (names.get(name, name) in item) == (word == "attribute_exists")

    def _update(self, key: Key, request: Wire) -> Wire:
        item = dict(self.contents.items.get(key) or {"pk": {"S": key[0]}, "sk": {"S": key[1]}})
        names, values = request.get("ExpressionAttributeNames", {}), request.get("ExpressionAttributeValues", {})
        added, _, put = request["UpdateExpression"].rpartition("SET ")
        for one in put.split(", "):
            name, value = one.split(" = ")
            item[names[name]] = values[value]
        if added:
            _, name, value = added.split()
            before = item.get(names[name], {"N": "0"})["N"]
            item[names[name]] = {"N": str(Decimal(before) + Decimal(values[value]["N"]))}
        return item

    # The buckets

    def _put_object(self, given: Wire) -> Wire:
        latest = self._find_latest(given["Bucket"], key=given["Key"])
        if "IfNoneMatch" in given and latest and latest.data is not None:
            raise Refused("PreconditionFailed", 412)
        body = given["Body"] if isinstance(given["Body"], bytes) else given["Body"].getvalue()
        headings = _UNTYPED | {name: text for name, text in given.items() if name in _HEADINGS}
        return self._add(given, body, metadata=given.get("Metadata", {}), headings=headings)

    def _copy_object(self, given: Wire) -> Wire:
        bucket, _, key = unquote(given["CopySource"]).partition("/")
        found = self._find({"Bucket": bucket, "Key": key})
        return self._add(given, found.data, metadata=found.metadata, headings=found.headings)

    def _add(self, given: Wire, data: bytes | None, *, metadata: Wire, headings: Wire) -> Wire:
        self.contents.numbered += 1
        stored = self.now().replace(microsecond=0)
        version = Version(given["Key"], f"v{self.contents.numbered:06}", stored, data, metadata, headings)
        self.contents.versions.setdefault(given["Bucket"], []).append(version)
        self.arrived.append((given["Bucket"], version))
        return {"VersionId": version.version_id}

    def _find_latest(self, bucket: str, *, key: str) -> Version | None:
        return next((one for one in reversed(self.contents.versions.get(bucket, [])) if one.key == key), None)

    def _find(self, given: Wire) -> Version:
        bucket, key, version_id = given["Bucket"], given["Key"], given.get("VersionId")
        named = (
            one for one in self.contents.versions.get(bucket, []) if (one.key, one.version_id) == (key, version_id)
        )
        found = next(named, None) if version_id else self._find_latest(bucket, key=key)
        if found is None or found.data is None:
            raise Refused("NoSuchKey", 404)
        return found

    def _head_object(self, given: Wire) -> Wire:
        found = self._find(given)
        data = found.data or b""
        return {
            "VersionId": found.version_id,
            "LastModified": datetime.fromisoformat(found.metadata.get(STORED, found.stored.isoformat())),
            "ContentLength": len(data),
            "Metadata": dict(found.metadata),
            "ETag": f'"{hashlib.md5(data, usedforsecurity=False).hexdigest()}"',
            **found.headings,
        }

    def _get_object(self, given: Wire) -> Wire:
        data = self._find(given).data or b""
        if "Range" in given:
            first, last = map(int, given["Range"].removeprefix("bytes=").split("-"))
            data = data[first : last + 1]
        return self._head_object(given) | {"Body": BytesIO(data)}

    def _delete_object(self, given: Wire) -> Wire:
        if "VersionId" not in given:
            return self._add(given, None, metadata={}, headings={})
        gone = given["Key"], given["VersionId"]
        own = self.contents.versions.get(given["Bucket"], [])
        self.contents.versions[given["Bucket"]] = [one for one in own if (one.key, one.version_id) != gone]
        return {}

    def _list_object_versions(self, given: Wire) -> Wire:
        newest_first = self.contents.versions.get(given["Bucket"], [])[::-1]
        own = sorted(
            (one for one in newest_first if one.key.startswith(given.get("Prefix", ""))), key=lambda one: one.key
        )
        start = int(given.get("KeyMarker", 0))
        page, rest = own[start : start + _LISTED], own[start + _LISTED :]
        return {
            "Versions": [_list_version(one) for one in page if one.data is not None],
            "DeleteMarkers": [_list_version(one) for one in page if one.data is None],
            "IsTruncated": bool(rest),
            **({"NextKeyMarker": str(start + _LISTED)} if rest else {}),
        }

    def _get_bucket_notification_configuration(self, given: Wire) -> Wire:
        return dict(self.contents.notifications.get(given["Bucket"], {}))

    def _put_bucket_notification_configuration(self, given: Wire) -> Wire:
        self.contents.notifications[given["Bucket"]] = given["NotificationConfiguration"]
        return {}


def is_held(item: Wire) -> bool:
    """Whether the item has a place in the index."""
    return _SORTED in item


def find_held(item: Wire, index: str) -> Wire:
    """The part of an item that the index holds; the item itself where none is asked."""
    return {name: value for name, value in item.items() if name in _HELD} if index else item


def _read_paths(given: Wire) -> Wire:
    """The fields that are asked for, each with the fields within it that are; none if all are."""
    asked: Wire = {}
    for path in filter(None, given.get("ProjectionExpression", "").split(", ")):
        inner = asked
        for name in path.split("."):
            inner = inner.setdefault(given["ExpressionAttributeNames"][name], {})
    return asked


def _project(item: Wire, asked: Wire) -> Wire:
    found = ((name, inner) for name, inner in asked.items() if name in item)
    return {name: {"M": _project(item[name]["M"], inner)} if inner else item[name] for name, inner in found}


def _refuse_repeated(keys: Sequence[Key]) -> None:
    """One request names so many keys at most, and each of them once."""
    if len(keys) > _MOST_KEYS or len(set(keys)) < len(keys):
        raise Refused("ValidationException")


def _refuse_large(items: Sequence[Wire]) -> None:
    if len(str(items)) * _MOST_BYTES < _LARGEST_ITEM:
        return
    sizes = list(map(measure_item, items))
    if max(sizes, default=0) > _LARGEST_ITEM or sum(sizes) > _LARGEST_TRANSACTION:
        raise Refused("ValidationException")


def measure_item(item: Wire) -> int:
    """The bytes of an item, by which DynamoDB counts its units."""
    return _measure({"M": item})


def _measure(value: Wire) -> int:
    """The bytes of a value as DynamoDB counts them, near enough: names and texts in UTF-8."""
    ((kind, inner),) = value.items()
    if kind == "M":
        return sum(len(name.encode()) + _measure(each) for name, each in inner.items())
    return sum(map(_measure, inner)) if kind == "L" else len(str(inner).encode())


def _is_equal(one: Wire | None, other: Wire) -> bool:
    """Numbers are equal by value: 10 may be written as 1E+1."""
    if one and "N" in one and "N" in other:
        return Decimal(one["N"]) == Decimal(other["N"])
    return one == other


def _list_version(version: Version) -> Wire:
    size = len(version.data or b"")
    return {"Key": version.key, "VersionId": version.version_id, "LastModified": version.stored, "Size": size}


def _open(given: Wire) -> Iterator[tuple[str, Wire]]:
    """The writes of a transaction: kind and request."""
    for one in given["TransactItems"]:
        yield from one.items()


def _key(item: Wire) -> Key:
    return item["pk"]["S"], item["sk"]["S"]


@contextmanager
def open_memory(monkeypatch: pytest.MonkeyPatch, *, page: int = SHORT_PAGE) -> Iterator[Memory]:
    """Empty stores in memory, behind the clients of this process."""
    for name, value in (FAKE | {"TONGHOP_TABLE": "t", "TONGHOP_INBOX": "inbox", "TONGHOP_REPORTS": "reports"}).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(UserAgentString, "to_string", lambda _: "tests")  # a fifth of a call, and nobody reads it
    for name in ("AWS_SESSION_TOKEN", "AWS_PROFILE", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name, raising=False)
    forget(find_foreign_endpoint())
    memory = Memory(page=page)
    clients = dynamodb(), s3()
    for client in clients:
        client.meta.events.register("before-parameter-build.*.*", memory.note_params)
        client.meta.events.register_last("before-call.*.*", memory.answer)
    try:
        yield memory
    finally:
        for client in clients:
            client.meta.events.unregister("before-parameter-build.*.*", memory.note_params)
            client.meta.events.unregister("before-call.*.*", memory.answer)
        forget("")


@pytest.fixture
def stores(monkeypatch: pytest.MonkeyPatch) -> Iterator[Memory]:
    """Empty stores in memory; the services beside them are moto's."""
    with mocked(), open_memory(monkeypatch, page=LONG_PAGE) as memory:
        yield memory
