"""A form as a unit filled it in: what was read, what is asked, and the totals computed again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property

from chalicelib.domain.programme.expressions import Figures
from chalicelib.domain.programme.kinds import Method
from chalicelib.domain.programme.model import Form, Indicator, Period, Table, order_computed
from chalicelib.domain.submission.records import Figure, TableRow
from chalicelib.domain.values import Number, count_value

Rows = tuple[Indicator, ...]


@dataclass(frozen=True, slots=True)
class AskedCell:
    """The place of an indicator or narrative in the workbook. `stored` is the cell's number as the file has it.

    `broken` is what a formula gives instead of a number: an error, or a text.
    """

    sheet: str
    cell: str
    is_blank: bool = False
    stored: str = ""
    is_formula: bool = False
    broken: str = ""


@dataclass(frozen=True, slots=True)
class TotalRow:
    """A row of totals that a unit added to a table after `after` rows: its numbers, by column code."""

    sheet: str
    cells: Mapping[str, str]
    values: Mapping[str, Number]
    after: int


@dataclass(frozen=True)
class FilledForm:
    """Everything that the checks of one form need.

    `rows` and `tables` are what this unit is asked for in this period; `cells` are by code of indicator or
    narrative, without those not found. `unreadable` are the cells (sheet and reference) that already have an issue
    because they could not be read. `lost` are the tables whose rows are unknown. `computed` are totals and ratios;
    the totals are in `values` too. `marked` are the cells of marks “không phát sinh”, by section.
    """

    form: Form
    period: Period
    rows: Rows
    tables: tuple[Table, ...]
    cells: Mapping[str, AskedCell]
    values: Mapping[str, Figure]
    table_rows: Mapping[str, tuple[TableRow, ...]] = field(default_factory=dict)
    total_rows: Mapping[str, tuple[TotalRow, ...]] = field(default_factory=dict)
    lost: frozenset[str] = frozenset()
    narratives: Mapping[str, Figure] = field(default_factory=dict)
    remarks: Mapping[str, Figure] = field(default_factory=dict)
    unreadable: frozenset[tuple[str, str]] = frozenset()
    computed: Mapping[str, Figure] = field(default_factory=dict)
    marked: Mapping[str, AskedCell] = field(default_factory=dict)
    unit_type: str = ""

    @cached_property
    def figures(self) -> Figures:
        """What expressions compute with: numbers and flags (có is 1) by code, rows by table."""
        counted = {code: count_value(figure.value) for code, figure in self.values.items()}
        return Figures(counted, {code: [row.values for row in rows] for code, rows in self.table_rows.items()})

    def ask(self, row: Indicator, number: Number) -> Number:
        """A number of the row as the form asks for it, which may be in another unit than it is kept in."""
        scale = self.form.find_scale(row)
        return scale.ask(number) if scale else number

    @cached_property
    def asked(self) -> Mapping[str, bool | None]:
        """Of each row with a condition whether it is asked, by the answers of the form (`Form.judge_conditions`)."""
        return self.form.judge_conditions(self.rows, {code: figure.value for code, figure in self.values.items()})


def compute_totals(filled: FilledForm) -> FilledForm:
    """The form with its totals, ratios and points computed from their parts, whatever their cells hold.

    If a part is missing, nothing is computed: missing is not zero. A ratio may give points, and is no part of a total.
    """
    figures, computed = filled.figures, dict[str, Figure]()
    shares: dict[str, Number] = {}
    for row in order_computed(filled.rows):
        known = figures if row.kind.method is Method.SUM else replace(figures, values={**figures.values, **shares})
        place, value = filled.cells.get(row.code), compute(row, known)
        is_lost = row.formula is not None and any(each.table in filled.lost for each in row.formula.tables)
        if place is None or value is None or is_lost:
            continue
        computed[row.code] = Figure(value=value, sheet=place.sheet, cell=place.cell)
        if row.quotient:
            shares[row.code] = value
        else:
            figures = replace(figures, values={**figures.values, row.code: value})
    printed = {row.code: computed[row.code] for row in filled.rows if row.code in computed}
    totals = {code: figure for code, figure in printed.items() if code not in shares}
    return replace(filled, values={**filled.values, **totals}, computed=printed)


def compute(indicator: Indicator, figures: Figures) -> Number | None:
    """A total or ratio from its parts; None if a part is missing, the divisor is 0, or there is nothing to compute."""
    if indicator.quotient:
        above, below = (figures.values.get(code) for code in indicator.quotient)
        return Decimal(above) / Decimal(below) if above is not None and below else None
    return indicator.formula.compute(figures) if indicator.formula else None
