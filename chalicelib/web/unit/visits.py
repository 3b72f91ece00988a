"""A unit's visit: the unit of the opened link, and its duties. Guessing tokens is limited per address."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.domain.clock import Timeliness, local_date
from chalicelib.domain.issues.issue import Issue
from chalicelib.domain.period import words
from chalicelib.domain.period.timeliness import rejudge
from chalicelib.domain.programme.model import Form, Period, Programme, Section, Unit
from chalicelib.domain.submission.admission import find_obstacle
from chalicelib.domain.submission.records import Address, Answer, Link, Receipt, Review, State, Submission
from chalicelib.intake.limits import Use, count_use
from chalicelib.intake.links import open_link
from chalicelib.store import obligations, prepared, programmes, receipts
from chalicelib.store.addresses import upload_key
from chalicelib.store.counters import count
from chalicelib.store.handouts import has_arrived
from chalicelib.store.prepared import Prepared
from chalicelib.store.together import Known, read_together
from chalicelib.web.problems import LinkUnknown, PageUnknown, TooMany
from chalicelib.web.request import Request

_MOST_UNKNOWN = 30
_WINDOW = timedelta(minutes=15)
_LATEST = 8
_ON_ITS_WAY = timedelta(minutes=15)
SOON = 3
"""Days before the due date from which an open duty is shown as urgent."""


@dataclass(frozen=True)
class Visit:
    """A valid link, the programme in force, and the link's unit."""

    token: str
    link: Link
    programme: Programme
    unit: Unit

    @property
    def home(self) -> str:
        """The unit's page below the root."""
        return f"nop/{self.token}"

    def address(self, period: str, *, form: str) -> Address:
        return Address(programme=self.programme.code, period=period, form=form, unit=self.unit.code)


@dataclass(frozen=True)
class Sent:
    """One upload of the unit, with its receipt if it was answered. `has_come` is False if its file never arrived."""

    prepared: Prepared
    receipt: Receipt | None
    has_come: bool


@dataclass(frozen=True)
class DutyView:
    """One form that the unit owes for one period, with its current state.

    `obstacle` is why it cannot be sent now. `markable` are the sections that together make the whole form “không phát
    sinh”, none where it requires more.
    """

    period: Period
    form: Form
    state: State
    obstacle: Issue | None
    now: datetime
    sent: tuple[Sent, ...] = ()
    markable: tuple[Section, ...] = ()

    @property
    def key(self) -> str:
        return f"{self.period.code}/{self.form.code}"

    @property
    def is_open(self) -> bool:
        return self.obstacle is None

    @property
    def listed(self) -> tuple[Sent, ...]:
        """What arrived, and what may still be on its way. What was prepared and never sent is nothing to wait for."""
        return tuple(each for each in self.sent if each.has_come or self.now - each.prepared.prepared < _ON_ITS_WAY)

    @property
    def last_refused(self) -> Sent | None:
        """The latest upload that was answered, where it was rejected."""
        answered = [(sent.receipt.received, sent.prepared.prepared, sent) for sent in self.sent if sent.receipt]
        latest = max(answered, key=lambda each: each[:2])[2] if answered else None
        return latest if latest and latest.receipt and latest.receipt.answer is Answer.REJECTED else None

    @property
    def submission(self) -> Submission | None:
        return self.state.submission

    @property
    def is_extended(self) -> bool:
        """Whether an exception keeps it open, or gives it more time than the period's clocks."""
        until = self.state.exception_until
        return until is not None and self.now < until and until > self.period.due

    @property
    def days(self) -> int:
        """Calendar days in Viet Nam from today to the last day for sending; 0 is today, negative is past."""
        until = self.state.exception_until
        return count_days(until if until and self.is_extended else self.period.due, now=self.now)

    @property
    def is_due(self) -> bool:
        return self.now >= self.period.late_from and not self.is_extended

    @property
    def needs_attention(self) -> bool:
        return self.is_open and not self.state.counts

    @property
    def may_confirm(self) -> bool:
        """Whether to offer the unit to confirm that there is nothing to report: not while a file is being checked."""
        is_checking = any(sent.has_come and sent.receipt is None for sent in self.sent)
        return bool(self.markable) and self.needs_attention and not is_checking

    @property
    def is_missed(self) -> bool:
        """Whether no counting submission exists and it is too late to send one."""
        return not self.state.counts and not self.is_open and self.now >= self.period.lock

    @property
    def needs_justification(self) -> bool:
        return bool(self.submission and self.state.counts and self.submission.warnings
                    and not self.submission.justification)  # fmt: skip


def count_days(due: datetime, *, now: datetime) -> int:
    """Calendar days until the last day that is on time: for "trước ngày 15/5" that day is 14/5."""
    return (local_date(due - timedelta(microseconds=1)) - local_date(now)).days


def open_visit(request: Request, token: str, use: Use | None = None) -> Visit:
    """The visit of a valid token. Raises LinkUnknown for any other token, and TooMany after many of them.

    A `use` is counted. Raises TooOften where the link has had too many of them in this hour.
    """
    link = _open_link(request, token)
    if use:
        count_use(link, use, request.now)
    return _enter(request, token, link, programmes.load_in_force(link.programme))


def open_page(request: Request, token: str) -> tuple[Visit, tuple[DutyView, ...]]:
    """The visit, and the unit's duties over the year with what was sent for them, by due date.

    Four calls for any number of them: the link, what it leads to, the uploads, their receipts. Each upload that has no
    receipt yet is looked for in the inbox.
    """
    link = _open_link(request, token)

    def list_addresses(line: tuple[Programme, ...]) -> list[Address]:
        return _list_addresses(_enter(request, token, link, line[0])) if line else []

    known = read_together(link.programme, list_addresses)
    visit = _enter(request, token, link, known.programme)
    return visit, find_duties(visit, known, _find_all_sent(visit), request.now)


