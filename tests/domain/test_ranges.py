"""The plausible range of a figure: how it is written, what is told of one that does not fit, and what lies outside."""

from __future__ import annotations

from decimal import Decimal

import pytest

from chalicelib.domain.period.plausibility import RANGE
from chalicelib.domain.period.points import Doubt
from chalicelib.domain.programme.kinds import FLAG, RATIO
from chalicelib.domain.programme.misfits import find_misfits
from chalicelib.domain.programme.ranges import Range, find_range, parse_ranges
from chalicelib.domain.programme.type_names import replace_type_names
from chalicelib.domain.values import Number
from tests.domain.builders import make_indicator
from tests.domain.test_plausibility import alike, hold, programme_of, tell


@pytest.mark.parametrize(
    ("text", "is_share", "ranges"),
    [
        ("0..500", False, [("", 0, 500)]),
        ("..500", False, [("", None, 500)]),
        ("5 ..", False, [("", 5, None)]),
        ("-5..1.000", False, [("", -5, 1000)]),
        ("0,5..12,25", False, [("", Decimal("0.5"), Decimal("12.25"))]),
        ("truong: 0..50; xa: 0..1.000.000", False, [("truong", 0, 50), ("xa", 0, 1_000_000)]),
        ("0..9\nxa: 1..2;", False, [("", 0, 9), ("xa", 1, 2)]),
        ("80%..100 %", True, [("", Decimal("0.8"), 1)]),
    ],
)
def test_a_range_is_written_with_two_dots(text: str, is_share: bool, ranges: list[tuple[str, Number, Number]]) -> None:
    assert [each[:3] for each in parse_ranges(text, is_share=is_share)] == ranges


@pytest.mark.parametrize(
    ("text", "is_share", "told"),
    [
        ("khoảng 500", False, "không đọc được khoảng “khoảng 500”"),
        ("..", False, "không đọc được khoảng “..”"),
        (": 1..2", False, "không đọc được khoảng “: 1..2”"),
        ("0.5..2", False, "không đọc được “0.5” của khoảng “0.5..2”"),
        ("1...2", False, "không đọc được “.2”"),
        ("50..5", False, "mức thấp lớn hơn mức cao"),
        ("0..1; 0..2", False, "có hai khoảng không ghi loại đơn vị"),
        ("xa: 0..1; xa: 0..2", False, "loại đơn vị “xa” có hai khoảng"),
        ("0..1", True, "phải ghi theo %"),
    ],
)
def test_a_range_that_cannot_be_read_says_what_is_wrong(text: str, is_share: bool, told: str) -> None:
    with pytest.raises(ValueError, match=told.replace(".", r"\.")):
        parse_ranges(text, is_share=is_share)


def test_the_range_of_the_type_goes_before_that_of_all() -> None:
    ranges = parse_ranges("0..9; xa: 1..2")
    assert [find_range(ranges, each) for each in ("xa", "truong")] == [Range("xa", 1, 2), Range("", 0, 9)]
    assert find_range(parse_ranges("xa: 1..2"), "truong") is None


def test_a_range_of_an_unknown_type_or_of_no_number_is_a_misfit() -> None:
    programme = programme_of(
        make_indicator("A1", plausible="distrct: 0..5"), make_indicator("A2", kind=FLAG, plausible="0..1")
    )
    told = [(each.path[1:], each.what) for each in find_misfits(programme) if each.path[-1] == "plausible"]
    assert told == [
        ((0, "plausible"), "không có loại đơn vị “distrct”; có phải là “district”"),
        ((1, "plausible"), "chỉ số mới có khoảng hợp lý; A2 là “có/không”"),
    ]


def test_a_type_may_be_named_by_its_name_and_all_else_stays_as_it_is_written() -> None:
    raw = {"unit_types": {"xa": "Cấp xã"}, "indicators": [{"plausible": "Cấp xã:0..5;  xa : 1.."}, {"code": "A2"}]}
    assert replace_type_names(raw)["indicators"] == [{"plausible": "xa:0..5;  xa : 1.."}, {"code": "A2"}]


@pytest.mark.parametrize(("figure", "is_odd"), [(30, False), (31, True), (9, True), (10, False), (90, True)])
def test_a_figure_outside_its_range_is_one_point_to_look_at(figure: int, is_odd: bool) -> None:
    programme = programme_of(make_indicator("A1", plausible="district: 10..30; ward: 0..1"))
    made = hold(programme, alike("A1", 20, but={"203": figure}))
    assert tell(made) == ([(Doubt.RANGE, "A1", "203", RANGE)] if is_odd else [])


def test_a_ratio_has_its_range_in_per_cent() -> None:
    parts = [make_indicator("A1"), make_indicator("A2")]
    programme = programme_of(*parts, make_indicator("A3", kind=RATIO, computed="A1 / A2", plausible="..80%"))
    made = hold(programme, {"201": {"A1": 9, "A2": 10}, "202": {"A1": 8, "A2": 10}})
    assert [each for each in tell(made) if each[0] == Doubt.RANGE] == [(Doubt.RANGE, "A3", "201", RANGE)]
