"""How a letter to a unit goes out, whatever it says: claimed, sent, and what became of it recorded.

A letter that fails in any way stops no other.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple, TypeVar

from chalicelib.domain.audit import Action, Stamp, make_line
from chalicelib.domain.period.contacts import Contact
from chalicelib.domain.programme.model import Period, Programme
from chalicelib.domain.submission.letters import Letter, OutcomeLetter, Progress, Reminder
from chalicelib.external import mail
from chalicelib.external.channel import Channel, NotTaken
from chalicelib.store import letters, programmes
from chalicelib.store.errors import Conflict, Denied, StorageError, Throttled

CHANNELS: tuple[Channel, ...] = (mail,)
"""The first channel that is set up and has an address of the unit is used."""

SCHEDULE = "schedule"
"""The actor of scheduled letters."""

MOST_AT_ONCE = 60
"""Letters per request: a page's function has half a minute, and a letter takes up to a quarter of a second."""

MOST_BY_THE_CLOCK = 300
"""Letters per scheduled run: the function has two minutes."""

_ACTIONS: dict[type[Letter], dict[Progress, Action]] = {
    Reminder: {Progress.SENT: Action.REMINDER_SENT, Progress.FAILED: Action.REMINDER_FAILED},
    OutcomeLetter: {Progress.SENT: Action.OUTCOME_SENT, Progress.FAILED: Action.OUTCOME_FAILED},
}

_Waiting = TypeVar("_Waiting")
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Result:
    """The outcome of a round; `failed` counts unclear letters too, `left` the letters for the next round."""

    sent: int = 0
    failed: int = 0
    left: int = 0

    def __add__(self, other: Result) -> Result:
        return Result(self.sent + other.sent, self.failed + other.failed, self.left + other.left)

    @property
    def tried(self) -> int:
        return self.sent + self.failed


class Way(NamedTuple):
    """The channel that reaches a unit, and the address in it."""

    channel: Channel
    address: str


class Parcel(NamedTuple):
    """A letter with what it says and the way it goes."""

    programme: str
    period: str
    letter: Letter
    subject: str
    body: str
    way: Way


def can_send(channels: Sequence[Channel] = CHANNELS) -> bool:
    return any(channel.is_ready() for channel in channels)


def find_way(contact: Contact | None, channels: Sequence[Channel] = CHANNELS) -> Way | None:
    """How to reach this contact; None if only the telephone is left."""
    ways = (Way(channel, channel.find_address(contact)) for channel in channels if contact and channel.is_ready())
    return next((way for way in ways if way.address), None)


def send_by_the_clock(
    send: Callable[[Programme, Period, int], Result], *, most: int, channels: Sequence[Channel]
) -> Result:
    """Sends what is due in every period of every programme, at most this many letters, by `send`.

    Nothing if no channel is set up. A programme or period that fails stops no other, and counts as a failed letter.
    """
    total = Result()
    for code in programmes.list_programmes() if can_send(channels) else ():
        total += attempt(partial(_send_in_periods, code, send, most - total.tried))
    return total


def _send_in_periods(code: str, send: Callable[[Programme, Period, int], Result], most: int) -> Result:
    programme, total = programmes.load_in_force(code), Result()
    for period in programme.periods:
        total += attempt(partial(send, programme, period, max(0, most - total.tried)))
    return total


def send_each(waiting: Sequence[_Waiting], send: Callable[[_Waiting], bool | None], *, most: int) -> Result:
    """Sends at most this many letters, each by `send`: True if it was sent, None if another process was faster."""
    total = Result(left=max(0, len(waiting) - most))
    for each in waiting[:most]:
        total += attempt(partial(_send_one, send, each))
    return total


def _send_one(send: Callable[[_Waiting], bool | None], each: _Waiting) -> Result:
    is_sent = send(each)
    return Result() if is_sent is None else Result(sent=int(is_sent), failed=int(not is_sent))


def attempt(send: Callable[[], Result]) -> Result:
    """The result of sending; one failure if that raises, so that the next letter, and the next round, has its turn."""
    try:
        return send()
    except Exception:  # whatever stops this one must not stop the others; it is logged and counted
        _log.exception("a letter could not be sent")
        return Result(failed=1)


def send_letter(parcel: Parcel, *, stamp: Stamp, **details: str) -> bool | None:
    """Claims, sends and records one letter. None if another process was faster; False if it is not known to be sent.

    `details` are for the audit line, which names the unit and never the address.
    """
    code, period, claimed = parcel.programme, parcel.period, parcel.letter.moved(Progress.CLAIMED, stamp.at)
    if not take(code, claimed, period=period):
        return None
    progress, reason = _hand_over(parcel)
    action = _ACTIONS[type(claimed)].get(progress, Action.LETTER_UNCLEAR)
    said = {"form": claimed.form, "moment": claimed.moment, **details} | ({"reason": reason} if reason else {})
    line = make_line(action, f"unit:{claimed.unit}", programme=code, stamp=stamp, period=period, **said)
    letters.move(code, period=period, letter=claimed.moved(progress, stamp.at), line=line)
    return progress is Progress.SENT


def take(programme: str, letter: Letter, *, period: str) -> bool:
    """Writes a letter's next step; whether no other process was faster."""
    try:
        letters.move(programme, period=period, letter=letter)
    except (letters.LetterMoved, Conflict):
        return False
    return True


def _hand_over(parcel: Parcel) -> tuple[Progress, str]:
    """What became of the letter, and why. Without an answer of the channel it may have been sent."""
    try:
        parcel.way.channel.send(parcel.way.address, subject=parcel.subject, text=parcel.body)
    except NotTaken as refused:
        return Progress.FAILED, str(refused)
    except (Throttled, Denied) as refused:
        return Progress.FAILED, type(refused).__name__
    except StorageError as failure:
        return Progress.CLAIMED, type(failure).__name__
    return Progress.SENT, ""
