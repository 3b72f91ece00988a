"""Links: kept under the hash of their token. A second item lists them by programme, and is written once."""

from __future__ import annotations

from datetime import datetime

from chalicelib.domain.submission import AuditLine, Link
from chalicelib.store import table
from chalicelib.store.addresses import link_key, link_listing_key
from chalicelib.store.audit import put_line
from chalicelib.store.errors import LinkClosed, LinkExists

_OPEN = f"{table.PRESENT} AND attribute_not_exists(revoked)"


def put_link(link: Link, line: AuditLine) -> None:
    """Writes a new link. Raises LinkExists."""
    listing = link_listing_key(link.programme, link.unit, link.token_hash)
    table.write(
        [
            table.put(link_key(link.token_hash), link, broken=LinkExists),
            table.put_fields(listing, {"token_hash": link.token_hash}, broken=LinkExists),
            put_line(line),
        ],
        subject="link",
    )


def find_link(token_hash: str) -> Link | None:
    return table.find_record(Link, link_key(token_hash))


def list_links(programme: str) -> list[Link]:
    """All links of a programme that ever were, by unit and then by when they were made."""
    listings = table.query_items(f"L#{programme}")
    keys = [link_key(item["token_hash"]["S"]) for item in listings]
    links = [table.read_record(Link, item) for item in table.find_items(keys).values()]
    return sorted(links, key=lambda link: (link.unit, link.created, link.token_hash))


def set_revoked(token_hash: str, at: datetime, line: AuditLine) -> None:
    """Closes a link for good. Raises LinkClosed where it is unknown or closed already."""
    _change(token_hash, {"revoked": at}, line)


def set_expires(token_hash: str, expires: datetime, line: AuditLine) -> None:
    """Moves the expiry of a link that is not revoked. Raises LinkClosed."""
    _change(token_hash, {"expires": expires}, line)


def set_last_opened(token_hash: str, at: datetime, line: AuditLine) -> None:
    """Notes that a link was opened. Raises LinkClosed where it was revoked meanwhile."""
    _change(token_hash, {"last_opened": at}, line)


def _change(token_hash: str, fields: dict[str, datetime], line: AuditLine) -> None:
    changed = table.set_fields(link_key(token_hash), fields, condition=_OPEN, broken=LinkClosed)
    table.write([changed, put_line(line)], subject="link")
