"""Compares our reader of workbooks with others in time and memory.

`python -m benchmarks.reading` reads each workbook with every reader in turn, several times, and prints each one's best
time, its ratio to the bare reader, and its peak memory above an idle process (measured in its own process). Only the
ratios within one run are comparable, not the milliseconds.
"""

from __future__ import annotations

import io
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from xml.parsers import expat

import xlsxwriter
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

from chalicelib.workbook.reading.reader import read_workbook

ROUNDS = 15
BASE = "nothing"


def make_workbook(*, sheets: int, rows: int, columns: int) -> bytes:
    """A workbook of figures with a label before each row."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer)
    for _ in range(sheets):
        sheet = book.add_worksheet()
        for row in range(rows):
            sheet.write_string(row, 0, f"Chỉ tiêu số {row}")
            for column in range(1, columns):
                sheet.write_number(row, column, row * column)
    book.close()
    return buffer.getvalue()


WORKBOOKS: dict[str, Callable[[], bytes]] = {
    "a form, 5 sheets of 60 x 12": lambda: make_workbook(sheets=5, rows=60, columns=12),
    "a long list, 7,000 x 20": lambda: make_workbook(sheets=1, rows=7_000, columns=20),
}


def read_bytes(data: bytes) -> object:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return [archive.read(name) for name in archive.namelist()]


def read_markup(data: bytes) -> object:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            expat.ParserCreate().Parse(archive.read(name), True)
    return None


class Bare:
    """The minimum that gives values by address: no checks, no bounds, only numbers and shared text."""

    def __init__(self) -> None:
        self.cells: dict[tuple[int, int], object] = {}
        self.texts: list[str] = []
        self.pieces: list[str] = []
        self.reference = self.kind = ""

    def parse(self, part: bytes) -> None:
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self.start
        parser.EndElementHandler = self.end
        parser.CharacterDataHandler = self.pieces.append
        parser.Parse(part, True)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "c":
            self.reference, self.kind = attributes["r"], attributes.get("t", "n")
        if name in ("v", "c", "t"):
            self.pieces.clear()

    def end(self, name: str) -> None:
        if name == "v":
            letters = self.reference.rstrip("0123456789")
            column = 0
            for letter in letters:
                column = column * 26 + ord(letter) - 64
            text = "".join(self.pieces)
            value = self.texts[int(text)] if self.kind == "s" else float(text)
            self.cells[int(self.reference[len(letters) :]), column] = value
        elif name == "t":
            self.texts.append("".join(self.pieces))


def read_bare(data: bytes) -> object:
    bare = Bare()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        bare.parse(archive.read("xl/sharedStrings.xml"))
        for name in archive.namelist():
            if name.startswith("xl/worksheets/sheet"):
                bare.parse(archive.read(name))
    return bare.cells


def read_calamine(data: bytes) -> object:
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    return [book.get_sheet_by_name(name).to_python() for name in book.sheet_names]


def read_openpyxl(data: bytes) -> object:
    book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    return [list(sheet.iter_rows(values_only=True)) for sheet in book.worksheets]


READERS: dict[str, Callable[[bytes], object]] = {
    "inflate only": read_bytes,
    "expat without handlers": read_markup,
    "calamine": read_calamine,
    "bare, zipfile and expat": read_bare,
    "ours": read_workbook,
    "openpyxl read-only": read_openpyxl,
}


def time_all(data: bytes) -> dict[str, float]:
    """Each reader's best of several rounds, in milliseconds. Readers take turns, so that load affects all alike."""
    best = dict.fromkeys(READERS, float("inf"))
    for _ in range(ROUNDS if len(data) < 100_000 else 3):
        for name, read in READERS.items():
            started = time.perf_counter()
            read(data)
            best[name] = min(best[name], (time.perf_counter() - started) * 1_000)
    return best


def measure_peak(reader: str, workbook: str) -> float:
    """Peak megabytes of a process that reads the workbook once."""
    command = [sys.executable, __file__, reader, workbook]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)  # noqa: S603


def print_peak(reader: str, workbook: str) -> None:
    data = subprocess.run(  # noqa: S603 -- made elsewhere, so that making it costs nothing here
        [sys.executable, __file__, "make", workbook], check=True, capture_output=True
    ).stdout
    if reader != BASE:
        READERS[reader](data)
    peak = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
    print(int(peak.split()[1]) / 1024)


def main() -> None:
    for workbook, make in WORKBOOKS.items():
        data = make()
        best = time_all(data)
        base = measure_peak(BASE, workbook)
        print(f"\n{workbook} ({len(data) / 1024:.0f} KB)\n{'reader':<26}{'ms':>10}{'x bare':>9}{'MB':>8}")
        for name, milliseconds in best.items():
            ratio = milliseconds / best["bare, zipfile and expat"]
            print(f"{name:<26}{milliseconds:>10.1f}{ratio:>9.2f}{measure_peak(name, workbook) - base:>8.0f}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["make"]:
        sys.stdout.buffer.write(WORKBOOKS[sys.argv[2]]())
    elif sys.argv[1:]:
        print_peak(*sys.argv[1:])
    else:
        main()
