"""Styles, scripts and pictures. Their addresses hold a part of their hash, so browsers may cache them for good."""

from __future__ import annotations

from chalicelib.web.problems import PageUnknown
from chalicelib.web.rendering import STATIC
from chalicelib.web.request import Request
from chalicelib.web.response import Response

_TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}
_FOR_GOOD = {"Cache-Control": "public, max-age=31536000, immutable"}


def show_file(_: Request, name: str) -> Response:
    """One static file, by its exact name."""
    path = next((path for path in STATIC.iterdir() if path.name == name), None)
    if path is None or path.suffix not in _TYPES:
        raise PageUnknown
    return Response(200, path.read_text("utf-8"), _TYPES[path.suffix], _FOR_GOOD)
