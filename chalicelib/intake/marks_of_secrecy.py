"""Where a workbook carries marks of secrecy: cells, names, and whatever stands beside the cells."""

from __future__ import annotations

from collections.abc import Iterator

from chalicelib.domain.issues.issue import Issue, make_issue
from chalicelib.domain.submission.secrecy import find_mark_in_name, find_secrecy_mark, leave_out_lists
from chalicelib.workbook.reading.book import Beside, Book, CellKind, Sheet, reference

_BESIDE = {
    Beside.MARGIN: "đầu trang hoặc chân trang",
    Beside.DRAWING: "hộp chữ hoặc hình vẽ",
    Beside.NOTE: "ghi chú của ô",
}


def find_marks(book: Book) -> Iterator[Issue]:
    for sheet in book.sheets:
        yield from find_marks_in_name(sheet.name, where="tên trang tính")
        yield from _find_marks_in_cells(sheet)
    for aside in book.asides:
        if mark := find_secrecy_mark(aside.text):
            yield make_issue("file.classified", sheet=aside.sheet, found=mark, where=_BESIDE[aside.where])


def find_marks_in_name(name: str, *, where: str) -> Iterator[Issue]:
    if mark := find_mark_in_name(name):
        yield make_issue("file.classified", found=mark, where=where)


def _find_marks_in_cells(sheet: Sheet) -> Iterator[Issue]:
    texts = (cell for cell in sheet.cells.values() if cell.kind is CellKind.TEXT)
    marks = {(cell.row, cell.column): mark for cell in texts if (mark := find_secrecy_mark(cell.text))}
    for place, mark in leave_out_lists(marks).items():
        cell = reference(*place)
        yield make_issue("file.classified", sheet=sheet.name, cell=cell, found=mark, where="ô của bảng tính")
