"""Tables of the Word template whose number of columns is known only when they are filled ({%tc for …%}).

docxtpl repeats the cells and keeps their widths. This module divides the page width that the fixed columns
leave among the repeated columns.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from docx.document import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

_MARK = "tonghop-columns:"
_TWIPS_PER_EMU = 1 / 635


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
    looped = len(head) - fixed
    share = (available - sum(kept)) // looped if looped else 0
    widths = kept + [share] * looped
    _set_grid(table, widths)
    for row in rows:
        place = 0
        for cell in row.findall(qn("w:tc")):
            span = _span(cell)
            _set_width(cell, sum(widths[place : place + span]))
            place += span


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
