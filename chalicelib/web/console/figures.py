"""The consolidated figures, each traced to units, submissions and cells, ranked and followed over the periods."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from chalicelib.domain.period import shown
from chalicelib.domain.period.shown import ShownFigure, ShownRow
from chalicelib.domain.programme.model import Indicator
from chalicelib.store.errors import NotFound
from chalicelib.store.handouts import hand_out
from chalicelib.web.console.desk import Desk, open_desk
from chalicelib.web.console.period import find_figures
from chalicelib.web.console.sessions import Session
from chalicelib.web.paging import turn_page
from chalicelib.web.problems import PageUnknown
from chalicelib.web.request import Request
from chalicelib.web.response import Response, redirect
from chalicelib.workbook.lists import write_list

if TYPE_CHECKING:
    from chalicelib.report.shown import Figures

YEARS = 5
"""So many years back a figure is followed."""

HEADINGS = ("Hạng", "Đơn vị", "Loại đơn vị", "Số liệu", "Đơn vị tính", "Tỷ trọng", "Kỳ trước", "Chênh lệch",
            "Trang tính", "Ô", "Lần nộp", "Tên tệp")  # fmt: skip


def show_figures(request: Request, session: Session, programme: str, *, period: str) -> Response:
    """All indicators with their totals."""
    desk = open_desk(request, session, programme, period=period)
    return _show_all(desk, find_figures(desk))


def _show_all(desk: Desk, source: Figures | None) -> Response:
    return desk.show("figures.html", menu="so-lieu", source=source)


def show_figure(request: Request, session: Session, programme: str, *, period: str, indicator: str) -> Response:
    """One indicator: its subtotals, its way over the periods, and the units of one type in its order."""
    desk = open_desk(request, session, programme, period=period)
    return _answer(desk, lambda source: _show_one(desk, source, indicator, request.query))


def _answer(desk: Desk, make: Callable[[Figures], Response]) -> Response:
    """What is made of the period's figures; without them, and where a piece of them is gone, the page that says so."""
    source = find_figures(desk, years=YEARS)
    try:
        return make(source) if source else _show_all(desk, None)
    except NotFound:
        return _show_all(desk, None)


def _show_one(desk: Desk, source: Figures, indicator: str, query: Mapping[str, str]) -> Response:
    own, figure = _look(desk, source, indicator)
    chosen = figure.choose_type(query.get("loai", ""))
    return desk.show(
        "figure.html",
        menu="so-lieu",
        source=source,
        indicator=own,
        types=desk.programme.unit_types,
        figure=figure,
        chosen=chosen,
        page=turn_page(
            chosen.units if chosen else 0,
            query.get("trang", ""),
            lambda number: source.list_rows(indicator, unit_type=chosen.unit_type if chosen else "", page=number),
            most=shown.A_PAGE,
        ),
    )


def export_figure(request: Request, session: Session, programme: str, *, period: str, indicator: str) -> Response:
    """The units of all types with their figures as a workbook."""
    desk = open_desk(request, session, programme, period=period)
    return _answer(desk, lambda source: _export_one(desk, source, indicator))


def _export_one(desk: Desk, source: Figures, indicator: str) -> Response:
    own, figure = _look(desk, source, indicator)
    rows = [_list_cells(desk, own, row) for row in _list_rows(source, indicator, figure)]
    data = write_list("Số liệu", HEADINGS, rows)
    return redirect(hand_out(data, file_name=f"{indicator}-{desk.period.code}.xlsx"))


def _look(desk: Desk, source: Figures, code: str) -> tuple[Indicator, ShownFigure]:
    indicator, figure = desk.programme.indicator_by_code.get(code), source.find(code)
    if indicator is None or figure is None:
        raise PageUnknown
    return indicator, figure


def _list_rows(source: Figures, code: str, figure: ShownFigure) -> Iterator[ShownRow]:
    for each in figure.types:
        for start in range(0, each.units, shown.A_PAGE):
            yield from source.list_rows(code, unit_type=each.unit_type, page=start // shown.A_PAGE + 1)


def _list_cells(desk: Desk, indicator: Indicator, row: ShownRow) -> list[str]:
    return [
        str(row.place or ""), row.name, desk.programme.unit_types[row.unit_type], row.figure, indicator.measure_unit,
        row.share, row.before, row.difference, row.sheet, row.cell, str(row.revision or "") if row.has_report else "",
        row.file_name,
    ]  # fmt: skip
