"""One period consolidated, from states alone: what counts, what the hash covers, and where the period stands."""

from __future__ import annotations

import itertools
from datetime import datetime
from typing import Any

import pytest

from chalicelib.domain.clock import Timeliness
from chalicelib.domain.period.consolidate import consolidate
from chalicelib.domain.period.consolidation import Basis, Consolidation, Phase
from chalicelib.domain.period.targets import TargetState
from chalicelib.domain.period.timeliness import Standing
from chalicelib.domain.programme.model import Duty, Programme, Target
from chalicelib.domain.submission.records import Figure, Review, State, TableRow
from chalicelib.domain.values import Value
from tests.domain.builders import (
    DUE,
    LATE,
    LOCK,
    MOMENT,
    OPENS,
    make_form,
    make_indicator,
    make_period,
    make_programme,
    make_state,
    make_submission,
    make_unit,
    place,
)

ROWS = (make_indicator("A1"), make_indicator("A2", "stock"), make_indicator("A3", "text"))
PROGRAMME = make_programme(ROWS)


def send(unit: str = "178", *, received: datetime = OPENS, programme: Programme = PROGRAMME, **values: Value) -> State:
    sent = make_submission(unit=unit, received=received, values=place(**values))
    address = sent.address.model_copy(update={"programme": programme.code})
    return make_state(sent.model_copy(update={"address": address}))


def consolidated(*states: State, programme: Programme = PROGRAMME, at: datetime = LOCK, **more: Any) -> Consolidation:
    return consolidate(programme, "nam", states, as_of=at, **more)


def headline(consolidation: Consolidation, code: str) -> tuple[Any, tuple[str, ...], tuple[str, ...]]:
    total = consolidation.tally.headline(code)
    assert total is not None
    return total.value, total.contributed, total.missing


# What counts


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        ([send("178", A1=5), send("180", A1=6)], (11, ("178", "180"), ())),
        ([send("178", A1=5)], (5, ("178",), ("180",))),
        ([send("178", A1=5), send("180", A1=0)], (5, ("178", "180"), ())),
        ([send("178", A1=5).model_copy(update={"review": Review.RETURNED})], (None, (), ("178", "180"))),
        ([send("178", A1=5).model_copy(update={"review": Review.WITHDRAWN})], (None, (), ("178", "180"))),
        ([send("178", A1=5).model_copy(update={"review": Review.APPROVED})], (5, ("178",), ("180",))),
        ([send("999", A1=5)], (None, (), ("178", "180"))),
        ([], (None, (), ("178", "180"))),
    ],
    ids=["all", "one is missing", "nought is a figure", "returned", "withdrawn", "approved", "a stranger", "nobody"],
)
def test_a_total_is_over_what_counts_and_names_who_is_missing(states: list[State], expected: tuple[Any, ...]) -> None:
    assert headline(consolidated(*states), "A1") == expected


def test_what_is_not_counted_has_no_headline_and_what_was_left_open_is_not_missing() -> None:
    consolidation = consolidated(send("178", A1=5, A3="12/KH"), send("180", A2=1, A3="13/KH"))
    assert consolidation.tally.headline("A3") is None
    assert consolidation.tally.headline("B9") is None
    total = consolidation.tally.headline("A1")
    assert total is not None
    assert (total.contributed, total.empty, total.missing) == (("178",), ("180",), ())


def test_the_order_in_which_states_come_changes_nothing() -> None:
    states = (send("178", A1=5), send("180", A1=6), send("999", A1=7))
    results = [consolidated(*order) for order in itertools.permutations(states)]
    assert all(result == results[0] for result in results)


def test_states_of_another_period_count_nowhere() -> None:
    state = send("178", A1=5)
    other = state.model_copy(update={"address": state.address.model_copy(update={"period": "quy-1"})})
    assert consolidated(other) == consolidated()


def test_a_period_that_the_programme_does_not_have_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        consolidate(PROGRAMME, "quy-9", [], as_of=LOCK)


def test_inputs_are_the_revisions_that_count_and_were_judged() -> None:
    folder = send("180", A1=6).model_copy(update={"timeliness": None, "first_received": None})
    given_back = send("178", A1=5).model_copy(update={"review": Review.RETURNED})
    assert consolidated(folder, given_back).inputs == ()
    (one,) = consolidated(send("178", received=LATE, A1=5)).inputs
    sent = send("178").submission
    assert sent is not None
    assert (one.unit, one.form, one.revision, one.sha256) == ("178", "bc", 1, sent.sha256)
    assert one.timeliness is Timeliness.LATE


