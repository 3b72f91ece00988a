"""Figures that came on paper: first the scan, then the figures beside it; intake checks them like any workbook."""

from __future__ import annotations

import re
import secrets

from chalicelib.domain.admission import find_obstacle
from chalicelib.domain.programme import Kind
from chalicelib.store import obligations, papers, prepared
from chalicelib.store.handouts import presign_import
from chalicelib.store.papers import SCANS, Paper
from chalicelib.store.prepared import Prepared
from chalicelib.store.uploads import presign_report
from chalicelib.web.answer import Answer, redirect
from chalicelib.web.desk import Desk, open_desk
from chalicelib.web.forms import check_seal
from chalicelib.web.problems import FormWrong, PageUnknown
from chalicelib.web.request import Request
from chalicelib.web.sessions import Session
from chalicelib.web.typed_form import fill_form

_SCAN = re.compile(re.escape(SCANS) + r"[0-9a-f]{32}")
_UPLOAD = re.compile(r"[0-9a-f]{32}")
_MOST_TYPED = 5000


def show_scan_form(request: Request, session: Session, programme: str, period: str, form: str, unit: str) -> Answer:
    """The first step: attach the scan."""
    desk = open_desk(request, session, programme, period)
    own, sender, address = desk.find_duty(form, unit)
    here = _path(desk, form, unit)
    post = presign_import(f"{SCANS}{secrets.token_hex(16)}", redirect=f"{request.base}/pv05/{here}/so-lieu")
    obstacle = find_obstacle(address, desk.programme, obligations.find_state(address), at=request.now)
    return desk.show("paper_scan.html", menu="ky", form=own, unit=sender, post=post, obstacle=obstacle, here=here)


def show_figures_form(request: Request, session: Session, programme: str, period: str, form: str, unit: str) -> Answer:
    """The second step: type the figures in."""
    desk = open_desk(request, session, programme, period)
    own, sender, _ = desk.find_duty(form, unit)
    key = _read_scan(request.query.get("key", ""))
    rows = {row.code: row for row in desk.programme.rows(own, sender, desk.period) if not row.computed}
    sections = [
        (section.title, [rows[code] for code in section.indicators if code in rows]) for section in own.sections
    ]
    return desk.show(
        "paper_figures.html", menu="ky", form=own, unit=sender, key=key, Kind=Kind, here=_path(desk, form, unit),
        sections=[(title, lines) for title, lines in sections if lines],
        scan=presign_report(key, file_name="ban-quet"),
    )  # fmt: skip


def take_figures(request: Request, session: Session, programme: str, period: str, form: str, unit: str) -> Answer:
    """Makes the workbook and puts it into the inbox. The actor and the scan are kept beside it."""
    check_seal(request, session.secret)
    desk = open_desk(request, session, programme, period)
    own, sender, address = desk.find_duty(form, unit)
    scan = _read_scan(request.form.get("key", ""))
    obstacle = find_obstacle(address, desk.programme, obligations.find_state(address), at=request.now)
    if obstacle:
        raise FormWrong(obstacle.message)
    if request.form.get("xac-nhan") != "co":
        raise FormWrong("Xin đánh dấu xác nhận: bản giấy không chứa bí mật nhà nước.")
    typed = {
        name.removeprefix("o-"): text.strip()[:_MOST_TYPED] for name, text in request.form.items() if name[:2] == "o-"
    }
    data = fill_form(desk.programme, own, sender, desk.period, typed)
    upload_id, file_name = secrets.token_hex(16), f"Nhập từ bản giấy - {own.title} - {sender.full_name}.xlsx"
    papers.put_paper(address, Paper(upload_id=upload_id, scan_key=scan, entered=request.now, actor=session.actor))
    prepared.put_prepared(address, Prepared(upload_id=upload_id, prepared=request.now, file_name=file_name))
    desk.note("submission.entered", upload_id, {"period": period, "form": form, "unit": unit})
    papers.put_entered(address, upload_id, data, file_name)
    return desk.go(f"ban-nop/{programme}/{period}/{form}/{unit}?xong=entered")


def download_scan(
    request: Request, session: Session, programme: str, period: str, form: str, unit: str, upload: str
) -> Answer:
    """The scan behind an upload that was entered from paper."""
    desk = open_desk(request, session, programme, period)
    _, _, address = desk.find_duty(form, unit)
    paper = papers.list_papers(address).get(upload)
    if paper is None or not _UPLOAD.fullmatch(upload):
        raise PageUnknown
    desk.note("file.downloaded", upload, {"copy": "scan"})
    return redirect(presign_report(paper.scan_key, file_name=f"ban-quet-{unit}-{upload[:8]}"))


def _read_scan(key: str) -> str:
    if not _SCAN.fullmatch(key):
        raise PageUnknown
    return key


def _path(desk: Desk, form: str, unit: str) -> str:
    return f"nhap-giay/{desk.programme.code}/{desk.period.code}/{form}/{unit}"
