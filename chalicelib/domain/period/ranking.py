"""The units in the order of one figure, each beside its own earlier one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from chalicelib.domain.period.consolidation import Consolidation
from chalicelib.domain.period.totals import FigureState, UnitFigure
from chalicelib.domain.programme.model import Indicator, Unit
from chalicelib.domain.values import Number, add_known


@dataclass(frozen=True, slots=True)
class Ranked:
    """A unit's figure. `place` counts from 1, the same for equal numbers; None for what has no number.

    `whole` is the total of its type where that is a sum, `most` the greatest figure.
    """

    unit: Unit
    figure: UnitFigure
    place: int | None = None
    whole: Number | None = None
    most: Number | None = None
    before: Number | None = None

    @property
    def share(self) -> Fraction | None:
        """Its part of the total."""
        return None if not self.whole or self.figure.number is None else _divide(self.figure.number, by=self.whole)

    @property
    def length(self) -> Fraction | None:
        """Its part of the greatest figure."""
        if self.most is None or self.figure.number is None:
            return None
        return _divide(self.figure.number, by=self.most) if self.most else Fraction(0)


def _divide(number: Number, *, by: Number) -> Fraction:
    return (
        Fraction(number) / Fraction(by)
        if isinstance(number, Decimal) or isinstance(by, Decimal)
        else Fraction(number, by)
    )


def rank_units(consolidation: Consolidation, indicator: Indicator, unit_type: str) -> tuple[Ranked, ...]:
    """The units of one type that are asked for the figure: the greatest number first, those without one last."""
    tally = consolidation.tally
    figures = tally.figures.get(indicator.code, {})
    own = [(unit, figures[unit.code]) for unit in tally.units_of(unit_type) if unit.code in figures]
    numbers = {unit.code: _find_number(figure, indicator) for unit, figure in own}
    known = sorted((number for number in numbers.values() if number is not None), reverse=True)
    places = {number: place for place, number in reversed(list(enumerate(known, start=1)))}
    whole, most = add_known(known) if indicator.is_summed else None, max(known, default=0)
    earlier = find_earlier(consolidation, indicator)

    def rank(unit: Unit, figure: UnitFigure) -> Ranked:
        number = numbers[unit.code]
        if number is None:
            return Ranked(unit, figure)
        return Ranked(unit, figure, places[number], whole, most, earlier.get(unit.code))

    ranked = (rank(unit, figure) for unit, figure in own)
    return tuple(sorted(ranked, key=lambda each: len(own) + 1 if each.place is None else each.place))


def _find_number(figure: UnitFigure, indicator: Indicator) -> Number | None:
    """Only numbers rank: neither a flag, nor what is missing."""
    is_known = figure.state is FigureState.KNOWN and indicator.kind.is_number
    return figure.number if is_known else None


def find_earlier(consolidation: Consolidation, indicator: Indicator) -> Mapping[str, Number]:
    """The units' own numbers of last year, otherwise of the period that this one includes, where they compare."""
    comparisons = (consolidation.comparison, consolidation.earlier)
    held = (each.own.get(indicator.code) for each in comparisons if each and each.says_something_of(indicator))
    return next((own for own in held if own), {})
