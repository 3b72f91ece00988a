"""The engines that the tests run over, and what watches and breaks the calls to them."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from moto import mock_aws

from chalicelib.domain.audit import AuditLine
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


@contextmanager
def open_stores(monkeypatch: pytest.MonkeyPatch, *, endpoint: str = "") -> Iterator[None]:
    """A table and two versioned buckets of their own: in this process, or on an engine behind `endpoint`."""
    for name, value in FAKE.items():
        if not endpoint or not os.environ.get(name):
            monkeypatch.setenv(name, value)
    for name in ("AWS_SESSION_TOKEN", "AWS_PROFILE", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name, raising=False)
    if endpoint:
        monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
    name = f"tonghop-{secrets.token_hex(6)}"
    monkeypatch.setenv("TONGHOP_TABLE", name)
    monkeypatch.setenv("TONGHOP_INBOX", f"{name}-inbox")
    monkeypatch.setenv("TONGHOP_REPORTS", f"{name}-reports")
    _forget(endpoint or _find_foreign_endpoint())
    try:
        make_stores(name)
        with hooked("after-call", _tell_time):
            yield
    finally:
        if endpoint:
            _drop_stores(name)
        _forget(endpoint)


@contextmanager
def open_moto(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    # Its own fake credentials would outlive it: it puts them in under the monkeypatch's feet.
    with mock_aws(config={"core": {"mock_credentials": False}}), open_stores(monkeypatch):
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


def _find_foreign_endpoint() -> str:
    """Where the clients of a test before this one still point, if that is not AWS, which moto stands for."""
    found = dynamodb().meta.endpoint_url
    return "" if "amazonaws.com" in found else found


def _forget(endpoint: str) -> None:
    """Clients are dear to make, and those of moto may be kept from one test to the next."""
    if endpoint:
        clients.forget()
        boto3.setup_default_session()  # it would keep the credentials of the engine before
    read_settings.cache_clear()
    programmes.forget()


def make_stores(name: str) -> None:
    dynamodb().create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[
            {"AttributeName": "pk", "AttributeType": "S"},
            {"AttributeName": "sk", "AttributeType": "S"},
        ],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
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


def make_line(action: str = "thử", *, at: datetime | None = None) -> AuditLine:
    return AuditLine(
        at=at or datetime(2022, 5, 10, tzinfo=UTC), actor="pv05", action=action, subject="thử", programme="mau"
    )


class Killed(BaseException):
    """The process ends here: nothing in the code under test may catch it."""


@contextmanager
def hooked(event: str, hook: Callable[..., Any]) -> Iterator[None]:
    """Calls `hook` at every botocore event of this kind ("before-call", "after-call") of both clients."""
    unique = secrets.token_hex(8)
    for client in (dynamodb(), s3()):
        client.meta.events.register(f"{event}.*.*", hook, unique_id=unique)
    try:
        yield
    finally:
        for client in (dynamodb(), s3()):
            client.meta.events.unregister(f"{event}.*.*", unique_id=unique)


@contextmanager
def counted() -> Iterator[list[str]]:
    """The names of the calls made inside, in their order; a retry by botocore is not a call of its own."""
    names: list[str] = []

    def note(model: Any, **_: Any) -> None:
        names.append(model.name)

    with hooked("before-call", note):
        yield names


@contextmanager
def killed_at(number: int, event: str) -> Iterator[None]:
    """Ends the process at the call of this number (from 0): before it ("before-call") or once it had its effect."""
    seen = 0

    def kill(**_: Any) -> None:
        nonlocal seen
        seen += 1
        if seen == number + 1:
            raise Killed

    with hooked(event, kill):
        yield
