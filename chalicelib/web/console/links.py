"""Links: which units have one and when it was opened; new ones as slips and as a workbook, shown only once.

Those of more units than a page holds are a file, which another function makes and which is kept for a day.
"""

from __future__ import annotations

import base64
import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from urllib.parse import urlencode

from chalicelib.domain.programme.model import Unit
from chalicelib.domain.submission.link_holders import Holder, LinkNeed, choose_holders
from chalicelib.domain.submission.records import Link, LinkState
from chalicelib.office import links as office
from chalicelib.office.slips import Circle, ask_for_slips, download_slips, drop_slips, list_circle
from chalicelib.store.slips import SlipsFile, find_slips
from chalicelib.store.uploads import CONTENT_TYPES
from chalicelib.web.console.changing import ChangePage, is_confirmed, show_or_make
from chalicelib.web.console.desk import Desk, open_desk
from chalicelib.web.console.sessions import Session
from chalicelib.web.console.slips import MOST_SLIPS, make_slip, write_links
from chalicelib.web.console.waiting import describe_wait, read_second
from chalicelib.web.forms import check_once, check_seal, read_form_number, read_moment
from chalicelib.web.paging import cut_page
from chalicelib.web.problems import FormWrong
from chalicelib.web.request import Request
from chalicelib.web.response import Response, redirect, respond_json
from chalicelib.web.unit.visits import Label

_TONES = {
    LinkState.VALID: "ok",
    LinkState.NOT_GIVEN: "warn",
    LinkState.EXPIRED: "warn",
    LinkState.REVOKED: "none",
}


FILTERS: Mapping[LinkNeed, tuple[str, str]] = {
    LinkNeed.WITHOUT: ("chua-co", "Chưa có đường dẫn"),
    LinkNeed.UNOPENED: ("chua-mo", "Chưa mở"),
    LinkNeed.ENDING: ("sap-het", "Sắp hết hạn"),
}
"""The word of each need in the page's address, and on the page."""

_NEED_BY_WORD: Mapping[str, str] = {word: need for need, (word, _) in FILTERS.items()}
_LONGEST_SEARCH = 100

_PATIENCE = timedelta(minutes=16)
"""The function ends after fifteen."""


def show_links(request: Request, session: Session, programme: str) -> Response:
    """The units with their links, fifty to a page: all, or those in one need, or those that are searched for."""
    desk = open_desk(request, session, programme)
    holders, wanted = office.list_all_holders(desk.programme, request.now), read_filter(desk)
    asked, file = request.query.get("lap", ""), find_slips(programme) if desk.may("manage_links") else None
    chosen = wanted.choose(holders)
    page = cut_page(chosen, request.query.get("trang", ""))
    waiting = _describe_wait(request, file)
    unconfirmed = [] if waiting == "waiting" else _list_not_given(holders, file, now=request.now)
    here = {each.unit.code for each in page.rows}
    return desk.show(
        "links.html", menu="duong-dan", page=page, wanted=wanted,
        choices=[each.unit for each in holders if each.owes and each.unit.code in here | {asked}],
        needs=FILTERS, counts={each: sum(each in holder.needs for holder in holders) for each in LinkNeed},
        found=sum(len(each.current) for each in chosen), number=len(holders), once=secrets.token_hex(16),
        most=MOST_SLIPS, owing=sum(each.owes for each in holders), label=lambda link: label_link(link, request.now),
        unconfirmed=unconfirmed, suggested=_suggest_day(desk, holders), file=file, waiting=waiting,
        since=request.query.get("tu", ""),
        outcome={name: request.query.get(name, "") for name in ("gia", "giu")}, lasting=office.is_lasting(request.base),
    )  # fmt: skip


class LinkFilter(NamedTuple):
    """The filter that the page's address holds: a need, by its word in the address, and words to search for."""

    need: str
    words: str

    @property
    def query(self) -> str:
        return urlencode({name: text for name, text in (("loc", self.need), ("tim", self.words)) if text})

    def choose(self, holders: Iterable[Holder]) -> list[Holder]:
        need = _NEED_BY_WORD.get(self.need, "")
        return choose_holders(holders, need=need, wanted=self.words)


