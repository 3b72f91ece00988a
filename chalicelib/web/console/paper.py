"""Figures that came on paper: the user posts the scan, then types the figures; intake checks them like a workbook."""

from __future__ import annotations

import logging
import secrets

from chalicelib.domain.programme.model import Form, Unit
from chalicelib.domain.submission.records import Address
from chalicelib.office import downloads, paper
from chalicelib.office.paper import PaperEntry, Scan
from chalicelib.office.refusals import Refusal, SentBefore
from chalicelib.store import papers, uploads
from chalicelib.store.addresses import posted_scan_key, upload_key
from chalicelib.store.errors import StorageError, missing_is_denied
from chalicelib.store.handouts import presign_import
from chalicelib.store.papers import Paper
from chalicelib.web.console.desk import Desk, open_desk
from chalicelib.web.console.sessions import Session
from chalicelib.web.console.typed_form import count_rows, make_form, read_typed
from chalicelib.web.forms import check_seal, read_form_number, read_moment
from chalicelib.web.problems import Broken, FormWrong, PageUnknown
from chalicelib.web.request import Request
from chalicelib.web.response import Response, redirect
from chalicelib.workbook.form.filling import Contents, read_back

_NOT_KEPT = "Hệ thống tạm thời chưa trả lời. Số liệu vừa nhập còn nguyên dưới đây, xin bấm gửi lại sau ít phút."

logger = logging.getLogger(__name__)


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
        key = _find_paper(address, earlier).scan_key
        with missing_is_denied(earlier):
            typed = read_back(uploads.read_upload(upload_key(address, earlier)).data)
        return _show_figures(desk, own, sender, paper.read_scan(key), typed)
    scan = paper.read_scan(request.query.get("key", ""))
    return _show_figures(desk, own, sender, scan, Contents())


def _show_figures(
    desk: Desk, form: Form, unit: Unit, scan: Scan, typed: Contents, *, problem: str = "", status: int = 400
) -> Response:
    """The form keeps its number from try to try, so that it becomes one upload."""
    more = count_rows(desk.request.form)
    return desk.show(
        "paper_figures.html", menu="ky", status=status if problem else 200, problem=problem, form=form, unit=unit,
        page=make_form(desk.programme, form, unit, desk.period, typed=typed, more=more), typed=typed, key=scan.key,
        narratives=desk.programme.narratives(form, desk.period),
        received=desk.request.form.get("nhan-luc", ""), once=desk.request.form.get("mot-lan") or secrets.token_hex(16),
        here=_path(desk, form.code, unit=unit.code),
        scan=uploads.presign_scan(scan.key, file_name=f"ban-quet{scan.type}"),
    )  # fmt: skip


def take_figures(request: Request, session: Session, programme: str, *, period: str, form: str, unit: str) -> Response:
    """Enters the typed figures, or shows the page again with more rows or with the mistakes."""
    check_seal(request, session.secret)
    desk = open_desk(request, session, programme, period=period)
    own, sender, _ = desk.find_duty(form, unit=unit)
    scan, typed = paper.read_scan(request.form.get("key", "")), read_typed(request.form)
    if request.form.get("them"):
        return _show_figures(desk, own, sender, scan, typed)
    try:
        entry = PaperEntry(
            programme=desk.programme, period=desk.period, form=own, unit=sender, scan=scan, typed=typed,
            received=read_moment(request, "nhan-luc", label="Nhận bản giấy lúc"),
            is_unclassified=request.form.get("xac-nhan") == "co",
        )  # fmt: skip
        paper.enter(entry, form_number=read_form_number(request), stamp=desk.stamp)
    except SentBefore:
        raise
    except (FormWrong, Refusal) as wrong:
        return _show_figures(desk, own, sender, scan, typed, problem=str(wrong))
    except StorageError:
        logger.exception("a paper could not be entered")
        return _show_figures(desk, own, sender, scan, typed, problem=_NOT_KEPT, status=Broken.status)
    return desk.go(f"ban-nop/{desk.part}/{period}/{form}/{unit}?xong=entered")


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
