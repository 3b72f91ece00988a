"""Links: which units have one and when it was opened; new ones as slips and as a workbook, shown only once."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from urllib.parse import urlencode

import segno

from chalicelib.domain.period.letter_texts import render_link_message
from chalicelib.domain.programme.model import Programme, Unit
from chalicelib.domain.submission.link_holders import Holder, LinkNeed, choose_holders
from chalicelib.domain.submission.records import Link, LinkState
from chalicelib.office import links as office
from chalicelib.store.uploads import CONTENT_TYPES
from chalicelib.web.console.changing import ChangePage, is_confirmed, show_or_make
from chalicelib.web.console.desk import Desk, open_desk
from chalicelib.web.console.sessions import Session
from chalicelib.web.forms import check_once, check_seal, read_moment
from chalicelib.web.paging import cut_page
from chalicelib.web.problems import FormWrong
from chalicelib.web.request import Request
from chalicelib.web.response import Response
from chalicelib.web.unit.visits import Label
from chalicelib.workbook.lists import write_list

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

MOST_SLIPS = 400
"""Links made at once: fifty sheets of paper. Slips of 1,340 units no longer fit into an answer of six megabytes."""

_WITHOUT, _ALL = "chua-co", "tat-ca"


class Batch(NamedTuple):
    """The units that get links at once; `following` is what to choose next, for the `left` units after them."""

    units: Sequence[Unit]
    following: str = ""
    left: int = 0


class Slip(NamedTuple):
    """The slip for one unit: its link as text and as a QR code (SVG), and in a message."""

    unit: Unit
    url: str
    picture: str
    message: str
    expires: datetime


def show_links(request: Request, session: Session, programme: str) -> Response:
    """The units with their links, fifty to a page: all, or those in one need, or those that are searched for."""
    desk = open_desk(request, session, programme)
    holders, wanted = office.list_all_holders(desk.programme, request.now), read_filter(desk)
    asked = request.query.get("lap", "")
    chosen = wanted.choose(holders)
    page = cut_page(chosen, request.query.get("trang", ""))
    here = {each.unit.code for each in page.rows}
    return desk.show(
        "links.html", menu="duong-dan", page=page, wanted=wanted,
        choices=[each.unit for each in holders if each.owes and each.unit.code in here | {asked}],
        needs=FILTERS, counts={each: sum(each in holder.needs for holder in holders) for each in LinkNeed},
        found=sum(len(each.current) for each in chosen), number=len(holders), once=secrets.token_hex(16),
        most=MOST_SLIPS, batches=_list_batches(sum(each.owes for each in holders)),
        label=lambda link: label_link(link, request.now),
        not_given=_list_not_given(holders, request.now), suggested=_suggest_day(desk, holders),
        outcome={name: request.query.get(name, "") for name in ("gia", "giu")},
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


def _list_batches(owing: int) -> dict[str, range]:
    """What to choose for links of all units: all at once, or so many at a time in the roster's order."""
    if owing <= MOST_SLIPS:
        return {_ALL: range(owing)}
    starts = range(0, owing, MOST_SLIPS)
    return {
        f"{_ALL}-{number}": range(start, min(start + MOST_SLIPS, owing)) for number, start in enumerate(starts, start=1)
    }


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


def _list_not_given(holders: Iterable[Holder], now: datetime) -> list[str]:
    """The names of the newest link of each unit, where nobody confirmed that the office has it."""
    newest = [holder.valid[0] for holder in holders if holder.valid]
    return [link.name for link in newest if not link.is_held(now)]


def make_links(request: Request, session: Session, programme: str) -> Response:
    """New links for one unit, for those without a valid one, or for all, at most `MOST_SLIPS` at once; the only page
    that ever shows them.

    A form sent twice (the page loaded again) makes no second link. If that page is lost, its links count as not given:
    the units are still among those without one. Earlier links stay valid until it is confirmed that they are replaced.
    """
    check_seal(request, session.secret)
    desk = open_desk(request, session, programme)
    expires = _read_expiry(desk)
    chosen = _choose_units(desk)
    check_once(request)
    valid = office.find_valid(programme, request.now, units=chosen.units)
    before = [link for link in valid if link.is_held(request.now)]
    made = office.create_links(desk.programme, chosen.units, expires=expires, stamp=desk.stamp)
    book = write_list("Đường dẫn nộp", office.HEADINGS, office.list_cells(made, request.base))
    return desk.show(
        "slips.html", menu="duong-dan", slips=[_make_slip(desk.programme, new, pages=request.base) for new in made],
        book=f"data:{CONTENT_TYPES['.xlsx']};base64,{base64.b64encode(book).decode()}",
        made=[new.link.name for new in made], old=[link.name for link in before], following=chosen,
    )  # fmt: skip


def confirm_links(request: Request, session: Session, programme: str) -> Response:
    """Takes the answer whether the office has the new links: printed or in a file, or lost."""
    check_seal(request, session.secret)
    desk = open_desk(request, session, programme)
    made, old = (request.form.get(name, "").split() for name in ("cac-dau-moi", "cac-dau"))
    task = request.form.get("viec")
    if task == "khong-co":
        return _revoke(desk, office.find_links(programme, made), f"duong-dan/{programme}")
    office.confirm_given(programme, made, replaced=old if task == "thu-hoi-cu" else (), stamp=desk.stamp)
    following = urlencode({"lap": text}) if (text := request.form.get("tiep", "")) else ""
    return desk.go(f"duong-dan/{programme}?xong=given{'&' if following else ''}{following}")


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


def _choose_units(desk: Desk) -> Batch:
    """At most `MOST_SLIPS` units. Refuses a choice of nobody, before any link is made."""
    chosen = desk.request.form.get("cho", "")
    if chosen == _WITHOUT:
        units = office.list_without(desk.programme, desk.request.now)
        return Batch(units[:MOST_SLIPS], _WITHOUT, max(0, len(units) - MOST_SLIPS))
    if not chosen.startswith(_ALL):
        return Batch(office.find_units(desk.programme, [chosen]))
    owing = office.list_owing(desk.programme)
    batches = _list_batches(len(owing))
    if chosen not in batches:
        raise FormWrong(f"Mỗi lần lập được nhiều nhất {MOST_SLIPS} đường dẫn. Xin chọn lại đợt cần lập.")
    own = batches[chosen]
    following = next((word for word, other in batches.items() if other.start == own.stop), "")
    return Batch(owing[own.start : own.stop], following, len(owing) - own.stop)


def _make_slip(programme: Programme, new: office.NewLink, *, pages: str) -> Slip:
    url = new.render_url(pages)
    picture = segno.make(url, error="m").svg_inline(border=4, omitsize=True)
    message = render_link_message(programme, new.unit, url=url, last_day=office.find_last_day(new.link))
    return Slip(new.unit, url, picture, message, new.link.expires)
