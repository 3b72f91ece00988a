"""Writes the parts of a programme as a sổ chương trình: sheets with headings, lists in the cells, a sheet of help."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from math import ceil
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from chalicelib.domain.language.spelling import make_writable
from chalicelib.domain.programme.making import Raw
from chalicelib.workbook.programme.read import EXAMPLE, GUIDE
from chalicelib.workbook.programme.sheets import MAIN, SHEETS, BookSheet, Level, SheetColumn
from chalicelib.workbook.programme.values import NOTHING, OF_PROSE, TEXT

Row = dict[SheetColumn, Any]
_BLANK_ROWS = 200
_WIDTHS = (10, 60)
"""The narrowest and the widest column, in characters."""
_WIDTH_OF_MAIN = 70
_ROOM = {"label": 44, "full_name": 34, "name": 24, "group": 24, "computed": 30}
_ROOM_FOR_TEXT = 30
"""What columns are wide enough for before anything stands in them."""
_LINE, _MOST_LINES = 15.0, 27
"""The height of a line in points; Excel's highest row has 409."""


def write_programme_book(raw: Raw) -> bytes:
    """The sổ as .xlsx. A part that the programme does not have is said to be empty: no default takes its place."""
    return _write(raw, is_new=False)


def write_new_book() -> bytes:
    """A sổ to begin with: headings, and an example on the sheets that a programme needs."""
    return _write({}, is_new=True)


def _write(raw: Raw, *, is_new: bool) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "default_date_format": "dd/mm/yyyy"}) as workbook:
        writer = _Writer(workbook)
        for sheet in SHEETS:
            writer.write(sheet, raw, is_new=is_new)
        writer.write_guide()
    return out.getvalue()


def list_rows(sheet: BookSheet, raw: Raw) -> Iterator[Row]:
    """The rows of a sheet, as values by column."""
    if sheet.pairs:
        key, *columns = sheet.columns
        codes = dict.fromkeys(code for pair in sheet.pairs for code in raw.get(pair, {}))
        for code in codes:
            texts = {each: raw.get(each.field, {}).get(code) for each in columns}
            yield {key: code} | {each: text for each, text in texts.items() if text is not None}
    elif sheet.owner:
        for form in raw.get("forms", ()):
            for number, row in enumerate(_list_records(sheet.levels, form)):
                yield {sheet.owner: form["code"]} | row if number == 0 else row
    else:
        yield from _list_records(sheet.levels, raw)


def _list_records(levels: Sequence[Level], record: Any) -> Iterator[Row]:
    level, *inner = levels
    for each in record.get(level.part, ()):
        own = {column: value for column in level.columns if (value := _find_value(each, column)) is not None}
        below = list(_list_records(inner, each)) if inner else []
        yield own | (below[0] if below else {})
        yield from below[1:]


def _find_value(record: Any, column: SheetColumn) -> Any:
    """The value as the cell has it; None for none."""
    value = record.get(column.field) if column.field else record
    return None if value is None else column.kind.write(value)


def find_main_value(raw: Raw, column: SheetColumn) -> Any:
    """The value of a line of the sheet that has one value a line; None for none."""
    record: Any = raw
    *around, key = column.field.split(".")
    for step in around:
        record = record.get(step, {})
    return None if record.get(key) is None else column.kind.write(record[key])


