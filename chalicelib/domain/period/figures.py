"""The figures of a period's counting submissions, by indicator and unit: asked, known, missing.

A unit has a figure for every indicator that it is asked for, if only one that is marked missing. It has none
for an indicator that it is not asked for, and for one whose condition did not hold by its own answers.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from sys import intern

from chalicelib.domain.issues.issue import Issue
from chalicelib.domain.language.prose import make_prose_key, says_nothing
from chalicelib.domain.language.spelling import make_key
from chalicelib.domain.period.totals import (
    FigureState,
    NamedCount,
    UnitFigure,
    collect_names,
    divide_sums,
    find_names_table,
    read_name,
)
from chalicelib.domain.programme.model import Form, Indicator, Narrative, Period, Programme, Table, Unit
from chalicelib.domain.programme.windows import DataWindow
from chalicelib.domain.submission.records import Figure, State, Submission, TableRow
from chalicelib.domain.values import add_known

FiguresByUnit = Mapping[str, Mapping[str, UnitFigure]]
"""By indicator, then by unit."""


@dataclass(frozen=True, slots=True)
class ShownSection:
    """Indicators under their heading on the form, in printed order."""

    title: str
    indicators: tuple[Indicator, ...]
    window: DataWindow

    @property
    def heading(self) -> str:
        """The title, with the days that the figures cover where these are not the period's."""
        return self.window.print_below(self.title)


@dataclass(frozen=True)
class UnitText:
    """A narrative of one unit, in the sender's words, with its cell. What the words say is found once."""

    unit: str
    form: str
    narrative: Narrative
    text: str
    sheet: str
    cell: str

    @cached_property
    def key(self) -> str:
        """Equal for texts that say the same."""
        return make_prose_key(self.text)

    @cached_property
    def is_idle(self) -> bool:
        """Whether it is "Không", or says so in other words."""
        return says_nothing(self.text, about=self.narrative.label)


@dataclass(frozen=True, slots=True)
class UnitRow:
    """One row of a unit's repeating table."""

    unit: str
    form: str
    row: TableRow


@dataclass(frozen=True, slots=True)
class Report:
    """What a submission that counts says, as the period's report tells it."""

    figures: tuple[UnitFigure, ...]
    texts: tuple[UnitText, ...]
    tables: Mapping[str, tuple[TableRow, ...]]


@dataclass(frozen=True)
class Questions:
    """What units are asked in a period. Units of one type are asked the same, unless an indicator names one of them."""

    programme: Programme
    period: Period

    @cached_property
    def _named(self) -> set[str]:
        return {sender for each in self.programme.indicators for sender in each.senders}

    @cached_property
    def _shared(self) -> dict[tuple[str, str, str], tuple[Indicator, ...]]:
        return {}

    def list_rows(self, unit: Unit, form: Form) -> tuple[Indicator, ...]:
        """What a unit is asked on a form."""
        key = form.code, unit.type, unit.code if f"unit:{unit.code}" in self._named else ""
        if key not in self._shared:
            self._shared[key] = self.programme.rows(form, unit, self.period)
        return self._shared[key]

    def miss_figures(self, unit: Unit, form: Form) -> Iterator[UnitFigure]:
        """The figures of a form of which no submission counts."""
        for row in self.list_rows(unit, form):
            yield UnitFigure(row.code, unit.code, form.code, FigureState.MISSING)

    def read_report(self, unit: Unit, form: Form, submission: Submission) -> Report:
        figures, texts = self._read_figures(unit, form, submission), _read_texts(unit, form, submission)
        return Report(tuple(figures), tuple(texts), submission.tables)

    def _read_figures(self, unit: Unit, form: Form, submission: Submission) -> Iterator[UnitFigure]:
        rows = self.list_rows(unit, form)
        asked = form.judge_conditions(rows, {code: figure.value for code, figure in submission.values.items()})
        rows = tuple(row for row in rows if asked.get(row.code) is not False or row.code in submission.values)
        typed = {row.code: _read_figure(row, unit, form, submission.values.get(row.code)) for row in rows}
        for row in rows:
            yield _compute_ratio(row, typed) if row.quotient else _mark_estimated(row, typed)


def _read_texts(unit: Unit, form: Form, submission: Submission) -> Iterator[UnitText]:
    for narrative in form.narratives:
        figure = submission.narratives.get(narrative.code)
        if figure is not None and str(figure.value).strip():
            yield UnitText(unit.code, form.code, narrative, str(figure.value), figure.sheet, figure.cell)


