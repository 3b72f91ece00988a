"""The store as a whole, item by item and version by version: for backup, restore and verification by operators.

No function of ours may scan the table or list the reports bucket; who runs these commands has rights of their own.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any, NamedTuple

from chalicelib.store import objects
from chalicelib.store.clients import dynamodb, s3
from chalicelib.store.errors import translated
from chalicelib.store.records import Wire
from chalicelib.store.settings import read_settings

INBOX, REPORTS = "inbox", "reports"
_HEADINGS = ("ContentType", "ContentDisposition")


class Stored(NamedTuple):
    """One version of an object with all that a copy needs. `bucket` is "inbox" or "reports"."""

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


def scan_items() -> Iterator[Wire]:
    """Every item but those that end by themselves (counters of rate limits)."""
    request: dict[str, Any] = {"TableName": read_settings().table, "ConsistentRead": True}
    while True:
        with translated("table"):
            page = dynamodb().scan(**request)
        yield from (item for item in page["Items"] if "expires_at" not in item)
        if "LastEvaluatedKey" not in page:
            return
        request["ExclusiveStartKey"] = page["LastEvaluatedKey"]


def put_item(item: Wire) -> None:
    """Writes an item as it is, where none stands. Raises ConditionFailed."""
    with translated(item["pk"]["S"]):
        dynamodb().put_item(TableName=read_settings().table, Item=item, ConditionExpression="attribute_not_exists(pk)")


def list_versions(bucket: str, prefix: str = "") -> Iterator[objects.StoredVersion]:
    return objects.list_versions(_name(bucket), prefix)


def read_version(bucket: str, key: str, version_id: str) -> Stored:
    """One version of an object, whole."""
    request = {"Bucket": _name(bucket), "Key": key} | ({"VersionId": version_id} if version_id else {})
    with translated(key):
        answer: Mapping[str, Any] = s3().get_object(**request)  # type: ignore[arg-type]
        data = answer["Body"].read()
    headings = {name: str(answer[name]) for name in _HEADINGS if answer.get(name)}
    return Stored(bucket, key, version_id, answer["LastModified"], dict(answer["Metadata"]), headings, data)


def put_version(stored: Stored) -> str:
    """Writes a copy; gives the version id that it has here."""
    request: dict[str, Any] = {"Metadata": dict(stored.metadata), **stored.headings}
    with translated(stored.key):
        answer = s3().put_object(Bucket=_name(stored.bucket), Key=stored.key, Body=stored.data, **request)
    return str(answer.get("VersionId", ""))


def is_empty() -> bool:
    """Whether nothing is stored here yet."""
    if next(scan_items(), None) is not None:
        return False
    return all(next(list_versions(bucket), None) is None for bucket in (INBOX, REPORTS))


@contextmanager
def silence() -> Iterator[None]:
    """While this lasts, the inbox tells nobody of what is put into it; afterwards it does as before."""
    bucket = read_settings().inbox
    with translated(bucket):
        before = dict(s3().get_bucket_notification_configuration(Bucket=bucket))
        before.pop("ResponseMetadata", None)
        s3().put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration={})
    try:
        yield
    finally:
        with translated(bucket):
            s3().put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration=before)  # type: ignore[arg-type]


def _name(bucket: str) -> str:
    settings = read_settings()
    return settings.inbox if bucket == INBOX else settings.reports
