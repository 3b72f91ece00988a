"""Letters about how uploads ended, to the units' contacts: sent by the schedule some minutes after the receipt.

Intake only notes, together with the receipt, that a letter is due. Here the contact is looked up, the letter is sent,
and the note says what became of it. Any number of passes sends each letter once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from chalicelib.domain.audit import Stamp
from chalicelib.domain.period.contacts import Contact
from chalicelib.domain.period.letter_texts import fill_answer, fill_places, render_letter
from chalicelib.domain.programme.model import Period, Programme
from chalicelib.domain.submission.letters import LetterText, Moment, OutcomeLetter, Progress
from chalicelib.domain.submission.review import LAST_LOOK
from chalicelib.external.channel import Channel
from chalicelib.office.letters import (
    CHANNELS,
    MOST_AT_ONCE,
    MOST_BY_THE_CLOCK,
    SCHEDULE,
    Parcel,
    Result,
    can_send,
    find_way,
    send_by_the_clock,
    send_each,
    send_letter,
    take,
)
from chalicelib.office.refusals import Refusal
from chalicelib.office.texts import find_texts
from chalicelib.store import letters, receipts
from chalicelib.store.contacts import find_contacts
from chalicelib.store.errors import NotFound

WITHIN = timedelta(days=2)
"""Letters older than this are not sent by the schedule: what they say may be out of date. A person may send them."""


@dataclass(frozen=True)
class Post:
    """The letters of one period, with all that they need."""

    programme: Programme
    period: Period
    texts: Mapping[Moment, LetterText]
    contacts: Mapping[str, Contact]
    stamp: Stamp
    channels: Sequence[Channel]


def send_due(*, now: datetime, most: int = MOST_BY_THE_CLOCK, channels: Sequence[Channel] = CHANNELS) -> Result:
    """Sends all letters that are due, of every programme that wants them."""
    return send_by_the_clock(partial(_send_due, now=now, channels=channels), most=most, channels=channels)


def send_left(programme: Programme, period: Period, *, stamp: Stamp, channels: Sequence[Channel] = CHANNELS) -> Result:
    """Sends a period's letters that did not leave, or perhaps did not, because a person asks for it.

    Refuses if no channel is set up.
    """
    if not can_send(channels):
        raise Refusal("Chưa khai báo địa chỉ gửi thư, nên không gửi được thư báo kết quả.")
    found = letters.list_outcome_letters(programme.code, period=period.code)
    left = [each for each in found if each.is_left(stamp.at)]
    return _send_all(programme, period, left, stamp=stamp, most=MOST_AT_ONCE, channels=channels)


def _send_due(programme: Programme, period: Period, most: int, *, now: datetime, channels: Sequence[Channel]) -> Result:
    if not programme.outcome_letters or not period.opens <= now < period.lock + LAST_LOOK:
        return Result()
    found = letters.list_outcome_letters(programme.code, period=period.code, since=now - WITHIN)
    due = [each for each in found if each.is_due(now)]
    return _send_all(programme, period, due, stamp=Stamp(SCHEDULE, now), most=most, channels=channels)


def _send_all(
    programme: Programme,
    period: Period,
    found: Sequence[OutcomeLetter],
    *,
    stamp: Stamp,
    most: int,
    channels: Sequence[Channel],
) -> Result:
    if not found:
        return Result()
    texts, contacts = find_texts(programme.code), find_contacts(programme.code)
    post = Post(programme, period, texts, contacts, stamp, channels)
    return send_each(found, partial(_send, post), most=most)


def _send(post: Post, letter: OutcomeLetter) -> bool | None:
    """Sends one letter. None if another process was faster, or if there is nobody to write to."""
    code, period = post.programme.code, post.period
    unit, form = post.programme.find_unit(letter.unit, period), post.programme.form_by_code.get(letter.form)
    way = find_way(post.contacts.get(letter.unit), post.channels)
    if unit is None or form is None or way is None:
        take(code, letter.moved(Progress.UNADDRESSED, post.stamp.at), period=period.code)
        return None
    receipt = receipts.find_receipt(letter.upload_id)
    if receipt is None:
        raise NotFound(letter.upload_id)
    places = fill_places(post.programme, period, unit, form) | fill_answer(receipt)
    parcel = Parcel(code, period.code, letter, *render_letter(post.texts[Moment(letter.moment)], places), way)
    return send_letter(parcel, stamp=post.stamp, receipt=receipt.number, upload=receipt.upload_id)
