"""The life of uploads and obligations, in random sequences with faults, held against a model: docs/promises.md."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from chalicelib.domain.submission import review
from chalicelib.domain.submission.purging import withdraw_upload
from chalicelib.domain.submission.records import Review, State
from tests.promises.model import NOT_POSSIBLE, read_table
from tests.promises.world import NO_FAULT, Act, Fault, World, open_world
from tests.store.sample import ADDRESS, make_submission

SHARDS, SEQUENCES, ALL_SEQUENCES, STEPS = 8, 400, 100_000, 10

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

    @rule(act=acts)
    def do(self, act: Act) -> None:
        self.world.do(act)

    @rule(act=acts, fault=faults | late_faults)
    def do_with_a_fault(self, act: Act, fault: Fault) -> None:
        self.world.do(act, fault)

    def teardown(self) -> None:
        type(self).played += 1
        self.world.finish()


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
        ),  # fmt: skip
    )
    assert own.played >= number
    tried(own.played)
