"""A round of reminders: gather who is missing, write to each once, note it.

`send_due` is for a clock, and may be called as often as one likes: each unit gets each reminder once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain.audit import Action, AuditLine, Stamp, make_line
from chalicelib.domain.period.reminders import (
    Letter,
    Missing,
    Moment,
    Sent,
    choose_letters,
    find_moment,
    list_missing,
    render_letter,
)
from chalicelib.domain.programme.model import Period, Programme
from chalicelib.external import mail
from chalicelib.store import obligations, programmes, reminders
from chalicelib.store.errors import Conflict, StorageError

MOST_AT_ONCE = 60
"""Letters in one go: a page's function has half a minute, at up to a quarter of a second each."""

MOST_BY_THE_CLOCK = 300
"""Letters of one run over all periods: the schedule's function has two minutes."""


@dataclass(frozen=True)
class Result:
    """How a round went; `left` are for the next one."""

    sent: int = 0
    failed: int = 0
    left: int = 0


@dataclass(frozen=True)
class Round:
    """One moment of one period, with its text, and on whose behalf it is sent."""

    programme: Programme
    period: Period
    moment: Moment
    letter: Letter
    now: datetime
    actor: str


def find_missing(programme: Programme, period: Period, sent: list[Sent]) -> list[Missing]:
    """Everything that is owed and does not stand, in the roster's order; `sent` are the period's letters so far."""
    states = {
        (state.address.unit, state.address.form): state
        for state in obligations.query_period(programme.code, period.code)
    }
    contacts = reminders.find_contacts(programme.code)
    return list(list_missing(programme, period, states, contacts=contacts, sent=sent))


def find_letters(programme: str) -> dict[Moment, Letter]:
    return choose_letters(reminders.find_letters(programme))


def send_round(
    programme: Programme, period: Period, moment: Moment, *, now: datetime, actor: str, most: int = MOST_AT_ONCE
) -> Result:
    """Writes to every missing unit that has an address and has not been written to at this moment."""
    own = Round(programme, period, moment, find_letters(programme.code)[moment], now, actor)
    missing = find_missing(programme, period, reminders.list_sent(programme.code, period.code))
    waiting = [each for each in missing if each.mail and not each.was_reminded(moment)]
    results = [_send(own, each) for each in waiting[:most]]
    return Result(results.count(True), results.count(False), max(0, len(waiting) - most))


def send_due(*, now: datetime, actor: str = "schedule") -> dict[str, Result]:
    """All rounds whose moment has come, of every programme; nothing where no sender is set."""
    if not mail.find_sender():
        return {}
    found: dict[str, Result] = {}
    for code in programmes.list_programmes():
        programme = programmes.load_in_force(code)
        for period in programme.periods:
            moment = find_moment(period, now)
            if moment:
                most = MOST_BY_THE_CLOCK - sum(result.sent + result.failed for result in found.values())
                found[f"{code}/{period.code}"] = send_round(
                    programme, period, moment, now=now, actor=actor, most=max(0, most)
                )
    return found


def _send(own: Round, missing: Missing) -> bool | None:
    """Claimed, sent, noted. None where another round was faster; False where the letter was not taken.

    What stops one letter does not stop the others.
    """
    subject, body = render_letter(own.letter, own.programme, own.period, missing)
    sent = Sent(unit=missing.unit.code, form=missing.form.code, moment=own.moment, at=own.now)
    place = own.programme.code, own.period.code
    try:
        reminders.claim(*place, sent)
    except (reminders.AlreadyClaimed, Conflict):
        return None
    try:
        mail.send_letter(missing.mail, subject, body)
    except (mail.MailRefused, StorageError) as refused:
        reason = str(refused) if isinstance(refused, mail.MailRefused) else type(refused).__name__
        line = _make_line(Action.REMINDER_FAILED, own, missing, reason=reason)
        reminders.put_outcome(*place, sent.model_copy(update={"refused": True}), line)
        return False
    reminders.put_outcome(*place, sent, _make_line(Action.REMINDER_SENT, own, missing))
    return True


def _make_line(action: Action, own: Round, missing: Missing, **details: str) -> AuditLine:
    """Who was reminded, never at which address."""
    return make_line(
        action, f"unit:{missing.unit.code}", programme=own.programme.code, stamp=Stamp(own.actor, own.now),
        period=own.period.code, form=missing.form.code, moment=own.moment, **details,
    )  # fmt: skip
