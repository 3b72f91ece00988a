"""Forms that ask more than counts, from the blank form to what is told of the workbook."""

from __future__ import annotations

import io
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from chalicelib.domain.programme.model import Programme
from chalicelib.intake.check import check_workbook
from chalicelib.workbook.form.filling import read_back, save
from chalicelib.workbook.form.guidance import LONGEST_FORMULA
from tests.asked import FILES, change, fill, load, make_blank, tell
from tests.report.conftest import convert


@pytest.fixture(scope="module")
def school() -> Programme:
    return load()


WHOLE: dict[str, Any] = {
    "B03": 2,
    "B04": 3,
    "Q1": True,
    "Q2": "Khá",
    "P01": 300,
    "P02": "95,5",
    "P03": "12,5%",
    "P04": Decimal("112.5"),
    "C01": 120,
    "C02": 1,
    "C03": 0,
}


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({}, []),
        ({"B03": 0, "B04": None}, []),
        ({"B03": 0, "B04": 0}, []),
        ({"B03": 0}, [("cell.not_asked", "B04")]),
        ({"B04": None}, [("cell.missing", "B04")]),
        ({"B03": None, "B04": None}, [("cell.missing", "B03")]),
        ({"C01": 20, "C02": None}, []),
        ({"Q1": False, "C01": None, "C02": None, "C03": None}, []),
        ({"Q1": "chưa", "C02": None, "C03": None}, [("cell.not_asked", "C01")]),
        ({"B03": "không", "B04": "03 người"}, [("cell.not_asked", "B04")]),
    ],
)
def test_a_row_that_is_not_asked_may_be_blank_and_says_so_where_it_is_not(
    school: Programme, changed: dict[str, Any], told: list[tuple[str, str]]
) -> None:
    given = {code: value for code, value in (WHOLE | changed).items() if value is not None}
    assert tell(school, given) == told


def test_what_is_told_names_the_condition_and_the_cell_that_decides_it(school: Programme) -> None:
    (issue,) = check_workbook(fill(school, WHOLE | {"B03": 0}), school).issues
    assert issue.severity == "warning"
    assert issue.sentence == "Dòng này chỉ ghi khi B03 lớn hơn 0, nhưng ô ghi 3."
    sheet = load_workbook(io.BytesIO(make_blank(school)))["Số liệu"]
    assert [sheet[cell.replace("E", "A")].value for cell in (issue.cell, *issue.related)] == ["B04", "B03"]


def test_the_blank_form_says_when_a_row_is_asked(school: Programme) -> None:
    texts = {cell.value for row in load_workbook(io.BytesIO(make_blank(school)))["Số liệu"].iter_rows() for cell in row}
    assert "Số người liên quan\n(chỉ ghi khi B03 lớn hơn 0)" in texts
    assert "II. Bếp ăn (chỉ ghi khi Q1 là “Có”)" in texts


@pytest.mark.parametrize(
    ("typed", "read"),
    [("Khá", "Khá"), ("  KHÁ ", "Khá"), ("kha", "Khá"), ("trung  binh", "Trung bình"), ("Khá", "Khá"),
     ("Khas", None), ("Tốt, Khá", None), (1, None), ("giỏi", None)],
)  # fmt: skip
def test_a_choice_is_read_where_exactly_one_is_meant(school: Programme, typed: object, read: str | None) -> None:
    outcome = check_workbook(fill(school, WHOLE | {"Q2": typed, "B05": 0}), school)
    found = outcome.values.get("Q2")
    assert (found.value if found else None) == read
    assert [issue.code for issue in outcome.issues] == ([] if read else ["cell.not_a_choice"])


def test_what_is_no_choice_is_told_with_the_choices_and_the_nearest(school: Programme) -> None:
    (issue,) = check_workbook(fill(school, WHOLE | {"Q2": "Khas"}), school).issues
    assert issue.sentence == (
        "“Khas” không có trong danh sách; cần một trong: “Tốt”, “Khá”, “Trung bình”, “Yếu”; có phải là “Khá”."
    )


