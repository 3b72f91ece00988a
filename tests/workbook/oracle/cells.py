"""Makes a `Cell` from what a file stores for it, with the same rules for .xlsx, .xls and .ods.

Ambiguous contents are not interpreted. Numbers keep their digits; an invalid number stays text, exactly as stored, so
that the check which expects a number can name the cell.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from chalicelib.domain.issues.issue import Refused, refuse
from chalicelib.domain.language.legacy_text import Run, find_encoding
from chalicelib.workbook.reading.book import Cell, CellKind, Sheet, reference
from chalicelib.workbook.reading.bounds import LAST_COLUMN, LAST_ROW, LONG_TEXT, MOST_TEXT, Budget
from chalicelib.workbook.reading.dates import Calendar, Style, show_serial
from chalicelib.workbook.reading.formats import PLAIN, CellFormat

_NUMBER: Final = re.compile(r"[+-]?(?:\d++(?:\.\d*+)?|\.\d++)(?:[eE][+-]?\d{1,4})?", re.ASCII)
_REFERENCE: Final = re.compile(r"\$?([A-Za-z]{1,3})\$?([1-9]\d{0,6})", re.ASCII)
_LONGEST_NAME: Final = 255
"""Excel allows 31 letters, LibreOffice this many; limited because the name appears in every issue."""
_new: Final = tuple.__new__
_XML_SPACE: Final = " \t\r\n"


class Collector:
    """Collects the cells of one sheet, and refuses contents that exceed the budget or contradict each other."""

    __slots__ = ("_budget", "_calendar", "_cells", "_hidden", "_merged", "sheet")

    def __init__(self, sheet: Sheet, budget: Budget, calendar: Calendar = Calendar.FROM_1900) -> None:
        if len(sheet.name) > _LONGEST_NAME:
            raise refuse("file.malformed", found=sheet.name)
        self.sheet = sheet
        self._cells = sheet.cells
        self._budget = budget
        self._calendar = calendar
        self._hidden: set[int] = set()
        self._merged: list[tuple[int, int, int, int]] = []

    def put(self, row: int, column: int, kind: CellKind, text: str, formula: bool = False, raw: str = "") -> None:
        """Stores a cell. An empty text is a blank cell and is not stored; see `docs/reading.md`.

        Raises Refused if the cell has two different contents, or a text longer than Excel allows.
        """
        if not text and kind is not CellKind.UNCALCULATED:
            return
        if len(text) > LONG_TEXT:
            self._check_long(row, column, text)
        self._budget.cells -= 1
        if self._budget.cells < 0:
            raise self._budget.refuse_cells()
        cell = _new(Cell, (row, column, kind, text, formula, raw))
        stored = self._cells.setdefault((row, column), cell)
        if stored is not cell and stored != cell:
            raise self.refuse_at("file.duplicate_cell", row, column, found=f"{stored.text} / {text}")

    def put_number(
        self, row: int, column: int, stored: str, cell_format: CellFormat = PLAIN, formula: bool = False
    ) -> None:
        """Stores a number with its digits, or the date that its format makes of it."""
        text = stored.strip(_XML_SPACE)
        if not _NUMBER.fullmatch(text):
            self.put(row, column, CellKind.TEXT, stored, formula)
        elif cell_format.style is Style.NUMBER:
            self.put(row, column, CellKind.NUMBER, text, formula)
            if cell_format.number:
                self.sheet.formats[row, column] = cell_format.number
        elif shown := show_serial(Decimal(text), cell_format.style, self._calendar):
            self.put(row, column, CellKind.DATE, shown, formula, text)
        else:
            self.put(row, column, CellKind.NUMBER, text, formula)

    def keep_runs(self, row: int, column: int, runs: Sequence[Run], font: str) -> None:
        """Note the fonts of a cell's text, if one of them is of the time before Unicode. `font` is the cell's own."""
        self._budget.spend_tags(len(runs) - 1)
        filled = tuple(run if run.font else run._replace(font=font) for run in runs)
        if any(find_encoding(run.font) for run in filled):
            self.sheet.runs[row, column] = filled

    def _check_long(self, row: int, column: int, text: str) -> None:
        if len(text) > MOST_TEXT:
            raise self.refuse_at("file.text_too_long", row, column, expected=f"{MOST_TEXT:,}".replace(",", "."))
        self._budget.spend_characters(len(text))

    def hide(self, row: int) -> None:
        """Records that a row is hidden. Called only for rows that hold something: millions of others may be hidden."""
        self._hidden.add(row)

    def merge(self, first_row: int, first_column: int, last_row: int, last_column: int) -> None:
        self._budget.spend_merged()
        self._merged.append((first_row, first_column, last_row, last_column))

    def close(self) -> Sheet:
        self.sheet.hidden_rows = frozenset(self._hidden)
        self.sheet.merged = tuple(self._merged)
        return self.sheet

    def refuse_at(self, code: str, row: int, column: int, **details: str) -> Refused:
        return refuse(code, sheet=self.sheet.name, cell=reference(row, column), **details)


def column_of(letters: str) -> int:
    """The 1-based number of a column: column_of("AB") == 28. 0 for anything beyond XFD."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number if number <= LAST_COLUMN else 0


def parse_reference(text: str) -> tuple[int, int] | None:
    """Row and column of an A1 reference, also "$A$1" and "a1"; None if it is not a cell of a sheet."""
    found = _REFERENCE.fullmatch(text)
    if not found:
        return None
    row, column = int(found[2]), column_of(found[1])
    return (row, column) if column and row <= LAST_ROW else None


def parse_range(text: str) -> tuple[int, int, int, int] | None:
    """First row, first column, last row, last column of "A1:B2" or of a single cell; None for anything else."""
    first, _, last = text.partition(":")
    start, end = parse_reference(first), parse_reference(last or first)
    if start is None or end is None or start[0] > end[0] or start[1] > end[1]:
        return None
    return *start, *end
