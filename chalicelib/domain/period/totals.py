"""Totals by kind of indicator: sums of known figures, ratios of sums, sets of names. A missing value is not zero.

The indicator's kind decides how its total is made. Figures from units of several types are never added up
across types, because both types may report the same event.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal
from enum import StrEnum

from chalicelib.domain.language.spelling import make_key
from chalicelib.domain.language.vietnamese import round_half_up
from chalicelib.domain.programme.kinds import MEAN_PLACES, Method
from chalicelib.domain.programme.model import Column, Form, Indicator, Table
from chalicelib.domain.submission.records import TableRow
from chalicelib.domain.values import Number, Value, add_known, count_value, read_number, simplify

_QUOTIENT = Context(prec=28)


class FigureState(StrEnum):
    """KNOWN: has a value. MISSING: asked, but nothing that counts was sent. EMPTY: the submission leaves it empty
    (an optional figure, or a ratio without denominator). CONFLICT: two forms of the unit have different values."""

    KNOWN = "known"
    MISSING = "missing"
    EMPTY = "empty"
    CONFLICT = "conflict"


@dataclass(frozen=True, slots=True)
class UnitFigure:
    """One indicator of one unit that is asked for it, with its sheet and cell.

    `confirmed`: a nought of a section that the unit marked “không phát sinh”; the cell is the mark's. A ratio has no
    cell of its own: its sources are those of numerator and denominator.
    """

    indicator: str
    unit: str
    form: str
    state: FigureState
    value: Value | None = None
    estimated: bool = False
    sheet: str = ""
    cell: str = ""
    confirmed: bool = False

    @property
    def number(self) -> Number | None:
        """The value as a number, có being 1; None for texts and unknown values."""
        return count_value(self.value)


@dataclass(frozen=True, slots=True)
class NamedCount:
    """A name that units list (a type of model), the units that list it, and the sums of its stock columns by code."""

    name: str
    units: tuple[str, ...]
    sums: Mapping[str, Number | None]


@dataclass(frozen=True, slots=True)
class ChosenCount:
    """How many units chose this."""

    choice: str
    units: int


@dataclass(frozen=True, slots=True)
class Total:
    """One indicator over the units of one type. `value` covers only `contributed`; None if no unit contributed.

    `missing` were asked but have no counting report; `empty` reported and left it empty. For a number of names,
    `at_least` and `at_most` bound the number if the lists of names are incomplete; `value` is then None. `chosen` are
    all choices of an indicator that has some, in its order: there is no single number.
    """

    indicator: str
    unit_type: str
    value: Number | None
    contributed: tuple[str, ...]
    missing: tuple[str, ...] = ()
    empty: tuple[str, ...] = ()
    estimated: tuple[str, ...] = ()
    at_least: int | None = None
    at_most: int | None = None
    chosen: tuple[ChosenCount, ...] = ()

    @property
    def is_counted(self) -> bool:
        """Whether it says more than nought: a number, or what units have chosen."""
        return bool(self.value or (self.chosen and self.contributed))

    @property
    def asked(self) -> int:
        return len(self.contributed) + len(self.missing) + len(self.empty)

    @property
    def is_complete(self) -> bool:
        return not self.missing


@dataclass(frozen=True, slots=True)
class IndicatorTotal:
    """The subtotals per unit type, in the programme's order, and the province's figure.

    `headline` is the subtotal of the programme's headline type if its units are asked, otherwise that of the only
    type. It is None if several other types report, because they may report the same event.
    """

    indicator: str
    subtotals: tuple[Total, ...]
    headline: Total | None

    def find(self, unit_type: str) -> Total | None:
        """The subtotal of a type of unit; None if its units are not asked."""
        return next((total for total in self.subtotals if total.unit_type == unit_type), None)

    @property
    def is_reported_twice(self) -> bool:
        """Whether units of several types report this indicator, so that the headline does not add them up."""
        return sum(1 for total in self.subtotals if total.is_counted) > 1


def divide_sums(pairs: Iterable[tuple[Number | None, Number | None]]) -> Number | None:
    """The ratio of the sums over the complete pairs; None if there is none or the divisor is 0.

    >>> divide_sums([(1, 2), (3, 4), (None, 100), (5, None)])
    Decimal('0.6666666666666666666666666667')
    >>> divide_sums([]) is None, divide_sums([(0, 0)]) is None
    (True, True)
    """
    whole = [(above, below) for above, below in pairs if above is not None and below is not None]
    above, below = add_known(pair[0] for pair in whole), add_known(pair[1] for pair in whole)
    if above is None or not below:
        return None
    return simplify(_QUOTIENT.divide(Decimal(above), Decimal(below)))


def find_mean(values: Iterable[Number | None]) -> Number | None:
    """The mean of the known values, rounded half up; None if none is known.

    >>> find_mean([8, None, 7, 7]), find_mean([None])
    (Decimal('7.33'), None)
    """
    known = [value for value in values if value is not None]
    mean = divide_sums([(add_known(known), len(known))]) if known else None
    return None if mean is None else simplify(round_half_up(Decimal(mean), MEAN_PLACES))


def find_names_table(form: Form) -> Table | None:
    """The table whose names an indicator of kind `distinct` counts."""
    return next((table for table in form.tables if table.names), None)


def read_name(table: Table, row: TableRow) -> str:
    """The row's name: the first of the table's `names` columns that is filled in, or ""."""
    return next(filter(None, (_read_cell(table.column(code), row) for code in table.names)), "")


def _read_cell(column: Column, row: TableRow) -> str:
    """The last choice of a list ("other") names nothing."""
    text = str(row.values.get(column.code, ""))
    return "" if text in column.choices[-1:] else text


def collect_names(table: Table, rows_by_unit: Mapping[str, Sequence[TableRow]]) -> tuple[NamedCount, ...]:
    """The set of names over all units, with sums of the stock columns. Different spellings are merged.

    The smallest spelling is shown, so the result does not depend on the order of the units.
    """
    found: dict[str, list[tuple[str, str, TableRow]]] = {}
    for unit, rows in rows_by_unit.items():
        for row in rows:
            if name := read_name(table, row):
                found.setdefault(make_key(name), []).append((unit, name, row))
    stocks = [column.code for column in table.columns if column.kind.is_stock]
    counts = [_count_name(entries, stocks) for entries in found.values()]
    return tuple(sorted(counts, key=lambda count: make_key(count.name)))


def _count_name(entries: Sequence[tuple[str, str, TableRow]], stocks: Sequence[str]) -> NamedCount:
    sums = {code: add_known(read_number(row.values.get(code)) for _, _, row in entries) for code in stocks}
    return NamedCount(
        name=min(name for _, name, _ in entries), units=tuple(sorted({unit for unit, _, _ in entries})), sums=sums
    )


def make_total(indicator: Indicator, unit_type: str, figures: Mapping[str, Mapping[str, UnitFigure]],
               units: Sequence[str], names: Mapping[str, set[str]]) -> Total:  # fmt: skip
    """The total of `indicator` over those of `units` (codes, all of `unit_type`) that are asked for it.

    `figures` are by indicator, then by unit; `names` are the keys of the names that each unit lists.
    """
    own = {unit: figures[indicator.code][unit] for unit in units if unit in figures.get(indicator.code, {})}
    parts = {unit: _find_parts(indicator, figure, figures) for unit, figure in own.items()}
    known = {unit: own[unit] for unit, found in parts.items() if all(each.state is FigureState.KNOWN for each in found)}
    value, at_least, at_most = _find_value(indicator, known, figures, names)
    return Total(
        indicator=indicator.code,
        unit_type=unit_type,
        value=value,
        contributed=tuple(known),
        missing=tuple(unit for unit, figure in own.items() if figure.state is FigureState.MISSING),
        empty=tuple(
            unit for unit, figure in own.items() if unit not in known and figure.state is not FigureState.MISSING
        ),
        estimated=tuple(unit for unit in known if any(each.estimated for each in parts[unit])),
        at_least=at_least,
        at_most=at_most,
        chosen=_count_choices(indicator, known.values()) if indicator.kind.method is Method.CHOICES else (),
    )


def _count_choices(indicator: Indicator, figures: Iterable[UnitFigure]) -> tuple[ChosenCount, ...]:
    """Of each choice, in the programme's order. A word that is none of them by now is counted behind them."""
    counted = Counter(str(figure.value) for figure in figures)
    return tuple(ChosenCount(choice, counted[choice]) for choice in dict.fromkeys([*indicator.choices, *counted]))


