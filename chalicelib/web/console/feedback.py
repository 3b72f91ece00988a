"""What units are told about a reported period: the office's remark to each, and which of them have looked at it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple
from urllib.parse import urlencode

from chalicelib.domain.language.spelling import is_found
from chalicelib.domain.programme.model import Unit
from chalicelib.domain.submission.feedback import Feedback
from chalicelib.domain.submission.records import Edition
from chalicelib.office.feedback import prepare_remark
from chalicelib.office.links import find_units
from chalicelib.store import editions
from chalicelib.store.feedback import list_feedback
from chalicelib.web.console.changing import ChangePage, is_confirmed, show_loss_or_make
from chalicelib.web.console.desk import Desk, open_desk
from chalicelib.web.console.sessions import Session
from chalicelib.web.forms import check_seal, parse_number, read_text
from chalicelib.web.paging import cut_page
from chalicelib.web.problems import FormWrong
from chalicelib.web.request import Request
from chalicelib.web.response import Response

MOST_LETTERS = 2000
FILTERS = {"": "Tất cả", "chua-xem": "Chưa xem", "co-nhan-xet": "Có nhận xét"}


class ToldUnit(NamedTuple):
    """One unit, what it was told, whether anything of it is in the edition, and when it looked there."""

    unit: Unit
    feedback: Feedback
    is_reported: bool
    opened: datetime | None


def show_feedback(request: Request, session: Session, programme: str, *, period: str) -> Response:
    """The units of the period, fifty to a page; the one that the address names with a form for its remark."""
    desk = open_desk(request, session, programme, period=period)
    wanted, words, own = (request.query.get(name, "") for name in ("loc", "tim", "don-vi"))
    if wanted not in FILTERS:
        raise FormWrong
    latest = editions.find_latest_edition(desk.programme.code, period=period)
    edition = latest if latest and latest.frozen else None
    rows = _list_told(desk, edition)
    chosen = [each for each in rows if _is_wanted(each, wanted, words=words)]
    return desk.show(
        "feedback.html", menu="lan-phat-hanh", edition=edition, page=cut_page(chosen, request.query.get("trang", "")),
        number=len(rows), opened=sum(1 for each in rows if each.opened), filters=FILTERS, wanted=wanted, words=words,
        query=urlencode({name: text for name, text in (("loc", wanted), ("tim", words)) if text}),
        own=next((each for each in rows if each.unit.code == own), None), most=MOST_LETTERS,
    )  # fmt: skip


def _list_told(desk: Desk, edition: Edition | None) -> list[ToldUnit]:
    known: Mapping[str, Feedback] = list_feedback(desk.programme.code, period=desk.period.code)
    reported = {each.unit for each in edition.inputs} if edition else set()
    owing = dict.fromkeys(each.unit for each in desk.programme.obligations(desk.period.code))
    units = [unit for code in owing if (unit := desk.programme.find_unit(code, desk.period))]
    found = ((unit, known.get(unit.code, Feedback(unit=unit.code))) for unit in units)
    return [
        ToldUnit(unit, told, unit.code in reported, told.find_opening(edition.number) if edition else None)
        for unit, told in found
    ]


def _is_wanted(told: ToldUnit, wanted: str, *, words: str) -> bool:
    if not is_found(words, told.unit.full_name, told.unit.code):
        return False
    if wanted == "chua-xem":
        return told.opened is None
    return wanted != "co-nhan-xet" or bool(told.feedback.remark)


def change_remark(request: Request, session: Session, programme: str, *, period: str) -> Response:
    """Keeps the remark to one unit; that it is taken back is shown first."""
    check_seal(request, session.secret)
    desk = open_desk(request, session, programme, period=period)
    (unit,) = find_units(desk.programme, [request.form.get("don-vi", "")])
    text = read_text(request, "nhan-xet", label="Nhận xét", most=MOST_LETTERS, needed=False).replace("\r\n", "\n")
    seen = parse_number(request.form.get("lan-doi", ""))
    if seen is None:
        raise FormWrong
    change = prepare_remark(desk.programme, desk.period, unit.code, text=text, seen=seen, stamp=desk.stamp)
    page = ChangePage(f"nhan-xet/{programme}/{period}", menu="lan-phat-hanh", done="saved", button="Xóa nhận xét")
    return show_loss_or_make(desk, change, page, confirmed=is_confirmed(desk))