class _Writer:
    def __init__(self, workbook: xlsxwriter.Workbook) -> None:
        self.workbook = workbook
        wrapped = {"text_wrap": True, "valign": "top"}
        self.text = workbook.add_format({"num_format": "@", **wrapped})
        self.example = workbook.add_format({"italic": True, "font_color": "#7F7F7F", **wrapped})
        self.number = workbook.add_format(wrapped)
        self.day = workbook.add_format({"num_format": "dd/mm/yyyy", **wrapped})
        self.moment = workbook.add_format({"num_format": "dd/mm/yyyy hh:mm", **wrapped})
        self.heading = workbook.add_format({"bold": True, "bg_color": "#E8EEF4", "border": 1, **wrapped})
        self.needed = workbook.add_format({"bold": True, "bg_color": "#FBE9D0", "border": 1, **wrapped})

    def write(self, sheet: BookSheet, raw: Raw, *, is_new: bool) -> None:
        page = self.workbook.add_worksheet(sheet.name)
        page.set_landscape()
        page.fit_to_pages(1, 0)
        if sheet.columns is MAIN:
            self._write_main(page, raw)
            return
        rows = list(list_rows(sheet, raw))
        self._write_head(page, sheet)
        self._write_rows(page, sheet, rows)
        if is_new:
            for position, text in enumerate(sheet.example):
                page.write_string(1, position, text if position else f"{EXAMPLE} {text}", self.example)
        elif not rows and sheet.levels:
            page.write_string(1, 0, NOTHING, self.text)
        self._offer(page, sheet, len(rows) + _BLANK_ROWS)
        page.freeze_panes(1, 1)
        page.repeat_rows(0)

    def _write_head(self, page: Worksheet, sheet: BookSheet) -> None:
        for position, column in enumerate(sheet.all_columns):
            page.write_string(0, position, column.heading, self._choose_heading(is_needed=column.is_needed))
            if column.help:
                page.write_comment(0, position, column.help)

    def _write_rows(self, page: Worksheet, sheet: BookSheet, rows: Sequence[Row]) -> None:
        widths = {column: _find_width(column, rows) for column in sheet.all_columns}
        for position, width in enumerate(widths.values()):
            page.set_column(position, position, width, self.text)
        for number, row in enumerate(rows, start=1):
            page.set_row(number, _LINE * _count_lines(row, widths))
            for position, column in enumerate(widths):
                if column in row:
                    self._write_cell(page, number, position, row[column])

    def _write_main(self, page: Worksheet, raw: Raw) -> None:
        page.set_column(0, 0, 42)
        page.set_column(1, 1, _WIDTH_OF_MAIN, self.text)
        page.set_column(2, 2, 60)
        for number, column in enumerate(MAIN):
            page.write_string(number, 0, column.heading, self._choose_heading(is_needed=column.is_needed))
            value = find_main_value(raw, column)
            if value is not None:
                page.set_row(number, _LINE * _count_lines({column: value}, {column: _WIDTH_OF_MAIN}))
                self._write_cell(page, number, 1, value)
            page.write_string(number, 2, column.help or _say_expected(column), self.number)
            if column.kind.choices:
                page.data_validation(number, 1, number, 1, {"validate": "list", "source": list(column.kind.choices)})

    def _write_cell(self, page: Worksheet, row: int, column: int, value: Any) -> None:
        if isinstance(value, datetime):
            page.write_datetime(row, column, value, self.moment)
        elif isinstance(value, date):
            page.write_datetime(row, column, value, self.day)
        elif isinstance(value, int) and not isinstance(value, bool):
            page.write_number(row, column, value, self.number)
        elif value != "":
            page.write_string(row, column, make_writable(str(value), instead="\ufffd"), self.text)

    def _offer(self, page: Worksheet, sheet: BookSheet, last: int) -> None:
        """Lists in the cells of columns that have choices of their own, or the codes of another sheet."""
        for position, column in enumerate(sheet.all_columns):
            source: list[str] | str = list(column.kind.choices)
            for other in SHEETS if column.lists else ():
                if column.lists in (*other.pairs, *(level.part for level in other.levels)):
                    place = _letter([each.field for each in other.all_columns].index("" if other.pairs else "code"))
                    source = f"='{other.name}'!${place}$2:${place}$5000"
                    break
            if source:
                rule = {"validate": "list", "source": source, "error_type": "warning"}
                page.data_validation(1, position, last, position, rule)

    def write_guide(self) -> None:
        page = self.workbook.add_worksheet(GUIDE)
        page.set_column(0, 0, 22)
        page.set_column(1, 1, 30)
        page.set_column(2, 2, 90, self.number)
        row = 0
        for sheet in SHEETS:
            page.write_string(row, 0, sheet.name, self._choose_heading(is_needed=sheet.is_needed))
            page.write_string(row, 2, sheet.help)
            for column in sheet.all_columns:
                row += 1
                page.write_string(row, 1, column.heading, self._choose_heading(is_needed=column.is_needed))
                page.write_string(row, 2, column.words, self.number)
            row += 2

    def _choose_heading(self, *, is_needed: bool) -> Format:
        return self.needed if is_needed else self.heading


def _say_expected(column: SheetColumn) -> str:
    """What is to be written; that it is a text needs no words."""
    return "" if column.kind == TEXT else column.kind.expected


def _letter(position: int) -> str:
    return chr(ord("A") + position)


def _find_width(column: SheetColumn, rows: Sequence[Row]) -> int:
    """As wide as what stands in the column, within bounds."""
    narrow, wide = _WIDTHS
    narrow = max(narrow, _ROOM.get(column.field, 0), _ROOM_FOR_TEXT if column.kind in OF_PROSE else 0)
    texts = (line for row in rows for line in str(row.get(column, "")).split("\n"))
    return min(wide, max(narrow, len(column.heading), *map(len, (*texts, *column.kind.choices)), 0) + 2)


def _count_lines(row: Row, widths: Mapping[SheetColumn, int]) -> int:
    """The lines of the row's highest cell, since not every program adjusts rows on opening."""
    wrapped = (
        sum(max(1, ceil(len(line) / widths[column])) for line in str(value).split("\n"))
        for column, value in row.items()
    )
    return min(_MOST_LINES, max(wrapped, default=1))
