"""Links of the units: lists, creates, renews and revokes them, for pages and commands.

A new link is shown once, in what `create_links` returns; its token is not stored. That answer may be lost, so a link
counts as given only when `confirm_given` says that the office has it, or once it was opened; until then its unit is
among those without a link, and is given another. Earlier links stay valid until then: a lost list locks no unit out.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import NamedTuple

from chalicelib.domain.audit import Action, Stamp, make_link_line
from chalicelib.domain.clock import local_date
from chalicelib.domain.language.vietnamese import format_day
from chalicelib.domain.period.link_effects import find_revocation_effects
from chalicelib.domain.programme.model import Programme, Unit
from chalicelib.domain.submission.link_holders import Holder, LinkNeed, list_holders
from chalicelib.domain.submission.records import Link, LinkState
from chalicelib.intake.links import hash_token
from chalicelib.office.prepared import PreparedChange, Preview
from chalicelib.office.refusals import Moved, Refusal, Unknown
from chalicelib.store import links
from chalicelib.store.errors import LinkClosed, LinkMoved

HEADINGS = ("Mã đơn vị", "Đơn vị", "Đường dẫn nộp", "Dùng đến")
"""The headings of the list of new links; `list_cells` gives its rows."""

STATES: Mapping[LinkState, str] = {
    LinkState.VALID: "Đang dùng",
    LinkState.NOT_GIVEN: "Chưa xác nhận đã lưu",
    LinkState.EXPIRED: "Hết hạn",
    LinkState.REVOKED: "Đã thu hồi",
}
"""What each state of a link is called."""

_TOKEN_BYTES = 32


class NewLink(NamedTuple):
    """A link that was just made, with the token that opens it."""

    unit: Unit
    token: str
    link: Link

    def render_url(self, pages: str) -> str:
        """The whole link, below the address of the pages."""
        return f"{pages.rstrip('/')}/nop/{self.token}"


def is_lasting(pages: str) -> bool:
    """Whether links below this address outlive the stack: the one that API Gateway gives does not."""
    return ".execute-api." not in pages


class UnitUnknown(Unknown):
    """The programme has no unit with this code."""


class ExpiryPast(Refusal):
    """The expiry is past, so nobody could open the link."""

    sentence = "Đường dẫn phải dùng được đến hết một ngày từ hôm nay trở đi."


class Shortened(Refusal):
    """A renewal never shortens."""

    def __init__(self, link: Link) -> None:
        super().__init__(
            f"Đường dẫn đã chọn đang dùng được đến hết ngày {format_day(find_last_day(link))}, muộn hơn ngày vừa ghi. "
            "Gia hạn không rút ngắn thời hạn: xin ghi ngày muộn hơn, hoặc thu hồi nếu muốn ngừng."
        )


class Lengthened(NamedTuple):
    """How many links got more time, and how many had it already."""

    renewed: int
    kept: int


class AlreadyClosed(Moved):
    """A revoked link is neither renewed nor revoked again."""

    sentence = "Đường dẫn này đã bị thu hồi. Xin xem lại danh sách đường dẫn."


# Units


def list_owing(programme: Programme, *, also: Collection[str] = ()) -> list[Unit]:
    """The units that owe any report, and the named units, each once, in the roster's order."""
    owing = {each.unit for period in programme.periods for each in programme.obligations(period.code)}
    return [unit for unit in programme.unit_by_code.values() if unit.code in owing or unit.code in also]


def list_all_holders(programme: Programme, now: datetime) -> list[Holder]:
    """The units that owe a report or ever had a link, with their links, in the roster's order."""
    known, owing = links.list_links(programme.code), list_owing(programme)
    units = list_owing(programme, also={link.unit for link in known})
    return list_holders(units, known, owing=owing, at=now)


def list_without(programme: Programme, now: datetime) -> list[Unit]:
    """The units that owe a report and have no valid link that somebody has. Refuses if there is none."""
    found = [each.unit for each in list_all_holders(programme, now) if LinkNeed.WITHOUT in each.needs]
    if not found:
        raise Refusal("Mọi đơn vị phải nộp đều đã có đường dẫn đang dùng.")
    return found


def find_units(programme: Programme, codes: Iterable[str]) -> list[Unit]:
    """The units with these codes, each once. Refuses an unknown code, and an empty choice."""
    wanted = [code for code in dict.fromkeys(codes) if code]
    if unknown := [code for code in wanted if code not in programme.unit_by_code]:
        raise UnitUnknown(f"Không có đơn vị: {', '.join(unknown)}.")
    if not wanted:
        raise Refusal("Xin chọn đơn vị.")
    return [programme.unit_by_code[code] for code in wanted]


# Existing links


def find_link(programme: str, *, name: str) -> Link:
    """The link with this name (`Link.name`). Refuses an unknown name."""
    found = next((link for link in links.list_links(programme) if link.name == name), None)
    if found is None:
        raise Unknown
    return found


def find_links(programme: str, names: Collection[str]) -> list[Link]:
    """The links with these names. Refuses an unknown name, and an empty choice."""
    wanted = set(names)
    found = [link for link in links.list_links(programme) if link.name in wanted]
    if not names:
        raise Refusal("Xin chọn đường dẫn.")
    if {link.name for link in found} != wanted:
        raise Unknown
    return found


def find_valid(programme: str, now: datetime, *, units: Iterable[Unit] | None = None) -> list[Link]:
    """Every link that is valid now, or only those of these units."""
    valid = [link for link in links.list_links(programme) if link.is_valid(now)]
    codes = {link.unit for link in valid} if units is None else {unit.code for unit in units}
    return [link for link in valid if link.unit in codes]


