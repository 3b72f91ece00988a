"""Puts a workbook that we made of what a person entered into the inbox, where it is taken in like any other.

So its time of receipt, its revision, its receipt and the sweep are those of every upload. The form on our page has a
number; the upload's id follows from it and from what was entered, so that a form sent again, after a fault or by a
double click, is the same upload, and one that was changed meanwhile is another one with an origin of its own.
"""

from __future__ import annotations

import hashlib
from contextlib import suppress
from datetime import datetime

from chalicelib.domain.audit import AuditLine
from chalicelib.domain.submission.records import Address
from chalicelib.store import uploads
from chalicelib.store.addresses import upload_key
from chalicelib.store.errors import ConditionFailed
from chalicelib.store.handouts import has_arrived
from chalicelib.store.prepared import Prepared, list_latest, put_prepared
from chalicelib.store.uploads import Particulars

_LATEST = 50


def derive_upload_id(address: Address, *form: str) -> str:
    """The id of the upload that a form becomes, by its number and what was entered: 32 hexadecimal digits."""
    parts = (*address.model_dump().values(), *form)
    return hashlib.sha256("#".join(parts).encode()).hexdigest()[:32]


def was_entered(address: Address, upload_id: str) -> bool:
    """Whether the form became a workbook in the inbox. One that was cut off before that is sent again as it is."""
    return has_arrived(upload_key(address, upload_id))


def enter_workbook(
    address: Address, upload_id: str, data: bytes, *, particulars: Particulars, line: AuditLine, at: datetime
) -> None:
    """Records the upload with its audit line, then puts the workbook, so that none exists without its record.

    Does nothing twice: not where an earlier attempt was cut off, nor where the answer to one was lost.
    """
    if all(known.upload_id != upload_id for known in list_latest(address, _LATEST)):
        put_prepared(address, Prepared(upload_id=upload_id, prepared=at, file_name=particulars.file_name), line)
    with suppress(ConditionFailed):
        uploads.put_entered(address, upload_id, data, particulars._replace(prepared=at))
