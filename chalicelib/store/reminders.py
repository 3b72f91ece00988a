"""Reminders: the contact of each unit, the office's own texts, and which unit was reminded of what and when."""

from __future__ import annotations

from chalicelib.domain.audit import AuditLine
from chalicelib.domain.period.reminders import Contact, Reminder, ReminderText
from chalicelib.store import table
from chalicelib.store.addresses import Key, contact_key, contacts_pk, reminded_key, reminded_pk, text_key, texts_pk
from chalicelib.store.audit import put_line
from chalicelib.store.errors import ConditionFailed


def put_contact(programme: str, contact: Contact, line: AuditLine) -> None:
    """Replaces the unit's contact. The audit line makes each request unique, so changing A, B, A again ends with A."""
    write = table.put_fields(contact_key(programme, unit=contact.unit), contact.model_dump())
    table.write([write, put_line(line)], subject="contact")


def find_contacts(programme: str) -> dict[str, Contact]:
    """The contacts of a programme, by unit."""
    return {contact.unit: contact for contact in table.query_records(Contact, contacts_pk(programme))}


def put_text(programme: str, text: ReminderText, line: AuditLine) -> None:
    """Replaces the text of a moment."""
    write = table.put_fields(text_key(programme, moment=text.moment), text.model_dump())
    table.write([write, put_line(line)], subject="text")


def find_texts(programme: str) -> dict[str, ReminderText]:
    """The changed texts, by moment."""
    return {text.moment: text for text in table.query_records(ReminderText, texts_pk(programme))}


class AlreadyClaimed(ConditionFailed):
    """Another round is sending this letter, or has sent it."""


def claim(programme: str, *, period: str, sent: Reminder) -> None:
    """Records a letter before it is sent, so that two rounds at once send it once. Raises AlreadyClaimed.

    A letter that was refused may be claimed again.
    """
    key = _key(programme, period=period, sent=sent)
    write = table.put_fields(key, sent.model_dump(), broken=AlreadyClaimed, unless="refused")
    table.write([write], subject="reminder")


def put_outcome(programme: str, *, period: str, sent: Reminder, line: AuditLine) -> None:
    """Writes the outcome of a claimed letter with its audit line."""
    write = table.put_fields(_key(programme, period=period, sent=sent), sent.model_dump())
    table.write([write, put_line(line)], subject="reminder")


def list_reminders(programme: str, *, period: str) -> list[Reminder]:
    return table.query_records(Reminder, reminded_pk(programme, period=period))


def _key(programme: str, *, period: str, sent: Reminder) -> Key:
    return reminded_key(programme, period=period, moment=sent.moment, form=sent.form, unit=sent.unit)
