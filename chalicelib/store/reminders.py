"""Reminders: whom to call at a unit, the texts as the office wants them, and which unit was reminded of what when."""

from __future__ import annotations

from chalicelib.domain.audit import AuditLine
from chalicelib.domain.period.reminders import Contact, Reminder, ReminderText
from chalicelib.store import table
from chalicelib.store.addresses import Key, contact_key, contacts_pk, reminded_key, reminded_pk, text_key, texts_pk
from chalicelib.store.audit import put_line
from chalicelib.store.errors import ConditionFailed


def put_contact(programme: str, contact: Contact, line: AuditLine) -> None:
    """In place of what was known before. The line makes each change a request of its own: A, B, A again ends with A."""
    write = table.put_fields(contact_key(programme, contact.unit), contact.model_dump())
    table.write([write, put_line(line)], subject="contact")


def find_contacts(programme: str) -> dict[str, Contact]:
    """By unit."""
    return {contact.unit: contact for contact in table.query_records(Contact, contacts_pk(programme))}


def put_text(programme: str, text: ReminderText, line: AuditLine) -> None:
    """In place of the text before."""
    write = table.put_fields(text_key(programme, text.moment), text.model_dump())
    table.write([write, put_line(line)], subject="text")


def find_texts(programme: str) -> dict[str, ReminderText]:
    """The changed texts, by moment."""
    return {text.moment: text for text in table.query_records(ReminderText, texts_pk(programme))}


class AlreadyClaimed(ConditionFailed):
    """Another round has this letter in hand, or has sent it."""


def claim(programme: str, period: str, sent: Reminder) -> None:
    """Notes a letter before it goes, so that two rounds at once send it once. Raises AlreadyClaimed.

    One that was refused may be claimed again.
    """
    key = _key(programme, period, sent)
    write = table.put_fields(key, sent.model_dump(), broken=AlreadyClaimed, unless="refused")
    table.write([write], subject="reminder")


def put_outcome(programme: str, period: str, sent: Reminder, line: AuditLine) -> None:
    """How a claimed letter ended, with its line of the audit."""
    write = table.put_fields(_key(programme, period, sent), sent.model_dump())
    table.write([write, put_line(line)], subject="reminder")


def list_reminders(programme: str, period: str) -> list[Reminder]:
    return table.query_records(Reminder, reminded_pk(programme, period))


def _key(programme: str, period: str, sent: Reminder) -> Key:
    return reminded_key(programme, period, sent.moment, sent.form, sent.unit)
