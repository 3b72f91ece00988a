"""What a unit does with its link: it opens the link and prepares uploads for itself alone.

The link is a bearer secret of which only the hash is stored. The office makes and closes links: `office/links.py`.
"""

from __future__ import annotations

import hashlib
import logging
import secrets
from contextlib import suppress
from datetime import datetime, timedelta
from typing import NamedTuple

from chalicelib.domain.audit import Action, Stamp, make_link_line
from chalicelib.domain.issues.issue import Refused
from chalicelib.domain.programme.model import Form, Period, Programme
from chalicelib.domain.submission.admission import find_misaddress, find_obstacle
from chalicelib.domain.submission.records import Address, Link
from chalicelib.store import links, objects, obligations, uploads
from chalicelib.store.addresses import upload_key
from chalicelib.store.errors import Conflict, LinkClosed, StorageError
from chalicelib.store.prepared import Prepared, put_prepared

logger = logging.getLogger(__name__)

_LONGEST_TOKEN = 200
_NOTED_EVERY = timedelta(hours=1)


class MintedUpload(NamedTuple):
    """One prepared upload: the fields that the browser posts, and the id of its later receipt."""

    upload_id: str
    key: str
    url: str
    fields: dict[str, str]
    expires: datetime


def open_link(token: str, now: datetime) -> Link | None:
    """The link of a token while it is valid; None for an unknown, expired or revoked one alike."""
    link = links.find_link(hash_token(token[:_LONGEST_TOKEN]))
    if link is None or not link.is_valid(now):
        return None
    if link.last_opened is None or now - link.last_opened >= _NOTED_EVERY:
        _note_opening(link, now)
    return link


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

    It is noted among the obligation's prepared uploads, so that the unit finds its answer again.
    The caller has asked the sender to confirm that nothing in the file is classified. Raises LinkClosed for a
    link that is not valid now, and Refused with `upload.not_owed`, `upload.not_open` or `upload.locked`.
    """
    address = find_address(link, programme, period=period, form=form, now=now)
    # What was asked for is known to be plain words before it stands in a key.
    obstacle = find_misaddress(address, programme) or find_obstacle(
        address, programme, obligations.find_state(address), at=now
    )
    if obstacle:
        raise Refused(obstacle)
    upload_id = secrets.token_hex(16)
    key = upload_key(address, upload_id)
    life = bound_life(link, now)
    post = uploads.presign_post(
        key, file_name=file_name, prepared=now, justification=justification, redirect=redirect, life=life
    )
    stamp = Stamp(f"unit:{link.unit}", now)
    line = make_link_line(Action.UPLOAD_PREPARED, link, stamp=stamp, upload=upload_id, period=period, form=form)
    put_prepared(address, Prepared(upload_id=upload_id, prepared=now, file_name=file_name), line)
    logger.info("upload prepared", extra={"correlation_id": upload_id})
    return MintedUpload(upload_id, key, post.url, post.fields, now + life)


def find_address(link: Link, programme: Programme, *, period: str, form: str, now: datetime) -> Address:
    """The obligation of the link's unit that is asked for. Raises LinkClosed for a link that is not valid now."""
    if not link.is_valid(now) or programme.code != link.programme:
        raise LinkClosed("link")
    return Address(programme=programme.code, period=period, form=form, unit=link.unit)


def bound_life(link: Link, now: datetime) -> timedelta:
    """How long a prepared POST may live: minutes, and never beyond the link."""
    return min(objects.LONGEST_LIFE, link.expires - now)


def note_download(link: Link, form: Form, period: Period) -> None:
    """Notes that the link has this blank form, so that a change of the form can say how many have it.

    What cannot be noted stands in nobody's way.
    """
    key = f"{period.code}/{form.code}"
    if link.downloaded.get(key) != form.version:
        with suppress(StorageError):
            links.set_downloaded(link.token_hash, {**link.downloaded, key: form.version})


def hash_token(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", errors="replace")).hexdigest()


def _note_opening(link: Link, now: datetime) -> None:
    line = make_link_line(Action.LINK_OPENED, link, stamp=Stamp(f"unit:{link.unit}", now))
    try:
        links.set_last_opened(link.token_hash, now, line)
    except (Conflict, LinkClosed):
        return  # another opening noted it, or it was closed this moment: the next one will tell
