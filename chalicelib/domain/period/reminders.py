"""Reminders for units with missing reports: when they are due, and which units get one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.domain.period.contacts import Contact
from chalicelib.domain.programme.model import Form, Period, Programme, Unit
from chalicelib.domain.submission.letters import Moment, Progress, Reminder
from chalicelib.domain.submission.records import Summary


@dataclass(frozen=True)
class Missing:
    """One unit without a counting submission; `returned` if the office waits for a correction.

    `extended` is until when an exception gives it more time, if one does.
    """

    unit: Unit
    form: Form
    contact: Contact | None
    returned: bool
    reminded: tuple[Reminder, ...]
    extended: datetime | None = None

    def find_reminder(self, moment: Moment) -> Reminder | None:
        return next((each for each in self.reminded if each.moment == moment), None)

    def find_latest(self) -> Reminder | None:
        """The reminder that was sent, or may have been sent, last."""
        gone = [each for each in self.reminded if each.progress in (Progress.SENT, Progress.CLAIMED)]
        return max(gone, key=lambda each: each.at, default=None)

    def is_waiting(self, moment: Moment) -> bool:
        """Whether the reminder of this moment was not begun, or is known to have failed."""
        reminder = self.find_reminder(moment)
        return reminder is None or reminder.progress is Progress.FAILED

    def is_unclear(self, moment: Moment, now: datetime) -> bool:
        reminder = self.find_reminder(moment)
        return reminder is not None and reminder.is_unclear(now)


# When


def schedule_moments(period: Period) -> dict[Moment, datetime]:
    """When each reminder becomes due. The last day of "trước ngày 15/5" is 14/5, so the day before is 13/5."""
    return {
        Moment.OPENING: period.opens,
        Moment.MIDWAY: period.opens + (period.due - period.opens) / 2,
        Moment.EVE: period.due - timedelta(days=2),
        Moment.OVERDUE: period.late_from,
    }


def find_moment(period: Period, now: datetime) -> Moment | None:
    """The latest moment that has come; None before the opening and after the lock."""
    if now < period.opens or period.is_locked(now):
        return None
    return next(moment for moment, start in reversed(schedule_moments(period).items()) if now >= start)


# Whom


def list_missing(
    programme: Programme,
    period: Period,
    summaries: Mapping[tuple[str, str], Summary],
    *,
    contacts: Mapping[str, Contact],
    sent: Sequence[Reminder],
) -> Iterator[Missing]:
    """All obligations without a counting submission, in the roster's order. `summaries` are by unit and form."""
    reminders: dict[tuple[str, str], list[Reminder]] = defaultdict(list)
    for each in sent:
        reminders[each.unit, each.form].append(each)
    for owed in programme.obligations(period.code):
        summary = summaries.get((owed.unit, owed.form))
        unit = programme.find_unit(owed.unit, period)
        if unit is None or (summary is not None and summary.counts):
            continue
        own = tuple(reminders[owed.unit, owed.form])
        is_returned = summary is not None and summary.has_report
        extended = summary.exception_until if summary else None
        yield Missing(unit, programme.form_by_code[owed.form], contacts.get(owed.unit), is_returned, own, extended)
