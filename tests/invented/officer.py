"""Writes a sổ chương trình as an officer does: into a blank one, sheet by sheet, below its headings."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from chalicelib.domain.programme.model import Period, Programme, Unit
from chalicelib.workbook.form.filling import Contents, fill_in
from chalicelib.workbook.form.template import make_template
from chalicelib.workbook.programme.check import check_programme_book
from chalicelib.workbook.programme.write import write_new_book
from chalicelib.workbook.reading.reader import read_workbook

Row = tuple[Any, ...]

PERIOD_HEADINGS = "Mã | Tên kỳ | Số liệu từ ngày | Số liệu đến ngày | Mở nhận | Hạn | Khóa"
"""Of a row of the sheet Kỳ that stands in the place of a period that a rule makes."""


@dataclass(frozen=True)
class Sheet:
    """What is typed into one sheet: the headings that are filled in, divided by "|", and the rows in their order."""

    headings: str
    rows: tuple[Row, ...]


def write_book(main: Mapping[str, Any], sheets: Mapping[str, Sheet]) -> bytes:
    """`main` is the first sheet, a value for each line; headings that are not known there fail."""
    workbook = openpyxl.load_workbook(io.BytesIO(write_new_book()))
    _write_main(workbook["Chương trình"], main)
    for name, sheet in sheets.items():
        _write_rows(workbook[name], sheet)
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


def load_book(book: bytes) -> Programme:
    """The programme of a sổ that has no mistake and nothing to look at again."""
    found = check_programme_book(read_workbook(book))
    assert [issue.message for issue in (*found.issues, *found.remarks)] == []
    assert found.programme is not None
    return found.programme


def _write_main(page: Worksheet, main: Mapping[str, Any]) -> None:
    lines = {str(row[0].value): row[1] for row in page.iter_rows(max_col=2)}
    for name, value in main.items():
        lines[name].value = value


def _write_rows(page: Worksheet, sheet: Sheet) -> None:
    columns = {str(cell.value): cell.column for cell in page[1]}
    positions = [columns[heading.strip()] for heading in sheet.headings.split("|")]
    for number, row in enumerate(sheet.rows, start=page.max_row + 1):
        for position, value in zip(positions, row, strict=False):
            page.cell(number, position).value = value


Mistakes = Mapping[str, tuple[dict[str, Any], str]]
"""What single units type otherwise, by unit code, and the code of the issue that it deserves."""


def fill_forms(
    programme: Programme, period: Period, make_values: Callable[[Unit], dict[str, Any]], *, wrong: Mistakes, most: int
) -> Iterator[tuple[Unit, bytes]]:
    """The filled-in workbooks of the first `most` units that owe a form."""
    units = {obligation.unit: obligation.form for obligation in programme.obligations(period.code)}
    for code in list(units)[:most]:
        unit, form = programme.unit_by_code[code], programme.form_by_code[units[code]]
        values = make_values(unit) | wrong.get(code, ({}, ""))[0]
        yield unit, fill_in(make_template(programme, form, unit, period), Contents(values))
