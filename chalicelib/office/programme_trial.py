"""A programme tried before it is in force: the blank form of each type of unit, a report that is filled in by itself,
the Word document of such reports. All are made by the functions that make the true ones."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

from chalicelib.domain.programme.kinds import Shape
from chalicelib.domain.programme.model import Form, Obligation, Period, Programme, Unit
from chalicelib.domain.programme.scales import Scale
from chalicelib.domain.submission.invented import invent_submission
from chalicelib.domain.submission.records import Submission
from chalicelib.domain.values import Value, read_number
from chalicelib.office.refusals import Refusal, Unknown
from chalicelib.store.programmes import Files
from chalicelib.workbook.form.filling import Contents


class TriedForm(NamedTuple):
    """A form as the first unit of a type gets it in a period."""

    unit: Unit
    form: Form
    period: Period

    @property
    def owed(self) -> Obligation:
        return Obligation(period=self.period.code, form=self.form.code, unit=self.unit.code)


def list_trials(programme: Programme) -> Iterator[TriedForm]:
    """Each form of each type of unit once, in the first period in which it is owed."""
    seen: set[tuple[str, str]] = set()
    for period in programme.periods:
        for owed in programme.obligations(period.code):
            unit = programme.find_unit(owed.unit, period)
            if unit and (unit.type, owed.form) not in seen:
                seen.add((unit.type, owed.form))
                yield TriedForm(unit, programme.form_by_code[owed.form], period)


def find_trial(programme: Programme, *, unit_type: str, form: str) -> TriedForm:
    """Raises Unknown."""
    for trial in list_trials(programme):
        if (trial.unit.type, trial.form.code) == (unit_type, form):
            return trial
    raise Unknown


def make_blank(programme: Programme, trial: TriedForm) -> bytes:
    """The blank form."""
    from chalicelib.workbook.form.template import make_template

    return make_template(programme, trial.form, trial.unit, trial.period)


def make_sample(programme: Programme, trial: TriedForm) -> bytes:
    """The form filled in with figures that nobody sent."""
    from chalicelib.workbook.form.filling import fill_in

    submission = invent_submission(programme, trial.period, trial.owed)
    return fill_in(make_blank(programme, trial), _make_contents(programme, submission))


def _make_contents(programme: Programme, submission: Submission) -> Contents:
    form = programme.form_by_code[submission.address.form]
    asked = {row.code: row for row in programme.indicators if not row.computed}
    typed = {code: figure.value for code, figure in submission.values.items() if code in asked}
    values = {code: _type(typed[code], asked[code].kind.shape, form.find_scale(asked[code])) for code in typed}
    values |= {code: figure.value for code, figure in submission.narratives.items()}
    columns = {table.code: {each.code: each for each in table.columns} for table in form.tables}
    tables = {
        table: [
            {code: _type(value, columns[table][code].kind.shape, columns[table][code].scale)
             for code, value in row.values.items()}
            for row in rows
        ]
        for table, rows in submission.tables.items()
    }  # fmt: skip
    return Contents(values, tables)


def _type(value: Value, shape: Shape, scale: Scale | None) -> Any:
    """The value as it is typed: a date is a date in a workbook, a number is in the unit that is asked."""
    number = read_number(value)
    if scale and number is not None:
        return scale.ask(number)
    return date.fromisoformat(value) if shape is Shape.DATE and isinstance(value, str) else value


def make_document(programme: Programme, files: Files, *, period: str) -> bytes:
    """The Word document of such reports, in the files' own template. Raises Refusal with what is wrong with it."""
    from chalicelib.report.document.template import TemplateInvalid, find_template
    from chalicelib.report.document.trial import render_trial

    found = programme.period_by_code.get(period)
    if found is None:
        raise Unknown
    try:
        return render_trial(programme, found, find_template(files, period))
    except TemplateInvalid as invalid:
        raise Refusal("; ".join(map(str, invalid.mistakes[:20]))) from None