def _find_parts(
    indicator: Indicator, figure: UnitFigure, figures: Mapping[str, Mapping[str, UnitFigure]]
) -> tuple[UnitFigure, ...]:
    """What a unit's figure is made of: itself, the two figures of a ratio, or a share and its base.

    A unit that has nothing to divide by still counts in the sum of what is divided.
    """
    codes = indicator.quotient or ((indicator.code, indicator.per) if indicator.kind.method is Method.WEIGHTED else ())
    if not codes:
        return (figure,)
    found = (figures.get(code, {}).get(figure.unit) for code in codes)
    return tuple(each or UnitFigure(indicator.code, figure.unit, figure.form, FigureState.EMPTY) for each in found)


def _find_value(
    indicator: Indicator,
    known: Mapping[str, UnitFigure],
    figures: Mapping[str, Mapping[str, UnitFigure]],
    names: Mapping[str, set[str]],
) -> tuple[Number | None, int | None, int | None]:
    if indicator.kind.method is Method.NAMES:
        return _bound_names(known, names)
    if indicator.quotient:
        above, below = (figures.get(code, {}) for code in indicator.quotient)
        pairs = [(above[unit].number, below[unit].number) for unit in known if unit in above and unit in below]
        return divide_sums(pairs), None, None
    if indicator.kind.method is Method.WEIGHTED:
        bases = figures.get(indicator.per, {})
        return _weigh((figure.number, bases[unit].number) for unit, figure in known.items()), None, None
    if indicator.kind.method in (Method.SUM, Method.MEAN):
        numbers = [figure.number for figure in known.values()]
        return (find_mean(numbers) if indicator.kind.method is Method.MEAN else add_known(numbers)), None, None
    return None, None, None


def _weigh(shares: Iterable[tuple[Number | None, Number | None]]) -> Number | None:
    """The mean of shares over their bases, to the places of a mean; None where there is nothing to be a share of."""
    pairs = [(Decimal(share) * Decimal(base), base) for share, base in shares if None not in (share, base)]  # type: ignore[arg-type]
    mean = divide_sums(pairs)
    return None if mean is None else simplify(round_half_up(Decimal(mean), MEAN_PLACES))


def _bound_names(
    known: Mapping[str, UnitFigure], names: Mapping[str, set[str]]
) -> tuple[int | None, int | None, int | None]:
    """The number of different names: exact if every unit lists as many as it reports, otherwise bounds."""
    if not known:
        return None, None, None
    union = set().union(*(names.get(unit, set()) for unit in known))
    reported = {unit: int(figure.number or 0) for unit, figure in known.items()}
    unlisted = sum(max(0, count - len(names.get(unit, set()))) for unit, count in reported.items())
    at_least = max(len(union), *reported.values())
    at_most = max(at_least, len(union) + unlisted)
    return (at_least if at_least == at_most else None), at_least, at_most
