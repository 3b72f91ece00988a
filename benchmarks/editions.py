"""An edition of many units: `python -m benchmarks.editions UNITS files`, or `figures` for the consolidation alone.

Prints processor seconds, peak memory in MB and the size of the files in MB, for the 6-month report of the shipped
programme from every unit. `make bench ONLY=edition` has it beside the same cells written bare.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from datetime import timedelta

from benchmarks.measure import measure_peak
from chalicelib.domain.period.consolidate import consolidate
from chalicelib.domain.period.edition import EditionInfo
from chalicelib.domain.programme.amendments import read_rows, write_rows
from chalicelib.domain.programme.loading import UNITS, load_programme
from chalicelib.domain.submission.records import State
from chalicelib.folders import SHIPPED, read_folder
from chalicelib.report.document.template import find_template
from chalicelib.report.rendering import make_files
from tests.report.samples import iter_states

FILES = read_folder(SHIPPED / "ct138-2022")
PERIOD = "6-thang"


class Stream:
    """States one by one, as a Query gives them; `spent` are the processor seconds that making them up took."""

    def __init__(self, states: Iterator[State]) -> None:
        self._states = states
        self.spent = 0.0

    def __iter__(self) -> Iterator[State]:
        return self

    def __next__(self) -> State:
        began = time.process_time()
        try:
            return next(self._states)
        finally:
            self.spent += time.process_time() - began


def run(number: int, *, with_files: bool) -> str:
    """Seconds, peak memory in MB, size of the files in MB."""
    rows = [row for row in read_rows(FILES[UNITS]) if row["type"] == "district"][:number]
    more = ({"code": f"9{each:05}", "name": f"Số {each}", "full_name": f"Đơn vị số {each}"} for each in range(number))
    rows += [dict(rows[0]) | each for each, _ in zip(more, range(number - len(rows)), strict=False)]
    programme = load_programme(FILES | {UNITS: write_rows(rows)})
    states = Stream(iter_states(programme, PERIOD))
    began = time.process_time()
    made_at = programme.period_by_code[PERIOD].lock + timedelta(hours=1)
    made = consolidate(programme, PERIOD, states, as_of=made_at)
    size = 0
    if with_files:
        documents = {path.name: path.read_bytes() for path in (SHIPPED / "ct138-2022").glob("*.docx")}
        info = EditionInfo(number=1, made=made_at, is_frozen=True)
        files = make_files(made, info, find_template(documents, PERIOD)).files
        size = sum(map(len, files.values()))
    spent = time.process_time() - began - states.spent
    return f"{spent:.2f} {measure_peak():.0f} {size / 1e6:.1f}"


def main() -> None:
    """One line."""
    print(run(int(sys.argv[1]), with_files=sys.argv[2] == "files"))


if __name__ == "__main__":
    main()
