"""A unit's page, /nop/{token}: the duties, the blank form, the upload, and the outcome of each upload."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from chalicelib.domain.issues.issue import Refused, Severity
from chalicelib.domain.issues.telling import tell_issues
from chalicelib.domain.submission.differences import find_differences
from chalicelib.domain.submission.records import Address, Answer, Receipt
from chalicelib.intake.blank import hand_out_blank
from chalicelib.intake.justify import NothingToJustify, justify_warnings
from chalicelib.intake.links import mint_upload
from chalicelib.intake.passing_on import hand_out_issues
from chalicelib.store import prepared, receipts, submissions
from chalicelib.store.addresses import upload_key
from chalicelib.store.errors import StateMoved
from chalicelib.store.handouts import has_arrived
from chalicelib.store.justifications import list_justifications
from chalicelib.store.uploads import has_marked_copy, presign_marked_copy
from chalicelib.web.forms import check_seal, make_seal, parse_number, read_text
from chalicelib.web.lines import make_sections
from chalicelib.web.problems import FormWrong, PageUnknown, Stale
from chalicelib.web.rendering import UNNAMED, render
from chalicelib.web.request import Request
from chalicelib.web.response import Response, redirect, respond_json
from chalicelib.web.unit.visits import (
    DutyView,
    Visit,
    find_duties,
    find_duty,
    label_duty,
    open_visit,
    say_days,
)

_UPLOAD_ID = re.compile(r"[0-9a-f]{32}")
_SWEEP_AFTER = timedelta(minutes=2)
_MOST_LOOKS = 40
_MOST_SINGLE = 10


def show_page(request: Request, token: str) -> Response:
    """The page of the unit to which the link belongs."""
    visit = open_visit(request, token)
    duties = find_duties(visit, request.now, with_sent=True)
    return _render(
        request,
        "unit.html",
        visit,
        duties=duties,
        pressing=next((duty for duty in duties if duty.needs_attention), None),
        missed=next((duty for duty in duties if duty.is_missed), None),
        labels={duty.key: label_duty(duty) for duty in duties},
        days={duty.key: say_days(duty) for duty in duties},
    )


def download_blank(request: Request, token: str, *, period: str, form: str) -> Response:
    """The blank form, filled in with unit, period and earlier figures."""
    visit = open_visit(request, token)
    duty = find_duty(visit, period, form=form, now=request.now)
    return redirect(hand_out_blank(visit.programme, form=duty.form, unit=visit.unit, period=duty.period))


def prepare(request: Request, token: str) -> Response:
    """Prepares the upload that the form asks for: as JSON for the script, else as a page with a file field."""
    visit = open_visit(request, token)
    check_seal(request, token)
    if request.form.get("xac-nhan") != "co":
        raise FormWrong("Xin đánh dấu xác nhận: tệp không chứa bí mật nhà nước.")
    period, _, form = request.form.get("nghia-vu", "").partition("/")
    duty = find_duty(visit, period, form=form, now=request.now)
    file_name = read_text(request, "ten-tep", label="Tên tệp", most=500, needed=False) or UNNAMED
    redirect_to = "" if request.wants_json else f"{request.base}/{visit.home}/da-gui/{duty.key}"
    try:
        minted = mint_upload(
            visit.link, visit.programme, period=period, form=form, file_name=file_name, now=request.now,
            justification=read_text(request, "giai-trinh", label="Giải trình", most=300, needed=False),
            redirect=redirect_to,
        )  # fmt: skip
    except Refused as refused:
        raise FormWrong(refused.issue.message) from None
    if request.wants_json:
        outcome = f"ket-qua/{duty.key}/{minted.upload_id}"
        return respond_json({"url": minted.url, "fields": minted.fields, "outcome": outcome})
    return _render(request, "unit_send.html", visit, duty=duty, minted=minted)


def show_sent(request: Request, token: str, *, period: str, form: str) -> Response:
    """The page to which S3 redirects a browser without script; the address names the stored object."""
    visit = open_visit(request, token)
    upload_id = request.query.get("key", "").rpartition("/")[2]
    if not _UPLOAD_ID.fullmatch(upload_id):
        raise PageUnknown
    return redirect(f"{request.root}{visit.home}/ket-qua/{period}/{form}/{upload_id}")


def show_outcome(request: Request, token: str, *, period: str, form: str, upload_id: str) -> Response:
    """The outcome of one upload of this unit: receipt, errors, or the waiting page until there is one."""
    visit = open_visit(request, token)
    duty = find_duty(visit, period, form=form, now=request.now)
    receipt = find_own_receipt(visit, duty, upload_id)
    if receipt is None:
        return _show_waiting(request, visit, duty, upload_id)
    if request.wants_json:
        return respond_json({"state": "done"})
    told = list_justifications(receipt.address) if receipt.revision else {}
    return _render(
        request,
        "outcome.html",
        visit,
        duty=duty,
        receipt=receipt,
        ending=_tell_ending(receipt),
        told=tell_issues(receipt.issues),
        by_kind=_is_by_kind(request, receipt),
        taken=_gather_taken(visit, duty, receipt),
        explained=told.get(receipt.revision),
        is_taken=receipt.answer is not Answer.REJECTED,
        has_copy=has_marked_copy(receipt),
    )


def _is_by_kind(request: Request, receipt: Receipt) -> bool:
    """As it is asked for; else by kind where there are so many that single ones would be lost among the others."""
    asked = request.query.get("xem", "")
    return asked == "loai" or (asked != "o" and len(receipt.issues) > _MOST_SINGLE)


def _gather_taken(visit: Visit, duty: DutyView, receipt: Receipt) -> dict[str, object] | None:
    """The revision that the upload became, as it was read; None if nothing was accepted."""
    if not receipt.revision:
        return None
    revision, form = duty.submission, duty.form
    if revision is None or revision.revision != receipt.revision:
        revision = submissions.find_revision(receipt.address, receipt.revision)
    if revision is None:
        return None
    return {
        "revision": revision,
        "sections": make_sections(visit.programme, revision, unit=visit.unit),
        "tables": visit.programme.tables(form, visit.unit),
        "narratives": form.narratives,
        "code_names": visit.programme.name_codes(form),
    }


def _tell_ending(receipt: Receipt) -> str:
    """The template's case: taken; classified (not kept, must not be sent again); wrong-file (another form); errors."""
    if receipt.answer is not Answer.REJECTED:
        return "taken"
    if not receipt.bytes_kept:
        return "classified"
    areas = {issue.code.partition(".")[0] for issue in receipt.issues if issue.severity is Severity.ERROR}
    is_other = any(issue.code.startswith("form.other") for issue in receipt.issues)
    return "wrong-file" if is_other or areas <= {"file", "upload"} else "errors"


