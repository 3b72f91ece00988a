"""What the consolidated workbook prints, by LibreOffice: a handful of readable pages for each shape of an edition."""

from __future__ import annotations

import io
import re
import subprocess
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from chalicelib.domain.period.consolidate import consolidate
from chalicelib.domain.period.consolidation import Consolidation
from chalicelib.domain.period.edition import EditionInfo
from chalicelib.domain.period.plausibility import add_points
from chalicelib.report.sheets.cover import ON_SCREEN, PRINTED
from chalicelib.report.sheets.lists import HEAD
from chalicelib.report.sheets.styles import NOT_PRINTED, PrintedPage
from chalicelib.report.sheets.workbook import render_workbook
from infra.machine import find_program
from tests.report.conftest import convert
from tests.report.samples import make_states, read_programme

MOST_PAGES = 14


def make_edition(code: str, period: str, *, missing: int = 0) -> Consolidation:
    """An edition with all that it may show: the year before, the period that it includes, points to look at."""
    programme = read_programme(code)
    before = programme.model_copy(update={"code": f"{code}-truoc", "year": programme.year - 1})
    at = programme.period_by_code[period].lock + timedelta(days=1)
    included = programme.period_by_code[period].compare_with
    silent = [unit.code for unit in programme.units if unit.type == programme.headline][:missing]
    return consolidate(
        programme, period, make_states(programme, period, missing=silent), as_of=at,
        previous=consolidate(before, period, make_states(before, period, seed=7), as_of=at),
        earlier=consolidate(programme, included, make_states(programme, included, seed=3), as_of=at)
        if included else None,
    )  # fmt: skip


SHAPES: dict[str, dict[str, Any]] = {
    "half year": {"code": "ct138-2022", "period": "6-thang"},
    "year": {"code": "ct138-2022", "period": "nam"},
    "4 of 11 units": {"code": "ct138-2022", "period": "6-thang", "missing": 7},
    "65 communes": {"code": "ct138-2026", "period": "6-thang"},
    "65 communes, year": {"code": "ct138-2026", "period": "nam"},
}


@cache
def render(shape: str) -> bytes:
    made = make_edition(**SHAPES[shape])
    return render_workbook(made, add_points(EditionInfo(1, made.as_of, True), made))


@pytest.mark.office
@pytest.mark.parametrize("shape", SHAPES)
def test_it_prints_in_under_15_pages(shape: str, tmp_path: Path) -> None:
    """Without the sheets that are for looking things up, which the cover names."""
    path = tmp_path / "tong-hop.xlsx"
    path.write_bytes(render(shape))
    pdf = convert(path, "pdf", tmp_path)
    said = subprocess.run(
        [find_program("pdftotext"), str(pdf), "-"], check=True, capture_output=True, encoding="utf-8"
    ).stdout  # fmt: skip
    printed = re.findall(r"^(.+) – trang \d+/(\d+)$", said, re.MULTILINE)
    assert {int(pages) for _, pages in printed} == {len(printed)}
    assert len(printed) <= MOST_PAGES
    book = openpyxl.load_workbook(path, data_only=True)
    assert {name for name, _ in printed} == {name for name in book.sheetnames if not is_off_paper(book[name])}


def is_off_paper(sheet: Any) -> bool:
    return NOT_PRINTED in str(sheet["A2"].value)


def test_the_cover_tells_what_is_for_paper_and_what_for_the_screen() -> None:
    book = openpyxl.load_workbook(io.BytesIO(render("year")))
    told = {name: where for name, _, where in book["Bìa"].iter_rows(max_col=3, values_only=True) if where}
    expected = {name: ON_SCREEN if is_off_paper(book[name]) else PRINTED for name in book.sheetnames[1:]}
    assert {name: told[name] for name in expected} == expected
    assert {expected[name] for name in ("Tổng hợp", "So sánh cùng kỳ")} == {PRINTED}
    assert {expected[name] for name in ("Theo đơn vị", "So sánh kỳ trước", "Nguồn số liệu")} == {ON_SCREEN}


def test_of_very_many_findings_those_of_the_whole_report_come_first_and_are_printed() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(render("65 communes")))["Lưu ý"]
    whose = [row[0] for row in sheet.iter_rows(min_row=HEAD + 2, values_only=True)]
    general = whose.count("Chung")
    assert 0 < general < len(whose)
    assert whose[:general] == ["Chung"] * general
    assert sheet.print_area == f"'Lưu ý'!$A$1:$C${HEAD + 1 + general}"
    assert "Chỉ in những điểm chung" in sheet["A2"].value
    few = openpyxl.load_workbook(io.BytesIO(render("year")))["Lưu ý"]
    assert not few.print_area
    assert "Chỉ in" not in few["A2"].value


def test_many_units_without_any_report_are_counted_beside_a_figure() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(render("4 of 11 units")), data_only=True)["Tổng hợp"]
    told = {row[-1] for row in sheet.iter_rows(min_row=6, values_only=True) if row[0] and row[1]}
    assert "7 đơn vị chưa có báo cáo" in told
    assert max(text.count(",") for text in told) < 3


@pytest.mark.parametrize(
    ("width", "height", "pages"),
    [(400, 700, 1), (400, 760, 1), (400, 1350, 1), (400, 1370, 2), (1046, 1496, 1), (1046, 1500, 2)],
    ids=["as it is", "a little smaller", "as small as may be", "no smaller", "made narrow", "narrow and long"],
)
def test_a_sheet_is_made_smaller_before_it_takes_another_page(width: float, height: float, pages: int) -> None:
    assert PrintedPage(False, 523.0, 748.0).fit(width, height)[0] == pages
