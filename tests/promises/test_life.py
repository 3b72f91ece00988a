"""The life of uploads and obligations, in random sequences with faults, held against a model: docs/promises.md."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from chalicelib.domain.submission import review
from chalicelib.domain.submission.purging import empty_submission
from chalicelib.domain.submission.records import Review, State
from tests.promises.model import NOT_POSSIBLE, OBLIGATION, read_table
from tests.promises.world import NO_FAULT, Act, Fault, World, open_world
from tests.store.sample import ADDRESS, make_submission

SHARDS, SEQUENCES, ALL_SEQUENCES, STEPS = 8, 2_000, 100_000, 8

VERBS = (
    "send", "send", "send", "deliver", "deliver", "deliver", "review", "review", "purge", "publish", "sweep", "wait",
    "grant", "enter", "confirm", "trial", "amend",
)  # fmt: skip
FAULTS = ("overtaken", "overtaken", "ended before", "ended after", "answer lost", "throttled", "sent twice")
acts = st.builds(Act, st.sampled_from(VERBS), st.sampled_from((0, 0, 1)), st.integers(0, 9))
faults = st.builds(Fault, st.sampled_from(FAULTS), st.integers(0, 9), acts)
late_faults = st.builds(Fault, st.sampled_from(FAULTS), st.integers(5, 30), acts)


class Life(RuleBasedStateMachine):
    make_world: ClassVar[Callable[[], World]]
    played: ClassVar[int] = 0

    def __init__(self) -> None:
        super().__init__()
        self.world = type(self).make_world()
        self.last = NO_FAULT

    @initialize(fault=faults)
    def choose_the_fault_of_the_recovery(self, fault: Fault) -> None:
        self.last = fault

    @rule(act=acts)
    def do(self, act: Act) -> None:
        self.world.do(act)

    @rule(act=acts, fault=faults | late_faults)
    def do_with_a_fault(self, act: Act, fault: Fault) -> None:
        self.world.do(act, fault)

    def teardown(self) -> None:
        type(self).played += 1
        self.world.finish(self.last)


@pytest.fixture
def make_world(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], World]]:
    with open_world(monkeypatch) as make:
        yield make


@pytest.mark.promise("one-receipt", "nothing-lost", "one-order", "finished", "frozen")
@pytest.mark.parametrize("shard", range(SHARDS))
def test_whatever_happens_in_whatever_order_the_promises_hold(
    shard: int, make_world: Callable[[], World], tried: Callable[[int], None], is_soak: bool
) -> None:
    own = seed(shard)(type("Life", (Life,), {"make_world": staticmethod(make_world)}))
    number = (ALL_SEQUENCES if is_soak else SEQUENCES) // SHARDS
    run_state_machine_as_test(
        own,
        settings=settings(
            max_examples=number,
            stateful_step_count=STEPS,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.generate, Phase.shrink],
        ),
    )
    assert own.played >= number
    tried(own.played)


# The page says what the code does

REVIEWS = {
    "return": lambda state: review.return_submission(state, "Xin xem lại."),
    "approve": review.approve_submission,
    "withdraw": lambda state: review.withdraw_submission(state, "Gửi nhầm."),
    "restore": review.restore_submission,
}


def make_state(name: str) -> State:
    if name == "nothing":
        return State(address=ADDRESS, change=0)
    sent = make_submission()
    if name == "purged":
        return State(address=ADDRESS, change=1, submission=empty_submission(sent), review=Review.WITHDRAWN)
    return State(address=ADDRESS, change=1, submission=sent, review=Review(name))


def name_state(state: State) -> str:
    if state.submission is None:
        return "nothing"
    return "purged" if state.submission.purged else str(state.review)


@pytest.mark.parametrize(("name", "event"), [key for key in read_table(OBLIGATION) if key[1] in REVIEWS])
def test_the_table_of_reviews_in_the_docs_is_what_the_code_does(name: str, event: str) -> None:
    expected = read_table(OBLIGATION)[name, event]
    try:
        found = name_state(REVIEWS[event](make_state(name)))
    except review.NotPossible:
        found = NOT_POSSIBLE
    assert found == expected


def test_the_table_in_the_docs_has_every_state_and_every_review() -> None:
    table = read_table(OBLIGATION)
    assert {name for name, _ in table} == {*Review, "nothing", "purged"}
    assert {event for _, event in table} == {*REVIEWS, "newer", "older", "purge"}