def test_a_consolidation_holds_everything_that_an_edition_shows() -> None:
    table = {
        "code": "to",
        "title": "Tổ",
        "columns": ({"code": "ten", "label": "Tên", "kind": "text"},),
        "names": ("ten",),
    }
    prose = {"code": "ket-qua", "label": "Kết quả"}
    programme = make_programme(ROWS, form={"tables": (table,), "narratives": (prose,)})
    line = TableRow(sheet="Bảng 1", values={"ten": "Tổ 1"}, cells={"ten": "B5"})
    told = {"ket-qua": Figure(value="Tốt", sheet="Thuyết minh", cell="B4")}
    sent = make_submission(values=place(A1=5), tables={"to": (line,)}, narratives=told)
    consolidation = consolidated(make_state(sent), programme=programme, at=DUE)
    assert (consolidation.programme, consolidation.period.code, consolidation.as_of) == (programme, "nam", DUE)
    assert [unit.code for unit in consolidation.tally.units] == ["178", "180"]
    assert [form.code for form in consolidation.tally.forms] == ["bc"]
    assert [row.code for row in consolidation.tally.indicators] == ["A1", "A2", "A3"]
    assert [(each.name, each.units) for each in consolidation.tally.names] == [("Tổ 1", ("178",))]
    assert [(each.unit_type, each.expected, each.on_time) for each in consolidation.reporting.rates] == [
        ("district", 2, 1), ("", 2, 1),
    ]  # fmt: skip
    assert [(each.unit, each.text, each.cell) for each in consolidation.texts] == [("178", "Tốt", "B4")]
    assert [each.code for each in consolidation.tables] == ["to"]
    assert [each.row for each in consolidation.rows["to"]] == [line]


# Clocks


@pytest.mark.parametrize(
    ("at", "phase", "is_due"),
    [
        (OPENS, Phase.OPEN, False),
        (DUE, Phase.OPEN, False),
        (LATE - MOMENT, Phase.OPEN, False),
        (LATE, Phase.DUE, True),
        (LOCK - MOMENT, Phase.DUE, True),
        (LOCK, Phase.LOCKED, True),
    ],
)
def test_a_period_is_open_until_its_grace_ends_and_locked_from_its_lock_on(
    at: datetime, phase: Phase, is_due: bool
) -> None:
    consolidation = consolidated(at=at)
    assert (consolidation.phase, consolidation.is_due) == (phase, is_due)


def test_the_clocks_in_force_judge_what_was_sent_before_they_moved() -> None:
    state = send("178", received=LATE, A1=5)
    moved = make_programme(ROWS, periods=(make_period(due=LOCK),))
    for programme, standing in ((PROGRAMME, Standing.LATE), (moved, Standing.ON_TIME)):
        consolidation = consolidated(state, programme=programme)
        assert consolidation.reporting.status_by_key["178", "bc"].standing is standing


# The hash


def test_an_equal_hash_means_that_nothing_changed_and_the_moment_counts_only_by_its_phase() -> None:
    first = consolidated(send(A1=5), at=LOCK)
    assert consolidated(send(A1=5), at=LOCK + (LOCK - DUE)).inputs_hash == first.inputs_hash
    assert first.manifest["phase"] == "locked"
    others = [
        consolidated(send(A1=5), at=LOCK - MOMENT),
        consolidated(send(A1=5), send("180", A1=6)),
        consolidated(send(A1=5), send("999", A1=6)),
        consolidated(send(A1=5), made_with={"code": "2"}),
        consolidated(send(A1=5), previous=consolidated()),
        consolidated(send(A1=5), earlier=consolidated()),
    ]
    assert len({first.inputs_hash, *(each.inputs_hash for each in others)}) == 1 + len(others)


# Beside other periods


def test_the_year_before_and_the_earlier_period_are_compared_each_on_its_own_basis() -> None:
    last_year = make_programme(ROWS, code="mau-2021")
    before = consolidated(send(programme=last_year, A1=4), programme=last_year)
    half = make_period(code="6-thang", name="6 tháng")
    year = make_period(compare_with="6-thang")
    programme = make_programme(ROWS, periods=(half, year), form={"cumulative": True})
    part = consolidate(programme, "6-thang", [_move(send(A1=3), "6-thang")], as_of=LOCK)
    consolidation = consolidated(send(A1=5), programme=programme, previous=before, earlier=part)
    assert consolidation.comparison is not None
    assert consolidation.earlier is not None
    assert (consolidation.comparison.basis, consolidation.earlier.basis) == (Basis.SAME_PERIOD, Basis.WITHIN)
    assert consolidation.comparison.changes["A1"].before == 4
    assert (consolidated().comparison, consolidated().earlier) == (None, None)


