"""A cell as its sender knows it: what the screen shows of its number or date, and its text in Unicode."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from chalicelib.domain.language.legacy_text import Repaired, repair_runs, repair_text
from chalicelib.domain.language.spelling import compose, fold_spaces
from chalicelib.domain.language.vietnamese import format_day
from chalicelib.domain.submission.dates import find_year
from chalicelib.domain.submission.numbers import MOST_DIGITS, parse_stored, round_as_shown
from chalicelib.workbook.form.places import Place
from chalicelib.workbook.reading.book import Cell, CellKind
from chalicelib.workbook.reading.formats import NumberFormat

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
"""How a date cell's text begins; a time of day or a duration names no day."""


def show(place: Place) -> str:
    """What is told of a cell: "50%" for 0.5 in such a format, a date day first, the year that was typed for a day."""
    cell = place.cell
    if cell is None:
        return ""
    day = find_day(cell)
    if day is not None:
        return find_typed_year(cell) or f"{format_day(day)} {cell.text[11:]}".strip()
    shown = _find_format(place)
    return shown[0].show(shown[1]) if shown else fold_spaces(cell.text)


def show_exactly(place: Place) -> str:
    """The number with all its digits as its format shows it; "" where the format says nothing beyond the digits."""
    shown = _find_format(place)
    return shown[0].show_exactly(shown[1]) if shown else ""


def _find_format(place: Place) -> tuple[NumberFormat, Decimal] | None:
    """A format that says something, and the number; a number that is too large is shown by its digits."""
    cell = place.cell
    number_format = place.sheet.formats.get((cell.row, cell.column)) if cell else None
    if number_format is None or cell is None or cell.kind is not CellKind.NUMBER:
        return None
    number = parse_stored(cell.text)
    if number is None or abs(number.adjusted()) >= 2 * MOST_DIGITS:
        return None
    return number_format, round_as_shown(number)


def find_day(cell: Cell) -> date | None:
    """The day that a date cell names."""
    return date.fromisoformat(cell.text[:10]) if cell.kind is CellKind.DATE and _DAY.match(cell.text) else None


def find_typed_year(cell: Cell) -> str:
    """The year that was typed into a date cell in the place of a day, or ""."""
    day = find_day(cell)
    return find_year(day, cell.raw) if day else ""


def repair(place: Place) -> Repaired:
    """The text of a cell in Unicode, by the fonts that it is in."""
    cell = place.cell
    if cell is None or cell.kind is not CellKind.TEXT:
        return Repaired(show(place))
    runs = place.sheet.runs.get((cell.row, cell.column))
    if runs is None:
        return repair_text(compose(cell.text))
    return repair_runs(run._replace(text=compose(run.text)) for run in runs)


def read_words(place: Place) -> str:
    """The text of a cell, converted where its font says so: what figures, dates and choices are read from."""
    cell = place.cell
    if cell is None or (cell.row, cell.column) not in place.sheet.runs:
        return cell.text if cell else ""
    return repair(place).text
