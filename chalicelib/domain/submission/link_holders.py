"""Which unit holds which links, and which of them wait for the office: without one, unopened, about to end."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from chalicelib.domain.language.spelling import is_found
from chalicelib.domain.programme.model import Unit
from chalicelib.domain.submission.records import Link

SOON = timedelta(days=30)
"""How long before its end a link is said to end soon."""


class LinkNeed(StrEnum):
    """What the office has to do about a unit's links: make one, ask whether it came, renew it."""

    WITHOUT = "without"
    UNOPENED = "unopened"
    ENDING = "ending"


@dataclass(frozen=True)
class Holder:
    """A unit with all links it ever had, newest first; `owes`: it has reports to send."""

    unit: Unit
    links: tuple[Link, ...]
    owes: bool
    at: datetime

    @property
    def current(self) -> tuple[Link, ...]:
        """The links that were not revoked."""
        return tuple(link for link in self.links if not link.revoked)

    @property
    def revoked(self) -> tuple[Link, ...]:
        return tuple(link for link in self.links if link.revoked)

    @property
    def valid(self) -> tuple[Link, ...]:
        """The links that open."""
        return tuple(link for link in self.links if link.is_valid(self.at))

    @property
    def needs(self) -> Iterator[LinkNeed]:
        if self.owes and not any(link.is_held(self.at) for link in self.links):
            yield LinkNeed.WITHOUT
        if self.valid and not any(link.last_opened for link in self.valid):
            yield LinkNeed.UNOPENED
        if self.valid and max(link.expires for link in self.valid) - self.at < SOON:
            yield LinkNeed.ENDING


def list_holders(
    units: Iterable[Unit], links: Iterable[Link], *, owing: Collection[Unit], at: datetime
) -> list[Holder]:
    """Each of the units with its links, which come oldest first."""
    by_unit: dict[str, list[Link]] = {}
    for link in links:
        by_unit.setdefault(link.unit, []).append(link)
    codes = {unit.code for unit in owing}
    return [Holder(unit, tuple(by_unit.get(unit.code, ())[::-1]), unit.code in codes, at) for unit in units]


def choose_holders(holders: Iterable[Holder], *, need: str, wanted: str) -> list[Holder]:
    """Those in this need ("" for any) whose unit has the wanted words in its name or code."""
    return [
        each for each in holders
        if (not need or need in list(each.needs)) and is_found(wanted, each.unit.full_name, each.unit.code)
    ]  # fmt: skip