def read_filter(desk: Desk) -> LinkFilter:
    """From the address of the page, or from the form that the page sends. Raises FormWrong for an unknown filter."""
    given = desk.request.form if desk.request.method == "POST" else desk.request.query
    need = given.get("loc", "")
    if need and need not in _NEED_BY_WORD:
        raise FormWrong
    return LinkFilter(need, given.get("tim", "").strip()[:_LONGEST_SEARCH])


def _suggest_day(desk: Desk, holders: Iterable[Holder]) -> str:
    """A month after the last period is locked, and no earlier than any link ends."""
    lasting = max(period.lock for period in desk.programme.periods) + timedelta(days=30)
    ends = [office.find_last_day(link) for holder in holders for link in holder.valid]
    return max([lasting.date(), *ends]).isoformat()


def label_link(link: Link, now: datetime) -> Label:
    state = link.state(now)
    return Label(office.STATES[state], _TONES[state])


class NotGiven(NamedTuple):
    """The newest links of units, which nobody has confirmed to have, or whose file is still there, so that confirming
    them was not finished; `old` are those that the units hold besides."""

    made: Sequence[str]
    old: Sequence[str]
    is_in_file: bool


def _list_not_given(holders: Iterable[Holder], file: SlipsFile | None, *, now: datetime) -> list[NotGiven]:
    """Those that are in the file of slips, then all others; by their names."""
    opening = [holder for holder in holders if holder.valid]
    made = file.made if file and file.is_ready else None
    in_file = [holder for holder in opening if holder.valid[0].created == made]
    rest = (holder for holder in opening if holder.valid[0].created != made)
    others = [holder for holder in rest if not holder.valid[0].is_held(now)]
    return [_name_not_given(each, is_in_file=each is in_file, now=now) for each in (in_file, others) if each]


def _name_not_given(holders: Sequence[Holder], *, is_in_file: bool, now: datetime) -> NotGiven:
    old = [link.name for holder in holders for link in holder.valid[1:] if link.is_held(now)]
    return NotGiven([holder.valid[0].name for holder in holders], old, is_in_file)


def make_links(request: Request, session: Session, programme: str) -> Response:
    """New links for one unit, for those without a valid one, or for all; the only page that ever shows them. Of more
    than `MOST_SLIPS` another function makes a file.

    A form sent twice (the page loaded again) makes no second link. If that page is lost, its links count as not given:
    the units are still among those without one. Earlier links stay valid until it is confirmed that they are replaced.
    """
    check_seal(request, session.secret)
    desk = open_desk(request, session, programme)
    expires, chosen = _read_expiry(desk), desk.request.form.get("cho", "")
    circle = Circle(chosen) if chosen in list(Circle) else None
    if circle is None:
        units: Sequence[Unit] = office.find_units(desk.programme, [chosen])
    else:
        units = list_circle(desk.programme, circle, now=request.now)
    asked_id = read_form_number(request)
    check_once(request)
    if circle and len(units) > MOST_SLIPS:
        ask_for_slips(desk.programme, circle, expires=expires, pages=request.base, asked_id=asked_id, stamp=desk.stamp)
        return desk.go(f"duong-dan/{programme}?tu={int(request.now.timestamp())}")
    valid = office.find_valid(programme, request.now, units=units)
    before = [link for link in valid if link.is_held(request.now)]
    made = office.create_links(desk.programme, units, expires=expires, stamp=desk.stamp)
    book = base64.b64encode(write_links(made, request.base)).decode()
    return desk.show(
        "slips.html", menu="duong-dan", slips=[make_slip(desk.programme, new, pages=request.base) for new in made],
        book=f"data:{CONTENT_TYPES['.xlsx']};base64,{book}",
        made=[new.link.name for new in made], old=[link.name for link in before],
    )  # fmt: skip


