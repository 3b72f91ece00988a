"""A unit's page, /nop/{token}: the duties, the blank form, the upload, and the outcome of each upload."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from chalicelib.domain.clock import local_date
from chalicelib.domain.issues.issue import Issue, Refused
from chalicelib.domain.issues.telling import cite_laws, tell_issues
from chalicelib.domain.programme.form_changes import tell_newer
from chalicelib.domain.submission.admission import find_misaddress
from chalicelib.domain.submission.differences import find_differences
from chalicelib.domain.submission.records import (
    Address,
    Answer,
    Outcome,
    Receipt,
    Submission,
    calls_for_marks,
)
from chalicelib.intake.blank import hand_out_blank
from chalicelib.intake.confirm import confirm_nothing
from chalicelib.intake.justify import NothingToJustify, justify_warnings
from chalicelib.intake.limits import Use
from chalicelib.intake.links import MintedUpload, mint_upload, note_download
from chalicelib.intake.passing_on import hand_out_issues
from chalicelib.store import prepared, receipts, submissions
from chalicelib.store.addresses import upload_key
from chalicelib.store.errors import StateMoved
from chalicelib.store.handouts import has_arrived
from chalicelib.store.justifications import list_justifications
from chalicelib.store.uploads import has_marked_copy, presign_marked_copy
from chalicelib.web.forms import check_seal, make_seal, parse_number, read_form_number, read_text
from chalicelib.web.lines import make_sections
from chalicelib.web.problems import FormWrong, PageUnknown, Stale
from chalicelib.web.rendering import render
from chalicelib.web.request import Request
from chalicelib.web.response import Response, redirect, respond_json
from chalicelib.web.unit.visits import (
    DutyView,
    Visit,
    find_duty,
    label_duty,
    open_page,
    open_visit,
    say_days,
)

_UPLOAD_ID = re.compile(r"[0-9a-f]{32}")
_SWEEP_AFTER = timedelta(minutes=2)
_MOST_LOOKS = 40
_MOST_SINGLE = 10


def show_page(request: Request, token: str) -> Response:
    """The page of the unit to which the link belongs."""
    visit, duties = open_page(request, token)
    return render_visit(
        request,
        "unit.html",
        visit,
        duties=duties,
        pressing=next((duty for duty in duties if duty.needs_attention), None),
        missed=next((duty for duty in duties if duty.is_missed), None),
        labels={duty.key: label_duty(duty) for duty in duties},
        days={duty.key: say_days(duty) for duty in duties},
        newer={duty.key: _tell_newer(visit, duty) for duty in duties},
        once={duty.key: secrets.token_hex(16) for duty in duties if duty.may_confirm},
    )


def _tell_newer(visit: Visit, duty: DutyView) -> list[str]:
    """What has become of the blank form that was downloaded by the link; () for the form as it is."""
    version = visit.link.downloaded.get(duty.key, 0)
    return tell_newer(visit.programme, duty.form, version, at=duty.now) if version and duty.is_open else []


def download_blank(request: Request, token: str, *, period: str, form: str) -> Response:
    """The blank form, filled in with unit, period and earlier figures."""
    visit = open_visit(request, token, Use.DOWNLOAD)
    duty = find_duty(visit, period, form=form, now=request.now)
    address = hand_out_blank(visit.programme, form=duty.form, unit=visit.unit, period=duty.period)
    note_download(visit.link, duty.form, duty.period)
    return redirect(address)


def prepare(request: Request, token: str) -> Response:
    """Prepares the upload that the form asks for: as JSON for the script, else as a page with a file field."""
    sending = read_sending(request, token, Use.UPLOAD)
    visit, duty = sending.visit, sending.duty
    try:
        minted = mint_upload(
            visit.link, visit.programme, period=duty.period.code, form=duty.form.code, file_name=sending.file_name,
            now=request.now, justification=read_text(request, "giai-trinh", label="Giải trình", most=300, needed=False),
            redirect=find_return(request, sending, "da-gui"),
        )  # fmt: skip
    except Refused as refused:
        raise FormWrong(refused.issue.message) from None
    return send_minted(request, sending, minted, outcome="ket-qua")


class Sending(NamedTuple):
    """What the form of an upload or a trial asks for."""

    visit: Visit
    duty: DutyView
    file_name: str


def read_sending(request: Request, token: str, use: Use) -> Sending:
    """Reads the form by which a workbook is sent. Raises FormWrong if its sender does not confirm that it is public."""
    visit = open_visit(request, token, use)
    check_seal(request, token)
    if request.form.get("xac-nhan") != "co":
        raise FormWrong("Xin đánh dấu xác nhận: tệp không chứa bí mật nhà nước.")
    period, _, form = request.form.get("nghia-vu", "").partition("/")
    duty = find_duty(visit, period, form=form, now=request.now)
    file_name = read_text(request, "ten-tep", label="Tên tệp", most=500, needed=False)
    return Sending(visit, duty, file_name)


def find_return(request: Request, sending: Sending, page: str) -> str:
    """Where S3 sends a browser without script afterwards; the script finds its own way."""
    return "" if request.wants_json else f"{request.base}/{sending.visit.home}/{page}/{sending.duty.key}"


def send_minted(
    request: Request, sending: Sending, minted: MintedUpload, *, outcome: str, is_trial: bool = False
) -> Response:
    """The prepared form: as JSON for the script, else as a page. `outcome` is the page of its answer."""
    if request.wants_json:
        address = f"{outcome}/{sending.duty.key}/{minted.upload_id}"
        return respond_json({"url": minted.url, "fields": minted.fields, "outcome": address})
    return render_visit(request, "unit_send.html", sending.visit, duty=sending.duty, minted=minted, is_trial=is_trial)


def confirm(request: Request, token: str, *, period: str, form: str) -> Response:
    """Confirms that a whole form has nothing to report, and leads to the outcome of the upload that this becomes."""
    visit = open_visit(request, token, Use.CONFIRMATION)
    check_seal(request, token)
    who = read_text(request, "nguoi-xac-nhan", label="Họ tên, chức vụ người xác nhận", most=100)
    if request.form.get("xac-nhan") != "co":
        raise FormWrong("Xin đánh dấu xác nhận: báo cáo không phát sinh số liệu nào.")
    try:
        upload_id = confirm_nothing(
            visit.link, visit.programme, period=period, form=form, confirmed_by=who,
            form_number=read_form_number(request), now=request.now,
        )  # fmt: skip
    except Refused as refused:
        raise FormWrong(refused.issue.message) from None
    return redirect(f"{request.root}{visit.home}/ket-qua/{period}/{form}/{upload_id}")


def show_sent(request: Request, token: str, *, period: str, form: str) -> Response:
    """The page to which S3 redirects a browser without script; the address names the stored object."""
    return go_to_outcome(request, token, page="ket-qua", period=period, form=form)


def go_to_outcome(request: Request, token: str, *, page: str, period: str, form: str) -> Response:
    """Redirects from the address that S3 made to that of the outcome."""
    visit = open_visit(request, token)
    if find_misaddress(visit.address(period, form=form), visit.programme):
        raise PageUnknown
    upload_id = request.query.get("key", "").rpartition("/")[2]
    check_upload_id(upload_id)
    return redirect(f"{request.root}{visit.home}/{page}/{period}/{form}/{upload_id}")


def check_upload_id(upload_id: str) -> None:
    """Raises PageUnknown for what was never minted."""
    if not _UPLOAD_ID.fullmatch(upload_id):
        raise PageUnknown


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
    is_taken, revision = receipt.answer is not Answer.REJECTED, _find_revision(duty, receipt)
    answer = gather_answer(
        request, receipt.issues, on=local_date(receipt.received), is_taken=is_taken, is_kept=receipt.bytes_kept
    )
    home, own = request.root + visit.home, f"{duty.key}/{upload_id}"
    return render_visit(
        request,
        "outcome.html",
        visit,
        **answer,
        duty=duty,
        receipt=receipt,
        taken=gather_figures(visit, duty, revision) if revision else None,
        explained=told.get(receipt.revision),
        can_justify=is_taken and receipt.revision > 0,
        can_be_marked=bool(receipt.marked_copy_key),
        has_copy=has_marked_copy(receipt),
        here=f"{home}/ket-qua/{own}",
        own_copy=f"{home}/ban-danh-dau/{own}",
        own_list=f"{home}/danh-sach-loi/{own}",
        again=Again(
            f"{home}#gui", "Gửi tệp khác" if answer["ending"] == "wrong-file" else "Gửi lại bản đã sửa", verb="gửi lại"
        ),
    )


class Again(NamedTuple):
    """What to do with a corrected workbook: the page to go to, what its link says, and the same in a sentence."""

    address: str
    label: str
    verb: str


def gather_answer(
    request: Request, issues: Sequence[Issue], *, on: date, is_taken: bool, is_kept: bool
) -> dict[str, object]:
    """What the page of an answer says of the workbook as a whole; `on` is the day it was sent."""
    return {
        "is_taken": is_taken,
        "ending": _tell_ending(issues, is_taken=is_taken, is_kept=is_kept),
        "told": tell_issues(issues),
        "laws": cite_laws(issues, on),
        "by_kind": _is_by_kind(request, len(issues)),
    }


def _is_by_kind(request: Request, number: int) -> bool:
    """As it is asked for; else by kind where there are so many that single ones would be lost among the others."""
    asked = request.query.get("xem", "")
    return asked == "loai" or (asked != "o" and number > _MOST_SINGLE)


def _find_revision(duty: DutyView, receipt: Receipt) -> Submission | None:
    """The revision that the upload became; None if nothing was accepted."""
    if duty.submission and duty.submission.revision == receipt.revision:
        return duty.submission
    return submissions.find_revision(receipt.address, receipt.revision) if receipt.revision else None


def gather_figures(visit: Visit, duty: DutyView, revision: Submission | Outcome) -> dict[str, object]:
    """A workbook's contents as they were read."""
    programme, form = visit.programme, duty.form
    return {
        "revision": revision,
        "sections": make_sections(programme, revision, form=form, period=duty.period, unit=visit.unit),
        "tables": programme.tables(form, visit.unit, duty.period),
        "narratives": programme.narratives(form, duty.period),
        "code_names": programme.name_codes(form),
    }


