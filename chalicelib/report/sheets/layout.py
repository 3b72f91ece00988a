"""The place of each figure in the consolidated workbook, decided before anything is written, so that sheets can
refer to each other: formulas into the matrix, links from every figure to its source."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from urllib.parse import quote

from xlsxwriter.utility import xl_rowcol_to_cell

from chalicelib.domain.period.consolidation import Consolidation
from chalicelib.domain.period.subtotals import group_units
from chalicelib.domain.period.totals import FigureState, UnitFigure
from chalicelib.domain.programme.model import Indicator, Unit

COVER = "Bìa"
CHANGES = "Thay đổi"
TOTALS = "Tổng hợp"
MATRIX = "Theo đơn vị"
BRANCHES = "Theo cấp trên"
RIVALS = "Đối chiếu đơn vị"
TARGETS = "Chỉ tiêu Chương trình"
STATUS = "Tình hình nộp"
SAME_PERIOD = "So sánh cùng kỳ"
WITHIN = "So sánh kỳ trước"
CHARTS = "Biểu đồ"
FINDINGS = "Lưu ý"
POINTS = "Điểm cần xem lại"
NAMES = "Tên đã kê"
TEXTS = "Thuyết minh"
SOURCES = "Nguồn số liệu"
CHART_DATA = "Số liệu biểu đồ"

MATRIX_HEAD = 4
"""The last head row of the matrix, with the units; their types stand above it."""
SOURCES_HEAD = 3
NAMES_HEAD = 3
FIRST_UNIT_COLUMN = 3
TOTALS_COLUMN = 4
"""The province's figures on the sheet of totals."""
MOST_ROWS = 1_048_576
"""Excel's limit for a sheet."""
MOST_LINKS = 60_000
"""Excel keeps at most 65,530 links in a sheet."""


@dataclass(frozen=True)
class Block:
    """The columns of one unit type in the matrix: its units, by the unit above them, then their sum. Columns count
    from 0."""

    unit_type: str
    units: tuple[Unit, ...]
    first: int

    @property
    def last(self) -> int:
        return self.first + len(self.units) - 1

    @property
    def sum_column(self) -> int:
        return self.last + 1


class Layout:
    """Rows and columns of one consolidation, counted from 0."""

    def __init__(self, consolidation: Consolidation, figures_page: str = "") -> None:
        """`figures_page` is the address of the console's page of the figures, if there is one."""
        self.consolidation = consolidation
        self._figures_page = figures_page

    def find_page(self, indicator: str) -> str:
        """The console's page of the province's figure; "" if the console's address is not known."""
        return f"{self._figures_page}/{quote(indicator, safe='')}" if self._figures_page else ""

    @property
    def has_pages(self) -> bool:
        return bool(self._figures_page)

    def find_cell(self, indicator: str, *, unit: str = "") -> tuple[str, str] | None:
        """Sheet and cell of a unit's figure, or of the province's; None if it stands nowhere."""
        row = self.row_by_indicator.get(indicator)
        if row is None:
            return None
        own = self.column_by_unit.get(unit)
        return (TOTALS, xl_rowcol_to_cell(row, TOTALS_COLUMN)) if own is None else (MATRIX, xl_rowcol_to_cell(row, own))

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        blocks, column = [], FIRST_UNIT_COLUMN
        for unit_type in self.consolidation.tally.unit_types:
            groups = group_units(self.consolidation.tally.units_of(unit_type))
            block = Block(unit_type, tuple(unit for group in groups for unit in group.units), column)
            blocks.append(block)
            column = block.sum_column + 1
        return tuple(blocks)

    @cached_property
    def block_by_type(self) -> dict[str, Block]:
        return {block.unit_type: block for block in self.blocks}

    @cached_property
    def column_by_unit(self) -> dict[str, int]:
        return {
            unit.code: column for block in self.blocks for column, unit in enumerate(block.units, start=block.first)
        }

    @cached_property
    def rows(self) -> tuple[tuple[int, str | Indicator], ...]:
        """The rows below the head, in both the matrix and the totals: section titles and indicators."""
        rows: list[tuple[int, str | Indicator]] = []
        row = MATRIX_HEAD + 1
        for section in self.consolidation.tally.sections:
            entries: tuple[str | Indicator, ...] = (section.heading, *section.indicators)
            rows += enumerate(entries, start=row)
            row += len(entries)
        return tuple(rows)

    @cached_property
    def row_by_indicator(self) -> dict[str, int]:
        return {entry.code: row for row, entry in self.rows if isinstance(entry, Indicator)}

    @cached_property
    def sources(self) -> tuple[UnitFigure, ...]:
        """The known figures that have their own cell, in the order of the sources sheet."""
        return tuple(
            figure
            for indicator in self.consolidation.tally.indicators
            for figure in self.consolidation.tally.figures[indicator.code].values()
            if figure.state is FigureState.KNOWN and figure.cell
        )

    @cached_property
    def source_sheets(self) -> dict[str, tuple[UnitFigure, ...]]:
        """The sheets of sources by name, each with as many figures as it can hold; one even if there are none."""
        room = MOST_ROWS - SOURCES_HEAD - 1
        starts = range(0, max(1, len(self.sources)), room)
        return {
            f"{SOURCES} {number}" if number > 1 else SOURCES: self.sources[start : start + room]
            for number, start in enumerate(starts, start=1)
        }

    def find_source(self, figure: UnitFigure) -> tuple[str, str] | None:
        """Sheet and cell of a figure's source; None if it has none, or if there are too many to lead to."""
        return self._place_by_source.get((figure.indicator, figure.unit))

    @cached_property
    def _place_by_source(self) -> dict[tuple[str, str], tuple[str, str]]:
        if len(self.sources) > MOST_LINKS:
            return {}
        return {
            (each.indicator, each.unit): (name, xl_rowcol_to_cell(row, 0))
            for name, figures in self.source_sheets.items()
            for row, each in enumerate(figures, start=SOURCES_HEAD + 1)
        }

    @cached_property
    def has_parents(self) -> bool:
        return any(unit.parent for unit in self.consolidation.tally.units)

    def name_parent(self, unit: Unit) -> str:
        return self.consolidation.programme.name_unit(unit.parent) if unit.parent else ""

    @property
    def last_column(self) -> int:
        """Of the matrix."""
        return self.blocks[-1].sum_column if self.blocks else FIRST_UNIT_COLUMN
