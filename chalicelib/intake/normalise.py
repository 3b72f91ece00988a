"""Turns the located cells into values without guessing, and records every reading that changed a text."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from chalicelib.domain.issues.issue import Issue, Severity, make_issue
from chalicelib.domain.language.legacy_text import list_readings
from chalicelib.domain.language.spelling import compose, make_key, make_search_key, suggest
from chalicelib.domain.language.vietnamese import NO_WORDS, YES_WORDS, format_day, format_flag
from chalicelib.domain.programme import kinds
from chalicelib.domain.programme.kinds import Kind, Shape
from chalicelib.domain.programme.model import Column, Form, Indicator, Narrative, Period, Section
from chalicelib.domain.programme.scales import Scale
from chalicelib.domain.submission import dates, numbers, typed_figures
from chalicelib.domain.submission.filled_form import AskedCell, TotalRow
from chalicelib.domain.submission.records import Figure, Normalisation, TableRow
from chalicelib.domain.values import Number, Value
from chalicelib.intake import as_typed
from chalicelib.workbook.form.places import Located, LocatedRow, Place
from chalicelib.workbook.reading import book


@dataclass
class Normalised:
    """Values as read, with everything that was changed or could not be read."""

    values: dict[str, Figure] = field(default_factory=dict)
    tables: dict[str, tuple[TableRow, ...]] = field(default_factory=dict)
    totals: dict[str, tuple[TotalRow, ...]] = field(default_factory=dict)
    narratives: dict[str, Figure] = field(default_factory=dict)
    remarks: dict[str, Figure] = field(default_factory=dict)
    marked: dict[str, AskedCell] = field(default_factory=dict)
    """The cells of marks “không phát sinh”, by section."""
    typed_totals: dict[str, str] = field(default_factory=dict)
    """Numbers stored as text in cells of totals."""
    unread: set[tuple[str, str]] = field(default_factory=set)
    """Cells, by sheet and reference, that repeat one that could not be read."""
    changes: list[Normalisation] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)


class Asked(NamedTuple):
    """What a cell must hold, in one shape for figures, table columns and narratives. A tuple, because a form has
    hundreds."""

    code: str
    label: str
    kind: Kind
    units: frozenset[str] = frozenset()
    choices: tuple[str, ...] = ()
    window: dates.Window | None = None
    typing: tuple[date, date] | None = None
    """The days on which the form may be filled in: such a day gets into a cell of figures by itself."""
    estimates: bool = False
    scale: Scale | None = None
    """Where the figure is asked in another unit than it is kept in."""


def normalise(
    located: Located, form: Form, rows: tuple[Indicator, ...], narratives: tuple[Narrative, ...], period: Period
) -> Normalised:
    """The values of everything that was located. Blank cells give no value; computed ones are left to the checks."""
    result = Normalised()
    for indicator in rows:
        place = located.values.get(indicator.code)
        if place is not None and indicator.computed:
            _read_total(place, indicator, form, period, result)
        elif place is not None:
            _read_indicator(place, indicator, form, period, located.estimates.get(indicator.code), result)
        if remark := located.remarks.get(indicator.code):
            _read_prose(remark, Asked(indicator.code, indicator.label, kinds.TEXT), result.remarks, result)
    for section in form.list_markable(rows):
        _read_mark(located.marks.get(section.code), section, result)
    for table in form.tables:
        asked = {column.code: _ask_column(column, period) for column in table.columns}
        lines = _read_lines(located.tables.get(table.code, []), asked, result)
        if lines:
            result.tables[table.code] = tuple(lines)
        result.totals[table.code] = tuple(_read_total_rows(located, table.code, asked))
    for narrative in narratives:
        place = located.narratives.get(narrative.code)
        if place is not None:
            _read_prose(place, Asked(narrative.code, narrative.label, kinds.TEXT), result.narratives, result)
    return result


def _read_prose(place: Place, asked: Asked, into: dict[str, Figure], result: Normalised) -> None:
    value = _read_value(place, asked, result)
    if value is not None:
        into[asked.code] = _figure(value, place)
        if place.is_repeated:
            _record("", read_as=str(value), reason="merged", place=place, asked=asked, result=result)


def _read_indicator(
    place: Place, indicator: Indicator, form: Form, period: Period, mark: Place | None, result: Normalised
) -> None:
    asked = _ask_indicator(indicator, form, period)
    value = _read_value(place, asked, result)
    if value is None:
        return
    estimated = _is_estimated(place, asked, mark, result)
    result.values[indicator.code] = _figure(value, place, estimated=estimated)


def _ask_indicator(indicator: Indicator, form: Form, period: Period) -> Asked:
    return Asked(
        indicator.code,
        indicator.label,
        indicator.kind,
        choices=indicator.choices,
        units=typed_figures.accepted_units(indicator.measure_unit, indicator.also),
        window=_find_window(indicator, form, period) if indicator.kind.shape is Shape.DATE else None,
        typing=_find_days_of_typing(period.data_to.year, period.due.year),
        estimates=form.estimates,
        scale=form.find_scale(indicator),
    )


def _find_window(indicator: Indicator, form: Form, period: Period) -> dates.Window:
    covered = form.find_window(indicator.code, period)
    return dates.Window(covered.first, covered.last)


def _read_total(place: Place, indicator: Indicator, form: Form, period: Period, result: Normalised) -> None:
    """Text typed over a total's formula. Numbers, formulas and broken formulas are left to the checks."""
    cell = place.cell
    if cell is None or cell.formula or cell.kind in (book.CellKind.NUMBER, *_NO_CONTENT):
        return
    value = _read_value(place, _ask_indicator(indicator, form, period), result)
    if value is not None:
        is_share = indicator.kind.is_quotient and "%" in cell.text
        result.typed_totals[indicator.code] = str(Decimal(value) / 100 if is_share else value)


