"""Plain lists as workbooks: rosters, links, the audit. Text stays text, whatever it begins with."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence

from chalicelib.domain.language.spelling import make_writable

_WIDEST = 60
_MOST_ROWS, _MOST_COLUMNS = 5000, 30


def write_list(title: str, headings: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """One sheet: headings, then rows of texts; columns are as wide as their contents."""
    import xlsxwriter  # imported here: many a page can make a list, and few are asked for one

    listed = [[make_writable(text, instead="\ufffd") for text in row] for row in rows]
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as workbook:
        bold = workbook.add_format({"bold": True, "bg_color": "#E8EEF4", "border": 1, "text_wrap": True})
        plain = workbook.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
        sheet = workbook.add_worksheet(title[:31])
        for column, heading in enumerate(headings):
            longest = max([len(heading), *(len(row[column]) for row in listed)])
            sheet.set_column(column, column, min(longest + 2, _WIDEST), plain)
            sheet.write_string(0, column, heading, bold)
        for number, row in enumerate(listed, start=1):
            for column, text in enumerate(row):
                sheet.write_string(number, column, text, plain)
        sheet.freeze_panes(1, 0)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
    return out.getvalue()


def read_list(data: bytes) -> list[list[str]]:
    """The texts of a workbook's first sheet, headings first. Raises Refused if it cannot be read."""
    from chalicelib.workbook.reading.reader import read_workbook

    cells = read_workbook(data).sheets[0].cells.values()
    texts = {(cell.row, cell.column): cell.text.strip() for cell in cells if cell.column <= _MOST_COLUMNS}
    width = max((column for _, column in texts), default=0)
    rows = sorted({row for row, _ in texts})[:_MOST_ROWS]
    return [[texts.get((row, column), "") for column in range(1, width + 1)] for row in rows]
