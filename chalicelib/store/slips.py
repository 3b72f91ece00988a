"""The file with the slips of many new links. It alone holds links that open something, so it stays for a day at most.

It goes once its links are confirmed, when others are asked for, or by the sweep; a lifecycle rule of the bucket is for
what these have missed. No backup has it.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import NamedTuple

from chalicelib.store import objects
from chalicelib.store.addresses import SLIPS, slips_key, slips_prefix
from chalicelib.store.errors import ConditionFailed, NotFound, missing_is_denied
from chalicelib.store.objects import StoredVersion
from chalicelib.store.settings import read_settings
from chalicelib.store.uploads import CONTENT_TYPES, list_report_versions, presign_report

_MADE, _LINKS, _RUN = "made", "links", "run"
_LIFE_OF_ADDRESS = timedelta(minutes=2)
"""A browser follows it at once, and it stays in its history."""


class SlipsFile(NamedTuple):
    """A file that waits to be downloaded, or is being made: how many links it has, all made at one moment."""

    key: str
    made: datetime
    links: int
    is_ready: bool


def claim_slips(programme: str, *, asked_id: str, made: datetime, links: int) -> None:
    """Says that what was asked for is being made: a file without contents, in whose place the file comes.

    Raises ConditionFailed if another run said so before. A put whose answer was lost is repeated by the client, and
    meets what it stored itself.
    """
    key, run = slips_key(programme, asked_id=asked_id), secrets.token_hex(16)
    metadata = {**_describe(made, links), _RUN: run}
    try:
        objects.put_object(key, b"", content_type=CONTENT_TYPES[".zip"], metadata=metadata, must_be_new=True)
    except ConditionFailed:
        with suppress(NotFound), missing_is_denied(key):
            if objects.read_object(read_settings().reports, key=key, most=1).metadata.get(_RUN) == run:
                return
        raise


def put_slips(programme: str, data: bytes, *, asked_id: str, made: datetime, links: int) -> None:
    """Stores the file; `made` is what its claim says."""
    key = slips_key(programme, asked_id=asked_id)
    objects.put_object(key, data, content_type=CONTENT_TYPES[".zip"], metadata=_describe(made, links))


def _describe(made: datetime, links: int) -> Mapping[str, str]:
    return {_MADE: made.isoformat(), _LINKS: str(links)}


def find_slips(programme: str) -> SlipsFile | None:
    """The newest file of a programme; None also if it was deleted meanwhile."""
    lying = list(list_versions(programme))
    if not lying:
        return None
    newest = max(lying, key=lambda version: version.stored)
    try:
        with missing_is_denied(newest.key):
            found = objects.read_object(read_settings().reports, key=newest.key, most=1)
    except NotFound:
        return None
    made = datetime.fromisoformat(found.metadata[_MADE])
    return SlipsFile(newest.key, made, int(found.metadata[_LINKS]), is_ready=found.size > 0)


def has_slips(programme: str, *, asked_id: str) -> bool:
    """Whether what was asked for is there, or still being made."""
    key = slips_key(programme, asked_id=asked_id)
    return any(version.key == key for version in list_report_versions(key))


def presign_slips(file: SlipsFile, *, file_name: str) -> str:
    return presign_report(file.key, file_name=file_name, life=_LIFE_OF_ADDRESS)


def list_versions(programme: str = "") -> Iterator[StoredVersion]:
    """Every version of every file, or of those of one programme."""
    prefix = slips_prefix(programme) if programme else SLIPS
    return list_report_versions(prefix)
