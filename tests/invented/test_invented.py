"""Three programmes that nobody planned for: from a blank sổ to a signed report, by command alone."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any

import docx
import pytest
from click.testing import CliRunner, Result

from chalicelib.cli import main
from chalicelib.domain.programme.expressions import Figures
from chalicelib.domain.programme.model import Programme
from tests.invented import communes, ministry, schools
from tests.invented.officer import fill_forms, load_book

FIELDS: dict[str, tuple[ModuleType, bytes, int, str]] = {
    "schools": (schools, schools.write_schools(), 20, "A01"),
    "communes": (communes, communes.write_communes(), 18, "A02"),
    "ministry": (ministry, ministry.write_ministry(), 8, "N01"),
}
"""The programme, its sổ, how many workbooks are sent, and a figure that is added up."""


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments], catch_exceptions=False)


@pytest.fixture(scope="module", params=FIELDS)
def field(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def edition(field: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder in which the programme, what was sent and the edition lie."""
    module, book, most, _ = FIELDS[field]
    place = tmp_path_factory.mktemp(field)
    (place / "so.xlsx").write_bytes(book)
    assert run("programme", "import", place / "so.xlsx", "-o", place / "chuong-trinh").exit_code == 0
    programme = load_book(book)
    (place / "da-gui").mkdir()
    period = programme.period_by_code[module.PERIOD]
    for unit, data in fill_forms(programme, period, module.make_values, wrong=module.WRONG, most=most):
        (place / "da-gui" / f"{unit.code}.xlsx").write_bytes(data)
    options = ("--programme", place / "chuong-trinh", "-o", place / "ra")
    assert run("consolidate", place / "da-gui", *options).exit_code == 0
    return place


def _read_edition(place: Path) -> dict[str, Any]:
    return dict(json.loads((place / "ra" / "tong-hop.json").read_text("utf-8")))


def _list_right(programme: Programme, field: str) -> list[str]:
    module, _, most, _ = FIELDS[field]
    return [each.unit for each in programme.obligations(module.PERIOD)[:most] if each.unit not in module.WRONG]


def test_a_wrong_workbook_is_told_its_mistake_and_no_other(field: str, edition: Path) -> None:
    module = FIELDS[field][0]
    for unit, (_, code) in module.WRONG.items():
        result = run("check", edition / "da-gui" / f"{unit}.xlsx", "--programme", edition / "chuong-trinh", "--json")
        assert [issue["code"] for issue in json.loads(result.stdout)["issues"]] == [code], unit


def test_the_edition_counts_the_right_workbooks_alone(field: str, edition: Path) -> None:
    module, book, _, summed = FIELDS[field]
    programme, told = load_book(book), _read_edition(edition)
    right = _list_right(programme, field)
    assert max(rate["received"] for rate in told["rates"]) == len(right)
    values = [module.make_values(programme.unit_by_code[code]).get(summed) for code in right]
    headline = next(total for total in told["totals"] if total["indicator"] == summed and total["headline"])
    assert Decimal(str(headline["value"])) == sum(value for value in values if value is not None)


def test_the_report_is_signed_by_who_is_named_and_numbers_its_headings_once(field: str, edition: Path) -> None:
    report = docx.Document(str(edition / "ra" / "bao-cao-tong-hop.docx"))
    texts = [paragraph.text for paragraph in report.paragraphs]
    assert not any(text.startswith(("I. I.", "II. II.")) for text in texts)
    assert max(map(len, texts)) < 1_000  # 3,300 units without a report are counted, not named
    named = load_book(FIELDS[field][1])
    assert f"Thực hiện {named.title} (văn bản số {named.number})," in " ".join(texts)
    (block,) = [table for table in report.tables if "Nơi nhận" in table.cell(0, 0).text]
    recipients = block.cell(0, 0).text.split("\n")
    assert recipients[1] == "- Như trên;"
    assert not any("- -" in line or ";;" in line for line in recipients)


def test_every_level_of_the_ministry_is_asked_its_own_rows() -> None:
    programme = load_book(FIELDS["ministry"][1])
    assert len(programme.units) == ministry.PROVINCES + ministry.COMMUNES == 3_319
    form, period = programme.forms[0], programme.period_by_code[ministry.PERIOD]
    asked = {code: [row.code for row in programme.rows(form, programme.unit_by_code[code], period)]
             for code in ("01", "00001")}  # fmt: skip
    assert asked == {"01": ["P01", "P02"], "00001": ["N01", "N02", "N03", "N04"]}


@pytest.mark.parametrize(
    ("online", "evenings", "teams", "points", "band"),
    [
        (200, 9, 9, 100, "Tốt"),
        (120, 1, 0, 65, "Khá"),
        (100, 0, 0, 50, "Trung bình"),
        (99, 0, 0, Decimal("49.5"), "Yếu"),
    ],
)
def test_a_score_is_capped_and_put_into_its_band(
    online: int, evenings: int, teams: int, points: Decimal, band: str
) -> None:
    """Half a point a file up to 60, five an evening up to 25, three a team up to 15."""
    score = load_book(FIELDS["communes"][1]).indicator_by_code["D01"]
    assert score.formula is not None
    found = score.formula.compute(Figures({"A02": online, "B01": evenings, "C01": teams}, {}))
    assert (found, score.find_band(found)) == (points, band)
