"""How the drawn figures went on over the periods before this one, and which way they have gone for long.

Each earlier period is compared with this one, so that an area that a reform rearranged stays whole. Only periods that
are counted over the same units stand on one line.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from chalicelib.domain.language.vietnamese import format_count, lower_first
from chalicelib.domain.period.comparison import compare
from chalicelib.domain.period.consolidation import Basis, Change, Comparison, Consolidation, Finding
from chalicelib.domain.period.tally import Tally
from chalicelib.domain.period.words import print_value
from chalicelib.domain.programme.model import Indicator
from chalicelib.domain.values import Number

_FEWEST_TOLD = 4
"""So many years in one direction are told; fewer may be chance."""


class Stage(NamedTuple):
    """What a figure was in a period; `is_year` is off for a part of the same year."""

    period_name: str
    value: Number
    is_year: bool


@dataclass(frozen=True, slots=True)
class Trend:
    """A figure over time, the earliest period first, this one last. `is_whole`: over all units that have it now."""

    indicator: Indicator
    stages: tuple[Stage, ...]
    is_whole: bool

    @property
    def run(self) -> tuple[Stage, ...]:
        """The last years in which the figure only rose, or only fell."""
        years = [stage for stage in self.stages if stage.is_year]
        steps = [(before, after, after.value > before.value) for before, after in pairwise(years)]
        told = [years[-1]]
        for before, after, is_rise in reversed(steps):
            if before.value == after.value or is_rise is not steps[-1][2]:
                break
            told.append(before)
        return tuple(reversed(told))


def find_trends(tally: Tally, comparisons: Sequence[Comparison]) -> Iterator[Trend]:
    """The trends of the drawn figures; none of a figure that is compared with nothing.

    `comparisons` of this period with others, the earliest first, parts of the same year last.
    """
    for indicator in tally.charted:
        told = [(each, change) for each in comparisons if (change := _find_like(each, indicator))]
        if told:
            yield _make_trend(tally, indicator, told)


def find_trend(consolidation: Consolidation, indicator: Indicator) -> Trend | None:
    """The trend of any figure, drawn or not, over the years that the consolidation knows."""
    tally = consolidation.tally
    older = [compare(each, tally, of=[indicator]) for each in reversed(consolidation.past[1:])]
    comparisons = (each for each in (*older, consolidation.comparison, consolidation.earlier) if each)
    told = [(each, change) for each in comparisons if (change := _find_like(each, indicator))]
    return _make_trend(tally, indicator, told) if told else None


def _find_like(comparison: Comparison, indicator: Indicator) -> Change | None:
    """The change of a figure, if the two are over windows of the same kind.

    A figure counted over part of the year stands beside the year's only if the year includes it."""
    is_like = _is_year(comparison) or comparison.is_cumulative or not indicator.kind.is_accumulated
    return comparison.changes.get(indicator.code) if is_like else None


def _is_year(comparison: Comparison) -> bool:
    return comparison.basis is Basis.SAME_PERIOD


def _make_trend(tally: Tally, indicator: Indicator, told: Sequence[tuple[Comparison, Change]]) -> Trend:
    """Of periods that are compared over different units, those that are most stay, in doubt the later years."""
    counted = Counter((change.after, change.units) for _, change in told)
    _, chosen = max(reversed(told), key=lambda each: (counted[each[1].after, each[1].units], _is_year(each[0])))
    kept = [each for each in told if (each[1].after, each[1].units) == (chosen.after, chosen.units)]
    stages = [Stage(comparison.period_name, change.before, _is_year(comparison)) for comparison, change in kept]
    return Trend(indicator, (*stages, Stage(tally.period.name, chosen.after, is_year=True)), chosen.is_whole)


def note_trends(trends: Iterator[Trend]) -> Iterator[Finding]:
    """What has risen or fallen for years."""
    for trend in trends:
        run, kind = trend.run, trend.indicator.kind
        if len(run) < _FEWEST_TOLD:
            continue
        way = "tăng" if run[-1].value > run[0].value else "giảm"
        told = "; ".join(f"{lower_first(stage.period_name)}: {print_value(stage.value, kind)}" for stage in run)
        where = "" if trend.is_whole else ", tính trên những đơn vị có số liệu ở các kỳ đó"
        text = f"{trend.indicator.label}: {way} liên tục qua {format_count(len(run))} kỳ ({told}){where}."
        yield Finding("figure.trend", "", trend.indicator.code, text)
