"""A section's own data window is printed where its figures are asked for and where they are reported."""

from __future__ import annotations

import io
import json

import docx
import pytest
from jinja2 import ChoiceLoader, DictLoader
from openpyxl import load_workbook

from chalicelib.domain.period.consolidation import Consolidation
from chalicelib.domain.period.edition import EditionInfo
from chalicelib.domain.programme.model import Programme
from chalicelib.intake.check import check_workbook
from chalicelib.report.document.template import find_template
from chalicelib.report.files import DOCUMENT, JSON, PACKAGE, WORKBOOK
from chalicelib.report.rendering import make_files
from chalicelib.web.console.typed_form import make_form
from chalicelib.web.lines import make_sections
from chalicelib.web.rendering import environment
from chalicelib.workbook.form.filling import Contents
from tests.asked import change, fill, load, make_blank
from tests.report.test_new_kind import render_page
from tests.report.test_what_is_asked import PERIOD, SENT, consolidate_sent

WINDOW = "(số liệu từ ngày 01/02/2025 đến hết ngày 31/01/2026)"
HEADING = f"II. Bếp ăn {WINDOW}"
OWN = {"data_from": "2025-02-01", "data_to": "2026-01-31"}


@pytest.fixture(scope="module")
def programme() -> Programme:
    title = 'title = "II. Bếp ăn"\n'
    return load(change("phieu.toml", title, f'{title}window = "12 tháng"\n'))


@pytest.fixture(scope="module")
def consolidation(programme: Programme) -> Consolidation:
    kitchen = {"Q1": True, "C01": 5, "C03": 1}
    return consolidate_sent(programme, SENT | {"T2": SENT["T2"] | kitchen})


@pytest.fixture(scope="module")
def files(consolidation: Consolidation) -> dict[str, bytes]:
    info = EditionInfo(number=1, made=consolidation.as_of, is_frozen=False)
    return dict(make_files(consolidation, info, find_template({}, PERIOD)).files)


def read_texts(data: bytes) -> set[str]:
    book = load_workbook(io.BytesIO(data))
    return {cell for sheet in book for row in sheet.values for cell in row if isinstance(cell, str)}


def test_the_blank_form_and_the_lines_of_a_report_say_it_at_the_sections_heading(programme: Programme) -> None:
    assert f"{HEADING} (chỉ ghi khi Q1 là “Có”)" in read_texts(make_blank(programme))
    form, unit, period = programme.forms[0], programme.units[0], programme.period_by_code[PERIOD]
    sent = check_workbook(fill(programme, SENT["T1"]), programme)
    titles = [title for title, _ in make_sections(programme, sent, form=form, period=period, unit=unit)]
    assert titles == ["I. Chung", HEADING]


def test_the_page_for_paper_says_it_at_the_sections_heading(programme: Programme) -> None:
    form, unit, period = programme.forms[0], programme.units[0], programme.period_by_code[PERIOD]
    typed = Contents()
    frame = DictLoader({"console_base.html": "{% block page %}{% endblock %}"})
    pages = environment().overlay(loader=ChoiceLoader([frame, environment().loader or frame]), cache_size=0)
    html = pages.get_template("paper_figures.html").render({
        "pv05": "/pv05", "part": programme.code, "here": "", "programme": programme, "form": form, "unit": unit,
        "period": period, "typed": typed, "page": make_form(programme, form, unit, period, typed=typed, more={}),
        "narratives": (), "problem": "", "wrong": (), "errors": {}, "shown": "",
        "may_insist": False, "is_confirmed": False, "scan": "", "seal": "", "key": "", "once": "", "received": "",
    })  # fmt: skip
    assert [f"<h2>{heading}</h2>" in html for heading in ("I. Chung", HEADING)] == [True, True]


@pytest.mark.parametrize(("code", "is_told"), [("C01", True), ("B03", False)])
def test_the_page_of_a_figure_says_it(consolidation: Consolidation, code: str, is_told: bool) -> None:
    html = render_page(consolidation, code)
    assert ("số liệu từ ngày 01/02/2025 đến hết ngày 31/01/2026" in html) is is_told


def test_the_edition_says_it_beside_its_figures(files: dict[str, bytes]) -> None:
    assert HEADING in read_texts(files[WORKBOOK])
    document = docx.Document(io.BytesIO(files[DOCUMENT]))
    cells = {cell.text for table in document.tables for row in table.rows for cell in row.cells}
    assert any(WINDOW in text for text in cells)


def test_open_data_tell_it_of_each_figure_that_it_is_of(files: dict[str, bytes]) -> None:
    codes = {"C01", "C02", "C03", "C04"}
    assert json.loads(files[PACKAGE])["windows"] == dict.fromkeys(sorted(codes), OWN)
    told = {each["code"]: {"data_from", "data_to"} <= each.keys() for each in json.loads(files[JSON])["indicators"]}
    assert {code for code, is_told in told.items() if is_told} == codes


def test_open_data_of_a_programme_without_one_say_nothing_of_it() -> None:
    made = consolidate_sent(load(), SENT)
    info = EditionInfo(number=1, made=made.as_of, is_frozen=False)
    files = make_files(made, info, find_template({}, PERIOD)).files
    assert "windows" not in json.loads(files[PACKAGE])
    assert not any("data_from" in each for each in json.loads(files[JSON])["indicators"])
