"""What a supplement changes: whose reports are new, corrected or gone, and each figure before and now.

The figures before are those of now with the edition's differences taken back, and their totals are made in the same
way. A unit that had no report before is told once; its figures are not told one by one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from typing import NamedTuple

from chalicelib.domain.period.edition import Difference, PlainValue, is_estimate, read_kept
from chalicelib.domain.period.figures import FiguresByUnit
from chalicelib.domain.period.tally import Tally
from chalicelib.domain.period.timeliness import Standing
from chalicelib.domain.period.totals import FigureState, Total, UnitFigure, make_total
from chalicelib.domain.period.words import STANDING
from chalicelib.domain.programme.kinds import Method
from chalicelib.domain.programme.model import Indicator


class ReportChange(StrEnum):
    """What has become of a report since."""

    NEW = "new"
    CORRECTED = "corrected"
    GONE = "gone"


class Corrected(NamedTuple):
    """An indicator whose figures have changed. `before` is the province's total then; None if it cannot be told.

    `own` are the changes of units that had a report before.
    """

    indicator: Indicator
    before: Total | None
    own: tuple[Difference, ...]


def find_report_change(difference: Difference) -> ReportChange:
    """What has become of the report whose standing changed."""
    if _is_missing(difference.before):
        return ReportChange.NEW
    return ReportChange.GONE if _is_missing(difference.after) else ReportChange.CORRECTED


def _is_missing(standing: PlainValue) -> bool:
    return standing in (None, STANDING[Standing.MISSING])


def find_corrected(tally: Tally, differences: Sequence[Difference]) -> Iterator[Corrected]:
    """The indicators with changed figures, in the order of the report."""
    new = {each.unit for each in differences if each.form and find_report_change(each) is ReportChange.NEW}
    by_code: dict[str, list[Difference]] = {}
    for each in differences:
        by_code.setdefault(each.indicator, []).append(each)
    before = _take_back(tally, by_code)
    for indicator in tally.indicators:
        if changed := by_code.get(indicator.code):
            total = _make_total_before(tally, indicator, before)
            yield Corrected(indicator, total, tuple(each for each in changed if each.unit not in new))


def _make_total_before(tally: Tally, indicator: Indicator, figures: FiguresByUnit) -> Total | None:
    """None where there is no total, or one of names, which an edition's differences do not hold."""
    headline = tally.headline(indicator.code)
    if headline is None or indicator.kind.method not in (Method.SUM, Method.QUOTIENT, Method.MEAN, Method.WEIGHTED):
        return None
    units = [unit.code for unit in tally.units_of(headline.unit_type)]
    return make_total(indicator, headline.unit_type, figures, units, names={})


def _take_back(tally: Tally, by_code: Mapping[str, Sequence[Difference]]) -> FiguresByUnit:
    """The figures as they were before."""
    return {
        code: {**figures, **{each.unit: _undo(each, figures.get(each.unit)) for each in by_code.get(code, ())}}
        for code, figures in tally.figures.items()
    }


def _undo(difference: Difference, now: UnitFigure | None) -> UnitFigure:
    figure = now or UnitFigure(difference.indicator, difference.unit, form="", state=FigureState.MISSING)
    if difference.before is None:
        return replace(figure, state=FigureState.MISSING, value=None, estimated=False)
    value = read_kept(difference.before)
    return replace(figure, state=FigureState.KNOWN, value=value, estimated=is_estimate(difference.before))
