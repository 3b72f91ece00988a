"""Fills a blank form in as an officer would: into the cells beside the codes, by another program than ours."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from chalicelib.workbook import marks


@dataclass
class Contents:
    """What is typed: by code, by table (a list of rows by column), and which figures are marked as estimates."""

    values: dict[str, Any] = field(default_factory=dict)
    tables: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    estimates: frozenset[str] = frozenset()


def fill_in(template: bytes, contents: Contents) -> bytes:
    """The blank form with `contents` typed in, as an .xlsx saved by openpyxl."""
    workbook = load_workbook(io.BytesIO(template))
    for sheet in workbook.worksheets:
        for row, tokens in _find_tokens(sheet).items():
            if marks.CODE in tokens and marks.VALUE in tokens:
                _fill_codes(sheet, row, tokens, contents)
            table = next((token for token in tokens if token.startswith(marks.TABLE_PREFIX)), None)
            if table:
                _fill_table(sheet, row, tokens, contents.tables.get(table.removeprefix(marks.TABLE_PREFIX), []))
    return save(workbook)


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
        value = "Có" if value else "Không"
    if isinstance(value, Decimal):
        value = float(value)
    cell.value = value
    if isinstance(value, str) and value.startswith(("=", "+", "-", "@")):
        cell.data_type = "s"
    if isinstance(value, date):
        cell.number_format = "dd/mm/yyyy"
