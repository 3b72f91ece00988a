"""Reminders: whom to call at a unit, the texts as PV05 wants them, and which unit was reminded of what when."""

from __future__ import annotations

from chalicelib.domain.reminders import Contact, Letter, Sent
from chalicelib.store import table
from chalicelib.store.addresses import contact_key, contacts_pk, letter_key, letters_pk, reminded_key, reminded_pk


def put_contact(programme: str, contact: Contact) -> None:
    """In place of what was known before."""
    write = table.put_fields(contact_key(programme, contact.unit), contact.model_dump())
    table.write([write], subject="contact")


def find_contacts(programme: str) -> dict[str, Contact]:
    """By unit."""
    return {contact.unit: contact for contact in table.query_records(Contact, contacts_pk(programme))}


def put_letter(programme: str, letter: Letter) -> None:
    """In place of the text before."""
    write = table.put_fields(letter_key(programme, letter.moment), letter.model_dump())
    table.write([write], subject="letter")


def find_letters(programme: str) -> dict[str, Letter]:
    """The changed texts, by moment."""
    return {letter.moment: letter for letter in table.query_records(Letter, letters_pk(programme))}


def put_sent(programme: str, period: str, sent: Sent) -> None:
    key = reminded_key(programme, period, sent.moment, sent.form, sent.unit)
    table.write([table.put_fields(key, sent.model_dump())], subject="reminder")


def list_sent(programme: str, period: str) -> list[Sent]:
    return table.query_records(Sent, reminded_pk(programme, period))
