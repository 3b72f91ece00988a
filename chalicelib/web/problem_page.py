"""The page of a problem: what happened, and whom to call."""

from __future__ import annotations

from chalicelib.store import programmes
from chalicelib.store.errors import StorageError
from chalicelib.web.console.sessions import ID, REFRESH, make_target_cookie
from chalicelib.web.problems import LinkUnknown, PageProblem, SignInNeeded
from chalicelib.web.rendering import render
from chalicelib.web.request import Request
from chalicelib.web.response import Response, redirect


def show_problem(request: Request, problem: PageProblem) -> Response:
    """The same page for all problems."""
    if isinstance(problem, SignInNeeded):
        return _send_to_sign_in(request)
    is_console = request.path.startswith("/pv05")
    contacts = _find_contacts() if isinstance(problem, LinkUnknown) else ()
    return render(
        request, "problem.html", status=problem.status, problem=problem, contacts=contacts,
        asks_for_link=isinstance(problem, LinkUnknown), is_console=is_console, home=_find_home(request, problem),
    )  # fmt: skip


def _send_to_sign_in(request: Request) -> Response:
    """Redirects to the sign-in page and afterwards back. A user whose session ended is told so."""
    ended = ID in request.cookies or REFRESH in request.cookies
    answer = redirect(f"{request.root}pv05/dang-nhap{'?het-phien=1' if ended else ''}")
    return answer.with_cookies(make_target_cookie(request.path)) if request.method == "GET" else answer


def _find_home(request: Request, problem: PageProblem) -> str:
    """The address to start again from: the console, or the link's page; "" for a link that is not valid."""
    parts = request.path.split("/")
    if parts[1] == "pv05":
        return f"{request.root}pv05"
    is_link = parts[1] == "nop" and len(parts) > 3 and not isinstance(problem, LinkUnknown)
    return f"{request.root}nop/{parts[2]}" if is_link else ""


def _find_contacts() -> tuple[tuple[str, str], ...]:
    """The contact of each programme's office; none if storage does not answer either."""
    try:
        loaded = [programmes.load_in_force(code) for code in programmes.list_programmes()]
    except StorageError:
        return ()
    return tuple(dict.fromkeys((programme.office.name, programme.office.helpdesk) for programme in loaded))
