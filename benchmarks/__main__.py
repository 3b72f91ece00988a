"""`python -m benchmarks [CODE …]`: runs the benches, prints each, and keeps the results in docs/speed.json."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryDirectory
from typing import Any
from unittest import mock

from benchmarks.counts import count_parts
from benchmarks.page import render_bench, render_parts
from benchmarks.results import keep, note_run, write_figures
from benchmarks.table import BENCHES, PARTS, Bench


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure how fast tonghop is.")
    parser.add_argument("codes", nargs="*", help=f"of {', '.join([*BENCHES, PARTS])}; all by default")
    parser.add_argument("--full", action="store_true", help="the long ones too, which take half an hour")
    parser.add_argument("--rounds", type=int, default=0, help="for every bench, in place of its own number")
    given = parser.parse_args()
    chosen = given.codes or [code for code, bench in BENCHES.items() if given.full or not bench.is_long] + [PARTS]
    found: dict[str, Any] = {}
    with keep_compiled():
        for code in chosen:
            found[code] = run_parts() if code == PARTS else run_bench(BENCHES[code], given.rounds)
            keep(found)


@contextmanager
def keep_compiled() -> Iterator[None]:
    """Has the processes that are started keep what they compile, as the functions' zip has it compiled already.

    Otherwise each would compile our modules anew wherever the environment forbids to write beside them.
    """
    with TemporaryDirectory() as compiled, mock.patch.dict(os.environ, {"PYTHONPYCACHEPREFIX": compiled}):
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        yield


def run_bench(bench: Bench, rounds: int = 0) -> dict[str, Any]:
    """Takes and prints its figures."""
    run = note_run() | {"rounds": rounds or bench.rounds}
    run |= {"figures": write_figures(bench.take(rounds=run["rounds"]))}
    print(*render_bench(bench, run), "", sep="\n", flush=True)
    return run


def run_parts() -> dict[str, Any]:
    """Counts and prints what the zip carries."""
    run = note_run() | {"parts": {name: [part.packed, part.unpacked] for name, part in count_parts().items()}}
    print(*render_parts(run["parts"]), "", sep="\n", flush=True)
    return run


if __name__ == "__main__":
    main()
