"""One's own account: who one is here, and one's own password."""

from __future__ import annotations

from chalicelib.external import identity
from chalicelib.office.roles import describe_role
from chalicelib.office.sign_in import count_attempt, forgive_attempt
from chalicelib.office.users import note_password_changed
from chalicelib.web.console.desk import Desk, open_desk
from chalicelib.web.console.sessions import REFRESH, Session, end_cookies
from chalicelib.web.console.sign_in import explain, find_mistake
from chalicelib.web.forms import check_seal
from chalicelib.web.problem_page import find_contacts
from chalicelib.web.problems import SignInNeeded, TooMany
from chalicelib.web.request import Request
from chalicelib.web.response import Response, redirect

_WRONG = "NotAuthorizedException"


def show_account(request: Request, session: Session, programme: str) -> Response:
    return _show(open_desk(request, session, programme))


def _show(desk: Desk, problem: str = "") -> Response:
    return desk.show(
        "account.html", status=400 if problem else 200, problem=problem, duties=describe_role(desk.session.role),
        contacts=find_contacts(),
    )  # fmt: skip


def change_password(request: Request, session: Session, programme: str) -> Response:
    """Changes the password, which takes the present one, and ends all sessions: those of whoever knew it too."""
    check_seal(request, session.secret)
    desk = open_desk(request, session, programme)
    before, new, again = (request.form.get(name, "") for name in ("mat-khau", "mat-khau-moi", "nhap-lai"))
    if mistake := find_mistake(new, again=again):
        return _show(desk, mistake)
    if not count_attempt(session.username, address=request.address, now=request.now):
        raise TooMany
    try:
        identity.change_password(_read_refresh(request), before=before, after=new)
    except identity.SignInRefused as refused:
        return _show(desk, "Mật khẩu hiện nay không đúng." if refused.code == _WRONG else explain(refused.code))
    forgive_attempt(session.username, address=request.address, now=request.now)
    note_password_changed(session.username, stamp=desk.stamp)
    return redirect(f"{request.root}pv05/dang-nhap?xong=1").with_cookies(*end_cookies())


def _read_refresh(request: Request) -> str:
    """Raises SignInNeeded where the browser does not hold it any more."""
    if token := request.cookies.get(REFRESH, ""):
        return token
    raise SignInNeeded(request.path)
