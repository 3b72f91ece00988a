"""The forms beside a submission: return, approve, withdraw, restore; an exception, or its end; a note for the office's
own people."""

from __future__ import annotations

from urllib.parse import urlencode

from chalicelib.domain.period.worklist import find_next
from chalicelib.office import notes, review
from chalicelib.office.notes import LONGEST
from chalicelib.office.review import Subject
from chalicelib.web.console.desk import Desk, open_desk
from chalicelib.web.console.sessions import Session
from chalicelib.web.console.worklist import go_to_list, open_worklist, read_list
from chalicelib.web.forms import check_seal, parse_number, read_moment, read_text
from chalicelib.web.problems import FormWrong, Stale
from chalicelib.web.request import Request
from chalicelib.web.response import Response


def decide_review(request: Request, session: Session, programme: str, *, period: str, form: str, unit: str) -> Response:
    """Return, approve, withdraw or restore."""
    check_seal(request, session.secret)
    desk = open_desk(request, session, programme, period=period)
    case, said = _read_case(desk, form, unit=unit), request.form.get("y-kien", "")
    verb = request.form.get("viec", "")
    if verb == "tra-lai":
        review.return_submission(case, said, stamp=desk.stamp)
    elif verb == "rut":
        review.withdraw_submission(case, said, stamp=desk.stamp)
    elif verb == "duyet":
        review.approve_submission(case, stamp=desk.stamp)
    elif verb == "duyet-tiep":
        return _approve_and_go_on(desk, case)
    elif verb == "khoi-phuc":
        review.restore_submission(case, stamp=desk.stamp)
    else:
        raise FormWrong
    done = {"tra-lai": "returned", "rut": "withdrawn", "duyet": "approved", "khoi-phuc": "restored"}
    return _go_back(desk, case, done[verb])


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
    """Grant an exception, or end it."""
    check_seal(request, session.secret)
    desk = open_desk(request, session, programme, period=period)
    case = _read_case(desk, form, unit=unit)
    if request.form.get("viec") == "thoi":
        review.end_exception(case, stamp=desk.stamp)
        return _go_back(desk, case, "ended")
    until = read_moment(request, "den-luc", label="Gia hạn đến")
    review.grant_exception(case, until, request.form.get("ly-do", ""), stamp=desk.stamp)
    return _go_back(desk, case, "granted")


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


def _go_back(desk: Desk, case: Subject, done: str) -> Response:
    address = case.address
    origin = desk.request.form.get("loc", "")
    said = urlencode(({"loc": origin} if origin else {}) | {"xong": done})
    return desk.go(f"ban-nop/{desk.part}/{address.period}/{address.form}/{address.unit}?{said}")
