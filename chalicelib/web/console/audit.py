"""The audit trail: one month, filtered and exported."""

from __future__ import annotations

import re
from urllib.parse import urlencode

from chalicelib.domain.audit import SYSTEM, Action, AuditLine
from chalicelib.domain.clock import VIETNAM
from chalicelib.office.downloads import export_audit as export_lines
from chalicelib.store.audit import query_month
from chalicelib.web.console.audit_words import ACTIONS, LineInWords, fold_openings, put_into_words, put_short
from chalicelib.web.console.desk import Desk, open_desk
from chalicelib.web.console.sessions import Session
from chalicelib.web.problems import FormWrong
from chalicelib.web.request import Request
from chalicelib.web.response import Response, redirect

_MOST_SHOWN = 500
_HEADINGS = ("Lúc (giờ Việt Nam)", "Người thực hiện", "Việc", "Đối tượng", "Chi tiết")


def show_audit(request: Request, session: Session, programme: str) -> Response:
    """The lines of a month, newest first; openings are folded unless they are asked for."""
    desk = open_desk(request, session, programme)
    month, found = _find(desk)
    is_single = _wanted(request)["viec"] == Action.LINK_OPENED
    lines = [(line, 1) for line, _ in found] if is_single else fold_openings(line for line, _ in found)
    told = [put_short(line, desk.programme, times=times) for line, times in lines[:_MOST_SHOWN]]
    return desk.show(
        "audit.html", menu="nhat-ky", month=month, lines=told,
        more=max(0, len(lines) - _MOST_SHOWN), actions=ACTIONS, wanted=_wanted(request),
        query=urlencode({"thang": month, **_wanted(request)}),
    )  # fmt: skip


def export_audit(request: Request, session: Session, programme: str) -> Response:
    """All these lines as a workbook, with full hashes."""
    desk = open_desk(request, session, programme)
    month, found = _find(desk)
    lines = [told for _, told in found]
    return redirect(export_lines(programme, month=month, headings=_HEADINGS, lines=lines, stamp=desk.stamp))


def _find(desk: Desk) -> tuple[str, list[tuple[AuditLine, LineInWords]]]:
    """Lines of the programme, and sign-ins, which belong to none; filtered by exact action and parts of the rest."""
    month = desk.request.query.get("thang") or f"{desk.request.now.astimezone(VIETNAM):%Y-%m}"
    if not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", month):
        raise FormWrong("Tháng phải ghi theo dạng năm-tháng, ví dụ 2026-05.")
    wanted = _wanted(desk.request)
    lines = [*query_month(desk.programme.code, month=month), *query_month(SYSTEM, month=month)]
    chosen = [line for line in lines if wanted["viec"] in ("", line.action)]
    newest = sorted(chosen, key=lambda line: line.at, reverse=True)
    told = [(line, put_into_words(line, desk.programme)) for line in newest]
    return month, [each for each in told if _is_wanted(each[1], wanted)]


def _is_wanted(line: LineInWords, wanted: dict[str, str]) -> bool:
    who, what = wanted["ai"].casefold(), wanted["ve"].casefold()
    return who in line.actor.casefold() and what in f"{line.subject} {line.details}".casefold()


def _wanted(request: Request) -> dict[str, str]:
    return {name: request.query.get(name, "").strip() for name in ("ai", "viec", "ve")}
