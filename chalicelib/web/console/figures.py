"""The consolidated figures, each traced to units, submissions and cells, ranked and followed over the periods."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from chalicelib.domain.language.vietnamese import format_percent
from chalicelib.domain.period.consolidation import Consolidation
from chalicelib.domain.period.ranking import Ranked, rank_units
from chalicelib.domain.period.subtotals import group_units, sum_below
from chalicelib.domain.period.timeliness import ObligationStatus
from chalicelib.domain.period.totals import Total
from chalicelib.domain.period.trends import Trend, find_trend
from chalicelib.domain.period.words import print_difference, print_figure, print_value
from chalicelib.domain.programme.model import Indicator
from chalicelib.domain.values import Number
from chalicelib.store.handouts import hand_out
from chalicelib.web.console.desk import Desk, open_desk
from chalicelib.web.console.period import gather
from chalicelib.web.console.sessions import Session
from chalicelib.web.paging import cut_page
from chalicelib.web.problems import PageUnknown
from chalicelib.web.request import Request
from chalicelib.web.response import Response, redirect
from chalicelib.workbook.lists import write_list

YEARS = 5
"""So many years back a figure is followed."""

MOST_UNITS = 500
"""Of more units a page can read no further years in the time that it has."""

A_PAGE = 250
"""Units of one page."""

HEADINGS = ("Hạng", "Đơn vị", "Loại đơn vị", "Số liệu", "Đơn vị tính", "Tỷ trọng", "Kỳ trước", "Chênh lệch",
            "Trang tính", "Ô", "Lần nộp", "Tên tệp")  # fmt: skip


def show_figures(request: Request, session: Session, programme: str, *, period: str) -> Response:
    """All indicators with their totals."""
    desk = open_desk(request, session, programme, period=period)
    consolidation = gather(desk)
    before = _list_before(consolidation)
    return desk.show(
        "figures.html", menu="so-lieu", consolidation=consolidation, before=before,
        before_name=consolidation.told_comparison.period_name if consolidation.told_comparison and before else "",
    )  # fmt: skip


class BeforeRow(NamedTuple):
    """The earlier figure, and the difference in words; `units` counts those of both periods where they are not all."""

    value: Number
    difference: str
    units: int | None


def _list_before(consolidation: Consolidation) -> dict[str, BeforeRow]:
    """By indicator, all from the one period that the report's opening compares with, where that says something."""
    comparison = consolidation.told_comparison
    if comparison is None:
        return {}
    told = ((each, comparison.find_change(each)) for each in consolidation.tally.indicators)
    return {
        each.code: BeforeRow(
            change.before,
            print_difference(change.before, change.after, each.kind),
            None if change.is_whole else len(change.units),
        )
        for each, change in told
        if change
    }


def show_figure(request: Request, session: Session, programme: str, *, period: str, indicator: str) -> Response:
    """One indicator: its subtotals, its way over the periods, and the units of one type in its order."""
    desk = open_desk(request, session, programme, period=period)
    looked = _look(desk, indicator)
    chosen = _choose_type(desk, looked)
    rows = list(_list_rows(looked, chosen)) if chosen else []
    page = cut_page(rows, request.query.get("trang", ""), most=A_PAGE)
    return desk.show(
        "figure.html",
        menu="so-lieu",
        indicator=looked.indicator,
        types=desk.programme.unit_types,
        total=looked.consolidation.tally.totals.get(indicator),
        chosen=chosen,
        page=page,
        trend=looked.trend,
        stages=_draw_trend(looked.trend),
        groups=list(_list_groups(looked, chosen)) if chosen else [],
        has_earlier=any(row.ranked.before is not None for row in rows),
    )


def export_figure(request: Request, session: Session, programme: str, *, period: str, indicator: str) -> Response:
    """The units of all types with their figures as a workbook."""
    desk = open_desk(request, session, programme, period=period)
    looked = _look(desk, indicator)
    rows = [_list_cells(desk, looked, row) for each in _list_types(looked) for row in _list_rows(looked, each)]
    data = write_list("Số liệu", HEADINGS, rows)
    return redirect(hand_out(data, file_name=f"{indicator}-{period}.xlsx"))


