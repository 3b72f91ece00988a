"""Consolidates a period: figures, totals, targets, comparison and findings, from the states that stand.

Pure: the same programme, states and moment give the same consolidation, in whatever order the states come.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from chalicelib.domain.period.comparison import compare
from chalicelib.domain.period.consolidation import Consolidation, Phase
from chalicelib.domain.period.figures import Facts, FiguresByUnit, add_earlier
from chalicelib.domain.period.findings import find_findings
from chalicelib.domain.period.manifest import describe_inputs, hash_manifest
from chalicelib.domain.period.targets import judge_targets
from chalicelib.domain.period.timeliness import find_rates, find_statuses, rejudge
from chalicelib.domain.period.totals import IndicatorTotal, Total, make_total
from chalicelib.domain.programme.model import Indicator, Period, Programme
from chalicelib.domain.submission.records import EditionInput, State


def consolidate(
    programme: Programme,
    period_code: str,
    states: Sequence[State],
    *,
    as_of: datetime,
    previous: Consolidation | None = None,
    earlier: Consolidation | None = None,
    made_with: Mapping[str, str] | None = None,
) -> Consolidation:
    """The consolidation of one period from the current states of its obligations.

    `previous` is the same period of the year before, `earlier` the one that `compare_with` names.
    `made_with` names whatever else decides what an
    edition looks like (the code's version, the Word template's hash) and goes into the hash.
    Raises KeyError for a period that the programme does not have.
    """
    period = programme.period_by_code[period_code]
    facts = Facts.gather(programme, period, [rejudge(state, period) for state in states])
    manifest = describe_inputs(
        programme,
        period,
        facts.states,
        phase=find_phase(period, as_of),
        compared=[each.manifest if each else None for each in (previous, earlier)],
        made_with=made_with or {},
        outsiders=facts.outsiders,
    )
    alone = _consolidate_facts(facts, earlier, as_of=as_of, manifest=manifest)
    beside = replace(
        alone,
        comparison=compare(previous, alone) if previous else None,
        earlier=compare(earlier, alone) if earlier else None,
    )
    return replace(beside, findings=tuple(find_findings(beside, facts.warnings)))


def _consolidate_facts(
    facts: Facts, earlier: Consolidation | None, *, as_of: datetime, manifest: Mapping[str, Any]
) -> Consolidation:
    """The period by itself: not yet compared with another one, and without findings."""
    figures = facts.read_figures()
    totals = make_totals(facts, figures)
    statuses = find_statuses(facts.programme, facts.period.code, facts.states)
    judged = _find_judged(facts, figures, totals, earlier)
    return Consolidation(
        programme=facts.programme,
        period=facts.period,
        phase=find_phase(facts.period, as_of),
        as_of=as_of,
        forms=facts.forms,
        units=facts.units,
        outsiders=facts.outsiders,
        sections=facts.sections,
        figures=figures,
        totals=totals,
        names=facts.collect_names(),
        statuses=statuses,
        rates=find_rates(facts.programme, statuses),
        targets=judge_targets(facts.programme, facts.period, *judged),
        texts=tuple(facts.read_texts()),
        tables=facts.tables,
        rows=facts.read_rows(),
        inputs=tuple(_list_inputs(facts.states)),
        manifest=manifest,
        inputs_hash=hash_manifest(manifest),
    )


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
    return Phase.DUE if as_of >= period.late_from else Phase.OPEN


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
    if not indicator.kind.has_total:
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
