"""The sheet of sources: a row for every figure, which names the file, the sheet and the cell that it was read from.

What is the same for a whole file (when it was received, its hash) stands once, on the sheet of reporting.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cache
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


def write_sources(sheet: SheetWriter, consolidation: Consolidation, plan: Layout) -> None:
    """One of the sheets of sources. What many rows have alike is made once."""
    before, behind = tuple(_list_columns_of_what(plan)), tuple(_list_columns_of_where(consolidation, plan))
    labels = [*(column.label for column in before), "Số liệu", *(column.label for column in behind)]
    note = f"Mỗi dòng là một ô trong tệp của đơn vị; lúc nhận và mã của tệp ở trang “{layout.STATUS}”."
    subtitle = f"{note} Tỷ lệ tính từ hai dòng của nó.{_tell_other_sheets(sheet.name, plan)}"
    sheet.heading("NGUỒN CỦA TỪNG SỐ LIỆU", subtitle=subtitle, is_printed=False)
    sheet.head(layout.SOURCES_HEAD, labels)
    sheet.widths(*(column.width for column in before), 14, *(column.width for column in behind))
    make_cell = cache(sheet.make_cell)
    figures = plan.source_sheets[sheet.name]
    for row, source in enumerate(_iter_sources(consolidation, figures), start=layout.SOURCES_HEAD + 1):
        sheet.put_cells(row, 0, [make_cell(column.read(source), style=column.style) for column in before])
        write_value(sheet, row, len(before), source.indicator, source.figure)
        cells = [make_cell(column.read(source), style=column.style) for column in behind]
        sheet.put_cells(row, len(before) + 1, cells)
    last = layout.SOURCES_HEAD + max(1, len(figures))
    sheet.raw.freeze_panes(layout.SOURCES_HEAD + 1, 2)
    sheet.raw.autofilter(layout.SOURCES_HEAD, 0, last, len(labels) - 1)


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


def _list_columns_of_what(plan: Layout) -> Iterator[SourceColumn]:
    """Which figure of which unit it is. A column of which nothing could be told here is left out, here and below."""
    yield SourceColumn("Mã", 7, lambda each: each.figure.indicator, "code")
    yield SourceColumn("Chỉ tiêu", 60, lambda each: each.indicator.label)
    yield SourceColumn("Nhóm", 30, lambda each: each.section)
    yield SourceColumn("Mã đơn vị", 10, lambda each: each.figure.unit, "code")
    yield SourceColumn("Đơn vị", 22, lambda each: each.unit.full_name)
    if plan.has_parents:
        yield SourceColumn("Trực thuộc", 18, lambda each: plan.name_parent(each.unit))


def _list_columns_of_where(consolidation: Consolidation, plan: Layout) -> Iterator[SourceColumn]:
    """Where the figure was read, and how sure it is."""
    titles = {form.code: form.title for form in consolidation.tally.forms}
    if any(figure.estimated for figure in plan.sources):
        yield SourceColumn("Ước", 6, lambda each: "ước" if each.figure.estimated else "", "code")
    yield SourceColumn("Trang tính", 16, lambda each: each.figure.sheet)
    yield SourceColumn("Ô", 7, lambda each: each.figure.cell, "code")
    if len(titles) > 1:
        yield SourceColumn("Biểu", 20, lambda each: titles[each.figure.form])
    yield SourceColumn("Bản nộp", 8, lambda each: str(each.status.revision), "code")
    yield SourceColumn("Tệp", 34, lambda each: each.status.file_name)
    if consolidation.reporting.has_confirmed:
        yield SourceColumn("Ghi chú", 26, lambda each: words.CONFIRMED if each.figure.confirmed else "")


__all__ = ["write_sources"]
