"""Letters: missing units, a list for telephone calls, reminders by e-mail with their schedule, outcomes, and texts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from chalicelib.domain.period.letter_texts import EXAMPLES, fill_places, list_places, render_letter, render_message
from chalicelib.domain.period.reminders import Missing, find_moment, schedule_moments
from chalicelib.domain.programme.model import Period, Programme
from chalicelib.domain.submission.letters import Letter, LetterText, Moment, OutcomeLetter, Progress, Reminder
from chalicelib.office import letters as post
from chalicelib.office import outcome_letters, texts
from chalicelib.office import reminders as office
from chalicelib.office.official_letters import LetterKind, make_letters
from chalicelib.store.letters import list_outcome_letters, list_reminders
from chalicelib.web.console.changing import ChangePage, is_confirmed, show_loss_or_make
from chalicelib.web.console.desk import Desk, open_desk
from chalicelib.web.console.sessions import Session
from chalicelib.web.forms import check_seal, parse_number, read_day, read_text
from chalicelib.web.paging import cut_page
from chalicelib.web.problems import FormWrong
from chalicelib.web.request import Request
from chalicelib.web.response import Response, redirect

NAMES = {
    Moment.OPENING: "Mở kỳ", Moment.MIDWAY: "Giữa kỳ", Moment.EVE: "Trước hạn một ngày", Moment.OVERDUE: "Quá hạn",
    Moment.RECEIVED: "Đã tiếp nhận", Moment.TO_MEND: "Cần sửa", Moment.NOT_TAKEN: "Không tiếp nhận",
}  # fmt: skip
UNCLEAR = "unclear"
PROGRESS: dict[str, str] = {
    Progress.SENT: "đã gửi", Progress.FAILED: "không gửi được", UNCLEAR: "không rõ đã gửi hay chưa",
    Progress.UNADDRESSED: "chưa có địa chỉ thư", Progress.CLAIMED: "đang gửi", Progress.DUE: "chưa gửi",
}  # fmt: skip
"""How far a letter has come; the unclear ones are claims that nobody knows the outcome of."""


def show_reminders(request: Request, session: Session, programme: str, *, period: str) -> Response:
    """The missing units with their contacts, the schedule of letters, and their texts."""
    return _show(open_desk(request, session, programme, period=period))


_MOST_CALLED = 100
"""Rows of the list for telephone calls on one page, which is printed."""


def _show(desk: Desk, *, reason: str = "") -> Response:
    """The page; `reason` says why a letter was not sent just now."""
    request, programme = desk.request, desk.programme.code
    sent = list_reminders(desk.programme.code, period=desk.period.code)
    answers = list_outcome_letters(desk.programme.code, period=desk.period.code)
    missing = office.find_missing(desk.programme, desk.period, sent)
    moment = find_moment(desk.period, request.now)
    own, page = texts.find_texts(programme), cut_page(missing, _read_page(request), most=_MOST_CALLED)
    outcomes = _count_by_unit(desk.programme, answers, request.now)
    return desk.show(
        "reminders.html", menu="nhac", missing=missing, page=page, messages=_write_messages(desk, page.rows),
        reason=reason, moment=moment, names=NAMES,
        ready=len(office.list_waiting(missing, moment)) if moment else 0,
        unclear=len(office.list_unclear(missing, moment, request.now)) if moment else 0,
        unreached=sum(1 for each in missing if not post.find_way(each.contact)),
        schedule=_list_schedule(desk.period, sent),
        can_send=post.can_send(), tell=lambda letter: PROGRESS[_find_progress(letter, request.now)],
        texts=own, samples=_make_samples(desk, own, missing), places=list_places, progress=PROGRESS,
        all_outcomes=sum((counts for _, counts in outcomes), Counter()),
        outcomes=cut_page(outcomes, request.query.get("trang-thu", "")),
        left=sum(each.is_left(request.now) for each in answers),
        outcome={name: request.query.get(name, "") for name in ("gui", "hong", "con")},
    )  # fmt: skip


def _read_page(request: Request) -> str:
    """The page of the list that is asked for, or from which a letter was sent."""
    return request.form.get("trang", "") or request.query.get("trang", "")


def _write_messages(desk: Desk, missing: Sequence[Missing]) -> dict[tuple[str, str], str]:
    """What is copied into Zalo or SMS, by unit and form."""
    is_late = desk.request.now >= desk.period.late_from
    return {
        (each.unit.code, each.form.code): render_message(
            desk.programme, desk.period, each.unit, form=each.form, is_late=is_late
        )
        for each in missing
    }


def _make_samples(desk: Desk, own: dict[Moment, LetterText], missing: list[Missing]) -> dict[Moment, tuple[str, str]]:
    """Each letter as the first missing unit would get it."""
    if not missing:
        return {}
    places = fill_places(desk.programme, desk.period, missing[0].unit, missing[0].form) | EXAMPLES
    return {moment: render_letter(text, places) for moment, text in own.items()}


def _list_schedule(period: Period, sent: list[Reminder]) -> list[tuple[Moment, object, int]]:
    """Each moment with its time and the number of letters sent."""
    gone = [each.moment for each in sent if each.progress is Progress.SENT]
    return [(moment, start, gone.count(moment)) for moment, start in schedule_moments(period).items()]


def _find_progress(letter: Letter, now: datetime) -> str:
    """The key of the letter's progress in `PROGRESS`."""
    return UNCLEAR if letter.is_unclear(now) else letter.progress