def test_the_cell_of_a_choice_offers_its_list(school: Programme) -> None:
    book = load_workbook(io.BytesIO(make_blank(school)))
    lists = [[cell.value for cell in row] for row in book["_danh_muc"].iter_rows()]
    assert lists == [["Tốt", "Khá", "Trung bình", "Yếu"]]
    rules = [rule for rule in book["Số liệu"].data_validations.dataValidation if rule.formula1 == "_danh_muc!$A$1:$D$1"]
    assert [rule.prompt for rule in rules] == ["Chọn một trong: Tốt; Khá; Trung bình; Yếu."]


@pytest.mark.parametrize(
    ("typed", "number_format", "read"),
    [
        ("12,5", "", "12.5"), ("12,5%", "", "12.5"), ("12,5 %", "", "12.5"), ("0,5", "", "0.5"), ("0,5%", "", "0.5"),
        (0.125, "0.00%", "12.5"), (0.07, "0%", "7"), (0.005, "0.0%", "0.5"), (1, "0%", "100"), (0.29, "0.00%", "29"),
        (12.5, "General", "12.5"), (112, "#,##0", "112"), (0, "General", "0"), ("không", "", "0"),
        (0.125, "General", None), (1, "#,##0", None), (0.5, "0.0", None), ("12 người", "", None), (-0.1, "0%", None),
    ],
)  # fmt: skip
def test_a_percentage_is_read_as_it_is_seen_and_never_guessed(
    school: Programme, typed: object, number_format: str, read: str | None
) -> None:
    book = load_workbook(io.BytesIO(fill(school, WHOLE)))
    cell = next(row[4] for row in book["Số liệu"].iter_rows() if row[0].value == "P03")
    cell.value = typed  # type: ignore[assignment]
    if number_format:
        cell.number_format = number_format
    outcome = check_workbook(save(book), school)
    found = outcome.values.get("P03")
    assert (found and str(found.value)) == read
    assert len(outcome.issues) == (read is None)


def test_a_fraction_without_a_sign_is_asked_for_again_in_both_ways(school: Programme) -> None:
    book = load_workbook(io.BytesIO(fill(school, WHOLE)))
    cell = next(row[4] for row in book["Số liệu"].iter_rows() if row[0].value == "P03")
    cell.value, cell.number_format = 0.125, "General"
    (issue,) = check_workbook(save(book), school).issues
    told = "“0,125” có thể hiểu theo hai cách; cần 12,5% hoặc 0,125%, ghi kèm dấu %."
    assert issue.sentence.replace("0.125", "0,125") == told


def _list_colours(data: bytes) -> list[str]:
    sheet = load_workbook(io.BytesIO(data))["Số liệu"]
    return [rule.formula[0] for each in sheet.conditional_formatting for rule in each.rules]


def test_no_colour_tells_whether_a_row_is_asked_by_a_percentage_whose_cell_may_hold_a_fraction() -> None:
    plain, by_percent = (change("indicators.csv", "C01 >= 100", each) for each in ("C01 > 77", "P02 > 77"))
    assert any(">77" in each for each in _list_colours(make_blank(load(plain))))
    assert not any(">77" in each for each in _list_colours(make_blank(load(by_percent))))
    assert tell(load(by_percent), WHOLE | {"P02": "50%"}) == [("cell.not_asked", "C02")]


def test_excel_can_hold_the_colours_of_a_choice_among_many_long_words() -> None:
    words = "|".join(f"{number} {'x' * 90}" for number in range(120))
    files = change("indicators.csv", "Tốt|Khá|Trung bình|Yếu", words)
    files["indicators.csv"] = files["indicators.csv"].replace("Q2 = Trung bình|Yếu", "")
    formulas = _list_colours(make_blank(load(files)))
    assert formulas
    assert all(len(each) <= LONGEST_FORMULA for each in formulas)


