"""The contacts of units: changed one by one, or all at once from columns of the roster's workbook.

Contacts are the only personal data here: optional, shown in the console only, kept apart from the programme.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from chalicelib.domain.audit import Action, Stamp, make_line
from chalicelib.domain.period.contacts import Contact
from chalicelib.domain.period.effects import Effect
from chalicelib.domain.programme.amendments import HEADINGS
from chalicelib.domain.programme.model import Programme
from chalicelib.office.prepared import PreparedChange, Preview
from chalicelib.office.refusals import Mistaken, Unknown
from chalicelib.store.contacts import find_contact, find_contacts, put_contact

COLUMNS = {"name": "Người liên hệ", "phone": "Điện thoại", "mail": "Thư điện tử"}
_LONGEST = 200

_PHONE = re.compile(r"[0-9+][0-9 .()/-]{5,}")
_MAIL = re.compile(r"[^@\s<>,;]+@[^@\s<>,;]+\.[^@\s<>,;]+", re.ASCII)


def change_contact(programme: Programme, contact: Contact, *, stamp: Stamp, is_believed: bool = False) -> None:
    """Replaces the contact of one unit. Raises Unknown and Mistaken.

    The mark of an address that letters did not reach stays with the address, unless that `is_believed` again.
    """
    if contact.unit not in programme.unit_by_code:
        raise Unknown
    check_contacts(programme, [contact])
    kept = _find_known(programme, contact.unit).changed(**{field: getattr(contact, field) for field in COLUMNS})
    put_contacts(programme, [kept.believed(stamp.at) if is_believed else kept], stamp=stamp)


def _find_known(programme: Programme, unit: str) -> Contact:
    return find_contact(programme.code, unit=unit) or Contact(unit=unit)


def prepare_contact(
    programme: Programme, contact: Contact, *, stamp: Stamp, is_believed: bool = False
) -> PreparedChange:
    """A contact in place of the known one, ready to be shown with what is lost of it, and made."""

    def preview() -> Preview:
        before = _find_known(programme, contact.unit)
        gone = {field: getattr(before, field) for field in COLUMNS if getattr(before, field)}
        lost = tuple(f"{COLUMNS[field]}: {text}" for field, text in gone.items() if not getattr(contact, field))
        effects = [Effect("Thông tin bị xóa khỏi danh sách, không lấy lại được", lost, is_loss=True)] if lost else []
        if before.mail and not contact.mail:
            effects.append(Effect("Đơn vị không còn nhận thư nhắc và thư báo kết quả", is_loss=True))
        return Preview(effects)

    what = f"sửa liên hệ của {programme.name_unit(contact.unit)}"
    return PreparedChange(
        what, preview, lambda: change_contact(programme, contact, stamp=stamp, is_believed=is_believed)
    )


def check_contacts(programme: Programme, contacts: Iterable[Contact]) -> None:
    """Raises Mistaken with the fault of each contact that cannot be kept."""
    if mistakes := find_mistakes(programme, contacts):
        raise Mistaken(mistakes)


def find_mistakes(programme: Programme, contacts: Iterable[Contact]) -> list[str]:
    contacts = list(dict.fromkeys(contacts))
    twice = [unit for unit, times in Counter(each.unit for each in contacts).items() if times > 1]
    told = [(each.unit, find_mistake(each)) for each in contacts]
    told += [(unit, "có hai người liên hệ khác nhau, không rõ lấy người nào") for unit in twice]
    return [f"{programme.name_unit(unit)}: {mistake}" for unit, mistake in told if mistake]


def find_mistake(contact: Contact) -> str:
    """The fault of a contact; "" if it can be kept."""
    if contact.mail and not (contact.mail.isascii() and _MAIL.fullmatch(contact.mail)):
        return "địa chỉ thư điện tử không hợp lệ: chỉ gồm chữ không dấu, ví dụ vanthu@langson.gov.vn"
    if contact.phone and not _PHONE.fullmatch(contact.phone):
        return "số điện thoại chỉ gồm chữ số, dấu cách và dấu + . - / ( )"
    return ""


def list_cells(contact: Contact | None) -> list[str]:
    """The contact's cells in the order of `COLUMNS`."""
    return [getattr(contact, field) if contact else "" for field in COLUMNS]


def read_changes(programme: Programme, sheet: Sequence[Sequence[str]]) -> list[Contact]:
    """The contacts of a roster's sheet that differ from the known ones; none if the sheet has no such columns."""
    headings = list(sheet[0]) if sheet else []
    if not {HEADINGS["code"], *COLUMNS.values()} <= set(headings):
        return []
    places = {field: headings.index(heading) for field, heading in COLUMNS.items()}
    code = headings.index(HEADINGS["code"])
    known = find_contacts(programme.code)
    read = (
        (
            known.get(row[code], Contact(unit=row[code])),
            {field: row[place][:_LONGEST] for field, place in places.items()},
        )
        for row in sheet[1:] if row[code]
    )  # fmt: skip
    changed = ((before, before.changed(**fields)) for before, fields in read)
    return [after for before, after in changed if after != before]


def put_contacts(programme: Programme, contacts: Iterable[Contact], *, stamp: Stamp) -> None:
    """Keeps contacts that were checked already."""
    for contact in contacts:
        line = make_line(Action.CONTACT_CHANGED, f"unit:{contact.unit}", programme=programme.code, stamp=stamp)
        put_contact(programme.code, contact, line)
