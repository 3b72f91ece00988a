"""Styles, scripts and pictures, ours and those of others (`static/vendor/`).

Their addresses hold a part of their hash, so browsers may cache them for good.
"""

from __future__ import annotations

from chalicelib.web.problems import PageUnknown
from chalicelib.web.rendering import find_static
from chalicelib.web.request import Request
from chalicelib.web.response import Response

_TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}
_FOR_GOOD = {"Cache-Control": "public, max-age=31536000, immutable"}


def show_file(_: Request, name: str) -> Response:
    """One static file, by its exact name."""
    path = find_static(name)
    if path is None or path.suffix not in _TYPES:
        raise PageUnknown
    return Response(200, path.read_text("utf-8"), _TYPES[path.suffix], _FOR_GOOD)
