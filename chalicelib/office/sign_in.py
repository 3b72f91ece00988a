"""The office's record of sign-ins to the console: who signed in, and how often a sign-in failed."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from datetime import datetime, timedelta

from chalicelib.domain.audit import SYSTEM, Action, Stamp, make_line
from chalicelib.store import people
from chalicelib.store.counters import count
from chalicelib.store.errors import StorageError
from chalicelib.store.people import Person

_WINDOW = timedelta(minutes=15)
_MOST_PER_NAME, _MOST_PER_ADDRESS = 8, 30


def note_sign_in(username: str, *, stamp: Stamp) -> None:
    """Notes who came in, in the audit and as the user's last sign-in."""
    line = make_line(Action.CONSOLE_SIGNED_IN, username, programme=SYSTEM, stamp=stamp)
    people.put(line, Person(name=username, seen=stamp.at))


def count_attempt(name: str, *, address: str, now: datetime) -> bool:
    """Counts an attempt before it is made; whether it may be made.

    It may not after too many failures of this name from this address, or of this address in all.
    """
    counts = [(count(subject, now=now, window=_WINDOW), most) for subject, most in _list_limits(name, address=address)]
    return all(number <= most for number, most in counts)


def forgive_attempt(name: str, *, address: str, now: datetime) -> None:
    """Takes back an attempt that did not fail. What cannot be taken back counts until its window ends."""
    with suppress(StorageError):
        for subject, _ in _list_limits(name, address=address):
            count(subject, now=now, window=_WINDOW, by=-1)


def _list_limits(name: str, *, address: str) -> tuple[tuple[str, int], ...]:
    """Counts a name together with the address, so that a stranger's failures lock nobody out elsewhere.

    The user pool has its own limit for a name.
    """
    pair = f"{name.casefold()}\n{address}"
    return ((f"name#{_digest(pair)}", _MOST_PER_NAME), (f"from#{_digest(address)}", _MOST_PER_ADDRESS))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
