"""Figures that came on paper: first the scan, then the figures beside it; intake checks them like any workbook."""

from __future__ import annotations

import re
import secrets

from chalicelib.domain.admission import find_obstacle
from chalicelib.domain.programme import Form, Kind, Unit
from chalicelib.domain.submission import Address
from chalicelib.store import obligations, papers, prepared, uploads
from chalicelib.store.addresses import upload_key
from chalicelib.store.handouts import presign_import
from chalicelib.store.papers import SCANS, Paper
from chalicelib.store.prepared import Prepared
from chalicelib.web.answer import Answer, redirect
from chalicelib.web.desk import Desk, open_desk
from chalicelib.web.forms import check_seal
from chalicelib.web.problems import PageUnknown
from chalicelib.web.request import Request
from chalicelib.web.sessions import Session
from chalicelib.web.typed_form import count_rows, make_form, read_typed
from chalicelib.workbook.filling import Contents, fill_in, read_back
from chalicelib.workbook.template import make_template

_SCAN = re.compile(re.escape(SCANS) + r"[0-9a-f]{32}")
_UNCONFIRMED = "Xin đánh dấu xác nhận: bản giấy không chứa bí mật nhà nước."


def show_scan_form(request: Request, session: Session, programme: str, period: str, form: str, unit: str) -> Answer:
    """The first step: attach the scan."""
    desk = open_desk(request, session, programme, period)
    own, sender, address = desk.find_duty(form, unit)
    here = _path(desk, form, unit)
    post = presign_import(f"{SCANS}{secrets.token_hex(16)}", redirect=f"{request.base}/pv05/{here}/so-lieu")
    obstacle = find_obstacle(address, desk.programme, obligations.find_state(address), at=request.now)
    return desk.show("paper_scan.html", menu="ky", form=own, unit=sender, post=post, obstacle=obstacle, here=here)


def show_figures_form(request: Request, session: Session, programme: str, period: str, form: str, unit: str) -> Answer:
    """The second step: type the figures in. `tu` names an earlier entry, which is corrected instead of typed again."""
    desk = open_desk(request, session, programme, period)
    own, sender, address = desk.find_duty(form, unit)
    earlier = request.query.get("tu", "")
    if earlier:
        paper = _find_paper(address, earlier)
        stored = uploads.read_upload(upload_key(address, earlier))
        return _show_figures(desk, own, sender, paper.scan_key, read_back(stored.data))
    return _show_figures(desk, own, sender, _read_scan(request.query.get("key", "")), Contents())


def _show_figures(desk: Desk, form: Form, unit: Unit, scan: str, typed: Contents, *, problem: str = "") -> Answer:
    more = count_rows(desk.request.form)
    return desk.show(
        "paper_figures.html", menu="ky", status=400 if problem else 200, problem=problem, form=form, unit=unit,
        page=make_form(desk.programme, form, unit, desk.period, typed=typed, more=more), typed=typed, key=scan,
        Kind=Kind, here=_path(desk, form.code, unit.code), scan=uploads.presign_report(scan, file_name="ban-quet"),
    )  # fmt: skip


def take_figures(request: Request, session: Session, programme: str, period: str, form: str, unit: str) -> Answer:
    """Puts what was typed into the inbox as a workbook; or gives the page again, with more rows or what is wrong."""
    check_seal(request, session.secret)
    desk = open_desk(request, session, programme, period)
    own, sender, address = desk.find_duty(form, unit)
    scan, typed = _read_scan(request.form.get("key", "")), read_typed(request.form)
    if request.form.get("them"):
        return _show_figures(desk, own, sender, scan, typed)
    obstacle = find_obstacle(address, desk.programme, obligations.find_state(address), at=request.now)
    if obstacle or request.form.get("xac-nhan") != "co":
        problem = obstacle.message if obstacle else _UNCONFIRMED
        return _show_figures(desk, own, sender, scan, typed, problem=problem)
    data = fill_in(make_template(desk.programme, own, sender, desk.period), typed)
    file_name = f"Nhập từ bản giấy - {own.title} - {sender.full_name}.xlsx"
    _enter(desk, address, scan, data, file_name)
    return desk.go(f"ban-nop/{programme}/{period}/{form}/{unit}?xong=entered")


def _enter(desk: Desk, address: Address, scan: str, data: bytes, file_name: str) -> None:
    """Who entered it and from which scan are kept first, so that no workbook is there without them."""
    upload_id, now = secrets.token_hex(16), desk.request.now
    papers.put_paper(address, Paper(upload_id=upload_id, scan_key=scan, entered=now, actor=desk.session.actor))
    prepared.put_prepared(address, Prepared(upload_id=upload_id, prepared=now, file_name=file_name))
    details = {"period": address.period, "form": address.form, "unit": address.unit}
    desk.note("submission.entered", upload_id, details)
    papers.put_entered(address, upload_id, data, file_name)


def download_scan(
    request: Request, session: Session, programme: str, period: str, form: str, unit: str, upload: str
) -> Answer:
    """The scan behind an upload that was entered from paper."""
    desk = open_desk(request, session, programme, period)
    _, _, address = desk.find_duty(form, unit)
    paper = _find_paper(address, upload)
    desk.note("file.downloaded", upload, {"copy": "scan"})
    return redirect(uploads.presign_report(paper.scan_key, file_name=f"ban-quet-{unit}-{upload[:8]}"))


def _find_paper(address: Address, upload: str) -> Paper:
    """Raises PageUnknown for an upload that was not entered from paper for this very duty."""
    paper = papers.list_papers(address).get(upload)
    if paper is None:
        raise PageUnknown
    return paper


def _read_scan(key: str) -> str:
    if not _SCAN.fullmatch(key):
        raise PageUnknown
    return key


def _path(desk: Desk, form: str, unit: str) -> str:
    return f"nhap-giay/{desk.programme.code}/{desk.period.code}/{form}/{unit}"
