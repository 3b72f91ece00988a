"""The sheet that says what is wrong: one line an issue, what blocks first, each with a link to its cell."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from chalicelib.domain.issues.issue import Issue, Severity
from chalicelib.workbook.marking.styles import Formats
from chalicelib.workbook.reading.book import reference
from chalicelib.workbook.reading.package import MAIN

HEADING: Final = "KẾT QUẢ KIỂM TRA"
_HELP: Final = (
    "Bấm vào địa chỉ ô để đến chỗ cần sửa. Sửa xong, lưu và gửi lại chính tệp này; trang tính này được bỏ qua."
)
_COLUMNS: Final = (
    ("STT", 6), ("Mức độ", 11), ("Trang tính", 16), ("Ô", 8), ("Chỉ tiêu", 34), ("Đang ghi", 18), ("Cần", 34),
    ("Cách sửa", 52),
)  # fmt: skip
_FIRST_ROW: Final = 5
_UNSAFE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LONGEST: Final = 32_000
_LETTERS: Final = 0.95
"""Letters of Times New Roman 12 in one unit of a column's width."""


def find_first(issues: Sequence[Issue]) -> list[Issue]:
    """The issues in the order of the summary: errors before warnings, each as they were found."""
    return sorted(issues, key=lambda issue: issue.severity is not Severity.ERROR)


def render_summary(issues: Sequence[Issue], formats: Formats, *, is_selected: bool) -> bytes:
    """The whole part of the summary's sheet; texts are inline, so that no shared text of the sender moves."""
    ordered = find_first(issues)
    errors = sum(issue.severity is Severity.ERROR for issue in ordered)
    rows = [
        _render_row(1, [(f"{HEADING}: {errors} lỗi, {len(ordered) - errors} cảnh báo", formats.title)], 22),
        _render_row(2, [(_HELP, formats.plain)]),
        _render_row(4, [(heading, formats.heading) for heading, _ in _COLUMNS]),
        *(_render_issue(number, issue, formats) for number, issue in enumerate(ordered, start=1)),
    ]
    selected = ' tabSelected="1"' if is_selected else ""
    text = (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><worksheet xmlns="{MAIN[0]}">'
        '<sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>'
        f'<sheetViews><sheetView{selected} workbookViewId="0" showGridLines="0"><pane ySplit="4" topLeftCell="A5" '
        'activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
        f"<cols>{_render_columns()}</cols><sheetData>{''.join(rows)}</sheetData>{_render_links(ordered)}"
        '<pageMargins left="0.4" right="0.4" top="0.6" bottom="0.6" header="0.3" footer="0.3"/>'
        '<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/></worksheet>'
    )
    return text.encode()


def render_note(issue: Issue) -> str:
    """What a note on the cell says, in lines; the same words stand in the summary."""
    return "\n".join(line for line in (issue.sentence or issue.message, issue.remedy) if line)


def _render_issue(number: int, issue: Issue, formats: Formats) -> str:
    is_error = issue.severity is Severity.ERROR
    needed, remedy = issue.sentence or issue.message, issue.remedy
    label = issue.label or issue.indicator
    cells = [
        (str(number), formats.link if not formats.text else formats.text),
        ("Lỗi" if is_error else "Cảnh báo", formats.error_text if is_error else formats.warning_text),
        (issue.sheet, formats.text), (issue.cell, formats.link), (label, formats.text), (issue.found, formats.text),
        (needed, formats.text), (remedy, formats.text),
    ]  # fmt: skip
    widths = [width for _, width in _COLUMNS]
    lines = max(-(-len(text) // int(width * _LETTERS)) for (text, _), width in zip(cells, widths, strict=True) if text)
    return _render_row(_FIRST_ROW + number - 1, cells, min(16.5 * max(lines, 1), 409))


def _render_row(number: int, cells: Sequence[tuple[str, int]], height: float = 0) -> str:
    written = "".join(
        f'<c r="{reference(number, column)}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{_clean(text)}</t>'
        "</is></c>"
        for column, (text, style) in enumerate(cells, start=1)
    )
    tall = f' ht="{height}" customHeight="1"' if height else ""
    return f'<row r="{number}"{tall}>{written}</row>'


def _render_columns() -> str:
    return "".join(
        f'<col min="{number}" max="{number}" width="{width}" customWidth="1"/>'
        for number, (_, width) in enumerate(_COLUMNS, start=1)
    )


def _render_links(issues: Sequence[Issue]) -> str:
    links = [
        f'<hyperlink ref="D{_FIRST_ROW + place}" location={quoteattr(_clean_name(issue))} display="{issue.cell}"/>'
        for place, issue in enumerate(issues)
        if issue.cell and issue.sheet
    ]
    return f"<hyperlinks>{''.join(links)}</hyperlinks>" if links else ""


def _clean_name(issue: Issue) -> str:
    name = _UNSAFE.sub("", issue.sheet).replace("'", "''")
    return f"'{name}'!{issue.cell}"


def _clean(text: str) -> str:
    return escape(_UNSAFE.sub("", text)[:_LONGEST])
