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
_PICTURE = ".webp"
_WRAPPED = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="{0}" height="{1}" viewBox="0 0 {0} {1}">'
    '<image width="{0}" height="{1}" href="data:image/webp;base64,{2}"/></svg>'
)
_FRAME = b"\x9d\x01\x2a"
_FOR_GOOD = {"Cache-Control": "public, max-age=31536000, immutable"}


def show_file(_: Request, name: str) -> Response:
    """One static file, by its exact name."""
    path = find_static(name)
    if path is not None and path.suffix == _PICTURE:
        return Response(200, wrap_picture(path.read_bytes()), _TYPES[".svg"], _FOR_GOOD)
    if path is None or path.suffix not in _TYPES:
        raise PageUnknown
    return Response(200, path.read_text("utf-8"), _TYPES[path.suffix], _FOR_GOOD)


def wrap_picture(picture: bytes) -> str:
    """The picture as SVG, which is text: the gateway gives out bytes only to who asks for one of a few types first,
    and no browser does."""
    width, height = read_size(picture)
    return _WRAPPED.format(width, height, base64.b64encode(picture).decode())


def read_size(picture: bytes) -> tuple[int, int]:
    """Width and height of a lossy WebP: they follow the start code of its frame (RFC 6386, 9.1)."""
    at = picture.index(_FRAME) + len(_FRAME)
    width, height = struct.unpack("<HH", picture[at : at + 4])
    return width & 0x3FFF, height & 0x3FFF