class LookedAt(NamedTuple):
    """One indicator of a period."""

    consolidation: Consolidation
    indicator: Indicator
    trend: Trend | None


class FigureRow(NamedTuple):
    """A unit with its figure, the report that it is from, and its parts in words."""

    ranked: Ranked
    status: ObligationStatus | None
    share: str
    difference: str


class StageRow(NamedTuple):
    """A period of the trend: how long its bar is, in per cent of the longest, and the change since the one before."""

    name: str
    value: Number
    length: float
    difference: str


class GroupRow(NamedTuple):
    """What the units below one unit add up to."""

    name: str
    units: int
    total: Total


def _look(desk: Desk, code: str) -> LookedAt:
    consolidation = gather(desk, years=YEARS if len(desk.programme.units) <= MOST_UNITS else 1)
    indicator = consolidation.tally.indicator_by_code.get(code)
    if indicator is None:
        raise PageUnknown
    return LookedAt(consolidation, indicator, find_trend(consolidation, indicator))


def _list_types(looked: LookedAt) -> list[str]:
    """The types of units that are asked for the figure."""
    tally = looked.consolidation.tally
    asked = tally.figures.get(looked.indicator.code, {}).keys()
    return [each for each in tally.unit_types if any(unit.code in asked for unit in tally.units_of(each))]


def _choose_type(desk: Desk, looked: LookedAt) -> str:
    """The type that the address names, otherwise that of the headline."""
    types, headline = _list_types(looked), looked.consolidation.tally.headline(looked.indicator.code)
    wanted = (desk.request.query.get("loai", ""), headline.unit_type if headline else "", *types)
    return next((each for each in wanted if each in types), "")


def _list_rows(looked: LookedAt, unit_type: str) -> Iterator[FigureRow]:
    statuses, kind = looked.consolidation.reporting.status_by_key, looked.indicator.kind
    for each in rank_units(looked.consolidation, looked.indicator, unit_type):
        share = "" if each.share is None else format_percent(_make_decimal(each.share))
        number = each.figure.number if each.place else None
        yield FigureRow(
            each, statuses.get((each.unit.code, each.figure.form)), share, print_difference(each.before, number, kind)
        )


def _make_decimal(share: Fraction) -> Decimal:
    return Decimal(share.numerator) / Decimal(share.denominator)


def _list_groups(looked: LookedAt, unit_type: str) -> Iterator[GroupRow]:
    """The sums below the units above, where there are some."""
    tally = looked.consolidation.tally
    asked = tally.figures.get(looked.indicator.code, {}).keys()
    for group in group_units(unit for unit in tally.units_of(unit_type) if unit.code in asked):
        if group.above:
            total = sum_below(tally, looked.indicator, group)
            yield GroupRow(tally.programme.name_unit(group.above), len(group.units), total)


def _draw_trend(trend: Trend | None) -> list[StageRow]:
    if trend is None:
        return []
    kind, most = trend.indicator.kind, max(stage.value for stage in trend.stages) or 1
    before: Sequence[Number | None] = (None, *(stage.value for stage in trend.stages))
    return [
        StageRow(stage.period_name, stage.value, round(float(100 * stage.value / most), 1),
                 print_difference(old, stage.value, kind))
        for old, stage in zip(before, trend.stages, strict=False)
    ]  # fmt: skip


def _list_cells(desk: Desk, looked: LookedAt, row: FigureRow) -> list[str]:
    ranked, status, kind = row.ranked, row.status, looked.indicator.kind
    return [
        str(ranked.place or ""), desk.programme.name_fully(ranked.unit), desk.programme.unit_types[ranked.unit.type],
        print_figure(ranked.figure, looked.indicator), looked.indicator.measure_unit, row.share,
        print_value(ranked.before, kind), row.difference, ranked.figure.sheet, ranked.figure.cell,
        str(status.revision or "") if status else "", status.file_name if status else "",
    ]  # fmt: skip
