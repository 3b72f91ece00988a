"""Adds notes on wrong cells beside the sender's own, whose drawings are often not well-formed and stay unchanged."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final
from xml.sax.saxutils import escape

from chalicelib.domain.language.spelling import make_writable
from chalicelib.workbook.marking.parts import Parts
from chalicelib.workbook.marking.spans import Edit, Element, PartUnreadable, append_inside, apply_edits, find_elements
from chalicelib.workbook.reading.book import reference
from chalicelib.workbook.reading.package import MAIN, Relation

AUTHOR: Final = "tonghop"

_NAMESPACE: Final = f'xmlns="{MAIN[0]}"'
_COMMENTS_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
_DRAWING_TYPE: Final = "application/vnd.openxmlformats-officedocument.vmlDrawing"
_EMPTY_COMMENTS: Final = f"<comments {_NAMESPACE}><authors></authors><commentList></commentList></comments>"
_SPACES: Final = (
    'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:x="urn:schemas-microsoft-com:office:excel"'
)
_EMPTY_DRAWING: Final = (
    f'<xml {_SPACES}><o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="1"/></o:shapelayout></xml>'
)
_SHAPE_TYPE: Final = (
    f'<v:shapetype {_SPACES} id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">'
    '<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)
_SHAPE: Final = (
    f'<v:shape {_SPACES} id="_x0000_s{{id}}" type="#_x0000_t202" style="position:absolute;margin-left:60pt;'
    'margin-top:2pt;width:270pt;height:{height}pt;z-index:1;visibility:hidden" fillcolor="#ffffe1" o:insetmode="auto">'
    '<v:fill color2="#ffffe1"/><v:shadow on="t" color="black" obscured="t"/><v:path o:connecttype="none"/>'
    '<v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div></v:textbox>'
    '<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/><x:Anchor>{anchor}</x:Anchor>'
    "<x:AutoFill>False</x:AutoFill><x:Row>{row}</x:Row><x:Column>{column}</x:Column></x:ClientData></v:shape>"
)
_DRAWING_END: Final = re.compile(rb"</(?:[\w.-]+:)?xml\s*>\s*\Z")
_DRAWN: Final = re.compile(rb"<((?:[\w.-]+:)?)shape[\s>]")
_SHAPE_ID: Final = re.compile(rb"_x0000_s(\d{1,9})")
_PLACE: Final = tuple(re.compile(rb"<(?:[\w.-]+:)?" + name + rb">\s*(\d{1,7})\s*<") for name in (b"Row", b"Column"))
_LINE: Final = 55
"""Letters per line of a note of our width."""

Place = tuple[int, int]


@dataclass(frozen=True)
class NoteParts:
    """The parts of a sheet's notes, "" if it has none: the texts, and the drawing that contains them."""

    comments: str
    drawing: str

    @classmethod
    def of(cls, relations: Mapping[str, Relation], drawing: str) -> NoteParts:
        """`drawing` is the id of the relationship that the sheet names."""
        found = next((each.target for each in relations.values() if each.kind == "comments"), "")
        return cls(found, relations[drawing].target if drawing in relations else "")


