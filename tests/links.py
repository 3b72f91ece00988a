"""One link of one unit, for tests that need a unit's way in."""

from __future__ import annotations

from datetime import datetime

from chalicelib.domain.audit import Stamp
from chalicelib.domain.programme.model import Programme
from chalicelib.domain.submission.records import Link
from chalicelib.office.links import create_links, find_units, revoke_links


def create_link(
    programme: Programme, unit: str, *, expires: datetime, now: datetime, actor: str = "thử"
) -> tuple[str, Link]:
    """A new link of the unit, and the token that opens it."""
    (new,) = create_links(programme, find_units(programme, [unit]), expires=expires, stamp=Stamp(actor, now))
    return new.token, new.link


def revoke_link(link: Link, *, now: datetime, actor: str = "thử") -> None:
    revoke_links([link], stamp=Stamp(actor, now))
