"""Consolidates a period: figures, totals, targets, comparison and findings, from the current states.

Pure: the same programme, states and moment give the same consolidation, in any order of the states.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from chalicelib.domain.period.comparison import compare
from chalicelib.domain.period.consolidation import Consolidation, Phase
from chalicelib.domain.period.figures import Facts
from chalicelib.domain.period.findings import find_findings
from chalicelib.domain.period.manifest import describe_inputs, hash_manifest, replace_office
from chalicelib.domain.period.tally import find_judged, make_tally
from chalicelib.domain.period.targets import judge_targets
from chalicelib.domain.period.timeliness import Reporting, find_rates, find_statuses, rejudge
from chalicelib.domain.period.trends import find_trends, note_trends
from chalicelib.domain.programme.model import Period, Programme
from chalicelib.domain.submission.records import EditionInput, State


def consolidate(
    programme: Programme,
    period_code: str,
    states: Iterable[State],
    *,
    as_of: datetime,
    previous: Consolidation | None = None,
    earlier: Consolidation | None = None,
    made_with: Mapping[str, str] | None = None,
    office: Mapping[str, str] | None = None,
) -> Consolidation:
    """The consolidation of one period from the current states of its obligations, of which one is held at a time.
    `previous` is the same period of the year before, with those before it; `earlier` the one that `compare_with` names.
    `made_with` names what else decides an edition's looks (the code's version, the Word template's hash), `office` the
    office's own part ("draft": "3"). Raises KeyError for a period that it does not have.
    """
    period = programme.period_by_code[period_code]
    facts = Facts.gather(programme, period, (rejudge(state, period) for state in states))
    tally, reporting, phase = make_tally(facts), find_reporting(facts), find_phase(period, as_of)
    targets = judge_targets(find_judged(facts, tally, earlier.tally if earlier else None))
    findings = find_findings(tally, reporting, targets, is_due=phase is not Phase.OPEN, warnings=facts.warnings)
    manifest = replace_office(_describe(facts, phase, (previous, earlier), made_with or {}), office or {})
    made = Consolidation(
        tally=tally,
        reporting=reporting,
        phase=phase,
        as_of=as_of,
        targets=targets,
        texts=tuple(facts.read_texts()),
        tables=facts.tables,
        rows=facts.read_rows(),
        inputs=tuple(_list_inputs(facts.states)),
        manifest=manifest,
        inputs_hash=hash_manifest(manifest),
        comparison=compare(previous.tally, tally) if previous else None,
        earlier=compare(earlier.tally, tally) if earlier else None,
        findings=tuple(findings),
        changes=_list_changes(facts.states),
    )
    return _add_past(made, previous=previous) if previous else made


def _add_past(made: Consolidation, *, previous: Consolidation) -> Consolidation:
    """With the years before, and with what they show."""
    past = (previous.tally, *previous.past)
    older = tuple(compare(each, made.tally, of=made.tally.charted) for each in past[1:])
    made = replace(made, past=past, older=older)
    noted = note_trends(find_trends(made.tally, made.comparisons))
    return replace(made, findings=(*made.findings, *noted))


def _describe(
    facts: Facts, phase: Phase, others: Sequence[Consolidation | None], made_with: Mapping[str, str]
) -> dict[str, Any]:
    compared = [each.manifest if each else None for each in others]
    return describe_inputs(
        facts.programme, facts.period, facts.states,
        phase=phase, compared=compared, made_with=made_with, outsiders=facts.outsiders,
    )  # fmt: skip


def find_reporting(facts: Facts) -> Reporting:
    statuses = find_statuses(facts.programme, facts.period.code, facts.states)
    return Reporting(statuses, find_rates(facts.programme, statuses), facts.outsiders)


def find_phase(period: Period, as_of: datetime) -> Phase:
    if period.is_locked(as_of):
        return Phase.LOCKED
    return Phase.DUE if as_of >= period.late_from else Phase.OPEN


def _list_changes(states: Sequence[State]) -> dict[str, dict[str, int]]:
    changes: dict[str, dict[str, int]] = {}
    for state in states:
        changes.setdefault(state.address.form, {})[state.address.unit] = state.change
    return changes


def _list_inputs(states: Sequence[State]) -> Iterator[EditionInput]:
    """The submissions that count. A file without a receipt time (from a folder) is listed in the manifest only."""
    for state in states:
        if state.submission is not None and state.counts and state.timeliness is not None:
            yield EditionInput(
                unit=state.address.unit,
                form=state.address.form,
                revision=state.submission.revision,
                sha256=state.submission.sha256,
                timeliness=state.timeliness,
            )