# Verbs


def check_expiry(expires: datetime, stamp: Stamp) -> None:
    """Refuses an expiry in the past."""
    if expires <= stamp.at:
        raise ExpiryPast


def create_links(programme: Programme, units: Iterable[Unit], *, expires: datetime, stamp: Stamp) -> list[NewLink]:
    """Creates a link for each unit, in the order of `units`; existing links stay. Refuses an expiry in the past.

    Whoever has written down what this returns calls `confirm_given`.
    """
    check_expiry(expires, stamp)
    made = [_make_link(programme.code, unit, expires, now=stamp.at) for unit in units]
    lines = [
        (new.link, make_link_line(Action.LINK_CREATED, new.link, stamp=stamp, expires=expires.isoformat()))
        for new in made
    ]
    links.put_links(lines)
    return made


def confirm_given(programme: str, names: Collection[str], *, stamp: Stamp, replaced: Collection[str] = ()) -> None:
    """Records that the office has the links with these names; each of its units has these links then, and no lost one.

    Revoked are the links with the names `replaced`, and those of the same units that were made no later and never
    given: later ones may be in a file that another page still asks about. Can be repeated if it was interrupted.
    Refuses if one of the links was revoked meanwhile. Links are given before any is revoked: of two that confirm at
    once, none takes the only link from a unit.
    """
    wanted = set(names)
    given = [link for link in links.list_links(programme) if link.name in wanted]
    if any(link.revoked for link in given):
        raise AlreadyClosed
    lines = [
        (link.token_hash, make_link_line(Action.LINK_GIVEN, link, stamp=stamp)) for link in given if not link.given
    ]
    _unless_closed(lambda: links.set_given(lines))
    known = _revoke_lost(programme, given, stamp)
    closing = set(replaced) - wanted
    revoke_links([link for link in known if link.name in closing and not link.revoked], stamp=stamp)


def _revoke_lost(programme: str, given: Iterable[Link], stamp: Stamp) -> list[Link]:
    """Revokes the links that nobody has, of these units made no later than what was given to them; returns all other
    links. What was held meanwhile stays."""
    newest = {link.unit: link.created for link in sorted(given, key=lambda link: link.created)}
    while True:
        known = links.list_links(programme)
        unheld = [link for link in known if link.unit in newest and link.state(stamp.at) is LinkState.NOT_GIVEN]
        lost = [link for link in unheld if link.created <= newest[link.unit]]
        with suppress(LinkClosed):
            links.set_lost(
                [(link.token_hash, make_link_line(Action.LINK_REVOKED, link, stamp=stamp)) for link in lost], stamp.at
            )
            revoked = {link.token_hash for link in lost}
            return [link for link in known if link.token_hash not in revoked]


def renew_links(renewing: Sequence[Link], *, expires: datetime, stamp: Stamp) -> Lengthened:
    """Moves the expiry of links, which keep their tokens. None is shortened: what opens for longer stays as it is.

    Can be repeated if it was interrupted. Refuses if all of them open for longer, if one was revoked, and an expiry in
    the past.
    """
    check_expiry(expires, stamp)
    if any(link.revoked for link in renewing):
        raise AlreadyClosed
    if renewing and min(link.expires for link in renewing) > expires:
        raise Shortened(min(renewing, key=lambda link: link.expires))
    lines = [
        (link, make_link_line(Action.LINK_RENEWED, link, stamp=stamp, expires=expires.isoformat()))
        for link in renewing
        if link.expires < expires
    ]
    try:
        links.set_expires(lines, expires)
    except LinkMoved:
        raise Moved from None
    return Lengthened(len(lines), len(renewing) - len(lines))


def revoke_links(closing: Iterable[Link], *, stamp: Stamp) -> None:
    """Revokes links for good. Refuses if one of them is revoked already."""
    lines = [(link.token_hash, make_link_line(Action.LINK_REVOKED, link, stamp=stamp)) for link in closing]
    _unless_closed(lambda: links.set_revoked(lines, stamp.at))


def prepare_revocation(programme: Programme, closing: Sequence[Link], *, stamp: Stamp) -> PreparedChange:
    """Revoking these links, ready to be shown with what it takes from their units, and made."""
    names = {link.name for link in closing}

    def preview() -> Preview:
        return Preview(find_revocation_effects(programme, list_all_holders(programme, stamp.at), names))

    what = f"thu hồi {len(names)} đường dẫn nộp"
    return PreparedChange(what, preview, lambda: revoke_links(closing, stamp=stamp))


def list_cells(made: Iterable[NewLink], pages: str) -> Iterator[tuple[str, ...]]:
    """A row for each new link, under `HEADINGS`. The last cell is the last day on which the link is valid."""
    for new in made:
        yield new.unit.code, new.unit.full_name, new.render_url(pages), format_day(find_last_day(new.link))


def find_last_day(link: Link) -> date:
    """The last day, in Viet Nam, on which the link opens."""
    return local_date(link.expires - timedelta(microseconds=1))


def _make_link(programme: str, unit: Unit, expires: datetime, *, now: datetime) -> NewLink:
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    link = Link(
        token_hash=hash_token(token), programme=programme, unit=unit.code, created=now, expires=expires, given=False
    )
    return NewLink(unit, token, link)


def _unless_closed(change: Callable[[], None]) -> None:
    try:
        change()
    except LinkClosed:
        raise AlreadyClosed from None
