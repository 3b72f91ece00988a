"""Files made for one download: blank forms, lists, slips. Kept under their hash, handed out by pre-signed GET."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from chalicelib.store import objects
from chalicelib.store.clients import s3
from chalicelib.store.errors import NotFound, missing_is_denied, translated
from chalicelib.store.settings import read_settings
from chalicelib.store.uploads import LONGEST_LIFE, MOST_BYTES, PostForm, presign_report

_FOLDER = "handouts/"


def hand_out(data: bytes, *, file_name: str, content_type: str) -> str:
    """Stores the file and gives an address that serves it, under its name, for minutes."""
    key = f"{_FOLDER}{hashlib.sha256(data).hexdigest()}{PurePosixPath(file_name).suffix}"
    objects.put_object(key, data, content_type=content_type)
    return presign_report(key, file_name=file_name)


def has_arrived(key: str) -> bool:
    """Whether an upload lies in the inbox. Who may not list a bucket is denied what is not there."""
    try:
        with missing_is_denied(key):
            s3().head_object(Bucket=read_settings().inbox, Key=key)
    except NotFound:
        return False
    return True


def presign_import(key: str, *, redirect: str) -> PostForm:
    """A POST of one workbook to be read by the console, and the way back from storage."""
    conditions: list[object] = [["content-length-range", 1, MOST_BYTES], {"success_action_redirect": redirect}]
    with translated(key):
        form = s3().generate_presigned_post(
            Bucket=read_settings().reports,
            Key=key,
            Fields={"success_action_redirect": redirect},
            Conditions=conditions,
            ExpiresIn=int(LONGEST_LIFE.total_seconds()),
        )
    return PostForm(form["url"], form["fields"])


def read_import(key: str) -> bytes:
    """What was posted. Raises NotFound."""
    with missing_is_denied(key):
        return objects.read_object(read_settings().reports, key, most=MOST_BYTES).data


def list_origins() -> frozenset[str]:
    """Schemes and hosts that browsers post files to and fetch them from."""
    settings = read_settings()
    return frozenset((_find_origin(settings.inbox), _find_origin(settings.reports)))


@cache
def _find_origin(bucket: str) -> str:
    url = urlsplit(s3().generate_presigned_post(Bucket=bucket, Key="-")["url"])
    return f"{url.scheme}://{url.netloc}"
