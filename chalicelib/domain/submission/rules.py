"""Checks across cells: a form's own rules."""

from __future__ import annotations

from collections.abc import Iterator

from chalicelib.domain.issues.issue import Issue, make_issue
from chalicelib.domain.language.vietnamese import format_value
from chalicelib.domain.programme.expressions import Term
from chalicelib.domain.programme.model import Rule
from chalicelib.domain.submission.filled_form import FilledForm


def check_rules(filled: FilledForm) -> Iterator[Issue]:
    """A rule is not checked if the unit is not asked for one of its operands, or an operand is missing."""
    codes, tables = {row.code for row in filled.rows}, {table.code for table in filled.tables} - filled.lost
    for rule in filled.form.rules:
        requirement = rule.requirement
        is_asked = set(requirement.codes) <= codes and {term.table for term in requirement.tables} <= tables
        if is_asked and requirement.holds(filled.figures) is False:
            yield _make_rule_issue(rule, filled)


def _make_rule_issue(rule: Rule, filled: FilledForm) -> Issue:
    requirement = rule.requirement
    code = next(iter(requirement.codes), "")
    first = filled.values.get(code)
    terms = [term for side in (requirement.left, requirement.right) for term in side.terms]
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
    """The cells of one sheet that the rule compares; correcting any of them may satisfy it."""
    figures = (filled.values.get(code) for code in rule.requirement.codes)
    return [figure.cell for figure in figures if figure and figure.sheet == sheet]


def _show_term(term: Term, filled: FilledForm) -> str:
    if term.code:
        figure = filled.values[term.code]
        return f"{term.code} = {format_value(figure.value)} (ô {figure.cell})"
    if term.number is not None:
        return format_value(term.number)
    number = term.compute(filled.figures) or 0
    title = next((table.title for table in filled.tables if table.code == term.table), term.table)
    return f"bảng “{title}”: {format_value(max(number, -number))}"
