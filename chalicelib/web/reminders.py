"""Reminders to those who are missing, and to nobody else: at the opening, midway, the day before, and once overdue.

`send_due` is for a clock, and may be called as often as one likes: each unit gets each reminder once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from chalicelib.domain.clock import render_deadline
from chalicelib.domain.programme import Form, Period, Programme, Unit
from chalicelib.domain.submission import AuditLine, State
from chalicelib.store import mail, obligations, programmes, reminders
from chalicelib.store.audit import append
from chalicelib.store.contacts import Contact, find_contacts
from chalicelib.store.reminders import Letter, Sent

MOST_AT_ONCE = 60
"""Letters in one go: a page's function has half a minute."""


class Moment(StrEnum):
    OPENING = "opening"
    MIDWAY = "midway"
    EVE = "eve"
    OVERDUE = "overdue"


NAMES = {
    Moment.OPENING: "Mở kỳ", Moment.MIDWAY: "Giữa kỳ", Moment.EVE: "Trước hạn một ngày", Moment.OVERDUE: "Quá hạn",
}  # fmt: skip

PLACES = "{don_vi}, {bao_cao}, {ky}, {han}, {lien_he}"
"""What a text may name."""

_CLOSING = "\n\nXin nộp qua đường dẫn đã được cấp cho đơn vị. Nếu cần giúp đỡ, xin liên hệ {lien_he}.\n\nTrân trọng."
DEFAULTS = {
    Moment.OPENING: ("Mở nhận {bao_cao}", "Kính gửi {don_vi},\n\nKỳ “{ky}” đã mở nhận {bao_cao}, hạn nộp {han}."),
    Moment.MIDWAY: ("Nhắc nộp {bao_cao}", "Kính gửi {don_vi},\n\nĐơn vị chưa nộp {bao_cao} kỳ “{ky}”, hạn nộp {han}."),
    Moment.EVE: ("Sắp hết hạn nộp {bao_cao}", "Kính gửi {don_vi},\n\nSắp hết hạn nộp {bao_cao} kỳ “{ky}” ({han}); "
                 "hệ thống chưa nhận được bản nộp của đơn vị."),
    Moment.OVERDUE: ("Quá hạn nộp {bao_cao}", "Kính gửi {don_vi},\n\nĐã quá hạn nộp {bao_cao} kỳ “{ky}” ({han}); "
                     "hệ thống chưa nhận được bản nộp của đơn vị."),
}  # fmt: skip


@dataclass(frozen=True)
class Missing:
    """One unit that has sent nothing that counts; `returned` where PV05 waits for a correction."""

    unit: Unit
    form: Form
    contact: Contact | None
    returned: bool
    reminded: tuple[Sent, ...]

    def was_reminded(self, moment: Moment) -> bool:
        return any(sent.moment == moment for sent in self.reminded)


@dataclass(frozen=True)
class Result:
    """How a round went; `left` are for the next one."""

    sent: int = 0
    failed: int = 0
    left: int = 0


def find_moment(period: Period, now: datetime) -> Moment | None:
    """The latest moment that has come: none before the opening, and none after the lock."""
    if now < period.opens or period.is_locked(now):
        return None
    if now >= period.due + period.grace:
        return Moment.OVERDUE
    if now >= period.due - timedelta(days=2):  # "trước ngày 15/5": on the 13th, the 14th being the last day
        return Moment.EVE
    return Moment.MIDWAY if now >= period.opens + (period.due - period.opens) / 2 else Moment.OPENING


def find_missing(programme: Programme, period: Period) -> list[Missing]:
    """Everything that is owed and does not stand, in the roster's order."""
    states = {
        (state.address.unit, state.address.form): state
        for state in obligations.query_period(programme.code, period.code)
    }
    contacts = find_contacts(programme.code)
    sent = reminders.list_sent(programme.code, period.code)
    return list(_iter_missing(programme, period, states, contacts, sent))


