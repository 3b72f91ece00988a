"""A figure over the years: over the same units, also across a reform, and told only where it went one way for long."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain.period.consolidate import consolidate
from chalicelib.domain.period.consolidation import Consolidation
from chalicelib.domain.period.trends import find_trends
from chalicelib.domain.programme.model import Programme, Succession
from tests.domain.builders import LOCK, make_period, make_programme, make_state, make_submission, make_unit, place

FIRST = 2015
NAMES = ("Lạng Sơn", "Tràng Định", "Bình Gia")
UNITS = tuple(make_unit(str(178 + number), name) for number, name in enumerate(NAMES))


def make_year(number: int, **more: Any) -> Programme:
    """A programme of a year, whose window has the length of all others."""
    shift = timedelta(days=365) * number
    period = make_period(
        name=f"Năm {FIRST + number}", data_from=make_period().data_from + shift, data_to=make_period().data_to + shift
    )
    return make_programme(**{"code": f"mau-{number}", "periods": (period,), "units": UNITS, "charts": ("A1",), **more})


def go_on(before: Consolidation | None, values: Sequence[int | None], year: Programme) -> Consolidation:
    """The next year, in which each unit in turn reports so much; None: nothing."""
    sent = zip(year.units, values, strict=False)
    states = [
        make_state(make_submission(unit=unit.code, values=place(A1=value))) for unit, value in sent if value is not None
    ]
    return consolidate(year, "nam", states, as_of=LOCK + timedelta(hours=1), previous=before)


def follow(*years: Sequence[int | None]) -> Consolidation:
    made = None
    for number, values in enumerate(years):
        made = go_on(made, values, make_year(number))
    assert made
    return made


def read(made: Consolidation) -> list[tuple[str, Any]]:
    return [(stage.period_name, stage.value) for trend in find_trends(made.tally, made.comparisons)
            for stage in trend.stages]  # fmt: skip


def tell(made: Consolidation) -> list[str]:
    return [each.text for each in made.findings if each.code == "figure.trend"]


def test_a_figure_has_all_the_years_that_there_are() -> None:
    found = read(follow([1, 2], [3, 4], [5, 5], [6, 7], [8, 8]))
    assert found == [("Năm 2015", 3), ("Năm 2016", 7), ("Năm 2017", 10), ("Năm 2018", 13), ("Năm 2019", 16)]


def test_a_year_without_one_of_the_units_is_left_out_and_the_others_stay() -> None:
    assert read(follow([1, 2], [3], [5, 5], [6, 7])) == [("Năm 2015", 3), ("Năm 2017", 10), ("Năm 2018", 13)]


def test_where_as_many_years_have_other_units_the_later_ones_stay() -> None:
    assert read(follow([1], [3, 4], [6, 7])) == [("Năm 2016", 7), ("Năm 2017", 13)]


def test_over_a_reform_the_years_before_are_added_up_to_the_areas_of_now() -> None:
    day = make_year(3).periods[0].data_from
    reform = tuple(
        Succession(old=old.code, old_name=old.name, old_parent="", new=new.code, on=day)
        for old, new in ((UNITS[0], UNITS[0]), (UNITS[1], UNITS[0]), (UNITS[2], UNITS[2]))
    )
    now = make_year(3, units=(UNITS[0], UNITS[2]), successions=reform)
    made = go_on(follow([1, 2, 10], [3, 4, 20], [5, 6, 30]), [15, 40], now)
    assert read(made) == [("Năm 2015", 13), ("Năm 2016", 27), ("Năm 2017", 41), ("Năm 2018", 55)]


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ([1, 2, 3], []),
        ([1, 2, 3, 4], ["tăng liên tục qua 04 kỳ (năm 2015: 1; năm 2016: 2; năm 2017: 3; năm 2018: 4)"]),
        ([9, 1, 2, 3, 4], ["tăng liên tục qua 04 kỳ (năm 2016: 1; năm 2017: 2; năm 2018: 3; năm 2019: 4)"]),
        ([9, 8, 7, 0], ["giảm liên tục qua 04 kỳ (năm 2015: 9; năm 2016: 8; năm 2017: 7; năm 2018: 0)"]),
        ([1, 2, 2, 3, 4], []),
        ([1, 2, 3, 4, 4], []),
        ([4, 4, 4, 4], []),
    ],
    ids=["three may be chance", "four rise", "the last four rise", "four fall", "one stood still", "the last did",
         "all did"],
)  # fmt: skip
def test_what_goes_one_way_for_four_years_is_told(values: list[int], told: list[str]) -> None:
    assert tell(follow(*([each] for each in values))) == [f"Chỉ tiêu A1: {text}." for text in told]


def test_that_not_all_units_of_now_are_compared_is_told_with_it() -> None:
    (told,) = tell(follow([1], [2], [3], [4, 50]))
    assert told.endswith("năm 2018: 4), tính trên những đơn vị có số liệu ở các kỳ đó.")
