"""Whatever call fails, and wherever a process ends: one more run comes to the same end, and nothing is done twice.

Every entry point that the code has is tried: each call with a refusal, a throttling, an answer that is lost once and
for good, and the end of the process before it and after it. Then what failed is done again as one would: the event is
delivered again, the schedule comes again, the clerk presses the same form, the command is typed again. What tables,
buckets and the services outside hold then is compared item by item with what a run without a fault has left.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.promises import scenes_app, scenes_operate, scenes_programme, scenes_users, scenes_web
from tests.promises.entries import find_entries
from tests.promises.faults import (
    READS,
    WRITES,
    Act,
    Hit,
    Play,
    Scenario,
    choose_hits,
    choose_pairs,
    find_differences,
    play,
    play_clean,
)
from tests.promises.stage import Stage
from tests.store.engine import counted

SCENARIOS = [
    each
    for scenes in (scenes_app, scenes_web, scenes_programme, scenes_users, scenes_operate)
    for each in scenes.list_scenarios()
]
READING = [*scenes_web.list_reads(), *scenes_programme.list_reads(), *scenes_users.list_reads(),
           *((entry, act, None) for entry, act in scenes_operate.list_reads())]  # fmt: skip
PAIRED = ("app.intake", "app.publish", scenes_web.PAPER.entry, scenes_operate.PURGE.entry)
"""Where a second fault is tried in the recovery from the first."""

_PAIRS, _PAIRS_OF_SOAK = 12, 600
"""Of a scenario, in CI and under the full load: all pairs are thousands, of half a second each."""


def test_every_entry_point_of_the_code_is_tried() -> None:
    reading = {entry for entry, _, _ in READING}
    acting = {scenario.entry for scenario in SCENARIOS}
    assert reading & acting == set()
    assert reading | acting == find_entries()


@pytest.mark.parametrize(("act", "prepare"), [pytest.param(act, prepare, id=entry) for entry, act, prepare in READING])
def test_what_is_not_tried_only_reads(stage: Stage, act: Act, prepare: Callable[[Stage], None] | None) -> None:
    if prepare:
        prepare(stage)
    stage.forget()
    with counted(others=stage.clients) as calls:
        assert act(stage)
    assert [name for name in calls if not READS.fullmatch(name)] == []


@pytest.mark.promise("finished", "nothing-lost", "told")
@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_after_any_fault_one_more_run_comes_to_the_same_end(
    stage: Stage, scenario: Scenario, is_soak: bool, tried: Callable[[int], None]
) -> None:
    whole = play_clean(stage, scenario)
    assert [name for name in whole.calls if name not in WRITES and not READS.fullmatch(name)] == []
    check(stage, whole, list(choose_hits(whole, is_whole=is_soak)), tried)


@pytest.mark.promise("finished", "nothing-lost", "told")
@pytest.mark.parametrize(
    "scenario", [each for each in SCENARIOS if each.entry in PAIRED], ids=lambda scenario: scenario.name
)
def test_after_a_second_fault_in_the_recovery_too(
    stage: Stage, scenario: Scenario, is_soak: bool, tried: Callable[[int], None]
) -> None:
    whole = play_clean(stage, scenario)
    check(stage, whole, choose_pairs(whole, most=_PAIRS_OF_SOAK if is_soak else _PAIRS), tried)


def check(stage: Stage, whole: Play, cases: list[tuple[Hit, ...]], tried: Callable[[int], None]) -> None:
    """All cases are tried before the first one that failed is told."""
    wrong = {hits: found for hits in cases if (found := find_differences(whole, play(stage, whole, *hits)))}
    tried(len(cases))
    for hits, found in wrong.items():
        print(*(f"{hit.fault} at call {hit.number}, {whole.calls[hit.number]}" for hit in hits), *found, sep="\n   ")
    assert not wrong, f"{len(wrong)} of {len(cases)} cases differ"
