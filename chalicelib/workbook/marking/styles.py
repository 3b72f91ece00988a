"""Appends the formats of marks and summary to a workbook's styles, so that no index of the sender changes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from chalicelib.workbook.marking.parts import Parts
from chalicelib.workbook.marking.spans import (
    Edit,
    Element,
    PartUnreadable,
    append_inside,
    apply_edits,
    find_elements,
    set_attribute,
)
from chalicelib.workbook.reading.package import MAIN

ERROR_COLOUR: Final = "FFC7CE"
WARNING_COLOUR: Final = "FFEB9C"
ENTRY_COLOUR: Final = "FFF9E5"
_NAMESPACE: Final = f'xmlns="{MAIN[0]}"'
_MOST_FORMATS: Final = 64_000
"""Below Excel's limit of 65,490 cell formats."""
_ORDER: Final = (
    "numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs", "tableStyles", "colors",
    "extLst",
)  # fmt: skip
_EMPTY: Final = (
    f'<styleSheet {_NAMESPACE}><fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '</fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
    '<cellXfs count="1"><xf/></cellXfs></styleSheet>'
)  # fmt: skip

_FONT: Final = '<font>{bold}{line}<sz val="{size}"/><color rgb="FF{colour}"/><name val="Times New Roman"/></font>'
_FONTS: Final = (
    _FONT.format(bold="", line="", size=12, colour="000000"),
    _FONT.format(bold="<b/>", line="", size=12, colour="000000"),
    _FONT.format(bold="<b/>", line="", size=14, colour="000000"),
    _FONT.format(bold="", line='<u val="single"/>', size=12, colour="0563C1"),
)
_FILLS: Final = tuple(
    f'<fill><patternFill patternType="solid"><fgColor rgb="FF{colour}"/></patternFill></fill>'
    for colour in ("E8EEF4", ERROR_COLOUR, WARNING_COLOUR, ENTRY_COLOUR)
)
_SIDES: Final = "".join(
    f'<{side} style="thin"><color rgb="FF808080"/></{side}>' for side in ("left", "right", "top", "bottom")
)
_BORDER: Final = f"<border>{_SIDES}<diagonal/></border>"
_DXF: Final = (
    '<dxf><fill><patternFill patternType="solid"><fgColor rgb="FF{0}"/><bgColor rgb="FF{0}"/></patternFill></fill>'
    "</dxf>"
)


class Formats(NamedTuple):
    """Indices into the styles: two differential formats for marks, and the cell formats of the summary."""

    error: int
    warning: int
    plain: int = 0
    title: int = 0
    heading: int = 0
    text: int = 0
    link: int = 0
    error_text: int = 0
    warning_text: int = 0


class _Sheet(NamedTuple):
    """The current styles part: each collection by name, and its children."""

    data: bytes
    collections: Mapping[str, Element]
    children: Mapping[str, Sequence[Element]]


def add_formats(parts: Parts, part: str) -> Formats:
    """Appends the missing formats and returns the indices. At the limit of formats the summary stays unformatted."""
    sheet = _read(parts.read_xml(part))
    counts = {name: len(sheet.children.get(name, ())) for name in _ORDER}
    error = counts["dxfs"]
    added = {"dxfs": [_DXF.format(ERROR_COLOUR), _DXF.format(WARNING_COLOUR)]}
    formats = Formats(error, error + 1)
    if counts["cellXfs"] < _MOST_FORMATS:
        added |= {"fonts": [*_FONTS], "fills": [*_FILLS], "borders": [_BORDER], "cellXfs": _make_cell_formats(counts)}
        formats = Formats(error, error + 1, *range(counts["cellXfs"], counts["cellXfs"] + 7))
    parts.put(part, _append(sheet, added))
    return formats


def make_styles(parts: Parts, part: str) -> None:
    """A styles part for a workbook without one."""
    parts.put(part, _EMPTY.encode())


def _make_cell_formats(counts: Mapping[str, int]) -> list[str]:
    """In the order of `Formats`, from `plain` on."""
    font, fill, border = counts["fonts"], counts["fills"], counts["borders"]

    def make(font_step: int, *, fill_id: int = 0, border_id: int = 0, centre: bool = False) -> str:
        middle = ' horizontal="center"' if centre else ""
        return (
            f'<xf numFmtId="0" fontId="{font + font_step}" fillId="{fill_id}" borderId="{border_id}" xfId="0" '
            'applyFont="1" applyFill="1" applyBorder="1" applyAlignment="1">'
            f'<alignment{middle} vertical="top" wrapText="1"/></xf>'
        )

    plain = make(0).replace(' wrapText="1"', "")
    title = make(2).replace(' wrapText="1"', "")
    return [
        plain,
        title,
        make(1, fill_id=fill, border_id=border, centre=True),
        make(0, border_id=border),
        make(3, border_id=border, centre=True),
        make(0, fill_id=fill + 1, border_id=border, centre=True),
        make(0, fill_id=fill + 2, border_id=border, centre=True),
    ]


