"""Links: which units have one and when it was opened; new ones as slips and as a workbook, shown only once."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

import segno

from chalicelib.domain.programme.model import Unit
from chalicelib.domain.submission.records import Link, LinkState
from chalicelib.office import links as office
from chalicelib.store.links import list_links
from chalicelib.web.console.desk import Desk, open_desk
from chalicelib.web.console.sessions import Session
from chalicelib.web.forms import check_once, check_seal, read_moment
from chalicelib.web.request import Request
from chalicelib.web.response import Response
from chalicelib.web.unit.visits import Label
from chalicelib.workbook.lists import XLSX, write_list

_TONES = {
    LinkState.VALID: "ok",
    LinkState.NOT_GIVEN: "warn",
    LinkState.EXPIRED: "warn",
    LinkState.REVOKED: "none",
}


class Slip(NamedTuple):
    """The slip for one unit: its link as text and as a QR code (SVG)."""

    unit: Unit
    url: str
    picture: str
    expires: datetime


def show_links(request: Request, session: Session, programme: str) -> Response:
    """Every unit with its links."""
    desk = open_desk(request, session, programme)
    by_unit: dict[str, list[Link]] = {}
    for link in list_links(programme):
        by_unit.setdefault(link.unit, []).append(link)
    units = office.list_owing(desk.programme)
    return desk.show(
        "links.html",
        menu="duong-dan",
        units=units,
        once=secrets.token_hex(16),
        rows=[(unit, by_unit.get(unit.code, [])[::-1]) for unit in office.list_owing(desk.programme, also=by_unit)],
        label=lambda link: label_link(link, request.now),
        without=sum(1 for unit in units if not any(link.is_held(request.now) for link in by_unit.get(unit.code, ()))),
        not_given=_list_not_given(by_unit, request.now),
        suggested=(max(period.lock for period in desk.programme.periods) + timedelta(days=30)).date().isoformat(),
    )


def label_link(link: Link, now: datetime) -> Label:
    state = link.state(now)
    return Label(office.STATES[state], _TONES[state])


def _list_not_given(by_unit: Mapping[str, list[Link]], now: datetime) -> list[str]:
    """The names of the newest link of each unit, where nobody confirmed that the office has it."""
    newest = [next((link for link in links[::-1] if link.is_valid(now)), None) for links in by_unit.values()]
    return [link.name for link in newest if link and not link.is_held(now)]


def make_links(request: Request, session: Session, programme: str) -> Response:
    """New links for one unit, for those without a valid one, or for all; the only page that ever shows them.

    A form sent twice (the page loaded again) makes no second link. If that page is lost, its links count as not given:
    the units are still among those without one. Earlier links stay valid until it is confirmed that they are replaced.
    """
    check_seal(request, session.secret)
    desk = open_desk(request, session, programme)
    expires = _read_expiry(desk)
    units = _choose_units(desk)
    check_once(request)
    before = [link for link in office.find_valid(programme, request.now, units=units) if link.is_held(request.now)]
    made = office.create_links(desk.programme, units, expires=expires, stamp=desk.stamp)
    book = write_list("Đường dẫn nộp", office.HEADINGS, office.list_cells(made, request.base))
    return desk.show(
        "slips.html", menu="duong-dan", slips=[_make_slip(new, request.base) for new in made],
        book=f"data:{XLSX};base64,{base64.b64encode(book).decode()}", made=[new.link.name for new in made],
        old=[link.name for link in before],
    )  # fmt: skip


def confirm_links(request: Request, session: Session, programme: str) -> Response:
    """Takes the answer whether the office has the new links: printed or in a file, or lost."""
    check_seal(request, session.secret)
    desk = open_desk(request, session, programme)
    made, old = (request.form.get(name, "").split() for name in ("cac-dau-moi", "cac-dau"))
    task = request.form.get("viec")
    if task == "khong-co":
        office.confirm_given(programme, (), replaced=made, stamp=desk.stamp)
        return desk.go(f"duong-dan/{programme}?xong=revoked")
    office.confirm_given(programme, made, replaced=old if task == "thu-hoi-cu" else (), stamp=desk.stamp)
    return desk.go(f"duong-dan/{programme}?xong=given")


def change_link(request: Request, session: Session, programme: str, *, link: str) -> Response:
    """Revokes a link, or moves its expiry."""
    check_seal(request, session.secret)
    desk = open_desk(request, session, programme)
    found = office.find_link(programme, name=link)
    if request.form.get("viec") == "thu-hoi":
        office.revoke_links([found], stamp=desk.stamp)
        return desk.go(f"duong-dan/{programme}?xong=revoked")
    office.renew_link(found, expires=_read_expiry(desk), stamp=desk.stamp)
    return desk.go(f"duong-dan/{programme}?xong=renewed")


def _read_expiry(desk: Desk) -> datetime:
    """The expiry from the form, checked before the form counts as sent, so that a refused form can be sent again."""
    expires = read_moment(desk.request, "den-luc", label="Dùng đến hết ngày")
    office.check_expiry(expires, desk.stamp)
    return expires


def _choose_units(desk: Desk) -> list[Unit]:
    chosen = desk.request.form.get("cho", "")
    if chosen == "tat-ca":
        return office.list_owing(desk.programme)
    if chosen == "chua-co":
        return office.list_without(desk.programme, desk.request.now)
    return office.find_units(desk.programme, [chosen])


def _make_slip(new: office.NewLink, pages: str) -> Slip:
    url = new.render_url(pages)
    picture = segno.make(url, error="m").svg_inline(scale=3, border=2, omitsize=False)
    return Slip(new.unit, url, picture, new.link.expires)
