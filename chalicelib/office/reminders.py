"""Reminders: rounds of letters to units whose reports are missing.

The schedule calls `send_due` every five minutes of one hour a day; it may run any number of times, and each unit gets
each reminder once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from chalicelib.domain.audit import Stamp
from chalicelib.domain.language.vietnamese import render_instant
from chalicelib.domain.period.letter_texts import fill_places, render_letter
from chalicelib.domain.period.reminders import Missing, find_moment, list_missing
from chalicelib.domain.period.words import tell_trouble
from chalicelib.domain.programme.model import Period, Programme
from chalicelib.domain.submission.letters import LetterText, Moment, Progress, Reminder
from chalicelib.external.channel import Channel
from chalicelib.office.letters import (
    CHANNELS,
    MOST_AT_ONCE,
    MOST_BY_THE_CLOCK,
    SCHEDULE,
    Parcel,
    Result,
    Way,
    can_send,
    find_way,
    send_by_the_clock,
    send_each,
    send_letter,
)
from chalicelib.office.refusals import Refusal
from chalicelib.office.texts import find_texts
from chalicelib.store import letters, obligations
from chalicelib.store.contacts import find_contacts

ROUNDS_AT = 1
"""The hour (UTC) whose passes send the rounds: from 08:00 to 08:59 in Viet Nam. Twelve passes send 3,600 letters."""

ENOUGH = timedelta(hours=20)
"""So long after a reminder a person does not send another one: about one a day, whoever sent the first."""


@dataclass(frozen=True)
class Round:
    """One moment of one period, with its text and the actor on whose behalf it is sent."""

    programme: Programme
    period: Period
    moment: Moment
    text: LetterText
    stamp: Stamp


# Recipients


def find_missing(programme: Programme, period: Period, sent: list[Reminder]) -> list[Missing]:
    """Every obligation without a counting report, in the roster's order; `sent` are the period's letters so far."""
    found = obligations.query_summaries(programme.code, period=period.code)
    summaries = {(each.unit, each.form): each for each in found}
    contacts = find_contacts(programme.code)
    return list(list_missing(programme, period, summaries, contacts=contacts, sent=sent))


def list_waiting(
    missing: Iterable[Missing],
    moment: Moment,
    channels: Sequence[Channel] = CHANNELS,
    *,
    tried_before: datetime | None = None,
) -> list[tuple[Missing, Way]]:
    """The missing units that can be reached and have not been reminded at this moment.

    Of those whose letter failed only those that were last tried before this time, if one is given.
    """
    waiting = (each for each in missing if each.is_waiting(moment))
    return _reach((each for each in waiting if _was_tried(each, moment, tried_before)), channels)


def _was_tried(missing: Missing, moment: Moment, before: datetime | None) -> bool:
    """Whether its letter was last tried before this time, or never."""
    reminder = missing.find_reminder(moment)
    return reminder is None or before is None or reminder.at <= before


def list_unclear(
    missing: Iterable[Missing], moment: Moment, now: datetime, *, channels: Sequence[Channel] = CHANNELS
) -> list[tuple[Missing, Way]]:
    """The missing units of whose reminder nobody knows whether it was sent."""
    return _reach((each for each in missing if each.is_unclear(moment, now)), channels)


def _reach(missing: Iterable[Missing], channels: Sequence[Channel]) -> list[tuple[Missing, Way]]:
    ways = ((each, find_way(each.contact, channels)) for each in missing)
    return [(each, way) for each, way in ways if way]


# Sending


def send_now(
    programme: Programme, period: Period, *, stamp: Stamp, again: bool = False, channels: Sequence[Channel] = CHANNELS
) -> Result:
    """Sends the round of the present moment; with `again` the letters of it that may not have been sent.

    Refuses outside the period, and if no channel is set up.
    """
    moment = _find_present(period, stamp.at, channels)
    return send_round(programme, period, moment, stamp=stamp, again=again, channels=channels)


def find_obstacle(period: Period, now: datetime, channels: Sequence[Channel] = CHANNELS) -> str:
    """Why no reminder can be sent now; "" if one can."""
    if find_moment(period, now) is None:
        return f"Lúc này chưa gửi được thư nhắc: kỳ {'đã khóa' if period.is_locked(now) else 'chưa mở'}."
    if not can_send(channels):
        return (
            "Lúc này chưa gửi được thư nhắc: chưa khai báo địa chỉ gửi thư. "
            "Danh sách gọi điện và công văn đôn đốc ở mục Đôn đốc."
        )
    return ""


def _find_present(period: Period, now: datetime, channels: Sequence[Channel]) -> Moment:
    moment, obstacle = find_moment(period, now), find_obstacle(period, now, channels)
    if moment is None or obstacle:
        raise Refusal(obstacle)
    return moment


def remind_now(
    programme: Programme,
    period: Period,
    wanted: Collection[tuple[str, str]],
    *,
    stamp: Stamp,
    channels: Sequence[Channel] = CHANNELS,
) -> dict[tuple[str, str], str]:
    """Writes to those that a person chose, by unit and form; gives the reason for each that was not written to.

    Who was reminded at this moment before gets another letter, but not within a day. Refuses as `send_now` does.
    """
    moment = _find_present(period, stamp.at, channels)
    own = Round(programme, period, moment, find_texts(programme.code)[moment], stamp)
    sent = letters.list_reminders(programme.code, period=period.code)
    missing = {(each.unit.code, each.form.code): each for each in find_missing(programme, period, sent)}
    reasons = {key: _remind_one(own, missing.get(key), channels) for key in wanted}
    return {key: reason for key, reason in reasons.items() if reason}


def _remind_one(own: Round, missing: Missing | None, channels: Sequence[Channel]) -> str:
    """Why no letter went; "" if one did."""
    if missing is None:
        return "Không còn thiếu báo cáo này."
    way, latest = find_way(missing.contact, channels), missing.find_latest()
    if way is None:
        failing = missing.contact.failing if missing.contact else None
        return f"{tell_trouble(failing) if failing else 'Chưa có địa chỉ thư của đơn vị'}; xin gọi điện."
    if latest and latest.is_recent(own.stamp.at, within=ENOUGH):
        return f"Đã được nhắc lúc {render_instant(latest.at)}; mỗi ngày chỉ gửi một thư."
    result = send_each([(missing, way)], partial(_send, own), most=1)
    return "" if result.sent else "Thư chưa gửi được, hoặc không rõ đã gửi hay chưa."


def send_round(
    programme: Programme,
    period: Period,
    moment: Moment,
    *,
    stamp: Stamp,
    again: bool = False,
    most: int = MOST_AT_ONCE,
    channels: Sequence[Channel] = CHANNELS,
    rest: timedelta = timedelta(),
) -> Result:
    """Writes to every missing unit that can be reached and has not been reminded at this moment, nor failed to be so
    lately that it is still to `rest`.

    With `again` it writes to those instead whose reminder may not have been sent: only a person decides that.
    """
    own = Round(programme, period, moment, find_texts(programme.code)[moment], stamp)
    missing = find_missing(programme, period, letters.list_reminders(programme.code, period=period.code))
    unclear = list_unclear(missing, moment, stamp.at, channels=channels)
    waiting = unclear if again else list_waiting(missing, moment, channels, tried_before=stamp.at - rest)
    return send_each(waiting, partial(_send, own), most=most)


def is_morning(now: datetime) -> bool:
    """Whether this pass of the schedule, which comes every five minutes, sends the rounds: those of one hour a day."""
    return now.hour == ROUNDS_AT


def send_due(*, now: datetime, most: int = MOST_BY_THE_CLOCK, channels: Sequence[Channel] = CHANNELS) -> Result:
    """Sends all rounds that are due, of every programme."""
    return send_by_the_clock(partial(_send_due, now=now, channels=channels), most=most, channels=channels)


def _send_due(programme: Programme, period: Period, most: int, *, now: datetime, channels: Sequence[Channel]) -> Result:
    """What failed is tried again the next morning, not at each pass of this one."""
    moment, stamp = find_moment(period, now), Stamp(SCHEDULE, now)
    if moment is None or not most:
        return Result()
    return send_round(programme, period, moment, stamp=stamp, most=most, channels=channels, rest=ENOUGH)


def _send(own: Round, waiting: tuple[Missing, Way]) -> bool | None:
    missing, way = waiting
    places = fill_places(own.programme, own.period, missing.unit, missing.form)
    reminder = missing.find_reminder(own.moment) or Reminder(
        unit=missing.unit.code, form=missing.form.code, moment=own.moment, at=own.stamp.at, progress=Progress.DUE
    )
    parcel = Parcel(own.programme.code, own.period.code, reminder, *render_letter(own.text, places), way)
    return send_letter(parcel, stamp=own.stamp)
