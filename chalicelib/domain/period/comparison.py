"""Compares a period with another one: what changed, by how much, over the units that reported in both.

A total over ten units cannot be compared with one over eleven. Every change is therefore computed over the
areas that are known whole on both sides, and states how many those are. Where the two figures are not the same thing
(another kind or unit of measure, a share of other figures, windows of another length or kind, a new way of counting)
there is no change.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from chalicelib.domain.language.spelling import make_key
from chalicelib.domain.period.areas import Area, find_areas
from chalicelib.domain.period.consolidation import Basis, Change, Comparison
from chalicelib.domain.period.tally import Tally
from chalicelib.domain.period.totals import FigureState, Total, UnitFigure, divide_sums, find_mean
from chalicelib.domain.programme.kinds import Kind, Method
from chalicelib.domain.programme.model import Indicator
from chalicelib.domain.programme.windows import DataWindow
from chalicelib.domain.values import Number, add_known

_LEAP_DAY = 1


def compare(before: Tally, after: Tally, *, of: Sequence[Indicator] | None = None) -> Comparison:
    """The changes from one period to the other, of all indicators or of these.

    Applies the successions whose day lies between the two periods.
    """
    successions = after.programme.successions
    crossed = [each for each in successions if before.period.data_to < each.on <= after.period.data_to]
    same_programme = before.programme.code == after.programme.code
    basis = Basis.WITHIN if same_programme and after.period.compare_with == before.period.code else Basis.SAME_PERIOD
    sides = _Sides(before, after, basis)
    pair = _Pair(before, after, cache(lambda old, new: find_areas(old, new, crossed)))
    changes, divided, own, by_type = {}, set(), {}, {}
    for indicator in after.indicators if of is None else of:
        if not sides.are_same_of(indicator):
            continue
        old, new = before.headline(indicator.code), after.headline(indicator.code)
        change = pair.compare(indicator, old, new=new)
        by_type[indicator.code] = dict(pair.compare_types(indicator, change))
        if old and new and change:
            changes[indicator.code] = change
            own[indicator.code] = dict(_find_own(before.figures[indicator.code], pair.find_whole(old, new=new)))
            divided |= {name for area in pair.find_areas(_asked(old), _asked(new)) for name in area.divided}
    cumulative = basis is Basis.WITHIN and after.is_cumulative
    return Comparison(basis, before.period.name, changes, tuple(sorted(divided)), cumulative, own, by_type)


@dataclass(frozen=True)
class _Pair:
    """Two periods; `find_areas` groups their units, which are the same ones for most indicators."""

    before: Tally
    after: Tally
    find_areas: Callable[[frozenset[str], frozenset[str]], Sequence[Area]]

    def find_whole(self, old: Total, *, new: Total) -> list[Area]:
        """The areas of which all units have reported, on both sides."""
        areas = self.find_areas(_asked(old), _asked(new))
        whole = [area for area in areas if area.before <= set(old.contributed) and area.after <= set(new.contributed)]
        return [area for area in whole if area.before and area.after]

    def compare(self, indicator: Indicator, old: Total | None, *, new: Total | None) -> Change | None:
        if old is None or new is None:
            return None
        return _compare_indicator(indicator, self.find_whole(old, new=new), self.before, self.after, new)

    def compare_types(self, indicator: Indicator, headline: Change | None) -> Iterator[tuple[str, Change]]:
        """Each type of units against itself; that of the headline as the province's figure is."""
        old, new = self.before.totals[indicator.code], self.after.totals[indicator.code]
        for total in new.subtotals:
            own = headline if total is new.headline else None
            if change := own or self.compare(indicator, old.find(total.unit_type), new=total):
                yield total.unit_type, change


@dataclass(frozen=True)
class _Sides:
    """Two periods, of which each figure has its days."""

    before: Tally
    after: Tally
    basis: Basis

    def are_same_of(self, indicator: Indicator) -> bool:
        """Whether the indicator says the same of both periods. What stands at a period's end needs no window."""
        was = self.before.indicator_by_code.get(indicator.code)
        if was is None or _identify(was) != _identify(indicator):
            return False
        old, new = (side.find_window(indicator.code) for side in (self.before, self.after))
        last_day_of_old = old.last if indicator.kind.is_stock else old.first
        changed = indicator.comparable_from
        is_broken = changed is not None and last_day_of_old < changed <= new.last
        return not is_broken and (indicator.kind.is_stock or self._are_as_long(old, new))

    def _are_as_long(self, old: DataWindow, new: DataWindow) -> bool:
        """A window of its own is not part of another period's."""
        is_within = self.basis is Basis.WITHIN
        if old.rule or new.rule:
            return old.is_like(new) and not is_within
        return is_within or abs(self.after.days - self.before.days) <= _LEAP_DAY


def _identify(indicator: Indicator) -> tuple[Kind, str, object]:
    """A mean of points counts as another thing once its points are given otherwise."""
    made = indicator.formula if indicator.kind.method is Method.MEAN else indicator.quotient
    return indicator.kind, make_key(indicator.measure_unit), made


def _find_own(figures: Mapping[str, UnitFigure], areas: Sequence[Area]) -> Iterator[tuple[str, Number]]:
    """The earlier number of each unit whose land is that of one earlier unit and of no other."""
    for area in areas:
        if len(area.before) == len(area.after) == 1:
            (old,), (new,) = area.before, area.after
            if (number := _number(figures.get(old))) is not None:
                yield new, number


def _asked(total: Total) -> frozenset[str]:
    return frozenset((*total.contributed, *total.missing, *total.empty))


def _compare_indicator(
    indicator: Indicator, areas: Sequence[Area], before: Tally, after: Tally, total: Total
) -> Change | None:
    old_units = {unit for area in areas for unit in area.before}
    new_units = {unit for area in areas for unit in area.after}
    old = _sum_over(indicator, old_units, before.figures)
    new = _sum_over(indicator, new_units, after.figures)
    if old is None or new is None:
        return None
    units = tuple(unit for unit in total.contributed if unit in new_units)
    return Change(indicator.code, old, new, units, is_whole=units == total.contributed)


def _sum_over(
    indicator: Indicator, units: Iterable[str], figures: Mapping[str, Mapping[str, UnitFigure]]
) -> Number | None:
    """The sum or the mean over these units. None for texts and for numbers of different names, which have no partial
    sums."""
    chosen = sorted(units)
    if indicator.quotient:
        above, below = (figures.get(code, {}) for code in indicator.quotient)
        return divide_sums((_number(above.get(unit)), _number(below.get(unit))) for unit in chosen)
    own = [_number(figures.get(indicator.code, {}).get(unit)) for unit in chosen]
    if indicator.kind.method is Method.MEAN:
        return find_mean(own)
    return add_known(own) if indicator.kind.method is Method.SUM else None


def _number(figure: UnitFigure | None) -> Number | None:
    return figure.number if figure is not None and figure.state is FigureState.KNOWN else None
