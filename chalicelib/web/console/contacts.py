"""The contacts of units, changed one by one on the page of the roster."""

from __future__ import annotations

from chalicelib.domain.period.contacts import Contact
from chalicelib.office import contacts
from chalicelib.web.console.changing import ChangePage, is_confirmed, show_loss_or_make
from chalicelib.web.console.desk import open_desk
from chalicelib.web.console.roster import write_place
from chalicelib.web.console.sessions import Session
from chalicelib.web.forms import check_seal, read_text
from chalicelib.web.request import Request
from chalicelib.web.response import Response


def change_contact(request: Request, session: Session, programme: str, *, unit: str) -> Response:
    """Keeps the contact of one unit; what is lost of the known one is shown first."""
    check_seal(request, session.secret)
    desk = open_desk(request, session, programme)
    labels = contacts.COLUMNS
    contact = Contact(
        unit=unit,
        name=read_text(request, "nguoi", label=labels["name"], most=200, needed=False),
        phone=read_text(request, "dien-thoai", label=labels["phone"], most=50, needed=False),
        mail=read_text(request, "thu", label=labels["mail"], most=200, needed=False),
    )
    is_believed = request.form.get("gui-lai") == "co"
    change = contacts.prepare_contact(desk.programme, contact, stamp=desk.stamp, is_believed=is_believed)
    place = write_place(request.form)
    back = f"don-vi/{programme}{'?' if place else ''}{place}#{unit}"
    page = ChangePage(back, menu="don-vi", done="saved", button="Lưu liên hệ")
    return show_loss_or_make(desk, change, page, confirmed=is_confirmed(desk))
