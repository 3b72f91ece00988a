"""One workbook: read and checked, its copy marked, and a long list read."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks import peers
from benchmarks.measure import Figures, apart, print_figure, take_turns, timed
from benchmarks.names import (
    CALAMINE,
    CHECK,
    FRICTIONLESS,
    INFLATE,
    MARKUP,
    OPENPYXL,
    OURS,
    PANDAS_CALAMINE,
    PANDAS_OPENPYXL,
    PYDANTIC,
    READING,
)  # fmt: skip
from benchmarks.samples import GOOD, WRONG, load_programme, make_list, make_workbook
from chalicelib.intake.check import check_workbook
from chalicelib.intake.copying import make_marked_copy
from chalicelib.workbook.reading.reader import read_workbook

READERS: dict[str, Callable[[bytes], object]] = {
    INFLATE: peers.inflate,
    MARKUP: peers.parse_markup,
    CALAMINE: peers.read_calamine,
    PANDAS_CALAMINE: peers.read_pandas_calamine,
    READING: read_workbook,
    OPENPYXL: peers.read_openpyxl,
    PANDAS_OPENPYXL: peers.read_pandas_openpyxl,
}
VALIDATORS: dict[str, Callable[[bytes], object]] = {
    PYDANTIC: peers.validate_pydantic,
    FRICTIONLESS: peers.validate_frictionless,
}


def measure_form(_: int, *, rounds: int) -> Figures:
    """A filled form to its verdict, beside those who only read it and those who check a part of it."""
    data, programme = make_workbook(GOOD), load_programme()
    turns = {name: timed(partial(read, data)) for name, read in (READERS | VALIDATORS).items()}
    turns[OURS] = timed(partial(check_workbook, data, programme))
    return take_turns(turns, rounds=rounds)


def measure_marking(_: int, *, rounds: int) -> Figures:
    """The marked copy of a form with mistakes beside its check."""
    return _mark(make_workbook(WRONG), rounds)


def measure_marking_anew(_: int, *, rounds: int) -> Figures:
    """The same of a form that has lost a row: what was typed is marked in a fresh form."""
    return _mark(_drop_row(make_workbook(WRONG)), rounds)


def _mark(data: bytes, rounds: int) -> Figures:
    programme = load_programme()
    outcome = check_workbook(data, programme)
    turns = {
        CHECK: timed(partial(check_workbook, data, programme)),
        OURS: timed(partial(make_marked_copy, data, outcome, programme)),
    }
    return take_turns(turns, rounds=rounds)


def _drop_row(data: bytes) -> bytes:
    from openpyxl import load_workbook

    book, target = load_workbook(io.BytesIO(data)), io.BytesIO()
    book["Số liệu"].delete_rows(peers.TOKENS + 2)
    book.save(target)
    return target.getvalue()


def measure_list(rows: int, *, rounds: int) -> Figures:
    """A list of so many rows of 20 columns, each reader in a process of its own."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "list.xlsx"
        path.write_bytes(make_list(rows))
        names = {OURS if read is read_workbook else name: name for name, read in READERS.items()}
        turns = {shown: apart("-m", __name__, name, path) for shown, name in names.items()}
        return take_turns(turns, rounds=rounds, warm=False)


def main() -> None:
    """One reader, once: `python -m benchmarks.forms READER WORKBOOK`."""
    read, data = READERS[sys.argv[1]], Path(sys.argv[2]).read_bytes()
    read(make_list(1))  # so that nothing is imported while it is measured
    print_figure(partial(read, data))


if __name__ == "__main__":
    main()
