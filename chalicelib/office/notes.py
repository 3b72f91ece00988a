"""Notes that the office's people write for each other beside what a unit has sent. The unit never sees them."""

from __future__ import annotations

from chalicelib.domain.audit import Action, Stamp, make_line
from chalicelib.domain.programme.model import Programme
from chalicelib.domain.submission.admission import find_misaddress
from chalicelib.domain.submission.records import Address
from chalicelib.office.refusals import Mistaken, Moved, Unknown
from chalicelib.store.notes import NoteExists, OfficeNote, list_notes, put_note
from chalicelib.store.obligations import find_state

LONGEST = 1000
"""Letters of a note."""


def write_note(programme: Programme, address: Address, text: str, *, stamp: Stamp) -> None:
    """Keeps a note; the same words of the same person twice are one. Raises Unknown, Mistaken, and Moved."""
    said = text.strip()
    if find_misaddress(address, programme):
        raise Unknown
    if not said or len(said) > LONGEST:
        raise Mistaken([f"ghi chú phải có từ 1 đến {LONGEST} ký tự"])
    if any((each.text, each.actor) == (said, stamp.actor) for each in list_notes(address)[-1:]):
        return
    revision = find_state(address).revision
    note = OfficeNote(address=address, at=stamp.at, actor=stamp.actor, revision=revision, text=said)
    subject = f"{address.period}/{address.form}/{address.unit}"
    line = make_line(Action.NOTE_WRITTEN, subject, programme=address.programme, stamp=stamp, revision=str(revision))
    try:
        put_note(note, line)
    except NoteExists:
        raise Moved from None
