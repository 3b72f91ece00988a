"""Text beside the cells, where documents carry their marks: page headers and footers, text boxes, comments.

It is searched and never shown, so it is read loosely: as markup whose tags are passed over, well formed or not. A part
that no program could draw refuses nothing here; what it costs is paid from the workbook's budget.
"""

from __future__ import annotations

import codecs
import html
import re
from collections.abc import Iterable, Iterator
from typing import Final

from chalicelib.workbook.reading.archive import Archive
from chalicelib.workbook.reading.book import Aside, Beside
from chalicelib.workbook.reading.bounds import Budget

MARGINS: Final = ("oddHeader", "oddFooter", "evenHeader", "evenFooter", "firstHeader", "firstFooter")
_PARTS: Final = (
    ("xl/drawings/", Beside.DRAWING),
    ("xl/diagrams/", Beside.DRAWING),
    ("xl/comments", Beside.NOTE),
    ("xl/threadedcomments/", Beside.NOTE),
    ("xl/chartsheets/", Beside.MARGIN),
    ("xl/dialogsheets/", Beside.MARGIN),
)
_MARKUP: Final = (".xml", ".vml")
_TOKEN: Final = re.compile(r"<!\[CDATA\[[^\]]*|<[^<>]*>?|[^<]+")
_NAME: Final = re.compile(r"</?(?:[\w.-]+:)?([\w.-]+)")
_SHOWN_ATTRIBUTE: Final = re.compile(r"""\sstring\s*=\s*["']([^"'<>]*)""")
"""The text of an old WordArt."""
_BREAKS: Final = frozenset({"p", "h", "br", "line-break", "div", "textbox", "text", "comment", *MARGINS})
_LONGEST_TAG: Final = 512 * 1024
_CODE: Final = re.compile(
    r"""&(?:(?P<sign>&)|(?P<section>[LCR])|"[^"]*"?|K[0-9A-F]{6}|K\d\d[+-]\d{3}|\d{1,3}|[A-Z])""", re.I
)


def read_margin(text: str) -> str:
    """A page header or footer, a line for each section, without its codes of fonts, sizes, colours and fields.

    The codes are those of ECMA-376-1, 18.3.1.46; an .xls has the same.
    """
    return _CODE.sub(lambda code: code["sign"] or ("\n" if code["section"] else ""), text)


def read_asides(archive: Archive, budget: Budget) -> Iterator[Aside]:
    """The text beside the cells that stands in parts of its own. Raises Refused when the budget is used up."""
    for name in archive.names:
        key = name.casefold()
        where = next((where for start, where in _PARTS if key.startswith(start) and key.endswith(_MARKUP)), None)
        if where and (text := read_loosely(archive.pieces(name), name, budget)):
            yield Aside(where, text)


def read_loosely(pieces: Iterable[bytes], part: str, budget: Budget) -> str:
    """The text of a part of markup, a line a paragraph."""
    budget.part = part
    lines: list[str] = []
    runs: list[str] = []
    for token in _cut(_decode(pieces, budget)):
        if not token.startswith("<"):
            runs.append(html.unescape(token))
        elif token.startswith("<![CDATA["):
            runs.append(token[9:])
        elif name := _NAME.match(token):
            if name[1] == "textpath" and (shown := _SHOWN_ATTRIBUTE.search(token)):
                runs.append(html.unescape(shown[1]))
            if name[1] in _BREAKS:
                _end_line(runs, lines=lines, budget=budget, in_margin=name[1] in MARGINS)
    _end_line(runs, lines=lines, budget=budget)
    return "\n".join(lines)


def _end_line(runs: list[str], *, lines: list[str], budget: Budget, in_margin: bool = False) -> None:
    line = "".join(runs).strip()
    runs.clear()
    if line:
        budget.spend_characters(len(line))
        lines.append(read_margin(line) if in_margin else line)


def _decode(pieces: Iterable[bytes], budget: Budget) -> Iterator[str]:
    """The text of the pieces, in UTF-16 where they begin with its mark; what cannot be decoded is replaced."""
    decoder: codecs.IncrementalDecoder | None = None
    for piece in pieces:
        budget.spend_tags(piece.count(b"<"))
        if decoder is None:
            wide = piece[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
            decoder = codecs.getincrementaldecoder("utf-16" if wide else "utf-8")("replace")
        yield decoder.decode(piece)


def _cut(pieces: Iterable[str]) -> Iterator[str]:
    """Tags and the text between them. What a piece breaks off goes on in the next, up to the longest tag."""
    rest = ""
    for piece in pieces:
        text = rest + piece
        last = text.rfind("<")
        is_open = 0 <= last > text.rfind(">") and len(text) - last < _LONGEST_TAG
        rest = text[last:] if is_open else ""
        yield from _TOKEN.findall(text, 0, last if is_open else len(text))
    yield from _TOKEN.findall(rest)
