"""Styles, scripts and pictures, ours and those of others (`static/vendor/`).

Their addresses hold a part of their hash, so browsers may cache them for good.
"""

from __future__ import annotations

import base64
import struct

from chalicelib.web.problems import PageUnknown
from chalicelib.web.rendering import find_static
from chalicelib.web.request import Request
from chalicelib.web.response import Response

_TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}
_PICTURE = ".png"
_WRAPPED = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="{0}" height="{1}" viewBox="0 0 {0} {1}">'
    '<image width="{0}" height="{1}" href="data:image/png;base64,{2}"/></svg>'
)
_FOR_GOOD = {"Cache-Control": "public, max-age=31536000, immutable"}


def show_file(_: Request, name: str) -> Response:
    """One static file, by its exact name."""
    path = find_static(name)
    if path is not None and path.suffix == _PICTURE:
        return Response(200, wrap_picture(path.read_bytes()), _TYPES[".svg"], _FOR_GOOD)
    if path is None or path.suffix not in _TYPES:
        raise PageUnknown
    return Response(200, path.read_text("utf-8"), _TYPES[path.suffix], _FOR_GOOD)


def wrap_picture(png: bytes) -> str:
    """The picture as SVG, which is text: the gateway gives out bytes only to who asks for one of a few types first,
    and no browser does."""
    width, height = struct.unpack(">II", png[16:24])
    return _WRAPPED.format(width, height, base64.b64encode(png).decode())
