"""An edition beside XlsxWriter and openpyxl that write the cells of its workbook bare: no formats, nothing added up."""

from __future__ import annotations

import io
import marshal
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest import mock

from benchmarks import editions
from benchmarks.measure import Figure, Figures, apart, print_figure, take_turns
from benchmarks.names import BARE, BARE_OPENPYXL, CONSTANT, FIGURES, LAMBDA, OURS
from benchmarks.peers import read_calamine
from chalicelib.report import files
from chalicelib.report.rendering import Rendered, make_files

KEEP = "keep"
MANY = 1_000
"""From so many units on, an edition is held against its function's limits."""


def measure_edition(units: int, *, rounds: int) -> Figures:
    """All files of the edition of so many units, the figures added up; each turn in a process of its own."""
    with TemporaryDirectory() as folder:
        cells = Path(folder) / "cells"
        command = [sys.executable, "-m", __name__, KEEP, str(cells), str(units)]
        subprocess.run(command, check=True)  # noqa: S603 - this very module; apart, so that this process stays small
        turns = {name: apart("-m", __name__, name, cells) for name in WRITERS}
        kinds = {FIGURES: "figures", OURS: "files"}
        turns |= {name: apart("-m", editions.__name__, units, kind) for name, kind in kinds.items()}
        limits = {LAMBDA: Figure(300, 1_769)} if units >= MANY else {}
        return take_turns(turns, rounds=rounds, warm=False) | limits


def make_workbook(units: int) -> bytes:
    """The workbook of that edition."""
    kept: list[bytes] = []

    def keep(*given: Any) -> Rendered:
        made = make_files(*given)
        kept.append(made.files[files.WORKBOOK])
        return made

    with mock.patch.object(editions, "make_files", keep):
        editions.run(units, with_files=True)
    return kept[0]


def keep_cells(workbook: bytes, path: Path) -> None:
    """Every cell row by row, a None behind each sheet, so that a writer need not hold them."""
    with path.open("wb") as file:
        for rows in read_calamine(workbook):
            for row in rows:
                marshal.dump([each if isinstance(each, str | float | bool) else str(each) for each in row], file)
            marshal.dump(None, file)


def read_cells(path: Path) -> Iterator[Iterator[list[Any]]]:
    """The rows of each sheet; one sheet is read before the next."""
    with path.open("rb") as file:
        while file.peek(1):
            yield iter(partial(marshal.load, file), None)


def write_bare(path: Path, *, constant_memory: bool = False) -> int:
    """By XlsxWriter as it comes."""
    from xlsxwriter import Workbook

    target = io.BytesIO()
    book = Workbook(target, {"constant_memory": constant_memory})
    for rows in read_cells(path):
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            for column, value in enumerate(row):
                if isinstance(value, float):
                    sheet.write_number(number, column, value)
                elif value != "":
                    sheet.write_string(number, column, str(value))
    book.close()
    return len(target.getvalue())


def write_openpyxl(path: Path) -> int:
    """By openpyxl's quicker way."""
    from openpyxl import Workbook

    target, book = io.BytesIO(), Workbook(write_only=True)
    for rows in read_cells(path):
        sheet = book.create_sheet()
        for row in rows:
            sheet.append(row)
    book.save(target)
    return len(target.getvalue())


WRITERS: dict[str, Callable[[Path], int]] = {
    BARE: write_bare,
    CONSTANT: partial(write_bare, constant_memory=True),
    BARE_OPENPYXL: write_openpyxl,
}


def main() -> None:
    """`python -m benchmarks.writing WRITER CELLS`, or `keep CELLS UNITS`."""
    what, path = sys.argv[1], Path(sys.argv[2])
    if what == KEEP:
        keep_cells(make_workbook(int(sys.argv[3])), path)
    else:
        print_figure(partial(WRITERS[what], path))


if __name__ == "__main__":
    main()