_ESTIMATE = make_key("ước")
_ESTIMATE_MARKS = frozenset({"x", _ESTIMATE, make_key("có")})


def _is_estimated(place: Place, asked: Asked, mark: Place | None, result: Normalised) -> bool:
    """Marked "x" in the column "Ước", or typed "ước 500" where the form allows estimates."""
    is_text = place.cell is not None and place.cell.kind is book.CellKind.TEXT
    typed = is_text and make_key(as_typed.read_words(place)).startswith(_ESTIMATE)
    if mark is None or mark.cell is None:
        return typed
    if make_key(mark.cell.text) in _ESTIMATE_MARKS:
        return True
    result.issues.append(_issue("cell.estimate_mark", mark, asked, expected="x hoặc để trống"))
    return typed


_MARKS = frozenset(
    make_key(mark)
    for mark in (
        "x", "х", "×", "✓", "✔", "√", "☑", "☒", "v", "có", "true", "không phát sinh", "không có phát sinh",
        "đã xác nhận", "xác nhận",
    )
)  # fmt: skip
"""What is typed as a mark: the second one is the Cyrillic letter. “0” and “không” may as well be meant as a figure."""


def _read_mark(place: Place | None, section: Section, result: Normalised) -> None:
    if place is None or place.cell is None:
        return
    is_word = place.cell.kind in (book.CellKind.TEXT, book.CellKind.BOOL)
    if is_word and make_key(as_typed.read_words(place)).strip(" .!") in _MARKS:
        result.marked[section.code] = AskedCell(place.sheet.name, place.reference)
    else:
        asked = Asked(section.code, section.title, kinds.TEXT)
        result.issues.append(_issue("mark.unclear", place, asked, expected="x hoặc để trống"))


def _figure(value: Value, place: Place, *, estimated: bool = False) -> Figure:
    return Figure(value=value, sheet=place.sheet.name, cell=place.reference, estimated=estimated)


@lru_cache(maxsize=16)
def _find_days_of_typing(year: int, year_due: int) -> tuple[date, date]:
    """Excel completes 12/5 with the current year, which is one of the period's own."""
    return date(year, 1, 1), date(year_due, 12, 31)


def _ask_column(column: Column, period: Period) -> Asked:
    return Asked(
        column.code,
        column.label,
        column.kind,
        units=typed_figures.accepted_units(column.measure_unit),
        choices=column.choices,
        window=dates.Window(period.data_from, period.data_to, column.outside is Severity.ERROR),
        typing=_find_days_of_typing(period.data_to.year, period.due.year),
        scale=column.scale,
    )


def _read_lines(lines: Sequence[LocatedRow], asked: Mapping[str, Asked], result: Normalised) -> list[TableRow]:
    rows: list[TableRow] = []
    for above, line in zip([None, *lines], lines, strict=False):
        values: dict[str, Value] = {}
        for code, place in line.places.items():
            if _is_same_as_above(place, asked[code]):
                held = above.places[code] if above else None
                value = _read_again(place, held, rows[-1].values.get(code) if rows else None, asked[code], result)
            else:
                value = _read_value(place, asked[code], result)
            if value is not None:
                values[code] = value
        cells = {code: place.reference for code, place in line.places.items()}
        rows.append(TableRow(sheet=line.sheet.name, values=values, cells=cells))
    return rows


_DITTO = frozenset(make_key(mark) for mark in ("nt", "n.t", "như trên", '"', "''", "″", "〃", "”", "“", "''", "ditto"))


