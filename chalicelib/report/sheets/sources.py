"""The sheet of sources: a row for every figure, which names the file, the sheet and the cell that it was read from.

What is the same for a whole file (when it was received, its hash) stands once, on the sheet of reporting.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
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
    """A column of the sheet; that without `read` holds the value."""

    label: str
    width: float
    read: Callable[[FigureSource], str] | None
    style: str = "line"


def write_sources(sheet: SheetWriter, consolidation: Consolidation, plan: Layout) -> None:
    columns = tuple(_list_columns(consolidation, plan))
    note = f"Mỗi dòng là một ô trong tệp của đơn vị; lúc nhận và mã của tệp ở trang “{layout.STATUS}”."
    sheet.heading("NGUỒN CỦA TỪNG SỐ LIỆU", subtitle=f"{note} Tỷ lệ tính từ hai dòng của nó.", is_printed=False)
    sheet.head(layout.SOURCES_HEAD, [column.label for column in columns])
    sheet.widths(*(column.width for column in columns))
    for row, source in enumerate(_iter_sources(consolidation, plan), start=layout.SOURCES_HEAD + 1):
        for number, column in enumerate(columns):
            if column.read is None:
                write_value(sheet, row, number, source.indicator, source.figure)
            else:
                sheet.text(row, number, column.read(source), style=column.style)
    last = layout.SOURCES_HEAD + max(1, len(plan.sources))
    sheet.raw.freeze_panes(layout.SOURCES_HEAD + 1, 2)
    sheet.raw.autofilter(layout.SOURCES_HEAD, 0, last, len(columns) - 1)


def _iter_sources(consolidation: Consolidation, plan: Layout) -> Iterator[FigureSource]:
    indicators = {each.code: (each, section.title) for section in consolidation.tally.sections
                  for each in section.indicators}  # fmt: skip
    for figure in plan.sources:
        status = consolidation.reporting.status_by_key[figure.unit, figure.form]
        yield FigureSource(figure, *indicators[figure.indicator], consolidation.tally.unit_by_code[figure.unit], status)


def _list_columns(consolidation: Consolidation, plan: Layout) -> Iterator[SourceColumn]:
    """A column of which nothing could be told here is left out."""
    titles = {form.code: form.title for form in consolidation.tally.forms}
    yield SourceColumn("Mã", 7, lambda each: each.figure.indicator, "code")
    yield SourceColumn("Chỉ tiêu", 60, lambda each: each.indicator.label)
    yield SourceColumn("Nhóm", 30, lambda each: each.section)
    yield SourceColumn("Mã đơn vị", 10, lambda each: each.figure.unit, "code")
    yield SourceColumn("Đơn vị", 22, lambda each: each.unit.full_name)
    if plan.has_parents:
        yield SourceColumn("Trực thuộc", 18, lambda each: plan.name_parent(each.unit))
    yield SourceColumn("Số liệu", 14, None)
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
