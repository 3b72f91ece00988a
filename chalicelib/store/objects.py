"""Objects in S3. Every call to S3 is made here.

Objects are read whole or not at all, and deleted for good. `addresses.py` decides which key belongs to which
record. A pre-signed form or address is valid for one exact key and some minutes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from chalicelib.store.clients import s3
from chalicelib.store.errors import Damaged, Unavailable, translated
from chalicelib.store.names import write_posted
from chalicelib.store.settings import read_settings

if TYPE_CHECKING:
    from mypy_boto3_s3.type_defs import GetObjectOutputTypeDef

LONGEST_LIFE = timedelta(minutes=15)
"""The longest life of a pre-signed form or address."""

_READS = 3
_HEADINGS = ("ContentType", "ContentDisposition")


class StoredObject(NamedTuple):
    """One version of an object. `stored` is S3's time; `data` and `sha256` are empty if the object was too large.

    `headings` are the headers that a copy needs.
    """

    key: str
    version_id: str
    stored: datetime
    size: int
    metadata: Mapping[str, str]
    headings: Mapping[str, str]
    data: bytes
    sha256: str


class PostForm(NamedTuple):
    """A form for a browser: the URL to post to, and the fields that go before the field "file"."""

    url: str
    fields: dict[str, str]


class StoredVersion(NamedTuple):
    """One version of an object as a listing shows it."""

    key: str
    version_id: str
    stored: datetime
    size: int


def read_object(bucket: str, *, key: str, version_id: str = "", most: int = 0) -> StoredObject:
    """The object, with its length checked, and its MD5 when S3 gives one.

    Of an object larger than `most` bytes (0: no bound) only the headers are read. A broken connection is
    opened again. Raises NotFound, Damaged and the other StorageErrors.
    """
    for attempt in range(_READS):
        try:
            return _read_once(bucket, key=key, version_id=version_id, most=most)
        except (Damaged, Unavailable):
            if attempt == _READS - 1:
                raise
    raise AssertionError("unreachable")


def _read_once(bucket: str, *, key: str, version_id: str, most: int) -> StoredObject:
    request: dict[str, Any] = {"Bucket": bucket, "Key": key, "ChecksumMode": "ENABLED"}
    if version_id:
        request["VersionId"] = version_id
    with translated(key):
        answer = s3().get_object(**request)
        is_wanted = not most or answer["ContentLength"] <= most
        data = answer["Body"].read() if is_wanted else b""
        answer["Body"].close()
        if is_wanted:
            _verify(key, answer, data)
    return StoredObject(
        key=key,
        version_id=_name_version(answer.get("VersionId", "")),
        stored=answer["LastModified"],
        size=answer["ContentLength"],
        metadata={name: write_posted(text) for name, text in answer["Metadata"].items()},
        headings={name: str(answer[name]) for name in _HEADINGS if answer.get(name)},  # type: ignore[literal-required]
        data=data,
        sha256=hashlib.sha256(data).hexdigest() if is_wanted else "",
    )


def _name_version(version_id: str) -> str:
    """S3 names a version "null" when it was stored while the bucket kept no versions."""
    return "" if version_id == "null" else version_id


def _verify(key: str, answer: GetObjectOutputTypeDef, data: bytes) -> None:
    if len(data) != answer["ContentLength"]:
        raise Damaged(f"{key}: {len(data)} of {answer['ContentLength']} bytes")
    tag = answer["ETag"].strip('"')
    # With a KMS key, and for a multipart upload, the ETag is not an MD5.
    is_md5 = len(tag) == 32 and answer.get("ServerSideEncryption", "AES256") == "AES256"
    if is_md5 and hashlib.md5(data, usedforsecurity=False).hexdigest() != tag:
        raise Damaged(f"{key}: MD5")


def read_part(bucket: str, *, key: str, start: int = 0, most: int) -> bytes:
    """So many bytes of an object, or as many as there are."""
    with translated(key):
        return s3().get_object(Bucket=bucket, Key=key, Range=f"bytes={start}-{start + most - 1}")["Body"].read()


def find_version(bucket: str, *, key: str) -> str:
    """The id of an object's latest version. Raises NotFound."""
    with translated(key):
        return str(s3().head_object(Bucket=bucket, Key=key).get("VersionId", ""))


def put_object(
    key: str,
    data: bytes,
    *,
    content_type: str,
    bucket: str = "",
    disposition: str = "",
    metadata: Mapping[str, str] | None = None,
    lock: tuple[str, datetime] | None = None,
    must_be_new: bool = False,
) -> str:
    """Puts an object into a bucket, by default the one of reports; returns the id of its version.

    The object is put under Object Lock if a mode and a time are given. Raises ConditionFailed if it must be new and
    is there already.
    """
    request: dict[str, Any] = {"ContentDisposition": disposition} if disposition else {}
    if must_be_new:
        request |= {"IfNoneMatch": "*"}
    if lock:
        request |= {"ObjectLockMode": lock[0], "ObjectLockRetainUntilDate": lock[1]}
    with translated(key):
        answer = s3().put_object(
            Bucket=bucket or read_settings().reports,
            Key=key,
            Body=data,
            ContentType=content_type,
            Metadata=dict(metadata or {}),
            **request,
        )
    return str(answer.get("VersionId", ""))


def copy_object(bucket: str, *, key: str, target: str) -> None:
    """Copies the latest version of an object to another key of its bucket."""
    with translated(key):
        s3().copy_object(Bucket=bucket, Key=target, CopySource={"Bucket": bucket, "Key": key})