class Notes:
    """The notes of one sheet. Raises PartUnreadable if the texts are not XML or the drawing has no end."""

    def __init__(self, parts: Parts, where: NoteParts) -> None:
        self._parts = parts
        self._where = where
        self._texts = parts.read_xml(where.comments) if where.comments else _EMPTY_COMMENTS.encode()
        self._drawing = parts.read(where.drawing) if where.drawing else _EMPTY_DRAWING.encode()
        if not _DRAWING_END.search(self._drawing[-200:]):
            raise PartUnreadable("drawing")
        elements = find_elements(self._texts, lambda name, *_: name in ("authors", "author", "commentList", "comment"))
        self._lists = {each.name: each for each in elements if each.name in ("authors", "commentList")}
        if len(self._lists) < 2:
            raise PartUnreadable("comments")
        self._authors = [_read_text(self._texts, each) for each in elements if each.name == "author"]
        self._comments = [each for each in elements if each.name == "comment"]

    def find_own(self, is_ours: Callable[[str], bool]) -> dict[str, Element]:
        """Notes of an earlier round by cell: those of our author, and those whose text `is_ours` recognises."""
        return {
            each.attributes.get("ref", ""): each
            for each in self._comments
            if self._find_author(each) == AUTHOR or is_ours(_read_text(self._texts, each))
        }

    def _find_author(self, comment: Element) -> str:
        number = comment.attributes.get("authorId", "")
        return self._authors[int(number)] if number.isdigit() and int(number) < len(self._authors) else ""

    def replace(self, gone: Mapping[str, Element], made: Mapping[Place, str]) -> None:
        """Removes the notes of an earlier round and adds the new ones, except on cells with a note of the sender's."""
        removed = {each.start for each in gone.values()}
        kept = {each.attributes.get("ref", "") for each in self._comments if each.start not in removed}
        made = {place: text for place, text in made.items() if reference(*place) not in kept}
        self._change_texts(gone, made)
        self._change_drawing({*gone}, made)

    def _change_texts(self, gone: Mapping[str, Element], made: Mapping[Place, str]) -> None:
        edits = [Edit(each.start, each.end, b"") for each in gone.values()]
        author = len(self._authors)
        if made:
            named = f"<author {_NAMESPACE}>{AUTHOR}</author>"
            texts = "".join(_render_comment(place, text, author) for place, text in made.items())
            edits += [
                append_inside(self._texts, self._lists["authors"], named.encode()),
                append_inside(self._texts, self._lists["commentList"], texts.encode()),
            ]
        self._texts = apply_edits(self._texts, edits)

    def _change_drawing(self, gone: set[str], made: Mapping[Place, str]) -> None:
        data = _remove_shapes(self._drawing, gone) if gone else self._drawing
        taken = [int(found[1]) for found in _SHAPE_ID.finditer(data)]
        first = max(taken, default=1024) + 1
        has_type = b'"_x0000_t202"' in data
        shapes = "".join(_render_shape(place, text, first + step) for step, (place, text) in enumerate(made.items()))
        end = _DRAWING_END.search(data, max(0, len(data) - 200))
        if end is None:
            raise PartUnreadable("drawing")
        added = (("" if has_type or not made else _SHAPE_TYPE) + shapes).encode()
        self._drawing = data[: end.start()] + added + data[end.start() :]

    def put(self, sheet: str) -> str:
        """Writes both parts; returns the id of the drawing's relationship if the sheet must name it anew."""
        texts, drawing, identity = self._where.comments, self._where.drawing, ""
        if not texts:
            texts = self._add_part("xl/comments{}.xml", content_type=_COMMENTS_TYPE, data=self._texts)
            self._parts.add_relation(sheet, kind="comments", target=texts)
        if not drawing:
            drawing = self._add_part("xl/drawings/vmlDrawing{}.vml", content_type=_DRAWING_TYPE, data=self._drawing)
            identity = self._parts.add_relation(sheet, kind="vmlDrawing", target=drawing)
        self._parts.put(texts, self._texts)
        self._parts.put(drawing, self._drawing)
        return identity

    def _add_part(self, pattern: str, *, content_type: str, data: bytes) -> str:
        name = self._parts.find_free_name(pattern)
        self._parts.put(name, data)
        self._parts.add_content_type(name, content_type=content_type)
        return name


def _read_text(data: bytes, element: Element) -> str:
    """All character data inside an element, across its runs."""
    if element.is_empty_tag():
        return ""
    text = re.sub(rb"<[^>]*>", b"", data[element.inner : element.close]).decode("utf-8", "replace")
    return html.unescape(text)


def _render_comment(place: Place, text: str, author: int) -> str:
    safe = escape(make_writable(text))
    return (
        f'<comment {_NAMESPACE} ref="{reference(*place)}" authorId="{author}" shapeId="0"><text>'
        f'<r><rPr><sz val="11"/><rFont val="Times New Roman"/></rPr><t xml:space="preserve">{safe}</t></r>'
        "</text></comment>"
    )


def _render_shape(place: Place, text: str, number: int) -> str:
    row, column = place[0] - 1, place[1] - 1
    lines = sum(1 + len(line) // _LINE for line in text.split("\n"))
    rows = min(2 + lines, 20)
    anchor = f"{column + 1}, 15, {max(row - 1, 0)}, 10, {column + 5}, 15, {max(row - 1, 0) + rows}, 4"
    return _SHAPE.format(id=number, height=15 * rows, anchor=anchor, row=row, column=column)


def _remove_shapes(data: bytes, cells: Iterable[str]) -> bytes:
    """Removes the notes on these cells from the drawing; it is searched as text, because it may not be XML."""
    wanted = set(cells)
    edits = []
    opened = [*_DRAWN.finditer(data)]
    limits = [each.start() for each in opened[1:]] + [len(data)]
    for shape, limit in zip(opened, limits, strict=True):
        closing = b"</" + shape[1] + b"shape>"
        end = data.find(closing, shape.start(), limit)
        row, column = (pattern.search(data, shape.start(), max(end, shape.start())) for pattern in _PLACE)
        if row and column and reference(int(row[1]) + 1, int(column[1]) + 1) in wanted:
            edits.append(Edit(shape.start(), end + len(closing), b""))
    return apply_edits(data, edits)
