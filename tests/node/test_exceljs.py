"""exceljs, the reader of most programs that are written in JavaScript, finds the same cells in a copy as before.

`make e2e` installs it beside axe-core.
"""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from chalicelib.workbook.marking.copy import mark_workbook
from chalicelib.workbook.reading.reader import read_workbook
from infra.machine import find_program
from tests.workbook.test_marking import invent_issues
from tests.workbook.test_marking_anything import CODES, make

pytestmark = [pytest.mark.node, pytest.mark.process]

DATA = Path(__file__).parents[1] / "data"
MODULES = Path(__file__).parents[2] / "build" / "e2e" / "node_modules"
LEFT_OUT = {
    "ref-A0.xlsx": "the gate refuses it",
    "strict.xlsx": "it comes back as a fresh form",
    "sheet-slash.xlsx": "it comes back as a fresh form",
    "sheet-name-illegal.xlsx": "it comes back as a fresh form",
    "merge-columns-H-Z.xlsx": "exceljs makes every cell of merged columns, in the original as in the copy",
}
WORKBOOKS = [
    path
    for path in sorted([*(DATA / "cases").glob("*.xlsx"), *(DATA / "golden").glob("*.xlsx")])
    if path.name not in LEFT_OUT
]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Any, Any]]:
    """What exceljs reads in each workbook, and in its marked copy."""
    if not (MODULES / "exceljs").is_dir():
        pytest.fail("exceljs is not installed: `make e2e` does it")
    folder = tmp_path_factory.mktemp("copies")
    paths = [str(each) for path in WORKBOOKS for each in (path, put_copy(path, folder / path.name))]
    done = subprocess.run(
        [find_program("node"), Path(__file__).with_name("cells.js")], input=json.dumps(paths), text=True, check=True,
        capture_output=True, env=os.environ | {"NODE_PATH": str(MODULES)},
    )  # fmt: skip
    read = iter(json.loads(done.stdout))
    return {path.name: (next(read), next(read)) for path in WORKBOOKS}


def put_copy(path: Path, copy: Path) -> Path:
    data = path.read_bytes()
    source = read_workbook(data)
    marked = mark_workbook(data, source, [*invent_issues(source), make(CODES[0], source.sheets[0].name, "XFD9", [])])
    assert marked is not None
    copy.write_bytes(marked)
    return copy


@pytest.mark.parametrize("name", [path.name for path in WORKBOOKS])
def test_exceljs_reads_the_same_cells_in_the_copy(name: str, told: dict[str, tuple[Any, Any]]) -> None:
    before, after = told[name]
    if "refused" in before:
        assert after == before
    else:
        assert after["sheets"][1:] == before["sheets"]
