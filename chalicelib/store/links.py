"""Links, kept under the hash of their token. A second item, written once, lists the link under its programme."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from chalicelib.domain.audit import AuditLine
from chalicelib.domain.submission.records import Link
from chalicelib.store import table
from chalicelib.store.addresses import link_key, link_listing_key, link_listings_pk
from chalicelib.store.audit import put_line
from chalicelib.store.errors import LinkClosed, LinkExists, LinkMoved
from chalicelib.store.records import Wire

_REVOKED, _GIVEN, _OPENED, _DOWNLOADED = "revoked", "given", "last_opened", "downloaded"
_MOST_WRITES = 100
"""Writes per transaction, which DynamoDB takes: a new link needs three, a changed one two."""


def put_links(made: Sequence[tuple[Link, AuditLine]]) -> None:
    """Writes new links. Raises LinkExists."""
    _write([tuple(_put_link(*each)) for each in made])


def _put_link(link: Link, line: AuditLine) -> Iterator[table.Write]:
    listing = link_listing_key(link.programme, unit=link.unit, token_hash=link.token_hash)
    yield table.put(link_key(link.token_hash), link, broken=LinkExists)
    yield table.put_fields(listing, {"token_hash": link.token_hash}, broken=LinkExists)
    yield put_line(line)


def find_link(token_hash: str) -> Link | None:
    return table.find_record(Link, link_key(token_hash))


def list_links(programme: str) -> list[Link]:
    """All links that a programme ever had, by unit and then by the time they were made."""
    return _read_listed(table.query_items(link_listings_pk(programme)))


def list_unit_links(programme: str, *, unit: str) -> list[Link]:
    """All links that one unit ever had in a programme, by the time they were made."""
    begins = link_listing_key(programme, unit=unit, token_hash="").sk
    return _read_listed(table.query_items(link_listings_pk(programme), begins=begins))


def _read_listed(listings: Iterable[Wire]) -> list[Link]:
    keys = [link_key(item["token_hash"]["S"]) for item in listings]
    links = [table.read_record(Link, item) for item in table.find_items(keys).values()]
    return sorted(links, key=lambda link: (link.unit, link.created, link.token_hash))


def set_revoked(closing: Sequence[tuple[str, AuditLine]], at: datetime) -> None:
    """Revokes links for good. Raises LinkClosed if one of them is revoked already."""
    _change(closing, {_REVOKED: at})


def set_lost(closing: Sequence[tuple[str, AuditLine]], at: datetime) -> None:
    """Revokes links that nobody has. Raises LinkClosed if one of them was given, opened or revoked meanwhile."""
    _change(closing, {_REVOKED: at}, is_lost=True)


def set_given(given: Sequence[tuple[str, AuditLine]]) -> None:
    """Records that the office has these links. Raises LinkClosed if one of them is revoked."""
    _change(given, {_GIVEN: True})


def set_expires(renewing: Sequence[tuple[Link, AuditLine]], expires: datetime) -> None:
    """Moves the expiry of links. Raises LinkMoved if one was revoked meanwhile, or got another expiry."""
    _write([
        (table.set_fields(link_key(link.token_hash), {"expires": expires}, absent=(_REVOKED,),
                          still={"expires": link.expires}, broken=LinkMoved), put_line(line))
        for link, line in renewing
    ])  # fmt: skip


def set_last_opened(token_hash: str, at: datetime, line: AuditLine) -> None:
    """Records when a link was last opened. Raises LinkClosed if it was revoked meanwhile."""
    _change([(token_hash, line)], {_OPENED: at})


def set_downloaded(token_hash: str, versions: Mapping[str, int]) -> None:
    """Records which blank forms were downloaded. Raises LinkClosed if the link was revoked meanwhile."""
    fields = {_DOWNLOADED: dict(versions)}
    table.write([table.set_fields(link_key(token_hash), fields, absent=(_REVOKED,), broken=LinkClosed)], subject="link")


def _change(changing: Sequence[tuple[str, AuditLine]], fields: Mapping[str, Any], *, is_lost: bool = False) -> None:
    """Sets these fields of links that are not revoked, each with its audit line."""
    absent, still = ((_REVOKED, _OPENED), {_GIVEN: False}) if is_lost else ((_REVOKED,), {})
    _write([
        (table.set_fields(link_key(token_hash), fields, absent=absent, still=still, broken=LinkClosed), put_line(line))
        for token_hash, line in changing
    ])  # fmt: skip


def _write(changes: Sequence[Sequence[table.Write]]) -> None:
    """Writes what belongs to each link together, as many links in one transaction as it takes."""
    at_once = _MOST_WRITES // max(map(len, changes), default=1)
    for start in range(0, len(changes), at_once):
        table.write([write for each in changes[start : start + at_once] for write in each], subject="link")
