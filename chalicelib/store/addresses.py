"""The keys of every record and object: the one place that knows how they are spelled.

Numbers are padded, so that the order of keys is the order of numbers. The codes of programmes, periods,
forms and units must be plain words: they stand in keys, with "#" and "/" between them.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from urllib.parse import quote, unquote_plus

from chalicelib.domain.clock import VIETNAM
from chalicelib.domain.submission.records import Address
from chalicelib.store.records import Key

INBOX = "inbox/"

_WORD = r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}"
_UPLOAD_KEY = re.compile(
    rf"inbox/(?P<programme>{_WORD})/(?P<period>{_WORD})/(?P<form>{_WORD})/(?P<unit>{_WORD})/(?P<id>[0-9a-f]{{32}})"
)


class KeyUnreadable(ValueError):
    """A key that this system never mints."""


def upload_key(address: Address, upload_id: str) -> str:
    """Where an upload is stored. Raises KeyUnreadable where a code cannot stand in a key."""
    key = f"{INBOX}{address.programme}/{address.period}/{address.form}/{address.unit}/{upload_id}"
    parse_key(key)
    return key


def parse_key(key: str) -> tuple[Address, str]:
    """The address and the upload id in an upload's key. Raises KeyUnreadable for anything else."""
    match = _UPLOAD_KEY.fullmatch(key)
    if match is None:
        raise KeyUnreadable(key[:200])
    parts = match.groupdict()
    upload_id = parts.pop("id")
    return Address(**parts), upload_id


def encode_key(key: str) -> str:
    """A key as S3 writes it into an event."""
    return quote(key, safe="/")


def decode_key(written: str) -> str:
    """A key as it stands in an event: "+" is a space, %2F a slash (moto encodes those too)."""
    return unquote_plus(written)


def marked_copy_key(address: Address, upload_id: str) -> str:
    return f"marked/{address.programme}/{address.period}/{address.form}/{address.unit}/{upload_id}.xlsx"


def state_key(address: Address) -> Key:
    return Key(states_pk(address.programme, address.period), f"F#{address.form}#U#{address.unit}")


def states_pk(programme: str, period: str) -> str:
    return f"P#{programme}#{period}"


def revision_key(address: Address, revision: int) -> Key:
    return Key(revisions_pk(address), f"R#{revision:06}")


def revisions_pk(address: Address) -> str:
    return f"S#{address.programme}#{address.period}#{address.form}#{address.unit}"


def receipt_key(upload_id: str) -> Key:
    return Key(f"U#{upload_id}", "RECEIPT")


def prepared_key(address: Address, at: datetime, upload_id: str) -> Key:
    return Key(prepared_pk(address), f"{_render_time(at)}#{upload_id}")


def prepared_pk(address: Address) -> str:
    return f"N#{address.programme}#{address.period}#{address.form}#{address.unit}"


def justification_key(address: Address, revision: int, at: datetime) -> Key:
    return Key(justifications_pk(address), f"R#{revision:06}#{_render_time(at)}")


def justifications_pk(address: Address) -> str:
    return f"J#{address.programme}#{address.period}#{address.form}#{address.unit}"


def paper_key(address: Address, upload_id: str) -> Key:
    return Key(papers_pk(address), upload_id)


def papers_pk(address: Address) -> str:
    return f"B#{address.programme}#{address.period}#{address.form}#{address.unit}"


def link_key(token_hash: str) -> Key:
    return Key(f"L#{token_hash}", "LINK")


def link_listing_key(programme: str, unit: str, token_hash: str) -> Key:
    """Where a programme's links are listed: an item that is written once and only points to the link."""
    return Key(f"L#{programme}", f"U#{unit}#{token_hash}")


def edition_key(programme: str, period: str, number: int) -> Key:
    return Key(editions_pk(programme, period), f"#{number:06}")


def editions_pk(programme: str, period: str) -> str:
    return f"E#{programme}#{period}"


def version_key(programme: str, number: int) -> Key:
    return Key(f"G#{programme}", f"V#{number:06}")


def programme_listing_key(programme: str) -> Key:
    return Key("G#", programme)


def audit_key(programme: str, at: datetime, line_id: str) -> Key:
    return Key(audit_pk(programme, f"{at.astimezone(VIETNAM):%Y-%m}"), f"{_render_time(at)}#{line_id}")


def audit_pk(programme: str, month: str) -> str:
    """`month` is yyyy-mm, as the calendar of Viet Nam has it."""
    return f"A#{programme}#{month}"


def contact_key(programme: str, unit: str) -> Key:
    return Key(contacts_pk(programme), f"U#{unit}")


def contacts_pk(programme: str) -> str:
    return f"C#{programme}"


def text_key(programme: str, moment: str) -> Key:
    return Key(texts_pk(programme), f"M#{moment}")


def texts_pk(programme: str) -> str:
    return f"T#{programme}"


def reminded_key(programme: str, period: str, moment: str, form: str, unit: str) -> Key:
    return Key(reminded_pk(programme, period), f"{moment}#{form}#{unit}")


def reminded_pk(programme: str, period: str) -> str:
    return f"M#{programme}#{period}"


def counter_key(subject: str, window: int) -> Key:
    return Key(f"K#{subject}", f"{window:012}")


def _render_time(at: datetime) -> str:
    """Sorts as time does."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")
