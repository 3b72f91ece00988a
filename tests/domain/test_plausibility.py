"""What stands out before a report is signed, what does not, and how long a confirmation holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from chalicelib.domain.period.consolidate import consolidate
from chalicelib.domain.period.consolidation import Consolidation
from chalicelib.domain.period.edition import Difference
from chalicelib.domain.period.plausibility import find_fold, find_middle, find_points
from chalicelib.domain.period.points import MOST_LISTED, Confirmation, Doubt, Point, sort_out
from chalicelib.domain.programme.model import Duty, Indicator, Programme, Succession
from chalicelib.domain.submission.records import Review
from chalicelib.domain.values import Value
from tests.domain.builders import (
    NOW,
    make_indicator,
    make_period,
    make_programme,
    make_state,
    make_submission,
    make_unit,
    place,
)

MANY = tuple(f"{number}" for number in range(201, 213))
Figures = Mapping[str, Mapping[str, Value]]
"""By unit, then by indicator."""


def programme_of(*indicators: Indicator, units: Sequence[str] = MANY, **more: Any) -> Programme:
    return make_programme(indicators, units=tuple(make_unit(code, f"Số {code}") for code in units), **more)


def hold(programme: Programme, figures: Figures, **more: Any) -> Consolidation:
    states = [make_state(make_submission(unit=unit, values=place(**own))) for unit, own in figures.items()]
    return consolidate(programme, "nam", states, as_of=NOW, **more)


def alike(code: str, value: Value, *, but: Mapping[str, Value] | None = None) -> dict[str, dict[str, Value]]:
    """The same figure of every unit, `but` those of some."""
    return {unit: {code: (but or {}).get(unit, value)} for unit in MANY}


def tell(made: Consolidation, differences: Sequence[Difference] = ()) -> list[tuple[Doubt, str, str, str]]:
    return [(each.doubt, each.indicator, each.unit, each.against) for each in find_points(made, differences)]


def before(programme: Programme, figures: Figures) -> Consolidation:
    """The same period a year earlier."""
    then = make_period(name="Năm 2021", data_from=date(2020, 11, 15), data_to=date(2021, 5, 14))
    given = {name: getattr(programme, name) for name in Programme.model_fields}
    return hold(Programme.model_validate(given | {"code": "mau-2021", "periods": (then,)}), figures)


def halve(*indicators: Indicator, units: Sequence[str] = MANY, **form: Any) -> Programme:
    """A programme whose period “nam” includes a period “6”."""
    half = make_period(code="6", name="6 tháng", data_to=date(2022, 2, 1))
    duties = tuple(Duty(unit_type="district", period=each, form="bc") for each in ("6", "nam"))
    return programme_of(
        *indicators, units=units, periods=(half, make_period(compare_with="6")), duties=duties, form=form
    )


def hold_half(programme: Programme, figures: Figures) -> Consolidation:
    """The included period."""
    states = []
    for unit, own in figures.items():
        sent = make_submission(unit=unit, values=place(**own))
        states.append(make_state(sent.model_copy(update={"address": sent.address.model_copy(update={"period": "6"})})))
    return consolidate(programme, "6", states, as_of=NOW)


# Units beside each other


@pytest.mark.parametrize(
    ("usual", "odd", "doubt"),
    [
        (40, 41, None),
        (40, 59, None),  # less than 20 apart
        (2, 19, None),  # small counts do not shout
        (0, 900, None),  # what the others do not have at all is no measure
        (40, 80, None),
        (40, 90, Doubt.FAR),
        (19, 0, None),
        (40, 0, Doubt.FAR),
        (40, 400, Doubt.TENFOLD),
        (40, 4_150, Doubt.TENFOLD),
        (400, 40, Doubt.TENFOLD),
    ],
)
def test_a_unit_far_from_the_others_stands_out(usual: int, odd: int, doubt: Doubt | None) -> None:
    made = hold(programme_of(make_indicator("A1")), alike("A1", usual, but={"203": odd}))
    assert tell(made) == ([(doubt, "A1", "203", "others")] if doubt else [])


def test_where_units_differ_widely_only_what_is_beyond_all_stands_out() -> None:
    spread = {unit: 10 * number for number, unit in enumerate(MANY, start=1)}
    assert tell(hold(programme_of(make_indicator("A1")), alike("A1", 0, but=spread))) == []
    spread["212"] = 900
    assert tell(hold(programme_of(make_indicator("A1")), alike("A1", 0, but=spread))) == [
        (Doubt.FAR, "A1", "212", "others")
    ]


def test_units_are_held_beside_each_other_by_size_where_the_programme_gives_one() -> None:
    homes = {unit: 1000 * number for number, unit in enumerate(MANY, start=1)}
    signed = {unit: number // 10 for unit, number in homes.items()}
    figures = {unit: {"A1": signed[unit], "A2": homes[unit]} for unit in MANY}
    figures["201"]["A1"] = 1000  # of 1,000 homes, where others have a tenth
    told = [make_indicator("A1", per="A2"), make_indicator("A2", "stock")]
    found = find_points(hold(programme_of(*told), figures))
    assert [(each.doubt, each.unit, each.vouched) for each in found] == [(Doubt.TENFOLD, "201", (1000, 1000))]
    assert "tính theo chỉ tiêu A2: 100 lượt" in found[0].text
    assert tell(hold(programme_of(make_indicator("A1"), told[1]), figures)) == []  # plain, it is one of many


def test_a_unit_without_its_size_is_held_beside_nobody() -> None:
    figures = {unit: {"A1": 100, "A2": 1000} for unit in MANY}
    figures["201"] = {"A1": 9000}
    figures["202"] = {"A1": 9000, "A2": 0}
    told = [make_indicator("A1", per="A2"), make_indicator("A2", "stock")]
    found = tell(hold(programme_of(*told, form={"optional": ("A2",)}), figures))
    assert [each for each in found if each[1] == "A1"] == []


def test_of_few_units_nobody_stands_out() -> None:
    five = {unit: {"A1": value} for unit, value in zip(MANY, (10, 10, 10, 10, 900), strict=False)}
    assert tell(hold(programme_of(make_indicator("A1"), units=MANY[:5]), five)) == []


def test_units_of_another_type_are_no_measure() -> None:
    units = (*(make_unit(code, code) for code in MANY), *(make_unit(f"s{n}", f"Sở {n}", "department") for n in "1234"))
    duties = tuple(Duty(unit_type=each, period="nam", form="bc") for each in ("district", "department"))
    indicator = make_indicator("A1", senders=("district", "department"))
    figures = alike("A1", 40) | {f"s{n}": {"A1": 4000} for n in "1234"}
    assert tell(hold(make_programme((indicator,), units=units, duties=duties), figures)) == []


def test_what_is_missing_or_does_not_count_is_no_nought() -> None:
    programme = programme_of(make_indicator("A1"))
    states = [make_state(make_submission(unit=unit, values=place(A1=400))) for unit in MANY[:-1]]
    odd = make_state(make_submission(unit=MANY[-1], values=place(A1=0)), review=Review.RETURNED)
    assert tell(consolidate(programme, "nam", [*states, odd], as_of=NOW)) == []


def test_money_is_apart_only_from_twenty_million() -> None:
    money = make_indicator("A1", "money", measure_unit="đồng")
    assert tell(hold(programme_of(money), alike("A1", 1_000_000, but={"203": 20_000_000}))) == []
    found = find_points(hold(programme_of(money), alike("A1", 10_000_000, but={"203": 1_500_000_000})))
    assert [each.text for each in found] == ["1,5 tỷ đồng; mức giữa của 12 đơn vị cùng loại: 10 triệu đồng."]


def test_a_nought_stands_out_only_if_it_is_the_only_one() -> None:
    programme = programme_of(make_indicator("A1"))
    (found,) = find_points(hold(programme, alike("A1", 40, but={"203": 0})))
    assert found.text == "0 lượt; mức giữa của 11 đơn vị khác cùng loại, đơn vị nào cũng có: 40 lượt."
    assert tell(hold(programme, alike("A1", 40, but={"203": 0, "204": 0}))) == []


def test_where_most_have_none_the_others_are_held_beside_each_other() -> None:
    """Five of eleven districts lie at the border."""
    programme = programme_of(make_indicator("A1"))
    border = dict.fromkeys(MANY[:6], 50)
    assert tell(hold(programme, alike("A1", 0, but=border))) == []
    assert tell(hold(programme, alike("A1", 0, but=border | {"202": 500}))) == [(Doubt.TENFOLD, "A1", "202", "others")]


@pytest.mark.parametrize("sized", [[], [(1, 1)], [(0, 1)] * 9, [(1, 1)] * 5 + [(0, 1)] * 5])
def test_too_few_numbers_have_no_middle(sized: list[tuple[int, int]]) -> None:
    assert find_middle(sized) is None


# Slips of a digit


@pytest.mark.parametrize(
    ("figure", "other", "fold"),
    [
        (33_100, 3_135, 10),  # a total that was published within two months
        (3_135, 33_100, 10),
        (90, 10, 10), (111, 10, 10), (89, 10, 0), (112, 10, 0),
        (5_000, 50, 100), (50, 50_000, 1000), (500_000, 50, 0),
        (40, 4, 0), (10, 0, 0), (0, 0, 0), (Decimal("125.5"), Decimal("12.5"), 10),
    ],
)  # fmt: skip
def test_a_slip_is_near_ten_a_hundred_or_a_thousand(figure: Any, other: Any, fold: int) -> None:
    assert find_fold(figure, beside=other) == fold


def test_a_unit_is_held_against_its_own_last_year() -> None:
    programme = programme_of(make_indicator("A1"))
    spread = {unit: 100 * number for number, unit in enumerate(MANY, start=1)}
    now = hold(
        programme, alike("A1", 0, but=spread), previous=before(programme, alike("A1", 0, but=spread | {"206": 60}))
    )
    found = find_points(now)
    assert [(each.doubt, each.unit, each.against, each.vouched) for each in found] == [
        (Doubt.TENFOLD, "206", "last-year", (600, 60))
    ]
    assert found[0].text == "600 lượt; năm 2021: 60 lượt, gấp khoảng 10 lần."


def test_a_unit_that_is_another_one_since_a_reform_is_held_against_nothing() -> None:
    """206 and 207 became one: their figures are compared together, and no unit's own is."""
    programme = programme_of(make_indicator("A1"))
    merged = tuple(
        Succession(old=old, old_name=old, old_parent="", new="206", on=date(2021, 9, 1)) for old in ("206", "207")
    )
    spread = {unit: 100 * number for number, unit in enumerate(MANY, start=1)}
    then = before(programme, alike("A1", 0, but=spread | {"206": 60, "207": 5}))
    now = programme.model_copy(update={"successions": merged})
    assert not [each for each in tell(hold(now, alike("A1", 0, but=spread), previous=then)) if each[3] == "last-year"]


