"""The sheet of subtotals by the unit above, which add up to the total of each unit type."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from xlsxwriter.utility import xl_range

from chalicelib.domain.language.vietnamese import format_count
from chalicelib.domain.period.consolidation import Consolidation
from chalicelib.domain.period.subtotals import UnitsBelow, count_silent, group_units, sum_below
from chalicelib.domain.programme.kinds import Method
from chalicelib.domain.programme.model import Indicator
from chalicelib.report.sheets import figures, layout
from chalicelib.report.sheets.layout import Block, Layout
from chalicelib.report.sheets.styles import SheetWriter

_NONE = "Không có cấp trên"
_IN_MATRIX = f"'{layout.MATRIX}'!"


@dataclass(frozen=True)
class _Columns:
    """The columns of one unit type: the units above, then the sum of all. `own` is their block of the matrix."""

    own: Block
    groups: tuple[UnitsBelow, ...]
    first: int

    @property
    def last(self) -> int:
        return self.first + len(self.groups)

    def iter_blocks(self) -> Iterator[tuple[int, UnitsBelow, Block]]:
        """Each group with its column, and the columns of its units in the matrix."""
        start = self.own.first
        for column, group in enumerate(self.groups, start=self.first):
            yield column, group, Block(self.own.unit_type, group.units, start)
            start += len(group.units)


def write_branches(sheet: SheetWriter, consolidation: Consolidation, plan: Layout) -> None:
    """Rows are indicators, in the rows that they have in the matrix; each figure is the sum over the units below."""
    note = "Mỗi số cộng các đơn vị trực thuộc đã có số liệu; cột “Cộng” là tổng của cả loại đơn vị."
    sheet.heading("SỐ LIỆU THEO ĐƠN VỊ CẤP TRÊN", subtitle=f"{consolidation.period.name}. {note}", is_printed=False)
    sheet.widths(7, 50, 11)
    sheet.head(layout.MATRIX_HEAD, ["Mã", "Chỉ tiêu", "Đơn vị tính"], height=72)
    blocks = list(_place_columns(plan))
    for columns in blocks:
        _write_head(sheet, consolidation, columns)
    for row, entry in plan.rows:
        if isinstance(entry, Indicator):
            figures.write_row_labels(sheet, row, entry)
            for columns in blocks:
                _write_sums(sheet, consolidation, plan, row, entry, columns)
        else:
            figures.write_section(sheet, row, entry, blocks[-1].last)
    sheet.freeze(layout.MATRIX_HEAD + 1, layout.FIRST_UNIT_COLUMN)


def _place_columns(plan: Layout) -> Iterator[_Columns]:
    first = layout.FIRST_UNIT_COLUMN
    for block in plan.blocks:
        groups = group_units(block.units)
        if any(group.above for group in groups):
            yield _Columns(block, groups, first)
            first += len(groups) + 1


def _write_head(sheet: SheetWriter, consolidation: Consolidation, columns: _Columns) -> None:
    top = layout.MATRIX_HEAD - 1
    sheet.raw.merge_range(top, columns.first, top, columns.last, "", sheet.styles.get("head"))
    sheet.text(top, columns.first, consolidation.programme.unit_types[columns.own.unit_type], style="head")
    for column, group, _ in columns.iter_blocks():
        name = consolidation.programme.name_unit(group.above) if group.above else _NONE
        silent = count_silent(consolidation.tally, group)
        lack = f", thiếu {format_count(silent)}" if silent else ""
        sheet.text(layout.MATRIX_HEAD, column, f"{name} ({format_count(len(group.units))} đơn vị{lack})", style="head")
    sheet.text(layout.MATRIX_HEAD, columns.last, "Cộng", style="head")
    sheet.widths(*[16.0] * (len(columns.groups) + 1), start=columns.first)


def _write_sums(
    sheet: SheetWriter, consolidation: Consolidation, plan: Layout, row: int, indicator: Indicator, columns: _Columns
) -> None:
    for column, group, block in columns.iter_blocks():
        total = sum_below(consolidation.tally, indicator, group)
        if not total.asked or not indicator.kind.has_total:
            sheet.text(row, column, "", style="unasked")
        elif indicator.kind.method is Method.NAMES:
            figures.write_distinct(sheet, row, column, total, style="number")
        else:
            formula = figures.make_formula(consolidation, plan, row, indicator, block, sheet=_IN_MATRIX)
            figures.write_formula(sheet, row, column, formula, indicator, total, style="number")
    _write_total(sheet, consolidation, plan, row, indicator, columns)


def _write_total(
    sheet: SheetWriter, consolidation: Consolidation, plan: Layout, row: int, indicator: Indicator, columns: _Columns
) -> None:
    """The sum of the subtotals; a ratio and a number of names are no sums, and are those of the matrix."""
    total = consolidation.tally.totals[indicator.code].find(columns.own.unit_type)
    if total and indicator.is_summed:
        cells = xl_range(row, columns.first, row, columns.last - 1)
        sheet.formula(row, columns.last, f'=IF(COUNT({cells})=0,"",SUM({cells}))', total.value)
    else:
        figures.write_linked(sheet, consolidation, plan, row, columns.last, indicator, total)