@dataclass(frozen=True)
class Facts:
    """The states of one period, in the order of the units file, with their programme.

    `states` are outlines; what those that count say stands in `reports`, by unit and form in the same order.
    `outsiders` are unit codes of states that the programme does not know in this period; their states do not count.
    Of a branch the units of others are no outsiders, and are not told.
    """

    programme: Programme
    period: Period
    states: tuple[State, ...]
    reports: Mapping[tuple[str, str], Report]
    outsiders: tuple[str, ...]
    questions: Questions

    @staticmethod
    def gather(programme: Programme, period: Period, states: Iterable[State]) -> Facts:
        """Takes the states one by one and keeps of each what the period's report needs, which is a fraction of it."""
        units = {unit.code: unit for unit in programme.units if unit.is_valid_on(period.data_to)}
        questions, forms = Questions(programme, period), programme.form_by_code
        own: dict[tuple[str, str], State] = {}
        reports: dict[tuple[str, str], Report] = {}
        strangers = set[str]()
        for state in states:
            address = state.address
            if address.period != period.code:
                continue
            key, unit, form = (address.unit, address.form), units.get(address.unit), forms.get(address.form)
            if unit is None:
                strangers.add(address.unit)
            elif form is not None:
                own[key] = state.outline()
                if state.counts and state.submission is not None:
                    reports[key] = questions.read_report(unit, form, state.submission)
        place = {code: number for number, code in enumerate(units)}
        keys = sorted(own, key=lambda key: (place[key[0]], key[1]))
        return Facts(
            programme=programme,
            period=period,
            states=tuple(own[key] for key in keys),
            reports={key: reports[key] for key in keys if key in reports},
            outsiders=() if programme.branch else tuple(sorted(strangers)),
            questions=questions,
        )

    @property
    def warnings(self) -> dict[tuple[str, str], tuple[Issue, ...]]:
        """The warnings given when the submissions were sent, by unit and form."""
        sent = {(each.address.unit, each.address.form): each.submission for each in self.states}
        return {key: submission.warnings for key in self.reports if (submission := sent[key])}

    @cached_property
    def asked(self) -> tuple[tuple[Unit, Form], ...]:
        """Every unit with a form that it owes or has sent, in the order of the units file."""
        owed = {(each.unit, each.form) for each in self.programme.obligations(self.period.code)}
        valid = [unit for unit in self.programme.units if unit.is_valid_on(self.period.data_to)]
        asked = owed | self.reports.keys()
        return tuple((unit, form) for unit in valid for form in self.programme.forms if (unit.code, form.code) in asked)

    @cached_property
    def units(self) -> tuple[Unit, ...]:
        return tuple({unit.code: unit for unit, _ in self.asked}.values())

    @cached_property
    def forms(self) -> tuple[Form, ...]:
        """The forms: first those of the headline's units, whose headings and tables the report has, each in the
        programme's order."""
        senders = {form.code: set[str]() for _, form in self.asked}
        for unit, form in self.asked:
            senders[form.code].add(unit.type)
        present = (form for form in self.programme.forms if form.code in senders)
        return tuple(sorted(present, key=lambda form: self.programme.headline not in senders[form.code]))

    @cached_property
    def sections(self) -> tuple[ShownSection, ...]:
        """The indicators that at least one unit is asked for, once each, in printed order."""
        asked = {row.code for each in self.asked for row in self.questions.list_rows(*each)}
        sections = []
        for section in (section for form in self.forms for section in form.sections):
            fresh = [code for code in section.indicators if code in asked]
            asked -= set(fresh)
            if fresh:
                rows = tuple(self.programme.indicator_by_code[code] for code in fresh)
                sections.append(ShownSection(section.title, rows, self.programme.find_window(fresh[0], self.period)))
        return tuple(sections)

    @cached_property
    def tables(self) -> tuple[Table, ...]:
        """Each table as the first form has it."""
        found: dict[str, Table] = {}
        for form in self.forms:
            for table in form.tables:
                found.setdefault(table.code, table)
        return tuple(found.values())

    def read_figures(self) -> FiguresByUnit:
        found: dict[str, dict[str, UnitFigure]] = {
            indicator.code: {} for section in self.sections for indicator in section.indicators
        }
        for unit, form in self.asked:
            report = self.reports.get((unit.code, form.code))
            for figure in report.figures if report else self.questions.miss_figures(unit, form):
                own = found[figure.indicator]
                own[unit.code] = merge_figures(own[unit.code], other=figure) if unit.code in own else figure
        return found

    def read_texts(self) -> Iterator[UnitText]:
        """Non-empty narratives, by field, then by unit."""
        texts: dict[tuple[str, str], list[UnitText]] = defaultdict(list)
        for report in self.reports.values():
            for each in report.texts:
                texts[each.form, each.narrative.code].append(each)
        for form in self.forms:
            for narrative in form.narratives:
                yield from texts[form.code, narrative.code]

    def read_rows(self) -> dict[str, tuple[UnitRow, ...]]:
        """The rows of every repeating table, by the table's code."""
        return {
            table.code: tuple(
                UnitRow(unit, form, row)
                for (unit, form), report in self.reports.items()
                for row in report.tables.get(table.code, ())
            )
            for table in self.tables
        }

    def collect_names(self) -> tuple[NamedCount, ...]:
        """The names that indicators of kind `distinct` count."""
        table = next((found for form in self.forms if (found := find_names_table(form))), None)
        return collect_names(table, self._rows_by_unit(table)) if table else ()

    def names_by_unit(self) -> dict[str, set[str]]:
        """The comparison keys of the names that each unit lists."""
        table = next((found for form in self.forms if (found := find_names_table(form))), None)
        if table is None:
            return {}
        return {
            unit: {make_key(name) for row in rows if (name := read_name(table, row))}
            for unit, rows in self._rows_by_unit(table).items()
        }

    def _rows_by_unit(self, table: Table) -> dict[str, tuple[TableRow, ...]]:
        tables = ((unit, report.tables) for (unit, _), report in self.reports.items())
        return {unit: own[table.code] for unit, own in tables if table.code in own}