def test_what_has_changed_tenfold_since_the_last_edition_is_told_once() -> None:
    programme = programme_of(make_indicator("A1"))
    made = hold(programme, alike("A1", 60, but={"203": 600}))
    since = [Difference("203", "A1", "", "60 (ước)", 600), Difference("203", "", "bc", "Đã nhận", "Đã nhận")]
    assert tell(made, since) == [(Doubt.TENFOLD, "A1", "203", "edition")]
    assert tell(made, [Difference("203", "A1", "", None, 600)]) == [(Doubt.TENFOLD, "A1", "203", "others")]


# The province


@pytest.mark.parametrize(
    ("kind", "then", "now", "is_odd"),
    [
        ("flow", 10, 19, False), ("flow", 10, 20, True), ("flow", 20, 10, True), ("flow", 20, 11, False),
        ("stock", 20, 29, False), ("stock", 20, 30, True), ("flow", 1, 2, False), ("flow", 0, 1, False),
        ("flow", 0, 2, True), ("flow", 2, 0, True), ("money", 1_000_000, 2_000_000, False),
    ],
)  # fmt: skip
def test_the_provinces_figure_is_held_against_last_year(kind: str, then: int, now: int, is_odd: bool) -> None:
    """Each of twelve units says so much; so the province moves by twelve times their difference."""
    programme = programme_of(make_indicator("A1", kind))
    made = hold(programme, alike("A1", now), previous=before(programme, alike("A1", then)))
    assert tell(made) == ([(Doubt.CHANGED, "A1", "", "last-year")] if is_odd else [])


