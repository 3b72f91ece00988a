"""Links: who has one and opened it when; new ones as slips and as a workbook, shown once and kept nowhere."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

import segno

from chalicelib.domain.programme.model import Unit
from chalicelib.domain.submission.records import Link
from chalicelib.intake.links import create_links, list_links, renew_link, revoke_link, revoke_links
from chalicelib.store.errors import LinkClosed
from chalicelib.web.answer import Answer
from chalicelib.web.console.desk import Desk, open_desk
from chalicelib.web.console.sessions import Session
from chalicelib.web.forms import check_once, check_seal, read_moment
from chalicelib.web.problems import FormWrong, Moved, PageUnknown
from chalicelib.web.rendering import show_day
from chalicelib.web.request import Request
from chalicelib.web.unit.visits import Label
from chalicelib.workbook.lists import XLSX, write_list

_SHOWN = 12
"""Letters of a hash that name a link: as in the audit."""

_HEADINGS = ("Mã đơn vị", "Đơn vị", "Đường dẫn nộp", "Dùng đến")


class Slip(NamedTuple):
    """What is handed to one unit: its link in letters and as a picture (SVG)."""

    unit: Unit
    url: str
    picture: str
    expires: datetime


def show_links(request: Request, session: Session, programme: str) -> Answer:
    """Every unit with its links."""
    desk = open_desk(request, session, programme)
    by_unit: dict[str, list[Link]] = {}
    for link in list_links(programme):
        by_unit.setdefault(link.unit, []).append(link)
    units = find_units(desk)
    return desk.show(
        "links.html",
        menu="duong-dan",
        units=units,
        once=secrets.token_hex(16),
        rows=[(unit, by_unit.get(unit.code, [])[::-1]) for unit in find_units(desk, also=by_unit)],
        label=lambda link: label_link(link, request.now),
        name=lambda link: link.token_hash[:_SHOWN],
        without=sum(1 for unit in units if not _has_valid(by_unit.get(unit.code, ()), request.now)),
        suggested=(max(period.lock for period in desk.programme.periods) + timedelta(days=30)).date().isoformat(),
    )


def find_units(desk: Desk, *, also: Iterable[str] = ()) -> list[Unit]:
    """The units that owe anything in the programme, and those that are named, each once, in the roster's order."""
    owing = {each.unit for period in desk.programme.periods for each in desk.programme.obligations(period.code)}
    return [unit for unit in desk.programme.unit_by_code.values() if unit.code in owing | set(also)]


def label_link(link: Link, now: datetime) -> Label:
    if link.revoked:
        return Label("Đã thu hồi", "none")
    if now >= link.expires:
        return Label("Hết hạn", "warn")
    return Label("Đang dùng", "ok")


def _has_valid(links: list[Link] | tuple[()], now: datetime) -> bool:
    return any(link.is_valid(now) for link in links)


def make_links(request: Request, session: Session, programme: str) -> Answer:
    """New links for one unit, for those without a valid one, or for all; the only page that ever shows them.

    The same form twice (the page loaded again) makes no second link. Links from before go on until the page of slips
    revokes them: whoever lost that page on the way has locked nobody out.
    """
    check_seal(request, session.secret)
    desk = open_desk(request, session, programme)
    expires = _read_expiry(request)
    units = _choose_units(desk)
    check_once(request)
    codes = [unit.code for unit in units]
    before = [link for link in list_links(programme) if link.unit in codes and link.is_valid(request.now)]
    made = create_links(desk.programme, codes, expires=expires, now=request.now, actor=session.actor)
    slips = [_make_slip(desk, unit, token, expires) for unit, (token, _) in zip(units, made, strict=True)]
    until = show_day(expires - timedelta(days=1))
    rows = [(slip.unit.code, slip.unit.full_name, slip.url, until) for slip in slips]
    book = base64.b64encode(write_list("Đường dẫn nộp", _HEADINGS, rows)).decode()
    return desk.show(
        "slips.html", menu="duong-dan", slips=slips, book=f"data:{XLSX};base64,{book}",
        old=[link.token_hash[:_SHOWN] for link in before],
    )  # fmt: skip


def revoke_old_links(request: Request, session: Session, programme: str) -> Answer:
    """Revokes the links that units had before their new ones were made; again, if it was cut off."""
    check_seal(request, session.secret)
    desk = open_desk(request, session, programme)
    named = set(request.form.get("cac-dau", "").split())
    old = [link for link in list_links(programme) if link.token_hash[:_SHOWN] in named and not link.revoked]
    try:
        revoke_links(old, now=request.now, actor=session.actor)
    except LinkClosed:
        raise Moved from None
    return desk.go(f"duong-dan/{programme}?xong=revoked")


def _read_expiry(request: Request) -> datetime:
    expires = read_moment(request, "den-luc", label="Dùng đến hết ngày")
    if expires <= request.now:
        raise FormWrong("Mục “Dùng đến hết ngày” phải từ hôm nay trở đi.")
    return expires


def _choose_units(desk: Desk) -> list[Unit]:
    chosen, units = desk.request.form.get("cho", ""), find_units(desk)
    if chosen == "tat-ca":
        return units
    if chosen == "chua-co":
        valid = {link.unit for link in list_links(desk.programme.code) if link.is_valid(desk.request.now)}
        found = [unit for unit in units if unit.code not in valid]
        if not found:
            raise FormWrong("Mọi đơn vị phải nộp đều đã có đường dẫn đang dùng.")
        return found
    found = [unit for unit in units if unit.code == chosen]
    if not found:
        raise FormWrong("Xin chọn đơn vị.")
    return found


def _make_slip(desk: Desk, unit: Unit, token: str, expires: datetime) -> Slip:
    url = f"{desk.request.base}/nop/{token}"
    picture = segno.make(url, error="m").svg_inline(scale=3, border=2, omitsize=False)
    return Slip(unit, url, picture, expires)


def change_link(request: Request, session: Session, programme: str, link: str) -> Answer:
    """Revokes a link, or moves its expiry."""
    check_seal(request, session.secret)
    desk = open_desk(request, session, programme)
    found = next((each for each in list_links(programme) if each.token_hash[:_SHOWN] == link), None)
    if found is None:
        raise PageUnknown
    try:
        if request.form.get("viec") == "thu-hoi":
            revoke_link(found, now=request.now, actor=session.actor)
            return desk.go(f"duong-dan/{programme}?xong=revoked")
        expires = _read_expiry(request)
        renew_link(found, expires=expires, now=request.now, actor=session.actor)
    except LinkClosed:
        raise Moved from None
    return desk.go(f"duong-dan/{programme}?xong=renewed")
