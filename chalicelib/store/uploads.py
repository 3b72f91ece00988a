"""Uploads and downloads: how a file gets into the inbox, and how a file leaves a bucket.

A pre-signed POST allows one exact key, one type, one name and a bounded size, for some minutes. S3 enforces
this; intake checks the same conditions again.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import zlib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import PurePosixPath
from typing import NamedTuple

from chalicelib.domain.submission.records import Address, Receipt
from chalicelib.store import objects
from chalicelib.store.addresses import INBOX, edition_file_key, is_packed_key, upload_key
from chalicelib.store.errors import Damaged, NotFound, missing_is_denied
from chalicelib.store.names import decode_text, encode_text, read_posted, render_disposition, tidy_name, tidy_text
from chalicelib.store.objects import LONGEST_LIFE, PostForm, StoredObject, StoredVersion
from chalicelib.store.settings import read_settings

MOST_BYTES = 10 * 1024 * 1024

_UPLOAD_TYPE = "application/octet-stream"
_NAME = "file-name"
_POSTED_NAME = "posted-name"
"""The name as the browser sent it with the file, where no script had told it before."""
_UNCLASSIFIED = "confirmed"
_JUSTIFICATION = "justification"
_PREPARED = "prepared"
_PAPER = "paper"
_CONFIRMED_BY = "confirmed-by"
"""The metadata of workbooks that we made: entered from paper by the office, or of who confirmed on the unit's page that
there is nothing to report. No pre-signed POST allows these fields."""
_META = "x-amz-meta-"
CONTENT_TYPES = {
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".csv": "text/csv; charset=utf-8",
    ".json": "application/json",
    ".zip": "application/zip",
    ".zz": "application/zlib",
    ".md": "text/markdown; charset=utf-8",
    ".pdf": "application/pdf",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".tif": "image/tiff",
}


class UploadMissing(NotFound):
    """The object that an event names is not in the inbox, or no longer there."""


class Particulars(NamedTuple):
    """What was stated about an upload when it was prepared.

    `is_unclassified`: the sender confirmed that it holds no state secret. `confirmed_by` is who confirmed that there is
    nothing to report. `prepared` is when the form was made, or its fields were entered.
    """

    file_name: str
    is_unclassified: bool
    justification: str = ""
    is_paper: bool = False
    confirmed_by: str = ""
    prepared: datetime | None = None


def presign_post(
    key: str,
    *,
    file_name: str,
    prepared: datetime | None = None,
    justification: str = "",
    redirect: str = "",
    life: timedelta = LONGEST_LIFE,
    bucket: str = "",
) -> PostForm:
    """A POST for this key alone, 1 byte to 10 MB, valid for `life`, at most fifteen minutes; usually into the inbox.

    Without a `file_name` the file keeps the one under which the browser sends it.

    S3 answers 201, or redirects the browser to `redirect` with bucket, key and etag as parameters.
    """
    fields = {
        "Content-Type": _UPLOAD_TYPE,
        f"{_META}{_UNCLASSIFIED}": "yes",
    }
    if name := tidy_name(file_name):
        fields[f"{_META}{_NAME}"] = encode_text(name)
    else:
        fields[f"{_META}{_POSTED_NAME}"] = objects.OWN_NAME
    if prepared:
        fields[f"{_META}{_PREPARED}"] = prepared.isoformat()
    if justification:
        fields[f"{_META}{_JUSTIFICATION}"] = encode_text(tidy_text(justification))
    fields |= {"success_action_redirect": redirect} if redirect else {"success_action_status": "201"}
    return objects.presign_post(bucket or read_settings().inbox, key=key, fields=fields, most=MOST_BYTES, life=life)


def read_upload(key: str, version_id: str = "") -> StoredObject:
    """An upload with its bytes; without bytes if it is too large. Raises UploadMissing."""
    try:
        return objects.read_object(read_settings().inbox, key=key, version_id=version_id, most=MOST_BYTES)
    except NotFound as error:
        raise UploadMissing(key) from error


def read_particulars(stored: StoredObject) -> Particulars:
    return Particulars(
        file_name=_read_name(stored),
        is_unclassified=stored.metadata.get(_UNCLASSIFIED) == "yes",
        justification=tidy_text(decode_text(stored.metadata.get(_JUSTIFICATION, ""))),
        is_paper=_PAPER in stored.metadata,
        confirmed_by=tidy_text(decode_text(stored.metadata.get(_CONFIRMED_BY, ""))),
        prepared=_read_moment(stored.metadata.get(_PREPARED, "")),
    )


def _read_name(stored: StoredObject) -> str:
    """What the sender calls the file; "" where nobody said it, or a storage left the placeholder standing."""
    if name := stored.metadata.get(_NAME, ""):
        return tidy_name(decode_text(name))
    posted = read_posted(stored.metadata.get(_POSTED_NAME, ""))
    return "" if posted == objects.OWN_NAME else tidy_name(posted)


def _read_moment(text: str) -> datetime | None:
    """None where it was not stated, as in uploads of earlier versions of the product."""
    with suppress(ValueError):
        moment = datetime.fromisoformat(text)
        return moment if moment.tzinfo else None
    return None


def list_uploads(prefix: str = INBOX) -> Iterator[StoredVersion]:
    """Every version of every upload, in the order of keys, page by page."""
    return objects.list_versions(read_settings().inbox, prefix=prefix)


def has_notifications() -> bool:
    """Whether the inbox tells of the uploads that come."""
    return objects.has_notifications(read_settings().inbox, key=INBOX)


def list_followers(key: str, version_id: str) -> list[str]:
    """The versions under an upload's key that were stored after this one: storage lists the newest first."""
    listed = [version.version_id for version in list_uploads(key) if version.key == key]
    return listed[: listed.index(version_id)] if version_id in listed else []


