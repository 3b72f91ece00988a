"""Totals by kind: equal to what another program adds up, whatever the order, and nothing known is never nought."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

import pandas
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.period.consolidate import consolidate
from chalicelib.domain.period.consolidation import Consolidation
from chalicelib.domain.period.totals import FigureState, divide_sums
from chalicelib.domain.programme import kinds
from chalicelib.domain.submission.records import State
from chalicelib.domain.values import Value, add_known
from tests.report.samples import make_state, make_states, read_programme

PROGRAMME = read_programme()
PERIOD = PROGRAMME.period_by_code["6-thang"]
FORM = PROGRAMME.form_by_code["bao-cao-6-thang"]
DISTRICTS = [unit for unit in PROGRAMME.units if unit.type == "district"]
NOW = PERIOD.due + timedelta(days=5)

numbers = st.one_of(
    st.none(), st.integers(0, 10**12), st.decimals(0, 10**6, places=3, allow_nan=False, allow_infinity=False)
)


def make(states: list[State]) -> Consolidation:
    return consolidate(PROGRAMME, "6-thang", states, as_of=NOW)


def report(unit_number: int, **values: Value) -> State:
    return make_state(PROGRAMME, DISTRICTS[unit_number], FORM, PERIOD, received=PERIOD.due, values=values)


@given(st.lists(numbers, max_size=30))
def test_a_sum_is_exact_and_of_what_is_known_alone(values: list[int | Decimal | None]) -> None:
    known = [Fraction(value) for value in values if value is not None]
    total = add_known(values)
    assert (total is None) == (not known)
    assert total is None or Fraction(total) == sum(known)


@given(st.lists(st.tuples(numbers, numbers), max_size=20), st.randoms())
def test_a_ratio_is_that_of_the_sums_in_any_order(pairs: list[tuple[Value, Value]], chance: object) -> None:
    shuffled = list(pairs)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert divide_sums(shuffled) == divide_sums(pairs)  # type: ignore[arg-type]
    whole = [(Fraction(a), Fraction(b)) for a, b in pairs if a is not None and b is not None]  # type: ignore[arg-type]
    below = sum((b for _, b in whole), start=Fraction(0))
    expected = sum((a for a, _ in whole), start=Fraction(0)) / below if below else None
    got = divide_sums(pairs)  # type: ignore[arg-type]
    assert (got is None) == (expected is None)
    assert expected is None or abs(Fraction(got or 0) - expected) <= abs(expected) * Fraction(1, 10**25)


@settings(max_examples=20, deadline=None)
@given(st.sets(st.sampled_from([unit.code for unit in DISTRICTS])), st.integers(1, 10**6), st.randoms())
def test_totals_equal_those_of_pandas_whatever_is_missing_and_in_whatever_order(
    missing: set[str], seed: int, chance: object
) -> None:
    states = make_states(PROGRAMME, "6-thang", seed=seed, missing=sorted(missing))
    frame = pandas.DataFrame(
        [
            {"indicator": code, "value": figure.value}
            for state in states
            if state.submission
            for code, figure in state.submission.values.items()
            if PROGRAMME.indicator_by_code[code].kind in (kinds.FLOW, kinds.STOCK, kinds.MEASURE, kinds.MONEY)
        ],
        columns=["indicator", "value"],
    )
    sums = {code: sum(map(Decimal, group)) for code, group in frame.groupby("indicator")["value"]}
    chance.shuffle(states)  # type: ignore[attr-defined]
    made = make(states)
    for indicator in made.tally.indicators:
        total = made.tally.headline(indicator.code)
        if indicator.kind in (kinds.FLOW, kinds.STOCK, kinds.MEASURE, kinds.MONEY) and total:
            assert total.value == sums.get(indicator.code)
    assert made.inputs_hash == make(states[::-1]).inputs_hash


def test_nobody_has_reported_is_not_nought() -> None:
    made = make([])
    assert all(total.headline is None or total.headline.value is None for total in made.tally.totals.values())
    assert made.tally.headline("B05").missing == tuple(unit.code for unit in DISTRICTS)  # type: ignore[union-attr]


def test_a_reported_nought_is_nought() -> None:
    total = make([report(0, B05=0)]).tally.headline("B05")
    assert total is not None
    assert total.value == 0
    assert total.contributed == ("178",)


def test_what_a_unit_is_not_asked_for_is_not_missing() -> None:
    made = make([])
    border = {"180", "182", "183", "188", "189"}
    assert set(made.tally.figures["H89a"]) == border
    assert set(made.tally.figures["D41b"]) == {"185"}
    assert "A02" not in made.tally.figures  # stands on the plan's form alone


def test_an_indicator_that_has_ended_is_not_asked_any_more() -> None:
    assert "E43" in make([]).tally.figures
    assert "E53a" not in make([]).tally.figures  # begins on 01/7/2024


def test_the_province_has_the_set_of_names_and_never_their_sum() -> None:
    states = [report(0, D30=1), report(1, D30=1)]
    listed = [state.submission.tables["mo-hinh"][:1] for state in states if state.submission]
    same = listed[0][0].model_copy(update={"values": {**listed[0][0].values, "loai": "Camera an ninh", "diem": 3}})
    states = [
        state.model_copy(update={"submission": state.submission.model_copy(update={"tables": {"mo-hinh": (same,)}})})
        for state in states
        if state.submission
    ]
    made = make(states)
    total = made.tally.headline("D30")
    assert total is not None
    assert total.value == 1
    assert [(name.name, name.units, name.sums["diem"]) for name in made.tally.names] == [
        ("Camera an ninh", ("178", "180"), 6)
    ]


def test_a_list_of_names_that_is_not_complete_gives_bounds_and_no_figure() -> None:
    total = make([report(0, D30=40), report(1, D30=30)]).tally.headline("D30")
    assert total is not None
    assert total.value is None
    assert total.at_least is not None
    assert total.at_most is not None
    assert 40 <= total.at_least < total.at_most <= 70


def test_a_department_and_a_district_stand_apart_and_the_headline_is_the_districts() -> None:
    department = next(unit for unit in PROGRAMME.units if unit.code == "SYT")
    sent = make_state(PROGRAMME, department, FORM, PERIOD, received=PERIOD.opens, values={"B05": 1000})
    made = make([report(0, B05=7), sent])
    totals = made.tally.totals["B05"]
    assert [(total.unit_type, total.value) for total in totals.subtotals] == [("district", 7), ("department", 1000)]
    assert totals.headline is not None
    assert totals.headline.value == 7
    assert any(finding.code == "figure.reported_twice" and finding.subject == "B05" for finding in made.findings)
    assert made.reporting.rates[-1].expected == len(DISTRICTS)  # the department owes nothing in this period


def test_two_forms_of_a_unit_that_contradict_each_other_are_a_conflict_and_not_a_figure() -> None:
    from chalicelib.domain.period.figures import merge_figures
    from chalicelib.domain.period.totals import UnitFigure

    one = UnitFigure("B05", "180", "a", FigureState.KNOWN, 1)
    other = UnitFigure("B05", "180", "b", FigureState.KNOWN, 2)
    assert merge_figures(one, other=other).state is FigureState.CONFLICT
    assert merge_figures(one, other=UnitFigure("B05", "180", "b", FigureState.EMPTY)) == one
