"""Checks of single cells: missing figures, overwritten totals, overlong prose, numbers that identify a person."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from chalicelib.domain.issues.issue import Issue, make_issue
from chalicelib.domain.language.vietnamese import format_number, format_percent, format_value
from chalicelib.domain.programme.kinds import Method
from chalicelib.domain.programme.model import Indicator
from chalicelib.domain.programme.scales import Scale
from chalicelib.domain.submission.filled_form import AskedCell, FilledForm
from chalicelib.domain.submission.numbers import parse_stored
from chalicelib.domain.submission.personal_numbers import find_personal_number
from chalicelib.domain.submission.records import Figure
from chalicelib.domain.values import Number, Value, read_number


def check_missing(filled: FilledForm) -> Iterator[Issue]:
    """An empty cell is missing, not zero; the issue asks the sender to type 0. It may be empty where a condition does
    not hold, or where it is not known whether it does: then the cell that decides it is missing."""
    for row in filled.rows:
        place = filled.cells.get(row.code)
        is_needed = not row.computed and row.code not in filled.form.optional and filled.asked.get(row.code, True)
        if place and place.is_blank and is_needed and row.code not in filled.values:
            yield _issue_at("cell.missing", place, row.code, label=row.label)


def check_unasked(filled: FilledForm) -> Iterator[Issue]:
    """A figure in a row whose condition does not hold; 0 and “Không” contradict nothing."""
    for row in filled.rows:
        figure = filled.values.get(row.code)
        if filled.asked.get(row.code, True) is not False or row.computed or not figure or figure.value in (0, False):
            continue
        condition = filled.form.find_condition(row).on_form
        cells = (filled.cells.get(code) for code in condition.codes)
        yield make_issue(
            "cell.not_asked", sheet=figure.sheet, cell=figure.cell, indicator=row.code, label=row.label,
            found=_show(figure.value, row, filled), expected=str(condition),
            related=[cell.cell for cell in cells if cell and cell.sheet == figure.sheet],
        )  # fmt: skip


def check_plausible(filled: FilledForm) -> Iterator[Issue]:
    """Figures outside the range that the programme gives to units of this type, computed ones too."""
    for row in filled.rows:
        figure = filled.values.get(row.code) or filled.computed.get(row.code)
        within, number = row.find_range(filled.unit_type), read_number(figure.value) if figure else None
        if not figure or not within or number is None or filled.asked.get(row.code, True) is False:
            continue
        if within.find_passed(number) is not None:
            found = format_percent(number, 2) if row.kind.is_quotient else format_number(filled.ask(row, number))
            unit, within = filled.form.find_asked_unit(row), within.ask(filled.form.find_scale(row))
            yield make_issue(
                "cell.implausible", sheet=figure.sheet, cell=figure.cell, indicator=row.code, label=row.label,
                found=found, expected=within.say(unit),
            )  # fmt: skip


def _show(value: Value, row: Indicator, filled: FilledForm) -> str:
    number = read_number(value)
    return format_value(value) if number is None else format_number(filled.ask(row, number))


def check_missing_narratives(filled: FilledForm) -> Iterator[Issue]:
    for narrative in filled.form.narratives:
        place = filled.cells.get(narrative.code)
        if place and place.is_blank and narrative.required:
            yield _issue_at("text.missing", place, narrative.code, label=narrative.label)


def check_missing_in_tables(filled: FilledForm) -> Iterator[Issue]:
    """Every row that was begun needs all its required columns. A cell that could not be read already has its issue."""
    for table in filled.tables:
        required = [column for column in table.columns if column.required]
        for row in filled.table_rows.get(table.code, ()):
            for column in required:
                cell = row.cells.get(column.code, "")
                if column.code not in row.values and (row.sheet, cell) not in filled.unreadable:
                    yield make_issue("table.cell_missing", sheet=row.sheet, cell=cell, label=column.label)


def check_computed(filled: FilledForm) -> Iterator[Issue]:
    """Compares the cell of a total with the total of its parts.

    A number typed over the formula contradicts the sender's own parts; a formula's number is a stale result of Excel.
    """
    rows = {row.code: row for row in filled.rows}
    for code, figure in filled.computed.items():
        place, row = filled.cells[code], rows[code]
        scale = filled.form.find_scale(row)
        if place.broken:
            told = _tell(str(figure.value), scale)
            yield _issue_at("total.broken", place, code, label=row.label, found=place.broken, expected=told)
        elif place.stored and not _is_close(place.stored, figure.value, row, scale):
            issue, told = "total.stale" if place.is_formula else "total.differs", _tell(str(figure.value), scale)
            yield _issue_at(issue, place, code, label=row.label, found=_tell(place.stored, scale), expected=told)


def _tell(number: str, scale: Scale | None) -> str:
    """A number of the unit of measure as the form asks for it."""
    parsed = parse_stored(number) if scale else None
    return format_number(scale.ask(parsed)) if scale and parsed is not None else number


def _is_close(stored: str, computed: Value, row: Indicator, scale: Scale | None) -> bool:
    """Equal within Excel's precision, a ratio to the decimals that were typed; a damaged number equals nothing.

    Excel has weights, and ratios that give points, as binary fractions: of a difference it leaves a trace of them.
    """
    number, exact = parse_stored(stored), Decimal(computed)
    if number is None:
        return False
    leeway: Number = abs(exact) * Decimal("1e-12")
    if row.kind.method is not Method.SUM or not (row.formula and row.formula.is_whole):
        leeway = max(leeway, Decimal("1e-9"))
    if scale:
        leeway = max(leeway, _PART if row.kind.is_whole else scale.store(Decimal("1e-9")))
    if row.kind.is_quotient:
        leeway = max(leeway, Decimal(5).scaleb(int(number.as_tuple().exponent) - 1))
    return abs(number - exact) <= leeway


_PART = Decimal("0.4")
"""A whole number that a formula adds up in a larger unit is as near as this: Excel moves the decimal mark in binary."""

MOST_OF_REMARK = 1000
"""The maximum length of a remark beside a figure and of a text in a table, in characters."""


def check_lengths(filled: FilledForm) -> Iterator[Issue]:
    for narrative in filled.form.narratives:
        figure = filled.narratives.get(narrative.code)
        if figure is not None:
            yield from _check_length(figure, narrative.max_length, narrative.code, label=narrative.label)
    for row in filled.rows:
        if row.code in filled.remarks:
            yield from _check_length(filled.remarks[row.code], MOST_OF_REMARK, row.code, label=row.label)


def check_lengths_in_tables(filled: FilledForm) -> Iterator[Issue]:
    for table in filled.tables:
        for row in filled.table_rows.get(table.code, ()):
            for column in table.columns:
                value = row.values.get(column.code)
                if isinstance(value, str):
                    figure = Figure(value=value, sheet=row.sheet, cell=row.cells[column.code])
                    yield from _check_length(figure, MOST_OF_REMARK, column.code, label=column.label)


def _check_length(figure: Figure, most: int, code: str, *, label: str) -> Iterator[Issue]:
    if (length := len(str(figure.value))) > most:
        yield make_issue(
            "text.too_long", sheet=figure.sheet, cell=figure.cell, indicator=code, label=label,
            found=f"{length} ký tự", expected=f"{most} ký tự",
        )  # fmt: skip


def check_personal_numbers(filled: FilledForm) -> Iterator[Issue]:
    """No text may contain a citizen's number or a telephone number: the reports count people and do not name them."""
    for sheet, cell, text in _list_texts(filled):
        code = find_personal_number(text)
        if code:
            yield make_issue(code, sheet=sheet, cell=cell)


def _list_texts(filled: FilledForm) -> Iterator[tuple[str, str, str]]:
    for figure in [*filled.values.values(), *filled.narratives.values(), *filled.remarks.values()]:
        if isinstance(figure.value, str):
            yield figure.sheet, figure.cell, figure.value
    for rows in filled.table_rows.values():
        for row in rows:
            for code, value in row.values.items():
                if isinstance(value, str):
                    yield row.sheet, row.cells[code], value


def _issue_at(code: str, place: AskedCell, indicator: str, *, label: str, found: str = "", expected: str = "") -> Issue:
    return make_issue(
        code, sheet=place.sheet, cell=place.cell, indicator=indicator, label=label, found=found, expected=expected
    )
