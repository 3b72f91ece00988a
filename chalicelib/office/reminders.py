"""Reminders: rounds of letters to units whose reports are missing, and the office's own texts for them.

The schedule calls `send_due`, which may run any number of times: each unit gets each reminder once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from chalicelib.domain.audit import Action, AuditLine, Stamp, make_line
from chalicelib.domain.period.reminders import (
    PLACES,
    Contact,
    Missing,
    Moment,
    Reminder,
    ReminderText,
    choose_texts,
    find_moment,
    find_unknown_places,
    list_missing,
    render_letter,
)
from chalicelib.domain.programme.model import Period, Programme
from chalicelib.external import mail
from chalicelib.external.channel import Channel, NotTaken
from chalicelib.office.refusals import Refusal
from chalicelib.store import obligations, programmes, reminders
from chalicelib.store.errors import Conflict, StorageError

CHANNELS: tuple[Channel, ...] = (mail,)
"""The first channel that is set up and has an address of the unit is used."""

SCHEDULE = "schedule"
"""The actor of scheduled rounds."""

MOST_AT_ONCE = 60
"""Letters per request: a page's function has half a minute, and a letter takes up to a quarter of a second."""

MOST_BY_THE_CLOCK = 300
"""Letters per scheduled run over all periods: the function has two minutes."""


@dataclass(frozen=True)
class Result:
    """The outcome of a round; `left` counts the letters for the next round."""

    sent: int = 0
    failed: int = 0
    left: int = 0


class Way(NamedTuple):
    """The channel that reaches a unit, and the address in it."""

    channel: Channel
    address: str


@dataclass(frozen=True)
class Round:
    """One moment of one period, with its text and the actor on whose behalf it is sent."""

    programme: Programme
    period: Period
    moment: Moment
    text: ReminderText
    stamp: Stamp


# Recipients


def find_missing(programme: Programme, period: Period, sent: list[Reminder]) -> list[Missing]:
    """Every obligation without a counting report, in the roster's order; `sent` are the period's letters so far."""
    states = {
        (state.address.unit, state.address.form): state
        for state in obligations.query_period(programme.code, period=period.code)
    }
    contacts = reminders.find_contacts(programme.code)
    return list(list_missing(programme, period, states, contacts=contacts, sent=sent))


def can_send(channels: Sequence[Channel] = CHANNELS) -> bool:
    return any(channel.is_ready() for channel in channels)


def find_way(contact: Contact | None, channels: Sequence[Channel] = CHANNELS) -> Way | None:
    """How to reach this contact; None if only the telephone is left."""
    ways = (Way(channel, channel.find_address(contact)) for channel in channels if contact and channel.is_ready())
    return next((way for way in ways if way.address), None)


def list_waiting(
    missing: Iterable[Missing], moment: Moment, channels: Sequence[Channel] = CHANNELS
) -> list[tuple[Missing, Way]]:
    """The missing units that can be reached and have not been reminded at this moment."""
    ways = ((each, find_way(each.contact, channels)) for each in missing if not each.was_reminded(moment))
    return [(each, way) for each, way in ways if way]


# Sending


def send_now(programme: Programme, period: Period, *, stamp: Stamp, channels: Sequence[Channel] = CHANNELS) -> Result:
    """Sends the round of the present moment. Refuses outside the period, and if no channel is set up."""
    moment = find_moment(period, stamp.at)
    if moment is None or not can_send(channels):
        raise Refusal("Lúc này chưa gửi được thư nhắc: kỳ chưa mở hoặc đã khóa, hoặc chưa khai báo địa chỉ gửi thư.")
    return send_round(programme, period, moment, stamp=stamp, channels=channels)


def send_round(
    programme: Programme,
    period: Period,
    moment: Moment,
    *,
    stamp: Stamp,
    most: int = MOST_AT_ONCE,
    channels: Sequence[Channel] = CHANNELS,
) -> Result:
    """Writes to every missing unit that can be reached and has not been reminded at this moment."""
    own = Round(programme, period, moment, find_texts(programme.code)[moment], stamp)
    missing = find_missing(programme, period, reminders.list_reminders(programme.code, period=period.code))
    waiting = list_waiting(missing, moment, channels)
    results = [_send(own, *each) for each in waiting[:most]]
    return Result(results.count(True), results.count(False), max(0, len(waiting) - most))


def send_due(*, now: datetime, channels: Sequence[Channel] = CHANNELS) -> dict[str, Result]:
    """Sends all rounds that are due, of every programme; nothing if no channel is set up."""
    if not can_send(channels):
        return {}
    found: dict[str, Result] = {}
    for code in programmes.list_programmes():
        programme = programmes.load_in_force(code)
        for period in programme.periods:
            if moment := find_moment(period, now):
                most = MOST_BY_THE_CLOCK - sum(result.sent + result.failed for result in found.values())
                found[f"{code}/{period.code}"] = send_round(
                    programme, period, moment, stamp=Stamp(SCHEDULE, now), most=max(0, most), channels=channels
                )
    return found


def _send(own: Round, missing: Missing, way: Way) -> bool | None:
    """Claims, sends and records one letter. None if another round was faster; False if the channel refused it.

    A letter that fails does not stop the others.
    """
    subject, body = render_letter(own.text, own.programme, own.period, missing)
    reminder = Reminder(unit=missing.unit.code, form=missing.form.code, moment=own.moment, at=own.stamp.at)
    try:
        reminders.claim(own.programme.code, period=own.period.code, sent=reminder)
    except (reminders.AlreadyClaimed, Conflict):
        return None
    try:
        way.channel.send(way.address, subject=subject, text=body)
    except (NotTaken, StorageError) as refused:
        reason = str(refused) if isinstance(refused, NotTaken) else type(refused).__name__
        line = _make_line(Action.REMINDER_FAILED, own, missing, reason=reason)
        reminders.put_outcome(
            own.programme.code, period=own.period.code, sent=reminder.model_copy(update={"refused": True}), line=line
        )
        return False
    reminders.put_outcome(
        own.programme.code, period=own.period.code, sent=reminder, line=_make_line(Action.REMINDER_SENT, own, missing)
    )
    return True


def _make_line(action: Action, own: Round, missing: Missing, **details: str) -> AuditLine:
    """The audit line names the unit, never the address."""
    return make_line(
        action, f"unit:{missing.unit.code}", programme=own.programme.code, stamp=own.stamp,
        period=own.period.code, form=missing.form.code, moment=own.moment, **details,
    )  # fmt: skip


# Texts


def find_texts(programme: str) -> dict[Moment, ReminderText]:
    """The text that is sent at each moment."""
    return choose_texts(reminders.find_texts(programme))


def change_text(programme: str, text: ReminderText, *, stamp: Stamp) -> None:
    """Keeps the text of one moment. Refuses a field in braces that cannot be filled in."""
    if unknown := find_unknown_places(f"{text.subject}\n{text.body}"):
        named = ", ".join(f"{{{name}}}" for name in PLACES)
        raise Refusal(f"Chỗ thay thế không dùng được: {', '.join(unknown)}. Chỉ dùng {named}.")
    line = make_line(Action.TEXTS_CHANGED, text.moment, programme=programme, stamp=stamp)
    reminders.put_text(programme, text, line)


def restore_text(programme: str, moment: Moment, *, stamp: Stamp) -> None:
    """Replaces the office's own text with the shipped one."""
    line = make_line(Action.TEXTS_CHANGED, moment, programme=programme, stamp=stamp, what="khôi phục mẫu gốc")
    reminders.put_text(programme, choose_texts({})[moment], line)
