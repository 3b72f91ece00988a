"""Reminders: missing units, a list for telephone calls, letters by e-mail with their schedule, and their texts."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from chalicelib.domain.period.letters import PLACES, LetterText, fill_places, render_letter
from chalicelib.domain.period.reminders import find_moment, schedule_moments
from chalicelib.domain.programme.model import Period
from chalicelib.domain.submission.letters import Letter, Moment, Progress, Reminder
from chalicelib.office import letters as post
from chalicelib.office import reminders as office
from chalicelib.store.letters import list_reminders
from chalicelib.web.console.desk import open_desk
from chalicelib.web.console.sessions import Session
from chalicelib.web.forms import check_seal, read_text
from chalicelib.web.problems import FormWrong
from chalicelib.web.request import Request
from chalicelib.web.response import Response

NAMES = {
    Moment.OPENING: "Mở kỳ", Moment.MIDWAY: "Giữa kỳ", Moment.EVE: "Trước hạn một ngày", Moment.OVERDUE: "Quá hạn",
}  # fmt: skip
PROGRESS = {
    Progress.DUE: "chờ gửi", Progress.CLAIMED: "đang gửi", Progress.SENT: "đã gửi", Progress.FAILED: "không gửi được",
}  # fmt: skip


def show_reminders(request: Request, session: Session, programme: str, *, period: str) -> Response:
    """The missing units with their contacts, the schedule of letters, and their texts."""
    desk = open_desk(request, session, programme, period=period)
    sent = list_reminders(desk.programme.code, period=desk.period.code)
    missing = office.find_missing(desk.programme, desk.period, sent)
    moment = find_moment(desk.period, request.now)
    texts = office.find_texts(programme)
    samples = {
        key: render_letter(text, fill_places(desk.programme, desk.period, missing[0].unit, missing[0].form))
        for key, text in texts.items() if missing
    }  # fmt: skip
    return desk.show(
        "reminders.html", menu="nhac", missing=missing, moment=moment, names=NAMES,
        ready=len(office.list_waiting(missing, moment)) if moment else 0,
        unclear=len(office.list_unclear(missing, moment, request.now)) if moment else 0,
        unreached=sum(1 for each in missing if not post.find_way(each.contact)),
        schedule=_list_schedule(desk.period, sent),
        can_send=post.can_send(), tell=partial(_tell_progress, now=request.now),
        texts=texts, samples=samples, places=PLACES,
        outcome={name: request.query.get(name, "") for name in ("gui", "hong", "con")},
    )  # fmt: skip


def _list_schedule(period: Period, sent: list[Reminder]) -> list[tuple[Moment, object, int]]:
    """Each moment with its time and the number of letters sent."""
    gone = [each.moment for each in sent if each.progress is Progress.SENT]
    return [(moment, start, gone.count(moment)) for moment, start in schedule_moments(period).items()]


def _tell_progress(letter: Letter, now: datetime) -> str:
    """What is said of a letter that is not known to be sent."""
    if letter.is_unclear(now):
        return "không rõ đã gửi hay chưa"
    return PROGRESS[letter.progress]


def send_reminders(request: Request, session: Session, programme: str, *, period: str) -> Response:
    """Sends the present moment's letters to the units that are missing now, or those again that may not have left."""
    check_seal(request, session.secret)
    desk = open_desk(request, session, programme, period=period)
    again = request.form.get("viec") == "gui-lai"
    result = office.send_now(desk.programme, desk.period, stamp=desk.stamp, again=again)
    return desk.go(f"nhac/{programme}/{period}?gui={result.sent}&hong={result.failed}&con={result.left}")


def change_text(request: Request, session: Session, programme: str, *, period: str) -> Response:
    """Keeps the text of one moment, or restores the shipped one."""
    check_seal(request, session.secret)
    desk = open_desk(request, session, programme, period=period)
    moment = request.form.get("luc", "")
    if moment not in list(Moment):
        raise FormWrong
    if request.form.get("viec") == "mau-goc":
        office.restore_text(programme, Moment(moment), stamp=desk.stamp)
    else:
        office.change_text(programme, _read_text(request, moment), stamp=desk.stamp)
    return desk.go(f"nhac/{programme}/{period}?xong=saved")


def _read_text(request: Request, moment: str) -> LetterText:
    return LetterText(
        moment=moment,
        subject=read_text(request, "tieu-de", label="Tiêu đề", most=200),
        body=read_text(request, "noi-dung", label="Nội dung", most=4000).replace("\r\n", "\n"),
    )