def find_own_receipt(visit: Visit, duty: DutyView, upload_id: str) -> Receipt | None:
    """The receipt of an upload for this obligation; None for an upload of any other obligation."""
    if not _UPLOAD_ID.fullmatch(upload_id):
        raise PageUnknown
    receipt = receipts.find_receipt(upload_id)
    if receipt and receipt.address != visit.address(duty.period.code, form=duty.form.code):
        raise PageUnknown
    return receipt


def _show_waiting(request: Request, visit: Visit, duty: DutyView, upload_id: str) -> Response:
    known = prepared.list_latest(visit.address(duty.period.code, form=duty.form.code), 50)
    own = next((each for each in known if each.upload_id == upload_id), None)
    if own is None:
        raise PageUnknown
    has_come = has_arrived(upload_key(visit.address(duty.period.code, form=duty.form.code), upload_id))
    if request.wants_json:
        return respond_json({"state": "checking" if has_come else "missing"})
    looks = parse_number(request.query.get("lan", "")) or 0
    return _render(
        request,
        "waiting.html",
        visit,
        duty=duty,
        upload_id=upload_id,
        has_come=has_come,
        is_long=request.now - own.prepared > _SWEEP_AFTER,
        looks=looks + 1 if looks < _MOST_LOOKS else 0,
    )


def download_marked(request: Request, token: str, *, period: str, form: str, upload_id: str) -> Response:
    """The sender's own workbook with its errors marked in it."""
    visit = open_visit(request, token)
    receipt = find_own_receipt(visit, find_duty(visit, period, form=form, now=request.now), upload_id)
    if receipt is None or not has_marked_copy(receipt):
        raise PageUnknown
    return redirect(presign_marked_copy(receipt))


def download_issues(request: Request, token: str, *, period: str, form: str, upload_id: str) -> Response:
    """The issues of an upload as a list to pass on."""
    visit = open_visit(request, token)
    receipt = find_own_receipt(visit, find_duty(visit, period, form=form, now=request.now), upload_id)
    if receipt is None or not receipt.issues:
        raise PageUnknown
    return redirect(hand_out_issues(receipt, unit=visit.unit))


def justify(request: Request, token: str, *, period: str, form: str, upload_id: str) -> Response:
    """Keeps the unit's justification of the warnings of an accepted revision."""
    visit = open_visit(request, token)
    check_seal(request, token)
    receipt = find_own_receipt(visit, find_duty(visit, period, form=form, now=request.now), upload_id)
    if receipt is None:
        raise PageUnknown
    text = read_text(request, "giai-trinh", label="Giải trình", most=1000)
    try:
        justify_warnings(receipt, text, now=request.now)
    except NothingToJustify:
        raise PageUnknown from None
    except StateMoved:
        raise Stale from None
    return redirect(f"{request.root}{visit.home}/ket-qua/{period}/{form}/{upload_id}#giai-trinh")


def show_history(request: Request, token: str, *, period: str, form: str) -> Response:
    """All revisions of one obligation, each with its changes from the one before."""
    visit = open_visit(request, token)
    duty = find_duty(visit, period, form=form, now=request.now)
    return _render(request, "history.html", visit, duty=duty, **gather_history(visit.address(period, form=form), visit))


def gather_history(address: Address, visit: Visit) -> dict[str, object]:
    revisions = submissions.list_revisions(address)
    before = [None, *revisions][: len(revisions)]
    labels = {code: indicator.label for code, indicator in visit.programme.indicator_by_code.items()}
    entries = [
        (revision, find_differences(earlier, revision, labels) if earlier else None)
        for earlier, revision in zip(before, revisions, strict=True)
    ]
    return {"entries": entries[::-1], "justifications": list_justifications(address)}


def _render(request: Request, template: str, visit: Visit, **values: Any) -> Response:
    home = request.root + visit.home
    return render(request, template, visit=visit, unit=visit.unit, home=home, seal=make_seal(visit.token), **values)