@pytest.mark.office
@pytest.mark.parametrize(
    ("values", "line"),
    [
        ({}, "còn 7 ô bắt buộc chưa ghi"),
        ({"B03": 0, "Q1": False, "Q2": "tốt"}, "còn 4 ô bắt buộc chưa ghi"),
        ({"B03": 0, "Q1": False, "B04": 3, "C01": 0, "Q2": "Tôt"}, "còn 4 ô bắt buộc chưa ghi; 2 ô cần xem lại"),
        ({"B03": "02 vụ", "Q1": "đã có", "C01": 100, "C03": 1, "Q2": "YẾU"}, "còn 6 ô bắt buộc chưa ghi"),
    ],
)
def test_the_line_counts_only_what_is_asked(
    school: Programme, values: dict[str, Any], line: str, tmp_path: Path
) -> None:
    (tmp_path / "out").mkdir()
    path = tmp_path / "bieu.xlsx"
    path.write_bytes(fill(school, values))
    calculated = load_workbook(convert(path, "xlsx", tmp_path / "out"), data_only=True)["Số liệu"]
    assert calculated["A3"].value == f"Trang tính này {line}"


BY_NUMBER = change("indicators.csv", "B03 > 0", "B03 = 5|7")
GRADED = {
    "indicators.csv": FILES["indicators.csv"]
    .replace("Tốt|Khá|Trung bình|Yếu", "3|4|5")
    .replace("Q2 = Trung bình|Yếu", "Q2 ≠ 5")
}


@pytest.mark.parametrize(
    ("files", "changed", "told"),
    [
        (BY_NUMBER, {"B03": 5}, []),
        (BY_NUMBER, {"B03": "bảy"}, []),
        (BY_NUMBER, {"B03": 7, "B04": None}, [("cell.missing", "B04")]),
        (BY_NUMBER, {"B03": 6}, [("cell.not_asked", "B04")]),
        (BY_NUMBER, {"B03": 6, "B04": None}, []),
        (BY_NUMBER, {"B03": None, "B04": None}, [("cell.missing", "B03")]),
        (FILES | GRADED, {"Q2": 5}, []),
        (FILES | GRADED, {"Q2": "5"}, []),
        (FILES | GRADED, {"Q2": 4}, [("cell.missing", "B05")]),
        (FILES | GRADED, {"Q2": "4", "B05": 1}, []),
    ],
)
def test_a_number_is_an_answer_on_which_a_row_may_depend(
    files: dict[str, str], changed: dict[str, Any], told: list[tuple[str, str]]
) -> None:
    given = {code: value for code, value in (WHOLE | changed).items() if value is not None}
    assert tell(load(files), given) == told


@pytest.mark.office
@pytest.mark.parametrize(
    ("files", "values", "line"),
    [
        (BY_NUMBER, {"B03": 5}, "còn 7 ô bắt buộc chưa ghi"),
        (BY_NUMBER, {"B03": 6}, "còn 6 ô bắt buộc chưa ghi"),
        (BY_NUMBER, {"B03": 6, "B04": 1}, "còn 6 ô bắt buộc chưa ghi; 1 ô cần xem lại"),
        (BY_NUMBER, {"B03": "năm"}, "còn 6 ô bắt buộc chưa ghi"),
        (FILES | GRADED, {"B03": 0, "Q2": 5}, "còn 5 ô bắt buộc chưa ghi"),
        (FILES | GRADED, {"B03": 0, "Q2": "4"}, "còn 6 ô bắt buộc chưa ghi"),
    ],
)
def test_the_blank_form_itself_tells_by_a_number_what_is_asked(
    files: dict[str, str], values: dict[str, Any], line: str, tmp_path: Path
) -> None:
    (tmp_path / "out").mkdir()
    path = tmp_path / "bieu.xlsx"
    path.write_bytes(fill(load(files), values))
    calculated = load_workbook(convert(path, "xlsx", tmp_path / "out"), data_only=True)["Số liệu"]
    assert calculated["A3"].value == f"Trang tính này {line}"


def test_labels_are_matched_without_the_condition_that_follows_them(school: Programme) -> None:
    book = load_workbook(io.BytesIO(fill(school, WHOLE)))
    sheet = book["Số liệu"]
    for row in sheet.iter_rows():
        for cell in row:
            if str(cell.value).startswith("@") or (cell.column == 1 and cell.row > 8):
                cell.value = None
    outcome = check_workbook(save(book), school)
    assert {code: figure.value for code, figure in outcome.values.items()} == WHOLE | {
        "C04": 120,
        "P02": Decimal("95.5"),
        "P03": Decimal("12.5"),
    }


