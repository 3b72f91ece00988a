"""What another function makes in the background: how far it is, for a page that waits and its script."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from chalicelib.web.forms import parse_number

_LAST_SECOND = 10**11


def describe_wait(made: datetime | None, asked: datetime, *, patience: timedelta, now: datetime) -> str:
    """ "done" once something was made since it was asked for, "long" when it takes longer than `patience`."""
    if made and made >= asked:
        return "done"
    return "long" if now - asked > patience else "waiting"


def read_second(text: str) -> datetime | None:
    """When it was asked for: the seconds in a page's address; None for anything else."""
    seconds = parse_number(text)
    return datetime.fromtimestamp(seconds, UTC) if seconds is not None and seconds < _LAST_SECOND else None
