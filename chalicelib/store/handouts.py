"""Files made for one download: blank forms, lists, slips. Stored under their hash, served by pre-signed GET."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from chalicelib.store import objects
from chalicelib.store.addresses import handout_key
from chalicelib.store.errors import NotFound, missing_is_denied
from chalicelib.store.objects import PostForm
from chalicelib.store.settings import read_settings
from chalicelib.store.uploads import CONTENT_TYPES, MOST_BYTES, presign_report


def hand_out(data: bytes, *, file_name: str, key: str = "") -> str:
    """Stores the file and returns an address that serves it under its name for some minutes.

    The suffix of its name says what it is. Files that may stay for less time than handouts have a `key` of their own.
    """
    suffix = PurePosixPath(file_name).suffix
    key = key or handout_key(hashlib.sha256(data).hexdigest(), suffix=suffix)
    objects.put_object(key, data, content_type=CONTENT_TYPES[suffix])
    return presign_report(key, file_name=file_name)


def has_arrived(key: str) -> bool:
    """Whether an upload is in the inbox. Without the right to list it, S3 answers "denied" for a missing upload."""
    try:
        with missing_is_denied(key):
            objects.find_version(read_settings().inbox, key=key)
    except NotFound:
        return False
    return True


def presign_import(key: str, *, redirect: str) -> PostForm:
    """A pre-signed POST of one workbook for the console; S3 sends the browser back to `redirect` afterwards."""
    return objects.presign_post(
        read_settings().reports, key=key, fields={"success_action_redirect": redirect}, most=MOST_BYTES
    )


def read_import(key: str) -> bytes:
    """The bytes that were posted. Raises NotFound."""
    with missing_is_denied(key):
        return objects.read_object(read_settings().reports, key=key, most=MOST_BYTES).data


def list_origins() -> frozenset[str]:
    """The origins (scheme and host) that browsers post files to and fetch files from."""
    settings = read_settings()
    return frozenset((_find_origin(settings.inbox), _find_origin(settings.reports)))


@cache
def _find_origin(bucket: str) -> str:
    url = urlsplit(objects.presign_post(bucket, key="-", fields={}, most=1).url)
    return f"{url.scheme}://{url.netloc}"
