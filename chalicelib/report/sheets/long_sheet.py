"""A sheet of very many rows: each row becomes text of its part when it is written, and never lies in memory as cells.

XlsxWriter does so for a whole workbook or not at all. Underscored names here are its own; the locks hold its version.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

if TYPE_CHECKING:
    from xlsxwriter.format import Format

_DAY_NOUGHT = date(1899, 12, 30)


class LongSheet(Worksheet):  # type: ignore[misc]  # XlsxWriter has no types
    """A sheet that keeps its rows from `first_long` on as text. Their cells come in order, row by row."""

    def __init__(self) -> None:
        super().__init__()
        self.first_long = 0
        self._row = -1
        self._cells: list[str] = []
        self._rows: list[str] = []
        self._names: list[str] = [xl_col_to_name(column) for column in range(50)]

    def write_string(self, row: int, column: int, text: str, style: Format) -> None:
        if row < self.first_long:
            super().write_string(row, column, text, style)
        else:
            self._put(row, column, style, f' t="s"><v>{self.str_table._get_shared_string_index(text)}</v></c>')

    def write_number(self, row: int, column: int, number: int | float, style: Format) -> None:
        self._put(row, column, style, f"><v>{number if isinstance(number, int) else f'{number:.16G}'}</v></c>")

    def write_datetime(self, row: int, column: int, day: date, style: Format) -> None:
        self.write_number(row, column, (day - _DAY_NOUGHT).days, style)

    def write_blank(self, row: int, column: int, _: None, style: Format) -> None:
        self._put(row, column, style, "/>")

    def _put(self, row: int, column: int, style: Format, rest: str) -> None:
        if row != self._row:
            self._end_row()
            self._row = row
        self._cells.append(f'<c r="{self._names[column]}{row + 1}" s="{style._get_xf_index()}"{rest}')

    def _end_row(self) -> None:
        if self._cells:
            self._rows.append(f'<row r="{self._row + 1}">{"".join(self._cells)}</row>')
            self._cells.clear()

    def _write_dimension(self) -> None:
        last = max(self._row, self.dim_rowmax or 0)
        ref = f"A1:{self._names[self.dim_colmax or 0]}{last + 1}"
        self._xml_empty_tag("dimension", [("ref", ref)])

    def _write_sheet_data(self) -> None:
        self._end_row()
        self._xml_start_tag("sheetData")
        self._write_rows()
        self.fh.writelines(self._rows)
        self._xml_end_tag("sheetData")
