"""What an edition draws: the indicators that the programme chose, and nothing that would tell nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from chalicelib.domain.period.consolidate import consolidate
from chalicelib.domain.period.consolidation import Consolidation
from chalicelib.domain.programme.model import Programme, Succession, Target
from chalicelib.domain.submission.records import State
from chalicelib.report.sheets.charts import list_charts
from chalicelib.report.sheets.layout import Layout
from chalicelib.report.sheets.pictures import ChartKind, Picture
from tests.domain.builders import (
    LOCK,
    make_indicator,
    make_period,
    make_programme,
    make_state,
    make_submission,
    make_unit,
    place,
)

ROWS = (
    make_indicator("A1"), make_indicator("A2"), make_indicator("S1", "stock"),
    make_indicator("R1", "ratio", computed="A2 / A1"), make_indicator("Y1", "flag"),
    make_indicator("Z9", valid_to=date(2000, 1, 1)),
)  # fmt: skip
UNITS = tuple(make_unit(str(178 + number), name) for number, name in enumerate(("Lạng Sơn", "Tràng Định", "Bình Gia")))
CHOSEN = ("A1", "R1")


def programme(**more: Any) -> Programme:
    given: dict[str, Any] = {"units": UNITS, "form": {"optional": ("A2", "S1", "Y1")}, "charts": CHOSEN}
    return make_programme(ROWS, **given | more)


def send(*values: dict[str, Any] | None) -> list[State]:
    """What each unit in turn sends; None: nothing."""
    sent = ((unit.code, each) for unit, each in zip(UNITS, values, strict=False) if each is not None)
    return [make_state(make_submission(unit=code, values=place(**each))) for code, each in sent]


def consolidated(states: Sequence[State], of: Programme | None = None, **more: Any) -> Consolidation:
    return consolidate(of or programme(), "nam", states, as_of=LOCK + timedelta(hours=1), **more)


def draw(made: Consolidation) -> list[Picture]:
    return [each for group in list_charts(made, Layout(made)) for each in group.pictures]


def ranks(made: Consolidation) -> list[Picture]:
    return [each for each in draw(made) if each.kind is ChartKind.RANK]


ALL = ({"A1": 10, "A2": 5}, {"A1": 30, "A2": 3}, {"A1": 60, "A2": 6})


@pytest.mark.parametrize(
    ("charts", "codes"),
    [(("R1", "A2"), ["R1", "A2"]), (("S1",), ["S1"]), ((), ["A1"]), (("Z9", "A2"), ["A2"]), (("Z9",), ["A1"])],
    ids=["in the chosen order", "a stock too", "else the first counted of a section", "those asked here",
         "none of those asked here"],
)  # fmt: skip
def test_the_programme_chooses_what_is_drawn(charts: tuple[str, ...], codes: list[str]) -> None:
    assert [each.code for each in consolidated(send(*ALL), programme(charts=charts)).tally.charted] == codes


def test_units_are_ranked_with_the_share_that_the_first_have_together() -> None:
    counted, ratio = ranks(consolidated(send(*ALL)))
    assert list(counted.names) == ["Bình Gia", "Tràng Định", "Lạng Sơn"]
    assert [column.values for column in counted.columns] == [[60, 30, 10], [Decimal("0.6"), Decimal("0.9"), 1]]
    assert list(ratio.names) == ["Lạng Sơn", "Tràng Định", "Bình Gia"]
    assert [list(column.values) for column in ratio.columns] == [[Decimal("0.5"), Decimal("0.1"), Decimal("0.1")]]


def test_units_without_a_figure_are_not_drawn_as_noughts_and_the_title_says_so() -> None:
    counted = ranks(consolidated(send(ALL[0], ALL[1], None)))[0]
    assert (counted.title, list(counted.names)) == ("Chỉ tiêu A1 (2/3 đơn vị có số liệu)", ["Tràng Định", "Lạng Sơn"])


def test_of_many_units_the_first_are_drawn() -> None:
    many = tuple(make_unit(f"9{number:02}", f"Số {number}") for number in range(40))
    sent = [
        make_state(make_submission(unit=unit.code, values=place(A1=number + 1))) for number, unit in enumerate(many)
    ]
    counted = ranks(consolidated(sent, programme(units=many)))[0]
    assert counted.title == "Chỉ tiêu A1 (15 đơn vị đầu)"
    assert list(counted.names) == [f"Số {number}" for number in range(39, 24, -1)]


def test_two_units_are_not_ranked() -> None:
    assert ranks(consolidated(send(*ALL[:2]), programme(units=UNITS[:2]))) == []


def test_very_many_charts_stand_closer_together() -> None:
    rows = tuple(make_indicator(f"A{number}") for number in range(1, 11))
    values = {row.code: 3 for row in rows}

    def count_across(number: int) -> int:
        chosen = make_programme(rows, units=UNITS, charts=tuple(row.code for row in rows[:number]))
        made = consolidated(send(values, values, values), chosen)
        return next(group.across for group in list_charts(made, Layout(made)) if len(group.pictures) == number)

    assert (count_across(9), count_across(10)) == (3, 4)


@pytest.mark.parametrize(
    "sent", [send(), send(ALL[0]), send(*[{"A1": 0, "A2": 0}] * 3)], ids=["nothing sent", "one unit", "all noughts"]
)
def test_what_would_tell_nothing_is_not_drawn(sent: list[State]) -> None:
    assert ranks(consolidated(sent)) == []


def test_reporting_is_drawn_only_where_somebody_is_late_or_missing() -> None:
    kinds = {each.kind for each in draw(consolidated(send(*ALL)))}
    assert ChartKind.PIE not in kinds
    pie = next(each for each in draw(consolidated(send(ALL[0], ALL[1]))) if each.kind is ChartKind.PIE)
    assert (list(pie.names), list(pie.columns[0].values)) == (["Đúng hạn", "Chưa có"], [2, 1])


def test_targets_are_drawn_by_name_with_the_states_that_there_are() -> None:
    aim = Target.model_validate({
        "code": "T1", "title": "Ít nhất 20 cuộc", "scope": "unit", "unit_type": "district",
        "conditions": ({"indicator": "A1", "at_least": 20},), "periods": ("nam",),
    })  # fmt: skip
    targets, units = draw(consolidated(send(*ALL), programme(targets=(aim,))))[:2]
    assert list(targets.names) == ["T1. Ít nhất 20 cuộc"]
    assert [(column.name, column.values) for column in targets.columns] == [("Đạt", [2]), ("Chưa đạt", [1])]
    assert list(units.names) == ["Lạng Sơn", "Tràng Định", "Bình Gia"]
    assert [column.values for column in units.columns] == [[0, 1, 1], [1, 0, 0]]


# Over time

YEAR_BEFORE = {"code": "mau-truoc", "periods": (make_period(name="Năm 2021"),)}


def trend(made: Consolidation) -> dict[str, list[tuple[str, Any]]]:
    return {
        each.title.removesuffix(" qua các kỳ"): list(zip(each.names, each.columns[0].values, strict=True))
        for each in draw(made) if each.kind is ChartKind.TREND
    }  # fmt: skip


def test_a_figure_is_drawn_beside_the_same_period_of_the_year_before() -> None:
    before = consolidated(send({"A1": 4, "A2": 1}, {"A1": 6, "A2": 4}), programme(**YEAR_BEFORE))
    found = trend(consolidated(send(*ALL), previous=before))
    assert found["Chỉ tiêu A1"] == [("Năm 2021", 10), ("Năm 2022", 40)]  # of the two units that told it in both
    assert found["Chỉ tiêu R1"] == [("Năm 2021", Decimal("0.5")), ("Năm 2022", Decimal("0.2"))]


def half(*values: dict[str, Any] | None) -> list[State]:
    """What each unit in turn sends for the first half of the year."""
    return [_move(each) for each in send(*values)]


def _move(state: State) -> State:
    assert state.submission
    address = {"address": state.address.model_copy(update={"period": "nua"})}
    return state.model_copy(update={**address, "submission": state.submission.model_copy(update=address)})


@pytest.mark.parametrize(("is_cumulative", "drawn"), [(True, {"A1", "S1"}), (False, {"S1"})])
def test_part_of_a_year_stands_beside_the_year_only_where_the_year_includes_it(
    is_cumulative: bool, drawn: set[str]
) -> None:
    halves = make_period(code="nua", name="6 tháng", data_to=make_period().data_from + timedelta(days=90))
    both = programme(
        periods=(halves, make_period(compare_with="nua")), charts=("A1", "S1"),
        form={"optional": ("A2", "S1", "Y1"), "cumulative": is_cumulative},
    )  # fmt: skip
    values = [{"A1": 1, "S1": 7}] * 3
    earlier = consolidate(both, "nua", half(*values), as_of=LOCK + timedelta(hours=1))
    found = trend(consolidated(send(*[{"A1": 2, "S1": 8}] * 3), both, earlier=earlier))
    assert {title.rpartition(" ")[2] for title in found} == drawn
    assert found["Chỉ tiêu S1"] == [("6 tháng", 21), ("Năm 2022", 24)]


def test_over_a_reform_whole_areas_are_drawn() -> None:
    day = make_period().data_from
    reform = tuple(
        Succession(old=old.code, old_name=old.name, old_parent="", new=new.code, on=day)
        for old, new in ((UNITS[0], UNITS[0]), (UNITS[1], UNITS[0]), (UNITS[2], UNITS[2]))
    )
    past = make_period(name="Năm 2021", data_from=day - timedelta(days=181), data_to=day - timedelta(days=1))
    before = consolidated(send({"A1": 4}, {"A1": 6}, None), programme(code="mau-truoc", periods=(past,)))
    now = programme(units=(UNITS[0], UNITS[2]), successions=reform)
    made = consolidated(send({"A1": 30}, None, {"A1": 5}), now, previous=before)
    assert trend(made)["Chỉ tiêu A1"] == [("Năm 2021", 10), ("Năm 2022", 30)]
