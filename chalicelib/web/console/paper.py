"""Figures that came on paper: the user posts the scan, then types the figures; intake checks them like a workbook."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from chalicelib.domain.clock import VIETNAM
from chalicelib.domain.issues.telling import Told, tell_issues
from chalicelib.domain.programme.model import Form, Unit
from chalicelib.domain.submission.records import Address
from chalicelib.office import downloads, paper
from chalicelib.office.paper import FieldMistake, PaperEntry, Scan
from chalicelib.office.refusals import Refusal, SentBefore, Unknown
from chalicelib.store import papers, uploads
from chalicelib.store.addresses import posted_scan_key, upload_key
from chalicelib.store.errors import StorageError, missing_is_denied
from chalicelib.store.handouts import presign_import
from chalicelib.store.papers import Paper
from chalicelib.web.console.desk import Desk, open_desk
from chalicelib.web.console.sessions import Session
from chalicelib.web.console.typed_form import count_rows, make_form, name_field, read_typed
from chalicelib.web.forms import check_own, check_seal, is_sealed, read_form_number, read_moment
from chalicelib.web.problems import Broken, FormWrong, PageUnknown
from chalicelib.web.request import Request
from chalicelib.web.response import Response, redirect, render_policy
from chalicelib.workbook.form.filling import Contents, read_back

_SIGNED_IN_ANEW = "Đã đăng nhập lại. Số liệu đã nhập còn nguyên dưới đây; xin xem lại rồi bấm gửi."
_NOT_KEPT = "Hệ thống tạm thời chưa trả lời. Số liệu vừa nhập còn nguyên dưới đây, xin bấm gửi lại sau ít phút."

_RECEIVED = "Nhận bản giấy lúc"
_SHOWN = {".pdf": "pdf", ".jpg": "picture", ".png": "picture"}
"""What browsers can show beside the form; of a TIFF there is the link alone."""

logger = logging.getLogger(__name__)


class Wrong(NamedTuple):
    """One thing to mend: its field's name on the page ("" for none), what the field is called, and what is wrong."""

    name: str
    label: str
    text: str


def show_scan_form(
    request: Request, session: Session, programme: str, *, period: str, form: str, unit: str
) -> Response:
    """The first step: attach the scan."""
    desk = open_desk(request, session, programme, period=period)
    own, sender, _ = desk.find_duty(form, unit=unit)
    here = _path(desk, form, unit=unit)
    post = presign_import(posted_scan_key(secrets.token_hex(16)), redirect=f"{request.base}/pv05/{here}/so-lieu")
    is_early = request.now < desk.period.opens
    return desk.show("paper_scan.html", menu="ky", form=own, unit=sender, post=post, is_early=is_early, here=here)


def show_figures_form(
    request: Request, session: Session, programme: str, *, period: str, form: str, unit: str
) -> Response:
    """The second step: type the figures. `tu` names an earlier entry to correct, whose figures are filled in."""
    desk = open_desk(request, session, programme, period=period)
    own, sender, address = desk.find_duty(form, unit=unit)
    earlier = request.query.get("tu", "")
    if earlier:
        before = _find_paper(address, earlier)
        with missing_is_denied(earlier):
            typed = read_back(uploads.read_upload(upload_key(address, earlier)).data)
        return _show_figures(desk, own, sender, paper.read_scan(before.scan_key), typed, received=before.received)
    scan = paper.read_scan(request.query.get("key", ""))
    return _show_figures(desk, own, sender, scan, Contents(), received=request.now)


def _show_figures(
    desk: Desk, form: Form, unit: Unit, scan: Scan, typed: Contents, *,
    problem: str = "", wrong: Sequence[Wrong] = (), status: int = 400, received: datetime | None = None,
) -> Response:  # fmt: skip
    """The form keeps its number from try to try, so that it becomes one upload. `received` is what it begins with."""
    more = count_rows(desk.request.form)
    shown = desk.show(
        "paper_figures.html", menu="ky", status=status if problem or wrong else 200, problem=problem, form=form,
        unit=unit, wrong=wrong, errors=_gather_by_field(wrong), shown=_SHOWN.get(scan.type, ""),
        may_insist=bool(wrong) and not any(each.name in _OF_ENTRY for each in wrong),
        is_confirmed=desk.request.form.get("xac-nhan") == "co",
        page=make_form(desk.programme, form, unit, desk.period, typed=typed, more=more), typed=typed, key=scan.key,
        narratives=desk.programme.narratives(form, desk.period),
        received=_write_moment(received) if received else desk.request.form.get("nhan-luc", ""),
        once=desk.request.form.get("mot-lan") or secrets.token_hex(16),
        here=_path(desk, form.code, unit=unit.code),
        scan=uploads.presign_scan(scan.key, file_name=f"ban-quet{scan.type}"),
    )  # fmt: skip
    return replace(shown, headers={"Content-Security-Policy": render_policy(shows_stored=True)})