def _open_link(request: Request, token: str) -> Link:
    link = open_link(token, request.now)
    if link is None:
        _count_unknown(request)
        raise LinkUnknown
    return link


def _enter(request: Request, token: str, link: Link, programme: Programme) -> Visit:
    unit = programme.find_holder(link.unit, local_date(request.now))
    if unit is None:
        raise LinkUnknown
    return Visit(token, link, programme, unit)


def _count_unknown(request: Request) -> None:
    """Raises TooMany for an address that tried many tokens. Valid links still open, because offices share addresses."""
    guesser = f"nop#{hashlib.sha256(request.address.encode()).hexdigest()[:16]}"
    if count(guesser, now=request.now, window=_WINDOW) > _MOST_UNKNOWN:
        raise TooMany


def _list_forms(visit: Visit) -> list[tuple[Period, Form]]:
    """All that the unit may send over the year, by due date."""
    periods = sorted(visit.programme.periods, key=lambda period: period.due)
    return [(period, form) for period in periods for form in visit.programme.forms_of(visit.unit, period)]


def _list_addresses(visit: Visit) -> list[Address]:
    return [visit.address(period.code, form=form.code) for period, form in _list_forms(visit)]


def find_duties(
    visit: Visit, known: Known, sent: Mapping[Address, tuple[Sent, ...]], now: datetime
) -> tuple[DutyView, ...]:
    """The duties of the unit over the year, and the forms it sent without owing them, by due date."""
    views = []
    for period, form in _list_forms(visit):
        address = visit.address(period.code, form=form.code)
        views.append(_view(visit, period, form, known.find_state(address), now, sent.get(address, ())))
    owed = {
        (obligation.period, obligation.form)
        for period in visit.programme.periods
        for obligation in visit.programme.obligations(period.code)
        if obligation.unit == visit.unit.code
    }
    return tuple(view for view in views if (view.period.code, view.form.code) in owed or view.submission)


def find_duty(visit: Visit, period: str, *, form: str, now: datetime) -> DutyView:
    """One duty of the unit. Raises PageUnknown if the unit has no such form in that period."""
    found = visit.programme.period_by_code.get(period)
    forms = visit.programme.forms_of(visit.unit, found) if found else ()
    own = next((each for each in forms if each.code == form), None)
    if found is None or own is None:
        raise PageUnknown
    return _view(visit, found, own, obligations.find_state(visit.address(period, form=form)), now)


def _view(
    visit: Visit, period: Period, form: Form, state: State, now: datetime, sent: tuple[Sent, ...] = ()
) -> DutyView:
    state = rejudge(state, period)
    return DutyView(
        period=period,
        form=form,
        state=state,
        obstacle=find_obstacle(visit.address(period.code, form=form.code), visit.programme, state, at=now),
        now=now,
        sent=sent,
        markable=visit.programme.list_all_markable(form, visit.unit, period),
    )


def find_sent(address: Address) -> tuple[Sent, ...]:
    """The latest uploads of an obligation, newest first."""
    return _answer({address: prepared.list_latest(address, _LATEST)})[address]


def _find_all_sent(visit: Visit) -> dict[Address, tuple[Sent, ...]]:
    """The latest uploads of each obligation of the unit."""
    return _answer(prepared.list_latest_of_unit(visit.programme.code, unit=visit.unit.code, most=_LATEST))


def _answer(latest: Mapping[Address, Sequence[Prepared]]) -> dict[Address, tuple[Sent, ...]]:
    answered = receipts.find_receipts(each.upload_id for own in latest.values() for each in own)
    return {
        address: tuple(_look_for(each, answered.get(each.upload_id), address) for each in own)
        for address, own in latest.items()
    }


def _look_for(upload: Prepared, receipt: Receipt | None, address: Address) -> Sent:
    """Looks in the inbox only for an upload without a receipt."""
    has_come = receipt is not None or has_arrived(upload_key(address, upload.upload_id))
    return Sent(upload, receipt, has_come)


@dataclass(frozen=True)
class Label:
    """The text of a duty's state, and its colour: ok, wait, warn, bad or none."""

    text: str
    tone: str


def label_duty(duty: DutyView) -> Label:
    """The state of a duty in a word or two."""
    if duty.submission:
        return _label_sent(duty)
    if duty.now < duty.period.opens:
        return Label("Chưa đến kỳ", "none")
    if not duty.is_open:
        return Label("Đã khóa, chưa nộp", "bad")
    if duty.state.was_refused or duty.last_refused:
        return Label("Quá hạn, bản gửi bị từ chối" if duty.is_due else "Bản gửi gần nhất bị từ chối", "bad")
    if duty.is_due:
        return Label("Quá hạn, chưa nộp", "bad")
    return Label("Chưa nộp", "warn" if duty.days <= SOON else "wait")


def _label_sent(duty: DutyView) -> Label:
    review, timeliness = duty.state.review, duty.state.timeliness or Timeliness.ON_TIME
    if not duty.state.counts:
        return Label(words.REVIEW[review], "bad" if review is Review.RETURNED else "none")
    tone = "warn" if timeliness is Timeliness.LATE else "ok"
    return Label(f"{words.REVIEW[review]}, {words.TIMELINESS[timeliness].lower()}", tone)


def say_days(duty: DutyView) -> str:
    """The time left, in whole days."""
    if duty.now < duty.period.due or duty.is_extended:
        return f"Còn {duty.days} ngày" if duty.days else "Hôm nay là ngày cuối"
    return f"Đã quá hạn {-duty.days} ngày" if duty.days else "Vừa quá hạn hôm nay"
