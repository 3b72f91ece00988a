"""The page that tells a problem: what is the case, and whom to ask."""

from __future__ import annotations

from chalicelib.store import programmes
from chalicelib.store.errors import StorageError
from chalicelib.web.answer import Answer, redirect
from chalicelib.web.problems import LinkUnknown, Problem, SignInNeeded
from chalicelib.web.rendering import render
from chalicelib.web.request import Request


def show_problem(request: Request, problem: Problem) -> Answer:
    """One shape for all problems."""
    if isinstance(problem, SignInNeeded):
        return redirect(f"{request.root}pv05/dang-nhap")
    contacts = _find_contacts() if isinstance(problem, LinkUnknown) else ()
    return render(
        request, "problem.html", status=problem.status, problem=problem, contacts=contacts,
        asks_for_link=isinstance(problem, LinkUnknown),
    )  # fmt: skip


def _find_contacts() -> tuple[tuple[str, str], ...]:
    """Whom to call, programme by programme; none where storage does not answer either."""
    try:
        loaded = [programmes.load_in_force(code) for code in programmes.list_programmes()]
    except StorageError:
        return ()
    return tuple(dict.fromkeys((programme.office.name, programme.office.contact) for programme in loaded))