def test_the_province_is_compared_over_the_units_of_both_years_alone() -> None:
    programme = programme_of(make_indicator("A1"))
    half = {unit: own for unit, own in alike("A1", 50).items() if unit < "207"}
    assert tell(hold(programme, alike("A1", 50), previous=before(programme, half))) == []
    found = find_points(hold(programme, alike("A1", 20), previous=before(programme, half)))
    assert [each.text for each in found] == [
        "120 lượt; năm 2021: 300 lượt, giảm 180 lượt (\N{MINUS SIGN}60%) (tính trên 06 đơn vị có ở cả hai bên)."
    ]


def test_a_flow_is_not_held_against_a_part_of_itself() -> None:
    """The six months are a part of the year: only what exists at their end can be compared."""
    programme = halve(make_indicator("A1"), make_indicator("A2", "stock"))
    earlier = hold_half(programme, {unit: {"A1": 10, "A2": 10} for unit in MANY})
    made = hold(programme, {unit: {"A1": 16, "A2": 16} for unit in MANY}, earlier=earlier)
    assert tell(made) == [(Doubt.CHANGED, "A2", "", "included")]


def test_a_changed_ratio_is_told_in_points() -> None:
    told = (make_indicator("A1"), make_indicator("A2"), make_indicator("A3", "ratio", computed="A1 / A2"))
    programme = programme_of(*told)
    then = before(programme, {unit: {"A1": 40, "A2": 50} for unit in MANY})
    found = find_points(hold(programme, {unit: {"A1": 29, "A2": 50} for unit in MANY}, previous=then))
    assert [(each.indicator, each.text) for each in found] == [
        ("A3", "58%; năm 2021: 80%, giảm 22 điểm phần trăm (tính trên 12 đơn vị có ở cả hai bên).")
    ]


