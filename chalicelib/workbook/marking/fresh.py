"""Copies what a sender typed into a fresh template of the form, for a workbook that cannot be marked itself.

An .xls, an .ods or a Strict OOXML file comes back as our template: totals are formulas again, and widths, dates and
validation are the form's. The corrected copy is then accepted.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final, NamedTuple
from xml.sax.saxutils import escape

from chalicelib.domain.issues.issue import Issue
from chalicelib.workbook.form import marks
from chalicelib.workbook.form.places import Located, Place, find_block, find_blocks
from chalicelib.workbook.marking.parts import Parts
from chalicelib.workbook.marking.spans import Edit, apply_edits
from chalicelib.workbook.marking.styles import add_date_formats
from chalicelib.workbook.reading.archive import Archive
from chalicelib.workbook.reading.book import Book, Cell, CellKind, Sheet, reference
from chalicelib.workbook.reading.bounds import Budget
from chalicelib.workbook.reading.package import find_main_part, find_parts, read_contents

_CELL: Final = re.compile(rb'<c r="([A-Z]{1,3}[0-9]{1,7})"(?: s="([0-9]{1,6})")?/>')
_DIGITS: Final = "0123456789"
_UNSAFE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_DAY_ZERO: Final = datetime(1899, 12, 30)

Spot = tuple[str, int, int]
"""A cell of the template: sheet, row, column."""


class Typed(NamedTuple):
    """One typed cell: its place in the template, its place in the sender's workbook, and its contents."""

    spot: Spot
    place: Place


class Fresh(NamedTuple):
    """The filled template, the contents of its cells, and the place of each of the sender's cells in it."""

    data: bytes
    book: Book
    spots: Mapping[tuple[str, str], Spot]

    def move(self, issues: Iterable[Issue]) -> list[Issue]:
        """The issues with their cells' addresses in the template; an issue without a place here has no address."""
        return [self._move(issue) for issue in issues]

    def _move(self, issue: Issue) -> Issue:
        spot = self.spots.get((issue.sheet, issue.cell))
        if spot is None:
            return issue.model_copy(update={"sheet": "", "cell": "", "related": ()}) if issue.sheet else issue
        related = (self.spots.get((issue.sheet, cell)) for cell in issue.related)
        here = [reference(row, column) for sheet, row, column in filter(None, related) if sheet == spot[0]]
        return issue.model_copy(update={"sheet": spot[0], "cell": reference(spot[1], spot[2]), "related": tuple(here)})


def lay_out(template: bytes, blank: Book, *, source: Located, target: Located) -> Fresh:
    """The blank `template` filled with every cell of the form that was found, as it was typed.

    `blank` is the template as our reader reads it, `target` where the form's cells stand in it, `source` where they
    stand in the sender's workbook. Cells of totals keep the template's formulas.
    """
    typed = [*_match(source.values, target=target.values), *_match(source.estimates, target=target.estimates),
             *_match(source.narratives, target=target.narratives), *_match(source.marks, target=target.marks),
             *_match_remarks(source, target=target, blank=blank),
             *_match_tables(source, blank)]  # fmt: skip
    sheets = {sheet.name: sheet for sheet in blank.sheets}
    filled = [each for each in typed if each.place.cell is not None and not _is_formula(sheets, each.spot)]
    for each in filled:
        sheet, row, column = each.spot
        sheets[sheet].cells[row, column] = each.place.cell._replace(row=row, column=column)  # type: ignore[union-attr]
    spots = {(each.place.sheet.name, each.place.reference): each.spot for each in typed}
    return Fresh(_fill(template, filled), blank, spots)


def _match(source: Mapping[str, Place], *, target: Mapping[str, Place]) -> Iterator[Typed]:
    for code, place in source.items():
        if code in target:
            yield Typed(_spot(target[code]), place)


def _spot(place: Place) -> Spot:
    return place.sheet.name, place.row, place.column


def _match_remarks(source: Located, *, target: Located, blank: Book) -> Iterator[Typed]:
    blocks = [block for sheet in blank.sheets for block in find_blocks(sheet)]
    for code, place in source.remarks.items():
        beside = target.values.get(code)
        block = find_block(beside, blocks) if beside else None
        if beside and block and marks.REMARK in block.columns:
            yield Typed((block.sheet.name, beside.row, block.columns[marks.REMARK]), place)


def _match_tables(source: Located, blank: Book) -> Iterator[Typed]:
    """Rows of a table, and those of totals and signatures, go one below the other from its first row in the template.

    A heading in the column of numbers, which the template has filled, goes to the first column that is free.
    """
    blocks = [block for sheet in blank.sheets for block in find_blocks(sheet)]
    for code, rows in source.tables.items():
        block = next(each for each in blocks if marks.TABLE_PREFIX + code in each.columns)
        lines = sorted([*rows, *source.asides.get(code, ())], key=lambda line: line.row)
        for row, line in enumerate(lines, start=block.row + 1):
            for column, place in line.places.items():
                yield Typed((block.sheet.name, row, block.columns[f"@{column}"]), place)
            free = [block.columns[f"@{column}"] for column, place in line.places.items() if place.cell is None]
            if line.heading and free:
                yield Typed((block.sheet.name, row, free[0]), line.heading)


