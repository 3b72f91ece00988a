"""The routes as Chalice takes them. A function that answers no request imports nothing else of the pages."""

from __future__ import annotations

from typing import Any

from chalice import app as chalice

from chalicelib.web.routes import Route, routes

blueprint = chalice.Blueprint(__name__)

_FORM = ["application/x-www-form-urlencoded"]


def _register(route: Route) -> None:
    def view(**parts: str) -> chalice.Response:
        from chalicelib.web.dispatch import respond

        return respond(route, blueprint.current_request, parts)

    name = f"{route.method.lower()}_{route.handler.rpartition('.')[2].replace(':', '_')}"
    options: dict[str, Any] = {"content_types": _FORM} if route.method == "POST" else {}
    blueprint.route(route.path, name=name, methods=[route.method], **options)(view)


for each in routes:
    _register(each)
