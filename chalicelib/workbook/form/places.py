"""Places of a form's cells in a workbook: blocks of rows under a row of tokens, and what was found in them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from chalicelib.domain.issues.issue import Issue
from chalicelib.domain.language.spelling import fold_spaces, make_key
from chalicelib.workbook.form import marks
from chalicelib.workbook.reading.book import Cell, CellKind, Sheet, reference

_FARTHEST_COPY = 64
"""So many columns from the figures on a copy of their column is looked for."""

_LONGEST_PRINTED = 1_000
"""Letters of a printed code, label or heading that are compared: the rest of a sender's text costs time only."""


def make_printed_key(text: str) -> str:
    """The key of what stands where a form prints a code, a label or a heading."""
    return make_key(take_printed(text))


def take_printed(text: str) -> str:
    """As much of a text as is compared with what a form prints."""
    return text[:_LONGEST_PRINTED]


class Place(NamedTuple):
    """The position of a cell of the form; `cell` is None if it is blank. A tuple, because a form has thousands.

    Under a merged range that holds for several rows, `cell` is the range's first cell.
    """

    sheet: Sheet
    row: int
    column: int
    cell: Cell | None

    @property
    def reference(self) -> str:
        return reference(self.row, self.column)

    @property
    def is_repeated(self) -> bool:
        """Whether the content is in a row above and merged over this row."""
        return self.cell is not None and self.cell.row != self.row


@dataclass(frozen=True, slots=True)
class LocatedRow:
    """A filled row of a repeating table: places by column code.

    `is_total` marks a row of totals; `heading` is then the text in the column of numbers.
    """

    sheet: Sheet
    row: int
    places: Mapping[str, Place]
    is_total: bool = False
    heading: Place | None = None


@dataclass
class Located:
    """Every found cell of a form, and the issues found on the way.

    `remarks` are the contents of the column “Ghi chú”, by indicator. `asides` are rows within a table that are not
    counted: totals and signatures. `lost` are the tables whose rows are unknown. `marks` are the cells for a mark
    “không phát sinh”, by section.
    """

    values: dict[str, Place] = field(default_factory=dict)
    estimates: dict[str, Place] = field(default_factory=dict)
    remarks: dict[str, Place] = field(default_factory=dict)
    tables: dict[str, list[LocatedRow]] = field(default_factory=dict)
    asides: dict[str, list[LocatedRow]] = field(default_factory=dict)
    lost: set[str] = field(default_factory=set)
    narratives: dict[str, Place] = field(default_factory=dict)
    marks: dict[str, Place] = field(default_factory=dict)
    issues: list[Issue] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class TokenBlock:
    """Rows under one row of tokens: the first column of each token, and the rows down to the next tokens.

    `rows` are those that are not blank. `copies` are further columns with the same token. `codes` are the keys of the
    contents of the column of codes, by row.
    """

    sheet: Sheet
    row: int
    columns: Mapping[str, int]
    copies: Mapping[str, tuple[int, ...]]
    codes: Mapping[int, str]
    rows: Sequence[int]

    def list_columns(self, token: str) -> tuple[int, ...]:
        """All columns of a token, from left to right."""
        return (self.columns[token], *self.copies.get(token, ())) if token in self.columns else ()

    @property
    def own_columns(self) -> frozenset[int]:
        return frozenset(column for token in self.columns for column in self.list_columns(token))


def find_blocks(sheet: Sheet) -> Iterator[TokenBlock]:
    """Each row of tokens in a sheet, with the rows down to the next one."""
    token_rows: dict[int, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for (row, column), cell in sheet.cells.items():
        if cell.kind is CellKind.TEXT and cell.text.startswith("@"):
            token_rows[row][fold_spaces(cell.text)].append(column)
    starts = sorted(
        row for row, tokens in token_rows.items()
        if marks.CODE in tokens or any(token.startswith(marks.TABLE_PREFIX) for token in tokens)
    )  # fmt: skip
    filled = sorted({row for row, _ in sheet.cells}) if starts else []
    for start, following in zip(starts, [*starts[1:], None], strict=False):
        end = bisect_left(filled, following) if following else len(filled)
        yield _make_block(sheet, start, token_rows[start], filled[bisect_right(filled, start) : end])


def _make_block(sheet: Sheet, start: int, tokens: Mapping[str, Iterable[int]], rows: Sequence[int]) -> TokenBlock:
    by_token = {token: sorted(columns) for token, columns in tokens.items()}
    if marks.VALUE in by_token:
        by_token[marks.VALUE] += _find_copied_headings(sheet, start, by_token)
    columns = {token: found[0] for token, found in by_token.items()}
    copies = {token: tuple(found[1:]) for token, found in by_token.items() if found[1:]}
    column = columns.get(marks.CODE, 0)
    codes = {
        row: make_printed_key(cell.text)
        for row in rows
        if (cell := sheet.get(row, column)) and cell.kind is CellKind.TEXT
    }
    return TokenBlock(sheet, start, columns, copies, codes, rows)


def _find_copied_headings(sheet: Sheet, start: int, tokens: Mapping[str, Sequence[int]]) -> Iterator[int]:
    """Columns without a token under the heading of the figures: the column was copied, but for the hidden row."""
    first, known = tokens[marks.VALUE][0], {column for columns in tokens.values() for column in columns}
    heading = sheet.get(start - 1, first)
    if heading is None or heading.kind is not CellKind.TEXT:
        return
    key = make_printed_key(heading.text)
    for column in range(1, first + _FARTHEST_COPY):
        cell = sheet.get(start - 1, column)
        if cell and cell.kind is CellKind.TEXT and column not in known and make_printed_key(cell.text) == key:
            yield column


def make_place(sheet: Sheet, row: int, column: int) -> Place:
    """A cell that holds only spaces is blank."""
    cell = sheet.cells.get((row, column))
    if cell is not None and cell.kind is CellKind.TEXT and not (cell.text[:1].isalnum() or fold_spaces(cell.text)):
        cell = None
    return Place(sheet, row, column, cell)


def find_content(place: Place) -> tuple[str, str]:
    """The value by which two copies of a cell are compared."""
    return (place.cell.kind, place.cell.text) if place.cell else ("", "")


def find_anchor(place: Place) -> tuple[int, int] | None:
    """Row and column in which the merged range begins that the place lies under; None where it lies under none."""
    sheet, row, column, _ = place
    for top, left, bottom, right in sheet.merged:
        if top <= row <= bottom and left <= column <= right and (row, column) != (top, left):
            return top, left
    return None


def lift(place: Place, anchor: tuple[int, int] | None) -> Place:
    """What holds for a cell under a merged range: what stands in the range's first cell, if in the same column."""
    if anchor is None:
        return place
    top, left = anchor
    return place._replace(cell=make_place(place.sheet, top, left).cell if left == place.column else None)


def find_block(place: Place, blocks: Sequence[TokenBlock]) -> TokenBlock | None:
    """The block that contains a place."""
    return next((block for block in blocks if block.sheet is place.sheet and place.row in block.codes), None)
