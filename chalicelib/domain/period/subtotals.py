"""Subtotals by the unit above: what the units below it add up to, made as the total of all is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from chalicelib.domain.period.tally import Tally
from chalicelib.domain.period.totals import FigureState, Total, make_total
from chalicelib.domain.programme.kinds import Method
from chalicelib.domain.programme.model import Indicator, Unit


@dataclass(frozen=True)
class UnitsBelow:
    """Units of one type that stand below the unit of the code `above`; below none if it is ""."""

    above: str
    units: tuple[Unit, ...]

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(unit.code for unit in self.units)


def group_units(units: Iterable[Unit]) -> tuple[UnitsBelow, ...]:
    """The units by the one above them, in the order in which each stands first."""
    groups: dict[str, list[Unit]] = {}
    for unit in units:
        groups.setdefault(unit.parent, []).append(unit)
    return tuple(UnitsBelow(above, tuple(own)) for above, own in groups.items())


def sum_below(tally: Tally, indicator: Indicator, below: UnitsBelow) -> Total:
    """The total over units of one type."""
    names = {}
    if indicator.kind.method is Method.NAMES:
        names = {code: set[str]() for code in below.codes}
        for each in tally.names:
            for code in names.keys() & each.units:
                names[code].add(each.name)
    return make_total(indicator, below.units[0].type, tally.figures, below.codes, names)


def count_silent(tally: Tally, below: UnitsBelow) -> int:
    """How many of the units are asked for figures without a report that counts."""
    own = [{figures[code].state for figures in tally.figures.values() if code in figures} for code in below.codes]
    return sum(1 for states in own if states == {FigureState.MISSING})
