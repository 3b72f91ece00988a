"""A section's own data window: which days it is, what does not fit, and with what its figures are compared."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from chalicelib.domain.period.comparison import compare
from chalicelib.domain.period.consolidate import consolidate
from chalicelib.domain.period.consolidation import Consolidation
from chalicelib.domain.period.targets import TargetState
from chalicelib.domain.programme.loading import ProgrammeInvalid, load_programme
from chalicelib.domain.programme.model import Duty, Form, Period, Programme, Section, Target
from chalicelib.domain.programme.windows import DataWindow, parse_window
from chalicelib.domain.submission.earlier import find_places, take_earlier
from chalicelib.domain.submission.records import Address, State
from tests.asked import FILES, change
from tests.domain.builders import (
    ADDRESS,
    LOCK,
    make_form,
    make_indicator,
    make_period,
    make_programme,
    make_state,
    make_submission,
    make_unit,
    place,
)


@pytest.mark.parametrize(
    ("text", "data_to", "first", "last"),
    [
        ("đầu năm", date(2026, 5, 14), date(2026, 1, 1), date(2026, 5, 14)),
        ("Từ đầu năm", date(2026, 1, 1), date(2026, 1, 1), date(2026, 1, 1)),
        ("12 tháng", date(2026, 5, 14), date(2025, 5, 15), date(2026, 5, 14)),
        ("12 tháng", date(2026, 2, 28), date(2025, 3, 1), date(2026, 2, 28)),
        ("12 tháng", date(2028, 2, 29), date(2027, 3, 1), date(2028, 2, 29)),
        ("6 tháng", date(2026, 8, 30), date(2026, 3, 1), date(2026, 8, 30)),
        ("3 tháng", date(2026, 6, 30), date(2026, 4, 1), date(2026, 6, 30)),
        ("01/11 - 31/10", date(2026, 11, 14), date(2025, 11, 1), date(2026, 10, 31)),
        ("16/11–15/11", date(2026, 11, 14), date(2025, 11, 16), date(2026, 11, 15)),
        ("15/6 - 14/12", date(2026, 12, 14), date(2026, 6, 15), date(2026, 12, 14)),
        ("01/03 - 29/02", date(2026, 5, 14), date(2025, 3, 1), date(2026, 2, 28)),
    ],
)
def test_a_window_is(text: str, data_to: date, first: date, last: date) -> None:
    found = parse_window(text).find(data_to)
    assert (found.first, found.last) == (first, last)


@pytest.mark.parametrize(
    ("one", "other", "is_like"),
    [
        ((None, date(2026, 5, 14)), (None, date(2026, 11, 14)), True),
        (("đầu năm", date(2026, 5, 14)), ("từ đầu năm", date(2025, 5, 14)), True),
        (("đầu năm", date(2028, 5, 14)), ("đầu năm", date(2027, 5, 14)), True),
        (("đầu năm", date(2026, 11, 14)), ("đầu năm", date(2026, 5, 14)), False),
        (("6 tháng", date(2026, 11, 14)), ("6 tháng", date(2026, 5, 14)), True),
        (("12 tháng", date(2026, 12, 31)), ("đầu năm", date(2026, 12, 31)), False),
        (("12 tháng", date(2026, 5, 14)), ("6 tháng", date(2026, 5, 14)), False),
        (("01/11 - 31/10", date(2026, 11, 14)), ("01/11–31/10", date(2025, 11, 14)), True),
        (("01/11 - 31/10", date(2026, 11, 14)), ("16/11 - 15/11", date(2026, 11, 14)), False),
        (("12 tháng", date(2026, 12, 31)), (None, date(2026, 12, 31)), False),
    ],
)
def test_windows_of_one_kind_and_length_are_alike(
    one: tuple[str | None, date], other: tuple[str | None, date], is_like: bool
) -> None:
    first, second = (
        parse_window(text).find(day) if text else DataWindow(day.replace(day=1), day) for text, day in (one, other)
    )
    assert first.is_like(second) is is_like
    assert second.is_like(first) is is_like


_KITCHEN = 'title = "II. Bếp ăn"\n'
_HEALTH = 'title = "I. Chung"\n'


def fail(files: dict[str, str]) -> list[str]:
    with pytest.raises(ProgrammeInvalid) as caught:
        load_programme(files)
    return str(caught.value).split("\n")


@pytest.mark.parametrize(
    ("window", "told"),
    [
        ("lũy kế", "không đọc được “lũy kế”; ghi “đầu năm”, số tháng như “12 tháng”, hoặc ngày/tháng hằng năm như "
         "“01/11 - 31/10”"),
        ("0 tháng", "không đọc được “0 tháng”; ghi “đầu năm”, số tháng như “12 tháng”, hoặc ngày/tháng hằng năm như "
         "“01/11 - 31/10”"),
        ("31/02 - 14/12", "không có ngày 31/02; ghi “đầu năm”, số tháng như “12 tháng”, hoặc ngày/tháng hằng năm như "
         "“01/11 - 31/10”"),
        ("01/11 - 31/10", "kết thúc ngày 31/10/2026, sau ngày cuối số liệu 31/01/2026 của kỳ “Tháng 1”; chỉ được khi "
         "biểu mẫu nhận số ước và kỳ chưa khóa khi đó"),
    ],
)  # fmt: skip
def test_a_window_that_does_not_fit_is_told(window: str, told: str) -> None:
    found = fail(change("phieu.toml", _KITCHEN, f'{_KITCHEN}window = "{window}"\n'))
    assert f"phieu.toml: mục “II. Bếp ăn”, window: {told}" in found


_OPEN = _KITCHEN + 'window = "16/01 - 15/02"\n'


@pytest.mark.parametrize(
    ("form", "is_fit"),
    [
        (FILES["phieu.toml"].replace(_KITCHEN, _OPEN), False),
        ("estimates = true\n" + FILES["phieu.toml"].replace(_KITCHEN, f'{_OPEN}periods = ["thang-1"]\n'), True),
        ("estimates = true\n" + FILES["phieu.toml"].replace(_KITCHEN, _OPEN.replace("15/02", "20/02")), False),
        (FILES["phieu.toml"].replace(_KITCHEN, f'{_OPEN}periods = ["nam"]\n'), True),
    ],
    ids=["nothing may be estimated", "it may, and the period is not locked yet", "the period is locked by then",
         "it is asked only where it is over"],
)  # fmt: skip
def test_a_window_ends_with_the_data_unless_what_is_to_come_may_be_estimated(form: str, is_fit: bool) -> None:
    files = FILES | {"phieu.toml": form}
    if is_fit:
        load_programme(files)
    else:
        assert "sau ngày cuối số liệu" in "\n".join(fail(files))


def test_what_a_figure_is_a_part_of_or_made_of_is_counted_over_the_same_days() -> None:
    form = FILES["phieu.toml"].replace('"C01", "C02", "C03", "C04"', '"C01", "C02"')
    form += '\n[[sections]]\ntitle = "III"\nasked_if = "Q1 = Có"\nwindow = "12 tháng"\nindicators = ["C03", "C04"]\n'
    found = fail(FILES | {"phieu.toml": form})
    told = "C04 và C01 lấy số liệu của hai khoảng thời gian khác nhau, trong kỳ “Tháng 1”"
    assert f"phieu.toml: mục “III”, window: {told}" in found


def test_one_indicator_of_two_forms_has_one_window_in_a_period() -> None:
    other = '\n[[sections]]\ntitle = "I"\nwindow = "12 tháng"\nindicators = ["B03"]\n'
    head = 'code = "phu"\nversion = 1\ntitle = "Phụ"\nheading = "PHỤ"\n'
    duty = '\n[[duties]]\nunit_type = "truong"\nperiod = "{}"\nform = "phu"\n'
    main = FILES["programme.toml"] + duty.format("nam")
    files = FILES | {"phu.toml": head + other, "programme.toml": main}
    told = "B03 được hỏi ở hai mục với hai khoảng thời gian lấy số liệu khác nhau, trong kỳ “Năm 2026”"
    assert any(told in line for line in fail(files))
    once = 'periods = ["thang-1"]\n'
    apart = FILES["phieu.toml"].replace(_HEALTH, _HEALTH + once).replace(_KITCHEN, _KITCHEN + once)
    load_programme(files | {"phieu.toml": apart})


# What is compared

ROWS = (make_indicator("A1"), make_indicator("A2", "stock"), make_indicator("A3"))
HALF = make_period(code="6-thang", name="6 tháng")
YEAR = make_period(compare_with="6-thang", data_to=date(2022, 11, 14))


def make(window: str, *, year: int = 2022, cumulative: bool = False, **more: Any) -> Programme:
    """A1 and A2 stand in a section with this window, A3 in one without."""
    sections = (
        Section(title="Riêng", indicators=("A1", "A2"), window=window), Section(title="Chung", indicators=("A3",)),
    )  # fmt: skip
    form: Form = make_form(ROWS, sections=sections, cumulative=cumulative)
    duties = tuple(Duty(unit_type="district", period=each, form="bc") for each in ("6-thang", "nam"))
    periods = tuple(_move(each, year - 2022) for each in (HALF, YEAR))
    units = (make_unit("178", "Lạng Sơn"),)
    code = "mau" if year == 2022 else f"mau-{year}"
    return make_programme(ROWS, forms=(form,), periods=periods, duties=duties, units=units, code=code, **more)


def _move(period: Period, years: int) -> Period:
    days = {name: getattr(period, name) for name in ("data_from", "data_to")}
    moved = {name: day.replace(year=day.year + years) for name, day in days.items()}
    return period.model_copy(update=moved)


def tell(programme: Programme, period: str, **more: Any) -> Consolidation:
    address = ADDRESS.model_copy(update={"programme": programme.code, "period": period})
    sent = make_submission(values=place(A1=2, A2=2, A3=2)).model_copy(update={"address": address})
    return consolidate(programme, period, [make_state(sent)], as_of=LOCK, **more)


@pytest.mark.parametrize(
    ("before", "after", "compared"),
    [
        ("", "", {"A1", "A2", "A3"}),
        ("12 tháng", "12 tháng", {"A1", "A2", "A3"}),
        ("đầu năm", "từ đầu năm", {"A1", "A2", "A3"}),
        ("", "12 tháng", {"A2", "A3"}),
        ("12 tháng", "", {"A2", "A3"}),
        ("12 tháng", "đầu năm", {"A2", "A3"}),
    ],
)
def test_a_year_is_compared_with_the_year_before_over_windows_of_one_kind(
    before: str, after: str, compared: set[str]
) -> None:
    """What stands at the end needs no window."""
    was, now = make(before, year=2021), make(after)
    then = tell(was, "nam")
    found = compare(then.tally, tell(now, "nam").tally)
    assert found.changes.keys() == compared
    places = find_places(ADDRESS, now, was)
    states = {each: _state_at(each) for each in places.all}
    assert take_earlier(places, states).last_year.keys() == compared


def _state_at(address: Address) -> State:
    return make_state(make_submission(values=place(A1=2, A2=2, A3=2)).model_copy(update={"address": address}))


@pytest.mark.parametrize("cumulative", [False, True])
@pytest.mark.parametrize(("window", "compared"), [("", {"A1", "A2", "A3"}), ("12 tháng", {"A2", "A3"})])
def test_a_window_of_its_own_is_no_part_of_the_year(window: str, compared: set[str], cumulative: bool) -> None:
    programme = make(window, cumulative=cumulative)
    found = compare(tell(programme, "6-thang").tally, tell(programme, "nam").tally)
    assert found.changes.keys() == compared
    places = find_places(ADDRESS, programme)
    assert take_earlier(places, {each: _state_at(each) for each in places.all}).included.keys() == compared


@pytest.mark.parametrize(("window", "state"), [("", TargetState.MET), ("12 tháng", TargetState.UNMET)])
def test_a_figure_with_its_own_window_is_judged_as_it_is(window: str, state: TargetState) -> None:
    target = Target.model_validate({
        "code": "T1", "title": "Ít nhất 3", "scope": "unit", "unit_type": "district", "periods": ("nam",),
        "conditions": ({"indicator": "A1", "at_least": 3},),
    })  # fmt: skip
    programme = make(window, targets=(target,))
    judged = tell(programme, "nam", earlier=tell(programme, "6-thang"))
    assert [result.state for result in judged.targets] == [state]