def _read_figure(row: Indicator, unit: Unit, form: Form, figure: Figure | None) -> UnitFigure:
    """Names of sheets and cells are kept once for all units."""
    if figure is None:
        return UnitFigure(row.code, unit.code, form.code, FigureState.EMPTY)
    return UnitFigure(
        row.code, unit.code, form.code, FigureState.KNOWN, figure.value, figure.estimated,
        intern(figure.sheet), intern(figure.cell), figure.confirmed,
    )  # fmt: skip


def _compute_ratio(row: Indicator, typed: Mapping[str, UnitFigure]) -> UnitFigure:
    parts = [typed.get(code) for code in row.quotient or ()]
    numbers = [part.number if part is not None else None for part in parts]
    value = divide_sums([(numbers[0], numbers[1])])
    estimated = any(part is not None and part.estimated for part in parts)
    own = typed[row.code]
    if value is None:
        return UnitFigure(row.code, own.unit, own.form, FigureState.EMPTY)
    return UnitFigure(row.code, own.unit, own.form, FigureState.KNOWN, value, estimated)


def _mark_estimated(row: Indicator, typed: Mapping[str, UnitFigure]) -> UnitFigure:
    """A total is an estimate if any of its parts is one."""
    figure = typed[row.code]
    parts = [typed[code] for code in row.formula.codes if code in typed] if row.formula else []
    return replace(figure, estimated=True) if any(part.estimated for part in parts) else figure


def add_earlier(figures: FiguresByUnit, *, earlier: FiguresByUnit, rows: Sequence[Indicator]) -> FiguresByUnit:
    """Adds the figures of the earlier period, for forms that are not cumulative.

    Only kinds that are counted over a period are added. The sum is unknown if either period's figure is unknown.
    """
    added: dict[str, Mapping[str, UnitFigure]] = dict(figures)
    for row in rows:
        if row.kind.is_accumulated:
            before = earlier.get(row.code, {})
            added[row.code] = {unit: _add(figure, before.get(unit)) for unit, figure in figures[row.code].items()}
    return added


def _add(figure: UnitFigure, before: UnitFigure | None) -> UnitFigure:
    if figure.number is None or before is None or before.number is None:
        return replace(figure, state=FigureState.MISSING, value=None)
    value = add_known([figure.number, before.number])
    return replace(figure, value=value, estimated=figure.estimated or before.estimated)


def merge_figures(one: UnitFigure, *, other: UnitFigure) -> UnitFigure:
    """Merges an indicator that stands on two forms of a unit: the known figure, or a conflict if both differ."""
    if one.state is not FigureState.KNOWN:
        return other if other.state is FigureState.KNOWN else one
    if other.state is not FigureState.KNOWN or one.value == other.value:
        return one
    return UnitFigure(one.indicator, one.unit, one.form, FigureState.CONFLICT)
