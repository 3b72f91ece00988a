"""Makes Excel's own charts of what `charts.py` chooses: their look, their places on the page, and the sheet of data."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple

from chalicelib.domain.values import Number
from chalicelib.report.sheets import layout
from chalicelib.report.sheets.styles import SheetWriter

if TYPE_CHECKING:
    from xlsxwriter import Workbook

BLUE, RED, AMBER, GREEN, GREY = "#2F5597", "#C00000", "#BF8F00", "#548235", "#A6A6A6"
_FONT = {"name": "Times New Roman", "size": 9}
_NO_LINES = {"major_gridlines": {"visible": False}}


class ChartKind(StrEnum):
    """PIE: parts of a whole. STACK: parts of each name, in colours. CHANGE: up and down. RANK: the most first, with the
    share so far on an axis of its own. TREND: one after the other."""

    PIE = "pie"
    STACK = "stack"
    CHANGE = "change"
    RANK = "rank"
    TREND = "trend"


class Series(NamedTuple):
    """A series. `colours` are one, or one for each value. `formulas` lead to where the values stand; {first} and {row}
    are rows of the data."""

    name: str
    values: Sequence[Number]
    colours: tuple[str, ...]
    formulas: Sequence[str] = ()
    num_format: str = "#,##0.##"


class Picture(NamedTuple):
    """A chart without its place; `measure` is what its values count."""

    kind: ChartKind
    title: str
    names: Sequence[str]
    columns: Sequence[Series]
    measure: str = ""


class ChartGroup(NamedTuple):
    """Charts that stand together, so many beside each other."""

    across: int
    pictures: Sequence[Picture]


class Placed(NamedTuple):
    """A chart with its cell, its width, and the first row of its values."""

    picture: Picture
    row: int
    column: int
    width: int
    first: int


_CHART_ROWS, _PAGE_ROWS = 17, 3
_COLUMNS, _COLUMN_WIDTH, _COLUMN_PIXELS, _ROW_PIXELS = 12, 14.0, 103, 20
_SCALE = 60
"""Per cent on paper; scaling to the page's width would make Excel forget where pages begin."""
_TOP = 3
_HEAD_ROWS = 2
"""Above the values of a chart: its title and the names of its columns."""


