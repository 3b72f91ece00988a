"""Broken, malicious and once wrongly answered workbooks end as any other, within 512 MB and ten seconds.

Each ends in an outcome, and in a marked copy where one can be made.
"""

from __future__ import annotations

import io
import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from chalicelib.intake.check import check_workbook
from chalicelib.workbook.form.marks import SUMMARY_SHEET
from chalicelib.workbook.reading.bounds import MOST_TEXT
from chalicelib.workbook.reading.reader import read_workbook
from tests.intake.confined import MOST_MEGABYTES, MOST_SECONDS
from tests.intake.spoiling import PROGRAMME, TABLE, Desk, make_right

ROOT = Path(__file__).parents[2]
HOSTILE, CASES = ROOT / "tests" / "data" / "hostile", ROOT / "tests" / "data" / "cases"
FILES = sorted([*HOSTILE.iterdir(), *(path for path in CASES.iterdir() if path.suffix != ".tsv")])

Told = dict[str, Any]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Told]:
    """What was said of each file, by its name."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.intake.confined", str(tmp_path_factory.mktemp("copies"))],
        input="\n".join(map(str, FILES)),
        capture_output=True,
        check=True,
        text=True,
        cwd=ROOT,
    )
    return {each["file"]: each for each in map(json.loads, done.stdout.splitlines())}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_it_ends_in_an_outcome_and_within_the_bounds(path: Path, told: dict[str, Told]) -> None:
    found = told[path.name]
    assert "ended" not in found, f"its process ended with {found['ended']}"
    assert found["megabytes"] < MOST_MEGABYTES
    assert sum(found["seconds"].values()) < MOST_SECONDS
    assert all(message for _, message in found["issues"])
    assert "file.unreadable" not in {code for code, _ in found["issues"]}
    for copy in found["copies"]:
        assert SUMMARY_SHEET in [sheet.name for sheet in read_workbook(Path(copy).read_bytes()).sheets]


@pytest.mark.parametrize("path", sorted(HOSTILE.iterdir()), ids=lambda path: path.name)
def test_a_hostile_workbook_is_rejected(path: Path, told: dict[str, Told]) -> None:
    assert told[path.name]["status"] == "rejected"


LONG = MOST_TEXT * "-"


def _lengthen_headings(desk: Desk) -> None:
    headings = next(row for row in desk.book[TABLE].iter_rows() if row[0].value == "STT")
    for cell in headings:
        cell.value = LONG


def _copy_tables(desk: Desk) -> None:
    """As many tables as a file can hold of rows of tokens, each under headings of words."""
    sheet = desk.book.create_sheet("Bảng 2")
    for number in range(5_000):
        sheet.append([None, " ".join(f"{number + word:x}" for word in range(60))])
        sheet.append(["@bang:to", "@tien"])


@pytest.mark.parametrize("spoil", [_lengthen_headings, _copy_tables])
def test_what_stands_where_the_form_prints_is_read_within_seconds(spoil: Callable[[Desk], None]) -> None:
    desk = Desk(make_right())
    spoil(desk)
    file = io.BytesIO()
    desk.book.save(file)
    started = time.process_time()
    check_workbook(file.getvalue(), PROGRAMME)
    assert time.process_time() - started < MOST_SECONDS


def test_a_process_that_costs_too_much_is_told_from_an_outcome(tmp_path: Path) -> None:
    """The bounds hold: a process that dies leaves no outcome behind."""
    (tmp_path / "a.xlsx").mkdir()  # reading it raises
    done = subprocess.run(
        [sys.executable, "-m", "tests.intake.confined", str(tmp_path)],
        input=str(tmp_path / "a.xlsx"),
        capture_output=True,
        check=True,
        text=True,
        cwd=ROOT,
    )
    assert json.loads(done.stdout.splitlines()[-1]).keys() == {"file", "ended"}