def _is_same_as_above(place: Place, asked: Asked) -> bool:
    """Whether the cell is merged with the row above or holds a ditto mark. Figures are never repeated by a mark."""
    if place.cell is None or place.is_repeated:
        return place.is_repeated
    if asked.kind.is_number and not asked.choices:
        return False
    return place.cell.kind is book.CellKind.TEXT and make_key(place.cell.text).strip(" -–.") in _DITTO


def _read_again(
    place: Place, above: Place | None, value: Value | None, asked: Asked, result: Normalised
) -> Value | None:
    """The value of the row above, recorded. If that cell could not be read, its issue is there."""
    if value is not None:
        shown = format_flag(value) if isinstance(value, bool) else str(value)
        found, reason = ("", "merged") if place.is_repeated else (place.cell.text if place.cell else "", "ditto")
        _record(found, read_as=shown, reason=reason, place=place, asked=asked, result=result)
    elif above is not None and above.cell is not None:
        result.unread.add((place.sheet.name, place.reference))
    else:
        result.issues.append(_issue("table.nothing_above", place, asked))
    return value


def _read_total_rows(located: Located, table: str, asked: Mapping[str, Asked]) -> Iterator[TotalRow]:
    """The numbers in rows of totals. Anything else is ignored: such a row is not used."""
    starts = [line.row for line in located.tables.get(table, [])]
    for line in located.asides.get(table, []):
        if line.is_total:
            figures = {
                code: number
                for code, place in line.places.items()
                if asked[code].kind.is_number and (number := _find_number(place, asked[code])) is not None
            }
            cells = {code: place.reference for code, place in line.places.items() if place.cell is not None}
            yield TotalRow(line.sheet.name, cells, figures, bisect_left(starts, line.row))


def _find_number(place: Place, asked: Asked) -> Number | None:
    return _parse_number(place, place.cell, asked).number if place.cell else None


# One cell


_NO_CONTENT = (book.CellKind.ERROR, book.CellKind.UNCALCULATED)


def _read_value(place: Place, asked: Asked, result: Normalised) -> Value | None:
    """The value of one cell, None where it is blank or wrong (then an issue says so)."""
    cell = place.cell
    if cell is None:
        return None
    if cell.kind is book.CellKind.ERROR:
        result.issues.append(_issue("cell.error_value", place, asked))
        return None
    if cell.kind is book.CellKind.UNCALCULATED:
        result.issues.append(_issue("cell.uncalculated", place, asked))
        return None
    if asked.choices:
        return _read_choice(place, cell, asked, result)
    if asked.kind.shape is Shape.TEXT:
        return _read_text(place, cell, asked, result)
    if asked.kind.shape is Shape.FLAG:
        return _read_flag(place, cell, asked, result)
    if asked.kind.shape is Shape.DATE:
        return _read_date(place, cell, asked, result)
    return _read_number(place, cell, asked, result)


def _read_number(place: Place, cell: book.Cell, asked: Asked, result: Normalised) -> Number | None:
    reading = _parse_number(place, cell, asked)
    if reading.number is None:
        result.issues.append(_issue(reading.code, place, asked, expected=reading.expected))
        return None
    reason = "scale" if asked.scale else "number"
    if cell.kind is book.CellKind.TEXT:
        _record(cell.text, read_as=str(reading.number), reason=reason, place=place, asked=asked, result=result)
    elif Decimal(cell.text) != (asked.scale.ask(reading.number) if asked.scale else reading.number):
        shown = as_typed.show(place)
        _record(shown, read_as=str(reading.number), reason=reason, place=place, asked=asked, result=result)
    _warn_of_day(place, cell, asked, result)
    return reading.number


def _parse_number(place: Place, cell: book.Cell, asked: Asked) -> numbers.Reading:
    if cell.kind is book.CellKind.TEXT:
        words = as_typed.read_words(place)
        return typed_figures.read_typed(
            words, asked.kind, units=asked.units, estimates=asked.estimates, scale=asked.scale
        )
    if cell.kind is book.CellKind.NUMBER:
        if shown := as_typed.show_exactly(place):
            return typed_figures.read_shown(
                cell.text, shown=shown, kind=asked.kind, units=asked.units, scale=asked.scale
            )
        return numbers.read_stored(cell.text, asked.kind, asked.scale)
    code = "cell.date_for_number" if cell.kind is book.CellKind.DATE else "cell.not_a_number"
    return numbers.Reading(code=code, expected="một con số")


