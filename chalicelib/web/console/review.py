"""The forms beside a submission: return, approve, withdraw, restore; an exception, or its end; a note for the office's
own people."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from urllib.parse import urlencode

from chalicelib.domain.period.worklist import find_next
from chalicelib.office import notes, review
from chalicelib.office.notes import LONGEST
from chalicelib.office.review import Subject, Verb
from chalicelib.web.console.changing import ChangePage, is_confirmed, show_loss_or_make, show_or_make
from chalicelib.web.console.desk import Desk, open_desk
from chalicelib.web.console.sessions import Session
from chalicelib.web.console.worklist import go_to_list, open_worklist, read_list
from chalicelib.web.forms import check_seal, parse_number, read_moment, read_text
from chalicelib.web.problems import FormWrong, Stale
from chalicelib.web.request import Request
from chalicelib.web.response import Response

_DECISIONS: Mapping[str, tuple[Callable[[str], Verb], str, str]] = {
    "tra-lai": (review.returning, "returned", "Trả lại để sửa"),
    "rut": (review.withdrawing, "withdrawn", "Rút khỏi tổng hợp"),
    "khoi-phuc": (lambda _: review.restoring(), "restored", "Đưa về “chờ xem xét”"),
}
"""What changes what counts: the decision with its words, what the page says of it then, and the button."""


def decide_review(request: Request, session: Session, programme: str, *, period: str, form: str, unit: str) -> Response:
    """Approve at once; return, withdraw or restore once it is confirmed what that does."""
    check_seal(request, session.secret)
    desk = open_desk(request, session, programme, period=period)
    case, verb = _read_case(desk, form, unit=unit), request.form.get("viec", "")
    if verb == "duyet":
        review.approve_submission(case, stamp=desk.stamp)
        return desk.go(_find_back(desk, case, done="approved"))
    if verb == "duyet-tiep":
        return _approve_and_go_on(desk, case)
    if verb not in _DECISIONS:
        raise FormWrong
    decide, done, button = _DECISIONS[verb]
    change = review.prepare_decision(case, decide(request.form.get("y-kien", "")), stamp=desk.stamp)
    return show_or_make(desk, change, _frame(desk, case, done=done, button=button), confirmed=is_confirmed(desk))


def _approve_and_go_on(desk: Desk, case: Subject) -> Response:
    """Approves, and shows the next report that waits in the list that the user came from; the list if there is none."""
    query = read_list(desk.request.form.get("loc", ""))
    following = find_next(open_worklist(desk, query).found, f"{case.address.form}/{case.address.unit}")
    review.approve_submission(case, stamp=desk.stamp)
    if following is None:
        return desk.go(f"ky/{desk.part}/{desk.period.code}{go_to_list(query, done='het')}")
    origin = urlencode({"loc": go_to_list(query).removeprefix("?"), "xong": "approved_before"})
    return desk.go(f"ban-nop/{desk.part}/{desk.period.code}/{following.key}?{origin}")


def decide_exception(
    request: Request, session: Session, programme: str, *, period: str, form: str, unit: str
) -> Response:
    """Grant an exception, or end it; what shortens the time of the unit is shown first."""
    check_seal(request, session.secret)
    desk = open_desk(request, session, programme, period=period)
    case, confirmed = _read_case(desk, form, unit=unit), is_confirmed(desk)
    if request.form.get("viec") == "thoi":
        change = review.prepare_decision(case, review.ENDING, stamp=desk.stamp)
        return show_or_make(desk, change, _frame(desk, case, done="ended", button="Hủy gia hạn"), confirmed=confirmed)
    until = read_moment(request, "den-luc", label="Gia hạn đến")
    granting = review.granting(until, request.form.get("ly-do", ""), now=desk.stamp.at)
    change = review.prepare_decision(case, granting, stamp=desk.stamp)
    return show_loss_or_make(desk, change, _frame(desk, case, done="granted", button="Gia hạn"), confirmed=confirmed)


def write_note(request: Request, session: Session, programme: str, *, period: str, form: str, unit: str) -> Response:
    """Keeps a note for the office's own people."""
    check_seal(request, session.secret)
    desk = open_desk(request, session, programme, period=period)
    address = desk.make_address(form, unit=unit)
    text = read_text(request, "ghi-chu", label="Ghi chú", most=LONGEST)
    notes.write_note(desk.programme, address, text, stamp=desk.stamp)
    return desk.go(f"ban-nop/{desk.part}/{period}/{form}/{unit}?xong=noted#ghi-chu")


def _read_case(desk: Desk, form: str, *, unit: str) -> Subject:
    """The obligation of the form. A field holds the `change` of the state that the page showed."""
    seen = parse_number(desk.request.form.get("lan-doi", ""))
    if seen is None:
        raise Stale
    return Subject(desk.programme, desk.make_address(form, unit=unit), seen)


def _frame(desk: Desk, case: Subject, *, done: str, button: str) -> ChangePage:
    return ChangePage(_find_back(desk, case), menu="ky", done=done, button=button)


def _find_back(desk: Desk, case: Subject, *, done: str = "") -> str:
    """The page of the submission, with the list that the user came from."""
    address = case.address
    asked = {"loc": desk.request.form.get("loc", ""), "xong": done}
    query = urlencode({name: text for name, text in asked.items() if text})
    place = f"ban-nop/{desk.part}/{address.period}/{address.form}/{address.unit}"
    return f"{place}?{query}" if query else place
