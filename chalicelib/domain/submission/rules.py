"""Checks across cells: totals, a form's own rules, the year against the 6 months, and a unit's own history."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from chalicelib.domain.issues.issue import Issue, make_issue
from chalicelib.domain.language.vietnamese import format_number
from chalicelib.domain.programme.expressions import Figures, Term
from chalicelib.domain.programme.model import Form, Indicator, Kind, Rule, Table
from chalicelib.domain.submission.records import Figure, TableRow
from chalicelib.domain.values import Number, Value, count_value, read_number

_OUTLIER_FACTOR = 5
_OUTLIER_LEAST = 20
"""A figure is unusual where it is five times its predecessor (or a fifth) and differs by at least 20."""

Rows = tuple[Indicator, ...]


def gather_figures(values: Mapping[str, Figure], tables: Mapping[str, tuple[TableRow, ...]]) -> Figures:
    """What expressions compute with: numbers and flags (có is 1) by code, rows by table."""
    numbers: dict[str, Number | None] = {}
    for code, figure in values.items():
        number = count_value(figure.value)
        if number is not None:
            numbers[code] = number
    return Figures(numbers, {code: [row.values for row in rows] for code, rows in tables.items()})


def compute(indicator: Indicator, figures: Figures) -> Number | None:
    """A total or ratio from its parts; None where a part is missing or the denominator is zero."""
    if indicator.quotient:
        above, below = (figures.values.get(code) for code in indicator.quotient)
        return Decimal(above) / Decimal(below) if above is not None and below else None
    return indicator.formula.compute(figures) if indicator.formula else None


def check_rules(
    form: Form, rows: Rows, tables: Sequence[Table], figures: Figures, values: Mapping[str, Figure]
) -> Iterator[Issue]:
    """A rule says nothing where this unit is not asked for one of its operands, or an operand is missing."""
    asked = {row.code: row for row in rows}
    titles = {table.code: table.title for table in tables}
    for rule in form.rules:
        comparison = rule.comparison
        is_asked = set(comparison.codes) <= set(asked) and {term.table for term in comparison.tables} <= titles.keys()
        if is_asked and comparison.holds(figures) is False:
            yield _make_rule_issue(rule, asked, figures, values, titles)


def _make_rule_issue(
    rule: Rule,
    asked: Mapping[str, Indicator],
    figures: Figures,
    values: Mapping[str, Figure],
    titles: Mapping[str, str],
) -> Issue:
    comparison = rule.comparison
    first = next((values[code] for code in comparison.codes if code in values), None)
    code = next((code for code in comparison.codes if code in values), "")
    terms = [term for side in (comparison.left, comparison.right) for term in side.terms]
    return make_issue(
        "rule.broken",
        severity=rule.severity,
        sheet=first.sheet if first else "",
        cell=first.cell if first else "",
        indicator=code,
        label=asked[code].label if code else "",
        found="; ".join(_show_term(term, figures, values, titles) for term in terms),
        expected=rule.check,
        rule=rule.id,
        text=rule.message,
    )


def _show_term(term: Term, figures: Figures, values: Mapping[str, Figure], titles: Mapping[str, str]) -> str:
    if term.code:
        figure = values[term.code]
        return f"{term.code} = {_show(figure.value)} (ô {figure.cell})"
    if term.number is not None:
        return _show(term.number)
    number = term.compute(figures) or 0
    return f"bảng “{titles.get(term.table, term.table)}”: {_show(max(number, -number))}"


def _show(value: Value | None) -> str:
    number = read_number(value)
    return str(value) if number is None else format_number(number)


def check_comparison(
    form: Form, rows: Rows, values: Mapping[str, Figure], earlier: Mapping[str, Figure]
) -> Iterator[Issue]:
    """Where figures are cumulative, what was counted up to the earlier period cannot have become less."""
    if not form.cumulative:
        return
    for indicator in rows:
        now, before = values.get(indicator.code), earlier.get(indicator.code)
        if indicator.kind not in (Kind.FLOW, Kind.MONEY) or now is None or before is None:
            continue
        new, old = read_number(now.value), read_number(before.value)
        if new is not None and old is not None and new < old:
            yield _issue_at("rule.less_than_before", indicator, now, expected=f"không nhỏ hơn {before.value}")


def check_history(rows: Rows, values: Mapping[str, Figure], history: Mapping[str, Figure]) -> Iterator[Issue]:
    """Figures far from the unit's own last ones: a warning, which takes a justification."""
    for indicator in rows:
        now, before = values.get(indicator.code), history.get(indicator.code)
        if now is None or before is None or indicator.computed:
            continue
        new, old = read_number(now.value), read_number(before.value)
        if new is not None and old is not None and _is_unusual(new, old):
            yield _issue_at("rule.unusual", indicator, now, expected=f"kỳ trước: {before.value}")


def _is_unusual(new: Number, old: Number) -> bool:
    low, high = sorted((new, old))
    return high - low >= _OUTLIER_LEAST and high >= _OUTLIER_FACTOR * max(low, 1)


def _issue_at(code: str, indicator: Indicator, figure: Figure, *, expected: str) -> Issue:
    return make_issue(
        code,
        sheet=figure.sheet,
        cell=figure.cell,
        indicator=indicator.code,
        label=indicator.label,
        found=str(figure.value),
        expected=expected,
    )
