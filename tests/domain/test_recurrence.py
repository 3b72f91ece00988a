"""Periods that a rule of the programme stands for: months, quarters, halves, a year (NĐ 09/2019/NĐ-CP, Điều 11, 12)."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import pairwise
from typing import Any

import pytest

from chalicelib.domain.clock import local_date
from chalicelib.domain.programme.amendments import set_period, write_instant
from chalicelib.domain.programme.loading import PROGRAMME, ProgrammeInvalid, load_programme
from chalicelib.domain.programme.model import Period
from tests.domain.test_loading import FILES

_RULE = '\n[[recurring]]\ncode = "nam-{number}"\nname = "Năm"\nevery = "year"\nlast_day = 3\n'
MONTHLY = {"code": '"thang-{number}"', "name": '"Tháng {number} năm {year}"', "every": '"month"', "last_day": "17"}


def load(**changes: str) -> list[Period]:
    rule = "\n".join(f"{key} = {value}" for key, value in (MONTHLY | changes).items())
    return [each for each in load_programme(add(rule)).periods if each.code != "nam"]


def add(rule: str) -> dict[str, str]:
    return FILES | {"programme.toml": f"{FILES['programme.toml']}\n[[recurring]]\n{rule}\n"}


def tell(period: Period) -> tuple[str, date, date, date]:
    """Its code, its data and the first day that is too late."""
    return period.code, period.data_from, period.data_to, local_date(period.due)


@pytest.mark.parametrize(
    ("changes", "number", "first", "last"),
    [
        ({}, 12, ("thang-1", date(2022, 1, 1), date(2022, 1, 31), date(2022, 2, 18)),
         ("thang-12", date(2022, 12, 1), date(2022, 12, 31), date(2023, 1, 18))),
        ({"cut_day": "14"}, 12, ("thang-1", date(2021, 12, 15), date(2022, 1, 14), date(2022, 1, 18)),
         ("thang-12", date(2022, 11, 15), date(2022, 12, 14), date(2022, 12, 18))),
        ({"every": '"quarter"', "code": '"quy-{number}"', "cut_day": "14", "last_day": "31"}, 4,
         ("quy-1", date(2021, 12, 15), date(2022, 3, 14), date(2022, 4, 1)),
         ("quy-4", date(2022, 9, 15), date(2022, 12, 14), date(2023, 1, 1))),
        ({"every": '"half"', "code": '"ky-{number}"', "cut_day": "14"}, 2,
         ("ky-1", date(2021, 12, 15), date(2022, 6, 14), date(2022, 6, 18)),
         ("ky-2", date(2022, 6, 15), date(2022, 12, 14), date(2022, 12, 18))),
        ({"every": '"year"', "code": '"ca-nam"', "last_day": "14", "cut_day": "14"}, 1,
         ("ca-nam", date(2021, 12, 15), date(2022, 12, 14), date(2023, 1, 15)),
         ("ca-nam", date(2021, 12, 15), date(2022, 12, 14), date(2023, 1, 15))),
    ],
)  # fmt: skip
def test_a_rule_stands_for_the_periods_of_the_year(changes: dict[str, str], number: int, first: Any, last: Any) -> None:
    found = load(**changes)
    assert (len(found), tell(found[0]), tell(found[-1])) == (number, first, last)
    assert all(earlier.data_to < later.data_from for earlier, later in pairwise(found))


def test_february_ends_when_it_ends() -> None:
    february = load(last_day="30", cut_day="30")[1]
    assert tell(february) == ("thang-2", date(2022, 1, 31), date(2022, 2, 28), date(2022, 3, 31))


def test_names_have_the_number_and_the_year() -> None:
    assert load()[2].name == "Tháng 3 năm 2022"
    assert load(name='"Quý {roman}"', every='"quarter"', code='"q{number}"')[3].name == "Quý IV"


def test_cumulative_periods_include_those_before_them_in_the_year() -> None:
    found = load(every='"quarter"', code='"quy-{number}"', cumulative="true")
    assert [each.compare_with for each in found] == ["", "quy-1", "quy-2", "quy-3"]
    assert {each.data_from for each in found} == {date(2022, 1, 1)}


def test_a_period_that_is_written_out_takes_the_place_of_the_rules() -> None:
    own = '\n[[periods]]\ncode = "thang-2"\nname = "Tháng Hai"\ndata_from = 2022-02-01\ndata_to = 2022-02-28\n'
    clocks = "opens = 2022-02-10\ndue = 2022-03-01\nlock = 2022-03-02\n"
    rule = "\n".join(f"{key} = {value}" for key, value in MONTHLY.items())
    found = load_programme(add(rule + own + clocks)).period_by_code
    assert len(found) == 13
    assert (found["thang-2"].name, found["thang-3"].name) == ("Tháng Hai", "Tháng 3 năm 2022")


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"every": '"week"'}, "kỳ lặp lại “thang-{number}”, every: phải là một trong: month, quarter, half, year"),
        ({"last_day": "32"}, "kỳ lặp lại “thang-{number}”, last_day: không được lớn hơn 31"),
        ({"code": '"thang"'}, "kỳ lặp lại “thang”, code: mã “thang” lặp lại"),
        ({"tu": "1"}, "kỳ lặp lại “thang-{number}”, tu: không biết khóa này"),
        ({"opens_before": "1", "lock_after": "0"}, ""),
    ],
)
def test_a_mistake_in_a_rule_is_told_in_it(changes: dict[str, str], told: str) -> None:
    if not told:
        assert len(load(**changes)) == 12
        return
    with pytest.raises(ProgrammeInvalid) as caught:
        load(**changes)
    assert f"programme.toml: {told}" in map(str, caught.value.problems)


def test_the_deadline_of_a_rules_period_is_moved_as_an_exception() -> None:
    rule = "\n".join(f"{key} = {value}" for key, value in MONTHLY.items())
    files = add(rule)
    before = load_programme(files).period_by_code
    moved = write_instant(datetime(2022, 2, 20, 17, tzinfo=UTC))
    text = set_period(files[PROGRAMME], before["thang-1"], {"due": moved})
    after = load_programme(files | {PROGRAMME: text}).period_by_code
    assert local_date(after["thang-1"].due) == date(2022, 2, 21)
    assert after["thang-1"].model_dump(exclude={"due"}) == before["thang-1"].model_dump(exclude={"due"})
    assert {code: each for code, each in after.items() if code != "thang-1"} == {
        code: each for code, each in before.items() if code != "thang-1"
    }


@pytest.mark.parametrize(
    ("before", "after", "part"),
    [
        ("recurring = 5\n", "", "recurring"), ("recurring = [1]\n", "", "recurring"),
        ("", "\n[recurring]\n", "recurring"),
        ("periods = 5\n", "", "periods"), ("periods = [1]\n", "", "periods"), ("periods = [1]\n", _RULE, "periods"),
    ],
)  # fmt: skip
def test_what_is_no_list_of_records_is_told_as_such(before: str, after: str, part: str) -> None:
    """One of the programme's lists stands for the kind: each is read in the same way."""
    main = FILES[PROGRAMME]
    if part == "periods":
        written = main.partition("[[periods]]")
        main = written[0] + "[[duties]]" + written[2].partition("[[duties]]")[2]
    with pytest.raises(ProgrammeInvalid) as caught:
        load_programme(FILES | {PROGRAMME: before + main + after})
    assert f"programme.toml: {part}: mỗi mục phải mở đầu bằng [[{part}]]" in map(str, caught.value.problems)