def _is_formula(sheets: Mapping[str, Sheet], spot: Spot) -> bool:
    cell = sheets[spot[0]].cells.get((spot[1], spot[2]))
    return cell is not None and cell.formula


def _fill(template: bytes, typed: Sequence[Typed]) -> bytes:
    """The template's parts with the cells filled in. XlsxWriter made them all, so their tags have one form."""
    archive, budget = Archive(template), Budget()
    contents = read_contents(archive, find_main_part(archive, budget), budget)
    part_by_sheet = {sheet.name: sheet.part for sheet in contents.sheets}
    cells: dict[str, dict[str, Cell]] = defaultdict(dict)
    for (sheet, row, column), place in typed:
        if place.cell is not None:
            cells[part_by_sheet[sheet]][reference(row, column)] = place.cell
    parts = Parts(archive)
    tags = {part: _find_tags(parts.read(part), wanted) for part, wanted in cells.items()}
    dated = {tag.style for part, found in tags.items() for tag in found if cells[part][tag.cell].kind is CellKind.DATE}
    date_formats = add_date_formats(parts, find_parts(contents.relations, "styles")[0], dated)
    for part, found in tags.items():
        data = parts.read(part)
        edits = [_write(tag, cells[part][tag.cell], date_formats) for tag in found]
        rest = {cell: content for cell, content in cells[part].items() if cell not in {tag.cell for tag in found}}
        parts.put(part, apply_edits(data, [*edits, *_add_rows(data, rest, found, date_formats)]))
    return parts.pack()


class _Tag(NamedTuple):
    """A blank cell of the template: its address, its format, and its bytes."""

    cell: str
    style: int
    start: int
    end: int


def _find_tags(data: bytes, wanted: Mapping[str, Cell]) -> list[_Tag]:
    found = ((match, match[1].decode()) for match in _CELL.finditer(data))
    return [_Tag(cell, int(match[2] or 0), match.start(), match.end()) for match, cell in found if cell in wanted]


def _write(tag: _Tag, cell: Cell, date_formats: Mapping[int, int]) -> Edit:
    return Edit(tag.start, tag.end, _render(tag.cell, tag.style, cell, date_formats).encode())


def _render(address: str, style: int, cell: Cell, date_formats: Mapping[int, int]) -> str:
    """Renders one cell: a text stays text, whatever it begins with; a date stays a date; a number keeps its digits."""
    start = f'<c r="{address}" s="{style}"'
    if cell.kind is CellKind.UNCALCULATED:
        return f"{start}/>"
    if cell.kind is CellKind.NUMBER:
        return f"{start}><v>{escape(cell.text)}</v></c>"
    if cell.kind is CellKind.BOOL:
        return f'{start} t="b"><v>{int(cell.text == "TRUE")}</v></c>'
    if cell.kind is CellKind.ERROR:
        return f'{start} t="e"><v>{escape(cell.text)}</v></c>'
    serial = _find_serial(cell.text) if cell.kind is CellKind.DATE else ""
    if serial:
        return f'<c r="{address}" s="{date_formats.get(style, style)}"><v>{serial}</v></c>'
    text = escape(_UNSAFE.sub("", cell.text))
    return f'{start} t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'


def _find_serial(text: str) -> str:
    """The serial of an ISO date or moment in the 1900 calendar; "" for a time of day or a duration."""
    try:
        past = datetime.fromisoformat(text) - _DAY_ZERO
    except ValueError:
        return ""
    seconds = past.seconds / 86_400
    return str(past.days) if not seconds else repr(past.days + seconds)


def _add_rows(
    data: bytes, cells: Mapping[str, Cell], tags: Sequence[_Tag], date_formats: Mapping[int, int]
) -> Iterator[Edit]:
    """Adds rows after the template's last one, with its cell formats, if the sender's table is longer."""
    style_by_column = {tag.cell.rstrip(_DIGITS): tag.style for tag in tags}
    rows: dict[int, list[str]] = defaultdict(list)
    for address, cell in cells.items():
        column = address.rstrip(_DIGITS)
        rows[int(address[len(column) :])].append(_render(address, style_by_column.get(column, 0), cell, date_formats))
    text = "".join(f'<row r="{row}">{"".join(written)}</row>' for row, written in sorted(rows.items()))
    if text:
        end = data.rindex(b"</sheetData>")
        yield Edit(end, end, text.encode())
