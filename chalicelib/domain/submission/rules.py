"""Checks across cells: a form's own rules."""

from __future__ import annotations

from collections.abc import Iterator

from chalicelib.domain.issues.issue import Issue, Severity, make_issue
from chalicelib.domain.language.vietnamese import format_day, format_value
from chalicelib.domain.programme.expressions import Operand, Requirement
from chalicelib.domain.programme.model import Rule
from chalicelib.domain.programme.scales import Scale
from chalicelib.domain.submission.filled_form import FilledForm
from chalicelib.domain.values import Value, read_number


def check_rules(filled: FilledForm) -> Iterator[Issue]:
    """The rules that hold in the period. A rule is not checked if the unit is not asked for one of its operands, or an
    operand is missing."""
    codes, tables = {row.code for row in filled.rows}, {table.code for table in filled.tables} - filled.lost
    for rule in filled.form.rules:
        severity, requirement = rule.find_severity(filled.period), rule.requirement
        is_asked = set(requirement.codes) <= codes and {each.table for each in requirement.tables} <= tables
        if severity and is_asked and requirement.holds(filled.figures) is False:
            yield _make_rule_issue(rule, severity, filled)


def _make_rule_issue(rule: Rule, severity: Severity, filled: FilledForm) -> Issue:
    requirement = rule.requirement
    code = next(iter(requirement.codes), "")
    first = filled.values.get(code)
    return make_issue(
        "rule.announced" if rule.is_announced(filled.period) else "rule.broken",
        severity=severity,
        sheet=first.sheet if first else "",
        cell=first.cell if first else "",
        indicator=code,
        label=next((row.label for row in filled.rows if row.code == code), ""),
        found="; ".join(_show_operands(requirement, filled)),
        expected=rule.check,
        related=_find_cells(rule, filled, first.sheet) if first else (),
        rule=rule.id,
        day=format_day(rule.refuses_from) if rule.refuses_from else "",
        text=rule.message,
    )


def _find_cells(rule: Rule, filled: FilledForm, sheet: str) -> list[str]:
    """The cells of one sheet that the rule compares; correcting any of them may satisfy it."""
    figures = (filled.values.get(code) for code in rule.requirement.codes)
    return [figure.cell for figure in figures if figure and figure.sheet == sheet]


def _show_operands(requirement: Requirement, filled: FilledForm) -> Iterator[str]:
    """Each figure once, and what stands alone as a number; weights are told by the rule itself.

    Figures are told in the units in which they are asked, and numbers in the one that is asked for all of them.
    """
    told: set[Operand] = set()
    scales = {_find_scale(each, filled) for term in requirement.terms for each in term.operands}
    shared = next(iter(scales)) if len(scales) == 1 else None
    for term in requirement.terms:
        if term.constant is not None:
            yield _say(max(term.constant, -term.constant), shared)
        for operand in term.operands:
            if operand not in told:
                yield _show_operand(operand, filled)
            told.add(operand)


def _show_operand(operand: Operand, filled: FilledForm) -> str:
    if operand.code:
        figure = filled.values[operand.code]
        return f"{operand.code} = {_say(figure.value, _find_scale(operand, filled))} (ô {figure.cell})"
    title = next((table.title for table in filled.tables if table.code == operand.table), operand.table)
    return f"bảng “{title}”: {_say(operand.compute(filled.figures) or 0, _find_scale(operand, filled))}"


def _find_scale(operand: Operand, filled: FilledForm) -> Scale | None:
    """Where the form asks for it in another unit than it is kept in."""
    if operand.code:
        return next((filled.form.find_scale(row) for row in filled.rows if row.code == operand.code), None)
    table = next((table for table in filled.tables if table.code == operand.table), None)
    return table.column(operand.column).scale if table and operand.column else None


def _say(value: Value, scale: Scale | None) -> str:
    number = read_number(value)
    return (
        format_value(value) if scale is None or number is None else f"{format_value(scale.ask(number))} {scale.asked}"
    )
