"""Units in the order of a figure: ties share a place, shares are of what is known, and what is missing has no place."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from chalicelib.domain.period.consolidate import consolidate
from chalicelib.domain.period.consolidation import Consolidation
from chalicelib.domain.period.ranking import rank_units
from chalicelib.domain.period.trends import find_trend
from tests.domain.builders import LOCK, make_indicator, make_programme, make_state, make_submission, make_unit, place
from tests.domain.test_trends import follow

UNITS = tuple(make_unit(str(178 + number), name) for number, name in enumerate(("Ao", "Bản", "Cao", "Dốc", "Ên")))


def report(values: dict[str, Any], kind: str = "flow") -> Consolidation:
    programme = make_programme(indicators=(make_indicator("A1", kind),), units=UNITS)
    states = [make_state(make_submission(unit=unit, values=place(A1=value))) for unit, value in values.items()]
    return consolidate(programme, "nam", states, as_of=LOCK)


def rank(made: Consolidation) -> list[tuple[str, int | None, Fraction | None, Fraction | None]]:
    indicator = made.tally.indicator_by_code["A1"]
    return [(each.unit.name, each.place, each.share, each.length) for each in rank_units(made, indicator, "district")]


def test_equal_numbers_share_a_place_and_the_next_one_is_counted_on() -> None:
    found = rank(report({"178": 10, "179": 40, "180": 10, "181": 0}))
    assert found == [
        ("Bản", 1, Fraction(2, 3), Fraction(1)), ("Ao", 2, Fraction(1, 6), Fraction(1, 4)),
        ("Cao", 2, Fraction(1, 6), Fraction(1, 4)), ("Dốc", 4, Fraction(0), Fraction(0)), ("Ên", None, None, None),
    ]  # fmt: skip


def test_where_all_have_none_there_is_no_share() -> None:
    assert rank(report({"178": 0}))[0] == ("Ao", 1, None, Fraction(0))


def test_words_and_flags_have_no_place() -> None:
    for kind, value in (("text", "nhiều"), ("flag", True)):
        assert {each[1] for each in rank(report({"178": value}, kind))} == {None}


def test_each_unit_stands_beside_its_own_last_year_and_the_whole_over_all_years() -> None:
    made = follow([1, 2], [3, 4], [6, 7])
    indicator = made.tally.indicator_by_code["A1"]
    ranked = rank_units(made, indicator, "district")
    assert [(each.unit.code, each.place, each.before) for each in ranked] == [
        ("179", 1, 4),
        ("178", 2, 3),
        ("180", None, None),
    ]
    trend = find_trend(made, indicator)
    assert trend
    assert [stage.value for stage in trend.stages] == [3, 7, 13]
