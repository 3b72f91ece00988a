"""Native charts: targets by unit, states by target, reporting, and the comparison."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chalicelib.domain.language.vietnamese import find_percent
from chalicelib.domain.period import words
from chalicelib.domain.period.consolidation import Consolidation
from chalicelib.domain.period.targets import TargetState
from chalicelib.domain.period.timeliness import Standing
from chalicelib.report.sheets import layout
from chalicelib.report.sheets.status import COUNTED_STATES, target_units
from chalicelib.report.sheets.styles import SheetWriter

if TYPE_CHECKING:
    from xlsxwriter import Workbook

COLOURS = {
    TargetState.MET: "#548235", TargetState.UNMET: "#C00000", TargetState.IN_PROGRESS: "#BF8F00",
    TargetState.UNKNOWN: "#A6A6A6",
}  # fmt: skip
_FONT = {"name": "Times New Roman", "size": 10}
_MOST_COMPARED = 15
_DATA_ROW = 53
"""The charts' data is written below the charts, on the second page."""


def write_charts(book: Workbook, sheet: SheetWriter, consolidation: Consolidation) -> None:
    """Writes a page of charts; their data stands below as live cells of this sheet."""
    sheet.heading("BIỂU ĐỒ", subtitle=f"{consolidation.period.name}. Số liệu vẽ biểu đồ ở cuối trang tính này.")
    sheet.widths(44, *[14.0] * 8)
    row = _DATA_ROW
    sheet.raw.set_h_pagebreaks([row - 1])
    sheet.text(row - 1, 0, "Số liệu vẽ biểu đồ", style="bold")
    places = [(3, 0), (3, 4), (27, 0), (27, 4)]
    for draw in (_draw_reporting, _draw_targets, _draw_units, _draw_comparison):
        used = draw(book, sheet, consolidation, row, places[0])
        if used:
            places.pop(0)
            row += used + 2


def _insert(book: Workbook, sheet: SheetWriter, kind: dict[str, str], title: str, series: list[dict[str, Any]],
            place: tuple[int, int], *, reverse: bool = False) -> None:  # fmt: skip
    chart: Any = book.add_chart(kind)
    for each in series:
        chart.add_series(each)
    chart.set_title({"name": title, "name_font": {**_FONT, "size": 12, "bold": True}})
    chart.set_legend({"position": "bottom", "font": _FONT, "none": len(series) == 1 and kind["type"] != "pie"})
    chart.set_x_axis({"num_font": _FONT, "major_gridlines": {"visible": False}})
    # In a bar chart this is the category axis; "low" keeps the names clear of bars that extend to the left.
    chart.set_y_axis(
        {"num_font": _FONT, "reverse": reverse, "label_position": "low", "major_gridlines": {"visible": False}}
    )
    chart.set_size({"width": 600, "height": 460})
    sheet.raw.insert_chart(*place, chart)


def _series(row: int, *, count: int, column: int, colour: str, name: str = "") -> dict[str, Any]:
    series: dict[str, Any] = {
        "categories": [layout.CHARTS, row, 0, row + count - 1, 0],
        "values": [layout.CHARTS, row, column, row + count - 1, column],
        "fill": {"color": colour},
        "gap": 60,
    }
    return series | ({"name": name} if name else {})


def _head(sheet: SheetWriter, row: int, labels: list[str]) -> None:
    for column, label in enumerate(labels, start=1):
        sheet.text(row, column, label, style="head")


def _draw_reporting(
    book: Workbook, sheet: SheetWriter, consolidation: Consolidation, row: int, place: tuple[int, int]
) -> int:
    rate = consolidation.reporting.rates[-1]
    counts = {
        words.STANDING[Standing.ON_TIME]: (rate.on_time, "#548235"),
        words.STANDING[Standing.LATE]: (rate.late, "#BF8F00"),
        "Không xét hạn": (rate.unjudged, "#5B9BD5"),
        words.STANDING[Standing.MISSING]: (rate.missing, "#C00000"),
    }  # fmt: skip
    shown = [(name, number, colour) for name, (number, colour) in counts.items() if number]
    for offset, (name, number, _) in enumerate(shown):
        sheet.text(row + offset, 0, name)
        sheet.number(row + offset, 1, number)
    if shown:
        series = _series(row, count=len(shown), column=1, colour="#548235", name="Báo cáo") | {
            "points": [{"fill": {"color": colour}} for _, _, colour in shown],
            "data_labels": {"value": True, "percentage": True, "font": _FONT},
        }
        _insert(book, sheet, {"type": "pie"}, f"Tình hình gửi báo cáo ({rate.expected} báo cáo)", [series], place)
    return len(shown)


