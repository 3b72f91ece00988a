"""Broken, malicious and once wrongly answered workbooks end as any other, within 512 MB and ten seconds.

Each ends in an outcome, and in a marked copy where one can be made.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from chalicelib.workbook.form.marks import SUMMARY_SHEET
from chalicelib.workbook.reading.reader import read_workbook
from tests.intake.confined import MOST_MEGABYTES, MOST_SECONDS

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
