"""The uploads that a unit prepared for an obligation. An upload is answered even if its page was closed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime

from chalicelib.domain.audit import AuditLine
from chalicelib.domain.submission.records import Address, Record
from chalicelib.store import table
from chalicelib.store.addresses import (
    Key,
    key_of,
    name_former_prepared,
    parse_prepared_key,
    prepared_key,
    prepared_pk,
    prepared_prefix,
)
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
    pk = prepared_pk(address.programme, unit=address.unit)
    items = table.query_items(pk, begins=prepared_prefix(address), newest_first=True, most=most)
    return [table.read_record(Prepared, item) for item in items]


def list_latest_of_unit(programme: str, *, unit: str, most: int = 10) -> dict[Address, list[Prepared]]:
    """The newest for each obligation of a unit, the newest first: one Query."""
    found: dict[Address, list[Prepared]] = defaultdict(list)
    for item in table.query_items(prepared_pk(programme, unit=unit), newest_first=True):
        own = found[parse_prepared_key(key_of(item))]
        if len(own) < most:
            own.append(table.read_record(Prepared, item))
    return found


def list_with_keys(address: Address) -> Iterator[tuple[Key, Prepared]]:
    """All of an obligation, those that earlier versions kept under its own pk among them."""
    pk = prepared_pk(address.programme, unit=address.unit)
    for item in table.query_items(pk, begins=prepared_prefix(address)):
        yield key_of(item), table.read_record(Prepared, item)
    for item in table.query_items(name_former_prepared(address)):
        yield key_of(item), table.read_record(Prepared, item)
