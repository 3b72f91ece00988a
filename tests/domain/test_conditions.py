"""When a row is asked: the language of conditions, what it says by which answers, and what does not fit."""

from __future__ import annotations

from decimal import Decimal

import pytest

from chalicelib.domain.programme.conditions import parse_condition
from chalicelib.domain.programme.loading import ProgrammeInvalid, load_programme
from chalicelib.domain.values import Value
from tests.asked import change, load


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("B03 > 0", "B03 lớn hơn 0"),
        ("B03 = 5", "B03 bằng 5"),
        ("B03 + B04 >= 5", "B03 + B04 từ 5 trở lên"),
        ("B03 = 5 hoặc 7,5", "B03 bằng 5 hoặc 7,5"),
        ("B03 ≠ 5", "B03 khác 5"),
        ("B03 != 5", "B03 khác 5"),
        ("B03 = -2", "B03 bằng -2"),
        ("B03 ≤ 5", "B03 không quá 5"),
        ("Q1 ≠ Có và B03 * 2 ≥ 5", "Q1 không phải là “Có” và B03 * 2 từ 5 trở lên"),
        ("B03 + B04 = 5", "B03 + B04 bằng 5"),
        ("B03 + B04 ≠ 5", "B03 + B04 khác 5"),
        ("Q1 = 5|Không", "Q1 là “5” hoặc “Không”"),
        ("Q1 = Có", "Q1 là “Có”"),
        ('Q1 = "Tốt" hoặc Khá', "Q1 là “Tốt” hoặc “Khá”"),
        ("Q1 = Tốt|Khá", "Q1 là “Tốt” hoặc “Khá”"),
        ("Q1 != Không và B03 <= 2", "Q1 không phải là “Không” và B03 không quá 2"),
        ("Q1 = Đạt và vượt", "Q1 là “Đạt và vượt”"),
        ("kỳ = nam và đơn vị = truong|phong và B03 < 9", "B03 nhỏ hơn 9"),
        ("", ""),
    ],
)
def test_a_condition_is_printed_in_words(text: str, printed: str) -> None:
    assert str(parse_condition(text)) == printed


@pytest.mark.parametrize(
    ("text", "values", "holds"),
    [
        ("B03 > 0", {"B03": 1}, True),
        ("B03 > 0", {"B03": 0}, False),
        ("B03 > 0", {}, None),
        ("B03 = 5", {"B03": 5}, True),
        ("B03 = 5", {"B03": Decimal("5.1")}, False),
        ("B03 = 5", {}, None),
        ("B03 = 0", {}, None),
        ("B03 != 0", {}, None),
        ("B03 ≠ 5", {"B03": 4}, True),
        ("B03 ≠ 5|6", {"B03": 6}, False),
        ("B03 = 5|7,50", {"B03": Decimal("7.5")}, True),
        ("B03 ≤ 5", {"B03": 5}, True),
        ("B03 ≥ 5", {"B03": 4}, False),
        ("B03 + B04 = 5", {"B03": 2, "B04": 3}, True),
        ("B03 + B04 ≠ 5", {"B03": 2}, None),
        ("Q2 = 5", {"Q2": "5"}, True),
        ("Q2 = 4|5", {"Q2": "3"}, False),
        ("Q1 = 1", {"Q1": True}, True),
        ("Q1 = 1", {"Q1": False}, False),
        ("kỳ = 5", {}, True),
        ("Q1 = Có", {"Q1": True}, True),
        ("Q1 = Có", {"Q1": False}, False),
        ("Q1 != Có", {"Q1": False}, True),
        ("Q1 = Tốt|Khá", {"Q1": "Khá"}, True),
        ("Q1 = Tốt|Khá", {"Q1": "Yếu"}, False),
        ("Q1 = Có và B03 > 0", {"Q1": False}, False),
        ("Q1 = Có và B03 > 0", {"Q1": True}, None),
        ("kỳ = nam", {}, True),
    ],
)
def test_a_condition_holds_fails_or_is_not_known(text: str, values: dict[str, Value], holds: bool | None) -> None:
    assert parse_condition(text).on_form.holds(values) is holds


