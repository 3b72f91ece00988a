"""The engines that the tests run over, and what watches and breaks the calls to them."""

from __future__ import annotations

import base64
import os
import re
import secrets
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from http import HTTPStatus
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse
from botocore.exceptions import ReadTimeoutError
from moto import mock_aws
from moto.core.botocore_stubber import MockRawResponse

from chalicelib.domain.audit import AuditLine
from chalicelib.external import accounts, functions, identity, mail
from chalicelib.report import gather
from chalicelib.store import clients, programmes
from chalicelib.store.clients import dynamodb, s3
from chalicelib.store.settings import read_settings

FAKE = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_DEFAULT_REGION": "ap-southeast-1",
    "AWS_EC2_METADATA_DISABLED": "true",
}

STORED = "stored-by-test"

INDEX: Any = {
    "IndexName": "outlines",
    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "change", "KeyType": "RANGE"}],
    "Projection": {
        "ProjectionType": "INCLUDE",
        "NonKeyAttributes": ["address", "revision", "submission", "first_received", "last_received", "timeliness",
                             "review", "comment", "exception_until", "exception_reason", "last_rejected", "corrects",
                             "stored_body"],
    },
}  # fmt: skip
"""The table's index, as the template has it (`tests/infra/test_template.py`)."""

_FOLDED = re.compile("(?<![A-Za-z0-9+/])eJ[A-Za-z0-9+/]{8,}={0,2}")
"""As `store/records.py` writes it: base64 of zlib's form."""

SENT_TWICE = "sent-twice"
"""In the context of a call: the engine in memory is to do it twice."""


@contextmanager
def open_stores(monkeypatch: pytest.MonkeyPatch, *, endpoint: str = "", dynamodb: str = "") -> Iterator[None]:
    """A table and two versioned buckets of their own: in this process, or on an engine behind `endpoint`.

    With `dynamodb` the table is on another engine.
    """
    for name, value in FAKE.items():
        if not endpoint or not os.environ.get(name):
            monkeypatch.setenv(name, value)
    for name in ("AWS_SESSION_TOKEN", "AWS_PROFILE", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name, raising=False)
    if endpoint:
        monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
    if dynamodb:
        monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", dynamodb)
    name = f"tonghop-{secrets.token_hex(6)}"
    monkeypatch.setenv("TONGHOP_TABLE", name)
    monkeypatch.setenv("TONGHOP_INBOX", f"{name}-inbox")
    monkeypatch.setenv("TONGHOP_REPORTS", f"{name}-reports")
    forget(endpoint or find_foreign_endpoint())
    try:
        make_stores(name)
        with hooked("after-call", _tell_time):
            yield
    finally:
        if endpoint:
            _drop_stores(name)
        forget(endpoint)


def mocked() -> AbstractContextManager[Any]:
    """All services as moto plays them. Its own fake credentials would outlive a monkeypatch, under whose feet it puts
    them in."""
    return mock_aws(config={"core": {"mock_credentials": False}})


