"""A form filled in by typing into a page: the same workbook that a unit would send, so that one way leads in."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping

from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from chalicelib.domain.programme import Form, Period, Programme, Unit
from chalicelib.workbook import marks
from chalicelib.workbook.template import make_template


def fill_form(programme: Programme, form: Form, unit: Unit, period: Period, typed: Mapping[str, str]) -> bytes:
    """The blank form with `typed` (text by code) in its cells, as text: intake reads what people type."""
    workbook = load_workbook(io.BytesIO(make_template(programme, form, unit, period)))
    for sheet in workbook.worksheets:
        for row, code_column, value_column in _find_columns(sheet):
            for number in range(row + 1, sheet.max_row + 1):
                text = typed.get(str(sheet.cell(number, code_column).value), "")
                if text:
                    cell = sheet.cell(number, value_column)
                    cell.value = text
                    cell.data_type = "s"  # "=1+1" stays what was typed
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


def _find_columns(sheet: Worksheet) -> Iterator[tuple[int, int, int]]:
    """Rows of tokens that have codes and values: row, column of codes, column of values."""
    for number, cells in enumerate(sheet.iter_rows(), start=1):
        tokens = {
            cell.value: cell.column for cell in cells if isinstance(cell.value, str) and cell.value.startswith("@")
        }
        if marks.CODE in tokens and marks.VALUE in tokens:
            yield number, tokens[marks.CODE], tokens[marks.VALUE]
