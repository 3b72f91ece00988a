"""Measures time and memory of an edition of many units: `python -m benchmarks.editions [UNITS …]`.

Each number of units runs in its own process, with the 6-month report of the shipped programme from every unit. Beside
it stand the same consolidation without files, and XlsxWriter writing the values of the edition's workbook and nothing
else, in constant memory. Only the ratios within one run are comparable.
"""

from __future__ import annotations

import io
import resource
import subprocess
import sys
import time
from datetime import timedelta

from python_calamine import CalamineWorkbook
from xlsxwriter import Workbook

from chalicelib.domain.period.consolidate import consolidate
from chalicelib.domain.period.edition import EditionInfo
from chalicelib.domain.programme.amendments import read_rows, write_rows
from chalicelib.domain.programme.loading import UNITS, load_programme
from chalicelib.folders import SHIPPED, read_folder
from chalicelib.report.document.template import find_template
from chalicelib.report.files import WORKBOOK
from chalicelib.report.rendering import make_files
from tests.report.samples import make_states

FILES = read_folder(SHIPPED / "ct138-2022")
PERIOD = "6-thang"
NUMBERS = (11, 250, 1000)


def run(number: int, *, with_files: bool) -> str:
    """One line: units, seconds, peak memory in MB, size of the files in MB, seconds of XlsxWriter alone."""
    rows = [row for row in read_rows(FILES[UNITS]) if row["type"] == "district"][:number]
    more = ({"code": f"9{each:05}", "name": f"Số {each}", "full_name": f"Đơn vị số {each}"} for each in range(number))
    rows += [dict(rows[0]) | each for each, _ in zip(more, range(number - len(rows)), strict=False)]
    programme = load_programme(FILES | {UNITS: write_rows(rows)})
    states = make_states(programme, PERIOD)
    began = time.process_time()
    made_at = programme.period_by_code[PERIOD].lock + timedelta(hours=1)
    made = consolidate(programme, PERIOD, states, as_of=made_at)
    size, book = 0, b""
    if with_files:
        documents = {path.name: path.read_bytes() for path in (SHIPPED / "ct138-2022").glob("*.docx")}
        info = EditionInfo(number=1, made=made_at, is_frozen=True)
        files = make_files(made, info, find_template(documents, PERIOD)).files
        size, book = sum(map(len, files.values())), files[WORKBOOK]
    spent = time.process_time() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return f"{spent:.2f} {peak:.0f} {size / 1e6:.1f} {time_bare(book) if book else 0:.2f}"


def time_bare(book: bytes) -> float:
    """Seconds that XlsxWriter takes to write every value of a workbook, row by row, without any format."""
    read = CalamineWorkbook.from_filelike(io.BytesIO(book))
    sheets = [read.get_sheet_by_name(name).to_python() for name in read.sheet_names]
    began = time.process_time()
    target = Workbook(io.BytesIO(), {"constant_memory": True, "strings_to_urls": False, "strings_to_formulas": False})
    for values in sheets:
        sheet = target.add_worksheet()
        for number, row in enumerate(values):
            for column, value in enumerate(row):
                if isinstance(value, int | float):
                    sheet.write_number(number, column, value)
                elif value:
                    sheet.write_string(number, column, str(value))
    target.close()
    return time.process_time() - began


def main() -> None:
    """Prints the table, each row from its own process; with two arguments, one row."""
    if sys.argv[1:2] == ["--one"]:
        print(run(int(sys.argv[2]), with_files=sys.argv[3] == "files"))
        return
    print("units   figures: s, MB     edition: s, MB, files MB   XlsxWriter bare: s    edition ÷ bare")
    for number in [int(each) for each in sys.argv[1:]] or NUMBERS:
        figures, whole = (
            subprocess.run(  # noqa: S603 - this very module
                [sys.executable, "-m", "benchmarks.editions", "--one", str(number), kind],
                capture_output=True, text=True, check=True,
            ).stdout.split()
            for kind in ("figures", "files")
        )  # fmt: skip
        ratio = float(whole[0]) / max(float(whole[3]), 0.01)
        print(
            f"{number:5}   {figures[0]:>6} {figures[1]:>6}     {whole[0]:>7} {whole[1]:>6} {whole[2]:>6}"
            f"    {whole[3]:>14}    {ratio:18.2f}"
        )


if __name__ == "__main__":
    main()
