"""Puts a workbook that we made of what a person entered into the inbox, where it is taken in like any other.

So its time of receipt, its revision, its receipt and the sweep are those of every upload.
"""

from __future__ import annotations

from datetime import datetime

from chalicelib.domain.audit import AuditLine
from chalicelib.domain.submission.records import Address
from chalicelib.store import uploads
from chalicelib.store.prepared import Prepared, put_prepared
from chalicelib.store.uploads import Particulars


def enter_workbook(
    address: Address, upload_id: str, data: bytes, *, particulars: Particulars, line: AuditLine, at: datetime
) -> None:
    """Records the upload with its audit line, then puts the workbook, so that none exists without its record."""
    put_prepared(address, Prepared(upload_id=upload_id, prepared=at, file_name=particulars.file_name), line)
    uploads.put_entered(address, upload_id, data, particulars)
