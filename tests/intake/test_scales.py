"""A form that asks in triệu đồng for what is kept in đồng: from the blank form to what is kept and what is told."""

from __future__ import annotations

import io
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest
from openpyxl import load_workbook

from chalicelib import folders
from chalicelib.domain.programme.loading import load_programme
from chalicelib.domain.programme.model import Programme
from chalicelib.domain.submission.earlier import Earlier, hold_against
from chalicelib.domain.submission.records import Figure, Outcome
from chalicelib.intake.check import check_workbook
from chalicelib.intake.copying import make_marked_copy
from chalicelib.office.programme_trial import list_trials, make_sample
from chalicelib.workbook.form.filling import Contents, fill_in
from chalicelib.workbook.form.template import make_template
from tests.intake.spoiling import FIGURES, HOME, ROWS, TABLE, VALUES, Desk

TOTALS = (
    "B06,B,Tổng kinh phí,đồng,money,xa|huyen,,B04 + B05,,,,,,,,triệu đồng\n"
    "B07,B,Tỷ lệ huy động,%,ratio,xa|huyen,,B05 / B06,,,,,,,,\n"
)


def change(*changes: tuple[str, str, str]) -> dict[str, str]:
    """The files with two totals besides, over rows that are asked in different units."""
    files = folders.read_folder(HOME)
    listed = files["indicators.csv"].replace("B01 = Có", "")
    files["indicators.csv"] = listed.replace("C01,C", f"{TOTALS}C01,C", 1)
    files["bieu.toml"] = files["bieu.toml"].replace('"B05", "C01"', '"B05", "B06", "B07", "C01"')
    for name, old, new in changes:
        assert old in files[name]
        files[name] = files[name].replace(old, new)
    return files


RULE = (
    "bieu.toml",
    'id = "M-03"',
    'id = "M-03"\ncheck = "B05 <= 20000000"\nmessage = "Quá."\n\n[[rules]]\nid = "M-04"',
)
PROGRAMME = load_programme(change(RULE))
UNSCALED = (("indicators.csv", ",triệu đồng\n", ",\n"), ("bieu.toml", ', asked_in = "triệu đồng"', ""))
PLAIN = load_programme(change(*UNSCALED))


def make(
    programme: Programme, values: Mapping[str, Any], rows: list[dict[str, Any]] | None = None, **before: Any
) -> bytes:
    form, unit, period = programme.form_by_code["bieu"], programme.unit_by_code["001"], programme.period_by_code["nam"]
    contents = Contents({**VALUES, **values}, {"to": ROWS if rows is None else rows})
    return fill_in(make_template(programme, form, unit, period, **before), contents)


def put_unit(desk: Desk, text: str) -> None:
    cell = next(row[3] for row in desk.book[FIGURES].iter_rows() if row[0].value == "B05")
    desk.book[FIGURES][cell.coordinate].value = text


def tell(outcome: Outcome) -> list[tuple[str, str, str]]:
    return [(issue.code, issue.found, issue.expected) for issue in outcome.issues]


@pytest.mark.parametrize("value", [0, 1, 999, 1_234_567, 20_000_000, 123_456_789_012, 999_999_999_999])
def test_a_figure_that_is_filled_in_as_it_is_asked_is_kept_as_it_was(value: int) -> None:
    asked = Decimal(value) / 10**6
    read = check_workbook(make(PROGRAMME, {"B05": asked}, [ROWS[0] | {"tien": asked}, ROWS[1]]), PROGRAMME)
    assert read.values["B05"].value == value
    assert read.tables["to"][0].values["tien"] == value


def test_the_blank_form_prints_the_unit_that_is_asked_and_earlier_figures_in_it() -> None:
    sheet = Desk(make(PROGRAMME, {}, previous={"B05": 1_500_000, "B04": 7})).book[FIGURES]
    printed = {row[0].value: [cell.value for cell in row] for row in sheet.iter_rows()}
    assert (printed["B05"][3], printed["B05"][6]) == ("triệu đồng", 1.5)
    assert (printed["B04"][3], printed["B04"][6]) == ("đồng", 7)
    assert Desk(make(PROGRAMME, {})).book[TABLE]["F4"].value == "Kinh phí (triệu đồng)"


def test_a_total_over_rows_of_several_units_is_computed_in_one(tmp_path: Any) -> None:
    formulas = Desk(make(PROGRAMME, {})).book[FIGURES]
    cells = {row[0].value: row[4] for row in formulas.iter_rows()}
    four, five, six = (cells[code].coordinate for code in ("B04", "B05", "B06"))
    assert cells["B06"].value == f'=IF(COUNT({four},{five})<2,"",({four}+({five}*1000000))/1000000)'
    assert cells["B07"].value == f'=IF(OR(COUNT({five},{six})<2,{six}=0),"",({five}*1000000)/({six}*1000000))'
    outcome = check_workbook(make(PROGRAMME, {"B04": 35_000_000, "B05": Decimal("12.25")}), PROGRAMME)
    assert (outcome.values["B06"].value, outcome.issues) == (47_250_000, ())


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        (Decimal("47.25"), []),
        ("47.250.000 đồng", []),
        (Decimal("47.2500000001"), []),
        (Decimal("47.2"), [("total.differs", "47,2", "47,25")]),
        (47_250_000, [("total.differs", "47.250.000", "47,25")]),
    ],
)
def test_a_total_that_is_typed_is_told_in_its_own_unit(typed: Any, told: list[tuple[str, str, str]]) -> None:
    assert tell(check_workbook(make(PROGRAMME, {"B06": typed}), PROGRAMME)) == told


