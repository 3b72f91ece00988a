"""The sheet that holds units against each other: units are rows, the drawn indicators are columns, shaded.

Its cells are live links into the matrix. Figures of units below others are also added up by the unit above them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from xlsxwriter.utility import xl_range_abs, xl_rowcol_to_cell

from chalicelib.domain.period.consolidation import Consolidation
from chalicelib.domain.period.totals import FigureState
from chalicelib.domain.period.words import FIGURE
from chalicelib.domain.programme.kinds import Method
from chalicelib.domain.programme.model import Indicator, Unit
from chalicelib.domain.values import Number, add_known
from chalicelib.report.sheets import layout
from chalicelib.report.sheets.figures import PERCENT, describe_measure
from chalicelib.report.sheets.layout import Layout
from chalicelib.report.sheets.styles import SheetWriter

HEAD = 3
FIRST = HEAD + 1
_WIDTHS = {"Đơn vị": 21.0, "Trực thuộc": 18.0, "Loại đơn vị": 13.0}
_FIGURE_WIDTH = 10.0


def write_rivals(sheet: SheetWriter, consolidation: Consolidation, plan: Layout) -> None:
    note = "Màu càng đậm thì số càng lớn so với các đơn vị khác; chưa có số liệu không phải là số 0."
    sheet.heading("ĐỐI CHIẾU CÁC ĐƠN VỊ", subtitle=f"{consolidation.period.name}. {note}")
    rivals = _Rivals(sheet, consolidation, plan)
    rivals.write_head()
    for row, unit in enumerate(rivals.units, start=FIRST):
        rivals.write_unit(row, unit)
    rivals.write_sums()
    if plan.has_parents:
        rivals.write_parents()


@dataclass(frozen=True)
class _Rivals:
    sheet: SheetWriter
    consolidation: Consolidation
    plan: Layout

    @cached_property
    def units(self) -> tuple[Unit, ...]:
        return tuple(unit for block in self.plan.blocks for unit in block.units)

    @property
    def indicators(self) -> tuple[Indicator, ...]:
        return self.consolidation.tally.charted

    @cached_property
    def labels(self) -> list[str]:
        """The heads of the columns before the figures; the unit above stands second."""
        more = {"Trực thuộc": self.plan.has_parents, "Loại đơn vị": len(self.plan.blocks) > 1}
        return ["Đơn vị", *(label for label, is_there in more.items() if is_there)]

    @property
    def last(self) -> int:
        return FIRST + len(self.units) - 1

    def write_head(self) -> None:
        first = len(self.labels)
        self.sheet.widths(*(_WIDTHS[label] for label in self.labels), *[_FIGURE_WIDTH] * len(self.indicators))
        self.sheet.head(HEAD, [*self.labels, *(describe_measure(each) for each in self.indicators)])
        self.sheet.freeze(FIRST, 1)
        self.sheet.raw.autofilter(HEAD, 0, self.last, first + len(self.indicators) - 1)
        for column in range(first, first + len(self.indicators)):
            self.sheet.shade(FIRST, column, self.last, column)

    def write_unit(self, row: int, unit: Unit) -> None:
        told = {
            "Đơn vị": unit.full_name, "Trực thuộc": self.plan.name_parent(unit),
            "Loại đơn vị": self.consolidation.programme.unit_types[unit.type],
        }  # fmt: skip
        for column, label in enumerate(self.labels):
            self.sheet.text(row, column, told[label])
        for column, indicator in enumerate(self.indicators, start=len(self.labels)):
            figure = self.consolidation.tally.figures[indicator.code].get(unit.code)
            if figure is None:
                self.sheet.text(row, column, "", style="unasked")
            elif figure.state is not FigureState.KNOWN:
                self.sheet.text(row, column, FIGURE[figure.state], style="centre")
            else:
                self._link(row, column, indicator, self.plan.column_by_unit[unit.code], figure.number, style="number")

    def write_sums(self) -> None:
        """The sum of each type of unit, as the matrix has it."""
        for row, block in enumerate(self.plan.blocks, start=self.last + 1):
            name = f"Cộng: {self.consolidation.programme.unit_types[block.unit_type]}"
            for column in range(len(self.labels)):
                self.sheet.text(row, column, "" if column else name, style="section")
            for column, indicator in enumerate(self.indicators, start=len(self.labels)):
                total = self.consolidation.tally.totals[indicator.code].find(block.unit_type)
                self._link(row, column, indicator, block.sum_column, total.value if total else None, style="total")

    def _link(
        self, row: int, column: int, indicator: Indicator, matrix_column: int, value: Number | None, *, style: str
    ) -> None:
        if value is None:
            self.sheet.text(row, column, "", style="unasked")
            return
        place = xl_rowcol_to_cell(self.plan.row_by_indicator[indicator.code], matrix_column)
        shown = PERCENT if indicator.kind.is_quotient else ""
        self.sheet.formula(row, column, f"='{layout.MATRIX}'!{place}", value, style, num_format=shown)

    def write_parents(self) -> None:
        """Below the units: the units above them, each with the sums over its own."""
        head = self.last + len(self.plan.blocks) + 3
        labels = ["Đơn vị cấp trên", "Số đơn vị", *self.labels[2:]]
        for column, label in enumerate([*labels, *(describe_measure(each) for each in self.indicators)]):
            self.sheet.text(head, column, label, style="head")
        names = dict.fromkeys(self.plan.name_parent(unit) for unit in self.units if unit.parent)
        for row, name in enumerate(names, start=head + 1):
            below = [unit for unit in self.units if self.plan.name_parent(unit) == name]
            self.sheet.text(row, 0, name)
            keys = xl_range_abs(FIRST, 1, self.last, 1)
            self.sheet.formula(row, 1, f"=COUNTIF({keys},A{row + 1})", len(below), "number")
            for column in range(2, len(labels)):
                self.sheet.text(row, column, "", style="unasked")
            for column, indicator in enumerate(self.indicators, start=len(labels)):
                self._write_parent_sum(row, column, indicator, below)

    def _write_parent_sum(self, row: int, column: int, indicator: Indicator, below: list[Unit]) -> None:
        """A ratio of parts is not the sum of ratios, and stays empty."""
        figures = self.consolidation.tally.figures[indicator.code]
        value = add_known(figures[unit.code].number for unit in below if unit.code in figures)
        if value is None or indicator.kind.method is not Method.SUM:
            self.sheet.text(row, column, "", style="unasked")
            return
        keys, numbers = (xl_range_abs(FIRST, each, self.last, each) for each in (1, column))
        self.sheet.formula(row, column, f"=SUMIF({keys},A{row + 1},{numbers})", value)


__all__ = ["write_rivals"]
