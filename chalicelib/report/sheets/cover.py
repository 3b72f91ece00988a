"""The cover: what this edition is, what its marks mean, and what stands on which sheet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from xlsxwriter.utility import xl_rowcol_to_cell

from chalicelib.domain.language.vietnamese import format_day, format_moment
from chalicelib.domain.period import words
from chalicelib.domain.period.consolidation import Consolidation
from chalicelib.domain.period.edition import EditionInfo
from chalicelib.domain.period.targets import TargetState
from chalicelib.domain.period.timeliness import Rate, Standing
from chalicelib.domain.period.totals import FigureState
from chalicelib.report.sheets import layout
from chalicelib.report.sheets.layout import Layout
from chalicelib.report.sheets.styles import SheetWriter

FIRST_FACT = 5
EDITION, PERIOD, HASH = "Lần phát hành", "Kỳ báo cáo", "Mã băm đầu vào (SHA-256)"
_NAMED = {"LAN_PHAT_HANH": EDITION, "KY_BAO_CAO": PERIOD, "MA_BAM": HASH}

PURPOSES = {
    layout.CHANGES: "Những gì khác lần phát hành trước, từng số liệu, kèm lý do",
    layout.TOTALS: "Số chung của từng chỉ tiêu",
    layout.MATRIX: "Từng chỉ tiêu của từng đơn vị; bấm vào con số để xem nguồn",
    layout.RIVALS: "Những chỉ tiêu được chọn, các đơn vị đặt cạnh nhau",
    layout.TARGETS: "Mức thực hiện chỉ tiêu của Chương trình",
    layout.STATUS: "Báo cáo nào đã nhận, lúc nào, tệp nào",
    layout.SAME_PERIOD: "Tăng, giảm so với cùng kỳ",
    layout.WITHIN: "Tăng, giảm so với kỳ trước trong năm",
    layout.CHARTS: "Tình hình chung, xếp hạng đơn vị, tỷ trọng, diễn biến qua các kỳ",
    layout.FINDINGS: "Những điểm phần mềm thấy cần lưu ý",
    layout.POINTS: "Những số liệu khác thường: chưa xác nhận, đã xác nhận",
    layout.NAMES: "Mỗi tên một lần trong toàn {breadth}",
    layout.TEXTS: "Nguyên văn thuyết minh của đơn vị, viết giống nhau thì gộp",
    layout.SOURCES: "Mỗi số liệu lấy từ tệp, trang tính, ô nào",
    layout.CHART_DATA: "Số liệu mà các biểu đồ vẽ",
}
_LISTED = "Bảng kê của các đơn vị"
PRINTED, ON_SCREEN = "In", "Xem trên máy"
_ABOUT_PRINTING = (
    "Trang tính “xem trên máy” dài theo số đơn vị hoặc đã có số ở trang tính khác, để lọc và tra cứu; in cả sổ thì "
    "trang tính đó không in ra."
)


def write_cover(sheet: SheetWriter, consolidation: Consolidation, edition: EditionInfo, plan: Layout) -> int:
    """Writes the edition's description; returns the row below it."""
    office = consolidation.programme.office
    sheet.widths(34, 96, 16)
    sheet.text(0, 0, f"{office.parent} – {office.name}", style="bold")
    sheet.text(2, 0, "BÁO CÁO TỔNG HỢP", style="title")
    sheet.text(3, 0, consolidation.programme.title, style="bold")
    facts = list(_iter_facts(consolidation, edition))
    for row, (label, text) in enumerate(facts, start=FIRST_FACT):
        sheet.text(row, 0, label, style="label")
        sheet.text(row, 1, text, style="label")
    row = FIRST_FACT + len(facts) + 1
    marks = list(_iter_marks(consolidation, plan))
    sheet.text(row, 0, "Chú giải" if marks else "", style="bold")
    for offset, (mark, style, meaning) in enumerate(marks, start=1):
        sheet.text(row + offset, 0, mark, style=style)
        sheet.text(row + offset, 1, meaning, style="plain")
    sheet.raw.activate()
    return row + len(marks) + 2 if marks else row


def name_facts(consolidation: Consolidation, edition: EditionInfo) -> dict[str, str]:
    """The addresses of the cells that get a name."""
    labels = [label for label, _ in _iter_facts(consolidation, edition)]
    rows = {name: FIRST_FACT + labels.index(label) for name, label in _NAMED.items()}
    return {
        name: f"='{layout.COVER}'!{xl_rowcol_to_cell(row, 1, row_abs=True, col_abs=True)}" for name, row in rows.items()
    }


