"""The consolidated figures, each traced to units, submissions and cells."""

from __future__ import annotations

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
    figures = consolidation.tally.figures.get(indicator, {})
    rows = [
        (unit, figures[unit.code], consolidation.reporting.status_by_key.get((unit.code, figures[unit.code].form)))
        for unit in consolidation.tally.units
        if unit.code in figures
    ]
    return desk.show(
        "figure.html", menu="so-lieu", consolidation=consolidation, indicator=found,
        total=consolidation.tally.totals.get(indicator), rows=rows, types=desk.programme.unit_types,
    )  # fmt: skip
