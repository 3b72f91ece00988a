"""Reminders: who is missing, a list for the telephone, letters by e-mail with their schedule, and their texts."""

from __future__ import annotations

from chalicelib.domain.audit import Action
from chalicelib.domain.period.reminders import (
    PLACES,
    Letter,
    Moment,
    Sent,
    choose_letters,
    find_moment,
    find_unknown_places,
    render_letter,
    schedule_moments,
)
from chalicelib.domain.programme.model import Period
from chalicelib.external import mail
from chalicelib.office.reminders import find_letters, find_missing, send_round
from chalicelib.store import reminders
from chalicelib.web.answer import Answer
from chalicelib.web.console.desk import open_desk
from chalicelib.web.console.sessions import Session
from chalicelib.web.forms import check_seal, read_text
from chalicelib.web.problems import FormWrong
from chalicelib.web.request import Request

NAMES = {
    Moment.OPENING: "Mở kỳ", Moment.MIDWAY: "Giữa kỳ", Moment.EVE: "Trước hạn một ngày", Moment.OVERDUE: "Quá hạn",
}  # fmt: skip


_NAMED = ", ".join(f"{{{name}}}" for name in PLACES)


def show_reminders(request: Request, session: Session, programme: str, period: str) -> Answer:
    """Those who are missing, with whom to call; which letters go when; what they say."""
    desk = open_desk(request, session, programme, period)
    sent = reminders.list_sent(desk.programme.code, desk.period.code)
    missing = find_missing(desk.programme, desk.period, sent)
    moment = find_moment(desk.period, request.now)
    letters = find_letters(programme)
    samples = {
        key: render_letter(letter, desk.programme, desk.period, missing[0])
        for key, letter in letters.items()
        if missing
    }
    return desk.show(
        "reminders.html", menu="nhac", missing=missing, moment=moment, names=NAMES,
        ready=sum(1 for each in missing if each.mail and moment and not each.was_reminded(moment)),
        without_mail=sum(1 for each in missing if not each.mail), schedule=_list_schedule(desk.period, sent),
        has_sender=bool(mail.find_sender()), letters=letters, samples=samples, places=PLACES,
        outcome={name: request.query.get(name, "") for name in ("gui", "hong", "con")},
    )  # fmt: skip


def _list_schedule(period: Period, sent: list[Sent]) -> list[tuple[Moment, object, int]]:
    """Each moment with its time and how many letters have gone at it."""
    gone = [each.moment for each in sent if not each.refused]
    return [(moment, start, gone.count(moment)) for moment, start in schedule_moments(period).items()]


def send_reminders(request: Request, session: Session, programme: str, period: str) -> Answer:
    """Writes to those who are missing now, once for this moment."""
    check_seal(request, session.secret)
    desk = open_desk(request, session, programme, period)
    moment = find_moment(desk.period, request.now)
    if moment is None or not mail.find_sender():
        raise FormWrong("Lúc này chưa gửi được thư nhắc: kỳ chưa mở hoặc đã khóa, hoặc chưa khai báo địa chỉ gửi thư.")
    result = send_round(desk.programme, desk.period, moment, now=request.now, actor=session.actor)
    return desk.go(f"nhac/{programme}/{period}?gui={result.sent}&hong={result.failed}&con={result.left}")


def change_letter(request: Request, session: Session, programme: str, period: str) -> Answer:
    """Keeps the text of one moment."""
    check_seal(request, session.secret)
    desk = open_desk(request, session, programme, period)
    moment = request.form.get("luc", "")
    if moment not in list(Moment):
        raise FormWrong
    if request.form.get("viec") == "mau-goc":
        shipped = choose_letters({})[Moment(moment)]
        reminders.put_letter(programme, shipped, desk.make_line(Action.TEXTS_CHANGED, moment))
        return desk.go(f"nhac/{programme}/{period}?xong=saved")
    letter = Letter(
        moment=moment,
        subject=read_text(request, "tieu-de", label="Tiêu đề", most=200),
        body=read_text(request, "noi-dung", label="Nội dung", most=4000).replace("\r\n", "\n"),
    )
    if unknown := find_unknown_places(f"{letter.subject}\n{letter.body}"):
        raise FormWrong(f"Chỗ thay thế không dùng được: {', '.join(unknown)}. Chỉ dùng {_NAMED}.")
    reminders.put_letter(programme, letter, desk.make_line(Action.TEXTS_CHANGED, moment))
    return desk.go(f"nhac/{programme}/{period}?xong=saved")
