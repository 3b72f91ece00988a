"""Copies what a sender typed into a fresh template of the form, for a workbook that cannot be marked itself.

An .xls, an .ods or a Strict OOXML file comes back as our template, and so does a workbook that has lost a part of the
form: totals are formulas again, and widths, dates and validation are the form's. The corrected copy is then accepted.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final, NamedTuple
from xml.sax.saxutils import escape

from chalicelib.domain.language.legacy_text import repair_runs
from chalicelib.domain.language.spelling import make_writable
from chalicelib.domain.submission.numbers import MOST_DIGITS, parse_stored
from chalicelib.workbook.form import marks
from chalicelib.workbook.form.places import Located, Place, TokenBlock, find_block, find_blocks
from chalicelib.workbook.marking.moving import Moves, Spot
from chalicelib.workbook.marking.parts import Parts
from chalicelib.workbook.marking.spans import Edit, apply_edits
from chalicelib.workbook.marking.styles import add_date_formats
from chalicelib.workbook.reading.archive import Archive
from chalicelib.workbook.reading.book import Book, Cell, CellKind, Sheet, reference
from chalicelib.workbook.reading.bounds import Budget
from chalicelib.workbook.reading.package import find_main_part, find_parts, read_contents

_CELL: Final = re.compile(rb'<c r="([A-Z]{1,3}[0-9]{1,7})"(?: s="([0-9]{1,6})")?/>')
_RESULT: Final = re.compile(rb'(?: t="str")?>(<f>[^<]*</f>)<v>[^<]*</v>')
"""A formula with what the template stores for it: its result while nothing is filled in."""
_DIGITS: Final = "0123456789"
_DAY_ZERO: Final = datetime(1899, 12, 30)


class Typed(NamedTuple):
    """One typed cell: its place in the template, its place in the sender's workbook, and its contents."""

    spot: Spot
    place: Place


class Fresh(NamedTuple):
    """The filled form, the contents of its cells, and where the sender's cells went."""

    parts: Parts
    book: Book
    moves: Moves


def lay_out(template: bytes, blank: Book, *, source: Located, target: Located, titles: Mapping[str, str]) -> Fresh:
    """The blank `template` filled with every cell of the form that was found, as it was typed.

    `blank` is the template as our reader reads it, `target` where the form's cells stand in it, `source` where they
    stand in the sender's workbook. Cells of totals keep the template's formulas. `titles` are those of its tables, by
    code.
    """
    blocks = [block for sheet in blank.sheets for block in find_blocks(sheet)]
    typed = [*_match(source.values, target=target.values), *_match(source.estimates, target=target.estimates),
             *_match(source.narratives, target=target.narratives), *_match(source.marks, target=target.marks),
             *_match_remarks(source, target=target, blocks=blocks),
             *_match_tables(source, blocks)]  # fmt: skip
    sheets = {sheet.name: sheet for sheet in blank.sheets}
    filled = {
        spot: _take_over(place, place.cell)._replace(row=spot[1], column=spot[2])
        for spot, place in typed
        if place.cell is not None and not _is_formula(sheets, spot)
    }
    for (sheet, row, column), cell in filled.items():
        sheets[sheet].cells[row, column] = cell
    spots = {(each.place.sheet.name, each.place.reference): each.spot for each in typed}
    own = {code: _spot(place) for code, place in (target.values | target.narratives).items()}
    own |= _find_first_cells(blocks, titles)
    return Fresh(_fill(template, filled), blank, Moves(blank, spots, own))


def _take_over(place: Place, cell: Cell) -> Cell:
    """The cell as the template will hold it: what a number format or an old font made of it stands there as text."""
    where = cell.row, cell.column
    number_format, number = place.sheet.formats.get(where), parse_stored(cell.text)
    if number_format and cell.kind is CellKind.NUMBER and number is not None and abs(number.adjusted()) <= MOST_DIGITS:
        return Cell(*where, CellKind.TEXT, number_format.show_exactly(number))
    if cell.kind is CellKind.TEXT and where in place.sheet.runs:
        return Cell(*where, CellKind.TEXT, repair_runs(place.sheet.runs[where]).text)
    if cell.kind is CellKind.DATE:
        serial = _find_serial(cell.text)
        return cell._replace(formula=False, raw=serial, kind=CellKind.DATE if serial else CellKind.TEXT)
    return cell._replace(formula=False)


def _find_first_cells(blocks: Sequence[TokenBlock], titles: Mapping[str, str]) -> Iterator[tuple[str, Spot]]:
    for block in blocks:
        for code, title in titles.items():
            if number := block.columns.get(marks.TABLE_PREFIX + code):
                yield title, (block.sheet.name, block.row + 1, number + 1)


def _match(source: Mapping[str, Place], *, target: Mapping[str, Place]) -> Iterator[Typed]:
    for code, place in source.items():
        if code in target:
            yield Typed(_spot(target[code]), place)


def _spot(place: Place) -> Spot:
    return place.sheet.name, place.row, place.column


def _match_remarks(source: Located, *, target: Located, blocks: Sequence[TokenBlock]) -> Iterator[Typed]:
    for code, place in source.remarks.items():
        beside = target.values.get(code)
        block = find_block(beside, blocks) if beside else None
        if beside and block and marks.REMARK in block.columns:
            yield Typed((block.sheet.name, beside.row, block.columns[marks.REMARK]), place)


def _match_tables(source: Located, blocks: Sequence[TokenBlock]) -> Iterator[Typed]:
    """Rows of a table, and those of totals and signatures, go one below the other from its first row in the template.

    A heading in the column of numbers, which the template has filled, goes to the first column that is free.
    """
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


def _fill(template: bytes, filled: Mapping[Spot, Cell]) -> Parts:
    """The template's parts with the cells filled in. XlsxWriter made them all, so their tags have one form.

    Results of formulas are left out, so that every program calculates them on opening.
    """
    archive, budget = Archive(template), Budget()
    contents = read_contents(archive, find_main_part(archive, budget), budget)
    part_by_sheet = {sheet.name: sheet.part for sheet in contents.sheets}
    cells: dict[str, dict[str, Cell]] = defaultdict(dict)
    for (sheet, row, column), cell in filled.items():
        cells[part_by_sheet[sheet]][reference(row, column)] = cell
    parts = Parts(archive)
    for part in cells:
        parts.put(part, _RESULT.sub(rb">\1", parts.read(part)))
    tags = {part: _find_tags(parts.read(part), wanted) for part, wanted in cells.items()}
    dated = {tag.style for part, found in tags.items() for tag in found if cells[part][tag.cell].kind is CellKind.DATE}
    date_formats = add_date_formats(parts, find_parts(contents.relations, "styles")[0], dated)
    for part, found in tags.items():
        data = parts.read(part)
        edits = [_write(tag, cells[part][tag.cell], date_formats) for tag in found]
        written = {tag.cell for tag in found}
        rest = {cell: content for cell, content in cells[part].items() if cell not in written}
        parts.put(part, apply_edits(data, [*edits, *_add_rows(data, rest, found, date_formats)]))
    return parts


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
    if cell.kind is CellKind.DATE:
        return f'<c r="{address}" s="{date_formats.get(style, style)}"><v>{cell.raw}</v></c>'
    text = escape(make_writable(cell.text))
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
