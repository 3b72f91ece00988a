"""Native charts: how the period stands, and the programme's chosen indicators by unit and over time.

What a chart would not tell anything about is not drawn: reports that are all on time, noughts, nothing to compare with.
`pictures.py` makes them; their data stands on a sheet of its own.
"""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import accumulate

from xlsxwriter.utility import xl_rowcol_to_cell

from chalicelib.domain.language.vietnamese import find_percent
from chalicelib.domain.period import words
from chalicelib.domain.period.consolidation import Consolidation
from chalicelib.domain.period.targets import TargetState
from chalicelib.domain.period.timeliness import Standing
from chalicelib.domain.period.trends import Trend, find_trends
from chalicelib.domain.programme.model import Indicator, Unit
from chalicelib.domain.values import Number
from chalicelib.report.sheets import layout
from chalicelib.report.sheets.figures import PERCENT
from chalicelib.report.sheets.layout import Block, Layout
from chalicelib.report.sheets.pictures import AMBER, BLUE, GREEN, GREY, RED, ChartGroup, ChartKind, Picture, Series
from chalicelib.report.sheets.status import list_states, target_units

COLOURS = {
    TargetState.MET: GREEN, TargetState.UNMET: RED, TargetState.IN_PROGRESS: AMBER, TargetState.UNKNOWN: GREY,
}  # fmt: skip
_MOST_COMPARED = 12
_MOST_RANKED = 15
_MOST_UNITS = 20
_LONGEST_NAME = 64
_MOST_LARGE = 9
_FEWEST_RANKED = 3
"""Of two units it is plain which has more."""


def list_charts(consolidation: Consolidation, plan: Layout) -> tuple[ChartGroup, ...]:
    """The charts of an edition, page by page; none if there is nothing to draw."""
    charted = consolidation.tally.charted
    general = (
        _draw_reporting(consolidation), _draw_targets(consolidation), _draw_units(consolidation),
        _draw_changes(consolidation),
    )  # fmt: skip
    ranks = tuple(_leave_out_empty(_rank_units(consolidation, plan, each) for each in charted))
    found = find_trends(consolidation.tally, consolidation.comparisons)
    trends = tuple(_leave_out_empty(_draw_trend(each) for each in found))
    groups = (ChartGroup(2, tuple(_leave_out_empty(general))), _group(ranks), _group(trends))
    return tuple(group for group in groups if group.pictures)


def _group(pictures: tuple[Picture, ...]) -> ChartGroup:
    """Very many charts are made smaller, so that they stay on a few pages."""
    return ChartGroup(4 if len(pictures) > _MOST_LARGE else 3, pictures)


def _leave_out_empty(pictures: Iterable[Picture | None]) -> Iterator[Picture]:
    """Excel refuses a chart without a series or without a point."""
    return (each for each in pictures if each and each.names and each.columns)


def _draw_reporting(consolidation: Consolidation) -> Picture | None:
    rate = consolidation.reporting.rates[-1]
    standings = (
        (words.STANDING[Standing.ON_TIME], rate.on_time, GREEN), (words.STANDING[Standing.LATE], rate.late, AMBER),
        ("Không xét hạn", rate.unjudged, BLUE), (words.STANDING[Standing.MISSING], rate.missing, RED),
    )  # fmt: skip
    shown = [each for each in standings if each[1]]
    if len(shown) < 2:
        return None
    column = Series("Báo cáo", [number for _, number, _ in shown], tuple(colour for *_, colour in shown))
    return Picture(
        ChartKind.PIE, f"Tình hình gửi báo cáo ({rate.expected} báo cáo)", [name for name, *_ in shown], [column]
    )


def _draw_targets(consolidation: Consolidation) -> Picture:
    """Each target by its name, and how many units are in which state."""
    names = [_shorten(f"{each.target.code}. {each.target.title}") for each in consolidation.targets]
    columns = [
        Series(words.TARGET[state], [len(each.of_state(state)) for each in consolidation.targets], (COLOURS[state],))
        for state in list_states(consolidation)
    ]
    title = "Chỉ tiêu của Chương trình: số đơn vị theo mức thực hiện"
    return Picture(ChartKind.STACK, title, names, columns)


def _draw_units(consolidation: Consolidation) -> Picture:
    """Each unit with the number of its targets by state; of many units those that are furthest from all."""
    counts: dict[str, Counter[TargetState]] = {}
    for result in consolidation.targets:
        for each in result.units:
            counts.setdefault(each.unit, Counter())[each.state] += 1
    units = [code for code, _ in target_units(consolidation) if code]
    title = "Thực hiện chỉ tiêu của từng đơn vị (số chỉ tiêu)"
    if len(units) > _MOST_UNITS:
        title = f"{_MOST_UNITS} đơn vị còn nhiều chỉ tiêu chưa đạt nhất, trong {len(units)} đơn vị"
        units = sorted(units, key=lambda code: counts[code][TargetState.MET] - counts[code].total())[:_MOST_UNITS]
    columns = [
        Series(words.TARGET[state], [counts[code][state] for code in units], (COLOURS[state],))
        for state in list_states(consolidation)
    ]
    return Picture(ChartKind.STACK, title, [consolidation.tally.name_shortly(code) for code in units], columns)


