"""Reports that nobody sent: something in every cell that a form asks for, so that it can be looked at filled in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from chalicelib.domain.programme.expressions import Figures
from chalicelib.domain.programme.kinds import Shape
from chalicelib.domain.programme.model import Column, Form, Indicator, Obligation, Period, Programme, Unit
from chalicelib.domain.submission.records import Address, Figure, Submission, TableRow
from chalicelib.domain.values import Value

TEXT = "Chữ thử."
_ROUNDS = 12

Rows = Mapping[str, tuple[TableRow, ...]]


def invent_submission(programme: Programme, period: Period, owed: Obligation) -> Submission:
    """The report of one obligation, sent when it was due: noughts and ones that keep the form's rules where they can.

    Figures of 1 are marked as estimates.
    """
    form, unit = programme.form_by_code[owed.form], programme.find_unit(owed.unit, period)
    tables = _fill_tables(programme, form, unit, period) if unit else {}
    values = _invent_values(programme, form, unit, period, tables) if unit else {}
    return Submission(
        address=Address(programme=programme.code, period=period.code, form=owed.form, unit=owed.unit),
        revision=1, upload_id="thu", programme_version=programme.version, form_version=form.version, sha256="",
        file_name="thu.xlsx", key="", version_id="", received=period.due, tables=tables,
        values={code: _place(value) for code, value in values.items()},
        narratives={each.code: _place(TEXT) for each in form.narratives},
    )  # fmt: skip


def _place(value: Value) -> Figure:
    return Figure(value=value, sheet="Số liệu", cell="A1", estimated=value == 1)


def _invent(asked: Indicator | Column, period: Period) -> Value:
    if asked.choices:
        return asked.choices[0]
    made: dict[Shape, Value] = {
        Shape.NUMBER: 1, Shape.FLAG: True, Shape.DATE: period.data_from.isoformat(), Shape.TEXT: TEXT,
    }  # fmt: skip
    return made[asked.kind.shape]


def _invent_values(programme: Programme, form: Form, unit: Unit, period: Period, tables: Rows) -> dict[str, Value]:
    rows = [row for row in programme.rows(form, unit, period) if not row.quotient]
    values = {row.code: _invent(row, period) for row in rows}
    typed = {row.code for row in rows if not row.computed}
    for turn in range(_ROUNDS):
        _compute(rows, values)
        changes = dict(_find_changes(form, values, tables, typed, is_lowering=turn % 6 < 3))
        if not changes:
            break
        values |= changes
    return values


def _compute(rows: list[Indicator], values: dict[str, Value]) -> None:
    for row in rows:
        if row.formula:
            total = row.formula.compute(_read(values, {}))
            values[row.code] = values[row.code] if total is None else total


def _find_changes(
    form: Form, values: Mapping[str, Value], tables: Rows, typed: set[str], *, is_lowering: bool
) -> Iterator[tuple[str, Value]]:
    """Of each rule that does not hold, the figure that stands alone on one side, as the other side has it.

    For some rounds a part is made smaller, then its whole larger: of two rules one may need this, the other that.
    """
    figures = _read(values, tables)
    for rule in form.rules:
        requirement = rule.requirement
        if requirement.holds(figures) is not False:
            continue
        sides = (requirement.right, requirement.left)
        if requirement.sign.startswith("<") and is_lowering:
            sides = sides[::-1]
        for side, other in (sides, sides[::-1]):
            wanted = other.compute(figures)
            code = next(iter(side.codes), "")
            if len(side.codes) == 1 and code in typed and side.compute(figures) == values[code] and wanted is not None:
                yield code, wanted
                break


def _read(values: Mapping[str, Value], tables: Rows) -> Figures:
    numbers = {code: value for code, value in values.items() if isinstance(value, int | Decimal)}
    return Figures(numbers, {code: [row.values for row in rows] for code, rows in tables.items()})


def _fill_tables(programme: Programme, form: Form, unit: Unit, period: Period) -> dict[str, tuple[TableRow, ...]]:
    return {
        table.code: (
            TableRow(
                sheet=table.title, cells={column.code: "A1" for column in table.columns},
                values={column.code: _invent(column, period) for column in table.columns},
            ),
        )
        for table in programme.tables(form, unit, period)
    }  # fmt: skip
