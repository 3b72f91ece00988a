"""What one unit has owed and sent over the periods: how punctual it was, and how its main figures went on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from chalicelib.domain.clock import Timeliness
from chalicelib.domain.period.timeliness import Standing, rejudge
from chalicelib.domain.period.trends import Stage
from chalicelib.domain.programme.model import Form, Indicator, Period, Programme, Unit
from chalicelib.domain.submission.earlier import Earlier
from chalicelib.domain.submission.records import Address, State
from chalicelib.domain.values import read_number

MOST_FIGURES = 12
"""Figures that are drawn where the programme names none or more."""


@dataclass(frozen=True, slots=True)
class UnitDuty:
    """A form that a unit owes for a period, or may send; `is_owed` is off for a duty that is switched off."""

    programme: Programme
    period: Period
    form: Form
    unit: Unit
    is_owed: bool

    @property
    def address(self) -> Address:
        return Address(
            programme=self.programme.code, period=self.period.code, form=self.form.code, unit=self.unit.code
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Kept:
    """A duty with its state, judged by the clocks in force. `standing` is None where nothing counts and nothing is
    late yet."""

    duty: UnitDuty
    state: State
    standing: Standing | None


class Punctuality(NamedTuple):
    """Counts over the reports that are owed and whose time has come."""

    on_time: int
    late: int
    missing: int

    @property
    def due(self) -> int:
        return self.on_time + self.late + self.missing


class FigureLine(NamedTuple):
    """A figure of the unit in the same period of the years, the earliest first."""

    indicator: Indicator
    stages: tuple[Stage, ...]


def list_duties(unit: Unit, on: date, programmes: Sequence[Programme]) -> list[UnitDuty]:
    """The unit's duties in these programmes, the latest period first. `on` is a day on which it holds its code: where
    another unit held the code in a period, there are none."""
    found = [duty for each in programmes for duty in _list_own(unit, on, each)]
    return sorted(found, key=lambda each: (each.period.data_to, each.period.due), reverse=True)


def _list_own(unit: Unit, on: date, programme: Programme) -> Iterator[UnitDuty]:
    for period in programme.periods:
        then = programme.find_same(unit, period, on=on)
        if then is None:
            continue
        enabled = {duty.form for duty in programme.duties if duty.period == period.code and duty.enabled
                   and duty.unit_type == then.type}  # fmt: skip
        for form in programme.forms_of(then, period):
            yield UnitDuty(programme, period, form, then, is_owed=form.code in enabled)


def keep(duties: Sequence[UnitDuty], states: Mapping[Address, State], *, now: datetime) -> list[Kept]:
    """The duties that are owed, or for which something was sent."""
    kept = []
    for duty in duties:
        state = rejudge(states.get(duty.address) or State(address=duty.address, change=0), duty.period)
        if duty.is_owed or state.submission:
            kept.append(Kept(duty, state, _judge(duty, state, now)))
    return kept


def _judge(duty: UnitDuty, state: State, now: datetime) -> Standing | None:
    if state.counts:
        return Standing.LATE if state.timeliness is Timeliness.LATE else Standing.ON_TIME
    last = max(duty.period.late_from, state.exception_until or duty.period.late_from)
    return Standing.MISSING if duty.is_owed and now >= last else None


def count_punctuality(kept: Sequence[Kept]) -> Punctuality:
    own = [each.standing for each in kept if each.duty.is_owed]
    return Punctuality(*(own.count(each) for each in (Standing.ON_TIME, Standing.LATE, Standing.MISSING)))


def follow_figures(kept: Kept, earlier: Earlier, followed: Sequence[Programme]) -> list[FigureLine]:
    """The main figures of a report, each beside those of the same period of the years before, as far as they are known.
    `followed` are the programmes of those years, the latest first."""
    duty, submission = kept.duty, kept.state.submission
    if submission is None:
        return []
    years = [(each.period_by_code[duty.period.code].name, figures)
             for each, figures in zip(followed, earlier.years, strict=False) if figures]  # fmt: skip
    sides = [*reversed(years), (duty.period.name, submission.values)]
    lines = []
    for indicator in _choose_figures(duty):
        told = [(name, figures.get(indicator.code)) for name, figures in sides]
        numbers = [(name, read_number(figure.value) if figure else None) for name, figure in told]
        if numbers[-1][1] is not None:
            stages = (Stage(name, number, is_year=True) for name, number in numbers if number is not None)
            lines.append(FigureLine(indicator, tuple(stages)))
    return lines


def _choose_figures(duty: UnitDuty) -> list[Indicator]:
    """Those that the programme draws; if it draws none, of each section the first one that is counted."""
    rows = {row.code: row for row in duty.programme.rows(duty.form, duty.unit, duty.period)}
    drawn = [rows[code] for code in duty.programme.charts if code in rows and rows[code].kind.is_number]
    if not drawn:
        for section in duty.form.sections:
            own = (rows[code] for code in section.indicators if code in rows)
            drawn += [each for each in own if each.is_drawable and each.kind.is_accumulated][:1]
    return drawn[:MOST_FIGURES]
