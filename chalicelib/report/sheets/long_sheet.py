"""A sheet of very many cells: each row becomes text of its part when it is written, and waits for it in a file.

XlsxWriter does so for a whole workbook or not at all. Underscored names here are its own; the locks hold its version.
"""

from __future__ import annotations

from datetime import date
from shutil import copyfileobj
from tempfile import TemporaryFile
from typing import TYPE_CHECKING

from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

if TYPE_CHECKING:
    from xlsxwriter.format import Format

_DAY_NOUGHT = date(1899, 12, 30)
_TEXT = ' t="s"'
_ROW = "\0"
"""No text of XML has this sign."""


class LongSheet(Worksheet):  # type: ignore[misc]  # XlsxWriter has no types
    """A sheet that keeps its rows from `first_long` on as text. Their cells come in order, row by row, none left out.

    Such a cell is known by its text, with `_ROW` where its row's number will stand, so that one that comes again in its
    column, alone or with its neighbours, is made once.
    """

    def __init__(self) -> None:
        super().__init__()
        self.first_long = 0
        self._row = -1
        self._next_column = 0
        self._cells: list[str] = []
        self._rows = TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115 - closed when it has been copied
        self._names: list[str] = []
        self._heights: dict[int, float] = {}
        self._links: list[str] = []

    def make_text(self, column: int, text: str, style: Format) -> str:
        """The cell of a text; a blank one of ""."""
        if not text:
            return self._make_cell(column, style, "/>")
        number = self.str_table._get_shared_string_index(text)
        self.str_table.count -= 1  # counted with the row that it stands in
        return self._make_cell(column, style, f"{_TEXT}><v>{number}</v></c>")

    def _make_cell(self, column: int, style: Format, rest: str) -> str:
        return f'<c r="{self._name(column)}{_ROW}" s="{style._get_xf_index()}"{rest}'

    def _name(self, column: int) -> str:
        self._names += map(xl_col_to_name, range(len(self._names), column + 1))
        return self._names[column]

    def put(self, row: int, column: int, cells: str, *, number: int = 1) -> None:
        """Puts so many cells behind those that the row has. Raises ValueError if they belong elsewhere."""
        if row != self._row:
            self._end_row()
            self._row = row
        if column != self._next_column:
            raise ValueError(f"row {row}: cell {column} behind {self._next_column} cells")
        self._cells.append(cells)
        self._next_column += number

    # What stands above the long rows is written as in any other sheet.

    def write_string(self, row: int, column: int, text: str, style: Format) -> None:
        if row < self.first_long:
            super().write_string(row, column, text, style)
        else:
            self.put(row, column, self.make_text(column, text, style))

    def write_number(self, row: int, column: int, number: int | float, style: Format) -> None:
        if row < self.first_long:
            super().write_number(row, column, number, style)
            return
        shown = number if isinstance(number, int) else f"{number:.16G}"
        self.put(row, column, self._make_cell(column, style, f"><v>{shown}</v></c>"))

    def write_formula(self, row: int, column: int, formula: str, style: Format, value: int | float | str) -> None:
        if row < self.first_long:
            super().write_formula(row, column, formula, style, value)
            return
        kind = ' t="str"' if isinstance(value, str) and value else ""
        told = f"<f>{self._escape_data(formula.removeprefix('='))}</f><v>{self._escape_data(value)}</v>"
        self.put(row, column, self._make_cell(column, style, f"{kind}>{told}</c>"))

    def write_datetime(self, row: int, column: int, day: date, style: Format) -> None:
        self.write_number(row, column, (day - _DAY_NOUGHT).days, style)

    def write_blank(self, row: int, column: int, _: None, style: Format) -> None:
        if row < self.first_long:
            super().write_blank(row, column, None, style)
        else:
            self.put(row, column, self.make_text(column, "", style))

    def write_url(self, row: int, column: int, url: str, tip: str | None = None) -> None:
        """A link to a place in the workbook. XlsxWriter would write its address into the cell as well."""
        place = self._escape_attributes(url.removeprefix("internal:"))
        told = f' tooltip="{self._escape_attributes(tip)}"' if tip else ""
        self._links.append(f'<hyperlink ref="{self._name(column)}{row + 1}" location="{place}"{told}/>')

    def set_row(self, row: int, height: float) -> None:
        if row < self.first_long:
            super().set_row(row, height)
        else:
            self._heights[row] = height

    def _end_row(self) -> None:
        if self._cells:
            number, cells = str(self._row + 1), "".join(self._cells)
            self.str_table.count += cells.count(_TEXT)
            height = self._heights.pop(self._row, None)
            told = f' ht="{height:g}" customHeight="1"' if height else ""
            self._rows.write(f'<row r="{number}"{told}>{cells.replace(_ROW, number)}</row>')
            self._cells.clear()
            self._next_column = 0

    def _write_dimension(self) -> None:
        last = max(self._row, self.dim_rowmax or 0)
        ref = f"A1:{self._name(self.dim_colmax or 0)}{last + 1}"
        self._xml_empty_tag("dimension", [("ref", ref)])

    def _write_sheet_data(self) -> None:
        self._end_row()
        self._xml_start_tag("sheetData")
        self._write_rows()
        with self._rows as rows:
            rows.seek(0)
            copyfileobj(rows, self.fh)
        self._xml_end_tag("sheetData")

    def _write_hyperlinks(self) -> None:
        if self._links:
            self._xml_start_tag("hyperlinks")
            self.fh.writelines(self._links)
            self._xml_end_tag("hyperlinks")