def test_what_is_told_is_in_the_unit_that_is_asked() -> None:
    outcome = check_workbook(make(PROGRAMME, {"B05": 600}), PROGRAMME)
    (cell,) = (issue.cell for issue in outcome.issues if issue.code == "cell.implausible")
    assert tell(outcome) == [
        ("rule.broken", f"B05 = 600 triệu đồng (ô {cell}); 20 triệu đồng", "B05 <= 20000000"),
        ("cell.implausible", "600", "không quá 500 triệu đồng"),
    ]
    before = {"B05": Figure(value=700_000_000, sheet="", cell="")}
    held = hold_against(check_workbook(make(PROGRAMME, {}), PROGRAMME), PROGRAMME, Earlier(before, before))
    assert tell(held) == [
        ("rule.less_than_before", "12,25 triệu đồng", "700 triệu đồng"),
        ("rule.unusual", "12,25 triệu đồng", "kỳ trước: 700 triệu đồng"),
    ]


def test_another_unit_that_is_typed_is_told_as_a_reading() -> None:
    outcome = check_workbook(make(PROGRAMME, {"B05": "12.250.000 đ"}), PROGRAMME)
    assert [(each.found, each.read_as, each.reason) for each in outcome.normalisations] == [
        ("12.250.000 đ", "12250000", "scale")
    ]
    assert check_workbook(make(PROGRAMME, {}), PROGRAMME).normalisations == ()


# Another scale is never read as the form's own

NEWER = "version = 2\naccepts = [1]"


def test_a_form_that_asked_in_another_unit_is_refused_in_every_version() -> None:
    for older, files in ((PLAIN, change(RULE)), (PROGRAMME, change(*UNSCALED))):
        data = make(older, {"B05": 1, "B06": None}, [ROWS[0] | {"tien": 1}])
        for version in ("version = 1", NEWER):
            newer = files | {"bieu.toml": files["bieu.toml"].replace("version = 1", version)}
            outcome = check_workbook(data, load_programme(newer))
            told = [(issue.code, issue.indicator) for issue in outcome.errors if "unit" in issue.code]
            assert told == [("table.unit_differs", "tien"), ("form.unit_differs", "B05"), ("form.unit_differs", "B06")]


def test_an_older_form_that_asked_in_the_same_unit_is_taken() -> None:
    newer = load_programme(change(RULE, ("bieu.toml", "version = 1", NEWER)))
    outcome = check_workbook(make(PROGRAMME, {}), newer)
    assert (outcome.version, outcome.values["B05"].value, outcome.issues) == (1, 12_250_000, ())
    desk = Desk(make(PROGRAMME, {}))
    put_unit(desk, "")
    assert [issue.code for issue in check_workbook(desk.save(), newer).errors] == ["form.unit_differs"]


@pytest.mark.parametrize("text", ["đồng", "nghìn đồng", "tỷ đồng", "triệu", "tấn"])
def test_a_unit_that_is_changed_beside_a_figure_is_refused(text: str) -> None:
    desk = Desk(make(PROGRAMME, {}))
    put_unit(desk, text)
    assert [issue.code for issue in check_workbook(desk.save(), PROGRAMME).errors] == ["form.unit_differs"]


@pytest.mark.parametrize("text", ["Triệu đồng", "tr.đ", "trđ", "triệu  đồng"])
def test_another_spelling_of_the_unit_is_the_unit(text: str) -> None:
    desk = Desk(make(PROGRAMME, {}))
    put_unit(desk, text)
    assert check_workbook(desk.save(), PROGRAMME).issues == ()


@pytest.mark.parametrize(
    ("programme", "unit", "told"),
    [
        (PROGRAMME, "triệu đồng", []),
        (PROGRAMME, "đồng", ["B05"]),
        (PROGRAMME, None, ["B05"]),
        (PLAIN, "đồng", []),
        (PLAIN, "triệu đồng", ["B05"]),
        (PLAIN, None, []),
    ],
)
def test_a_sheet_of_the_units_own_making_says_in_which_unit_it_is(
    programme: Programme, unit: str | None, told: list[str]
) -> None:
    desk = Desk(make(programme, {"B05": 12}))
    sheet = desk.book[FIGURES]
    for row in sheet.iter_rows():
        if row[0].value == "B05":
            sheet[row[3].coordinate] = unit
        if str(row[0].value).startswith("@"):
            for cell in row:
                sheet[cell.coordinate] = None
    outcome = check_workbook(desk.save(), programme)
    assert "form.matched_by_label" in {issue.code for issue in outcome.issues}
    assert [issue.indicator for issue in outcome.errors if issue.code == "form.unit_differs"] == told


