"""Slips of more links than a page holds: another function makes the links and a file of them, which is kept for a day.

The office downloads the file and confirms its links as it does those of a page. Links of a file that was lost count as
not given, as those of a lost page do (`office/links.py`).

Whoever makes a file says so first, under the number of the request: a request that comes twice makes no second set of
links, and nobody is asked about links whose file is still to come. A run that fails leaves what it said, and is told
of by the page; whoever asks again takes it away.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from chalicelib.domain.audit import Action, Stamp, make_line
from chalicelib.domain.programme.model import Programme, Unit
from chalicelib.office.links import (
    AlreadyClosed,
    NewLink,
    check_expiry,
    create_links,
    find_links,
    list_owing,
    list_without,
)
from chalicelib.office.refusals import Unknown
from chalicelib.store import programmes, slips, uploads
from chalicelib.store.audit import append
from chalicelib.store.errors import ConditionFailed
from chalicelib.store.objects import StoredVersion

LIFE = timedelta(days=1)
"""So long the file may wait for its download."""

Render = Callable[[Programme, Sequence[NewLink], str], bytes]
"""Makes the file of these links, below this address of the pages."""


class Circle(StrEnum):
    """Who gets new links, if not one unit alone."""

    WITHOUT = "chua-co"
    ALL = "tat-ca"


def list_circle(programme: Programme, circle: Circle, *, now: datetime) -> Sequence[Unit]:
    """Refuses a circle of nobody."""
    return list_without(programme, now) if circle is Circle.WITHOUT else list_owing(programme)


def ask_for_slips(
    programme: Programme, circle: Circle, *, expires: datetime, pages: str, asked_id: str, stamp: Stamp
) -> None:
    """Requests links for these units and their slips. The request does not wait; earlier files are deleted then, and
    what is still being made from an earlier request will not be kept.

    `asked_id` is the number of the form, so that a request that comes twice makes one file. Refuses a past expiry.
    """
    from chalicelib.external import functions  # imported here: the sweep, which deletes old files, asks nobody

    check_expiry(expires, stamp)
    earlier = list(slips.list_versions(programme.code))
    functions.ask_for_slips({
        "programme": programme.code, "circle": circle, "expires": expires.isoformat(), "pages": pages,
        "asked_id": asked_id, "actor": stamp.actor,
    })  # fmt: skip
    _delete(earlier)


def make_slips(asked: Mapping[str, str], *, now: datetime, render: Render) -> int:
    """Makes the links and the file that `ask_for_slips` asks for; returns how many links the file has.

    0 if another run makes it or has made it, or if others were asked for meanwhile. A link that is revoked meanwhile
    gets no slip: it would open nothing. Refuses if all were.
    """
    programme, asked_id = programmes.load_in_force(asked["programme"]), asked["asked_id"]
    units = list_circle(programme, Circle(asked["circle"]), now=now)
    expires, stamp = datetime.fromisoformat(asked["expires"]), Stamp(asked["actor"], now)
    check_expiry(expires, stamp)
    try:
        slips.claim_slips(programme.code, asked_id=asked_id, made=now, links=len(units))
    except ConditionFailed:
        return 0
    made, data = _render_valid(
        programme, create_links(programme, units, expires=expires, stamp=stamp), asked["pages"], render
    )
    if not slips.has_slips(programme.code, asked_id=asked_id):
        return 0
    slips.put_slips(programme.code, data, asked_id=asked_id, made=now, links=len(made))
    return len(made)


def _render_valid(
    programme: Programme, made: Sequence[NewLink], pages: str, render: Render
) -> tuple[Sequence[NewLink], bytes]:
    """Those of the links that still open when their file is made, and the file."""
    while made:
        data = render(programme, made, pages)
        revoked = {link.name for link in find_links(programme.code, [new.link.name for new in made]) if link.revoked}
        if not revoked:
            return made, data
        made = [new for new in made if new.link.name not in revoked]
    raise AlreadyClosed


def download_slips(programme: str, *, stamp: Stamp) -> str:
    """An address that serves the file for some minutes. Refuses if there is none."""
    file = slips.find_slips(programme)
    if file is None or not file.is_ready:
        raise Unknown
    line = make_line(
        Action.FILE_DOWNLOADED, programme, programme=programme, stamp=stamp, copy="slips", links=str(file.links)
    )
    append(line)
    return slips.presign_slips(file, file_name=f"phieu-duong-dan-{programme}.zip")


def drop_slips(programme: str, *, key: str) -> None:
    """Deletes this file of the programme, if it is there."""
    _delete([version for version in slips.list_versions(programme) if version.key == key])


def forget_slips(*, now: datetime) -> int:
    """Deletes the files that nobody has asked for since a day; returns how many."""
    old = [version for version in slips.list_versions() if now - version.stored > LIFE]
    _delete(old)
    return len({version.key for version in old})


def _delete(versions: Sequence[StoredVersion]) -> None:
    """A listing has each key's newest first; the oldest goes first, so that no file leaves its claim behind."""
    uploads.delete_report_versions(reversed(versions))
