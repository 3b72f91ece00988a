"""The uploads that a unit prepared for an obligation. An upload is answered even if its page was closed."""

from __future__ import annotations

from datetime import datetime

from chalicelib.domain.audit import AuditLine
from chalicelib.domain.submission.records import Address, Record
from chalicelib.store import table
from chalicelib.store.addresses import prepared_key, prepared_pk
from chalicelib.store.audit import put_line
from chalicelib.store.errors import ConditionFailed


class Prepared(Record):
    """One prepared upload. Only its receipt, or the object in the inbox, shows that it was sent."""

    upload_id: str
    prepared: datetime
    file_name: str = ""


def put_prepared(address: Address, prepared: Prepared, line: AuditLine) -> None:
    """Writes a prepared upload and its audit line in one transaction."""
    key = prepared_key(address, prepared.prepared, prepared.upload_id)
    table.write([table.put(key, prepared, broken=ConditionFailed), put_line(line)], subject="prepared")


def list_latest(address: Address, most: int = 10) -> list[Prepared]:
    """The newest first."""
    items = table.query_items(prepared_pk(address), newest_first=True, most=most)
    return [table.read_record(Prepared, item) for item in items]