def delete_upload(key: str, version_id: str) -> None:
    """Deletes the bytes of one upload for good. Does nothing if they are deleted already."""
    objects.delete_version(read_settings().inbox, key=key, version_id=version_id)


def purge_report(key: str) -> int:
    """Deletes all versions of an object of the reports bucket: a marked copy, a stored body."""
    return objects.delete_all_versions(read_settings().reports, key=key)


def put_entered(address: Address, upload_id: str, data: bytes, particulars: Particulars) -> None:
    """Puts a workbook that we made of what a person entered into the inbox. Intake takes it in like any other.

    Raises ConditionFailed if it is there already, as it is when the answer to the first attempt was lost.
    """
    metadata = {_NAME: encode_text(tidy_name(particulars.file_name))}
    metadata |= {_UNCLASSIFIED: "yes"} if particulars.is_unclassified else {}
    metadata |= {_PAPER: "yes"} if particulars.is_paper else {}
    metadata |= {_PREPARED: particulars.prepared.isoformat()} if particulars.prepared else {}
    if particulars.confirmed_by:
        metadata[_CONFIRMED_BY] = encode_text(tidy_text(particulars.confirmed_by))
    key = upload_key(address, upload_id)
    objects.put_object(
        key, data, bucket=read_settings().inbox, content_type=_UPLOAD_TYPE, metadata=metadata, must_be_new=True
    )


def put_marked_copy(key: str, data: bytes) -> None:
    """Stores the copy of a workbook with its issues marked in it, at the key that its receipt names."""
    objects.put_object(key, data, content_type=CONTENT_TYPES[".xlsx"])


def has_marked_copy(receipt: Receipt) -> bool:
    """Whether the marked copy that a receipt announces exists. It is made after the receipt, and may fail."""
    return bool(receipt.marked_copy_key) and has_report(receipt.marked_copy_key)


def has_report(key: str) -> bool:
    """Whether an object of the reports bucket exists."""
    with suppress(NotFound), missing_is_denied(key):
        objects.find_version(read_settings().reports, key=key)
        return True
    return False