def _warn_of_day(place: Place, cell: book.Cell, asked: Asked, result: Normalised) -> None:
    """Warns of a date number: typing 12/5 into a cell of figures stores that day's number and shows no date."""
    if cell.kind is not book.CellKind.NUMBER or cell.formula or asked.typing is None:
        return
    day = numbers.find_day(cell.text, *asked.typing)
    if day is not None:
        result.issues.append(_issue("cell.maybe_date", place, asked, expected=format_day(day)))


def _read_text(place: Place, cell: book.Cell, asked: Asked, result: Normalised) -> str:
    """The composed text as typed. A conversion from an old font, or of Ð to Đ, is recorded."""
    repaired = as_typed.repair(place)
    if repaired.flagged:
        result.issues.append(_issue("text.legacy_font", place, asked))
    if repaired.converted_from:
        _record(
            cell.text, read_as=repaired.text, reason=repaired.converted_from, place=place, asked=asked, result=result
        )
    return repaired.text.strip()


def _read_choice(place: Place, cell: book.Cell, asked: Asked, result: Normalised) -> str | None:
    texts = list_readings(compose(as_typed.read_words(place)))
    choice = find_choice(texts, asked.choices)
    if choice is None:
        listed = ", ".join(f"“{choice}”" for choice in asked.choices) + suggest(as_typed.show(place), asked.choices)
        result.issues.append(_issue("cell.not_a_choice", place, asked, expected=listed))
        return None
    _record(cell.text, read_as=choice, reason="choice", place=place, asked=asked, result=result)
    return choice


@lru_cache(maxsize=256)
def _key_choices(choices: tuple[str, ...], make: Callable[[str], str]) -> tuple[tuple[str, str], ...]:
    """A programme's choices, each with its key."""
    return tuple((choice, make(choice)) for choice in choices)


def find_choice(texts: Iterable[str], choices: Sequence[str]) -> str | None:
    """The one choice that the texts are; without marks (“tot”) only where that leaves no other."""
    readings = list(texts)
    for make in (make_key, make_search_key):
        keys = {make(text) for text in readings}
        if len(chosen := [choice for choice, key in _key_choices(tuple(choices), make) if key in keys]) == 1:
            return chosen[0]
        if chosen:
            return None
    return None


_YES = frozenset(make_key(word) for word in YES_WORDS)
_NO = frozenset(make_key(word) for word in NO_WORDS)


def _read_flag(place: Place, cell: book.Cell, asked: Asked, result: Normalised) -> bool | None:
    key = make_key(as_typed.read_words(place))
    if key not in _YES | _NO or cell.kind is book.CellKind.DATE:
        result.issues.append(_issue("cell.not_a_flag", place, asked, expected="Có hoặc Không"))
        return None
    _record(cell.text, read_as=format_flag(key in _YES), reason="flag", place=place, asked=asked, result=result)
    return key in _YES


def _read_date(place: Place, cell: book.Cell, asked: Asked, result: Normalised) -> str | None:
    """Reads a date; one up to a year outside the period's window gets a warning."""
    reading = _find_date(place, cell, asked.window)
    if reading.code:
        severity = Severity.WARNING if reading.day else None
        result.issues.append(_issue(reading.code, place, asked, expected=reading.expected, severity=severity))
    if reading.day is None:
        return None
    if cell.kind is book.CellKind.TEXT:
        _record(cell.text, read_as=reading.day.isoformat(), reason="date", place=place, asked=asked, result=result)
    return reading.day.isoformat()


def _find_date(place: Place, cell: book.Cell, window: dates.Window | None) -> dates.DateReading:
    day = as_typed.find_day(cell)
    if day is not None and not as_typed.find_typed_year(cell):
        return dates.check_window(day, window)
    if cell.kind is book.CellKind.DATE:
        return dates.read_date(as_typed.show(place))
    if cell.kind in (book.CellKind.TEXT, book.CellKind.NUMBER):
        return dates.read_date(as_typed.read_words(place), window)
    return dates.DateReading(code="cell.not_a_date", expected="ngày dạng dd/mm/yyyy")


def _record(found: str, *, read_as: str, reason: str, place: Place, asked: Asked, result: Normalised) -> None:
    if found != read_as:
        result.changes.append(
            Normalisation(
                sheet=place.sheet.name,
                cell=place.reference,
                indicator=asked.code,
                found=found,
                read_as=read_as,
                reason=reason,
            )
        )


def _issue(code: str, place: Place, asked: Asked, *, expected: str = "", severity: Severity | None = None) -> Issue:
    return make_issue(
        code,
        sheet=place.sheet.name,
        cell=place.reference,
        indicator=asked.code,
        label=asked.label,
        found=as_typed.show(place),
        expected=expected,
        severity=severity,
        takes_estimates=asked.estimates,
    )