def _tell_ending(issues: Sequence[Issue], *, is_taken: bool, is_kept: bool) -> str:
    """The template's case: taken; classified (not kept, must not be sent again); wrong-file (another form); errors."""
    if is_taken:
        return "taken"
    if not is_kept:
        return "classified"
    is_other = any(issue.code.startswith("form.other") for issue in issues)
    return "errors" if calls_for_marks(issues) and not is_other else "wrong-file"


def find_own_receipt(visit: Visit, duty: DutyView, upload_id: str) -> Receipt | None:
    """The receipt of an upload for this obligation; None for an upload of any other obligation."""
    check_upload_id(upload_id)
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
    return render_visit(
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
    visit = open_visit(request, token, Use.DOWNLOAD)
    receipt = find_own_receipt(visit, find_duty(visit, period, form=form, now=request.now), upload_id)
    if receipt is None or not receipt.issues:
        raise PageUnknown
    return redirect(hand_out_issues(receipt.issues, unit=visit.unit))


def justify(request: Request, token: str, *, period: str, form: str, upload_id: str) -> Response:
    """Keeps the unit's justification of the warnings of an accepted revision."""
    visit = open_visit(request, token, Use.JUSTIFICATION)
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
    return render_visit(
        request, "history.html", visit, duty=duty, **gather_history(visit.address(period, form=form), visit)
    )


def gather_history(address: Address, visit: Visit) -> dict[str, object]:
    revisions = submissions.list_revisions(address)
    before = [None, *revisions][: len(revisions)]
    labels = {code: indicator.label for code, indicator in visit.programme.indicator_by_code.items()}
    entries = [
        (revision, find_differences(earlier, revision, labels) if earlier else None)
        for earlier, revision in zip(before, revisions, strict=True)
    ]
    return {"entries": entries[::-1], "justifications": list_justifications(address)}


def render_visit(request: Request, template: str, visit: Visit, **values: Any) -> Response:
    home = request.root + visit.home
    return render(
        request, template, visit=visit, own_name=visit.programme.name_fully(visit.unit), home=home,
        seal=make_seal(visit.token), **values,
    )  # fmt: skip