def _count_by_unit(programme: Programme, found: list[OutcomeLetter], now: datetime) -> list[tuple[str, Counter[str]]]:
    """The name of each unit with letters, and how many of them have come how far; in the roster's order."""
    counts: dict[str, Counter[str]] = {code: Counter() for code in programme.unit_by_code}
    for each in found:
        counts.setdefault(each.unit, Counter())[_find_progress(each, now)] += 1
    return [(programme.name_unit(code), counted) for code, counted in counts.items() if counted]


def send_reminders(request: Request, session: Session, programme: str, *, period: str) -> Response:
    """Sends the present moment's letters, or again those that may not have left, or the outcomes that did not leave."""
    check_seal(request, session.secret)
    desk = open_desk(request, session, programme, period=period)
    task = request.form.get("viec", "")
    if task == "gui-ngay":
        return _remind_one(desk)
    if task == "gui-ket-qua":
        result = outcome_letters.send_left(desk.programme, desk.period, stamp=desk.stamp)
    else:
        result = office.send_now(desk.programme, desk.period, stamp=desk.stamp, again=task == "gui-lai")
    return desk.go(f"nhac/{programme}/{period}?gui={result.sent}&hong={result.failed}&con={result.left}")


def _remind_one(desk: Desk) -> Response:
    """Sends one letter at once, or says why it was not sent."""
    unit, _, form = desk.request.form.get("bao-cao", "").partition("/")
    wanted = (unit, form)
    refused = office.remind_now(desk.programme, desk.period, [wanted], stamp=desk.stamp)
    if wanted in refused:
        desk.find_report(form, unit=unit)  # so that a name is shown of what there is, and nothing else
        return _show(desk, reason=f"{desk.programme.name_unit(unit)}: {refused[wanted]}")
    page = parse_number(_read_page(desk.request)) or 1
    return desk.go(f"nhac/{desk.programme.code}/{desk.period.code}?gui=1&hong=0&con=0&trang={page}")


LETTERS = {"don-doc": LetterKind.URGING, "tra-lai": LetterKind.RETURNING}


def write_letters(request: Request, session: Session, programme: str, *, period: str) -> Response:
    """The office's letters on paper as a Word document, to sign: one to all, or one to each unit."""
    desk = open_desk(request, session, programme, period=period)
    kind = LETTERS.get(request.query.get("loai", "don-doc"))
    if kind is None:
        raise FormWrong
    by = read_day(request.query.get("den", ""), label="Đề nghị gửi chậm nhất ngày")
    together = request.query.get("cach") != "rieng"
    return redirect(make_letters(desk.programme, desk.period, kind, together=together, by=by, stamp=desk.stamp))


def change_text(request: Request, session: Session, programme: str, *, period: str) -> Response:
    """Keeps the text of one moment, or restores the shipped one, once it is confirmed what is lost by that."""
    check_seal(request, session.secret)
    desk = open_desk(request, session, programme, period=period)
    moment = request.form.get("luc", "")
    if moment not in list(Moment):
        raise FormWrong
    if request.form.get("viec") == "mau-goc":
        change = texts.prepare_restoring(programme, Moment(moment), stamp=desk.stamp)
        page = ChangePage(f"nhac/{programme}/{period}", menu="nhac", done="saved", button="Dùng lời thư có sẵn")
        return show_loss_or_make(desk, change, page, confirmed=is_confirmed(desk))
    texts.change_text(programme, _read_text(request, moment), stamp=desk.stamp)
    return desk.go(f"nhac/{programme}/{period}?xong=saved")


def _read_text(request: Request, moment: str) -> LetterText:
    return LetterText(
        moment=moment,
        subject=read_text(request, "tieu-de", label="Tiêu đề", most=200),
        body=read_text(request, "noi-dung", label="Nội dung", most=4000).replace("\r\n", "\n"),
    )