def tell_progress(request: Request, session: Session, programme: str) -> Response:
    """How far the file of slips is, for the page's script: waiting, done or long."""
    open_desk(request, session, programme)
    return respond_json({"state": _describe_wait(request, find_slips(programme)) or "done"})


def download_file(request: Request, session: Session, programme: str) -> Response:
    """Redirects to the file of slips; the pre-signed address is valid for some minutes."""
    desk = open_desk(request, session, programme)
    return redirect(download_slips(programme, stamp=desk.stamp))


def _describe_wait(request: Request, file: SlipsFile | None) -> str:
    """Of a file that is being made everybody is told, not only who asked for it."""
    asked, made = read_second(request.query.get("tu", "")), file.made if file else None
    if file and not file.is_ready:
        asked, made = file.made, None
    return describe_wait(made, asked, patience=_PATIENCE, now=request.now) if asked else ""


def confirm_links(request: Request, session: Session, programme: str) -> Response:
    """Takes the answer whether the office has the new links: printed or in a file, or lost. The file goes last: as long
    as it is there, the page asks, so that what was cut off is finished by one more press."""
    check_seal(request, session.secret)
    desk = open_desk(request, session, programme)
    made, old = (request.form.get(name, "").split() for name in ("cac-dau-moi", "cac-dau"))
    task = request.form.get("viec")
    if task == "khong-co":
        return _revoke(desk, office.find_links(programme, made), f"duong-dan/{programme}")
    office.confirm_given(programme, made, replaced=old if task == "thu-hoi-cu" else (), stamp=desk.stamp)
    if file := request.form.get("tep"):
        drop_slips(programme, key=file)
    return desk.go(f"duong-dan/{programme}?xong=given")


def change_links(request: Request, session: Session, programme: str) -> Response:
    """Revokes links, or gives them more time: those that were marked, or all that the filter finds, on every page."""
    check_seal(request, session.secret)
    desk = open_desk(request, session, programme)
    wanted = read_filter(desk)
    chosen = _choose_links(desk, wanted)
    if request.form.get("viec") == "thu-hoi":
        return _revoke(desk, chosen, f"duong-dan/{programme}{'?' if wanted.query else ''}{wanted.query}")
    done = office.renew_links(chosen, expires=_read_expiry(desk), stamp=desk.stamp)
    return desk.go(f"duong-dan/{programme}?gia={done.renewed}&giu={done.kept}&{wanted.query}")


def _revoke(desk: Desk, closing: Sequence[Link], back: str) -> Response:
    """Shows what is lost, then revokes these links and no others: what the filter finds may have changed meanwhile."""
    confirmed, holders = is_confirmed(desk), {link.unit for link in closing}
    if len(holders) == 1:  # the slip that follows is most likely for the same unit
        back += f"{'&' if '?' in back else '?'}lap={holders.pop()}"
    page = ChangePage(back, menu="duong-dan", done="revoked", button=f"Thu hồi {len(closing)} đường dẫn")
    kept = {name: text for name, text in desk.request.form.items() if name in ("loc", "tim")}
    marked = {f"chon:{link.name}": "co" for link in closing}
    return show_or_make(
        desk, office.prepare_revocation(desk.programme, closing, stamp=desk.stamp), page, confirmed=confirmed,
        fields=kept | marked | {"viec": "thu-hoi"}, action=f"pv05/duong-dan/{desk.programme.code}/da-chon",
    )  # fmt: skip


def _choose_links(desk: Desk, wanted: LinkFilter) -> list[Link]:
    if desk.request.form.get("pham-vi") == "loc":
        found = wanted.choose(office.list_all_holders(desk.programme, desk.request.now))
        names = [link.name for holder in found for link in holder.current]
    else:
        names = [name.partition(":")[2] for name in desk.request.form if name.startswith("chon:")]
    return office.find_links(desk.programme.code, names)


def _read_expiry(desk: Desk) -> datetime:
    """The expiry from the form, checked before the form counts as sent, so that a refused form can be sent again."""
    expires = read_moment(desk.request, "den-luc", label="Dùng đến hết ngày")
    office.check_expiry(expires, desk.stamp)
    return expires
