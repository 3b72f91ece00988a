"""The summary sheet: one line per issue, errors first, each with a link to its cell."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from chalicelib.domain.issues.issue import Issue
from chalicelib.domain.issues.telling import HEADINGS, Told, tell_issues
from chalicelib.domain.language.spelling import make_writable
from chalicelib.workbook.marking.styles import Formats
from chalicelib.workbook.reading.book import reference
from chalicelib.workbook.reading.package import MAIN

HEADING: Final = "KẾT QUẢ KIỂM TRA"
_HELP: Final = (
    "Bấm vào địa chỉ ô để đến chỗ cần sửa. Sửa xong, lưu và gửi lại chính tệp này; trang tính này được bỏ qua."
)
_FRESH: Final = (
    "Đây là biểu mẫu mới, có sẵn nội dung các ô của biểu trong tệp đã gửi, vì không đánh dấu được trên tệp đó; "
    "nội dung ghi ngoài các ô của biểu không được chép sang."
)
_WIDTHS: Final = (6, 11, 16, 8, 34, 22, 38, 48)
_FIRST_ROW: Final = 5
_LONGEST: Final = 32_000
_LETTERS: Final = 1.05
"""Letters of Times New Roman 12 in one unit of a column's width: fewer than the 1.3 seen in LibreOffice."""
_LINE, _HIGHEST = 16, 409
"""Points of one line, and of the highest row that Excel knows."""


def render_summary(issues: Sequence[Issue], formats: Formats, *, is_selected: bool, is_fresh: bool) -> bytes:
    """The whole part of the summary sheet. Texts are inline, so that no index of the sender's shared texts changes."""
    told = tell_issues(issues)
    errors = sum(each.is_error for each in told)
    rows = [
        _render_row(1, [(f"{HEADING}: {errors} lỗi, {len(told) - errors} cảnh báo", formats.title)], 22),
        _render_row(2, [(_HELP, formats.plain)]),
        *([_render_row(3, [(_FRESH, formats.plain)])] if is_fresh else []),
        _render_row(4, [(heading, formats.heading) for heading in HEADINGS]),
        *(_render_issue(each, formats) for each in told),
    ]
    selected = ' tabSelected="1"' if is_selected else ""
    text = (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><worksheet xmlns="{MAIN[0]}">'
        '<sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>'
        f'<sheetViews><sheetView{selected} workbookViewId="0" showGridLines="0"><pane ySplit="4" topLeftCell="A5" '
        'activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
        f"<cols>{_render_columns()}</cols><sheetData>{''.join(rows)}</sheetData>{_render_links(told)}"
        '<pageMargins left="0.4" right="0.4" top="0.6" bottom="0.6" header="0.3" footer="0.3"/>'
        '<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/></worksheet>'
    )
    return text.encode()


def render_note(issue: Issue) -> str:
    """The text of the note on a cell: what is wrong, and how to correct it."""
    return "\n".join(line for line in (issue.sentence or issue.message, issue.remedy) if line)


def _render_issue(told: Told, formats: Formats) -> str:
    weight = formats.error_text if told.is_error else formats.warning_text
    styles = (formats.text, weight, formats.text, formats.link, *[formats.text] * 4)
    lines = max(_count_lines(text, width) for text, width in zip(told.parts, _WIDTHS, strict=True))
    height = min(_LINE * lines + _LINE / 4, _HIGHEST)
    return _render_row(_FIRST_ROW + told.number - 1, list(zip(told.parts, styles, strict=True)), height)


def _count_lines(text: str, width: int) -> int:
    """Lines of a wrapped text. LibreOffice does not fit rows to their text when it opens a file."""
    return len(textwrap.wrap(text, int(width * _LETTERS))) or 1


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
        for number, width in enumerate(_WIDTHS, start=1)
    )


def _render_links(told: Sequence[Told]) -> str:
    links = [
        f'<hyperlink ref="D{_FIRST_ROW + each.number - 1}" location={quoteattr(_clean_name(each.issue))} '
        f'display="{each.issue.cell}"/>'
        for each in told
        if each.issue.cell and each.issue.sheet
    ]
    return f"<hyperlinks>{''.join(links)}</hyperlinks>" if links else ""


def _clean_name(issue: Issue) -> str:
    name = make_writable(issue.sheet).replace("'", "''")
    return f"'{name}'!{issue.cell}"


def _clean(text: str) -> str:
    return escape(make_writable(text)[:_LONGEST])
