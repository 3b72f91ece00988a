"""The audit trail: a month of it, filtered, and exported."""

from __future__ import annotations

import re
from collections.abc import Iterable

from chalicelib.domain.clock import VIETNAM
from chalicelib.domain.submission import AuditLine
from chalicelib.domain.vietnamese import render_instant
from chalicelib.store.audit import query_month
from chalicelib.store.handouts import hand_out
from chalicelib.web.answer import Answer, redirect
from chalicelib.web.desk import Desk, open_desk
from chalicelib.web.problems import FormWrong
from chalicelib.web.rendering import describe
from chalicelib.web.request import Request
from chalicelib.web.sessions import Session
from chalicelib.web.sign_in import SYSTEM
from chalicelib.workbook.lists import XLSX, write_list

ACTIONS = {
    "link.created": "Lập đường dẫn", "link.revoked": "Thu hồi đường dẫn", "link.renewed": "Gia hạn đường dẫn",
    "upload.prepared": "Chuẩn bị gửi tệp", "upload.accepted": "Nhận bản nộp", "upload.rejected": "Bản nộp có lỗi",
    "upload.already_received": "Bản nộp trùng", "upload.purged": "Xóa tệp",
    "submission.justified": "Giải trình cảnh báo",
    "submission.returned": "Trả lại", "submission.withdrawn": "Rút", "submission.approved": "Duyệt",
    "submission.restored": "Đưa về đã nhận", "submission.entered": "Nhập từ bản giấy",
    "exception.granted": "Gia hạn cho đơn vị", "exception.ended": "Thôi gia hạn",
    "programme.imported": "Cập nhật chương trình", "edition.asked": "Yêu cầu phát hành",
    "edition.published": "Phát hành", "edition.downloaded": "Tải báo cáo tổng hợp", "file.downloaded": "Tải tệp",
    "console.signed_in": "Đăng nhập", "reminder.sent": "Gửi thư nhắc", "reminder.failed": "Thư nhắc không gửi được",
    "texts.changed": "Sửa lời nhắc", "contact.changed": "Sửa liên hệ của đơn vị", "audit.exported": "Xuất nhật ký",
}  # fmt: skip

_MOST_SHOWN = 500
_HEADINGS = ("Lúc (giờ Việt Nam)", "Ai", "Việc", "Về", "Chi tiết")


def show_audit(request: Request, session: Session, programme: str) -> Answer:
    """A month, the newest line first."""
    desk = open_desk(request, session, programme)
    month, lines = _find(desk)
    return desk.show(
        "audit.html", menu="nhat-ky", month=month, lines=lines[:_MOST_SHOWN], more=max(0, len(lines) - _MOST_SHOWN),
        actions=ACTIONS, wanted=_wanted(request), details=describe, query=_render_query(request, month),
    )  # fmt: skip


def export_audit(request: Request, session: Session, programme: str) -> Answer:
    """The same lines as a workbook, all of them."""
    desk = open_desk(request, session, programme)
    month, lines = _find(desk)
    desk.note("audit.exported", month, {"lines": str(len(lines))})
    rows = (
        (
            render_instant(line.at),
            line.actor,
            ACTIONS.get(line.action, line.action),
            line.subject,
            describe(line.details),
        )
        for line in lines
    )
    data = write_list("Nhật ký", _HEADINGS, rows)
    return redirect(hand_out(data, file_name=f"nhat-ky-{programme}-{month}.xlsx", content_type=XLSX))


def _find(desk: Desk) -> tuple[str, list[AuditLine]]:
    """Lines of the programme, and sign-ins, which belong to none."""
    month = desk.request.query.get("thang") or f"{desk.request.now.astimezone(VIETNAM):%Y-%m}"
    if not re.fullmatch(r"\d{4}-\d{2}", month):
        raise FormWrong("Tháng phải có dạng 2026-05.")
    lines = [*query_month(desk.programme.code, month), *query_month(SYSTEM, month)]
    chosen = _filter(lines, **_wanted(desk.request))
    return month, sorted(chosen, key=lambda line: line.at, reverse=True)


def _wanted(request: Request) -> dict[str, str]:
    return {name: request.query.get(name, "").strip() for name in ("ai", "viec", "ve")}


def _filter(lines: Iterable[AuditLine], *, ai: str, viec: str, ve: str) -> list[AuditLine]:
    """By who, by exact action, and by any part of the subject or the details."""
    return [
        line
        for line in lines
        if ai.casefold() in line.actor.casefold()
        and viec in ("", line.action)
        and ve.casefold() in f"{line.subject} {describe(line.details)}".casefold()
    ]


def _render_query(request: Request, month: str) -> str:
    from urllib.parse import urlencode

    return urlencode({"thang": month, **_wanted(request)})
