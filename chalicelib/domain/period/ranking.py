"""The units in the order of one figure, each beside its own earlier one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from chalicelib.domain.period.consolidation import Consolidation
from chalicelib.domain.period.totals import FigureState, UnitFigure
from chalicelib.domain.programme.model import Indicator, Unit
from chalicelib.domain.values import Number


@dataclass(frozen=True, slots=True)
class Ranked:
    """A unit's figure. `place` counts from 1, the same for equal numbers; None for what has no number.

    `share` is its part of the total of its type where that is a sum, `length` its part of the greatest one.
    """

    unit: Unit
    figure: UnitFigure
    place: int | None = None
    share: Fraction | None = None
    length: Fraction | None = None
    before: Number | None = None


def rank_units(consolidation: Consolidation, indicator: Indicator, unit_type: str) -> tuple[Ranked, ...]:
    """The units of one type that are asked for the figure: the greatest number first, those without one last."""
    tally = consolidation.tally
    figures = tally.figures.get(indicator.code, {})
    own = [(unit, figures[unit.code]) for unit in tally.units_of(unit_type) if unit.code in figures]
    numbers = {unit.code: _find_number(figure, indicator) for unit, figure in own}
    known = sorted((number for number in numbers.values() if number is not None), reverse=True)
    places = {number: place for place, number in reversed(list(enumerate(known, start=1)))}
    total, most = sum(map(Fraction, known)), max(map(Fraction, known), default=Fraction(0))
    earlier = _find_earlier(consolidation, indicator)

    def rank(unit: Unit, figure: UnitFigure) -> Ranked:
        number = numbers[unit.code]
        if number is None:
            return Ranked(unit, figure)
        share = Fraction(number) / total if total and indicator.is_summed else None
        length = Fraction(number) / most if most else Fraction(0)
        return Ranked(unit, figure, places[number], share, length, earlier.get(unit.code))

    ranked = (rank(unit, figure) for unit, figure in own)
    return tuple(sorted(ranked, key=lambda each: len(own) + 1 if each.place is None else each.place))


def _find_number(figure: UnitFigure, indicator: Indicator) -> Number | None:
    """Only numbers rank: neither a flag, nor what is missing."""
    is_known = figure.state is FigureState.KNOWN and indicator.kind.is_number
    return figure.number if is_known else None


def _find_earlier(consolidation: Consolidation, indicator: Indicator) -> Mapping[str, Number]:
    """The units' own numbers of last year, otherwise of the period that this one includes, where they compare."""
    comparisons = (consolidation.comparison, consolidation.earlier)
    held = (each.own.get(indicator.code) for each in comparisons if each and each.says_something_of(indicator))
    return next((own for own in held if own), {})
