"""Measures time and memory of an edition of many units: `python -m benchmarks.editions [UNITS …]`.

Each number of units runs in its own process, with the 6-month report of the shipped programme from every unit. The
lower bound is the same consolidation without files. Only the ratios within one run are comparable.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from datetime import timedelta

from chalicelib.domain.period.consolidate import consolidate
from chalicelib.domain.period.edition import EditionInfo
from chalicelib.domain.programme.amendments import read_rows, write_rows
from chalicelib.domain.programme.loading import UNITS, load_programme
from chalicelib.folders import SHIPPED, read_folder
from chalicelib.report.document.template import find_template
from chalicelib.report.rendering import make_files
from tests.report.samples import make_states

FILES = read_folder(SHIPPED / "ct138-2022")
PERIOD = "6-thang"
NUMBERS = (11, 250, 1000)


def run(number: int, *, with_files: bool) -> str:
    """One line: units, seconds, peak memory in MB, size of the files in MB."""
    rows = [row for row in read_rows(FILES[UNITS]) if row["type"] == "district"][:number]
    more = ({"code": f"9{each:05}", "name": f"Số {each}", "full_name": f"Đơn vị số {each}"} for each in range(number))
    rows += [dict(rows[0]) | each for each, _ in zip(more, range(number - len(rows)), strict=False)]
    programme = load_programme(FILES | {UNITS: write_rows(rows)})
    states = make_states(programme, PERIOD)
    began = time.process_time()
    made_at = programme.period_by_code[PERIOD].lock + timedelta(hours=1)
    made = consolidate(programme, PERIOD, states, as_of=made_at)
    size = 0
    if with_files:
        documents = {path.name: path.read_bytes() for path in (SHIPPED / "ct138-2022").glob("*.docx")}
        info = EditionInfo(number=1, made=made_at, is_frozen=True)
        files = make_files(made, info, find_template(documents, PERIOD)).files
        size = sum(map(len, files.values()))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return f"{time.process_time() - began:.2f} {peak:.0f} {size / 1e6:.1f}"


def main() -> None:
    """Prints the table, each row from its own process; with two arguments, one row."""
    if sys.argv[1:2] == ["--one"]:
        print(run(int(sys.argv[2]), with_files=sys.argv[3] == "files"))
        return
    print("units   figures: s, MB     edition: s, MB, files MB    ratio of time")
    for number in [int(each) for each in sys.argv[1:]] or NUMBERS:
        floor, whole = (
            subprocess.run(  # noqa: S603 - this very module
                [sys.executable, "-m", "benchmarks.editions", "--one", str(number), kind],
                capture_output=True, text=True, check=True,
            ).stdout.split()
            for kind in ("figures", "files")
        )  # fmt: skip
        ratio = float(whole[0]) / max(float(floor[0]), 0.01)
        print(f"{number:5}   {floor[0]:>6} {floor[1]:>6}     {whole[0]:>7} {whole[1]:>6} {whole[2]:>6}    {ratio:8.1f}")


if __name__ == "__main__":
    main()
