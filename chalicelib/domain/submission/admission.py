"""Decides whether a unit may send a form for a period now.

`find_obstacle` is called when an upload is prepared, `find_obstacle_to_confirming` when a unit confirms that there is
nothing to report, `find_paper_obstacle` when figures from paper are entered.
`find_misaddress` and `find_lock` are called again when an upload is processed, because the programme, the clocks or
an exception may have changed.
"""

from __future__ import annotations

from datetime import datetime

from chalicelib.domain.issues.issue import Issue, make_issue
from chalicelib.domain.language.vietnamese import format_day, render_instant
from chalicelib.domain.programme.form_changes import is_taken
from chalicelib.domain.programme.model import Period, Programme
from chalicelib.domain.submission.records import Address, Outcome, State


def find_misaddress(address: Address, programme: Programme) -> Issue | None:
    """`upload.not_owed` if the current programme does not know this unit, period or form, or does not combine them."""
    period = programme.period_by_code.get(address.period)
    unit = programme.find_unit(address.unit, period) if period else None
    if period and unit and any(form.code == address.form for form in programme.forms_of(unit, period)):
        return None
    return make_issue("upload.not_owed", found=address.unit)


def find_obstacle(address: Address, programme: Programme, state: State, *, at: datetime) -> Issue | None:
    """Why an upload received at this moment could not be accepted, whatever its contents.

    `upload.not_owed`, `upload.not_open` before the period opens, or what `find_lock` returns.
    """
    if misaddress := find_misaddress(address, programme):
        return misaddress
    period = programme.period_by_code[address.period]
    if at < period.opens:
        return make_issue("upload.not_open", found=render_instant(at), expected=render_instant(period.opens))
    return find_lock(state, period, at=at)


def find_obstacle_to_confirming(address: Address, programme: Programme, state: State, *, at: datetime) -> Issue | None:
    """Why a unit cannot confirm now that the whole form has nothing to report.

    What `find_obstacle` returns; `upload.needs_figures` if the form requires more than its marks can say; or
    `upload.counts_already`, because noughts never replace figures without a workbook.
    """
    if obstacle := find_obstacle(address, programme, state, at=at):
        return obstacle
    period, form = programme.period_by_code[address.period], programme.form_by_code[address.form]
    unit = programme.find_unit(address.unit, period)
    if unit is None or not programme.list_all_markable(form, unit, period):
        return make_issue("upload.needs_figures", found=form.title)
    return make_issue("upload.counts_already", found=form.title) if state.counts else None


def find_end(state: State, period: Period) -> datetime:
    """From when on the unit cannot send this form: the period's lock, or the end of its exception if that is later."""
    return max(period.lock, state.exception_until or period.lock)


def find_lock(state: State, period: Period, *, at: datetime) -> Issue | None:
    """`upload.locked` from the period's lock on, unless this obligation has an exception that runs longer."""
    lock = find_end(state, period)
    if at < lock:
        return None
    return make_issue("upload.locked", found=render_instant(at), expected=render_instant(lock))


def find_ended_version(outcome: Outcome, programme: Programme, *, at: datetime) -> Issue | None:
    """`form.version_ended` for a workbook of an older version of its form that comes after the last day for it."""
    form = programme.form_by_code.get(outcome.form)
    if form is None or not outcome.version or form.accepts_until is None or is_taken(form, outcome.version, at=at):
        return None
    return make_issue("form.version_ended", found=str(outcome.version), expected=format_day(form.accepts_until))


def find_paper_obstacle(
    address: Address, programme: Programme, state: State, *, received: datetime, now: datetime
) -> str:
    """Why a report on paper, received at `received`, cannot be entered now; "" if it can.

    The sentence is for the office, which itself grants the exceptions that a unit would ask for.
    """
    if received > now:
        return "Thời điểm nhận bản giấy không thể sau lúc này."
    obstacle = find_obstacle(address, programme, state, at=received)
    if obstacle and obstacle.code == "upload.locked":
        return "Kỳ báo cáo đã khóa trước thời điểm nhận bản giấy. Xin gia hạn cho đơn vị trước khi nhập."
    return obstacle.message if obstacle else ""
