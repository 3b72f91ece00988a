"""Small corrections of the programme: a label, a rule's severity, the recipients; each shown before it is made."""

from __future__ import annotations

from chalicelib.office.changes import ProgrammeChange, prepare_change
from chalicelib.office.corrections import SEVERITIES, change_recipients, change_severity, relabel
from chalicelib.web.console.changing import ChangePage, is_confirmed, show_or_make
from chalicelib.web.console.desk import Desk, open_desk
from chalicelib.web.console.programme import find_path
from chalicelib.web.console.sessions import Session
from chalicelib.web.forms import check_seal, read_text
from chalicelib.web.problems import FormWrong
from chalicelib.web.request import Request
from chalicelib.web.response import Response

_MENU = "chuong-trinh"


def show_corrections(request: Request, session: Session, programme: str) -> Response:
    """The forms of all small corrections."""
    desk = open_desk(request, session, programme)
    rules = [(form, rule) for form in desk.programme.forms for rule in form.rules]
    return desk.show("corrections.html", menu=_MENU, here=find_path(desk), rules=rules, severities=SEVERITIES)


def correct(request: Request, session: Session, programme: str) -> Response:
    """Shows what a correction would do, and makes it once that is confirmed."""
    check_seal(request, session.secret)
    desk = open_desk(request, session, programme)
    confirmed = is_confirmed(desk)
    change = prepare_change(desk.programme, _read_correction(desk), stamp=desk.stamp)
    return show_or_make(desk, change, ChangePage(f"{find_path(desk)}/sua", menu=_MENU), confirmed=confirmed)


def _read_correction(desk: Desk) -> ProgrammeChange:
    request = desk.request
    match request.form.get("viec", ""):
        case "ten":
            label = " ".join(read_text(request, "ten", label="Nội dung mới", most=500).split())
            return relabel(desk.programme, request.form.get("chi-tieu", ""), label=label)
        case "muc":
            form, _, rule = request.form.get("quy-tac", "").partition("/")
            severity = next((each for each in SEVERITIES if each.value == request.form.get("muc", "")), None)
            if severity is None:
                raise FormWrong
            return change_severity(desk.programme, form, rule=rule, severity=severity)
        case "noi-nhan":
            lines = read_text(request, "noi-nhan", label="Nơi nhận").splitlines()
            return change_recipients(desk.programme, [line.strip() for line in lines if line.strip()])
    raise FormWrong
