"""Tables of the Word template whose number of columns is known only when they are filled ({%tc for …%}).

docxtpl repeats the cells and keeps their widths. This module divides the page width that the fixed columns
leave among the repeated columns: equally among columns of figures, by what stands in them among columns of text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from docx.document import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

_MARK = "tonghop-columns:"
_TWIPS_PER_EMU = 1 / 635
_TWIPS_PER_SIGN, _TWIPS_AROUND = 110, 140
"""What a character at 10 pt needs, and a cell around its text."""
_MOST_TWIPS = 1250
"""The width of a column of figures, 2.2 cm; what is left over goes to the widest of the fixed columns."""
_FIGURE = re.compile(r"[\d.,/:%]*")


def mark_tables(document: Document) -> None:
    """Before filling: stores in each such table the number of fixed columns before the loop."""
    for table in document.tables:
        texts = [cell.text for cell in table.rows[0].cells]
        fixed = next((place for place, text in enumerate(texts) if "{%tc for" in text), None)
        if fixed is not None:
            note = OxmlElement("w:tblDescription")
            note.set(qn("w:val"), f"{_MARK}{fixed}")
            table._tbl.tblPr.append(note)


def fit_tables(document: Document) -> None:
    """After filling: sets the widths of every marked table and removes the mark."""
    for table, available in _iter_tables(document):
        note = table.tblPr.find(qn("w:tblDescription"))
        if note is not None and note.get(qn("w:val"), "").startswith(_MARK):
            _fit(table, int(note.get(qn("w:val"))[len(_MARK) :]), available=available)
            table.tblPr.remove(note)


def _iter_tables(document: Document) -> Iterator[tuple[Any, int]]:
    """Every table of the body with the text width of its page, in twips."""
    pending: list[Any] = []
    widths = [
        int(((section.page_width or 0) - (section.left_margin or 0) - (section.right_margin or 0)) * _TWIPS_PER_EMU)
        for section in document.sections
    ]
    number = 0
    for child in document.element.body:
        if child.tag == qn("w:tbl"):
            pending.append(child)
        if child.find(f"{qn('w:pPr')}/{qn('w:sectPr')}") is not None or child.tag == qn("w:sectPr"):
            yield from ((table, widths[number]) for table in pending)
            pending, number = [], number + 1


def _fit(table: Any, fixed: int, *, available: int) -> None:
    rows = table.findall(qn("w:tr"))
    head = rows[0].findall(qn("w:tc"))
    kept = [_width(cell) for cell in head[:fixed]]
    shares = _share(rows, fixed, room=available - sum(kept))
    kept[kept.index(max(kept))] += available - sum(kept) - sum(shares)
    widths = kept + shares
    _set_grid(table, widths)
    for row in rows:
        place = 0
        for cell in row.findall(qn("w:tc")):
            span = _span(cell)
            _set_width(cell, sum(widths[place : place + span]))
            place += span


def _share(rows: list[Any], fixed: int, *, room: int) -> list[int]:
    """The widths of the repeated columns. One of text has room for its longest word, and more where it has more."""
    cells = [row.findall(qn("w:tc"))[fixed:] for row in rows]
    looped = len(cells[0])
    texts = [[_text(own[place]) for own in cells if place < len(own)] for place in range(looped)]
    words = [max((len(word) for text in each for word in text.split()), default=0) for each in texts]
    least = [longest * _TWIPS_PER_SIGN + _TWIPS_AROUND for longest in words]
    aligned = _find_alignment(cells)
    if not looped or aligned != "left" or sum(least) > room:
        share = room // (looped or 1)
        return [min(share, _MOST_TWIPS) if aligned == "right" else share] * looped
    _centre_figures(cells, texts)
    more = [sum(map(len, each)) / len(each) for each in texts]
    return [own + int((room - sum(least)) * each / (sum(more) or 1)) for own, each in zip(least, more, strict=True)]


def _text(cell: Any) -> str:
    return "".join(each.text or "" for each in cell.iter(qn("w:t")))


def _find_alignment(cells: list[list[Any]]) -> str:
    """How the template sets the repeated cells: text stands at the left, figures at the right; "" if they differ."""
    aligned = {each.get(qn("w:val"), "") for cell in cells[-1] for each in cell.iter(qn("w:jc"))}
    return aligned.pop() if len(aligned) == 1 else ""


def _centre_figures(cells: list[list[Any]], texts: list[list[str]]) -> None:
    """Numbers and days of a column in the middle of it."""
    for place, own in enumerate(texts):
        if all(map(_FIGURE.fullmatch, own[1:])):
            for row in cells[1:]:
                for each in row[place].iter(qn("w:jc")):
                    each.set(qn("w:val"), "center")


def _set_grid(table: Any, widths: list[int]) -> None:
    grid = table.find(qn("w:tblGrid"))
    for column in list(grid):
        grid.remove(column)
    for width in widths:
        column = OxmlElement("w:gridCol")
        column.set(qn("w:w"), str(width))
        grid.append(column)


def _width(cell: Any) -> int:
    element = cell.find(f"{qn('w:tcPr')}/{qn('w:tcW')}")
    return int(element.get(qn("w:w"))) if element is not None else 0


def _span(cell: Any) -> int:
    element = cell.find(f"{qn('w:tcPr')}/{qn('w:gridSpan')}")
    return int(element.get(qn("w:val"))) if element is not None else 1


def _set_width(cell: Any, width: int) -> None:
    element = cell.get_or_add_tcPr().get_or_add_tcW()
    element.set(qn("w:w"), str(width))
    element.set(qn("w:type"), "dxa")