def _iter_missing(
    programme: Programme,
    period: Period,
    states: Mapping[tuple[str, str], State],
    contacts: Mapping[str, Contact],
    sent: list[Sent],
) -> Iterator[Missing]:
    for owed in programme.obligations(period.code):
        state = states.get((owed.unit, owed.form))
        unit = programme.find_unit(owed.unit, period)
        if unit is None or (state is not None and state.counts):
            continue
        own = tuple(each for each in sent if (each.unit, each.form) == (owed.unit, owed.form))
        is_returned = state is not None and state.submission is not None
        yield Missing(unit, programme.form_by_code[owed.form], contacts.get(owed.unit), is_returned, own)


def find_letters(programme: str) -> dict[Moment, Letter]:
    """The text of each moment: PV05's own, or the one that ships."""
    changed = reminders.find_letters(programme)
    return {
        moment: changed.get(moment) or Letter(moment=moment, subject=subject, body=body + _CLOSING)
        for moment, (subject, body) in DEFAULTS.items()
    }


def render_letter(letter: Letter, programme: Programme, period: Period, missing: Missing) -> tuple[str, str]:
    """Subject and body for one unit. Names are put in as they are: a text is no template that could do anything."""
    values = {
        "don_vi": missing.unit.full_name, "bao_cao": missing.form.title, "ky": period.name,
        "han": render_deadline(period.due), "lien_he": programme.office.contact,
    }  # fmt: skip
    subject, body = letter.subject, letter.body
    for name, value in values.items():
        subject, body = subject.replace(f"{{{name}}}", value), body.replace(f"{{{name}}}", value)
    return " ".join(subject.split()), body


def send_round(programme: Programme, period: Period, moment: Moment, *, now: datetime, actor: str) -> Result:
    """Writes to every missing unit that has an address and has not been written to at this moment."""
    letter = find_letters(programme.code)[moment]
    waiting = [each for each in find_missing(programme, period)
               if each.contact and each.contact.mail and not each.was_reminded(moment)]  # fmt: skip
    results = [_send(programme, period, moment, letter, each, now, actor) for each in waiting[:MOST_AT_ONCE]]
    return Result(results.count(True), results.count(False), len(waiting) - len(results))


def _send(
    programme: Programme, period: Period, moment: Moment, letter: Letter, missing: Missing, now: datetime, actor: str
) -> bool:
    subject, body = render_letter(letter, programme, period, missing)
    try:
        mail.send_letter(missing.contact.mail if missing.contact else "", subject, body)
    except mail.MailRefused as refused:
        append(_make_line("reminder.failed", programme, period, moment, missing, now, actor, reason=str(refused)))
        return False
    sent = Sent(unit=missing.unit.code, form=missing.form.code, moment=moment, at=now)
    reminders.put_sent(programme.code, period.code, sent)
    append(_make_line("reminder.sent", programme, period, moment, missing, now, actor))
    return True


def _make_line(
    action: str, programme: Programme, period: Period, moment: Moment, missing: Missing, now: datetime, actor: str,
    **details: str,
) -> AuditLine:  # fmt: skip
    """Who was reminded, never at which address."""
    return AuditLine(
        at=now, actor=actor, action=action, subject=f"unit:{missing.unit.code}", programme=programme.code,
        details={"period": period.code, "form": missing.form.code, "moment": moment} | details,
    )  # fmt: skip


def send_due(*, now: datetime, actor: str = "schedule") -> dict[str, Result]:
    """All rounds whose moment has come, of every programme; nothing where no sender is set."""
    if not mail.find_sender():
        return {}
    found = {}
    for code in programmes.list_programmes():
        programme = programmes.load_in_force(code)
        for period in programme.periods:
            moment = find_moment(period, now)
            if moment:
                found[f"{code}/{period.code}"] = send_round(programme, period, moment, now=now, actor=actor)
    return found
