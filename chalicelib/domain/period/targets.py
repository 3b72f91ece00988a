"""Judges the programme's targets, unit by unit. A missed target is a finding, never a sender's error."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from chalicelib.domain.period.tally import Tally
from chalicelib.domain.period.totals import FigureState
from chalicelib.domain.programme.model import Condition, Period, Programme, Target, Unit
from chalicelib.domain.values import Number

PROVINCE = ""
"""The unit of a target that is judged by the sum of all units."""


class TargetState(StrEnum):
    """IN_PROGRESS: not reached yet, and a later period still judges it. UNKNOWN: a figure is missing.
    NOT_APPLICABLE: the value to reach is 0, because the unit has nothing of that sort."""

    MET = "met"
    UNMET = "unmet"
    IN_PROGRESS = "in_progress"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True, slots=True)
class ConditionResult:
    """`value` was reached, `at_least` is required; None if not known."""

    indicator: str
    value: Number | None
    at_least: Number | None
    state: TargetState
    estimated: bool = False


@dataclass(frozen=True, slots=True)
class UnitResult:
    """One unit's result for one target; `unit` is PROVINCE for a target of the sum."""

    unit: str
    state: TargetState
    conditions: tuple[ConditionResult, ...]

    @property
    def is_estimated(self) -> bool:
        return any(condition.estimated for condition in self.conditions)


@dataclass(frozen=True, slots=True)
class TargetResult:
    """One target over all units that it concerns. `is_final`: no later period judges it again."""

    target: Target
    units: tuple[UnitResult, ...]
    is_final: bool

    def of_state(self, *states: TargetState) -> tuple[str, ...]:
        return tuple(result.unit for result in self.units if result.state in states)

    @property
    def concerns_any(self) -> bool:
        """Whether it asks something of any unit."""
        return any(result.state is not TargetState.NOT_APPLICABLE for result in self.units)

    @property
    def state(self) -> TargetState:
        """The target as a whole: met if every unit that it concerns has met it."""
        return _combine([result.state for result in self.units])


def judge_targets(tally: Tally) -> tuple[TargetResult, ...]:
    """Judges every target of the period."""
    programme, period = tally.programme, tally.period
    results = []
    for target in programme.targets:
        if period.code not in target.periods:
            continue
        final = _is_final(programme, period, target)
        judge = _Judge(tally, final)
        if target.scope == "province":
            units: tuple[UnitResult, ...] = (judge.judge_province(target),)
        else:
            concerned = [unit for unit in programme.units if unit.type == target.unit_type]
            valid = [unit for unit in concerned if unit.is_valid_on(period.data_to)]
            units = tuple(result for unit in valid if (result := judge.judge_unit(target, unit)) is not None)
        results.append(TargetResult(target, units, final))
    return tuple(results)


def _is_final(programme: Programme, period: Period, target: Target) -> bool:
    judged = [programme.period_by_code[code] for code in target.periods if code in programme.period_by_code]
    return all(other.due <= period.due for other in judged)


class _Held(NamedTuple):
    """What a condition is judged by: the value, what is needed, and how far the value can be relied on."""

    value: Number | None
    needed: Number | None
    is_estimated: bool
    is_complete: bool


@dataclass(frozen=True)
class _Judge:
    tally: Tally
    is_final: bool

    def judge_unit(self, target: Target, unit: Unit) -> UnitResult | None:
        """The unit's result; None if no condition concerns the unit."""
        own = [condition for condition in target.conditions if not condition.units or unit.code in condition.units]
        if not own:
            return None
        results = tuple(self._check(condition, self._of_unit(condition, unit.code)) for condition in own)
        return UnitResult(unit.code, _combine([result.state for result in results]), results)

    def judge_province(self, target: Target) -> UnitResult:
        results = tuple(self._check(condition, self._of_province(condition)) for condition in target.conditions)
        return UnitResult(PROVINCE, _combine([result.state for result in results]), results)

    def _of_unit(self, condition: Condition, unit: str) -> _Held:
        figure = self.tally.figures.get(condition.indicator, {}).get(unit)
        known = figure if figure is not None and figure.state is FigureState.KNOWN else None
        needed = condition.at_least
        if isinstance(needed, str):
            other = self.tally.figures.get(needed, {}).get(unit)
            needed_number = other.number if other is not None and other.state is FigureState.KNOWN else None
        else:
            needed_number = needed
        return _Held(known.number if known else None, needed_number, bool(known and known.estimated), True)

    def _of_province(self, condition: Condition) -> _Held:
        total = self._headline(condition.indicator)
        if not isinstance(condition.at_least, str):
            return _Held(total[0], condition.at_least, total[1], total[2])
        needed = self._headline(condition.at_least)
        return _Held(total[0], needed[0] if needed[2] else None, total[1], total[2])

    def _headline(self, code: str) -> tuple[Number | None, bool, bool]:
        """The value, whether it includes estimates, and whether it is complete."""
        total = self.tally.headline(code)
        return (None, False, False) if total is None else (total.value, bool(total.estimated), total.is_complete)

    def _check(self, condition: Condition, held: _Held) -> ConditionResult:
        state = self._find_state(condition, held)
        return ConditionResult(condition.indicator, held.value, held.needed, state, held.is_estimated)

    def _find_state(self, condition: Condition, held: _Held) -> TargetState:
        if held.needed is None or held.value is None:
            return TargetState.UNKNOWN
        if held.needed == 0 and isinstance(condition.at_least, str):
            return TargetState.NOT_APPLICABLE
        if held.value >= held.needed:
            return TargetState.MET
        if not held.is_complete:
            return TargetState.UNKNOWN
        return TargetState.UNMET if self.is_final else TargetState.IN_PROGRESS


_WORST_FIRST = (TargetState.UNMET, TargetState.UNKNOWN, TargetState.IN_PROGRESS, TargetState.MET)


def _combine(states: Sequence[TargetState]) -> TargetState:
    """Combines several conditions: one that has certainly failed decides, then one that is unknown."""
    return next((state for state in _WORST_FIRST if state in states), TargetState.NOT_APPLICABLE)
