"""Figures that came on paper: first the scan, then the figures beside it; intake checks them like any workbook."""

from __future__ import annotations

import re
import secrets
from datetime import datetime
from typing import NamedTuple

from chalicelib.domain.audit import Action
from chalicelib.domain.issues.issue import Issue
from chalicelib.domain.programme.model import Form, Kind, Unit
from chalicelib.domain.submission.admission import find_obstacle
from chalicelib.domain.submission.records import Address
from chalicelib.office.downloads import download_scan as download_kept
from chalicelib.store import obligations, papers, prepared, uploads
from chalicelib.store.addresses import upload_key
from chalicelib.store.errors import missing_is_denied
from chalicelib.store.handouts import presign_import
from chalicelib.store.papers import POSTED_SCANS, SCANS, Paper, keep_scan
from chalicelib.store.prepared import Prepared
from chalicelib.web.answer import Answer, redirect
from chalicelib.web.console.desk import Desk, open_desk
from chalicelib.web.console.sessions import Session
from chalicelib.web.console.typed_form import count_rows, make_form, read_typed
from chalicelib.web.forms import check_once, check_seal, read_moment
from chalicelib.web.problems import FormWrong, PageUnknown
from chalicelib.web.request import Request
from chalicelib.workbook.form.filling import Contents, fill_in, read_back
from chalicelib.workbook.form.template import make_template

_SCAN = re.compile(f"({SCANS}|{POSTED_SCANS})[0-9a-f]{{32}}")


class Scan(NamedTuple):
    """A scan in storage, and what it is: ".pdf"."""

    key: str
    type: str


def show_scan_form(request: Request, session: Session, programme: str, period: str, form: str, unit: str) -> Answer:
    """The first step: attach the scan."""
    desk = open_desk(request, session, programme, period)
    own, sender, _ = desk.find_duty(form, unit)
    here = _path(desk, form, unit)
    post = presign_import(f"{POSTED_SCANS}{secrets.token_hex(16)}", redirect=f"{request.base}/pv05/{here}/so-lieu")
    is_early = request.now < desk.period.opens
    return desk.show("paper_scan.html", menu="ky", form=own, unit=sender, post=post, is_early=is_early, here=here)


def show_figures_form(request: Request, session: Session, programme: str, period: str, form: str, unit: str) -> Answer:
    """The second step: type the figures in. `tu` names an earlier entry, which is corrected instead of typed again."""
    desk = open_desk(request, session, programme, period)
    own, sender, address = desk.find_duty(form, unit)
    earlier = request.query.get("tu", "")
    if earlier:
        key = _find_paper(address, earlier).scan_key
        with missing_is_denied(earlier):
            typed = read_back(uploads.read_upload(upload_key(address, earlier)).data)
        return _show_figures(desk, own, sender, _read_scan(key), typed)
    return _show_figures(desk, own, sender, _read_scan(request.query.get("key", "")), Contents())


def _show_figures(desk: Desk, form: Form, unit: Unit, scan: Scan, typed: Contents, *, problem: str = "") -> Answer:
    more = count_rows(desk.request.form)
    return desk.show(
        "paper_figures.html", menu="ky", status=400 if problem else 200, problem=problem, form=form, unit=unit,
        page=make_form(desk.programme, form, unit, desk.period, typed=typed, more=more), typed=typed, key=scan.key,
        received=desk.request.form.get("nhan-luc", ""), once=secrets.token_hex(16), Kind=Kind,
        here=_path(desk, form.code, unit.code),
        scan=uploads.presign_scan(scan.key, file_name=f"ban-quet{scan.type}"),
    )  # fmt: skip