def test_the_province_is_held_against_the_last_edition_over_units_that_it_had() -> None:
    programme = programme_of(make_indicator("A1"))
    made = hold(programme, alike("A1", 30))
    doubled = [Difference(unit, "A1", "", 15, 30) for unit in MANY]
    assert tell(made, doubled) == [(Doubt.CHANGED, "A1", "", "edition")]
    assert tell(made, [Difference(unit, "A1", "", None, 30) for unit in MANY]) == []


# What contradicts itself

PARTS = (
    make_indicator("A1"),
    make_indicator("A2", part_of="A1"),
    make_indicator("A3", part_of="A2"),
    make_indicator("A4", "ratio", computed="A3 / A1"),
    make_indicator("A5", "ratio", computed="A1 / A3"),
)


@pytest.mark.parametrize(
    ("own", "expected"),
    [
        ({"A1": 5, "A2": 5, "A3": 5}, []),
        ({"A1": 5, "A2": 6, "A3": 4}, [(Doubt.PART, "A2", "201", "A1")]),
        ({"A1": 5, "A3": 4}, []),  # what lies between is not known
        ({"A1": 5, "A3": 6}, [(Doubt.PART, "A3", "201", "A1"), (Doubt.RATIO, "A4", "", "A1")]),
        ({"A3": 6}, []),
    ],
)
def test_a_part_is_not_above_its_whole(own: dict[str, Value], expected: list[object]) -> None:
    programme = programme_of(*PARTS, units=("201",), form={"optional": ("A1", "A2", "A3")})
    assert tell(hold(programme, {"201": own})) == expected


