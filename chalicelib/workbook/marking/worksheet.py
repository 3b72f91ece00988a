"""One marked sheet: adds a conditional format for each wrong cell, and what a note needs.

Cells are never changed, with one exception: a fill that an earlier version of the marked copy put on a cell is
replaced by the form's own.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple
from xml.sax.saxutils import escape

from chalicelib.workbook.marking.conditions import SIGNATURE
from chalicelib.workbook.marking.spans import (
    Edit,
    Element,
    PartUnreadable,
    apply_edits,
    find_elements,
    set_attribute,
)
from chalicelib.workbook.reading.package import MAIN

_NAMESPACE: Final = f'xmlns="{MAIN[0]}"'
_RELATIONS: Final = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
_BEFORE_FORMATS: Final = frozenset({
    "sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "sheetCalcPr", "sheetProtection",
    "protectedRanges", "scenarios", "autoFilter", "sortState", "dataConsolidate", "customSheetViews", "mergeCells",
    "phoneticPr",
})  # fmt: skip
_BEFORE_NOTES: Final = _BEFORE_FORMATS | {
    "conditionalFormatting", "dataValidations", "hyperlinks", "printOptions", "pageMargins", "pageSetup",
    "headerFooter", "rowBreaks", "colBreaks", "customProperties", "cellWatches", "ignoredErrors", "smartTags",
    "drawing",
}  # fmt: skip
_DATA: Final = re.compile(rb"<(?:[\w.-]+:)?sheetData\s*(?:/>|[\s>])")
_DATA_END: Final = re.compile(rb"</(?:[\w.-]+:)?sheetData\s*>")
_ROOT: Final = re.compile(rb"<(?:[\w.-]+:)?worksheet\b")
_WANTED: Final = frozenset({"sheetView", "conditionalFormatting", "cfRule", "legacyDrawing"})
_STYLE: Final = re.compile(rb"\ss=[\"'](\d{1,6})[\"']")
_NUMBER: Final = re.compile(r"-?\d{1,9}")


class Mark(NamedTuple):
    """One wrong cell: its place, the condition under which it counts as wrong, and its differential format."""

    reference: str
    condition: str
    format: int


class SheetMarkup:
    """A worksheet part in UTF-8, parsed except for its cells, which may be many and are skipped.

    Raises PartUnreadable if the part cannot be changed safely.
    """

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._edits: list[Edit] = []
        start, end = _find_data(data)
        root = _ROOT.search(data, 0, start)
        if root is None:
            raise PartUnreadable("worksheet")
        head, tail = data[:start], data[end:]
        self._cut, self._length = start, end - start
        self._elements = [self._move(each) for each in find_elements(head + tail, _is_wanted)]

    def mark(self, marks: Sequence[Mark]) -> None:
        """Removes our conditional formats of an earlier round and puts the new ones before all others."""
        self._remove_own_formats()
        if not marks:
            return
        for element in self._named("cfRule"):
            priority = element.attributes.get("priority", "")
            if _NUMBER.fullmatch(priority):
                self._add(set_attribute(self._data, element, "priority", value=str(int(priority) + len(marks))))
        text = "".join(_render_format(mark, number) for number, mark in enumerate(marks, start=1))
        self._insert(_BEFORE_FORMATS, text)

    def deselect(self) -> bool:
        """Deselects the sheet; returns whether it was selected. Selected sheets are edited together."""
        for element in self._named("sheetView"):
            if element.attributes.get("tabSelected") in ("1", "true"):
                self._add(set_attribute(self._data, element, "tabSelected", value="0"))
                return True
        return False

    def find_notes_relation(self) -> str:
        """The id of the relationship to the drawing of notes, or "" if the sheet has none."""
        for element in self._named("legacyDrawing"):
            return next((value for name, value in element.attributes.items() if name.endswith(" id")), "")
        return ""

    def relate_notes(self, identity: str) -> None:
        self._insert(_BEFORE_NOTES, f'<legacyDrawing {_NAMESPACE} {_RELATIONS} r:id="{identity}"/>')

    def find_formats(self, references: Iterable[str]) -> dict[str, tuple[int, Edit]]:
        """The cell format of each given cell that the part contains, and the edit that would replace it."""
        wanted = "|".join(map(re.escape, references)).encode()
        tags = re.compile(rb"<(?:[\w.-]+:)?c\s(?:[^>]{0,400}?\s)?r=[\"'](" + wanted + rb")[\"'][^>]{0,400}>")
        found = {}
        for tag in tags.finditer(self._data) if wanted else ():
            if style := _STYLE.search(tag[0]):
                place = Edit(tag.start() + style.start(1), tag.start() + style.end(1), b"")
                found[tag[1].decode()] = int(style[1]), place
        return found

    def restyle(self, edits: Iterable[Edit]) -> None:
        for edit in edits:
            self._add(edit)

    def render(self) -> bytes:
        return apply_edits(self._data, self._edits)

    def _named(self, name: str) -> list[Element]:
        return [element for element in self._elements if element.name == name]

    def _add(self, edit: Edit) -> None:
        self._edits.append(edit)

    def _insert(self, before: frozenset[str], text: str) -> None:
        """Inserts a child of the root at its place in the standard's order."""
        children = [element for element in self._elements if element.depth == 1]
        later = [element.start for element in children if element.start >= self._cut and element.name not in before]
        root = self._elements[-1]
        at = min(later, default=root.close)
        self._add(Edit(at, at, text.encode()))

    def _remove_own_formats(self) -> None:
        own = SIGNATURE.replace('"', "&quot;").encode(), SIGNATURE.encode()
        rules = [each for each in self._named("cfRule") if each.depth == 2]
        starts = [rule.start for rule in rules]
        gone: set[int] = set()
        for area in self._named("conditionalFormatting"):
            inside = rules[bisect_left(starts, area.start) : bisect_left(starts, area.end)]
            ours = [rule for rule in inside if any(text in self._data[rule.start : rule.end] for text in own)]
            for element in [area] if ours and len(ours) == len(inside) else ours:
                self._add(Edit(element.start, element.end, b""))
                gone.add(element.start)
            gone.update(rule.start for rule in ours)
        self._elements = [each for each in self._elements if each.start not in gone]

    def _move(self, element: Element) -> Element:
        """Converts positions after the cells back to positions in the whole part."""

        def move(place: int) -> int:
            return place if place < self._cut else place + self._length

        return element._replace(
            start=move(element.start), inner=move(element.inner), close=move(element.close), end=move(element.end)
        )


def _is_wanted(name: str, depth: int, _: object) -> bool:
    return depth <= 1 or name in _WANTED


def _find_data(data: bytes) -> tuple[int, int]:
    """The start and end of the cells. Raises PartUnreadable if they are ambiguous."""
    opened = _DATA.search(data)
    if opened is None:
        raise PartUnreadable("sheetData")
    if data[opened.start() : data.index(b">", opened.start()) + 1].endswith(b"/>"):
        return opened.start(), data.index(b">", opened.start()) + 1
    ends = [found.end() for found in _DATA_END.finditer(data)]
    if len(ends) != 1 or b"<!--" in data[: opened.start()] or b"<![CDATA[" in data[: opened.start()]:
        raise PartUnreadable("sheetData")
    return opened.start(), ends[0]


def _render_format(mark: Mark, priority: int) -> str:
    return (
        f'<conditionalFormatting {_NAMESPACE} sqref="{mark.reference}"><cfRule type="expression" dxfId="{mark.format}" '
        f'priority="{priority}"><formula>{escape(mark.condition)}</formula></cfRule></conditionalFormatting>'
    )
