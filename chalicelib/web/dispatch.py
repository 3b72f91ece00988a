"""From a request to its answer: the handler that a route names, its session and permission, a page for each problem."""

from __future__ import annotations

import logging
from collections.abc import Callable
from importlib import import_module
from typing import Any

from chalice import app as chalice

from chalicelib.domain.programme.branches import split_branch
from chalicelib.intake.limits import TooOften
from chalicelib.office.refusals import Refusal
from chalicelib.store.errors import NotFound, StorageError
from chalicelib.web.console.permissions import Permission, is_allowed
from chalicelib.web.console.sessions import open_session
from chalicelib.web.problem_page import show_problem
from chalicelib.web.problems import (
    Broken,
    Forbidden,
    PageProblem,
    PageUnknown,
    SignInNeeded,
    make_problem,
    make_problem_of_use,
)
from chalicelib.web.request import Request, read_request
from chalicelib.web.response import Response, respond_json
from chalicelib.web.routes import Route, list_console_routes

logger = logging.getLogger(__name__)
Handler = Callable[..., Response]


def respond(route: Route, asked: Any, parts: dict[str, str]) -> chalice.Response:
    """Answers a request of Chalice's with what the route's handler gives, or with a page for the problem it raises."""
    answer = call(route, read_request(asked), parts)
    return chalice.Response(answer.body, headers=answer.all_headers, status_code=answer.status)


def call(route: Route, request: Request, parts: dict[str, str]) -> Response:
    """The answer of a route. All exceptions of handlers are turned into pages here."""
    try:
        if not all(part and part.isprintable() for part in parts.values()):  # no code is empty or holds a line break
            raise PageUnknown
        if route.permission:
            return _call_signed_in(route, route.permission, request, parts)
        return load_handler(route.handler)(request, **parts)
    except PageProblem as problem:
        return _tell(request, problem)
    except TooOften as limited:
        return _tell(request, make_problem_of_use(limited.use))
    except Refusal as refusal:
        return _tell(request, make_problem(refusal))
    except NotFound:
        return _tell(request, PageUnknown())
    except StorageError:
        # The handler's name, not the path: the path may hold a unit's secret.
        logger.exception("storage failed in %s", route.handler)
        return _tell(request, Broken())
    except Exception:
        logger.exception("%s failed", route.handler)
        return _tell(request, PageProblem())


def load_handler(named: str) -> Handler:
    """The function that a route names: "console.period:show_period"."""
    module, _, function = named.partition(":")
    handler: Handler = getattr(import_module(f"chalicelib.web.{module}"), function)
    return handler


def _call_signed_in(route: Route, permission: Permission, request: Request, parts: dict[str, str]) -> Response:
    """The answer to a signed-in user whose role has the permission."""
    try:
        session = open_session(request)
    except SignInNeeded:
        raise SignInNeeded(_find_page(route.path, request)) from None
    _, branch = split_branch(parts.get("programme", ""))
    if not is_allowed(session.role, permission, branch=session.branch or branch):
        raise Forbidden
    return load_handler(route.handler)(request, session, **parts).with_cookies(*session.cookies)


def _find_page(path: str, request: Request) -> str:
    """The path of the page on which a form stands: its own, or the nearest one above."""
    pages = {each.path for each in list_console_routes() if each.method == "GET"}
    pattern, own = path.split("/"), request.path.split("/")
    while "/".join(pattern) not in pages:
        pattern.pop()
        own.pop()
    return "/".join(own)


def _tell(request: Request, problem: PageProblem) -> Response:
    if request.wants_json:
        return respond_json(
            {"problem": {"title": problem.title, "text": problem.text}}, status=max(problem.status, 400)
        )
    return show_problem(request, problem)
