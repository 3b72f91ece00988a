"""The sheet and the data of points: only where there is any, the open ones first, and none is cut off unseen."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from typing import Any

import openpyxl
import pytest

from chalicelib.domain.period.consolidation import Consolidation
from chalicelib.domain.period.edition import EditionInfo
from chalicelib.domain.period.points import MOST_LISTED, Confirmation, Doubt, Point, Points
from chalicelib.report.data import make_data_files
from chalicelib.report.files import JSON
from chalicelib.report.sheets.layout import POINTS
from chalicelib.report.sheets.workbook import render_workbook

HEAD = 4


def make_point(number: int) -> Point:
    return Point(
        Doubt.FAR, "B05", "180" if number else "", "others", 900 + number, 40, f"Lời {number}", Fraction(number), (900,)
    )


@pytest.fixture
def said(made: Consolidation) -> Confirmation:
    at = made.as_of - timedelta(hours=1)
    return Confirmation(number=1, point="", state="", note="=1+1", at=at, actor="pv05:an")


def read_rows(made: Consolidation, edition: EditionInfo, points: Points) -> list[list[Any]]:
    book = openpyxl.load_workbook(io.BytesIO(render_workbook(made, replace(edition, points=points))))
    return [list(row) for row in book[POINTS].iter_rows(min_row=HEAD + 1, values_only=True)]


def test_open_points_stand_before_confirmed_ones_with_what_to_do(
    made: Consolidation, edition: EditionInfo, said: Confirmation
) -> None:
    points = Points((make_point(0), make_point(1)), ((make_point(2), said),))
    rows = read_rows(made, edition, points)
    assert [(row[0], row[1], row[4]) for row in rows] == [
        ("Chưa xác nhận", "Toàn tỉnh", "Lời 0"),
        ("Chưa xác nhận", "Huyện Tràng Định", "Lời 1"),
        ("Đã xác nhận", "Huyện Tràng Định", "Lời 2"),
    ]
    assert "trả lại" in rows[0][5]
    programme = made.programme.model_copy(update={"whole": "ngành"})
    named = replace(made, tally=replace(made.tally, programme=programme))
    assert read_rows(named, edition, points)[0][1] == "Toàn ngành"
    assert (rows[2][5], rows[2][6]) == (None, "=1+1")  # text, and no formula
    assert "an" not in [cell for row in rows for cell in row]  # who confirmed is shown to the office alone


def test_a_long_list_ends_with_how_many_more(made: Consolidation, edition: EditionInfo) -> None:
    rows = read_rows(made, edition, Points(tuple(make_point(number) for number in range(MOST_LISTED + 3))))
    assert rows[-1][0] == "Và 3 điểm khác chưa xác nhận."
    assert len(rows) == MOST_LISTED + 1


def test_without_a_point_there_is_neither_sheet_nor_data(made: Consolidation, edition: EditionInfo) -> None:
    assert POINTS not in openpyxl.load_workbook(io.BytesIO(render_workbook(made, edition))).sheetnames
    assert "points" not in json.loads(make_data_files(made, edition)[JSON])


def test_the_data_has_all_points(made: Consolidation, edition: EditionInfo, said: Confirmation) -> None:
    points = Points(tuple(make_point(number) for number in range(MOST_LISTED + 3)), ((make_point(0), said),))
    told = json.loads(make_data_files(made, replace(edition, points=points))[JSON])["points"]
    assert len(told) == MOST_LISTED + 4
    assert (told[0]["confirmed"], told[0]["figure"], told[0]["other"]) == (None, 900, 40)
    assert (told[-1]["confirmed"], told[-1]["note"]) == (said.at.isoformat(), "=1+1")
