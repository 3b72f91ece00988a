"""Reminders: who is missing, a list for the telephone, letters by e-mail, and their texts."""

from __future__ import annotations

from chalicelib.store import mail, reminders
from chalicelib.store.reminders import Letter
from chalicelib.web.answer import Answer
from chalicelib.web.desk import open_desk
from chalicelib.web.forms import check_seal, read_text
from chalicelib.web.problems import FormWrong
from chalicelib.web.reminders import NAMES, PLACES, Moment, find_letters, find_missing, find_moment, send_round
from chalicelib.web.request import Request
from chalicelib.web.sessions import Session


def show_reminders(request: Request, session: Session, programme: str, period: str) -> Answer:
    """Those who are missing, with whom to call."""
    desk = open_desk(request, session, programme, period)
    missing = find_missing(desk.programme, desk.period)
    moment = find_moment(desk.period, request.now)
    ready = [
        each for each in missing if each.contact and each.contact.mail and moment and not each.was_reminded(moment)
    ]
    return desk.show(
        "reminders.html", menu="nhac", missing=missing, moment=moment, names=NAMES, ready=len(ready),
        has_sender=bool(mail.find_sender()), letters=find_letters(programme), places=PLACES,
        outcome={name: request.query.get(name, "") for name in ("gui", "hong", "con")},
    )  # fmt: skip


def send_reminders(request: Request, session: Session, programme: str, period: str) -> Answer:
    """Writes to those who are missing now, once for this moment."""
    check_seal(request, session.secret)
    desk = open_desk(request, session, programme, period)
    moment = find_moment(desk.period, request.now)
    if moment is None or not mail.find_sender():
        raise FormWrong("Lúc này không gửi thư nhắc được: kỳ chưa mở hoặc đã khóa, hoặc chưa cài địa chỉ gửi.")
    result = send_round(desk.programme, desk.period, moment, now=request.now, actor=session.actor)
    return desk.go(f"nhac/{programme}/{period}?gui={result.sent}&hong={result.failed}&con={result.left}")


def change_letter(request: Request, session: Session, programme: str, period: str) -> Answer:
    """Keeps the text of one moment."""
    check_seal(request, session.secret)
    desk = open_desk(request, session, programme, period)
    moment = request.form.get("luc", "")
    if moment not in list(Moment):
        raise FormWrong
    letter = Letter(
        moment=moment,
        subject=read_text(request, "tieu-de", label="Tiêu đề", most=200),
        body=read_text(request, "noi-dung", label="Nội dung", most=4000).replace("\r\n", "\n"),
    )
    reminders.put_letter(programme, letter)
    desk.note("texts.changed", moment)
    return desk.go(f"nhac/{programme}/{period}?xong=saved")
