"""Dead letters: shows which uploads they are about, and puts them back after their cause is removed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from typing import NamedTuple

from chalicelib.external import dead_letters as letters
from chalicelib.external import mail
from chalicelib.external.dead_letters import DeadLetter
from chalicelib.intake.events import Arrival, EventUnreadable, parse_events
from chalicelib.intake.receive import find_own_receipt
from chalicelib.store.addresses import KeyUnreadable, parse_key


class Looked(NamedTuple):
    """One dead letter: the uploads it names, or why it cannot be read; `answered` if all of them have receipts.

    One that `is_of_mail` says that a letter to a unit came back, and names no upload; whose it was is not told.
    """

    id: str
    keys: tuple[str, ...]
    fault: str
    answered: bool
    is_of_mail: bool = False


def look(*, most: int = 1000) -> list[Looked]:
    """The letters in the dead-letter queue. They stay there and are visible again afterwards."""
    with _taken(most) as taken:
        return [_describe(letter) for letter in taken]


def redrive(*, most: int = 1000) -> tuple[int, list[Looked]]:
    """Puts letters back into the inbox's queue; returns how many, and the letters left because they are unreadable."""
    with _taken(most) as taken:
        described = [(letter, _describe(letter)) for letter in taken]
        for letter in [letter for letter, looked in described if not looked.fault]:
            letters.put_back(letter)
            taken.remove(letter)
        left = [looked for _, looked in described if looked.fault]
    return len(described) - len(left), left


def drop(letter_id: str) -> bool:
    """Removes one letter for good; returns whether it was there."""
    with _taken() as taken:
        for letter in [letter for letter in taken if letter.id == letter_id]:
            letters.remove(letter)
            taken.remove(letter)
            return True
    return False


@contextmanager
def _taken(most: int = 1000) -> Iterator[list[DeadLetter]]:
    """The letters, hidden during the context. Those still in the list at its end become visible again."""
    taken = list(islice(letters.take_letters(), most))
    try:
        yield taken
    finally:
        for letter in taken:
            letters.release(letter)


def _describe(letter: DeadLetter) -> Looked:
    try:
        if mail.parse_event(letter.body):
            return Looked(letter.id, (), "", answered=False, is_of_mail=True)
        arrivals = parse_events(letter.body)
        answered = bool(arrivals) and all(_is_answered(arrival) for arrival in arrivals)
    except (EventUnreadable, mail.MailUnreadable) as error:
        return Looked(letter.id, (), str(error), answered=False)
    except KeyUnreadable:
        return Looked(letter.id, tuple(arrival.key for arrival in arrivals), "not a key of ours", answered=False)
    return Looked(letter.id, tuple(arrival.key for arrival in arrivals), "", answered)


def _is_answered(arrival: Arrival) -> bool:
    return find_own_receipt(parse_key(arrival.key)[1], version_id=arrival.version_id)[1] is not None