def _move(state: State, period: str) -> State:
    address = state.address.model_copy(update={"period": period})
    assert state.submission is not None
    sent = state.submission.model_copy(update={"address": address})
    return state.model_copy(update={"address": address, "submission": sent})


@pytest.mark.parametrize(
    ("compare_with", "cumulative", "earlier", "state"),
    [
        ("6-thang", False, 2, TargetState.MET),
        ("6-thang", False, 1, TargetState.UNMET),
        ("6-thang", False, None, TargetState.UNKNOWN),
        ("6-thang", True, 2, TargetState.UNMET),
        ("", False, 2, TargetState.UNMET),
    ],
    ids=["both halves reach it", "both fall short", "the first half is not known", "the year includes it",
         "it stands alone"],
)  # fmt: skip
def test_a_years_target_is_judged_by_the_whole_year(
    compare_with: str, cumulative: bool, earlier: int | None, state: TargetState
) -> None:
    target = Target.model_validate({
        "code": "T1", "title": "Ít nhất 3", "scope": "unit", "unit_type": "district", "periods": ("nam",),
        "conditions": ({"indicator": "A1", "at_least": 3},),
    })  # fmt: skip
    periods = (make_period(code="6-thang"), make_period(compare_with=compare_with))
    form = {"cumulative": cumulative}
    duties = tuple(Duty(unit_type="district", period=each, form="bc") for each in ("6-thang", "nam"))
    programme = make_programme(
        ROWS, units=(make_unit("178", "Lạng Sơn"),), periods=periods, form=form, targets=(target,), duties=duties
    )
    part = (
        consolidate(programme, "6-thang", [_move(send(A1=earlier), "6-thang")], as_of=LOCK)
        if earlier is not None
        else None
    )
    consolidation = consolidated(send(A1=1), programme=programme, earlier=part)
    assert [result.state for result in consolidation.targets] == [state]
    assert headline(consolidation, "A1")[0] == 1


def test_a_year_is_whole_as_soon_as_one_of_its_forms_includes_the_earlier_period() -> None:
    target = Target.model_validate({
        "code": "T1", "title": "Ít nhất 3", "scope": "unit", "unit_type": "district", "periods": ("nam",),
        "conditions": ({"indicator": "A1", "at_least": 3},),
    })  # fmt: skip
    forms = (make_form(ROWS), make_form(ROWS, code="bc2", cumulative=True))
    duties = tuple(Duty(unit_type="district", period="nam", form=form.code) for form in forms)
    programme = make_programme(
        ROWS, units=(make_unit("178", "Lạng Sơn"),), periods=(make_period(compare_with="6-thang"),), forms=forms,
        duties=duties, targets=(target,),
    )  # fmt: skip
    consolidation = consolidated(send(A1=3), programme=programme)
    assert [result.state for result in consolidation.targets] == [TargetState.MET]


# Units of several types


def test_the_headline_is_the_headline_types_or_the_only_types_figure() -> None:
    both, departments = ("district", "department"), ("department",)
    rows = (make_indicator("A1", senders=both), make_indicator("A2", senders=departments))
    units = (make_unit("178", "Lạng Sơn"), make_unit("SYT", "Sở Y tế", "department"))
    duties = tuple(Duty(unit_type=each, period="nam", form="bc") for each in both)
    programme = make_programme(rows, units=units, duties=duties, forms=(make_form(rows),))
    states = (send("178", A1=5), send("SYT", A1=3, A2=2))
    consolidation = consolidated(*states, programme=programme)
    assert [(each.unit_type, each.value) for each in consolidation.tally.totals["A1"].subtotals] == [
        ("district", 5), ("department", 3),
    ]  # fmt: skip
    assert (headline(consolidation, "A1")[0], headline(consolidation, "A2")[0]) == (5, 2)
    neither = programme.model_copy(update={"headline": "commune"})
    assert consolidated(*states, programme=neither).tally.headline("A1") is None