def clear_marked_fills(parts: Parts, part: str, formats: Iterable[int]) -> dict[int, int]:
    """For each cell format with the fill of an earlier version's mark: the same format with the form's own fill.

    Returns the new index by the old one; other formats are left out.
    """
    sheet = _read(parts.read_xml(part))
    cell_formats, fills = sheet.children.get("cellXfs", ()), sheet.children.get("fills", ())
    marked = {number for number, fill in enumerate(fills) if _is_marked(sheet.data[fill.start : fill.end])}
    chosen = [
        number
        for number in sorted(set(formats))
        if number < len(cell_formats) and _read_number(cell_formats[number].attributes.get("fillId")) in marked
    ]
    if not chosen or len(cell_formats) + len(chosen) > _MOST_FORMATS:
        return {}
    entry = f'<fill><patternFill patternType="solid"><fgColor rgb="FF{ENTRY_COLOUR}"/></patternFill></fill>'
    clones = [_clone(sheet.data, cell_formats[number], "fillId", len(fills)) for number in chosen]
    parts.put(part, _append(sheet, {"fills": [entry], "cellXfs": clones}))
    return {number: len(cell_formats) + step for step, number in enumerate(chosen)}


def add_date_formats(parts: Parts, part: str, formats: Iterable[int]) -> dict[int, int]:
    """For each cell format: the same format showing a date as dd/mm/yyyy. Returns the new index by the old one."""
    chosen = sorted(set(formats))
    if not chosen:
        return {}
    sheet = _read(parts.read_xml(part))
    cell_formats = sheet.children["cellXfs"]
    taken = [_read_number(each.attributes.get("numFmtId")) for each in sheet.children.get("numFmts", ())]
    number = max([163, *taken]) + 1
    clones = [_clone(sheet.data, cell_formats[each], "numFmtId", number) for each in chosen]
    day = f'<numFmt numFmtId="{number}" formatCode="dd/mm/yyyy"/>'
    parts.put(part, _append(sheet, {"numFmts": [day], "cellXfs": clones}))
    return {each: len(cell_formats) + step for step, each in enumerate(chosen)}


_COLOUR: Final = re.compile(rb"fgColor\b[^>]{0,200}?\brgb=[\"'](?:[0-9A-Fa-f]{2})?([0-9A-Fa-f]{6})[\"']")


def _is_marked(fill: bytes) -> bool:
    colour = _COLOUR.search(fill[:1000])
    return colour is not None and colour[1].decode().upper() in (ERROR_COLOUR, WARNING_COLOUR)


def _clone(data: bytes, cell_format: Element, attribute: str, value: int) -> str:
    """The text of a cell format with one attribute changed."""
    text = data[cell_format.start : cell_format.end]
    moved = cell_format._replace(start=0, inner=cell_format.inner - cell_format.start)
    return apply_edits(text, [set_attribute(text, moved, attribute, value=str(value))]).decode()


def _read(data: bytes) -> _Sheet:
    found = find_elements(data, lambda _, depth, __: depth <= 2)
    collections, children, pending = {}, {}, []
    for element in found:
        if element.depth == 2:
            pending.append(element)
        elif element.depth == 1:
            collections[element.name], children[element.name] = element, pending
            pending = []
        else:
            collections["styleSheet"] = element
    if "styleSheet" not in collections:
        raise PartUnreadable("styles")
    return _Sheet(data, collections, children)


def _append(sheet: _Sheet, added: Mapping[str, Sequence[str]]) -> bytes:
    edits: list[Edit] = []
    for name in _ORDER:
        if texts := added.get(name):
            edits += _append_to(sheet, name, text="".join(texts), count=len(texts))
    return apply_edits(sheet.data, edits)


def _append_to(sheet: _Sheet, name: str, *, text: str, count: int) -> list[Edit]:
    """Extends an existing collection; inserts a missing one at its place in the standard's order."""
    prefix = _find_prefix(sheet)
    written = re.sub(r"<(/?)(?=\w)", rf"<\1{prefix}", text).encode()
    collection = sheet.collections.get(name)
    if collection is not None:
        total = len(sheet.children[name]) + count
        counted = set_attribute(sheet.data, collection, "count", value=str(total))
        return [counted, append_inside(sheet.data, collection, written)]
    later = [sheet.collections[other].start for other in _ORDER[_ORDER.index(name) + 1 :] if other in sheet.collections]
    at = min(later, default=sheet.collections["styleSheet"].close)
    whole = f'<{prefix}{name} count="{count}">'.encode() + written + f"</{prefix}{name}>".encode()
    return [Edit(at, at, whole)]


def _find_prefix(sheet: _Sheet) -> str:
    """The prefix of spreadsheet elements in this part: "" or "x:"."""
    root = sheet.collections["styleSheet"]
    tag = re.match(rb"<([\w.-]+:)?", sheet.data[root.start : root.inner])
    return tag[1].decode() if tag and tag[1] else ""


def _read_number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 9 else 0
