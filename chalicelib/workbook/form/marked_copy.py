"""The marked copy: the sender's own workbook back, each wrong cell coloured and commented, with a summary.

It is made to be corrected and sent again: the summary sheet is ignored at intake, comments never count, and
marks of an earlier round are taken off first. A workbook that the writing library cannot open as it is
(.xls, .ods, Strict OOXML, very large ones) comes back as a plain .xlsx with the same values.
"""

from __future__ import annotations

import io
import zipfile
from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils.exceptions import IllegalCharacterError
from openpyxl.worksheet.worksheet import Worksheet

from chalicelib.domain.issues.issue import Issue, Severity
from chalicelib.domain.submission.records import Outcome
from chalicelib.workbook.form.marks import SUMMARY_SHEET
from chalicelib.workbook.reading import book
from chalicelib.workbook.reading.reader import read_workbook

AUTHOR = "tonghop"
_MOST_XML = 16 * 1024 * 1024
"""Unpacked bytes up to which the sender's own file is reopened; openpyxl takes some 50 times that in memory."""

_ERROR = PatternFill("solid", fgColor="FFC7CE")
_WARNING = PatternFill("solid", fgColor="FFEB9C")
_ENTRY = PatternFill("solid", fgColor="FFF9E5")
_FONT = "Times New Roman"
_ILLEGAL = {code: None for code in range(32) if code not in (9, 10, 13)}


def annotate(data: bytes, outcome: Outcome) -> bytes | None:
    """The marked copy of `data` as .xlsx; None where it cannot be opened as a workbook at all."""
    if not outcome.issues or not outcome.keep_bytes:
        return None
    workbook = _reopen(data) or _rebuild(data)
    if workbook is None:
        return None
    _remove_earlier_marks(workbook)
    by_place: dict[tuple[str, str], list[Issue]] = defaultdict(list)
    for issue in outcome.issues:
        if issue.sheet in workbook.sheetnames and issue.cell:
            by_place[issue.sheet, issue.cell].append(issue)
    for (sheet, cell), issues in by_place.items():
        _mark(workbook[sheet], cell, issues)
    _write_summary(workbook, outcome.issues)
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


