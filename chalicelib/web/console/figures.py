"""The consolidated figures, each traced to units, submissions and cells."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from chalicelib.domain.period.consolidation import Consolidation
from chalicelib.domain.period.subtotals import group_units, sum_below
from chalicelib.domain.period.timeliness import ObligationStatus
from chalicelib.domain.period.totals import Total, UnitFigure
from chalicelib.domain.programme.model import Indicator, Unit
from chalicelib.web.console.desk import open_desk
from chalicelib.web.console.period import gather
from chalicelib.web.console.sessions import Session
from chalicelib.web.problems import PageUnknown
from chalicelib.web.request import Request
from chalicelib.web.response import Response


def show_figures(request: Request, session: Session, programme: str, *, period: str) -> Response:
    """All indicators with their totals."""
    desk = open_desk(request, session, programme, period=period)
    consolidation = gather(desk)
    return desk.show("figures.html", menu="so-lieu", consolidation=consolidation, types=desk.programme.unit_types)


def show_figure(request: Request, session: Session, programme: str, *, period: str, indicator: str) -> Response:
    """One indicator: its subtotals, and every unit's figure with its cell."""
    desk = open_desk(request, session, programme, period=period)
    consolidation = gather(desk)
    found = next((each for each in consolidation.tally.indicators if each.code == indicator), None)
    if found is None:
        raise PageUnknown
    return desk.show(
        "figure.html", menu="so-lieu", consolidation=consolidation, indicator=found,
        total=consolidation.tally.totals.get(indicator), groups=list(_group_figures(consolidation, found)),
        types=desk.programme.unit_types,
    )  # fmt: skip


class FigureGroup(NamedTuple):
    """The figures of units of one type below one unit; without a unit above, `above` is "" and there is no sum."""

    above: str
    total: Total | None
    rows: list[tuple[Unit, UnitFigure, ObligationStatus | None]]


def _group_figures(consolidation: Consolidation, indicator: Indicator) -> Iterator[FigureGroup]:
    tally, statuses = consolidation.tally, consolidation.reporting.status_by_key
    figures = tally.figures.get(indicator.code, {})
    for unit_type in tally.unit_types:
        for group in group_units(unit for unit in tally.units_of(unit_type) if unit.code in figures):
            rows = [(unit, figures[unit.code], statuses.get((unit.code, figures[unit.code].form)))
                    for unit in group.units]  # fmt: skip
            name = tally.programme.name_unit(group.above) if group.above else ""
            yield FigureGroup(name, sum_below(tally, indicator, group) if name else None, rows)
