"""What marking costs: time in proportion to what there is, and little more time and memory than checking took."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from chalicelib.domain.issues.issue import Issue, make_issue
from chalicelib.workbook.marking.copy import mark_workbook
from chalicelib.workbook.reading.book import reference
from chalicelib.workbook.reading.reader import read_workbook
from tests.workbook.packages import MAIN, OFFICE, PACKAGE, make_xlsx, worksheet

ROOT = Path(__file__).parents[2]
MOST = 8
"""Time in proportion gives 4, time that grows with the square 16."""
MOST_OF_READING = 6
"""Reading is at most half of a check, and a copy may take three checks."""
MOST_MEGABYTES = 64
NOTHING = 0.2
"""Seconds in which nothing can be told: what any copy takes."""

SHEET = "xl/worksheets/sheet1.xml"
RULE = (
    '<conditionalFormatting sqref="A{0}"><cfRule type="expression" priority="{0}"><formula>A{0}</formula></cfRule>'
    "</conditionalFormatting>"
)
RELATIONS = (
    f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" Type="{OFFICE}/comments" '
    f'Target="../comments1.xml"/><Relationship Id="rId2" Type="{OFFICE}/vmlDrawing" '
    'Target="../drawings/vmlDrawing1.vml"/></Relationships>'
)
SHAPE = (
    '<v:shape id="_x0000_s{0}"><x:ClientData ObjectType="Note"><x:Row>{0}</x:Row><x:Column>1</x:Column></x:ClientData>'
    "</v:shape>"
)
DRAWING = '<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:x="urn:schemas-microsoft-com:office:excel">{}</xml>'

Made = tuple[bytes, list[Issue]]


def make_rows(count: int, columns: int = 1) -> str:
    return "".join(
        f'<row r="{row}">'
        + "".join(f'<c r="{reference(row, at)}"><v>{row}</v></c>' for at in range(1, columns + 1))
        + "</row>"
        for row in range(1, count + 1)
    )


def tell(rows: range, column: int = 1) -> list[Issue]:
    return [make_issue("cell.not_whole", sheet="S1", cell=reference(row, column), found="1,5") for row in rows]


def make_cells(count: int) -> Made:
    return make_xlsx(make_rows(count, 10)), tell(range(1, 3))


def make_issues(count: int) -> Made:
    return make_xlsx(make_rows(count)), tell(range(1, count + 1))


def make_issues_in_one_cell(count: int) -> Made:
    return make_xlsx(make_rows(1)), tell(range(1, 2)) * count


def make_merged(count: int) -> Made:
    areas = "".join(f'<mergeCell ref="A{row}:B{row + 1}"/>' for row in range(1, 2 * count, 2))
    parts = {SHEET: worksheet(make_rows(2 * count), after=f"<mergeCells>{areas}</mergeCells>")}
    return make_xlsx(**parts), tell(range(1, 2 * count + 1, 2), column=2)


def make_rules(count: int) -> Made:
    rules = "".join(RULE.format(row) for row in range(1, count + 1))
    return make_xlsx(**{SHEET: worksheet(make_rows(count), after=rules)}), tell(range(1, 3))


def make_notes(count: int) -> Made:
    """The sender's own, and those of an earlier round that go."""
    notes = "".join(
        f'<comment ref="B{row}" authorId="{row % 2}"><text><t>ghi chú</t></text></comment>'
        for row in range(2, count + 2)
    )
    authors = "<authors><author>Chị Lan</author><author>tonghop</author></authors>"
    parts = {
        SHEET: worksheet(make_rows(3), after='<legacyDrawing r:id="rId2"/>'),
        "xl/worksheets/_rels/sheet1.xml.rels": RELATIONS,
        "xl/comments1.xml": f'<comments xmlns="{MAIN}">{authors}<commentList>{notes}</commentList></comments>',
        "xl/drawings/vmlDrawing1.vml": DRAWING.format("".join(SHAPE.format(row) for row in range(1, count + 1))),
    }
    return make_xlsx(**parts), tell(range(1, 3))


MAKERS: dict[Callable[[int], Made], int] = {
    make_cells: 3_500, make_issues: 800, make_issues_in_one_cell: 1_000, make_merged: 700, make_rules: 1_500,
    make_notes: 1_500,
}  # fmt: skip
"""Each with how many make a time that can be told."""


def measure(work: Callable[[], object]) -> float:
    """The best of three: the machine may be busy with other things."""
    return min(_time(work) for _ in range(3))


def _time(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


@pytest.mark.parametrize("make", MAKERS, ids=lambda make: make.__name__)
def test_four_times_as_much_takes_four_times_the_time(make: Callable[[int], Made]) -> None:
    once, more = (measure_marking(*make(count)) for count in (MAKERS[make], 4 * MAKERS[make]))
    assert more / once < MOST


def measure_marking(data: bytes, issues: list[Issue]) -> float:
    source = read_workbook(data)
    assert mark_workbook(data, source, issues) is not None
    return measure(lambda: mark_workbook(data, source, issues))


@pytest.mark.process
@pytest.mark.parametrize("make", MAKERS, ids=lambda make: make.__name__)
def test_it_costs_little_more_than_the_check(make: Callable[[int], Made]) -> None:
    """In a process of its own, whose peak nothing else has raised."""
    data, issues = make(4 * MAKERS[make])
    done = subprocess.run(
        [sys.executable, "-m", "tests.workbook.marked_alone", json.dumps([each.cell for each in issues[:200]])],
        input=data, capture_output=True, check=True, cwd=ROOT,
    )  # fmt: skip
    told = json.loads(done.stdout)
    assert told["megabytes"] < MOST_MEGABYTES
    assert told["marked"] < max(MOST_OF_READING * told["read"], NOTHING)
