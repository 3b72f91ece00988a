"""Uploads and what is handed out: how a file may come into the inbox, and how one leaves a bucket.

A pre-signed POST is for one exact key, one type, one name and a bounded size, for minutes. It says no more
than S3 then enforces; intake asks the same questions again.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import PurePosixPath
from typing import Any, NamedTuple

from chalicelib.domain.submission.records import Address
from chalicelib.store import objects
from chalicelib.store.addresses import INBOX, marked_copy_key
from chalicelib.store.clients import s3
from chalicelib.store.errors import NotFound, translated
from chalicelib.store.names import decode_text, encode_text, render_disposition, tidy_name, tidy_text
from chalicelib.store.objects import StoredObject, StoredVersion
from chalicelib.store.settings import read_settings

MOST_BYTES = 10 * 1024 * 1024
LONGEST_LIFE = timedelta(minutes=15)

_UPLOAD_TYPE = "application/octet-stream"
_NAME = "file-name"
_CONFIRMED = "confirmed"
_JUSTIFICATION = "justification"
PAPER = "paper"
"""Marks what the office entered from paper; no pre-signed POST allows it."""
_META = "x-amz-meta-"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_TYPES = {
    ".xlsx": _XLSX,
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".csv": "text/csv; charset=utf-8",
    ".json": "application/json",
    ".zip": "application/zip",
    ".md": "text/markdown; charset=utf-8",
    ".pdf": "application/pdf",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".tif": "image/tiff",
}


class UploadMissing(NotFound):
    """The object of an event is not, or no longer, in the inbox."""


class PostForm(NamedTuple):
    """What a browser posts: to which URL, with which fields before the field "file"."""

    url: str
    fields: dict[str, str]


class Particulars(NamedTuple):
    """What the sender said of an upload when it was prepared."""

    file_name: str
    is_confirmed: bool
    justification: str
    is_paper: bool = False


def presign_post(
    key: str, *, file_name: str, justification: str = "", redirect: str = "", life: timedelta = LONGEST_LIFE
) -> PostForm:
    """A POST for this key alone, 1 byte to 10 MB, valid for `life`, at most fifteen minutes.

    S3 answers 201, or sends the browser on to `redirect` with bucket, key and etag behind it.
    """
    fields = {
        "Content-Type": _UPLOAD_TYPE,
        f"{_META}{_NAME}": encode_text(tidy_name(file_name)),
        f"{_META}{_CONFIRMED}": "yes",
    }
    if justification:
        fields[f"{_META}{_JUSTIFICATION}"] = encode_text(tidy_text(justification))
    fields |= {"success_action_redirect": redirect} if redirect else {"success_action_status": "201"}
    conditions: list[Any] = [["content-length-range", 1, MOST_BYTES], *({name: text} for name, text in fields.items())]
    with translated(key):
        form = s3().generate_presigned_post(
            Bucket=read_settings().inbox,
            Key=key,
            Fields=dict(fields),
            Conditions=conditions,
            ExpiresIn=_bound_life(life),
        )
    return PostForm(form["url"], form["fields"])


def read_upload(key: str, version_id: str = "") -> StoredObject:
    """An upload with its bytes, none where it is larger than allowed. Raises UploadMissing."""
    try:
        return objects.read_object(read_settings().inbox, key, version_id, most=MOST_BYTES)
    except NotFound as error:
        raise UploadMissing(key) from error


def read_particulars(stored: StoredObject) -> Particulars:
    return Particulars(
        file_name=tidy_name(decode_text(stored.metadata.get(_NAME, ""))),
        is_confirmed=stored.metadata.get(_CONFIRMED) == "yes",
        justification=tidy_text(decode_text(stored.metadata.get(_JUSTIFICATION, ""))),
        is_paper=PAPER in stored.metadata,
    )


def list_uploads(prefix: str = INBOX) -> Iterator[StoredVersion]:
    """Every version of every upload, in the order of keys, page after page."""
    return objects.list_versions(read_settings().inbox, prefix)


def delete_upload(key: str, version_id: str) -> None:
    """Deletes the bytes of one upload for good. Again, it does nothing."""
    objects.delete_version(read_settings().inbox, key, version_id)


def purge_upload(key: str) -> int:
    """Deletes all that was ever stored under an upload's key; says how many versions."""
    return objects.delete_all_versions(read_settings().inbox, key)


def purge_report(key: str) -> int:
    """Deletes all versions of an object of the reports bucket: a marked copy, a stored body."""
    return objects.delete_all_versions(read_settings().reports, key)


def put_marked_copy(address: Address, upload_id: str, data: bytes) -> str:
    """Stores the copy of a workbook with its issues marked in it; gives its key."""
    key = marked_copy_key(address, upload_id)
    objects.put_object(key, data, content_type=_XLSX)
    return key


def put_report(programme: str, period: str, number: int, name: str, data: bytes) -> tuple[str, str]:
    """Stores a file of an edition; gives its key and its SHA-256.

    The key holds the hash, so that two makers of the same number never write over each other. Raises
    KeyError for a kind of file that no edition has.
    """
    sha256 = hashlib.sha256(data).hexdigest()
    key = f"editions/{programme}/{period}/{number:06}/{sha256[:12]}/{name}"
    content_type = _TYPES[PurePosixPath(name).suffix]
    lock = _make_lock(datetime.now(UTC))
    objects.put_object(key, data, content_type=content_type, disposition=render_disposition(name), lock=lock)
    return key, sha256


def _make_lock(now: datetime) -> tuple[str, datetime] | None:
    """Object Lock of a file of an edition, as TONGHOP_EDITION_LOCK has it: "GOVERNANCE:3650" is ten years."""
    mode, _, days = os.environ.get("TONGHOP_EDITION_LOCK", "").partition(":")
    return (mode, now + timedelta(days=int(days))) if days else None


def read_report(key: str) -> bytes:
    return objects.read_body(key)


def presign_report(key: str, *, file_name: str, life: timedelta = LONGEST_LIFE) -> str:
    """A download of an object of the reports bucket, under this name."""
    return _presign_get(read_settings().reports, key, "", file_name, life)


def presign_scan(key: str, *, file_name: str, life: timedelta = LONGEST_LIFE) -> str:
    """A scan to look at in the browser; its type is that of its name, whatever was posted."""
    return _presign_get(read_settings().reports, key, "", file_name, life, inline=True)


def presign_original(key: str, version_id: str, *, file_name: str, life: timedelta = LONGEST_LIFE) -> str:
    """A download of an upload's bytes as received."""
    return _presign_get(read_settings().inbox, key, version_id, file_name, life)


def _presign_get(
    bucket: str, key: str, version_id: str, file_name: str, life: timedelta, *, inline: bool = False
) -> str:
    request = {
        "Bucket": bucket,
        "Key": key,
        "ResponseContentDisposition": render_disposition(file_name, inline=inline),
        "ResponseContentType": _TYPES.get(PurePosixPath(file_name).suffix.lower(), _UPLOAD_TYPE),
    }
    if version_id:
        request["VersionId"] = version_id
    with translated(key):
        return s3().generate_presigned_url("get_object", Params=request, ExpiresIn=_bound_life(life))


def _bound_life(life: timedelta) -> int:
    return max(1, int(min(life, LONGEST_LIFE).total_seconds()))