@pytest.mark.parametrize(
    ("heading", "is_taken"),
    [
        ("Kinh phí", True),
        ("Kinh phí (triệu đồng)", True),
        ("Kinh phí, triệu đồng", True),
        ("Kinh phí (ĐVT: trđ)", True),
        ("Kinh phí (1.000.000 đồng)", True),
        ("Kinh phí (đồng)", False),
        ("Kinh phí, đồng", False),
        ("Kinh phí đồng", False),
        ("Kinh phí (ĐVT: đồng)", False),
        ("Kinh phí [đồng]", False),
        ("Kinh phí (1.000 đồng)", False),
        ("Số tiền tính bằng nghìn đồng", False),
    ],
)
def test_a_unit_that_is_written_anywhere_in_a_heading_is_compared(heading: str, is_taken: bool) -> None:
    desk = Desk(make(PROGRAMME, {}))
    (cell,) = [cell for row in desk.book[TABLE].iter_rows() for cell in row if cell.value == "Kinh phí (triệu đồng)"]
    desk.book[TABLE][cell.coordinate] = heading
    told = [issue.code for issue in check_workbook(desk.save(), PROGRAMME).errors]
    assert told == ([] if is_taken else ["table.unit_differs"])


def test_a_form_says_on_its_sheet_of_help_how_another_unit_is_written() -> None:
    told = "Số tính theo đơn vị khác thì ghi kèm đủ đơn vị, ví dụ 1.500.000 đồng."
    for programme, is_told in ((PROGRAMME, True), (PLAIN, False)):
        cells = [str(cell.value) for row in Desk(make(programme, {})).book["Hướng dẫn"].iter_rows() for cell in row]
        assert any(told in text for text in cells) is is_told


def test_a_sample_that_fills_itself_in_is_in_the_asked_unit() -> None:
    trial = next(list_trials(PROGRAMME))
    outcome = check_workbook(make_sample(PROGRAMME, trial), PROGRAMME)
    assert (outcome.values["B05"].value, outcome.tables["to"][0].values["tien"]) == (1, 1)


def test_figures_of_another_unit_do_not_come_into_a_fresh_form() -> None:
    desk = Desk(make(PLAIN, {"B05": 7, "B06": None}, [ROWS[0] | {"tien": 8}]))
    desk.book[TABLE].delete_cols(5)  # so that the copy is a fresh form
    outcome = check_workbook(desk.save(), PROGRAMME)
    copy = make_marked_copy(desk.save(), outcome, PROGRAMME)
    assert copy
    fresh = load_workbook(io.BytesIO(copy))
    values = {row[0].value: row[4].value for row in fresh[FIGURES].iter_rows()}
    assert (values["B04"], values["B05"]) == (35_000_000, None)
    assert fresh[TABLE]["B6"].value == "Tổ 1"
    assert 8 not in [cell.value for row in fresh[TABLE].iter_rows(min_col=2) for cell in row]


def test_figures_of_an_older_form_that_names_no_unit_do_not_come_into_a_fresh_form_of_now() -> None:
    desk = Desk(make(PLAIN, {"B06": None}, [ROWS[0] | {"tien": 8}]))
    (heading,) = [cell for row in desk.book[TABLE].iter_rows() for cell in row if cell.value == "Kinh phí (đồng)"]
    desk.book[TABLE][heading.coordinate] = "Kinh phí"
    desk.book[TABLE].delete_cols(5)  # so that the copy is a fresh form
    newer = load_programme(change(RULE, ("bieu.toml", "version = 1", NEWER)))
    outcome = check_workbook(desk.save(), newer)
    copy = make_marked_copy(desk.save(), outcome, newer)
    assert outcome.version == 1
    assert copy
    fresh = load_workbook(io.BytesIO(copy))
    assert fresh[TABLE]["B6"].value == "Tổ 1"
    assert 8 not in [cell.value for row in fresh[TABLE].iter_rows(min_col=2) for cell in row]


def test_a_column_of_a_table_is_not_taken_for_a_row_of_figures_with_its_code() -> None:
    named = load_programme(change(RULE, ("bieu.toml", 'code = "tien"', 'code = "B05"')))
    desk = Desk(make(named, {}, [{code: value for code, value in ROWS[0].items() if code != "tien"} | {"B05": 8}]))
    put_unit(desk, "đồng")
    desk.book[TABLE].delete_cols(5)
    outcome = check_workbook(desk.save(), named)
    copy = make_marked_copy(desk.save(), outcome, named)
    assert copy
    fresh = load_workbook(io.BytesIO(copy))
    assert {row[0].value: row[4].value for row in fresh[FIGURES].iter_rows()}["B05"] is None
    assert 8 in [cell.value for row in fresh[TABLE].iter_rows(min_col=2) for cell in row]
