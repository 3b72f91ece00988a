"""A trial on the unit's page: a workbook is checked as if it were sent, and nothing is sent (`intake/trial.py`)."""

from __future__ import annotations

from typing import NamedTuple

from chalicelib.domain.clock import local_date
from chalicelib.domain.issues.issue import Refused
from chalicelib.domain.submission.records import Address, Status, Trial
from chalicelib.intake.limits import Use
from chalicelib.intake.passing_on import hand_out_issues
from chalicelib.intake.trial import answer_trial, mint_trial
from chalicelib.store import trials
from chalicelib.store.addresses import trial_list_key
from chalicelib.web.problems import FormWrong, PageUnknown
from chalicelib.web.request import Request
from chalicelib.web.response import Response, redirect, respond_json
from chalicelib.web.unit.page import (
    Again,
    check_upload_id,
    find_return,
    gather_answer,
    gather_figures,
    go_to_outcome,
    read_sending,
    render_visit,
    send_minted,
)
from chalicelib.web.unit.visits import DutyView, Visit, find_duty, open_visit

_GONE = "Kết quả kiểm tra thử này không được giữ hoặc không còn được giữ. Nếu cần, xin kiểm tra thử lại tệp."


class Own(NamedTuple):
    """A trial of this unit, where there is one: its duty, its address, and the answer."""

    visit: Visit
    duty: DutyView
    address: Address
    trial: Trial


def show_form(request: Request, token: str, *, period: str, form: str) -> Response:
    """The page on which a workbook is chosen for a trial, whether the period is open or not."""
    visit = open_visit(request, token)
    duty = find_duty(visit, period, form=form, now=request.now)
    return render_visit(request, "unit_trial.html", visit, duty=duty)


def prepare(request: Request, token: str) -> Response:
    """Prepares the trial that the form asks for: as JSON for the script, else as a page with a file field."""
    sending = read_sending(request, token, Use.TRIAL_FORM)
    visit, duty = sending.visit, sending.duty
    try:
        minted = mint_trial(
            visit.link, visit.programme, period=duty.period.code, form=duty.form.code, file_name=sending.file_name,
            now=request.now, redirect=find_return(request, sending, "da-gui-thu"),
        )  # fmt: skip
    except Refused as refused:
        raise FormWrong(refused.issue.message) from None
    return send_minted(request, sending, minted, outcome="ket-qua-thu", is_trial=True)


def show_sent(request: Request, token: str, *, period: str, form: str) -> Response:
    """The page to which S3 redirects a browser without script."""
    return go_to_outcome(request, token, page="ket-qua-thu", period=period, form=form)


def show_answer(request: Request, token: str, *, period: str, form: str, trial_id: str) -> Response:
    """The answer, which the first look makes. The script asks only whether to go there."""
    if request.wants_json:
        open_visit(request, token)
        return respond_json({"state": "done"})
    own = _find_own(request, token, period=period, form=form, trial_id=trial_id)
    visit, duty, outcome = own.visit, own.duty, own.trial.outcome
    home, key = request.root + visit.home, f"{duty.key}/{trial_id}"
    known, is_taken = duty.submission if duty.state.counts else None, outcome.status is Status.ACCEPTED
    return render_visit(
        request,
        "trial.html",
        visit,
        **gather_answer(
            request, outcome.issues, on=local_date(request.now), is_taken=is_taken, is_kept=outcome.keep_bytes
        ),
        duty=duty,
        trial=own.trial,
        known=known if known and known.sha256 == outcome.sha256 else None,
        taken=gather_figures(visit, duty, outcome) if outcome.is_read else None,
        can_justify=False,
        can_be_marked=outcome.can_be_marked,
        has_copy=outcome.can_be_marked and trials.has_copy(own.address, trial_id),
        here=f"{home}/ket-qua-thu/{key}",
        own_copy=f"{home}/ban-danh-dau-thu/{key}",
        own_list=f"{home}/danh-sach-loi-thu/{key}",
        again=Again(f"{home}/kiem-tra-thu/{duty.key}", "Kiểm tra thử bản khác", verb="kiểm tra lại"),
    )


def download_marked(request: Request, token: str, *, period: str, form: str, trial_id: str) -> Response:
    """The sender's own workbook with its errors marked in it."""
    own = _find_own(request, token, period=period, form=form, trial_id=trial_id)
    if not trials.has_copy(own.address, trial_id):
        raise PageUnknown(_GONE)
    return redirect(trials.presign_copy(own.address, trial_id, file_name=own.trial.file_name))


def download_issues(request: Request, token: str, *, period: str, form: str, trial_id: str) -> Response:
    """The issues as a list to pass on."""
    own = _find_own(request, token, period=period, form=form, trial_id=trial_id, use=Use.DOWNLOAD)
    if not own.trial.outcome.issues:
        raise PageUnknown(_GONE)
    key = trial_list_key(own.address, trial_id)
    return redirect(hand_out_issues(own.trial.outcome.issues, unit=own.visit.unit, key=key))


def _find_own(request: Request, token: str, *, period: str, form: str, trial_id: str, use: Use | None = None) -> Own:
    """A trial of this unit with its answer. Raises PageUnknown for any other, and TooOften after many of them."""
    from chalicelib.intake.check import check_workbook  # imported here: slow to import and rarely needed
    from chalicelib.intake.copying import make_marked_copy

    check_upload_id(trial_id)
    visit = open_visit(request, token, use)
    duty = find_duty(visit, period, form=form, now=request.now)
    address = visit.address(period, form=form)
    trial = answer_trial(
        visit.link, visit.programme, address=address, trial_id=trial_id, now=request.now,
        check=check_workbook, make_copy=make_marked_copy,
    )  # fmt: skip
    if trial is None:
        raise PageUnknown(_GONE)
    return Own(visit, duty, address, trial)
