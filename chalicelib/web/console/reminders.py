"""Reminders: missing units, a list for telephone calls, letters by e-mail with their schedule, and their texts."""

from __future__ import annotations

from chalicelib.domain.period.reminders import (
    PLACES,
    Moment,
    Reminder,
    ReminderText,
    find_moment,
    render_letter,
    schedule_moments,
)
from chalicelib.domain.programme.model import Period
from chalicelib.office import reminders as office
from chalicelib.store.reminders import list_reminders
from chalicelib.web.console.desk import open_desk
from chalicelib.web.console.sessions import Session
from chalicelib.web.forms import check_seal, read_text
from chalicelib.web.problems import FormWrong
from chalicelib.web.request import Request
from chalicelib.web.response import Response

NAMES = {
    Moment.OPENING: "Mở kỳ", Moment.MIDWAY: "Giữa kỳ", Moment.EVE: "Trước hạn một ngày", Moment.OVERDUE: "Quá hạn",
}  # fmt: skip


def show_reminders(request: Request, session: Session, programme: str, *, period: str) -> Response:
    """The missing units with their contacts, the schedule of letters, and their texts."""
    desk = open_desk(request, session, programme, period=period)
    sent = list_reminders(desk.programme.code, period=desk.period.code)
    missing = office.find_missing(desk.programme, desk.period, sent)
    moment = find_moment(desk.period, request.now)
    texts = office.find_texts(programme)
    samples = {
        key: render_letter(text, desk.programme, desk.period, missing[0]) for key, text in texts.items() if missing
    }
    return desk.show(
        "reminders.html", menu="nhac", missing=missing, moment=moment, names=NAMES,
        ready=len(office.list_waiting(missing, moment)) if moment else 0,
        unreached=sum(1 for each in missing if not office.find_way(each.contact)),
        schedule=_list_schedule(desk.period, sent),
        can_send=office.can_send(), texts=texts, samples=samples, places=PLACES,
        outcome={name: request.query.get(name, "") for name in ("gui", "hong", "con")},
    )  # fmt: skip


def _list_schedule(period: Period, sent: list[Reminder]) -> list[tuple[Moment, object, int]]:
    """Each moment with its time and the number of letters sent."""
    gone = [each.moment for each in sent if not each.refused]
    return [(moment, start, gone.count(moment)) for moment, start in schedule_moments(period).items()]


def send_reminders(request: Request, session: Session, programme: str, *, period: str) -> Response:
    """Sends the present moment's letters to the units that are missing now."""
    check_seal(request, session.secret)
    desk = open_desk(request, session, programme, period=period)
    result = office.send_now(desk.programme, desk.period, stamp=desk.stamp)
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


def _read_text(request: Request, moment: str) -> ReminderText:
    return ReminderText(
        moment=moment,
        subject=read_text(request, "tieu-de", label="Tiêu đề", most=200),
        body=read_text(request, "noi-dung", label="Nội dung", most=4000).replace("\r\n", "\n"),
    )
