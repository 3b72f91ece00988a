"""The sheet of points to look at: those that are open, the oddest first, then those that the office confirmed."""

from __future__ import annotations

from chalicelib.domain.language.vietnamese import format_moment
from chalicelib.domain.period.consolidation import Consolidation
from chalicelib.domain.period.points import ADVICE, Confirmation, Point, Points
from chalicelib.report.sheets.layout import Layout
from chalicelib.report.sheets.styles import SheetWriter

HEAD = 3
LABELS = ["Tình trạng", "Đơn vị", "Mã", "Chỉ tiêu", "Vì sao cần xem", "Cần làm"]
CONFIRMING = ["Ý kiến xác nhận", "Lúc"]
"""The columns where anything is confirmed."""
OPEN, CONFIRMED = "Chưa xác nhận", "Đã xác nhận"


def write_points(sheet: SheetWriter, consolidation: Consolidation, plan: Layout, points: Points) -> None:
    """The codes lead to the figures."""
    sheet.heading(
        "NHỮNG ĐIỂM CẦN XEM LẠI",
        subtitle=f"{len(points.open)} điểm chưa xác nhận, {len(points.confirmed)} điểm đã xác nhận. "
        "Khác thường chưa phải là sai; số đúng thì xác nhận kèm ý kiến, số sai thì trả lại bản nộp.",
    )
    labels = [*LABELS, *(CONFIRMING if points.confirmed else [])]
    sheet.head(HEAD, labels)
    sheet.widths(13, 22, 7, 40, 80, 60, 40, 16)
    rows: list[tuple[Point, Confirmation | None]] = [*((each, None) for each in points.listed), *points.confirmed]
    for row, (point, said) in enumerate(rows, start=HEAD + 1):
        sheet.link_to(row, 2, plan.find_cell(point.indicator, unit=point.unit))
        style = "label" if said else "sample_doubtful"
        for column, text in enumerate(_describe(consolidation, point, said)[: len(labels)]):
            sheet.text(row, column, text, style=style if column == 0 else "code" if column == 2 else "label")
    if points.left_out:
        sheet.text(HEAD + 1 + len(rows), 0, f"Và {points.left_out} điểm khác chưa xác nhận.", style="plain")
    sheet.freeze(HEAD + 1, 2)
    sheet.raw.autofilter(HEAD, 0, HEAD + max(1, len(rows)), len(labels) - 1)


def _describe(consolidation: Consolidation, point: Point, said: Confirmation | None) -> list[str]:
    unit = consolidation.tally.unit_by_code.get(point.unit)
    return [
        CONFIRMED if said else OPEN,
        consolidation.programme.name_fully(unit) if unit else f"Toàn {consolidation.programme.breadth}",
        point.indicator,
        consolidation.programme.indicator_by_code[point.indicator].label,
        point.text,
        "" if said else ADVICE[point.doubt],
        said.note if said else "",
        format_moment(said.at) if said else "",
    ]
