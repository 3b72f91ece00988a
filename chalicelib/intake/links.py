"""The unit's link: a bearer secret of which only the hash is kept. Opened, it prepares uploads for its unit alone."""

from __future__ import annotations

import hashlib
import logging
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from chalicelib.domain.audit import AuditLine
from chalicelib.domain.issues.issue import Refused
from chalicelib.domain.programme.model import Programme
from chalicelib.domain.submission.admission import find_misaddress, find_obstacle
from chalicelib.domain.submission.records import Address, Link
from chalicelib.store import links, obligations, uploads
from chalicelib.store.addresses import upload_key
from chalicelib.store.audit import append
from chalicelib.store.errors import Conflict, LinkClosed

logger = logging.getLogger(__name__)

_TOKEN_BYTES = 32
_LONGEST_TOKEN = 200
_NOTED_EVERY = timedelta(hours=1)


class UnknownUnit(ValueError):
    """The programme has no unit of this code."""


class MintedUpload(NamedTuple):
    """One prepared upload: what the browser posts, and the id under which its receipt will be found."""

    upload_id: str
    key: str
    url: str
    fields: dict[str, str]
    expires: datetime


def create_link(programme: Programme, unit: str, *, expires: datetime, now: datetime, actor: str) -> tuple[str, Link]:
    """A new link and its token. The token is shown once and kept nowhere. Raises UnknownUnit."""
    (made,) = create_links(programme, [unit], expires=expires, now=now, actor=actor)
    return made


def create_links(
    programme: Programme, units: Sequence[str], *, expires: datetime, now: datetime, actor: str
) -> list[tuple[str, Link]]:
    """A new link for each unit, in the order of `units`. Raises UnknownUnit before any is made."""
    for unit in units:
        if unit not in programme.unit_by_code:
            raise UnknownUnit(unit)
    tokens = [secrets.token_urlsafe(_TOKEN_BYTES) for _ in units]
    made = [
        Link(token_hash=hash_token(token), programme=programme.code, unit=unit, created=now, expires=expires)
        for token, unit in zip(tokens, units, strict=True)
    ]
    links.put_links(
        [(link, _make_line(link, "link.created", now, actor, expires=expires.isoformat())) for link in made]
    )
    return list(zip(tokens, made, strict=True))


def open_link(token: str, now: datetime) -> Link | None:
    """The link of a token while it is valid. Unknown, expired and revoked ones are all the same None."""
    link = links.find_link(hash_token(token[:_LONGEST_TOKEN]))
    if link is None or not link.is_valid(now):
        return None
    if link.last_opened is None or now - link.last_opened >= _NOTED_EVERY:
        _note_opening(link, now)
    return link


def revoke_link(link: Link, *, now: datetime, actor: str) -> None:
    """Closes a link for good. Raises LinkClosed where it was closed already."""
    revoke_links([link], now=now, actor=actor)


def revoke_links(closing: Sequence[Link], *, now: datetime, actor: str) -> None:
    """Closes several links for good. Raises LinkClosed where one of them was closed meanwhile: look again."""
    links.set_revoked([(link.token_hash, _make_line(link, "link.revoked", now, actor)) for link in closing], now)


def renew_link(link: Link, *, expires: datetime, now: datetime, actor: str) -> Link:
    """Moves the expiry of a link that is not revoked; its token stays. Raises LinkClosed."""
    line = _make_line(link, "link.renewed", now, actor, expires=expires.isoformat())
    links.set_expires(link.token_hash, expires, line)
    return link.model_copy(update={"expires": expires})


def list_links(programme: str) -> list[Link]:
    return links.list_links(programme)


def mint_upload(
    link: Link,
    programme: Programme,
    *,
    period: str,
    form: str,
    file_name: str,
    now: datetime,
    justification: str = "",
    redirect: str = "",
) -> MintedUpload:
    """Prepares one upload of the link's unit: one key, for at most fifteen minutes and never beyond the link.

    The caller has asked the sender to confirm that nothing in the file is classified. Raises LinkClosed for a
    link that is not valid now, and Refused with `upload.not_owed`, `upload.not_open` or `upload.locked`.
    """
    if not link.is_valid(now) or programme.code != link.programme:
        raise LinkClosed("link")
    address = Address(programme=programme.code, period=period, form=form, unit=link.unit)
    # What was asked for is known to be plain words before it stands in a key.
    obstacle = find_misaddress(address, programme) or find_obstacle(
        address, programme, obligations.find_state(address), at=now
    )
    if obstacle:
        raise Refused(obstacle)
    upload_id = secrets.token_hex(16)
    key = upload_key(address, upload_id)
    life = min(uploads.LONGEST_LIFE, link.expires - now)
    post = uploads.presign_post(key, file_name=file_name, justification=justification, redirect=redirect, life=life)
    append(_make_line(link, "upload.prepared", now, f"unit:{link.unit}", upload=upload_id, period=period, form=form))
    logger.info("upload prepared", extra={"correlation_id": upload_id})
    return MintedUpload(upload_id, key, post.url, post.fields, now + life)


def hash_token(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", errors="replace")).hexdigest()


def _note_opening(link: Link, now: datetime) -> None:
    try:
        links.set_last_opened(link.token_hash, now, _make_line(link, "link.opened", now, f"unit:{link.unit}"))
    except (Conflict, LinkClosed):
        return  # another opening noted it, or it was closed this moment: the next one will tell


def _make_line(link: Link, action: str, now: datetime, actor: str, **details: str) -> AuditLine:
    """Names the unit and the first letters of the hash, which tell links apart and open none."""
    return AuditLine(
        at=now,
        actor=actor,
        action=action,
        subject=f"unit:{link.unit}",
        programme=link.programme,
        details={"link": link.token_hash[:12]} | details,
    )
