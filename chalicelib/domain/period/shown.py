"""What pages show of a period's figures and targets, in words.

Of a period of few reports it is made when somebody looks; of one of very many it is made once, with each edition, and
read piece by piece.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from chalicelib.domain.language.vietnamese import format_percent
from chalicelib.domain.period import words
from chalicelib.domain.period.consolidation import Consolidation
from chalicelib.domain.period.ranking import Ranked, find_earlier, rank_units
from chalicelib.domain.period.subtotals import group_units, sum_below
from chalicelib.domain.period.targets import TargetResult, TargetState
from chalicelib.domain.period.totals import FigureState, Total
from chalicelib.domain.period.trends import Trend, find_trend
from chalicelib.domain.programme.kinds import Kind
from chalicelib.domain.programme.model import Indicator
from chalicelib.domain.submission.records import Record
from chalicelib.domain.values import Number

A_PAGE = 250
"""Units of one page of a figure."""

MOST_NAMED = 100
"""Units that are named for one state of a target; of more the number is told."""

NONE = "–"


class ShownIndicator(Record):
    """One row of all figures: its total, and how it stands to the earlier period. `compared` counts the units of both
    periods where they are not all."""

    code: str
    label: str
    measure_unit: str
    total: str
    is_estimated: bool
    contributed: int
    asked: int
    before: str = ""
    difference: str = ""
    compared: int | None = None


class FigureSection(Record):
    heading: str
    indicators: tuple[ShownIndicator, ...]


class ShownUnits(Record):
    """Units of one state of a target: how many, and the names of the first ones."""

    number: int
    names: tuple[str, ...]


class ShownTarget(Record):
    """One target. `units` are those that have not met it, by state."""

    code: str
    title: str
    state: TargetState
    met: int
    concerned: int
    units: Mapping[TargetState, ShownUnits]


class ShownFigures(Record):
    """All figures and targets of a period. `compared_with` names the earlier period, if that says anything."""

    compared_with: str
    sections: tuple[FigureSection, ...]
    targets: tuple[ShownTarget, ...]


class ShownTotal(Record):
    """The total of one type of units."""

    unit_type: str
    text: str
    contributed: int
    asked: int
    is_headline: bool


class ShownStage(Record):
    """A period of the trend: how long its bar is, in per cent of the longest, and the change since the one before."""

    name: str
    value: str
    length: float
    difference: str


class ShownGroup(Record):
    """What the units below one unit add up to."""

    name: str
    units: int
    total: str


class ShownType(Record):
    """The units of one type that are asked for the figure: how many, and their sums below the units above."""

    unit_type: str
    units: int
    has_earlier: bool
    groups: tuple[ShownGroup, ...]


class ShownFigure(Record):
    """One figure: its totals, its way over the periods, and the types of units that are asked for it."""

    totals: tuple[ShownTotal, ...]
    stages: tuple[ShownStage, ...]
    is_whole_trend: bool
    types: tuple[ShownType, ...]

    def choose_type(self, wanted: str) -> ShownType | None:
        """The type that is wanted, otherwise that of the headline."""
        headline = next((each.unit_type for each in self.totals if each.is_headline), "")
        found = {each.unit_type: each for each in self.types}
        return found.get(wanted) or found.get(headline) or next(iter(self.types), None)


class ShownRow(Record):
    """A unit with its figure, its place and its part, and the report that the figure is from. `length` is of its bar,
    in per cent of the longest."""

    unit: str
    name: str
    unit_type: str
    place: int | None
    figure: str
    is_known: bool
    form: str
    has_report: bool
    revision: int
    file_name: str
    share: str
    length: float | None
    before: str
    difference: str
    sheet: str
    cell: str
    confirmed: bool


# All figures


def show_figures(consolidation: Consolidation) -> ShownFigures:
    tally, comparison = consolidation.tally, consolidation.told_comparison
    sections = tuple(
        FigureSection(
            heading=section.heading,
            indicators=tuple(_show_indicator(consolidation, each) for each in section.indicators),
        )
        for section in tally.sections
    )
    is_compared = any(each.before for section in sections for each in section.indicators)
    return ShownFigures(
        compared_with=comparison.period_name if comparison and is_compared else "",
        sections=sections,
        targets=tuple(_show_target(consolidation, each) for each in consolidation.targets),
    )


def _show_indicator(consolidation: Consolidation, indicator: Indicator) -> ShownIndicator:
    total, comparison = consolidation.tally.headline(indicator.code), consolidation.told_comparison
    change = comparison.find_change(indicator) if comparison else None
    shown = ShownIndicator(
        code=indicator.code, label=indicator.label, measure_unit=indicator.measure_unit,
        total=_show_total(total, indicator.kind), is_estimated=bool(total and total.estimated),
        contributed=len(total.contributed) if total else 0, asked=total.asked if total else 0,
    )  # fmt: skip
    if change is None:
        return shown
    return shown.model_copy(
        update={
            "before": words.print_value(change.before, indicator.kind) or NONE,
            "difference": words.print_difference(change.before, change.after, indicator.kind),
            "compared": None if change.is_whole else len(change.units),
        }
    )


def _show_total(total: Total | None, kind: Kind) -> str:
    """The total; "" of a kind that has none."""
    return (words.print_total(total, kind) or NONE) if kind.has_total else ""


def _show_target(consolidation: Consolidation, result: TargetResult) -> ShownTarget:
    named = consolidation.programme.unit_by_code
    units = {}
    for state in (TargetState.UNMET, TargetState.IN_PROGRESS, TargetState.UNKNOWN):
        codes = [code for code in result.of_state(state) if code]
        units[state] = ShownUnits(number=len(codes), names=tuple(named[code].name for code in codes[:MOST_NAMED]))
    return ShownTarget(
        code=result.target.code, title=result.target.title, state=result.state,
        met=len(result.of_state(TargetState.MET)), concerned=len(result.units), units=units,
    )  # fmt: skip


# One figure


def show_figure(consolidation: Consolidation, indicator: Indicator) -> ShownFigure:
    tally, trend = consolidation.tally, find_trend(consolidation, indicator)
    totals = tally.totals[indicator.code]
    return ShownFigure(
        totals=tuple(
            ShownTotal(
                unit_type=each.unit_type, text=words.print_total(each, indicator.kind) or NONE,
                contributed=len(each.contributed), asked=each.asked, is_headline=each == totals.headline,
            )
            for each in totals.subtotals
        ),
        stages=tuple(_show_stages(trend)) if trend else (),
        is_whole_trend=bool(trend and trend.is_whole),
        types=tuple(_show_types(consolidation, indicator)),
    )  # fmt: skip


def _show_stages(trend: Trend) -> Iterator[ShownStage]:
    kind, most = trend.indicator.kind, max(stage.value for stage in trend.stages) or 1
    before: Sequence[Number | None] = (None, *(stage.value for stage in trend.stages))
    for old, stage in zip(before, trend.stages, strict=False):
        yield ShownStage(
            name=stage.period_name, value=words.print_value(stage.value, kind) or NONE,
            length=round(float(100 * stage.value / most), 1),
            difference=words.print_difference(old, stage.value, kind),
        )  # fmt: skip


def _show_types(consolidation: Consolidation, indicator: Indicator) -> Iterator[ShownType]:
    tally = consolidation.tally
    figures, earlier = tally.figures.get(indicator.code, {}), find_earlier(consolidation, indicator)
    for unit_type in tally.unit_types:
        if units := [unit for unit in tally.units_of(unit_type) if unit.code in figures]:
            yield ShownType(
                unit_type=unit_type,
                units=len(units),
                has_earlier=any(
                    unit.code in earlier and figures[unit.code].number is not None
                    for unit in units
                    if indicator.kind.is_number
                ),
                groups=tuple(
                    ShownGroup(
                        name=tally.programme.name_unit(group.above), units=len(group.units),
                        total=_show_total(sum_below(tally, indicator, group), indicator.kind) or NONE,
                    )
                    for group in group_units(units)
                    if group.above
                ),
            )  # fmt: skip


def show_rows(consolidation: Consolidation, indicator: Indicator, unit_type: str) -> Iterator[ShownRow]:
    """The units of one type in the figure's order."""
    for each in rank_units(consolidation, indicator, unit_type):
        yield _show_row(consolidation, indicator, each)


def _show_row(consolidation: Consolidation, indicator: Indicator, ranked: Ranked) -> ShownRow:
    unit, figure, share, length = ranked.unit, ranked.figure, ranked.share, ranked.length
    status = consolidation.reporting.status_by_key.get((unit.code, figure.form))
    return ShownRow(
        unit=unit.code,
        name=consolidation.programme.name_fully(unit),
        unit_type=unit.type,
        place=ranked.place,
        figure=words.print_figure(figure, indicator),
        is_known=figure.state is FigureState.KNOWN,
        form=figure.form,
        has_report=status is not None,
        revision=status.revision if status else 0,
        file_name=status.file_name if status else "",
        share="" if share is None else format_percent(_make_decimal(share)),
        length=None if length is None else round(float(100 * length), 1),
        before=words.print_value(ranked.before, indicator.kind),
        difference=words.print_difference(ranked.before, figure.number if ranked.place else None, indicator.kind),
        sheet=figure.sheet,
        cell=figure.cell,
        confirmed=figure.confirmed,
    )


def _make_decimal(share: Fraction) -> Decimal:
    return Decimal(share.numerator) / Decimal(share.denominator)
