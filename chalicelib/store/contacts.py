"""Whom to call at a unit. Personal data, optional, and for PV05 alone: it stands in no report and in no audit line."""

from __future__ import annotations

from chalicelib.domain.submission import Record
from chalicelib.store import table
from chalicelib.store.records import Key


class Contact(Record):
    unit: str
    name: str = ""
    phone: str = ""
    mail: str = ""


def put_contact(programme: str, contact: Contact) -> None:
    """In place of what was known before."""
    write = table.put_fields(Key(_pk(programme), f"U#{contact.unit}"), contact.model_dump())
    table.write([write], subject="contact")


def find_contacts(programme: str) -> dict[str, Contact]:
    """By unit."""
    return {contact.unit: contact for contact in table.query_records(Contact, _pk(programme))}


def _pk(programme: str) -> str:
    return f"C#{programme}"
