"""Whom to call at a unit: one by one on the page, or all at once in columns of the roster's workbook.

The only personal data here, optional, for the console alone; kept apart from the programme.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from chalicelib.domain.audit import Action
from chalicelib.domain.period.reminders import Contact
from chalicelib.domain.programme.amendments import HEADINGS
from chalicelib.store import reminders
from chalicelib.web.answer import Answer
from chalicelib.web.console.desk import Desk, open_desk
from chalicelib.web.console.sessions import Session
from chalicelib.web.forms import check_seal, read_text
from chalicelib.web.problems import FormWrong, PageUnknown
from chalicelib.web.request import Request

COLUMNS = {"name": "Người liên hệ", "phone": "Điện thoại", "mail": "Thư điện tử"}

_PHONE = re.compile(r"[0-9+][0-9 .()/-]{5,}")
_MAIL = re.compile(r"[^@\s<>,;]+@[^@\s<>,;]+\.[^@\s<>,;]+", re.ASCII)


def change_contact(request: Request, session: Session, programme: str, unit: str) -> Answer:
    """Keeps who is called and written to at one unit."""
    check_seal(request, session.secret)
    desk = open_desk(request, session, programme)
    if unit not in desk.programme.unit_by_code:
        raise PageUnknown
    contact = Contact(
        unit=unit,
        name=read_text(request, "nguoi", label=COLUMNS["name"], most=200, needed=False),
        phone=read_text(request, "dien-thoai", label=COLUMNS["phone"], most=50, needed=False),
        mail=read_text(request, "thu", label=COLUMNS["mail"], most=200, needed=False),
    )
    if mistake := find_mistake(contact):
        raise FormWrong(mistake)
    put_contacts(desk, [contact])
    return desk.go(f"don-vi/{programme}?xong=saved#{unit}")


def find_mistake(contact: Contact) -> str:
    """What is wrong with it, in a sentence; nothing where it can be kept."""
    if contact.mail and not (contact.mail.isascii() and _MAIL.fullmatch(contact.mail)):
        return "Địa chỉ thư điện tử không hợp lệ: chỉ gồm chữ không dấu, ví dụ vanthu@langson.gov.vn."
    if contact.phone and not _PHONE.fullmatch(contact.phone):
        return "Số điện thoại chỉ gồm chữ số, dấu cách và dấu + . - / ( )."
    return ""


def list_cells(contact: Contact | None) -> list[str]:
    """In the order of `COLUMNS`."""
    return [getattr(contact, field) if contact else "" for field in COLUMNS]


def read_changes(desk: Desk, sheet: Sequence[Sequence[str]]) -> list[Contact]:
    """The contacts of a roster's sheet that are not known as they stand there; none where it has no such columns."""
    headings = list(sheet[0]) if sheet else []
    if not {HEADINGS["code"], *COLUMNS.values()} <= set(headings) or not desk.may("remind"):
        return []
    places = {field: headings.index(heading) for field, heading in COLUMNS.items()}
    code = headings.index(HEADINGS["code"])
    known = reminders.find_contacts(desk.programme.code)
    read = (
        Contact(unit=row[code], **{field: row[place][:200] for field, place in places.items()})
        for row in sheet[1:] if row[code]
    )  # fmt: skip
    return [each for each in read if each != known.get(each.unit, Contact(unit=each.unit))]


def put_contacts(desk: Desk, contacts: Iterable[Contact]) -> None:
    for contact in contacts:
        line = desk.make_line(Action.CONTACT_CHANGED, f"unit:{contact.unit}")
        reminders.put_contact(desk.programme.code, contact, line)
