"""Removes blank cells and empty rows from a worksheet's XML before it is parsed, and detects too many of them.

Forms come back with formats extended over a million rows. Such cells hold nothing, but parsing each would cost two
calls into Python; a regular expression skips them several times faster. It removes only whole elements that hold
nothing, state their position and have no attribute twice, as XML forbids, and it stops at the first "<!": text after it
might look like a cell.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

_CELL: Final = re.compile(
    rb'<c r="[A-Z]{1,3}+[0-9]{1,7}+"(?: s="[0-9]{1,9}+")?(?: t="[A-Za-z]{1,9}+")?(?: [cv]m="[0-9]{1,9}+")?'
    rb" ?(?:/>|></c>)"
)
_ROW: Final = re.compile(
    rb'<row (?=[^<>]*+>(?:(?<=/>)|</row>))r="[0-9]{1,7}"'
    rb'(?: (?!r=)((?:x14ac:)?[A-Za-z]{1,20})="[ !#-%\'-;=?-~]{0,40}"(?![^<>]* \1=)){0,16} ?(?:/>|></row>)'
)
_PLAIN: Final = re.compile(
    rb'(?:\xef\xbb\xbf)?\s*(?:<\?xml version="1\.0"(?: encoding="(?:UTF|utf)-8")?[^<>]*\?>)?\s*<worksheet[\s>]'
)
_PLACES: Final = (b"<c ", b"<c>", b"<c/", b"<row", b"<table:table-cell", b"<table:table-row")
_CONTENTS: Final = (b"<v", b"<is", b"<text:p")


def is_mostly_blank(pieces: Iterable[bytes]) -> bool:
    """Whether most elements of a sheet's part are rows and cells that hold nothing."""
    elements = places = contents = 0
    for piece in pieces:
        elements += piece.count(b"<") - piece.count(b"</")
        places += sum(map(piece.count, _PLACES))
        contents += sum(map(piece.count, _CONTENTS))
    return (places - contents) * 2 > elements


class BlankFilter:
    """`took` tells whether anything was removed: then a cell without an address has no certain position."""

    def __init__(self) -> None:
        self.took = False

    def filter(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        """The pieces without their blank cells; unchanged if the part has another encoding or prefixes."""
        plain, last = None, b""
        for piece in pieces:
            if plain is None:
                plain = _PLAIN.match(piece) is not None
            if plain and (b"<!" in piece or (last == b"<" and piece[:1] == b"!")):
                plain = False
            last = piece[-1:]
            yield self._strip(piece) if plain else piece

    def _strip(self, piece: bytes) -> bytes:
        stripped = _ROW.sub(b"", _CELL.sub(b"", piece))
        self.took = self.took or len(stripped) != len(piece)
        return stripped