def put_report(
    programme: str,
    *,
    period: str,
    number: int,
    name: str,
    data: bytes,
    is_frozen: bool = False,
    is_data: bool = False,
) -> tuple[str, str]:
    """Stores a file of an edition; returns its key and SHA-256. That of a frozen edition is locked if the stage asks.

    `is_data`: the other files can be made from it again. It stays as long as the edition's record, and is stored
    compressed, at a thirtieth of its size. Raises KeyError for a kind that no edition has.
    """
    sha256 = hashlib.sha256(data).hexdigest()
    stays = is_frozen or is_data
    key = edition_file_key(
        programme, period=period, number=number, name=name, sha256=sha256, stays=stays, is_packed=is_data
    )
    content_type = CONTENT_TYPES[PurePosixPath(name).suffix]
    lock = _make_lock(datetime.now(UTC)) if is_frozen else None
    data = gzip.compress(data, mtime=0) if is_data else data
    objects.put_object(key, data, content_type=content_type, disposition=render_disposition(name), lock=lock)
    return key, sha256


def _make_lock(now: datetime) -> tuple[str, datetime] | None:
    """The Object Lock of a frozen edition's file from TONGHOP_EDITION_LOCK: "GOVERNANCE:3650" means ten years."""
    mode, _, days = os.environ.get("TONGHOP_EDITION_LOCK", "").partition(":")
    return (mode, now + timedelta(days=int(days))) if days else None


def list_report_versions(prefix: str) -> Iterator[StoredVersion]:
    """Every version of every object of the reports bucket whose key begins so."""
    return objects.list_versions(read_settings().reports, prefix=prefix)


def delete_report_versions(versions: Iterable[StoredVersion]) -> int:
    """Deletes these versions for good; returns how many."""
    deleted = 0
    for version in versions:
        objects.delete_version(read_settings().reports, key=version.key, version_id=version.version_id)
        deleted += 1
    return deleted


def read_report(key: str) -> bytes:
    """An object of the reports bucket as it was before it was compressed. Raises Damaged if it cannot be unpacked."""
    data = objects.read_body(key)
    if not is_packed_key(key):
        return data
    try:
        return gzip.decompress(data)
    except (OSError, EOFError, zlib.error) as error:
        raise Damaged(key) from error


def read_report_part(key: str, *, start: int, most: int) -> bytes:
    """A part of an object of the reports bucket."""
    return objects.read_part(read_settings().reports, key=key, start=start, most=most)


def presign_report(key: str, *, file_name: str, life: timedelta = LONGEST_LIFE) -> str:
    """A download of an object of the reports bucket, under this name."""
    return _presign_get(read_settings().reports, key=key, version_id="", file_name=file_name, life=life)


def presign_marked_copy(receipt: Receipt) -> str:
    """A download of the marked copy, under the name of the sender's file."""
    return presign_report(receipt.marked_copy_key, file_name=name_marked_copy(receipt.file_name))


def name_marked_copy(file_name: str) -> str:
    return f"{file_name.rpartition('.')[0] or 'bieu-mau'} - đánh dấu lỗi.xlsx"


def presign_scan(key: str, *, file_name: str, life: timedelta = LONGEST_LIFE) -> str:
    """An address that shows a scan in the browser. The type follows from the key's suffix, not from the upload."""
    return _presign_get(read_settings().reports, key=key, version_id="", file_name=file_name, life=life, inline=True)


def presign_original(key: str, version_id: str, *, file_name: str, life: timedelta = LONGEST_LIFE) -> str:
    """A download of an upload's bytes as received."""
    return _presign_get(read_settings().inbox, key=key, version_id=version_id, file_name=file_name, life=life)


def _presign_get(
    bucket: str, *, key: str, version_id: str, file_name: str, life: timedelta, inline: bool = False
) -> str:
    headings = {
        "ContentDisposition": render_disposition(file_name, inline=inline),
        "ContentType": CONTENT_TYPES.get(PurePosixPath(file_name).suffix.lower(), _UPLOAD_TYPE),
    }
    headings |= {"ContentEncoding": "gzip"} if is_packed_key(key) else {}
    return objects.presign_get(bucket, key=key, version_id=version_id, headings=headings, life=life)
