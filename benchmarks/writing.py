"""Times writing the consolidated workbook with XlsxWriter and with openpyxl: `python -m benchmarks.writing`.

Both write the same 250 units × 150 indicators with number formats and borders. The writers take turns, several
times, and the fastest time of each counts. Only the ratios within one run are comparable, not the milliseconds.
"""

from __future__ import annotations

import io
import sys
import time
import tracemalloc
import zlib
from collections.abc import Callable

ROWS, COLUMNS, ROUNDS = 150, 250, 5


def write_xlsxwriter(*, constant_memory: bool = False) -> bytes:
    from xlsxwriter import Workbook

    target = io.BytesIO()
    book = Workbook(target, {"in_memory": True, "constant_memory": constant_memory})
    sheet, style = book.add_worksheet("Theo đơn vị"), book.add_format({"border": 1, "num_format": "#,##0"})
    for row in range(ROWS):
        for column in range(COLUMNS):
            sheet.write_number(row, column, row * column, style)
    book.close()
    return target.getvalue()


def write_constant() -> bytes:
    return write_xlsxwriter(constant_memory=True)


def write_openpyxl() -> bytes:
    from openpyxl import Workbook
    from openpyxl.styles import Border, NamedStyle, Side

    book = Workbook()
    sheet = book.active
    assert sheet is not None  # noqa: S101 - a new workbook has a sheet
    side = Side("thin")
    style = NamedStyle("number", number_format="#,##0", border=Border(side, side, side, side))
    book.add_named_style(style)
    for row in range(1, ROWS + 1):
        for column in range(1, COLUMNS + 1):
            sheet.cell(row, column, (row - 1) * (column - 1)).style = "number"
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def write_openpyxl_streaming() -> bytes:
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Border, Side

    book = Workbook(write_only=True)
    sheet = book.create_sheet("Theo đơn vị")
    side = Side("thin")
    border = Border(side, side, side, side)
    for row in range(ROWS):
        cells = []
        for column in range(COLUMNS):
            cell = WriteOnlyCell(sheet, row * column)
            cell.number_format, cell.border = "#,##0", border
            cells.append(cell)
        sheet.append(cells)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def deflate_only() -> bytes:
    """The lower bound: deflating the finished sheet."""
    cells = "".join(f'<c r="A1" s="1"><v>{row * column}</v></c>' for row in range(ROWS) for column in range(COLUMNS))
    return zlib.compress(cells.encode())


WRITERS: dict[str, Callable[[], bytes]] = {
    "deflate only": deflate_only,
    "XlsxWriter": write_xlsxwriter,
    "XlsxWriter, constant memory": write_constant,
    "openpyxl, named style": write_openpyxl,
    "openpyxl, write-only": write_openpyxl_streaming,
}


def main() -> None:
    fastest = dict.fromkeys(WRITERS, float("inf"))
    for _ in range(ROUNDS):
        for name, write in WRITERS.items():
            start = time.perf_counter()
            write()
            fastest[name] = min(fastest[name], time.perf_counter() - start)
    base = fastest["XlsxWriter"]
    sys.stdout.write(f"{'writer':30} {'ms':>8} {'ratio':>6} {'peak MB':>8}\n")
    for name, write in WRITERS.items():
        tracemalloc.start()
        write()
        peak = tracemalloc.get_traced_memory()[1] / 2**20
        tracemalloc.stop()
        sys.stdout.write(f"{name:30} {fastest[name] * 1000:8.0f} {fastest[name] / base:6.2f} {peak:8.1f}\n")


if __name__ == "__main__":
    main()
