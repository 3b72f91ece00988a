"""The HTTP routes: each only names its handler. What a handler raises is turned into a page here, in one place."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from chalice.app import Blueprint, Response

from chalicelib.store.errors import NotFound, StorageError
from chalicelib.web import static_files, unit_page
from chalicelib.web.answer import Answer, answer_json
from chalicelib.web.problem_page import show_problem
from chalicelib.web.problems import Broken, PageUnknown, Problem
from chalicelib.web.request import Request, read_request

logger = logging.getLogger(__name__)
routes = Blueprint(__name__)
Handler = Callable[..., Answer]

_FORM = ["application/x-www-form-urlencoded"]


def respond(handler: Handler, *parts: str) -> Response:
    """Calls a handler with the request, and answers with what it gives or with the problem that it raises."""
    request = read_request(routes.current_request)
    answer = _call(handler, request, *parts)
    return Response(answer.body, headers=answer.all_headers, status_code=answer.status)


def _call(handler: Handler, request: Request, *parts: str) -> Answer:
    try:
        return handler(request, *parts)
    except Problem as problem:
        return _tell(request, problem)
    except NotFound:
        return _tell(request, PageUnknown())
    except StorageError:
        # The path may hold a unit's secret: the handler's name says enough.
        logger.exception("storage failed in %s", handler.__name__)
        return _tell(request, Broken())
    except Exception:
        logger.exception("%s failed", handler.__name__)
        return _tell(request, Problem())


def _tell(request: Request, problem: Problem) -> Answer:
    if request.wants_json:
        return answer_json({"problem": {"title": problem.title, "text": problem.text}}, status=max(problem.status, 400))
    return show_problem(request, problem)


def get(path: str, handler: Handler) -> None:
    """Registers a page."""
    _register(path, handler, methods=["GET"])


def post(path: str, handler: Handler) -> None:
    """Registers the target of a form."""
    _register(path, handler, methods=["POST"], content_types=_FORM)


def _register(path: str, handler: Handler, **options: Any) -> None:
    def view(**parts: str) -> Response:
        return respond(handler, *parts.values())

    name = f"{options['methods'][0].lower()}_{handler.__module__.rpartition('.')[2]}_{handler.__name__}"
    routes.route(path, name=name, **options)(view)


get("/static/{name}", static_files.show_file)

get("/nop/{token}", unit_page.show_page)
get("/nop/{token}/bieu-mau/{period}/{form}", unit_page.download_blank)
post("/nop/{token}/gui", unit_page.prepare)
get("/nop/{token}/da-gui/{period}/{form}", unit_page.show_sent)
get("/nop/{token}/ket-qua/{period}/{form}/{upload}", unit_page.show_outcome)
get("/nop/{token}/ban-danh-dau/{period}/{form}/{upload}", unit_page.download_marked)
post("/nop/{token}/giai-trinh/{period}/{form}/{upload}", unit_page.justify)
get("/nop/{token}/lich-su/{period}/{form}", unit_page.show_history)
