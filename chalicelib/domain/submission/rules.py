"""Checks across cells: a form's own rules, the year against the 6 months, and a unit's own history."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from chalicelib.domain.issues.issue import Issue, make_issue
from chalicelib.domain.language.vietnamese import format_number
from chalicelib.domain.programme.expressions import Term
from chalicelib.domain.programme.model import Indicator, Rule
from chalicelib.domain.submission.filled_form import FilledForm
from chalicelib.domain.submission.records import Figure
from chalicelib.domain.values import Number, Value, read_number

_OUTLIER_FACTOR = 5
_OUTLIER_LEAST = 20
"""A figure is unusual where it is five times its predecessor (or a fifth) and differs by at least 20."""


def check_rules(filled: FilledForm) -> Iterator[Issue]:
    """A rule says nothing where this unit is not asked for one of its operands, or an operand is missing."""
    codes, tables = {row.code for row in filled.rows}, {table.code for table in filled.tables}
    for rule in filled.form.rules:
        comparison = rule.comparison
        is_asked = set(comparison.codes) <= codes and {term.table for term in comparison.tables} <= tables
        if is_asked and comparison.holds(filled.figures) is False:
            yield _make_rule_issue(rule, filled)


def _make_rule_issue(rule: Rule, filled: FilledForm) -> Issue:
    comparison = rule.comparison
    code = next(iter(comparison.codes), "")
    first = filled.values.get(code)
    terms = [term for side in (comparison.left, comparison.right) for term in side.terms]
    return make_issue(
        "rule.broken",
        severity=rule.severity,
        sheet=first.sheet if first else "",
        cell=first.cell if first else "",
        indicator=code,
        label=next((row.label for row in filled.rows if row.code == code), ""),
        found="; ".join(_show_term(term, filled) for term in terms),
        expected=rule.check,
        related=_find_cells(rule, filled, first.sheet) if first else (),
        rule=rule.id,
        text=rule.message,
    )


def _find_cells(rule: Rule, filled: FilledForm, sheet: str) -> list[str]:
    """The cells of one sheet that the rule compares: mending any of them may mend it."""
    figures = (filled.values.get(code) for code in rule.comparison.codes)
    return [figure.cell for figure in figures if figure and figure.sheet == sheet]


def _show_term(term: Term, filled: FilledForm) -> str:
    if term.code:
        figure = filled.values[term.code]
        return f"{term.code} = {_show(figure.value)} (ô {figure.cell})"
    if term.number is not None:
        return _show(term.number)
    number = term.compute(filled.figures) or 0
    title = next((table.title for table in filled.tables if table.code == term.table), term.table)
    return f"bảng “{title}”: {_show(max(number, -number))}"


def _show(value: Value) -> str:
    number = read_number(value)
    return str(value) if number is None else format_number(number)


def check_comparison(filled: FilledForm) -> Iterator[Issue]:
    """Where figures are cumulative, what was counted up to the earlier period cannot have become less."""
    if not filled.form.cumulative:
        return
    for indicator, figure, new, old in _pair(filled, filled.comparison):
        if indicator.kind.is_accumulated and new < old:
            yield _issue_at("rule.less_than_before", indicator, figure, expected=f"không nhỏ hơn {old}")


def check_history(filled: FilledForm) -> Iterator[Issue]:
    """Figures far from the unit's own last ones: a warning, which takes a justification."""
    for indicator, figure, new, old in _pair(filled, filled.previous):
        if not indicator.computed and _is_unusual(new, old):
            yield _issue_at("rule.unusual", indicator, figure, expected=f"kỳ trước: {old}")


def _pair(filled: FilledForm, before: Mapping[str, Figure]) -> Iterator[tuple[Indicator, Figure, Number, Number]]:
    """Every indicator that is a number here and in `before`: its figure here, and both numbers."""
    for indicator in filled.rows:
        figure, other = filled.values.get(indicator.code), before.get(indicator.code)
        if figure is None or other is None:
            continue
        new, old = read_number(figure.value), read_number(other.value)
        if new is not None and old is not None:
            yield indicator, figure, new, old


def _is_unusual(new: Number, old: Number) -> bool:
    low, high = sorted((new, old))
    return high - low >= _OUTLIER_LEAST and high >= _OUTLIER_FACTOR * low


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
