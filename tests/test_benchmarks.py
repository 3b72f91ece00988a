"""Every bench measures what the page says, tried at a small size; no time is judged here."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest

from benchmarks import writing
from benchmarks.counts import CARRIED_FOR, OWN, Part, read_parts
from benchmarks.measure import Figure, apart, take_turns
from benchmarks.names import BARE, CALLING, FEW, OURS, READING
from benchmarks.page import NEAR, render_bench
from benchmarks.peers import read_calamine
from benchmarks.results import read_figures, read_results
from benchmarks.samples import make_list
from benchmarks.table import BENCHES
from infra.supply.locks import list_pins

SMALL = {"form": 1, "marked": 1, "marked-anew": 1, "upload": 1, "page": 1, "folder": 2, "recheck": 2, "period": FEW}
"""The benches that need no process of their own, with a size that takes no time."""
APART = {"list", "start", "edition"}
ON_THE_STACK = "way"


def test_every_bench_is_tried_here() -> None:
    measures = {code: bench.measure for code, bench in BENCHES.items()}
    assert {measures[code] for code in SMALL.keys() | APART | {ON_THE_STACK}} == set(measures.values())


@pytest.mark.filterwarnings("ignore")  # of the peers
@pytest.mark.parametrize("code", SMALL)
def test_a_bench_measures_its_floor_and_what_its_goals_name(code: str) -> None:
    figures = replace(BENCHES[code], size=SMALL[code]).take(rounds=1)
    named = {each for goal in BENCHES[code].goals for each in (goal.of, goal.against)}
    assert named | {BENCHES[code].floor, OURS} <= set(figures)
    assert all(figure.value > 0 for figure in figures.values())


@pytest.mark.stack
def test_an_uploads_way_is_held_against_a_handlers() -> None:
    figures = BENCHES[ON_THE_STACK].take(rounds=1)
    assert {OURS, CALLING, BENCHES[ON_THE_STACK].floor} == set(figures)


@pytest.mark.parametrize("code", [code for code in BENCHES if code in read_results()])
def test_what_is_kept_has_its_floor_its_goals_and_a_reason_where_it_is_not_near(code: str) -> None:
    bench, figures = BENCHES[code], read_figures(read_results()[code]["figures"])
    assert {bench.floor, OURS, *(goal.against for goal in bench.goals), *(goal.of for goal in bench.goals)} <= set(
        figures
    )
    is_far = figures[OURS].value > NEAR * figures[bench.floor].value
    assert (bench.why in "\n".join(render_bench(bench, read_results()[code]))) == is_far


def test_those_compared_take_turns_and_the_median_counts() -> None:
    order: list[str] = []

    def turn(name: str, values: Iterator[float]) -> Figure:
        order.append(name)
        return Figure(next(values), elapsed=1.0)

    one, other = iter((0.0, 3.0, 100.0, 5.0)), (float(each) for each in count())
    found = take_turns({"one": lambda: turn("one", one), "other": lambda: turn("other", other)}, rounds=3)
    assert found == {"one": Figure(5.0, elapsed=1.0), "other": Figure(2.0, elapsed=1.0)}
    assert order == ["one", "other"] * 4


@pytest.mark.process
def test_a_process_of_its_own_tells_its_seconds_and_its_memory(tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    path.write_bytes(make_list(3))
    held = bytearray(300_000_000)  # of this process, which is not counted
    figure = apart("-m", "benchmarks.forms", READING, path)()
    assert figure.value > 0
    assert figure.megabytes
    assert 10 < figure.megabytes < len(held) / 1e6


def test_the_bare_cells_are_those_of_the_edition(tmp_path: Path) -> None:
    made = writing.make_workbook(FEW)
    writing.keep_cells(made, tmp_path / "cells")
    rows = [sum(1 for _ in sheet) for sheet in writing.read_cells(tmp_path / "cells")]
    assert rows == [len(sheet) for sheet in read_calamine(made)]
    assert sum(rows) > 1_000
    assert {name: write(tmp_path / "cells") > 10_000 for name, write in writing.WRITERS.items()} == dict.fromkeys(
        writing.WRITERS, True
    )
    assert BARE in writing.WRITERS


def test_the_parts_of_the_zip_are_those_of_its_libraries(tmp_path: Path) -> None:
    record = "docx/api.py,sha256=x,3\nscript.py,,\npython_docx-1.2.0.dist-info/RECORD,,\n"
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as made:
        made.writestr("app.py", "12345")
        made.writestr("chalice/app.py", "1")
        made.writestr("docx/api.py", "123")
        made.writestr("python_docx-1.2.0.dist-info/RECORD", record)
        made.writestr("script.py", "1234")
    found = read_parts(tmp_path / "a.zip")
    assert found[OWN] == Part(5, 5)
    assert found["chalice"] == Part(1, 1)
    assert found["python-docx"].unpacked == 3 + 4 + len(record)


def test_every_library_of_the_zip_is_carried_for_something() -> None:
    assert set(CARRIED_FOR) - {OWN, "chalice"} == {pin.name for pin in list_pins("runtime")}