def put_body(key: str, data: bytes) -> None:
    """Stores the fields that did not fit into an item. The key holds their hash, so a second put changes nothing."""
    put_object(key, data, content_type="application/gzip")


def read_body(key: str) -> bytes:
    return read_object(read_settings().reports, key=key).data


def list_versions(bucket: str, *, prefix: str) -> Iterator[StoredVersion]:
    """All versions of all objects under a prefix, page by page, without delete markers."""
    with translated(prefix):
        for page in s3().get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=prefix):
            for version in page.get("Versions", []):
                version_id = _name_version(version["VersionId"])
                yield StoredVersion(version["Key"], version_id, version["LastModified"], version["Size"])


def delete_version(bucket: str, *, key: str, version_id: str) -> None:
    """Deletes one version for good; deleting it again does nothing."""
    request: dict[str, Any] = {"VersionId": version_id} if version_id else {}
    with translated(key):
        s3().delete_object(Bucket=bucket, Key=key, **request)


def delete_all_versions(bucket: str, *, key: str) -> int:
    """Deletes every version and every delete marker of exactly this key; returns how many."""
    deleted = 0
    with translated(key):
        for page in s3().get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=key):
            for version in (*page.get("Versions", []), *page.get("DeleteMarkers", [])):
                if version["Key"] == key:
                    delete_version(bucket, key=key, version_id=version["VersionId"])
                    deleted += 1
    return deleted


# Pre-signed forms and addresses for browsers


def presign_post(
    bucket: str, *, key: str, fields: Mapping[str, str], most: int, life: timedelta = LONGEST_LIFE
) -> PostForm:
    """A form that posts one object of 1 to `most` bytes to this key, with exactly these fields.

    A field with the text `OWN_NAME` becomes the name of the file that the browser sends, whatever that is.
    """
    conditions: list[Any] = [
        ["content-length-range", 1, most],
        *(_make_condition(name, text=text) for name, text in fields.items()),
    ]
    with translated(key):
        form = s3().generate_presigned_post(
            Bucket=bucket, Key=key, Fields=dict(fields), Conditions=conditions, ExpiresIn=_bound_life(life)
        )
    return PostForm(form["url"], form["fields"])


OWN_NAME = "${filename}"
"""S3 puts the name of the posted file in its place, in every field of the form, before it looks at the conditions."""


def _make_condition(name: str, *, text: str) -> object:
    return ["starts-with", f"${name}", ""] if text == OWN_NAME else {name: text}


def presign_get(
    bucket: str, *, key: str, version_id: str = "", headings: Mapping[str, str], life: timedelta = LONGEST_LIFE
) -> str:
    """An address that serves one object with these headers."""
    request = {"Bucket": bucket, "Key": key, **{f"Response{name}": text for name, text in headings.items()}}
    if version_id:
        request["VersionId"] = version_id
    with translated(key):
        return s3().generate_presigned_url("get_object", Params=request, ExpiresIn=_bound_life(life))


def _bound_life(life: timedelta) -> int:
    return max(1, int(min(life, LONGEST_LIFE).total_seconds()))


# Notifications


_SILENT = "silent/"
"""Put before the prefix of the keys that a notification is about, so that it is about none."""


@contextmanager
def silence(bucket: str) -> Iterator[None]:
    """Switches the bucket's notifications off for the duration of the context, and back on afterwards.

    What they were can be told from what they are, so that one that was cut off is made good by another one.
    """
    _put_prefixes(bucket, is_silent=True)
    try:
        yield
    finally:
        _put_prefixes(bucket, is_silent=False)


def has_notifications(bucket: str, *, key: str) -> bool:
    """Whether the bucket tells a queue of objects whose key begins so."""
    return any(map(key.startswith, _list_prefixes(bucket)))


def is_silenced(bucket: str) -> bool:
    """Whether notifications were switched off and not on again."""
    return any(prefix.startswith(_SILENT) for prefix in _list_prefixes(bucket))


def _list_prefixes(bucket: str) -> list[str]:
    """Of the keys that the bucket tells queues about."""
    with translated(bucket):
        found = s3().get_bucket_notification_configuration(Bucket=bucket)
    return [_find_prefix(each) for each in found.get("QueueConfigurations", [])]


def _put_prefixes(bucket: str, *, is_silent: bool) -> None:
    with translated(bucket):
        found: dict[str, Any] = dict(s3().get_bucket_notification_configuration(Bucket=bucket))
        found.pop("ResponseMetadata", None)
        for kind, notifications in found.items():
            if kind.endswith("Configurations"):
                found[kind] = [_set_prefix(each, is_silent=is_silent) for each in notifications]
        s3().put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration=found)  # type: ignore[arg-type]


def _find_prefix(notification: Mapping[str, Any]) -> str:
    rules = notification.get("Filter", {}).get("Key", {}).get("FilterRules", [])
    return "".join(rule["Value"] for rule in rules if rule["Name"].lower() == "prefix")


def _set_prefix(notification: dict[str, Any], *, is_silent: bool) -> dict[str, Any]:
    rules = notification.get("Filter", {}).get("Key", {}).get("FilterRules", [])
    prefix = _find_prefix(notification).removeprefix(_SILENT)
    others = [rule for rule in rules if rule["Name"].lower() != "prefix"]
    wanted = f"{_SILENT}{prefix}" if is_silent else prefix
    rules = [*([{"Name": "prefix", "Value": wanted}] if wanted else []), *others]
    return {**notification, "Filter": {"Key": {"FilterRules": rules}}}
