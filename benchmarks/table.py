"""Every bench: what is measured, what it is held against, what it is to reach, and why it is not at its floor."""

from __future__ import annotations

from dataclasses import dataclass
from pkgutil import resolve_name
from typing import Literal

from benchmarks.measure import Figures
from benchmarks.names import (
    BARE,
    BOTO,
    CALAMINE,
    CHECK,
    CHECKS,
    CONSTANT,
    FEW_UNITS,
    HANDLER,
    LAMBDA,
    OPENPYXL,
    OURS,
    PANDAS_CALAMINE,
    PANDAS_OPENPYXL,
    READY,
    TOGETHER,
)  # fmt: skip

By = Literal["value", "elapsed", "megabytes"]


@dataclass(frozen=True)
class Goal:
    """The most that ours may be, in parts of another's figure."""

    against: str
    most: float
    of: str = OURS
    by: By = "value"


@dataclass(frozen=True)
class Bench:
    """A part of the page. `measure` is "module:function" of the function that takes the figures, imported when it is
    called: the page is written without the peers. `size` is how many units, workbooks or rows; `why` says why ours is
    not near the floor; one that `is_long` runs only where it is asked for."""

    title: str
    measure: str
    floor: str
    goals: tuple[Goal, ...]
    why: str
    size: int = 1
    rounds: int = 1
    unit: Literal["ms", "s", "calls"] = "ms"
    is_long: bool = False

    def take(self, *, rounds: int = 0) -> Figures:
        """Measures; over its own number of rounds where none is given."""
        measure = resolve_name(f"benchmarks.{self.measure}")
        found: Figures = measure(self.size, rounds=rounds or self.rounds)
        return found


_WHY_EDITION = (
    "Beside the cells there are figures to add up and compare, formats, the Word document and the open data; "
    "[profiles.md](profiles.md#editions) has what takes how long."
)

BENCHES: dict[str, Bench] = {
    "form": Bench(
        "A filled form of 29 KB and 123 figures, from its bytes to its verdict",
        "forms:measure_form",
        floor=CALAMINE,
        goals=(Goal(CALAMINE, 5.5), Goal(OPENPYXL, 1 / 2.6)),
        why="calamine is compiled, and gives values alone: no address, no text as it is stored, no bound on what it "
        "unpacks. Ours holds every part against its bounds while it inflates and parses it, finds each figure by its "
        "marks, reads it exactly, and tries every rule of the form, in Python over expat (docs/profiles.md).",
        rounds=21,
    ),
    "marked": Bench(
        "The marked copy of a form with mistakes",
        "forms:measure_marking",
        floor=CHECK,
        goals=(Goal(CHECK, 3),),
        why="The workbook is read once more, and its parts are written anew around the marks.",
        rounds=15,
    ),
    "marked-anew": Bench(
        "The marked copy of a form that has lost a row: what was typed, in a fresh form",
        "forms:measure_marking_anew",
        floor=CHECK,
        goals=(Goal(CHECK, 3),),
        why="The fresh form is made and read before it is filled in: two workbooks are read and one is written, and "
        "XlsxWriter's writing is a third of all.",
        rounds=9,
    ),
    "list": Bench(
        "A list of 7,000 rows of 20 columns, read; each reader in a process of its own",
        "forms:measure_list",
        floor=CALAMINE,
        goals=(Goal(OPENPYXL, 1),),
        why="140,000 cells, each with its address and its text as stored, in Python; calamine is compiled.",
        size=7_000,
        rounds=3,
    ),
    "start": Bench(
        "The function that takes uploads in, in a fresh process: what it imports",
        "starting:measure_start",
        floor=BOTO,
        goals=(Goal(BOTO, 1.2), Goal(BOTO, 1.7, of=READY)),
        why="Beside boto3 come pydantic and the models of programmes and records, which are built while they are "
        "imported: half of what is above the floor. The rest is Chalice, the log's library, and the readers. All is "
        "compiled before, as it is in the zip. By instructions of the processor, which a busy machine does not change, "
        "imports are 1.54 times the floor and all is 2.24 times: boto3 and the clients are 0.98 of it, our imports "
        "with pydantic 1.00, the programme 0.11, the first check 0.15.",
        rounds=9,
    ),
    "way": Bench(
        "An upload on the embedded stack, warm, from the browser's post to its stored receipt, time passed",
        "way:measure_way",
        floor=HANDLER,
        goals=(Goal(HANDLER, 1.3),),
        why="The three calls cost little: what ours adds is its work in Python. The workbook's check is most of "
        "it, the records' reading and writing the rest, and the stack works on the same cores.",
        rounds=9,
    ),
    "upload": Bench(
        "Calls to AWS of an accepted workbook",
        "counts:count_upload",
        floor=TOGETHER,
        goals=(Goal(TOGETHER, 4 / 3),),
        why="What it is judged by is asked for in more than one call.",
        unit="calls",
    ),
    "page": Bench(
        "Calls to AWS of a unit's page, with uploads prepared",
        "counts:count_page",
        floor=TOGETHER,
        goals=(Goal(TOGETHER, 2),),
        why="The link names the unit, so it is read first; then the programme with the states, the prepared uploads, "
        "and their receipts, whose keys only these name.",
        unit="calls",
    ),
    "folder": Bench(
        "200 workbooks read and checked by `tonghop consolidate` on every core",
        "several:measure_folder",
        floor=PANDAS_CALAMINE,
        goals=(Goal(PANDAS_OPENPYXL, 1 / 6, by="elapsed"),),
        why="pandas only reads, in one process, and calamine is compiled; checking is nearly all of ours. Each process "
        "starts with its imports, which take as long as 35 checks.",
        size=200,
        rounds=3,
        unit="s",
    ),
    "folder-1000": Bench(
        "1,000 workbooks, the same",
        "several:measure_folder",
        floor=PANDAS_CALAMINE,
        goals=(Goal(PANDAS_OPENPYXL, 1 / 6, by="elapsed"),),
        why="As for 200.",
        size=1_000,
        unit="s",
        is_long=True,
    ),
    "recheck": Bench(
        "100 kept workbooks of a period checked anew",
        "several:measure_recheck",
        floor=CHECKS,
        goals=(),
        why="Each process starts with its imports, which 100 workbooks hardly pay back; of 10,000 it is 1.1 times.",
        size=100,
        rounds=3,
        unit="s",
    ),
    "edition": Bench(
        "All files of an edition of 250 units",
        "writing:measure_edition",
        floor=BARE,
        goals=(Goal(BARE, 1.2), Goal(CONSTANT, 1.2)),
        why=_WHY_EDITION,
        size=250,
        rounds=3,
        unit="s",
    ),
    **{
        f"edition-{units}": Bench(
            f"All files of an edition of {units:,} units",
            "writing:measure_edition",
            floor=BARE,
            goals=(Goal(LAMBDA, 1), Goal(LAMBDA, 1, by="megabytes")),
            why=_WHY_EDITION,
            size=units,
            unit="s",
            is_long=units > 1_000,
        )
        for units in (1_000, 3_319, 10_000)
    },
    "period": Bench(
        "The console's page of a period of 250 units, each with a report; the store answers at once",
        "pages:measure_period",
        floor=FEW_UNITS,
        goals=(Goal(FEW_UNITS, 3),),
        why="The state of each unit is read and judged, since what waits stands first and the tiles count all; and "
        "fifty rows stand on the page, not eleven.",
        size=250,
        rounds=15,
    ),
}
"""By the codes under which results are kept."""

PARTS = "zip"
"""The code of what the zip carries."""
