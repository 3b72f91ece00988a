"""What one unit has owed and sent over the years: its own alone, judged by the clocks, and its main figures."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from chalicelib.domain.period.timeliness import Standing
from chalicelib.domain.period.unit_history import count_punctuality, follow_figures, keep, list_duties
from chalicelib.domain.programme.model import Duty, Programme
from chalicelib.domain.submission.earlier import Earlier
from chalicelib.domain.submission.records import Address, Review, State
from tests.domain.builders import (
    ADDRESS,
    DUE,
    LATE,
    LOCK,
    NOW,
    OPENS,
    make_indicator,
    make_period,
    make_programme,
    make_state,
    make_submission,
    make_unit,
    place,
)

UNIT = make_unit("178", "Lạng Sơn")
TODAY = make_period().data_to


def make_last_year(**more: Any) -> Programme:
    shift = timedelta(days=365)
    period = make_period(name="Năm 2021", data_from=date(2020, 11, 15), data_to=date(2021, 5, 14), opens=OPENS - shift,
                         due=DUE - shift, lock=LOCK - shift)  # fmt: skip
    return make_programme(**{"code": "mau-2021", "periods": (period,), **more})


def list_names(*programmes: Programme) -> list[tuple[str, bool]]:
    return [(each.period.name, each.is_owed) for each in list_duties(UNIT, TODAY, programmes)]


def test_the_latest_period_comes_first_over_all_years() -> None:
    assert list_names(make_programme(), make_last_year()) == [("Năm 2022", True), ("Năm 2021", True)]


def test_of_a_code_that_another_unit_held_nothing_is_listed() -> None:
    other = make_unit("178", "Cũ").model_copy(update={"valid_to": date(2021, 12, 31)})
    assert list_names(make_programme(), make_last_year(units=(other,))) == [("Năm 2022", True)]


def test_a_duty_that_is_switched_off_is_kept_only_with_what_was_sent() -> None:
    off = make_programme(duties=(Duty(unit_type="district", period="nam", form="bc", enabled=False),))
    duties = list_duties(UNIT, TODAY, (off,))
    assert [each.is_owed for each in duties] == [False]
    assert keep(duties, {}, now=NOW) == []
    assert len(keep(duties, {ADDRESS: make_state(make_submission())}, now=NOW)) == 1


@pytest.mark.parametrize(
    ("state", "now", "standing"),
    [
        (make_state(make_submission(received=DUE)), NOW, Standing.ON_TIME),
        (make_state(make_submission(received=LATE)), NOW, Standing.LATE),
        (make_state(make_submission(received=DUE), review=Review.RETURNED), NOW, Standing.MISSING),
        (None, LATE, Standing.MISSING),
        (None, OPENS, None),
        (make_state(exception_until=NOW + timedelta(days=1)), NOW, None),
    ],
    ids=["on time", "late", "returned", "nothing, and late", "nothing yet", "nothing, with more time"],
)
def test_a_report_is_judged_by_the_clocks_in_force(state: State | None, now: Any, standing: Standing | None) -> None:
    states = {ADDRESS: state} if state else {}
    (kept,) = keep(list_duties(UNIT, TODAY, (make_programme(),)), states, now=now)
    assert kept.standing is standing


def test_punctuality_counts_what_is_owed_and_has_come_to_its_time() -> None:
    duties = list_duties(UNIT, TODAY, (make_programme(), make_last_year()))
    before = Address(programme="mau-2021", period="nam", form="bc", unit="178")
    late = make_state(make_submission(received=LATE)).model_copy(update={"address": before})
    counted = count_punctuality(keep(duties, {before: late}, now=OPENS))
    assert (counted, counted.due) == ((0, 1, 0), 1)


def test_main_figures_stand_beside_the_same_period_of_the_years_that_have_them() -> None:
    rows = (make_indicator("A1"), make_indicator("A2"), make_indicator("A3", "text"))
    programme = make_programme(rows, charts=("A2", "A3", "A1"))
    sent = make_state(make_submission(values=place(A1=5, A3="tốt")))
    (kept,) = keep(list_duties(UNIT, TODAY, (programme,)), {ADDRESS: sent}, now=NOW)
    earlier = Earlier({}, last_year=place(A1=3, A2=9), longer_ago=({}, place(A1=1)))
    followed = [make_last_year(), make_last_year(code="mau-2020"), make_last_year(code="mau-2019")]
    lines = follow_figures(kept, earlier, followed)
    told = [(line.indicator.code, [stage.value for stage in line.stages]) for line in lines]
    assert told == [("A1", [1, 3, 5])], "of A2 nothing is said now"


def test_where_the_programme_draws_nothing_the_first_counted_figure_of_each_section_is_told() -> None:
    programme = make_programme((make_indicator("A1", "stock"), make_indicator("A2"), make_indicator("A3")))
    sent = make_state(make_submission(values=place(A1=1, A2=2, A3=3)))
    (kept,) = keep(list_duties(UNIT, TODAY, (programme,)), {ADDRESS: sent}, now=NOW)
    assert [line.indicator.code for line in follow_figures(kept, Earlier({}, {}), ())] == ["A2"]
