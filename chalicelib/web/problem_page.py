"""The page of a problem: what happened, and whom to call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from chalicelib.store import programmes
from chalicelib.store.errors import StorageError
from chalicelib.web.console.sessions import ID, REFRESH, make_target_cookie
from chalicelib.web.forms import FIELD
from chalicelib.web.problems import LinkUnknown, PageProblem, SignInNeeded
from chalicelib.web.rendering import render
from chalicelib.web.request import Request
from chalicelib.web.response import Response, redirect


def show_problem(request: Request, problem: PageProblem) -> Response:
    """The same page for all problems."""
    if isinstance(problem, SignInNeeded):
        return _send_to_sign_in(request, problem)
    return _render(request, problem, status=problem.status)


def _render(
    request: Request, problem: PageProblem, *, status: int, typed: Sequence[str] = (),
    kept: Mapping[str, str] | None = None,
) -> Response:  # fmt: skip
    is_console = request.path.startswith("/pv05")
    contacts = () if is_console else find_contacts()
    return render(
        request, "problem.html", status=status, problem=problem, contacts=contacts, typed=typed, kept=kept or {},
        here=f"{request.root}{request.path[1:]}",
        asks_for_link=isinstance(problem, LinkUnknown), is_console=is_console, home=_find_home(request, problem),
    )  # fmt: skip


def _send_to_sign_in(request: Request, problem: SignInNeeded) -> Response:
    """Redirects to the sign-in page and afterwards back. A user whose session ended is told so.

    Words that came too late are shown again: nobody types them twice.
    """
    target = make_target_cookie(problem.page)
    if problem.page and (kept := _find_kept(request)):
        return _render(request, problem, status=401, kept=kept).with_cookies(target)
    if problem.page and (typed := _find_typed(request)):
        return _render(request, problem, status=401, typed=typed).with_cookies(target)
    ended = ID in request.cookies or REFRESH in request.cookies
    return redirect(f"{request.root}pv05/dang-nhap{'?het-phien=1' if ended else ''}").with_cookies(target)


KEEP = "giu-lai"
"""The field of a form whose page shows everything again that was typed, when it is sent after signing in anew."""


def _find_kept(request: Request) -> dict[str, str]:
    """All fields of such a form but its seal, which was of the session that ended."""
    if request.method != "POST" or request.headers.get("sec-fetch-site") != "same-origin":
        return {}
    try:
        fields = dict(request.form)
    except PageProblem:
        return {}
    return {name: text for name, text in fields.items() if name != FIELD} if KEEP in fields else {}


def _find_typed(request: Request) -> list[str]:
    """Fields of more than one word, typed on a page of ours: another site can show nothing of its own here."""
    if request.method != "POST" or request.headers.get("sec-fetch-site") != "same-origin":
        return []
    try:
        return [text for text in request.form.values() if len(text.split()) > 1]
    except PageProblem:
        return []


def _find_home(request: Request, problem: PageProblem) -> str:
    """The address to start again from: the console, or the link's page; "" for a link that is not valid."""
    parts = request.path.split("/")
    if parts[1] == "pv05":
        return f"{request.root}pv05"
    is_link = parts[1] == "nop" and len(parts) > 3 and not isinstance(problem, LinkUnknown)
    return f"{request.root}nop/{parts[2]}" if is_link else ""


def find_contacts() -> tuple[tuple[str, str], ...]:
    """The contact of each programme's office; none if storage does not answer either."""
    try:
        loaded = [programmes.load_in_force(code) for code in programmes.list_programmes()]
    except StorageError:
        return ()
    return tuple(dict.fromkeys((programme.office.name, programme.office.helpdesk) for programme in loaded))