def _place(groups: Sequence[ChartGroup]) -> Iterator[Placed]:
    row, first = _TOP, _TOP + _HEAD_ROWS
    for group in groups:
        span = _COLUMNS // group.across
        for number, picture in enumerate(group.pictures):
            down, across = divmod(number, group.across)
            width = span * _COLUMN_PIXELS - 8
            yield Placed(picture, row + down * _CHART_ROWS, across * span, width, first)
            first += len(picture.names) + _HEAD_ROWS + 1
        row += -(-len(group.pictures) // group.across) * _CHART_ROWS


def write_charts(book: Workbook, sheet: SheetWriter, groups: Sequence[ChartGroup], subtitle: str) -> None:
    """A page holds three rows of charts."""
    sheet.heading("BIỂU ĐỒ", subtitle=subtitle)
    sheet.widths(*[_COLUMN_WIDTH] * _COLUMNS)
    for placed in _place(groups):
        sheet.raw.insert_chart(placed.row, placed.column, _make_chart(book, placed))
    bottom = _TOP + _CHART_ROWS * sum(-(-len(group.pictures) // group.across) for group in groups)
    sheet.print_scaled(_SCALE)
    sheet.raw.center_horizontally()
    sheet.raw.set_h_pagebreaks(range(_TOP + _PAGE_ROWS * _CHART_ROWS, bottom, _PAGE_ROWS * _CHART_ROWS))
    sheet.print_to(bottom - 1, _COLUMNS - 1)


def write_chart_data(sheet: SheetWriter, groups: Sequence[ChartGroup]) -> None:
    sheet.heading("SỐ LIỆU BIỂU ĐỒ", is_printed=False)
    sheet.widths(60, *[18.0] * 4)
    for placed in _place(groups):
        picture, first = placed.picture, placed.first
        sheet.text(first - _HEAD_ROWS, 0, picture.title, style="bold")
        for number, column in enumerate(picture.columns, start=1):
            sheet.text(first - 1, number, column.name, style="head")
            _write_values(sheet, first, column, number=number)
        for row, name in enumerate(picture.names, start=first):
            sheet.text(row, 0, name, style="line")


def _write_values(sheet: SheetWriter, first: int, column: Series, *, number: int) -> None:
    for row, value in enumerate(column.values, start=first):
        if column.formulas:
            formula = column.formulas[row - first].format(first=first + 1, row=row + 1)
            sheet.formula(row, number, formula, value, "number", num_format=column.num_format)
        else:
            sheet.number(row, number, value, num_format=column.num_format)


# The look of a chart


def _make_chart(book: Workbook, placed: Placed) -> Any:
    picture = placed.picture
    chart = _MAKERS[picture.kind](book, placed)
    chart.set_title({"name": picture.title, "name_font": {**_FONT, "size": 11, "bold": True}, "overlay": False})
    is_told = len(picture.columns) > 1 or picture.kind is ChartKind.PIE
    chart.set_legend({"position": "bottom", "font": _FONT, "none": not is_told})
    chart.set_size({"width": placed.width, "height": _CHART_ROWS * _ROW_PIXELS - 10})
    return chart


def _series(placed: Placed, number: int, **more: Any) -> dict[str, Any]:
    column = placed.picture.columns[number]
    first, last = placed.first, placed.first + len(placed.picture.names) - 1
    return {
        "name": column.name,
        "categories": [layout.CHART_DATA, first, 0, last, 0],
        "values": [layout.CHART_DATA, first, number + 1, last, number + 1],
        "fill": {"color": column.colours[0]},
        "gap": 60,
        **more,
    }


def _make_pie(book: Workbook, placed: Placed) -> Any:
    chart: Any = book.add_chart({"type": "pie"})
    points = [{"fill": {"color": colour}} for colour in placed.picture.columns[0].colours]
    chart.add_series(_series(placed, 0, points=points, data_labels={"value": True, "percentage": True, "font": _FONT}))
    return chart


def _make_stack(book: Workbook, placed: Placed) -> Any:
    chart: Any = book.add_chart({"type": "bar", "subtype": "stacked"})
    for number in range(len(placed.picture.columns)):
        chart.add_series(_series(placed, number))
    chart.set_x_axis({"num_font": _FONT, **_NO_LINES})
    chart.set_y_axis({"num_font": _FONT, "reverse": True, **_NO_LINES})
    return chart


def _make_change(book: Workbook, placed: Placed) -> Any:
    chart: Any = book.add_chart({"type": "bar"})
    labels = {"value": True, "font": _FONT}
    chart.add_series(_series(placed, 0, invert_if_negative=True, invert_if_negative_color=RED, data_labels=labels))
    chart.set_x_axis({"num_font": _FONT, **_NO_LINES})
    # "low" keeps the names clear of bars that extend to the left.
    chart.set_y_axis({"num_font": _FONT, "reverse": True, "label_position": "low", **_NO_LINES})
    return chart


def _make_rank(book: Workbook, placed: Placed) -> Any:
    chart: Any = book.add_chart({"type": "column"})
    chart.add_series(_series(placed, 0, data_labels={"value": True, "font": {**_FONT, "size": 8}}))
    chart.set_x_axis({"num_font": {**_FONT, "rotation": -45}})
    chart.set_y_axis(_measure_axis(placed))
    if len(placed.picture.columns) > 1:
        line: Any = book.add_chart({"type": "line"})
        colour = placed.picture.columns[1].colours[0]
        marks = {"type": "circle", "size": 4, "fill": {"color": colour}, "border": {"color": colour}}
        line.add_series(_series(placed, 1, y2_axis=True, line={"color": colour, "width": 1.5}, marker=marks))
        line.set_y2_axis({"num_font": _FONT, "min": 0, "max": 1, "num_format": "0%", **_NO_LINES})
        chart.combine(line)
    return chart


def _make_trend(book: Workbook, placed: Placed) -> Any:
    chart: Any = book.add_chart({"type": "column"})
    chart.add_series(_series(placed, 0, gap=120, data_labels={"value": True, "font": _FONT}))
    chart.set_x_axis({"num_font": _FONT})
    chart.set_y_axis(_measure_axis(placed))
    return chart


def _measure_axis(placed: Placed) -> dict[str, Any]:
    name = {"name": placed.picture.measure, "name_font": {**_FONT, "bold": False, "italic": True}}
    return {"num_font": _FONT, "min": 0, **_NO_LINES, **(name if placed.picture.measure else {})}


_MAKERS = {
    ChartKind.PIE: _make_pie, ChartKind.STACK: _make_stack, ChartKind.CHANGE: _make_change, ChartKind.RANK: _make_rank,
    ChartKind.TREND: _make_trend,
}  # fmt: skip
__all__ = ["ChartGroup", "ChartKind", "Picture", "Series", "write_chart_data", "write_charts"]