def _iter_facts(consolidation: Consolidation, edition: EditionInfo) -> Iterator[tuple[str, str]]:
    programme, period = consolidation.programme, consolidation.period
    yield PERIOD, period.name
    yield "Thời gian lấy số liệu", f"{format_day(period.data_from)} – {format_day(period.data_to)}"
    yield EDITION, edition.title
    yield "Lập lúc", format_moment(edition.made)
    yield "Tình trạng kỳ", words.PHASE[consolidation.phase]
    yield "Báo cáo đã có", describe_rate(consolidation.reporting.rates[-1])
    yield "Chương trình", f"số {programme.number}, dữ liệu phiên bản {programme.version}"
    yield HASH, consolidation.inputs_hash
    if edition.reason:
        yield "Lý do", edition.reason


def describe_rate(rate: Rate) -> str:
    """ "11/11 báo cáo, tất cả đúng hạn"; late and missing reports are told only where there are some."""
    shown = f"{rate.expected - rate.missing}/{rate.expected} báo cáo"
    if rate.expected and rate.on_time == rate.expected:
        return f"{shown}, tất cả {words.STANDING[Standing.ON_TIME].lower()}"
    counts = (
        (words.STANDING[Standing.ON_TIME], rate.on_time), (words.STANDING[Standing.LATE], rate.late),
        (words.STANDING[Standing.MISSING], rate.missing),
    )  # fmt: skip
    told = [f"{name.lower()} {count}" for name, count in counts if count]
    told += [f"trong đó trả lại {rate.returned}"] if rate.returned else []
    return f"{shown}: {', '.join(told)}" if told and not rate.unjudged else shown


def _iter_marks(consolidation: Consolidation, plan: Layout) -> Iterator[tuple[str, str, str]]:
    """Mark, style and meaning of what occurs in this edition."""
    figures = [figure for by_unit in consolidation.tally.figures.values() for figure in by_unit.values()]
    states = {figure.state for figure in figures}
    if FigureState.MISSING in states:
        told = "được yêu cầu báo cáo, chưa có bản nộp được tính; không phải số 0"
        yield words.FIGURE[FigureState.MISSING], "sample_bad", told
    if FigureState.EMPTY in states:
        told = "bản nộp để trống (chỉ tiêu không bắt buộc, hoặc tỷ lệ không có mẫu số)"
        yield words.FIGURE[FigureState.EMPTY], "sample_doubtful", told
    if FigureState.CONFLICT in states:
        yield words.FIGURE[FigureState.CONFLICT], "sample_bad", "hai biểu của đơn vị ghi khác nhau; không được cộng"
    if any(figure.estimated for figure in figures):
        yield "(ước)", "sample_doubtful", "đơn vị đánh dấu số ước; hết khi có bản nộp bổ sung"
    if bad := list(_name_shortfalls(consolidation)):
        yield ", ".join(bad), "sample_bad", "gửi sau hạn; chưa có báo cáo; chưa đạt chỉ tiêu của Chương trình"
    if len(figures) < len(consolidation.tally.figures) * len(plan.column_by_unit):
        yield "ô xám", "unasked", "đơn vị không phải báo cáo chỉ tiêu này"


def _name_shortfalls(consolidation: Consolidation) -> Iterator[str]:
    standings = {status.standing for status in consolidation.reporting.statuses}
    yield from (words.STANDING[each] for each in (Standing.LATE, Standing.MISSING) if each in standings)
    if any(result.of_state(TargetState.UNMET) for result in consolidation.targets):
        yield words.TARGET[TargetState.UNMET]


def write_contents(cover: SheetWriter, row: int, sheets: Sequence[SheetWriter], *, breadth: str) -> None:
    """The other sheets, each with a link, what it is for, and whether it is for paper or for the screen."""
    cover.text(row, 0, "Trong sổ này", style="bold")
    cover.text(row, 2, "Khi in", style="bold")
    for offset, sheet in enumerate(sheets, start=1):
        cover.link(row + offset, 0, sheet.name)
        cover.text(row + offset, 0, sheet.name, style="leading")
        cover.text(row + offset, 1, _tell_purpose(sheet.name).format(breadth=breadth), style="plain")
        cover.text(row + offset, 2, PRINTED if sheet.is_printed else ON_SCREEN, style="plain")
    cover.text(row + len(sheets) + 2, 0, _ABOUT_PRINTING, style="subtitle")


def _tell_purpose(name: str) -> str:
    """A sheet that goes on in a further one has its number behind its name."""
    return PURPOSES.get(name.rstrip(" 0123456789"), _LISTED)


__all__ = ["describe_rate", "name_facts", "write_contents", "write_cover"]