def test_a_total_is_not_printed_above_the_one_that_includes_it() -> None:
    programme = programme_of(*PARTS[:2], units=("201", "202"), form={"optional": ("A1",)})
    found = find_points(hold(programme, {"201": {"A1": 5, "A2": 5}, "202": {"A2": 9}}))
    assert [(each.doubt, each.unit, each.text) for each in found] == [
        (Doubt.PART, "", "14 lượt, trong khi “Chỉ tiêu A1” là 5 lượt: 01 đơn vị có số này mà không có tổng.")
    ]


@pytest.mark.parametrize(("is_cumulative", "now", "is_odd"), [(True, 4, True), (True, 5, False), (False, 4, False)])
def test_a_cumulative_figure_does_not_fall_below_what_it_includes(is_cumulative: bool, now: int, is_odd: bool) -> None:
    programme = halve(make_indicator("A1"), units=("201",), cumulative=is_cumulative)
    earlier = hold_half(programme, {"201": {"A1": 5}})
    made = hold(programme, {"201": {"A1": now}}, earlier=earlier)
    assert tell(made) == ([(Doubt.LESS, "A1", "201", "included")] if is_odd else [])


# The list, and what is confirmed


def test_the_surest_and_oddest_come_first() -> None:
    figures = {unit: {"A1": 40, "A2": 20, "A3": 20} for unit in MANY}
    figures["202"] = {"A1": 300, "A2": 20, "A3": 20}
    figures["203"] = {"A1": 800, "A2": 20, "A3": 21}
    assert [(each[0], each[2]) for each in tell(hold(programme_of(*PARTS[:3]), figures))] == [
        (Doubt.PART, "203"), (Doubt.FAR, "203"), (Doubt.FAR, "202"),
    ]  # fmt: skip


def test_the_order_of_the_states_changes_nothing() -> None:
    figures = alike("A1", 40, but={"202": 900, "203": 900, "204": 901})
    programme = programme_of(make_indicator("A1"))
    backwards = dict(reversed(figures.items()))
    assert find_points(hold(programme, figures)) == find_points(hold(programme, backwards))


def point_of(odd: int, usual: int = 40) -> Point:
    (point,) = find_points(hold(programme_of(make_indicator("A1")), alike("A1", usual, but={"203": odd})))
    return point


def confirmation_of(point: Point, **more: Any) -> Confirmation:
    given = {"number": 1, "point": point.key, "state": point.state, "note": "Đã hỏi đơn vị", "at": NOW, "actor": "an"}
    return Confirmation.model_validate(given | more)


def test_a_confirmation_holds_for_its_figures_alone() -> None:
    point = point_of(900)
    said = confirmation_of(point)
    assert sort_out([point], [said]).confirmed == ((point, said),)
    assert sort_out([point_of(901)], [said]).open == (point_of(901),)
    assert sort_out([point_of(900, usual=41)], [said]).open == ()  # what others say is not what was confirmed
    assert sort_out([point], []).open == (point,)


def test_the_latest_word_counts() -> None:
    point = point_of(900)
    back = confirmation_of(point, number=2, state="", note="")
    assert sort_out([point], [back, confirmation_of(point)]).open == (point,)
    again = confirmation_of(point, number=3, note="Đúng")
    assert sort_out([point], [again, back, confirmation_of(point)]).confirmed == ((point, again),)


def test_nothing_is_cut_off_unseen() -> None:
    point = point_of(900)
    points = sort_out([point] * (MOST_LISTED + 3), [])
    assert (len(points.listed), points.left_out) == (MOST_LISTED, 3)


def test_a_record_of_a_confirmation_holds_no_figure() -> None:
    said = confirmation_of(point_of(987_654))
    assert "987" not in said.model_dump_json()
