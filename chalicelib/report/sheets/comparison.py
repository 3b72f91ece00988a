"""The sheet of a comparison: before and after over the same units, with live differences and percentages."""

from __future__ import annotations

from decimal import Decimal

from chalicelib.domain.period.consolidation import Basis, Change, Comparison, Consolidation
from chalicelib.domain.programme.model import Indicator
from chalicelib.report.sheets import layout
from chalicelib.report.sheets.figures import PERCENT
from chalicelib.report.sheets.layout import Layout
from chalicelib.report.sheets.styles import SheetWriter

HEAD = 3
_NOW = 4
LABELS = ("Mã", "Chỉ tiêu", "Đơn vị tính", "Kỳ so sánh", "Kỳ này", "Tăng, giảm", "Tỷ lệ")
PARTIAL = "không đủ đơn vị"


def name_comparison(comparison: Comparison) -> str:
    return layout.SAME_PERIOD if comparison.basis is Basis.SAME_PERIOD else layout.WITHIN


def write_comparison(sheet: SheetWriter, consolidation: Consolidation, plan: Layout, comparison: Comparison) -> None:
    """The columns that tell of missing units stand there only where a figure lacks some.

    Of two comparisons the one with the same period is printed.
    """
    is_printed = comparison.basis is Basis.SAME_PERIOD or consolidation.comparison is None
    title = f"SO SÁNH VỚI: {comparison.period_name.upper()}"
    sheet.heading(title, subtitle=_describe(comparison), is_printed=is_printed)
    is_partial = not all(change.is_whole for change in comparison.changes.values())
    sheet.head(HEAD, [*LABELS, *(["Số đơn vị", "Ghi chú"] if is_partial else [])])
    sheet.widths(7, 64, 18, 14, 14, 12, 9, 8, 14)
    compared = [each for each in consolidation.tally.indicators if each.code in comparison.changes]
    for row, indicator in enumerate(compared, start=HEAD + 1):
        change = comparison.changes[indicator.code]
        sheet.lead(row, _NOW, plan.find_page(indicator.code))
        _write_change(sheet, row, indicator, change)
        if is_partial:
            sheet.number(row, 7, len(change.units))
            sheet.text(row, 8, "" if change.is_whole else PARTIAL)
    sheet.freeze(HEAD + 1, 2)


def _describe(comparison: Comparison) -> str:
    note = "Chỉ so sánh những đơn vị có số liệu ở cả hai kỳ."
    if comparison.is_cumulative:
        note += " Số cộng dồn của kỳ này đã gồm kỳ trước."
    if comparison.divided:
        note += f" Đơn vị đã chia tách, chỉ so sánh gộp cả vùng, không chia số: {', '.join(comparison.divided)}."
    return note


def _write_change(sheet: SheetWriter, row: int, indicator: Indicator, change: Change) -> None:
    shown = PERCENT if indicator.kind.is_quotient else ""
    sheet.text(row, 0, indicator.code, style="code")
    sheet.text(row, 1, indicator.label)
    sheet.text(row, 2, indicator.measure_unit, style="centre")
    sheet.number(row, 3, change.before, num_format=shown)
    sheet.number(row, _NOW, change.after, num_format=shown)
    sheet.formula(row, 5, f"=E{row + 1}-D{row + 1}", change.difference, "number", num_format=shown)
    if indicator.kind.is_quotient:
        sheet.text(row, 6, "", style="unasked")
        return
    percent = None if not change.before else Decimal(change.difference) / Decimal(change.before)
    formula = f'=IF(D{row + 1}=0,"",(E{row + 1}-D{row + 1})/D{row + 1})'
    sheet.formula(row, 6, formula, percent, "number", num_format=PERCENT)


__all__ = ["name_comparison", "write_comparison"]
