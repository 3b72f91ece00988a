"""The office's own notes on an obligation, for its people alone: no unit's page, letter, file or edition has them."""

from __future__ import annotations

from datetime import datetime

from chalicelib.domain.audit import AuditLine
from chalicelib.domain.submission.records import Address, Record
from chalicelib.store import table
from chalicelib.store.addresses import note_key, notes_pk
from chalicelib.store.audit import put_line
from chalicelib.store.errors import ConditionFailed


class OfficeNote(Record):
    """One note; none is changed. `revision` is the one that counted then, 0 if there was none. Emptied by a purge."""

    address: Address
    at: datetime
    actor: str
    revision: int
    text: str


class NoteExists(ConditionFailed):
    """A note of the same moment is kept already."""


def put_note(note: OfficeNote, line: AuditLine) -> None:
    """Keeps a note with its audit line. Raises NoteExists."""
    key = note_key(note.address, note.at)
    table.write([table.put(key, note, broken=NoteExists), put_line(line)], subject="note")


def list_notes(address: Address) -> list[OfficeNote]:
    """All notes, oldest first."""
    return table.query_records(OfficeNote, notes_pk(address))
