"""Finds the rows of a repeating table, what people write into and under it, and what is merged over its rows.

Rows of totals and a signature block under the table are separated from its rows. A text or date that is merged over
several rows holds for all of them. A figure merged over several rows cannot be assigned to any of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from chalicelib.domain.issues.issue import Issue, make_issue
from chalicelib.domain.language.spelling import make_key
from chalicelib.domain.language.vietnamese import format_count
from chalicelib.domain.programme.model import Table
from chalicelib.workbook.form import marks
from chalicelib.workbook.form.places import Located, LocatedRow, Place, TokenBlock, find_content, lift, make_place
from chalicelib.workbook.form.signatures import is_signature
from chalicelib.workbook.reading.book import CellKind, reference

MOST_ROWS = 2_000
"""Rows of one table of one unit: far more than a district can list, and few enough to answer within seconds."""

_MOST_COVERED = 200_000
"""Limit on the examined cells under merged ranges of a table; ranges in files do not overlap."""


@dataclass
class _Read:
    """What one block contains of a table."""

    block: TokenBlock
    table: Table
    rows: list[LocatedRow] = field(default_factory=list)
    asides: list[LocatedRow] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)


def locate_table(blocks: Sequence[TokenBlock], table: Table, located: Located) -> None:
    """Adds the table's rows to `Located`. Equal copies count once; of different copies none is chosen."""
    read = [_read_block(block, table) for block in blocks]
    filled = [each for each in read if each.rows]
    if not read:
        located.issues.append(make_issue("table.missing", label=table.title, title=table.title))
    elif any(_list_contents(each.rows) != _list_contents(filled[0].rows) for each in filled[1:]):
        names = ", ".join(f"“{each.block.sheet.name}”" for each in filled)
        located.issues.append(make_issue("table.twice", label=table.title, title=table.title, found=names))
    else:
        chosen = (filled or read)[0]
        located.issues += chosen.issues
        if len(chosen.rows) > MOST_ROWS:
            located.issues.append(_tell_of_rows(chosen))
            located.lost.add(table.code)
            return
        located.asides[table.code] = chosen.asides
        if chosen.rows:
            located.tables[table.code] = chosen.rows
        return
    located.lost.add(table.code)


def _tell_of_rows(read: _Read) -> Issue:
    first = read.rows[MOST_ROWS]
    cell = next((place.reference for place in first.places.values() if place.cell), "")
    return make_issue(
        "table.too_many_rows", sheet=first.sheet.name, cell=cell, label=read.table.title, title=read.table.title,
        found=format_count(len(read.rows)), expected=format_count(MOST_ROWS),
    )  # fmt: skip


def _list_contents(rows: Sequence[LocatedRow]) -> list[list[tuple[str, str]]]:
    return [[find_content(place) for place in row.places.values()] for row in rows]


def _read_block(block: TokenBlock, table: Table) -> _Read:
    read = _Read(block, table)
    columns = {column.code: f"@{column.code}" for column in table.columns if f"@{column.code}" in block.columns}
    for column in table.columns:
        if column.code not in columns:
            read.issues.append(
                make_issue("table.column_missing", sheet=block.sheet.name, label=table.title, column=column.label)
            )
    lines = list(_read_lines(block, columns, read))
    rest = _find_signature(lines, table)
    for line in lines[:rest]:
        total = _find_total(line, block, table)
        (read.asides if total else read.rows).append(total or line)
    if lines[rest:]:
        read.asides += lines[rest:]
        read.issues.append(_tell_of_signature(lines[rest:]))
    _take_out_merged(read)
    return read


# Cells


def _read_lines(block: TokenBlock, columns: Mapping[str, str], read: _Read) -> Iterator[LocatedRow]:
    """Rows with at least one filled-in cell of their own; a cell under a merged range has no content of its own."""
    anchors = _find_anchors(block, {block.columns[token] for token in columns.values()})
    for row in block.rows:
        own = {code: _choose(block, row, token, read) for code, token in columns.items()}
        if all(place.cell is None or (row, place.column) in anchors for place in own.values()):
            continue
        places = {code: lift(place, anchors.get((row, place.column))) for code, place in own.items()}
        yield LocatedRow(block.sheet, row, places)


def _find_anchors(block: TokenBlock, columns: set[int]) -> dict[tuple[int, int], tuple[int, int]]:
    """The first cell of the merged range that covers a cell of these columns."""
    anchors: dict[tuple[int, int], tuple[int, int]] = {}
    rows = set(block.rows)
    for top, left, bottom, right in block.sheet.merged:
        across = [column for column in columns if left <= column <= right]
        down = range(max(top, block.row + 1), min(bottom, max(rows, default=0)) + 1) if across else range(0)
        for row in down:
            if row in rows:
                anchors |= {(row, column): (top, left) for column in across if (row, column) != (top, left)}
            if len(anchors) > _MOST_COVERED:
                return anchors
    return anchors


