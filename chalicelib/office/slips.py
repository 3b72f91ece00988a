"""Slips of more links than a page holds: another function makes the links and a file of them, which is kept for a day.

The office downloads the file and confirms its links as it does those of a page. Links of a file that was lost count as
not given, as those of a lost page do (`office/links.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from enum import StrEnum

from chalicelib.domain.audit import Action, Stamp, make_line
from chalicelib.domain.programme.model import Programme, Unit
from chalicelib.office.links import NewLink, check_expiry, create_links, list_owing, list_without
from chalicelib.office.refusals import Unknown
from chalicelib.store import programmes, slips
from chalicelib.store.audit import append
from chalicelib.store.errors import ConditionFailed

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
    """Requests links for these units and their slips. The request does not wait; an earlier file is deleted.

    `asked_id` is the number of the form, so that a request that comes twice makes one file. Refuses a past expiry.
    """
    from chalicelib.external import functions  # imported here: the sweep, which deletes old files, asks nobody

    check_expiry(expires, stamp)
    drop_slips(programme.code)
    functions.ask_for_slips({
        "programme": programme.code, "circle": circle, "expires": expires.isoformat(), "pages": pages,
        "asked_id": asked_id, "actor": stamp.actor,
    })  # fmt: skip


def make_slips(asked: Mapping[str, str], *, now: datetime, render: Render) -> int:
    """Makes the links and the file that `ask_for_slips` asks for; returns how many links it has, 0 if it was made."""
    programme = programmes.load_in_force(asked["programme"])
    if slips.has_slips(programme.code, asked_id=asked["asked_id"]):
        return 0
    units = list_circle(programme, Circle(asked["circle"]), now=now)
    expires = datetime.fromisoformat(asked["expires"])
    made = create_links(programme, units, expires=expires, stamp=Stamp(asked["actor"], now))
    data = render(programme, made, asked["pages"])
    with suppress(ConditionFailed):  # somebody else made the same: these links are nobody's, as those of a lost page
        slips.put_slips(programme.code, data, asked_id=asked["asked_id"], made=now, links=len(made))
    return len(made)


def download_slips(programme: str, *, stamp: Stamp) -> str:
    """An address that serves the file for some minutes. Refuses if there is none."""
    file = slips.find_slips(programme)
    if file is None:
        raise Unknown
    line = make_line(
        Action.FILE_DOWNLOADED, programme, programme=programme, stamp=stamp, copy="slips", links=str(file.links)
    )
    append(line)
    return slips.presign_slips(file, file_name=f"phieu-duong-dan-{programme}.zip")


def drop_slips(programme: str) -> None:
    """Deletes the programme's file, if there is one."""
    for version in slips.list_versions(programme):
        slips.delete_version(version)


def forget_slips(*, now: datetime) -> int:
    """Deletes the files that nobody has asked for since a day; returns how many."""
    old = [version for version in slips.list_versions() if now - version.stored > LIFE]
    for version in old:
        slips.delete_version(version)
    return len(old)