def _reopen(data: bytes) -> Workbook | None:
    """The sender's own file, where it is an .xlsx that openpyxl keeps whole."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > _MOST_XML:
                return None
        workbook = load_workbook(io.BytesIO(data))
    except Exception:  # openpyxl raises whatever its parsers do; the values are then taken from our own reader
        return None
    return workbook if workbook.worksheets else None


def _rebuild(data: bytes) -> Workbook | None:
    """A plain workbook with the values that our reader finds."""
    from chalicelib.domain.issues.issue import Refused

    try:
        source = read_workbook(data)
    except Refused:
        return None
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    for sheet in source.sheets:
        target = workbook.create_sheet(sheet.name[:31])
        target.sheet_state = {
            book.Visibility.VISIBLE: "visible", book.Visibility.HIDDEN: "hidden",
            book.Visibility.VERY_HIDDEN: "veryHidden",
        }[sheet.visibility]  # fmt: skip
        for (row, column), cell in sheet.cells.items():
            _put(target.cell(row, column), _value(cell))
        for row in sheet.hidden_rows:
            target.row_dimensions[row].hidden = True
    return workbook if any(sheet.sheet_state == "visible" for sheet in workbook.worksheets) else None


def _value(cell: book.Cell) -> Any:
    if cell.kind is book.CellKind.NUMBER:
        try:
            return Decimal(cell.text)
        except ArithmeticError:
            return cell.text
    return cell.text


def _put(cell: Cell | MergedCell, value: Any) -> None:
    """Text stays text: a leading "=" never becomes a formula."""
    try:
        cell.value = value
    except IllegalCharacterError:
        cell.value = str(value).translate(_ILLEGAL)
    if isinstance(value, str):
        cell.data_type = "s"


def _remove_earlier_marks(workbook: Workbook) -> None:
    if SUMMARY_SHEET in workbook.sheetnames and len(workbook.sheetnames) > 1:
        workbook.remove(workbook[SUMMARY_SHEET])
    for sheet in workbook.worksheets:
        commented = [cell for cell in sheet._cells.values() if cell.comment and cell.comment.author == AUTHOR]
        for cell in commented:
            cell.comment = None
            cell.fill = _ENTRY


def _mark(sheet: Worksheet, reference: str, issues: Sequence[Issue]) -> None:
    """Colours the cell and says in a comment what is wrong. A cell under a merged range is marked at its anchor."""
    cell = sheet[reference]
    if isinstance(cell, MergedCell):
        merged = next(each for each in sheet.merged_cells.ranges if reference in each)
        cell = sheet.cell(merged.min_row, merged.min_col)
    is_error = any(issue.severity is Severity.ERROR for issue in issues)
    cell.fill = _ERROR if is_error else _WARNING
    text = "\n".join(issue.message.partition("): ")[2] or issue.message for issue in issues)
    cell.comment = Comment(text.translate(_ILLEGAL), AUTHOR, width=360, height=60 + 40 * len(issues))


_COLUMNS = (
    ("STT", 6),
    ("Mức độ", 12),
    ("Trang tính", 18),
    ("Ô", 9),
    ("Chỉ tiêu", 30),
    ("Đang ghi", 18),
    ("Nội dung, cách sửa", 64),
)


def _write_summary(workbook: Workbook, issues: Sequence[Issue]) -> None:
    sheet = workbook.create_sheet(SUMMARY_SHEET, 0)
    errors = sum(issue.severity is Severity.ERROR for issue in issues)
    _put(sheet.cell(1, 1), f"KẾT QUẢ KIỂM TRA: {errors} lỗi, {len(issues) - errors} cảnh báo")
    sheet.cell(1, 1).font = Font(name=_FONT, size=14, bold=True)
    _put(
        sheet.cell(2, 1),
        "Bấm vào địa chỉ ô để đến chỗ cần sửa. Sửa xong, lưu và gửi lại chính tệp này; trang tính này được bỏ qua.",
    )
    for column, (heading, width) in enumerate(_COLUMNS, start=1):
        cell = sheet.cell(4, column, heading)
        cell.font = Font(name=_FONT, size=12, bold=True)
        cell.fill = PatternFill("solid", fgColor="E8EEF4")
        sheet.column_dimensions[cell.column_letter].width = width
    for row, issue in enumerate(issues, start=5):
        _write_issue(sheet, row, issue)
    sheet.freeze_panes = "A5"
    sheet.page_setup.orientation, sheet.page_setup.paperSize, sheet.page_setup.fitToHeight = "landscape", 9, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    workbook.active = 0
    for other in workbook.worksheets[1:]:
        other.sheet_view.tabSelected = False


def _write_issue(sheet: Worksheet, row: int, issue: Issue) -> None:
    is_error = issue.severity is Severity.ERROR
    label = f"{issue.indicator} – {issue.label}" if issue.indicator and issue.label else issue.indicator or issue.label
    values = (row - 4, "Lỗi" if is_error else "Cảnh báo", issue.sheet, issue.cell, label, issue.found, issue.message)
    for column, value in enumerate(values, start=1):
        cell = sheet.cell(row, column)
        _put(cell, value)
        cell.font = Font(name=_FONT, size=12)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    sheet.row_dimensions[row].height = 16.5 * max(-(-len(issue.message) // 64), -(-len(label) // 28), 1)
    sheet.cell(row, 2).fill = _ERROR if is_error else _WARNING
    if issue.cell:
        target = issue.sheet.replace("'", "''")
        sheet.cell(row, 4).hyperlink = f"#'{target}'!{issue.cell}"
        sheet.cell(row, 4).font = Font(name=_FONT, size=12, underline="single", color="0563C1")