@contextmanager
def open_moto(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with mocked(), open_stores(monkeypatch):
        yield


@pytest.fixture
def stores(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Empty stores in this process."""
    with open_moto(monkeypatch):
        yield


def _tell_time(model: Any, parsed: Any, **_: Any) -> None:
    """S3's own time is the one that an upload's test gave it: no engine lets us set it."""
    if model.name == "GetObject" and STORED in parsed.get("Metadata", {}):
        parsed["LastModified"] = datetime.fromisoformat(parsed["Metadata"][STORED])


def find_foreign_endpoint() -> str:
    """Where the clients of a test before this one still point, if that is not AWS.

    The engines in this process stand for AWS.
    """
    found = dynamodb().meta.endpoint_url
    return "" if "amazonaws.com" in found else found


def forget(endpoint: str) -> None:
    """Clients are dear to make, and those of engines in this process may be kept from one test to the next."""
    if endpoint:
        clients.forget()
        for make in (functions._lambda, identity._cognito, accounts._administration, mail._ses):
            make.cache_clear()
    read_settings.cache_clear()
    programmes.forget()
    gather.forget()


def make_stores(name: str) -> None:
    dynamodb().create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[
            {"AttributeName": "pk", "AttributeType": "S"},
            {"AttributeName": "sk", "AttributeType": "S"},
            {"AttributeName": "change", "AttributeType": "N"},
        ],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        LocalSecondaryIndexes=[INDEX],
    )
    dynamodb().get_waiter("table_exists").wait(TableName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 20})
    for bucket in (f"{name}-inbox", f"{name}-reports"):
        s3().create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "ap-southeast-1"})
        s3().put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})


def _drop_stores(name: str) -> None:
    dynamodb().delete_table(TableName=name)
    for bucket in (f"{name}-inbox", f"{name}-reports"):
        for page in s3().get_paginator("list_object_versions").paginate(Bucket=bucket):
            for version in (*page.get("Versions", []), *page.get("DeleteMarkers", [])):
                s3().delete_object(Bucket=bucket, Key=version["Key"], VersionId=version["VersionId"])
        s3().delete_bucket(Bucket=bucket)


def spell_out(text: str) -> str:
    """The text of items, in which what submissions say is no longer compressed."""
    return _FOLDED.sub(lambda found: zlib.decompress(base64.b64decode(found[0])).decode(), text)


def make_line(action: str = "thử", *, at: datetime | None = None) -> AuditLine:
    return AuditLine(
        at=at or datetime(2022, 5, 10, tzinfo=UTC), actor="pv05", action=action, subject="thử", programme="mau"
    )


class Killed(BaseException):
    """The process ends here: nothing in the code under test may catch it."""


class Fault(StrEnum):
    """What may happen to one call."""

    ERROR = "error"
    """It is refused, and has no effect."""

    THROTTLED = "throttled"
    LOST = "lost"
    """It has its effect, and its answer never comes."""

    REPEATED = "repeated"
    """It has its effect, its answer is lost, and botocore sends it again."""

    DIES_BEFORE = "dies before"
    DIES_AFTER = "dies after"


DEATHS = (Fault.DIES_BEFORE, Fault.DIES_AFTER)
"""The process ends: nothing is told."""

_REFUSALS = {
    Fault.ERROR: (HTTPStatus.INTERNAL_SERVER_ERROR, "InternalServerError"),
    Fault.THROTTLED: (HTTPStatus.BAD_REQUEST, "ThrottlingException"),
}


@contextmanager
def hooked(event: str, hook: Callable[..., Any], *, others: Sequence[Any] = ()) -> Iterator[None]:
    """Calls `hook` at every botocore event of this kind ("before-call", "after-call") of both clients, and of others.

    A retry by botocore is no call of its own; "before-send" comes before each of its attempts.
    """
    unique = secrets.token_hex(8)
    clients = (dynamodb(), s3(), *others)
    for client in clients:
        client.meta.events.register(f"{event}.*.*", hook, unique_id=unique)
    try:
        yield
    finally:
        for client in clients:
            client.meta.events.unregister(f"{event}.*.*", unique_id=unique)


@contextmanager
def denied_where_missing() -> Iterator[None]:
    """As AWS answers whoever may not list a bucket: an object that is not there is denied."""

    def deny(model: Any, parsed: Any, http_response: Any, **_: Any) -> None:
        if model.name in {"GetObject", "HeadObject"} and http_response.status_code == HTTPStatus.NOT_FOUND:
            parsed["Error"] = {"Code": "403" if model.name == "HeadObject" else "AccessDenied", "Message": ""}
            http_response.status_code = HTTPStatus.FORBIDDEN

    with hooked("after-call", deny):
        yield


@contextmanager
def counted(*, others: Sequence[Any] = ()) -> Iterator[list[str]]:
    """The names of the calls made inside, in their order."""
    names: list[str] = []

    def note(model: Any, **_: Any) -> None:
        names.append(model.name)

    with hooked("before-call", note, others=others):
        yield names


@contextmanager
def broken_at(number: int, fault: Fault, *, others: Sequence[Any] = ()) -> Iterator[None]:
    """One fault at the call of this number (from 0)."""
    seen = -1

    def begin(model: Any, context: dict[str, Any], **_: Any) -> Any:
        nonlocal seen
        seen += 1
        context[SENT_TWICE] = seen == number and fault is Fault.REPEATED
        if seen == number and fault is Fault.DIES_BEFORE:
            raise Killed
        return _refuse(fault, model.service_model.service_name) if seen == number and fault in _REFUSALS else None

    def end(model: Any, **_: Any) -> None:
        if seen == number and fault is Fault.DIES_AFTER:
            raise Killed
        if seen == number and fault is Fault.LOST:
            raise ReadTimeoutError(endpoint_url=model.name)

    with hooked("before-call", begin, others=others), hooked("after-call", end, others=others):
        if fault is not Fault.REPEATED:
            yield
            return
        with _repeated(lambda: seen == number):
            yield


def _refuse(fault: Fault, service: str) -> tuple[Any, Any]:
    """What botocore takes for the answer to a call that was not sent."""
    status, code = _REFUSALS[fault]
    code = "InternalErrorException" if service == "cognito-idp" and status == HTTPStatus.INTERNAL_SERVER_ERROR else code
    parsed = {"Error": {"Code": code, "Message": ""}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return AWSResponse("", status, {}, None), parsed


@contextmanager
def _repeated(is_due: Callable[[], bool]) -> Iterator[None]:
    """Loses the answer to the first attempt of a call; botocore makes another one.

    DynamoDB gives a transaction that bears the token of an earlier one the same answer. moto does not know tokens.
    """
    attempts = 0

    def forget(event_name: str, **_: Any) -> Any:
        nonlocal attempts
        if not is_due():
            return None
        attempts += 1
        if attempts == 1:
            raise ReadTimeoutError(endpoint_url=event_name)
        return None

    def answer(event_name: str, request: Any, **_: Any) -> Any:
        if is_due() and attempts == 1 and event_name.endswith("TransactWriteItems"):
            return AWSResponse(request.url, 200, {}, MockRawResponse(b"{}"))
        return None

    unique = secrets.token_hex(8)
    for client in (dynamodb(), s3()):
        client.meta.events.register_last("before-send", forget, unique_id=unique)
    try:
        with hooked("before-send", answer):
            yield
    finally:
        for client in (dynamodb(), s3()):
            client.meta.events.unregister("before-send", unique_id=unique)