def take_figures(request: Request, session: Session, programme: str, period: str, form: str, unit: str) -> Answer:
    """Puts what was typed into the inbox as a workbook; or gives the page again, with more rows or what is wrong."""
    check_seal(request, session.secret)
    desk = open_desk(request, session, programme, period)
    own, sender, address = desk.find_duty(form, unit)
    scan, typed = _read_scan(request.form.get("key", "")), read_typed(request.form)
    if request.form.get("them"):
        return _show_figures(desk, own, sender, scan, typed)
    try:
        received = _read_received(desk, address)
    except FormWrong as wrong:
        return _show_figures(desk, own, sender, scan, typed, problem=wrong.text)
    check_once(request)
    data = fill_in(make_template(desk.programme, own, sender, desk.period), typed)
    paper = Paper(
        upload_id=secrets.token_hex(16),
        scan_key=keep_scan(scan.key),
        scan_type=scan.type,
        entered=request.now,
        received=received,
        actor=session.actor,
    )
    _enter(desk, address, paper, data, f"PV05 nhập từ bản giấy - {own.title} - {sender.full_name}.xlsx")
    return desk.go(f"ban-nop/{programme}/{period}/{form}/{unit}?xong=entered")


def _read_received(desk: Desk, address: Address) -> datetime:
    """When the paper came. Raises FormWrong, also where nothing could be taken in at that moment."""
    request = desk.request
    if request.form.get("xac-nhan") != "co":
        raise FormWrong("Xin đánh dấu xác nhận: bản giấy không chứa bí mật nhà nước.")
    received = read_moment(request, "nhan-luc", label="Nhận bản giấy lúc")
    if received > request.now:
        raise FormWrong("Thời điểm nhận bản giấy không thể sau lúc này.")
    obstacle = find_obstacle(address, desk.programme, obligations.find_state(address), at=received)
    if obstacle:
        raise FormWrong(_say_obstacle(obstacle))
    return received


def _say_obstacle(obstacle: Issue) -> str:
    """To PV05, who is the one to grant what a unit would have to ask for."""
    if obstacle.code == "upload.locked":
        return "Kỳ báo cáo đã khóa trước thời điểm nhận bản giấy. Xin gia hạn cho đơn vị trước khi nhập."
    return obstacle.message


def _enter(desk: Desk, address: Address, paper: Paper, data: bytes, file_name: str) -> None:
    """Who entered it and from which scan are kept first, so that no workbook is there without them."""
    papers.put_paper(address, paper)
    known = Prepared(upload_id=paper.upload_id, prepared=paper.entered, file_name=file_name)
    prepared.put_prepared(address, known)
    desk.note(
        Action.SUBMISSION_ENTERED, paper.upload_id, period=address.period, form=address.form, unit=address.unit,
        received=paper.received.isoformat() if paper.received else "",
    )  # fmt: skip
    papers.put_entered(address, paper.upload_id, data, file_name)


def download_scan(
    request: Request, session: Session, programme: str, period: str, form: str, unit: str, upload: str
) -> Answer:
    """The scan behind an upload that was entered from paper."""
    desk = open_desk(request, session, programme, period)
    _, _, address = desk.find_duty(form, unit)
    paper = _find_paper(address, upload)
    return redirect(download_kept(address, paper, stamp=desk.stamp))


def _find_paper(address: Address, upload: str) -> Paper:
    """Raises PageUnknown for an upload that was not entered from paper for this very duty."""
    paper = papers.find_paper(address, upload)
    if paper is None:
        raise PageUnknown
    return paper


def _read_scan(key: str) -> Scan:
    """Raises PageUnknown for what is no scan's key, and FormWrong for what is no picture of a paper."""
    if not _SCAN.fullmatch(key):
        raise PageUnknown
    kind = papers.read_scan_type(key)
    if not kind:
        raise FormWrong("Bản quét phải là tệp PDF hoặc ảnh JPEG, PNG, TIFF. Xin quay lại và chọn đúng tệp.")
    return Scan(key, kind)


def _path(desk: Desk, form: str, unit: str) -> str:
    return f"nhap-giay/{desk.programme.code}/{desk.period.code}/{form}/{unit}"
