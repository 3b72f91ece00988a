"""The contact of each unit: kept apart from the programme, because it names people."""

from __future__ import annotations

from chalicelib.domain.audit import AuditLine
from chalicelib.domain.period.contacts import Contact, Trouble
from chalicelib.store import table
from chalicelib.store.addresses import contact_key, contacts_pk
from chalicelib.store.audit import put_line
from chalicelib.store.errors import ConditionFailed


class ContactMoved(ConditionFailed):
    """The contact has another address since it was read."""


def put_contact(programme: str, contact: Contact, line: AuditLine) -> None:
    """Replaces the unit's contact. The audit line makes each request unique, so changing A, B, A again ends with A."""
    write = table.put_fields(contact_key(programme, unit=contact.unit), contact.model_dump())
    table.write([write, put_line(line)], subject="contact")


def mark_contact(programme: str, contact: Contact, trouble: Trouble, line: AuditLine) -> None:
    """Notes that letters do not reach the contact's address. Raises ContactMoved."""
    key, fields = contact_key(programme, unit=contact.unit), {"trouble": trouble.model_dump()}
    marked = table.set_fields(key, fields, absent=(), still={"mail": contact.mail}, broken=ContactMoved)
    table.write([marked, put_line(line)], subject="contact")


def find_contacts(programme: str) -> dict[str, Contact]:
    """The contacts of a programme, by unit."""
    return {contact.unit: contact for contact in table.query_records(Contact, contacts_pk(programme))}


def find_contact(programme: str, *, unit: str) -> Contact | None:
    return table.find_record(Contact, contact_key(programme, unit=unit))
