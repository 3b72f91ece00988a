"""A new kind of indicator is one entry of the table: nothing else is written for it to pass from form to report."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from jinja2 import ChoiceLoader, DictLoader
from openpyxl import load_workbook

from chalicelib import folders
from chalicelib.domain.period.consolidate import consolidate
from chalicelib.domain.period.consolidation import Consolidation
from chalicelib.domain.period.edition import EditionInfo
from chalicelib.domain.period.shown import show_figure, show_rows
from chalicelib.domain.programme import kinds
from chalicelib.domain.programme.loading import load_programme
from chalicelib.domain.programme.model import Programme
from chalicelib.intake.check import check_workbook
from chalicelib.report.document.template import find_template
from chalicelib.report.files import FIGURES, WORKBOOK
from chalicelib.report.offline.folder import ReadFile
from chalicelib.report.offline.states import Sources, gather_states
from chalicelib.report.rendering import make_files
from chalicelib.report.shown import Live
from chalicelib.web.paging import cut_page
from chalicelib.web.rendering import environment
from chalicelib.workbook.form.filling import Contents, fill_in
from chalicelib.workbook.form.template import make_template

ROOT = Path(__file__).parents[2]
SMALL = ROOT / "tests" / "data" / "programme-nho"
PERCENT = kinds.Kind("grade", "phần trăm", kinds.Method.NONE, "Từ 0 đến 100 {unit}.", at_most=100)
PERIOD = "nua-dau"


@pytest.fixture
def programme(monkeypatch: pytest.MonkeyPatch) -> Programme:
    """The small programme, in which A04 is a percentage that units type and nobody adds up."""
    monkeypatch.setitem(kinds.KINDS, PERCENT.code, PERCENT)
    files = {path.name: path.read_text("utf-8-sig") for path in SMALL.iterdir()}
    files["indicators.csv"] = files["indicators.csv"].replace(
        "A04,A,Pháo giao nộp,kg,measure", "A04,A,Hài lòng,%,grade"
    )
    return load_programme(files)


def fill(programme: Programme, unit: str, percent: object) -> bytes:
    values = {"A01": 10, "A02": 4, "A03": 0, "A04": percent, "ket-qua": "Tốt"}
    return fill_in(make_blank(programme, unit), Contents(values))


def make_blank(programme: Programme, unit: str) -> bytes:
    return make_template(
        programme, programme.form_by_code["bieu"], programme.unit_by_code[unit], programme.period_by_code[PERIOD]
    )


@pytest.fixture
def consolidation(programme: Programme) -> Consolidation:
    """Two communes have reported 45,5 % and 60 %."""
    as_of = programme.period_by_code[PERIOD].due - timedelta(days=1)
    read = {unit: check_workbook(fill(programme, unit, typed), programme) for unit, typed in SENT.items()}
    files = {unit: ReadFile(programme.code, outcome) for unit, outcome in read.items()}
    states = gather_states(programme, PERIOD, Sources(files, files), as_of=as_of).states
    assert len(states) == 2
    return consolidate(programme, PERIOD, states, as_of=as_of)


SENT = {"001": "45,5", "002": 60}


def test_the_blank_form_asks_for_it_within_its_bounds(programme: Programme) -> None:
    sheet = load_workbook(io.BytesIO(make_blank(programme, "001"))).worksheets[0]
    formulas = [rule.formula1 for rule in sheet.data_validations.dataValidation if rule.prompt == "Từ 0 đến 100 %."]
    assert len(formulas) == 1
    assert "<0)+(" in formulas[0]
    assert ">100)" in formulas[0]


@pytest.mark.parametrize("typed", [101, "100,5", "200%"])
def test_a_figure_out_of_its_bounds_is_an_error(programme: Programme, typed: object) -> None:
    outcome = check_workbook(fill(programme, "001", typed), programme)
    assert [(issue.code, issue.indicator) for issue in outcome.errors] == [("cell.number_too_large", "A04")]
    assert "số từ 0 đến 100" in outcome.errors[0].message


def test_it_is_listed_unit_by_unit_and_never_added_up(consolidation: Consolidation) -> None:
    figures = consolidation.tally.figures["A04"]
    assert {unit: figures[unit].value for unit in SENT} == {"001": Decimal("45.5"), "002": 60}
    assert consolidation.tally.headline("A04") is None
    assert [total.value for total in consolidation.tally.totals["A04"].subtotals] == [None]


def test_the_edition_has_it_in_workbook_data_and_page(consolidation: Consolidation) -> None:
    info = EditionInfo(number=1, made=consolidation.as_of, is_frozen=False)
    files = make_files(consolidation, info, find_template(folders.read_documents(SMALL), PERIOD)).files
    matrix = {row[0]: row[3:] for row in load_workbook(io.BytesIO(files[WORKBOOK]))["Theo đơn vị"].values}
    assert matrix["A04"] == (45.5, 60, *["thiếu"] * (len(consolidation.tally.units) - 2), None)
    totals = {row[0]: row for row in load_workbook(io.BytesIO(files[WORKBOOK]))["Tổng hợp"].values}
    assert totals["A04"][3:5] == ("phần trăm", None)
    rows = csv.DictReader(io.StringIO(files[FIGURES].decode("utf-8-sig")))
    assert [(row["kind"], row["value"]) for row in rows if row["indicator"] == "A04"] [:2] == [
        ("grade", "45.5"), ("grade", "60"),
    ]  # fmt: skip
    assert "45,5" in render_page(consolidation, "A04")


def render_page(consolidation: Consolidation, code: str) -> str:
    """The page of one indicator in the console, without its frame."""
    frame = DictLoader({"console_base.html": "{% block page %}{% endblock %}"})
    pages = environment().overlay(loader=ChoiceLoader([frame, environment().loader or frame]), cache_size=0)
    indicator = next(each for each in consolidation.tally.indicators if each.code == code)
    types = consolidation.tally.unit_types
    rows = [row for unit_type in types for row in show_rows(consolidation, indicator, unit_type)]
    return pages.get_template("figure.html").render({
        "pv05": "/pv05", "part": consolidation.programme.code, "programme": consolidation.programme,
        "period": consolidation.period, "indicator": indicator, "page": cut_page(rows, ""),
        "chosen": show_figure(consolidation, indicator).types[0], "may": lambda _: False, "source": Live(consolidation),
        "figure": show_figure(consolidation, indicator), "types": consolidation.programme.unit_types,
    })  # fmt: skip


NAMES = [name for name, value in vars(kinds).items() if isinstance(value, kinds.Kind)]
CODES = "|".join(kinds.KINDS)
NAMED = re.compile(
    rf"\bkinds(?: import [^\n]*|\.)\b(?:{'|'.join(NAMES)})\b|\.kind (?:==|!=|in|is|not in) .*['\"](?:{CODES})['\"]"
)


def test_few_files_name_a_kind() -> None:
    """The table may; one reads narratives as texts, one parts of an amount as any number, one says which kinds fit a
    formula. The others ask a kind for its traits."""
    paths = [path for suffix in ("*.py", "*.html") for path in (ROOT / "chalicelib").rglob(suffix)]
    named = {path.name for path in paths if NAMED.search(path.read_text("utf-8"))}
    assert len(NAMES) == len(kinds.KINDS)
    assert named - {"kinds.py"} == {"normalise.py", "typed_figures.py", "formulas.py"}