def _draw_targets(
    book: Workbook, sheet: SheetWriter, consolidation: Consolidation, row: int, place: tuple[int, int]
) -> int:
    _head(sheet, row - 1, [words.TARGET[state] for state in COUNTED_STATES])
    for offset, result in enumerate(consolidation.targets):
        sheet.text(row + offset, 0, result.target.code)
        for column, state in enumerate(COUNTED_STATES, start=1):
            sheet.number(row + offset, column, len(result.of_state(state)))
    if consolidation.targets:
        count = len(consolidation.targets)
        series = [
            _series(row, count=count, column=column, colour=COLOURS[state], name=words.TARGET[state])
            for column, state in enumerate(COUNTED_STATES, start=1)
        ]
        _insert(book, sheet, {"type": "bar", "subtype": "stacked"}, "Chỉ tiêu: số đơn vị theo mức thực hiện", series,
                place, reverse=True)  # fmt: skip
    return len(consolidation.targets)


def _draw_units(
    book: Workbook, sheet: SheetWriter, consolidation: Consolidation, row: int, place: tuple[int, int]
) -> int:
    names = [(code, name) for code, name in target_units(consolidation) if code]
    _head(sheet, row - 1, [words.TARGET[state] for state in COUNTED_STATES])
    for offset, (code, name) in enumerate(names):
        sheet.text(row + offset, 0, name)
        for column, state in enumerate(COUNTED_STATES, start=1):
            sheet.number(row + offset, column, sum(code in result.of_state(state) for result in consolidation.targets))
    if names:
        series = [_series(row, count=len(names), column=column, colour=COLOURS[state], name=words.TARGET[state])
                  for column, state in enumerate(COUNTED_STATES, start=1)]  # fmt: skip
        _insert(book, sheet, {"type": "bar", "subtype": "stacked"}, "Tiến độ chỉ tiêu của từng đơn vị", series,
                place, reverse=True)  # fmt: skip
    return len(names)


def _draw_comparison(
    book: Workbook, sheet: SheetWriter, consolidation: Consolidation, row: int, place: tuple[int, int]
) -> int:
    """The largest relative changes. Absolute changes of different units of measure do not fit on one axis."""
    comparison = consolidation.comparison
    if comparison is None:
        return 0
    changes = [(each, find_percent(each.before, each.after)) for each in comparison.changes.values()]
    ratios = {indicator.code for indicator in consolidation.tally.indicators if indicator.kind.is_quotient}
    moved = [(each, percent) for each, percent in changes if percent and each.indicator not in ratios]
    moved.sort(key=lambda pair: (-abs(pair[1]), pair[0].indicator))
    shown = moved[:_MOST_COMPARED]
    labels = {indicator.code: indicator.label for indicator in consolidation.tally.indicators}
    for offset, (each, percent) in enumerate(shown):
        sheet.text(row + offset, 0, f"{each.indicator}. {labels[each.indicator]}"[:60], style="line")
        sheet.number(row + offset, 1, percent)
    if shown:
        series = _series(row, count=len(shown), column=1, colour="#2F5597", name="Tăng, giảm (%)") | {
            "invert_if_negative": True, "invert_if_negative_color": "#C00000",
            "data_labels": {"value": True, "font": _FONT},
        }  # fmt: skip
        title = f"Thay đổi nhiều nhất so với {comparison.period_name} (%)"
        _insert(book, sheet, {"type": "bar"}, title, [series], place, reverse=True)
    return len(shown)


__all__ = ["write_charts"]
