"""What a unit said before: whose figures they are, which of them count, and what a new report may not contradict."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from chalicelib import folders
from chalicelib.domain.issues.issue import MOST_ISSUES, make_issue
from chalicelib.domain.programme.model import Programme, Succession
from chalicelib.domain.submission.earlier import Earlier, Places, find_places, hold_against, take_earlier
from chalicelib.domain.submission.records import Address, Figure, Outcome, Review, State, Status, Submission

SMALL = folders.load_folder(Path(__file__).parents[1] / "data" / "programme-nho")
"""Its first half has the forms "bieu" and "bieu-phu", its year "bieu-nam"; the code 003 was given anew on 1 July."""

YEAR = Address(programme="nho", period="nam", form="bieu-nam", unit="001")
HALF, EXTRA = (YEAR.model_copy(update={"period": "nua-dau", "form": form}) for form in ("bieu", "bieu-phu"))
THEIRS = {"nua-dau/bieu", "nua-dau/bieu-phu", "nua-dau/bieu-nam"}


def make_programme(like: Programme, **changes: Any) -> Programme:
    """A copy remembers what was worked out of the original; a programme that is made anew does not."""
    return Programme(**{name: getattr(like, name) for name in Programme.model_fields} | changes)


def last_year(**changes: Any) -> Programme:
    """The programme of the year before: its dates a year earlier, its forms under other codes."""
    periods = [
        period.model_copy(
            update={name: getattr(period, name).replace(year=getattr(period, name).year - 1) for name in _DATES}
        )
        for period in SMALL.periods
    ]
    forms = [form.model_copy(update={"code": f"{form.code}-2021"}) for form in SMALL.forms]
    update = {"code": "nho-2021", "periods": tuple(periods), "forms": tuple(forms)} | changes
    return make_programme(SMALL, **update)


_DATES = ("data_from", "data_to")


def change_unit(programme: Programme, **changes: object) -> Programme:
    """The programme with another validity of its first unit, 001."""
    first, *others = programme.units
    return make_programme(programme, units=(first.model_copy(update=changes), *others))


def names(places: tuple[Address, ...]) -> set[str]:
    return {f"{each.period}/{each.form}" for each in places}


# Whose figures they are


def test_a_year_includes_the_figures_of_its_first_half_whatever_forms_that_has() -> None:
    assert names(find_places(YEAR, SMALL).included) == THEIRS
    assert {(each.programme, each.unit) for each in find_places(YEAR, SMALL).included} == {("nho", "001")}


def test_a_period_that_includes_no_other_has_no_place_there() -> None:
    assert find_places(HALF, SMALL) == Places()


def test_last_year_is_the_same_period_of_the_programme_that_this_one_follows() -> None:
    found = find_places(YEAR, SMALL, last_year()).last_year
    assert {each.programme for each in found} == {"nho-2021"}
    assert names(found) == {"nam/bieu-2021", "nam/bieu-phu-2021", "nam/bieu-nam-2021"}


@pytest.mark.parametrize(
    "before",
    [
        last_year(periods=()),
        last_year(units=()),
        last_year(forms=()),
        change_unit(last_year(), valid_to=date(2021, 6, 30)),
        change_unit(last_year(), valid_to=date(2022, 6, 30)),
    ],
    ids=["no such period", "no such unit", "no such indicator", "ended last year", "ended since, its code given anew"],
)
def test_last_year_says_nothing_of(before: Programme) -> None:
    assert find_places(YEAR, SMALL, before).last_year == ()


def test_a_unit_that_did_not_exist_last_year_has_no_figures_of_then() -> None:
    assert find_places(YEAR, change_unit(SMALL, valid_from=date(2022, 1, 1)), last_year()).last_year == ()


def test_figures_of_the_former_holder_of_a_code_are_not_the_new_ones() -> None:
    given_anew = YEAR.model_copy(update={"unit": "003"})
    assert find_places(given_anew, SMALL, last_year()) == Places()


@pytest.mark.parametrize("part", ["period", "form", "unit"])
def test_an_address_that_the_programme_does_not_have_has_no_places(part: str) -> None:
    assert find_places(YEAR.model_copy(update={part: "khac"}), SMALL, last_year()) == Places()


# Several years, and units that became part of others


@pytest.mark.parametrize(("unit", "is_held"), [("vụ", True), ("Vụ", True), ("nghìn vụ", False), ("người", False)])
def test_a_figure_that_was_kept_in_another_unit_of_measure_is_not_held_against_todays(unit: str, is_held: bool) -> None:
    code = SMALL.form_by_code["bieu-nam"].codes[0]
    now = make_programme(
        SMALL,
        indicators=tuple(
            each.model_copy(update={"measure_unit": "vụ", "also": ()}) if each.code == code else each
            for each in SMALL.indicators
        ),
    )
    before = last_year(
        indicators=tuple(
            each.model_copy(update={"measure_unit": unit}) if each.code == code else each for each in now.indicators
        )
    )
    places = find_places(YEAR, now, before)
    address = YEAR.model_copy(update={"programme": "nho-2021", "form": "bieu-nam-2021"})
    earlier = take_earlier(places, {address: make_state(address, {code: 7})})
    assert (code in earlier.last_year) is is_held


def older(years: int, **changes: Any) -> Programme:
    """The programme of so many years before, with the forms and codes of last year."""
    made = last_year()
    periods = [
        period.model_copy(update={name: getattr(period, name).replace(year=2022 - years) for name in _DATES})
        for period in made.periods
    ]
    return make_programme(made, **{"code": f"nho-{2022 - years}", "periods": tuple(periods)} | changes)


def join(*pairs: tuple[str, str]) -> Programme:
    """The programme of this year, in which old units became part of new ones on 01/01/2022."""
    rows = (Succession(old=old, old_name=old, old_parent="", new=new, on=date(2022, 1, 1)) for old, new in pairs)
    return make_programme(SMALL, successions=tuple(rows))


def test_each_year_before_has_its_place() -> None:
    found = find_places(YEAR, SMALL, older(1), older(2), older(3))
    assert {each.programme for each in found.last_year} == {"nho-2021"}
    assert [{each.programme for each in place} for place in found.longer_ago] == [{"nho-2020"}, {"nho-2019"}]


@pytest.mark.parametrize(
    ("pairs", "units"),
    [
        ([], {"001"}),
        ([("002", "002")], {"001"}),
        ([("001", "001"), ("002", "001")], {"001", "002"}),
        ([("002", "001")], {"002"}),
        ([("001", "001"), ("002", "001"), ("002", "003")], set()),
        ([("001", "001"), ("099", "001")], set()),
    ],
    ids=["no reform", "a reform of others", "joined", "took over", "one was divided", "one did not report then"],
)
def test_a_unit_has_the_figures_of_last_year_of_those_that_became_part_of_it_as_a_whole(
    pairs: list[tuple[str, str]], units: set[str]
) -> None:
    assert {each.unit for each in find_places(YEAR, join(*pairs), last_year()).last_year} == units


def test_figures_of_joined_units_are_added_where_all_of_them_told_and_they_add_up() -> None:
    places = find_places(YEAR, join(("001", "001"), ("002", "001")), last_year())
    by_unit = {each.unit: each for each in places.last_year if each.form == "bieu-nam-2021"}
    said = {"001": {"A01": 5, "A02": 3, "A05": "x"}, "002": {"A01": 6, "A05": "x"}}
    states = {place: make_state(place, said[unit]) for unit, place in by_unit.items()}
    assert {code: figure.value for code, figure in take_earlier(places, states).last_year.items()} == {"A01": 11}
    (alone,) = (place for unit, place in by_unit.items() if unit == "001")
    assert take_earlier(places, {alone: states[alone]}).last_year == {}


def test_the_period_just_before_is_the_one_that_ends_the_day_before_and_is_as_long() -> None:
    first = SMALL.period_by_code["nua-dau"]
    days = first.data_to - first.data_from
    half = first.model_copy(
        update={"code": "nua-cuoi", "data_from": first.data_to + timedelta(days=1),
                "data_to": first.data_to + timedelta(days=1) + days}
    )  # fmt: skip
    programme = make_programme(SMALL, periods=(*SMALL.periods, half))
    second = HALF.model_copy(update={"period": "nua-cuoi"})
    assert {each.period for each in find_places(second, programme).just_before} == {"nua-dau"}
    longer = half.model_copy(update={"data_to": half.data_to + timedelta(days=20)})
    programme = make_programme(SMALL, periods=(*SMALL.periods, longer))
    assert find_places(second, programme).just_before == ()


@pytest.mark.parametrize(
    ("years", "expected"),
    [
        ([20], "kỳ trước: 20"),
        ([20, 10], "các kỳ trước: 20; 10"),
        ([20, 90], None),
        ([20, 500], None),
        ([600, 500], "các kỳ trước: 600; 500"),
        ([None, 20], "kỳ trước: 20"),
        ([], None),
    ],
    ids=["one", "far from both", "near one", "between two", "far below both", "last year is not known", "none"],
)
def test_100_of_a06_is_unusual_beside_the_years_before(years: list[int | None], expected: str | None) -> None:
    known = [make_figures({"A06": each} if each is not None else {}) for each in years]
    earlier = Earlier({}, known[0] if known else {}, tuple(known[1:]))
    held = hold_against(make_outcome({"A01": 10, "A03": 2, "A06": 100}), SMALL, earlier)
    assert [issue.expected for issue in held.issues] == ([expected] if expected else [])


# Which of them count


def make_state(address: Address, values: Mapping[str, Any], review: Review = Review.RECEIVED) -> State:
    figures = {code: Figure(value=value, sheet="Số liệu", cell="C4") for code, value in values.items()}
    submission = Submission(
        address=address, revision=1, upload_id="", programme_version=1, form_version=1, sha256="", file_name="", key="",
        version_id="", received=datetime(2022, 5, 10, tzinfo=UTC), values=figures, tables={}, narratives={},
    )  # fmt: skip
    return State(address=address, change=1, revision=1, submission=submission, review=review)


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        ([], {}),
        ([State(address=HALF, change=1)], {}),
        ([make_state(HALF, {"A01": 5})], {"A01": 5}),
        ([make_state(HALF, {"A01": 5}, Review.APPROVED)], {"A01": 5}),
        ([make_state(HALF, {"A01": 5}, Review.RETURNED)], {}),
        ([make_state(HALF, {"A01": 5}, Review.WITHDRAWN)], {}),
        ([make_state(HALF, {"A01": 5}), make_state(EXTRA, {"A06": 7})], {"A01": 5, "A06": 7}),
        ([make_state(HALF, {"A02": 3}), make_state(EXTRA, {"A02": 3})], {"A02": 3}),
        ([make_state(HALF, {"A01": 5, "A02": 3}), make_state(EXTRA, {"A02": 4})], {"A01": 5}),
        ([make_state(HALF, {"A02": 3}, Review.RETURNED), make_state(EXTRA, {"A02": 4})], {"A02": 4}),
        ([make_state(HALF.model_copy(update={"unit": "002"}), {"A01": 5})], {}),
    ],
    ids=["nothing sent", "nothing accepted", "accepted", "approved", "returned", "withdrawn", "two forms",
         "the same on two forms", "different on two forms", "the other form was returned", "another unit's"],
)  # fmt: skip
def test_earlier_figures_are(states: list[State], expected: dict[str, int]) -> None:
    found = take_earlier(find_places(YEAR, SMALL), {state.address: state for state in states})
    assert {code: figure.value for code, figure in found.included.items()} == expected
    assert found.last_year == {}
    assert found.nearest == found.included


def test_a_person_compares_with_last_year_where_nothing_is_included() -> None:
    (place,) = [each for each in find_places(YEAR, SMALL, last_year()).last_year if each.form == "bieu-2021"]
    found = take_earlier(Places(last_year=(place,)), {place: make_state(place, {"A01": 5})})
    assert {code: figure.value for code, figure in found.nearest.items()} == {"A01": 5}


# What may not be contradicted


def make_figures(values: Mapping[str, Any]) -> dict[str, Figure]:
    return {code: Figure(value=value, sheet="Số liệu", cell="C4") for code, value in values.items()}


def make_outcome(values: Mapping[str, Any], **changes: Any) -> Outcome:
    fields = {"form": "bieu-nam", "version": 1, "unit": "001", "period": "nam"} | changes
    return Outcome(status=Status.ACCEPTED, sha256="", values=make_figures(values), **fields)


@pytest.mark.parametrize(
    ("included", "last", "issues"),
    [
        ({}, {}, []),
        ({"A01": 10}, {}, []),
        ({"A01": 11}, {}, [("rule.less_than_before", "A01")]),
        ({"A01": 11, "A06": 200}, {}, [("rule.less_than_before", "A01"), ("rule.less_than_before", "A06")]),
        ({"A03": 9}, {}, []),
        ({"A01": "mười một"}, {}, []),
        ({}, {"A01": 11}, []),
        ({}, {"A06": 20}, [("rule.unusual", "A06")]),
        ({"A01": 11}, {"A06": 20}, [("rule.less_than_before", "A01"), ("rule.unusual", "A06")]),
    ],
    ids=["nothing", "as much", "more", "two more", "a stock may fall", "no number", "last year had more",
         "far from last year", "both"],
)  # fmt: skip
def test_a_report_with_10_of_a01_2_of_a03_and_100_of_a06_is_told(
    included: dict[str, Any], last: dict[str, Any], issues: list[tuple[str, str]]
) -> None:
    earlier = Earlier(make_figures(included), make_figures(last))
    held = hold_against(make_outcome({"A01": 10, "A03": 2, "A06": 100}), SMALL, earlier)
    assert [(issue.code, issue.indicator) for issue in held.issues] == issues
    is_rejected = any(code == "rule.less_than_before" for code, _ in issues)
    assert held.status is (Status.REJECTED if is_rejected else Status.ACCEPTED)


def test_what_a_figure_must_be_is_said_once() -> None:
    earlier = Earlier(make_figures({"A01": 11}), make_figures({"A06": 20}))
    held = hold_against(make_outcome({"A01": 10, "A03": 2, "A06": 100}), SMALL, earlier)
    assert [issue.needed for issue in held.issues] == [
        "không nhỏ hơn 11, số đã báo cáo ở kỳ trước",
        "xem lại, so với kỳ trước: 20",
    ]


MORE = Earlier(make_figures({"A01": 11}), {})


@pytest.mark.parametrize(
    "outcome",
    [
        make_outcome({"A01": 10}, form="bieu", period="nua-dau"),
        make_outcome({"A01": 10}, form=""),
        make_outcome({"A01": 10}, unit="999"),
        make_outcome({"A01": 10}, issues=(make_issue("form.mangled", found="1/4 mã"),)),
    ],
    ids=["a form that is not cumulative", "a workbook that was not read", "an unknown unit", "a mangled form"],
)
def test_nothing_is_held_against(outcome: Outcome) -> None:
    assert hold_against(outcome, SMALL, MORE) == outcome


def test_issues_of_a_workbook_that_has_very_many_are_still_capped_and_counted() -> None:
    many = tuple(make_issue("cell.missing", sheet="Số liệu", cell=f"C{row}") for row in range(MOST_ISSUES))
    capped = make_outcome({"A01": 10}).with_issues([*many, *many[:5]])
    held = hold_against(capped, SMALL, MORE)
    assert len(held.issues) == MOST_ISSUES + 1
    assert (held.issues[-1].code, held.issues[-1].found) == ("form.more_issues", "6")
