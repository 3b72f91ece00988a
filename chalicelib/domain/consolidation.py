"""One period, consolidated: everything that an edition shows, computed from scratch from the current states.

Pure: the same programme, states and moment give the same consolidation, in whatever order the states come.
What is not known stays unknown; what a total was made from can be followed down to a cell.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import Any

from chalicelib.domain.areas import Succession
from chalicelib.domain.comparison import Comparison, compare
from chalicelib.domain.figures import Facts, FiguresByUnit, Section, UnitRow, UnitText, add_earlier
from chalicelib.domain.findings import Finding, find_findings
from chalicelib.domain.manifest import describe_inputs, hash_manifest
from chalicelib.domain.programme import Form, Indicator, Period, Programme, Table, Unit
from chalicelib.domain.submission import EditionInput, State
from chalicelib.domain.targets import TargetResult, judge_targets
from chalicelib.domain.timeliness import ObligationStatus, Rate, find_rates, find_statuses, rejudge
from chalicelib.domain.totals import (
    COUNTED_KINDS,
    FigureState,
    IndicatorTotal,
    NamedCount,
    Total,
    UnitFigure,
    make_total,
)


class Phase(StrEnum):
    """Where the period stands on its clocks: what is missing before `due` is not yet owed."""

    OPEN = "open"
    DUE = "due"
    LOCKED = "locked"


@dataclass(frozen=True)
class Consolidation:
    """One period of a programme. `figures` are by indicator, then by unit: only what a unit is asked for.

    `units` are those that owe something or have sent something, in the order of the units file; `outsiders`
    unit codes that sent something and are not known in this period. `inputs` are the submissions that count.
    `inputs_hash` covers `manifest`, which has all that decides the contents; the moment `as_of` decides
    only through `phase`.
    """

    programme: Programme
    period: Period
    phase: Phase
    as_of: datetime
    forms: tuple[Form, ...]
    units: tuple[Unit, ...]
    outsiders: tuple[str, ...]
    sections: tuple[Section, ...]
    figures: FiguresByUnit
    totals: Mapping[str, IndicatorTotal]
    names: tuple[NamedCount, ...]
    statuses: tuple[ObligationStatus, ...]
    rates: tuple[Rate, ...]
    targets: tuple[TargetResult, ...]
    texts: tuple[UnitText, ...]
    tables: tuple[Table, ...]
    rows: Mapping[str, tuple[UnitRow, ...]]
    inputs: tuple[EditionInput, ...]
    manifest: Mapping[str, Any] = field(repr=False)
    inputs_hash: str
    comparison: Comparison | None = None
    earlier: Comparison | None = None
    findings: tuple[Finding, ...] = ()

    @property
    def is_due(self) -> bool:
        return self.phase is not Phase.OPEN

    @cached_property
    def unit_by_code(self) -> dict[str, Unit]:
        return {unit.code: unit for unit in self.units}

    @cached_property
    def indicators(self) -> tuple[Indicator, ...]:
        return tuple(indicator for section in self.sections for indicator in section.indicators)

    @cached_property
    def status_by_key(self) -> dict[tuple[str, str], ObligationStatus]:
        """Statuses by unit and form."""
        return {(status.unit, status.form): status for status in self.statuses}

    @cached_property
    def unit_types(self) -> tuple[str, ...]:
        """The types of the units here, in the programme's order."""
        present = {unit.type for unit in self.units}
        return tuple(unit_type for unit_type in self.programme.unit_types if unit_type in present)

    def units_of(self, unit_type: str) -> tuple[Unit, ...]:
        return tuple(unit for unit in self.units if unit.type == unit_type)

    def headline(self, indicator: str) -> Total | None:
        """The province's total of an indicator; None where there is no such indicator or no one figure."""
        total = self.totals.get(indicator)
        return total.headline if total else None

    def find_sources(self, indicator: str) -> Iterator[tuple[UnitFigure, ObligationStatus]]:
        """The known figures of an indicator, each with the submission that it stands in."""
        for figure in self.figures.get(indicator, {}).values():
            if figure.state is FigureState.KNOWN:
                yield figure, self.status_by_key[figure.unit, figure.form]


