"""Points: weights, a cap and bands in one indicator, from the blank form to the edition, and no sum by silence."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from decimal import Decimal

import pytest
from openpyxl import load_workbook

from chalicelib import folders
from chalicelib.domain.period.consolidate import consolidate
from chalicelib.domain.period.consolidation import Consolidation
from chalicelib.domain.period.edition import EditionInfo
from chalicelib.domain.programme.loading import load_programme
from chalicelib.domain.programme.model import Programme
from chalicelib.intake.check import check_workbook
from chalicelib.report.document.template import find_template
from chalicelib.report.files import FIGURES, TOTALS, WORKBOOK
from chalicelib.report.offline.folder import ReadFile
from chalicelib.report.offline.states import Sources, gather_states
from chalicelib.report.rendering import make_files
from chalicelib.workbook.form.filling import Contents, fill_in
from chalicelib.workbook.form.template import make_template
from tests.report.test_new_kind import PERIOD, SMALL, render_page

POINTS = "min(10; 2 * A02 + 0,5 * A04 + 3 * P02)"
SENT = {
    "001": ({"A02": 4, "A04": 3, "P02": False}, Decimal("9.5")),
    "002": ({"A02": 2, "A04": "0,1", "P02": True}, Decimal("7.05")),
    "003": ({"A02": 9, "A04": 0, "P02": True}, 10),
}
"""What units write, and their points."""


def make_programme(kind: str = "mean", computed: str = POINTS) -> Programme:
    """The small programme, with points that take a flag, weights and a cap."""
    files = {path.name: path.read_text("utf-8-sig") for path in SMALL.iterdir()}
    head, *rows = files["indicators.csv"].splitlines()
    points = f'P01,A,Điểm thi đua,điểm,{kind},xa,,"{computed}",,,,,,Tốt từ 8|Khá từ 6|Chưa đạt'
    rows += ["P02,A,Có kế hoạch,có/không,flag,xa,,,,,,,,", points]
    files["indicators.csv"] = "\n".join([head + ",bands", *rows])
    files["bieu.toml"] = files["bieu.toml"].replace('"A05"]', '"A05", "P01", "P02"]')
    return load_programme(files)


PROGRAMME = make_programme()


def fill(unit: str, programme: Programme = PROGRAMME) -> bytes:
    form, period = programme.form_by_code["bieu"], programme.period_by_code[PERIOD]
    blank = make_template(programme, form, programme.unit_by_code[unit], period)
    return fill_in(blank, Contents({"A01": 10, "A03": 0, "ket-qua": "Tốt", **SENT[unit][0]}))


def add_up(programme: Programme = PROGRAMME) -> Consolidation:
    as_of = programme.period_by_code[PERIOD].due - timedelta(days=1)
    files = {unit: ReadFile(programme.code, check_workbook(fill(unit, programme), programme)) for unit in SENT}
    return consolidate(programme, PERIOD, gather_states(programme, PERIOD, Sources(files, files), as_of=as_of).states,
                       as_of=as_of)  # fmt: skip


def test_the_blank_form_computes_points_as_we_do_and_shows_their_band() -> None:
    book = load_workbook(io.BytesIO(fill("001")))
    sheet = book["Số liệu"]
    rows = {sheet.cell(row, 1).value: row for row in range(1, sheet.max_row + 1)}
    cells = {code: f"E{rows[code]}" for code in ("A02", "A04", "P01", "P02")}
    assert sheet[cells["P01"]].value == (
        f'=IF(COUNT({cells["A02"]},{cells["A04"]})+COUNTA({cells["P02"]})<3,"",'
        f'MIN(10,2*{cells["A02"]}+0.5*{cells["A04"]}+3*N({cells["P02"]}="Có")))'
    )
    shown = [
        (rule.operator, rule.formula, rule.dxf.numFmt.formatCode)
        for area in sheet.conditional_formatting
        for rule in area.rules
        if rule.dxf.numFmt and cells["P01"] in str(area.sqref)
    ]
    assert shown == [
        ("greaterThanOrEqual", ["8"], 'General" (Tốt)"'),
        ("greaterThanOrEqual", ["6"], 'General" (Khá)"'),
        ("lessThan", ["6"], 'General" (Chưa đạt)"'),
    ]
    notes = [cell.value for row in book["Hướng dẫn"].iter_rows() for cell in row]
    assert "Xếp loại “Điểm thi đua”: Tốt từ 8; Khá từ 6; Chưa đạt." in notes


@pytest.mark.parametrize("unit", SENT)
def test_points_are_computed_from_what_was_typed(unit: str) -> None:
    outcome = check_workbook(fill(unit), PROGRAMME)
    assert not outcome.errors
    assert outcome.values["P01"].value == SENT[unit][1]


def test_the_total_is_the_mean_that_the_programme_states_or_none() -> None:
    headline = add_up().tally.headline("P01")
    assert headline is not None
    assert (headline.value, headline.contributed) == (Decimal("8.85"), tuple(SENT))
    assert add_up(make_programme("score")).tally.headline("P01") is None


def read_rows(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))


def test_the_edition_shows_points_with_their_band_and_the_mean_as_a_live_formula() -> None:
    consolidation = add_up()
    info = EditionInfo(number=1, made=consolidation.as_of, is_frozen=False)
    files = make_files(consolidation, info, find_template(folders.read_documents(SMALL), PERIOD)).files
    matrix = load_workbook(io.BytesIO(files[WORKBOOK]))["Theo đơn vị"]
    (row,) = (cells for cells in matrix.iter_rows() if cells[0].value == "P01")
    assert [(cell.value, cell.number_format) for cell in row[3:6]] == [
        (9.5, '#,##0.0" (Tốt)"'), (7.05, '#,##0.00" (Khá)"'), (10, '#,##0" (Tốt)"'),
    ]  # fmt: skip
    (formula,) = (str(cell.value) for cell in row if str(cell.value).startswith("=IF"))
    assert "ROUND(AVERAGE(" in formula
    assert "SUM(" not in formula
    assert {(row["value"], row["band"]) for row in read_rows(files[FIGURES]) if row["indicator"] == "P01"} == {
        ("9.5", "Tốt"), ("7.05", "Khá"), ("10", "Tốt"),
    }  # fmt: skip
    (total,) = (row for row in read_rows(files[TOTALS]) if row["indicator"] == "P01" and row["headline"] == "true")
    assert (total["value"], total["band"]) == ("8.85", "Tốt")
    page = render_page(consolidation, "P01")
    assert "9,5 (Tốt)" in page
    assert "7,05 (Khá)" in page
