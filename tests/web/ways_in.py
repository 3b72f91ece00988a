"""What a request may hold, found in the code: the routes with their parameters, and the names that handlers read."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

from app import app
from chalicelib.web.console import sessions

HOME = Path(__file__).parents[2] / "chalicelib" / "web"
_READ = re.compile(r'(?:request|desk\.request)\.(query|form)\.get\(\s*"([^"]+)"')
_FIELD = re.compile(r'read_(?:text|moment)\(\s*(?:desk\.)?request,\s*"([^"]+)"')

COOKIES = (sessions.ID, sessions.REFRESH, sessions.VISIT, sessions.STEP, sessions.TARGET)


class Route(NamedTuple):
    """One route of the table: its method and its path, with the parameters in braces."""

    method: str
    path: str

    @property
    def parameters(self) -> tuple[str, ...]:
        return tuple(re.findall(r"\{(\w+)\}", self.path))

    def fill(self, values: dict[str, str]) -> str:
        return re.sub(r"\{(\w+)\}", lambda match: values[match[1]], self.path)


ROUTES = tuple(sorted(Route(method, path) for path, methods in app.routes.items() for method in methods))


def find_names(kind: str) -> tuple[str, ...]:
    """The names that handlers read out of the "query" or the "form" of a request."""
    found: set[str] = set()
    for path in HOME.rglob("*.py"):
        text = path.read_text("utf-8")
        found |= {name for where, name in _READ.findall(text) if where == kind}
        found |= set(_FIELD.findall(text)) if kind == "form" else set()
    assert found
    return tuple(sorted(found))
