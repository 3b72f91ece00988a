"""The sheet of sources: a row for every figure, which names the file, the sheet and the cell that it was read from.

What is the same for a whole file (when it was received, its hash) stands once, on the sheet of reporting.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple

from chalicelib.domain.period import words
from chalicelib.domain.period.consolidation import Consolidation
from chalicelib.domain.period.timeliness import ObligationStatus
from chalicelib.domain.period.totals import UnitFigure
from chalicelib.domain.programme.model import Indicator, Unit
from chalicelib.report.sheets import layout
from chalicelib.report.sheets.figures import write_value
from chalicelib.report.sheets.layout import Layout
from chalicelib.report.sheets.styles import SheetWriter


class FigureSource(NamedTuple):
    """A figure with everything that its row names."""

    figure: UnitFigure
    indicator: Indicator
    section: str
    unit: Unit
    status: ObligationStatus


class SourceColumn(NamedTuple):
    """A column of the sheet that holds a text."""

    label: str
    width: float
    read: Callable[[FigureSource], str]
    style: str = "line"


class SharedColumns(NamedTuple):
    """Neighbouring columns that rows with the same key have alike: their cells are made once for all of these rows."""

    key: Callable[[FigureSource], Hashable]
    columns: tuple[SourceColumn, ...]


def write_sources(sheet: SheetWriter, consolidation: Consolidation, plan: Layout) -> None:
    """One of the sheets of sources."""
    before, behind = _list_parts_of_what(plan), _list_parts_of_where(consolidation, plan)
    value = SourceColumn("Số liệu", 14, lambda _: "")
    columns = [*_list_columns(before), value, *_list_columns(behind)]
    note = f"Mỗi dòng là một ô trong tệp của đơn vị; lúc nhận và mã của tệp ở trang “{layout.STATUS}”."
    subtitle = f"{note} Tỷ lệ tính từ hai dòng của nó.{_tell_other_sheets(sheet.name, plan)}"
    sheet.heading("NGUỒN CỦA TỪNG SỐ LIỆU", subtitle=subtitle, is_printed=False)
    sheet.head(layout.SOURCES_HEAD, [column.label for column in columns])
    sheet.widths(*(column.width for column in columns))
    figures, place = plan.source_sheets[sheet.name], columns.index(value)
    put_what, put_where = _make_putter(sheet, before), _make_putter(sheet, behind, first=place + 1)
    for row, source in enumerate(_iter_sources(consolidation, figures), start=layout.SOURCES_HEAD + 1):
        put_what(row, source)
        write_value(sheet, row, place, source.indicator, source.figure)
        put_where(row, source)
    last = layout.SOURCES_HEAD + max(1, len(figures))
    sheet.raw.freeze_panes(layout.SOURCES_HEAD + 1, 2)
    sheet.raw.autofilter(layout.SOURCES_HEAD, 0, last, len(columns) - 1)


def _list_columns(parts: Sequence[SharedColumns]) -> list[SourceColumn]:
    return [column for part in parts for column in part.columns]


def _make_putter(
    sheet: SheetWriter, parts: Sequence[SharedColumns], *, first: int = 0
) -> Callable[[int, FigureSource], None]:
    """Puts the cells of these parts, from column `first` on, into a row."""
    starts = accumulate((len(part.columns) for part in parts), initial=first)
    placed = [(part, start, dict[Hashable, str]()) for part, start in zip(parts, starts, strict=False)]

    def put(row: int, source: FigureSource) -> None:
        for (key, columns), start, known in placed:
            own = key(source)
            cells = known.get(own)
            if cells is None:
                made = (sheet.make_cell(column, each.read(source), style=each.style)
                        for column, each in enumerate(columns, start=start))  # fmt: skip
                cells = known[own] = "".join(made)
            sheet.put_cells(row, start, cells, number=len(columns))

    return put


def _tell_other_sheets(name: str, plan: Layout) -> str:
    """Where the list comes from and where it goes on, if one sheet cannot hold it."""
    names = list(plan.source_sheets)
    place = names.index(name)
    told = f" Tiếp theo trang “{names[place - 1]}”." if place else ""
    is_last = place == len(names) - 1
    return told if is_last else f"{told} Một trang không đủ dòng: còn tiếp ở trang “{names[place + 1]}”."


def _iter_sources(consolidation: Consolidation, figures: Iterable[UnitFigure]) -> Iterator[FigureSource]:
    indicators = {each.code: (each, section.title) for section in consolidation.tally.sections
                  for each in section.indicators}  # fmt: skip
    for figure in figures:
        status = consolidation.reporting.status_by_key[figure.unit, figure.form]
        yield FigureSource(figure, *indicators[figure.indicator], consolidation.tally.unit_by_code[figure.unit], status)


def _list_parts_of_what(plan: Layout) -> list[SharedColumns]:
    """Which figure of which unit it is. A column of which nothing could be told here is left out, here and below."""
    figure = (
        SourceColumn("Mã", 7, lambda each: each.figure.indicator, "code"),
        SourceColumn("Chỉ tiêu", 60, lambda each: each.indicator.label),
        SourceColumn("Nhóm", 30, lambda each: each.section),
    )
    unit = [
        SourceColumn("Mã đơn vị", 10, lambda each: each.figure.unit, "code"),
        SourceColumn("Đơn vị", 22, lambda each: each.unit.full_name),
    ]
    if plan.has_parents:
        unit.append(SourceColumn("Trực thuộc", 18, lambda each: plan.name_parent(each.unit)))
    return [
        SharedColumns(lambda each: each.figure.indicator, figure),
        SharedColumns(lambda each: each.figure.unit, tuple(unit)),
    ]


def _list_parts_of_where(consolidation: Consolidation, plan: Layout) -> list[SharedColumns]:
    """Where the figure was read, and how sure it is."""
    titles = {form.code: form.title for form in consolidation.tally.forms}
    cell = [
        SourceColumn("Trang tính", 16, lambda each: each.figure.sheet),
        SourceColumn("Ô", 7, lambda each: each.figure.cell, "code"),
    ]
    if any(figure.estimated for figure in plan.sources):
        estimated = SourceColumn("Ước", 6, lambda each: "ước" if each.figure.estimated else "", "code")
        cell.insert(0, estimated)
    report = [
        SourceColumn("Bản nộp", 8, lambda each: str(each.status.revision), "code"),
        SourceColumn("Tệp", 34, lambda each: each.status.file_name),
    ]
    if len(titles) > 1:
        report.insert(0, SourceColumn("Biểu", 20, lambda each: titles[each.figure.form]))
    parts = [
        SharedColumns(lambda each: (each.figure.estimated, each.figure.sheet, each.figure.cell), tuple(cell)),
        SharedColumns(lambda each: (each.figure.unit, each.figure.form), tuple(report)),
    ]
    if consolidation.reporting.has_confirmed:
        note = SourceColumn("Ghi chú", 26, lambda each: words.CONFIRMED if each.figure.confirmed else "")
        parts.append(SharedColumns(lambda each: each.figure.confirmed, (note,)))
    return parts


__all__ = ["write_sources"]