def _write_moment(moment: datetime) -> str:
    """As browsers write it in a field of date and time."""
    return f"{moment.astimezone(VIETNAM):%Y-%m-%dT%H:%M}"


_OF_ENTRY = ("nhan-luc", "xac-nhan")


def _gather_by_field(wrong: Sequence[Wrong]) -> dict[str, str]:
    told: dict[str, list[str]] = {}
    for each in wrong:
        told.setdefault(each.name, []).append(each.text)
    return {name: " ".join(texts) for name, texts in told.items()}


def take_figures(request: Request, session: Session, programme: str, *, period: str, form: str, unit: str) -> Response:
    """Enters the typed figures, or shows the page again with more rows or with the mistakes.

    A form that was filled in before the user signed in anew is shown again, for nothing that was typed is lost.
    """
    check_own(request)
    try:
        desk = open_desk(request, session, programme, period=period)
        own, sender, _ = desk.find_duty(form, unit=unit)
        scan = paper.read_scan(request.form.get("key", ""))
    except (PageUnknown, Unknown):
        check_seal(request, session.secret)  # a form that is not our own is told so, and nothing else
        raise
    typed = read_typed(request.form)
    if request.form.get("them"):
        return _show_figures(desk, own, sender, scan, typed)
    if not is_sealed(request, session.secret):
        return _show_figures(desk, own, sender, scan, typed, problem=_SIGNED_IN_ANEW)
    try:
        data = paper.write_workbook(desk.programme, desk.period, own, sender, typed=typed)
        if wrong := _find_wrong(desk, own, sender, data):
            return _show_figures(desk, own, sender, scan, typed, wrong=wrong)
        _enter(desk, own, sender, scan, typed, data=data)
    except SentBefore:
        raise
    except (FormWrong, Refusal) as refusal:
        return _show_figures(desk, own, sender, scan, typed, problem=str(refusal))
    except StorageError:
        logger.exception("a paper could not be entered")
        return _show_figures(desk, own, sender, scan, typed, problem=_NOT_KEPT, status=Broken.status)
    return desk.go(f"ban-nop/{desk.part}/{period}/{form}/{unit}?xong=entered")


def _enter(desk: Desk, form: Form, unit: Unit, scan: Scan, typed: Contents, *, data: bytes) -> None:
    entry = PaperEntry(
        programme=desk.programme, period=desk.period, form=form, unit=unit, scan=scan, typed=typed,
        received=_read_received(desk.request), is_unclassified=desk.request.form.get("xac-nhan") == "co",
    )  # fmt: skip
    paper.enter(entry, form_number=read_form_number(desk.request), stamp=desk.stamp, data=data)


def _read_received(request: Request) -> datetime:
    return read_moment(request, "nhan-luc", label=_RECEIVED)


def _find_wrong(desk: Desk, form: Form, unit: Unit, data: bytes) -> list[Wrong]:
    """All that is to be mended, in one go. Figures that are wrong on the paper itself may be sent as they are."""
    wrong = []
    try:
        _read_received(desk.request)
    except FormWrong as refusal:
        wrong.append(Wrong("nhan-luc", _RECEIVED, refusal.text))
    if desk.request.form.get("viec") != "van-gui":
        wrong += _find_mistakes(desk, form, unit, data)
    if desk.request.form.get("xac-nhan") != "co":
        wrong.append(Wrong("xac-nhan", "Xác nhận", paper.NOT_CONFIRMED))
    return wrong


def _find_mistakes(desk: Desk, form: Form, unit: Unit, data: bytes) -> list[Wrong]:
    found = paper.find_mistakes(desk.programme, desk.period, form, unit, data=data)
    told = {id(each.issue): each for each in tell_issues(each.issue for each in found)}
    return [
        Wrong(name_field(each.field) if each.field else "", _label(each), _say(told[id(each.issue)])) for each in found
    ]


def _label(mistake: FieldMistake) -> str:
    row = mistake.field.row if mistake.field else 0
    return f"{mistake.issue.label}, dòng {row}" if row else mistake.issue.label


def _say(told: Told) -> str:
    """What is wrong and how it is mended; not the cell, which is of a workbook that nobody sees here."""
    return " ".join(filter(None, (told.said, told.issue.remedy)))


def download_scan(
    request: Request, session: Session, programme: str, *, period: str, form: str, unit: str, upload: str
) -> Response:
    """The scan behind an upload that was entered from paper."""
    desk = open_desk(request, session, programme, period=period)
    _, _, address = desk.find_duty(form, unit=unit)
    return redirect(downloads.download_scan(address, _find_paper(address, upload), stamp=desk.stamp))


def _find_paper(address: Address, upload: str) -> Paper:
    """The paper behind an upload. Raises PageUnknown if the upload was not entered from paper for this duty."""
    found = papers.find_paper(address, upload)
    if found is None:
        raise PageUnknown
    return found


def _path(desk: Desk, form: str, *, unit: str) -> str:
    return f"nhap-giay/{desk.part}/{desk.period.code}/{form}/{unit}"
