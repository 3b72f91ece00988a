"""The audit: who did what, when. Lines are appended, never changed and never removed."""

from __future__ import annotations

import hashlib

from chalicelib.domain.audit import AuditLine
from chalicelib.store import table
from chalicelib.store.addresses import Key, audit_key, audit_pk

_ID_LENGTH = 16


def put_line(line: AuditLine) -> table.Write:
    """The write of a line, for the transaction that the line describes. The same line twice is one line."""
    return table.put_same(_key(line), line)


def append(line: AuditLine) -> None:
    """Appends a line that belongs to no other write."""
    table.write([put_line(line)], subject="audit")


def query_month(programme: str, *, month: str) -> list[AuditLine]:
    """The lines of a month (yyyy-mm in Viet Nam), oldest first."""
    return table.query_records(AuditLine, audit_pk(programme, month=month))


def _key(line: AuditLine) -> Key:
    line_id = hashlib.sha256(line.model_dump_json().encode()).hexdigest()[:_ID_LENGTH]
    return audit_key(line.programme, line.at, line_id)