def _draw_changes(consolidation: Consolidation) -> Picture | None:
    """The largest relative changes. Absolute changes of different units of measure do not fit on one axis."""
    comparison = consolidation.comparison
    if comparison is None:
        return None
    labels = {each.code: each.label for each in consolidation.tally.indicators if not each.kind.is_quotient}
    changes = (each for each in comparison.changes.values() if each.indicator in labels)
    moved = [(each.indicator, percent) for each in changes if (percent := find_percent(each.before, each.after))]
    moved.sort(key=lambda pair: (-abs(pair[1]), pair[0]))
    shown = moved[:_MOST_COMPARED]
    title = f"Thay đổi nhiều nhất so với {comparison.period_name} (%)"
    column = Series("Tăng, giảm (%)", [percent for _, percent in shown], (BLUE,))
    return Picture(ChartKind.CHANGE, title, [_shorten(labels[code]) for code, _ in shown], [column])


# The chosen indicators


def _rank_units(consolidation: Consolidation, plan: Layout, indicator: Indicator) -> Picture | None:
    """The units from the most to the least, with the share that they have together with those before them."""
    total = consolidation.tally.headline(indicator.code)
    if total is None or not total.value or total.asked < _FEWEST_RANKED:
        return None
    figures, unit_by_code = consolidation.tally.figures[indicator.code], consolidation.tally.unit_by_code
    own = ((unit_by_code[code], figures[code].number) for code in total.contributed)
    known = [(unit, number) for unit, number in own if number is not None]
    if len(known) < 2:
        return None
    ranked = sorted(known, key=lambda pair: -pair[1])[:_MOST_RANKED]
    columns = [_link_figures(plan, indicator, ranked)]
    if indicator.is_summed:
        numbers = [number for _, number in ranked]
        columns.append(_add_shares(plan, indicator, plan.block_by_type[total.unit_type], numbers, total.value))
    names = [consolidation.tally.name_shortly(unit.code) for unit, _ in ranked]
    title = f"{_shorten(indicator.label)}{_tell_units(len(known), asked=total.asked)}"
    return Picture(ChartKind.RANK, title, names, columns, indicator.measure_unit)


def _tell_units(known: int, *, asked: int) -> str:
    """Which units are drawn, unless all are."""
    told = f"{known}/{asked} đơn vị có số liệu" if known < asked else ""
    told = ", ".join(filter(None, (f"{_MOST_RANKED} đơn vị đầu" if known > _MOST_RANKED else "", told)))
    return f" ({told})" if told else ""


def _link_figures(plan: Layout, indicator: Indicator, ranked: Sequence[tuple[Unit, Number]]) -> Series:
    row = plan.row_by_indicator[indicator.code]
    places = [xl_rowcol_to_cell(row, plan.column_by_unit[unit.code]) for unit, _ in ranked]
    formulas = [f"='{layout.MATRIX}'!{place}" for place in places]
    shown = PERCENT if indicator.kind.is_quotient else "#,##0"
    return Series("Số liệu", [number for _, number in ranked], (BLUE,), formulas, shown)


def _add_shares(plan: Layout, indicator: Indicator, block: Block, numbers: Sequence[Number], total: Number) -> Series:
    """The share of all that the first units have together: "the first three report half of it"."""
    place = xl_rowcol_to_cell(plan.row_by_indicator[indicator.code], block.sum_column)
    formulas = [f"=SUM(B{{first}}:B{{row}})/'{layout.MATRIX}'!{place}"] * len(numbers)
    shares = [Decimal(number) / Decimal(total) for number in accumulate(numbers)]
    return Series("Tỷ trọng cộng dồn", shares, (AMBER,), formulas, "0%")


def _draw_trend(trend: Trend) -> Picture | None:
    """The figure in the periods that this one is compared with, over the same units; areas of a reform stay whole."""
    if not any(stage.value for stage in trend.stages):
        return None
    shown = PERCENT if trend.indicator.kind.is_quotient else "#,##0"
    column = Series("Số liệu", [stage.value for stage in trend.stages], (BLUE,), (), shown)
    names = [stage.period_name for stage in trend.stages]
    title = f"{_shorten(trend.indicator.label)} qua các kỳ"
    return Picture(ChartKind.TREND, title, names, [column], trend.indicator.measure_unit)


def _shorten(text: str) -> str:
    """The first words, as many as have room beside a chart."""
    return textwrap.shorten(text, _LONGEST_NAME, placeholder="…")


__all__ = ["list_charts"]