@pytest.mark.parametrize(
    ("values", "asked"),
    [
        ({}, {"B04": None, "B05": None, "C01": None, "C02": None, "C03": None, "C04": None}),
        ({"B03": 2, "Q1": True}, {"B04": True, "B05": None, "C01": True, "C02": None, "C03": True, "C04": True}),
        ({"Q1": False, "B03": 0, "Q2": "Tốt"}, dict.fromkeys(("B04", "B05", "C01", "C02", "C03", "C04"), False)),
        (
            {"Q1": True, "C01": 99, "Q2": "Yếu"},
            {"B04": None, "B05": True, "C01": True, "C02": False, "C03": True, "C04": True},
        ),
    ],
)
def test_a_row_is_asked_by_its_own_condition_its_sections_and_that_of_what_it_depends_on(
    values: dict[str, Value], asked: dict[str, bool | None]
) -> None:
    programme = load()
    form, unit, period = programme.forms[0], programme.unit_by_code["T1"], programme.period_by_code["thang-1"]
    assert form.judge_conditions(programme.rows(form, unit, period), values) == asked


@pytest.mark.parametrize(
    ("unit", "period", "is_printed"), [("T1", "nam", True), ("T1", "thang-1", False), ("P1", "nam", False)]
)
def test_period_and_type_decide_whether_a_row_is_printed(unit: str, period: str, is_printed: bool) -> None:
    programme = load()
    rows = programme.rows(programme.forms[0], programme.unit_by_code[unit], programme.period_by_code[period])
    assert ("D01" in {row.code for row in rows}) is is_printed


_ROW = "indicators.csv, dòng 3: cột asked_if: "
_ON_FORM = "phieu.toml: mục “I. Chung”, indicators: "
_ABOVE = "trên biểu của loại đơn vị “Trường”, kỳ “Tháng 1”"


@pytest.mark.parametrize(
    ("condition", "told"),
    [
        ("B03", _ROW + "không đọc được điều kiện “B03”; ghi như “B03 > 0”, “B03 = 5” hoặc “Q1 = Có”"),
        ("B003 > 0", _ROW + "không có mã chỉ tiêu “B003”; có phải là “B03”"),
        ("count(to) > 0", _ROW + "điều kiện chỉ nhắc đến chỉ tiêu, không nhắc đến bảng kê: “count(to) > 0”"),
        ("kỳ = thang-2", _ROW + "không có kỳ “thang-2”; có phải là “thang-1”"),
        ("đơn vị = trưong", _ROW + "không có đơn vị “trưong”; có phải là “truong”"),
        (
            "B03 = Có",
            _ROW + "B03 là “cộng dồn trong kỳ”, không trả lời bằng lựa chọn; ghi như “B03 > 0” hoặc “B03 = 5”",
        ),
        ("B03 = 1.000", _ROW + "“1.000” không phải là số; ghi như 1000 hoặc 7,5"),
        (
            "B03 = 5|nhiều",
            _ROW + "B03 là “cộng dồn trong kỳ”, không trả lời bằng lựa chọn; ghi như “B03 > 0” hoặc “B03 = 5”",
        ),
        ("Q2 = 5", _ROW + "Q2 không có lựa chọn “5”"),
        (
            "C04 / B03 = 5",
            _ROW + "không đọc được điều kiện “C04 / B03 = 5”; ghi như “B03 > 0”, “B03 = 5” hoặc “Q1 = Có”",
        ),
        ("Q1 = Cố", _ROW + "Q1 không có lựa chọn “Cố”; có phải là “Có”"),
        ("Q2 = Tôt", _ROW + "Q2 không có lựa chọn “Tôt”; có phải là “Tốt”"),
        ("Q2 > 1", _ROW + "Q2 là “lựa chọn”, không so được với số; ghi như “Q2 = Tốt”"),
        ("C01 > 0", f"{_ON_FORM}điều kiện của B04 cần C01 ở phía trên, {_ABOVE}"),
        ("B04 > 0", f"{_ON_FORM}điều kiện của B04 cần B04 ở phía trên, {_ABOVE}"),
    ],
)
def test_a_condition_that_does_not_fit_is_told_with_what_is_near(condition: str, told: str) -> None:
    with pytest.raises(ProgrammeInvalid) as caught:
        load_programme(change("indicators.csv", "B03 > 0", condition))
    assert told in str(caught.value).split("\n")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("C01 - C03,,,,,,", "C01 - C02,,,,,,", "C02 có khi không phải ghi nên không cộng được vào C04"),
        ("C03,C,Số suất không đạt,suất,flow,truong|phong", "C03,C,Số suất không đạt,suất,flow,phong",
         "thiếu C03 để tính C04"),
    ],
)  # fmt: skip
def test_a_total_is_made_of_what_is_asked_with_it(old: str, new: str, told: str) -> None:
    with pytest.raises(ProgrammeInvalid) as caught:
        load_programme(change("indicators.csv", old, new))
    assert f"phieu.toml: mục “II. Bếp ăn”, indicators: {told}, {_ABOVE}" in str(caught.value).split("\n")
