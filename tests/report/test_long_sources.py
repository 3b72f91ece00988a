"""Figures of which one sheet of Excel cannot hold the sources: the list goes on in further sheets."""

from __future__ import annotations

import io

import pytest
from openpyxl import Workbook, load_workbook

from chalicelib.domain.period.consolidation import Consolidation
from chalicelib.domain.period.edition import EditionInfo
from chalicelib.report.data import iter_figures
from chalicelib.report.sheets import layout
from chalicelib.report.sheets.workbook import render_workbook

HEAD = layout.SOURCES_HEAD + 1
ROOM = 500
FIGURE, UNIT = 0, 3
"""Columns of the sheet of sources."""


@pytest.fixture
def book(made: Consolidation, edition: EditionInfo, monkeypatch: pytest.MonkeyPatch) -> Workbook:
    """The workbook as if a sheet of Excel had room for so few sources."""
    monkeypatch.setattr(layout, "MOST_ROWS", HEAD + ROOM)
    return load_workbook(io.BytesIO(render_workbook(made, edition)))


def list_sources(book: Workbook) -> dict[str, list[tuple[str, str]]]:
    """By sheet the figures and units of its rows."""
    return {
        sheet.title: [(row[FIGURE], row[UNIT]) for row in sheet.iter_rows(min_row=HEAD + 1, values_only=True)]
        for sheet in book
        if sheet.title.startswith(layout.SOURCES)
    }


def test_sources_go_on_in_further_sheets_without_losing_one(book: Workbook, made: Consolidation) -> None:
    listed = list_sources(book)
    assert list(listed) == [layout.SOURCES, *(f"{layout.SOURCES} {number}" for number in range(2, len(listed) + 1))]
    *full, last = listed.values()
    assert len(full) > 1
    assert {len(rows) for rows in full} == {ROOM}
    assert 0 < len(last) <= ROOM
    wanted = [(row["indicator"], row["unit"]) for row in iter_figures(made) if row["state"] == "known" and row["cell"]]
    assert [row for rows in listed.values() for row in rows] == wanted


def test_each_sheet_says_where_the_list_goes_on(book: Workbook) -> None:
    first, second, *_, last = (book[name]["A2"].value for name in list_sources(book))
    assert "còn tiếp ở trang “Nguồn số liệu 2”" in first
    assert "Tiếp theo trang" not in first
    assert "Tiếp theo trang “Nguồn số liệu”" in second
    assert "còn tiếp ở trang “Nguồn số liệu 3”" in second
    assert "còn tiếp" not in last
    contents = {row[0].value: row[1].value for row in book[layout.COVER].iter_rows()}
    assert contents["Nguồn số liệu 2"] == contents["Nguồn số liệu"]


def test_figures_lead_to_their_row_on_whichever_sheet(book: Workbook, made: Consolidation) -> None:
    plan = layout.Layout(made)
    units = {column: code for code, column in plan.column_by_unit.items()}
    indicators = {row: code for code, row in plan.row_by_indicator.items()}
    linked = [cell for row in book[layout.MATRIX].iter_rows() for cell in row if cell.hyperlink]
    assert len(linked) > 2 * ROOM
    for cell in linked:
        name, _, place = cell.hyperlink.location.rpartition("!")
        row = book[name.strip("'")][place].row
        told = [each.value for each in book[name.strip("'")][row]]
        assert (told[FIGURE], told[UNIT]) == (indicators[cell.row - 1], units[cell.column - 1])