def _choose(block: TokenBlock, row: int, token: str, read: _Read) -> Place:
    """The cell of a column. If the column was copied and the copies differ, none is chosen."""
    first, *others = block.list_columns(token)
    if not others:
        return make_place(block.sheet, row, first)
    places = [make_place(block.sheet, row, column) for column in (first, *others)]
    filled = [place for place in places if place.cell is not None]
    other = next((each for each in filled[1:] if find_content(each) != find_content(filled[0])), None)
    if other is None:
        return (filled or places)[0]
    where = f"ô {other.reference}, trang tính “{other.sheet.name}”"
    label = read.table.column(token[1:]).label
    read.issues.append(
        make_issue("form.code_twice", sheet=other.sheet.name, cell=filled[0].reference, label=label, expected=where,
                   found=find_content(other)[1], related=[other.reference])
    )  # fmt: skip
    return filled[0]


def _take_out_merged(read: _Read) -> None:
    """Removes figures that are merged over several rows, with one issue for each range."""
    for column in read.table.columns:
        places = [row.places[column.code] for row in read.rows if column.code in row.places]
        covered = [place for place in places if place.is_repeated and column.kind.is_number and not column.choices]
        for first in sorted({place.cell.row for place in covered if place.cell}):
            under = [place.reference for place in covered if place.cell and place.cell.row == first]
            cell = reference(first, covered[0].column)
            read.issues.append(
                make_issue("cell.merged", sheet=covered[0].sheet.name, cell=cell, label=column.label, related=under)
            )
            read.rows = [_without(row, column.code, first) for row in read.rows]


def _without(row: LocatedRow, column: str, first: int) -> LocatedRow:
    place = row.places.get(column)
    if place is None or place.cell is None or place.cell.row != first:
        return row
    return replace(row, places={**row.places, column: place._replace(cell=None)})


# Rows that are none of the table's own


def _keys(*words: str) -> tuple[str, ...]:
    return tuple(make_key(word) for word in words)


_TOTAL_WORDS = _keys("Tổng cộng", "Tổng số", "Tổng", "Cộng")
_LONGER_TOTALS = tuple(word + " " for word in _TOTAL_WORDS[:2])
_AFTER_TOTAL = re.compile(
    rf"(?:{'|'.join(_TOTAL_WORDS[2:])}) (?:\d|\w\+|[ivx]{{1,5}}\b|(?:%s)(?: |$))"
    % "|".join(_keys("toàn", "cả", "chung", "các", "của", "dồn", "huyện", "tỉnh", "xã", "mục", "phần", "nhóm"))
)
_PUNCTUATION = re.compile(r"[:.,;()]+")


def _find_total(line: LocatedRow, block: TokenBlock, table: Table) -> LocatedRow | None:
    """The row as a row of totals, if one of its texts says so.

    “Tổng cộng toàn huyện” and the like may begin a name, so they count only in a row that lacks something required or
    has no other words.
    """
    number = make_place(block.sheet, line.row, block.columns[marks.TABLE_PREFIX + table.code])
    has_heading = number.cell is not None and number.cell.kind is CellKind.TEXT
    words = [place for code, place in line.places.items() if place.cell and not table.column(code).kind.is_number]
    places = [*([number] if has_heading else []), *words]
    keys = [make_key(_PUNCTUATION.sub(" ", place.cell.text)) for place in places if place.cell]
    is_named = any(key in _TOTAL_WORDS for key in keys)
    is_begun = any(key.startswith(_LONGER_TOTALS) or _AFTER_TOTAL.match(key) for key in keys)
    if not (is_named or (is_begun and (len(places) == 1 or not _is_complete(line, table)))):
        return None
    return replace(line, is_total=True, heading=number if has_heading else None)


def _is_complete(line: LocatedRow, table: Table) -> bool:
    """Whether all required cells are filled in; if the table requires none, more than half of them."""
    required = [column.code for column in table.columns if column.required]
    filled = {code for code, place in line.places.items() if place.cell is not None}
    return filled.issuperset(required) if required else 2 * len(filled) > len(table.columns)


def _find_signature(lines: Sequence[LocatedRow], table: Table) -> int:
    """The start of the signature block under the table: a row with nothing else, after which no row is complete or
    has a figure."""
    first = len(lines)
    for index in range(len(lines) - 1, -1, -1):
        cells = [place.cell for place in lines[index].places.values() if place.cell]
        if _is_complete(lines[index], table) or any(cell.kind is CellKind.NUMBER for cell in cells):
            break
        if all(cell.kind is CellKind.TEXT and is_signature(cell.text) for cell in cells):
            first = index
    return first


def _tell_of_signature(lines: Sequence[LocatedRow]) -> Issue:
    places = [place for line in lines for place in line.places.values() if place.cell is not None]
    first, *others = places
    return make_issue(
        "table.signature",
        sheet=first.sheet.name,
        cell=first.reference,
        found=first.cell.text if first.cell else "",
        related=[place.reference for place in others],
    )
