"""Fills in a blank form as an officer would, in the cells beside the codes, and reads the contents back.

Used for reports on paper and for the demonstration. What a unit sends is read by `reader.py`, never here.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from chalicelib.domain.language.spelling import make_writable
from chalicelib.domain.language.vietnamese import format_flag
from chalicelib.workbook.form import marks

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet


@dataclass
class Contents:
    """What to fill in: figures by code, tables as lists of rows by column, and the figures marked as estimates.

    A text stays text, whatever it begins with: intake interprets it like any typed text.
    """

    values: dict[str, Any] = field(default_factory=dict)
    tables: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    estimates: frozenset[str] = frozenset()


def fill_in(template: bytes, contents: Contents) -> bytes:
    """The blank form with `contents` typed in, as an .xlsx saved by openpyxl."""
    workbook = _load(template)
    for sheet in workbook.worksheets:
        for row, tokens in _find_tokens(sheet).items():
            if marks.CODE in tokens and marks.VALUE in tokens:
                _fill_codes(sheet, row, tokens, contents)
            table = next((token for token in tokens if token.startswith(marks.TABLE_PREFIX)), None)
            if table:
                _fill_table(sheet, row, tokens, contents.tables.get(table.removeprefix(marks.TABLE_PREFIX), []))
    return save(workbook)


def read_back(data: bytes) -> Contents:
    """The contents that `fill_in` wrote, as texts. Only for workbooks made by `fill_in`."""
    contents = Contents()
    estimates: set[str] = set()
    for sheet in _load(data).worksheets:
        for row, tokens in _find_tokens(sheet).items():
            if marks.CODE in tokens and marks.VALUE in tokens:
                contents.values |= _read_codes(sheet, row, tokens, marks.VALUE)
                estimates |= _read_codes(sheet, row, tokens, marks.ESTIMATE).keys()
            table = next((token for token in tokens if token.startswith(marks.TABLE_PREFIX)), None)
            if table:
                contents.tables[table.removeprefix(marks.TABLE_PREFIX)] = _read_table(sheet, row, tokens)
    contents.estimates = frozenset(estimates)
    return contents


def _read_codes(sheet: Worksheet, first: int, tokens: Mapping[str, int], token: str) -> dict[str, str]:
    """Texts of the column of `token`, by code, without the formulas of totals."""
    if token not in tokens:
        return {}
    cells = {
        str(sheet.cell(row, tokens[marks.CODE]).value): sheet.cell(row, tokens[token])
        for row in range(first + 1, sheet.max_row + 1)
    }
    return {code: str(cell.value) for code, cell in cells.items() if cell.value is not None and cell.data_type != "f"}


def _read_table(sheet: Worksheet, first: int, tokens: Mapping[str, int]) -> list[dict[str, str]]:
    columns = {token[1:]: column for token, column in tokens.items() if not token.startswith(marks.TABLE_PREFIX)}
    rows = []
    for row in range(first + 1, sheet.max_row + 1):
        cells = {code: sheet.cell(row, column).value for code, column in columns.items()}
        texts = {code: str(value) for code, value in cells.items() if value is not None}
        if texts:
            rows.append(texts)
    return rows


def _load(data: bytes) -> Workbook:
    from openpyxl import load_workbook  # slow to import: pages that only need `Contents` do without it

    return load_workbook(io.BytesIO(data))


def save(workbook: Workbook) -> bytes:
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


def _find_tokens(sheet: Worksheet) -> dict[int, dict[str, int]]:
    found: dict[int, dict[str, int]] = {}
    for cells in sheet.iter_rows():
        for cell in cells:
            if isinstance(cell.value, str) and cell.value.startswith("@"):
                found.setdefault(cell.row, {})[cell.value] = cell.column
    return found


def _fill_codes(sheet: Worksheet, first: int, tokens: Mapping[str, int], contents: Contents) -> None:
    for row in range(first + 1, sheet.max_row + 1):
        code = str(sheet.cell(row, tokens[marks.CODE]).value)
        if code in contents.values:
            _type(sheet, row, tokens[marks.VALUE], contents.values[code])
        if code in contents.estimates:
            _type(sheet, row, tokens[marks.ESTIMATE], "x")


def _fill_table(sheet: Worksheet, first: int, tokens: Mapping[str, int], rows: Sequence[Mapping[str, Any]]) -> None:
    for row, values in enumerate(rows, start=first + 1):
        for code, value in values.items():
            _type(sheet, row, tokens[f"@{code}"], value)


def _type(sheet: Worksheet, row: int, column: int, value: Any) -> None:
    cell = sheet.cell(row, column)
    if isinstance(value, bool):
        value = format_flag(value)
    if isinstance(value, Decimal):
        value = float(value)
    if "%" in cell.number_format and isinstance(value, int | float):
        value = value / 100  # as Excel keeps what is typed as 12,5%
    cell.value = make_writable(value) if isinstance(value, str) else value
    if isinstance(value, str):
        cell.data_type = "s"  # whatever openpyxl made of it: a formula, an error
    if isinstance(value, date):
        cell.number_format = "dd/mm/yyyy"
