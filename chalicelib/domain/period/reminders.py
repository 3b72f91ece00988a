"""Reminders for units with missing reports: when they are due, which units get one, and what it says."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from chalicelib.domain.language.vietnamese import render_deadline
from chalicelib.domain.programme.model import Form, Period, Programme, Unit
from chalicelib.domain.submission.records import Record, State


class Moment(StrEnum):
    """The moments of reminding, in order of time."""

    OPENING = "opening"
    MIDWAY = "midway"
    EVE = "eve"
    OVERDUE = "overdue"


class Contact(Record):
    """Whom to call at a unit. Optional personal data for the office alone: never in a report or an audit line."""

    unit: str
    name: str = ""
    phone: str = ""
    mail: str = ""


class ReminderText(Record):
    """The text of the reminder at one moment; the `PLACES` in it are filled in for each unit."""

    moment: str
    subject: str
    body: str


class Reminder(Record):
    """One unit was reminded of one form at one moment of a period; `refused` if the letter was not accepted."""

    unit: str
    form: str
    moment: str
    at: datetime
    refused: bool = False


@dataclass(frozen=True)
class Missing:
    """One unit without a counting submission; `returned` if the office waits for a correction."""

    unit: Unit
    form: Form
    contact: Contact | None
    returned: bool
    reminded: tuple[Reminder, ...]

    def was_reminded(self, moment: Moment) -> bool:
        return any(sent.moment == moment and not sent.refused for sent in self.reminded)


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
    states: Mapping[tuple[str, str], State],
    *,
    contacts: Mapping[str, Contact],
    sent: Sequence[Reminder],
) -> Iterator[Missing]:
    """All obligations without a counting submission, in the roster's order. `states` are by unit and form."""
    for owed in programme.obligations(period.code):
        state = states.get((owed.unit, owed.form))
        unit = programme.find_unit(owed.unit, period)
        if unit is None or (state is not None and state.counts):
            continue
        own = tuple(each for each in sent if (each.unit, each.form) == (owed.unit, owed.form))
        is_returned = state is not None and state.submission is not None
        yield Missing(unit, programme.form_by_code[owed.form], contacts.get(owed.unit), is_returned, own)


# What

PLACES = {
    "don_vi": "tên đơn vị", "bao_cao": "tên báo cáo", "ky": "kỳ báo cáo", "han": "hạn nộp", "lien_he": "nơi liên hệ",
}  # fmt: skip
"""The placeholders that a text may contain, and their meanings."""

_CLOSING = (
    "\n\nĐề nghị đơn vị nộp qua đường dẫn đã được cấp. Cần hỗ trợ, xin liên hệ {lien_he}."
    "\n\n(Thư này do hệ thống gửi tự động. Không gửi tài liệu thuộc danh mục bí mật nhà nước qua thư điện tử.)"
)
_SHIPPED = {
    Moment.OPENING: (
        "Mở kỳ nộp {bao_cao}",
        "Kính gửi: {don_vi}\n\nĐã mở kỳ nộp {bao_cao}, kỳ {ky}. Hạn nộp: {han}.",
    ),
    Moment.MIDWAY: (
        "Đôn đốc nộp {bao_cao}",
        "Kính gửi: {don_vi}\n\nĐến nay chưa nhận được {bao_cao}, kỳ {ky}, của đơn vị. Hạn nộp: {han}.",
    ),
    Moment.EVE: (
        "Sắp hết hạn nộp {bao_cao}",
        "Kính gửi: {don_vi}\n\nSắp hết hạn nộp {bao_cao}, kỳ {ky} ({han}); đến nay chưa nhận được báo cáo của đơn vị.",
    ),
    Moment.OVERDUE: (
        "Quá hạn nộp {bao_cao}",
        "Kính gửi: {don_vi}\n\nĐã quá hạn nộp {bao_cao}, kỳ {ky} ({han}); đến nay chưa nhận được báo cáo của đơn vị. "
        "Đề nghị đơn vị nộp ngay.",
    ),
}


def choose_texts(changed: Mapping[str, ReminderText]) -> dict[Moment, ReminderText]:
    """The text of each moment: the office's own, or the shipped one."""
    return {
        moment: changed.get(moment) or ReminderText(moment=moment, subject=subject, body=body + _CLOSING)
        for moment, (subject, body) in _SHIPPED.items()
    }


def find_unknown_places(text: str) -> list[str]:
    """Unknown placeholders in braces, and unclosed braces."""
    named = re.findall(r"\{([^{}]*)\}", text)
    rest = re.sub(r"\{[^{}]*\}", "", text)
    return [f"{{{name}}}" for name in named if name not in PLACES] + [mark for mark in "{}" if mark in rest]


def render_letter(text: ReminderText, programme: Programme, period: Period, missing: Missing) -> tuple[str, str]:
    """Subject and body for one unit. Placeholders are replaced by plain text; nothing in a text is executed."""
    values = {
        "don_vi": missing.unit.full_name, "bao_cao": missing.form.title, "ky": period.name,
        "han": render_deadline(period.due), "lien_he": programme.office.helpdesk,
    }  # fmt: skip
    subject, body = text.subject, text.body
    for name in PLACES:
        subject, body = subject.replace(f"{{{name}}}", values[name]), body.replace(f"{{{name}}}", values[name])
    return " ".join(subject.split()), body