def consolidate(
    programme: Programme,
    period_code: str,
    states: Sequence[State],
    *,
    as_of: datetime,
    previous: Consolidation | None = None,
    earlier: Consolidation | None = None,
    successions: Sequence[Succession] = (),
    made_with: Mapping[str, str] | None = None,
) -> Consolidation:
    """The consolidation of one period from the current states of its obligations.

    `previous` is the same period of the year before, `earlier` the one that `compare_with` names;
    `successions` map units over a reform between them. `made_with` names whatever else decides what an
    edition looks like (the code's version, the Word template's hash) and goes into the hash.
    Raises KeyError for a period that the programme does not have.
    """
    period = programme.period_by_code[period_code]
    facts = Facts.gather(programme, period, [rejudge(state, period) for state in states])
    figures = facts.read_figures()
    totals = make_totals(facts, figures)
    statuses = find_statuses(programme, period_code, facts.states)
    phase = find_phase(period, as_of)
    compared = [each.manifest if each else None for each in (previous, earlier)]
    manifest = describe_inputs(
        programme, period, facts.states, phase=phase, compared=compared, successions=successions,
        made_with=made_with or {}, outsiders=facts.outsiders,
    )  # fmt: skip
    made = Consolidation(
        programme=programme,
        period=period,
        phase=phase,
        as_of=as_of,
        forms=facts.forms,
        units=facts.units,
        outsiders=facts.outsiders,
        sections=facts.sections,
        figures=figures,
        totals=totals,
        names=facts.collect_names(),
        statuses=statuses,
        rates=find_rates(programme, statuses),
        targets=judge_targets(programme, period, *_find_judged(facts, figures, totals, earlier)),
        texts=tuple(facts.read_texts()),
        tables=facts.tables,
        rows=facts.read_rows(),
        inputs=tuple(_list_inputs(facts.states)),
        manifest=manifest,
        inputs_hash=hash_manifest(manifest),
    )
    beside = replace(
        made,
        comparison=compare(previous, made, successions) if previous else None,
        earlier=compare(earlier, made, successions) if earlier else None,
    )
    return replace(beside, findings=tuple(find_findings(beside, facts.warnings)))


def _find_judged(
    facts: Facts, figures: FiguresByUnit, totals: Mapping[str, IndicatorTotal], earlier: Consolidation | None
) -> tuple[FiguresByUnit, Mapping[str, IndicatorTotal]]:
    """What targets are judged by: a year's target, by the whole year, also where the form covers a part of it."""
    is_whole = not facts.period.compare_with or any(form.cumulative for form in facts.forms)
    if is_whole:
        return figures, totals
    rows = [indicator for section in facts.sections for indicator in section.indicators]
    added = add_earlier(figures, earlier.figures if earlier else {}, rows)
    return added, make_totals(facts, added)


def find_phase(period: Period, as_of: datetime) -> Phase:
    if period.is_locked(as_of):
        return Phase.LOCKED
    return Phase.DUE if as_of >= period.due + period.grace else Phase.OPEN


def make_totals(facts: Facts, figures: FiguresByUnit) -> dict[str, IndicatorTotal]:
    """Every indicator's subtotals per unit type, and its headline."""
    names = facts.names_by_unit()
    units_by_type = {
        unit_type: [unit.code for unit in facts.units if unit.type == unit_type]
        for unit_type in facts.programme.unit_types
    }
    totals = {}
    for section in facts.sections:
        for indicator in section.indicators:
            subtotals = tuple(
                total
                for unit_type, units in units_by_type.items()
                if (total := make_total(indicator, unit_type, figures, units, names)).asked
            )
            headline = _find_headline(indicator, subtotals, facts.programme.headline)
            totals[indicator.code] = IndicatorTotal(indicator.code, subtotals, headline)
    return totals


def _find_headline(indicator: Indicator, subtotals: Sequence[Total], headline: str) -> Total | None:
    if indicator.kind not in COUNTED_KINDS:
        return None
    own = next((total for total in subtotals if total.unit_type == headline), None)
    return own or (subtotals[0] if len(subtotals) == 1 else None)


def _list_inputs(states: Sequence[State]) -> Iterator[EditionInput]:
    """The submissions that count. A file without a receipt time (a folder's) is in the manifest alone."""
    for state in states:
        if state.submission is not None and state.counts and state.timeliness is not None:
            yield EditionInput(
                unit=state.address.unit,
                form=state.address.form,
                revision=state.submission.revision,
                sha256=state.submission.sha256,
                timeliness=state.timeliness,
            )