_ROWS = FILES["indicators.csv"].replace(",per\n", ",per,plausible\n", 1).splitlines(keepends=True)
LIMITED = FILES | {
    "indicators.csv": "".join(
        f"{row.rstrip()},truong: 5..50; phong: ..500\n" if row.startswith("B03,") else row for row in _ROWS
    )
}


@pytest.mark.parametrize(
    ("unit", "typed", "expected"),
    [("T1", 51, "từ 5 đến 50 vụ"), ("T1", "04 vụ", "từ 5 đến 50 vụ"), ("T1", 50, ""), ("P1", 51, ""),
     ("P1", 501, "không quá 500 vụ")],
)  # fmt: skip
def test_a_figure_outside_the_plausible_range_of_its_type_is_a_warning(unit: str, typed: object, expected: str) -> None:
    limited = load(LIMITED)
    outcome = check_workbook(fill(limited, WHOLE | {"B03": typed}, unit=unit), limited)
    told = [(each.code, each.severity, each.indicator, each.expected) for each in outcome.issues]
    assert told == ([("cell.implausible", "warning", "B03", expected)] if expected else [])
    assert outcome.status == "accepted"


def test_the_cell_says_its_plausible_range_and_warns_outside_it() -> None:
    limited = load(LIMITED)
    sheet = load_workbook(io.BytesIO(make_blank(limited)))["Số liệu"]
    (rule,) = [rule for rule in sheet.data_validations.dataValidation if "từ 5 đến 50 vụ" in str(rule.prompt)]
    assert str(rule.prompt).startswith("Thường từ 5 đến 50 vụ. Ghi một số nguyên")
    assert (rule.type, rule.errorStyle) == ("custom", "warning")
    assert "<5)" in str(rule.formula1)
    assert ">50)" in str(rule.formula1)


@pytest.mark.office
@pytest.mark.parametrize(("typed", "odd"), [(4, 1), (5, 0), (51, 1), (-3, 1), (50.5, 1), ("60 vụ", 0)])
def test_a_figure_outside_its_range_has_the_colour_of_what_is_odd_and_counts_once(
    typed: object, odd: int, tmp_path: Path
) -> None:
    (tmp_path / "out").mkdir()
    path = tmp_path / "bieu.xlsx"
    path.write_bytes(fill(load(LIMITED), {"B03": typed, "B04": 0}))
    calculated = load_workbook(convert(path, "xlsx", tmp_path / "out"), data_only=True)["Số liệu"]
    assert str(calculated["A3"].value).endswith("1 ô cần xem lại" if odd else "chưa ghi")


def test_the_range_of_a_percentage_is_told_in_per_cent_and_held_against_what_the_cell_stores() -> None:
    rows = (f"{row.rstrip()},80..100\n" if row.startswith("P03,") else row for row in _ROWS)
    limited = load(FILES | {"indicators.csv": "".join(rows)})
    sheet = load_workbook(io.BytesIO(make_blank(limited)))["Số liệu"]
    (rule,) = [rule for rule in sheet.data_validations.dataValidation if "từ 80% đến 100%" in str(rule.prompt)]
    assert "<0.8)" in str(rule.formula1)
    assert ">1)" in str(rule.formula1)
    (issue,) = check_workbook(fill(limited, WHOLE), limited).issues
    assert issue.sentence == "Ô ghi 12,5, ngoài khoảng hợp lý của dòng này (từ 80% đến 100%)."


def test_what_is_typed_from_paper_is_held_against_the_range_and_read_back_as_it_was() -> None:
    limited = load(LIMITED)
    data = fill(limited, WHOLE | {"B03": "51"})
    assert [issue.code for issue in check_workbook(data, limited).issues] == ["cell.implausible"]
    assert read_back(data).values["B03"] == "51"


def test_a_row_that_is_not_asked_has_one_message_whatever_its_range_is() -> None:
    rows = (f"{row.rstrip()},5..50\n" if row.startswith("B04,") else row for row in _ROWS)
    limited = load(FILES | {"indicators.csv": "".join(rows)})
    assert tell(limited, WHOLE | {"B03": 0, "B04": 3}) == [("cell.not_asked", "B04")]
