"""One fault at one call of a scenario, its recovery, and what both come to beside a run without a fault."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import NamedTuple

from chalicelib.intake import copying
from chalicelib.intake.check import check_workbook
from chalicelib.intake.sweep import sweep as sweep_uploads
from tests.promises.stage import Kept, Seen, Stage
from tests.store.engine import Fault, Killed, broken_at, counted

WRITES = frozenset({
    "CopyObject", "DeleteItem", "DeleteObject", "DeleteObjects", "PutBucketNotificationConfiguration", "PutItem",
    "PutObject", "TransactWriteItems", "UpdateItem", "BatchWriteItem", "SendMessage", "DeleteMessage", "SendEmail",
    "Invoke", "RespondToAuthChallenge", "VerifySoftwareToken", "SetUserMFAPreference", "RevokeToken",
    "RotateKeyOnDemand", "ChangeMessageVisibility", "AssociateSoftwareToken", "ChangePassword", "GlobalSignOut",
    "AdminCreateUser", "AdminDeleteUser", "AdminDisableUser", "AdminEnableUser", "AdminAddUserToGroup",
    "AdminRemoveUserFromGroup", "AdminSetUserPassword", "AdminUserGlobalSignOut", "CreateGroup",
})  # fmt: skip
"""The calls that have an effect. `InitiateAuth` only asks."""

READS = re.compile(r"(?:Get|Head|List|Query|Scan|BatchGet|Receive|Initiate)\w*")

Act = Callable[[Stage], bool]
"""Does what a person, the queue or a clock does, and returns whether it was told that it is done."""


def _leave(_: Stage) -> None:
    return


TICK = dict.fromkeys(("version", "account", "region", "detail", "detail-type", "source", "time", "id", "resources"), "")
"""What a schedule hands to its function; ours do not look at it."""


def sweep(stage: Stage) -> None:
    """What the schedule takes in a quarter of an hour later."""
    stage.pass_by(20)
    sweep_uploads(now=lambda: stage.now, check=check_workbook, make_copy=copying.make_marked_copy)


@dataclass(frozen=True)
class Scenario:
    """One way through an entry point.

    `settle` is what goes on by itself afterwards, `again` how one tries again where that is another act. `may_add` says
    what a recovery may leave besides what a run without a fault leaves, and `may_lack` what it may not: a pattern of
    it, and why that is right. `blurs` puts in words what differs without being a difference.
    """

    entry: str
    act: Act
    prepare: Callable[[Stage], None] = _leave
    settle: Callable[[Stage], None] = _leave
    again: Act | None = None
    may_add: Sequence[tuple[str, str]] = ()
    may_lack: Sequence[tuple[str, str]] = ()
    blurs: Sequence[tuple[str, str]] = ()
    way: str = ""

    @property
    def name(self) -> str:
        return f"{self.entry} ({self.way})" if self.way else self.entry


class Play(NamedTuple):
    """A scenario as it goes without a fault: the calls of its act, and what it comes to."""

    scenario: Scenario
    kept: Kept
    calls: Sequence[str]
    seen: Seen


class Hit(NamedTuple):
    """A fault at the call of this number."""

    number: int
    fault: Fault


def play_clean(stage: Stage, scenario: Scenario) -> Play:
    """Plays a scenario from the stage as it stands."""
    scenario.prepare(stage)
    kept = stage.keep()
    stage.go_back(kept)
    with counted(others=stage.clients) as calls:
        assert scenario.act(stage), f"{scenario.name} does not go well without a fault"
    made = list(calls)
    scenario.settle(stage)
    return Play(scenario, kept, made, stage.look())


def play(stage: Stage, whole: Play, *hits: Hit) -> Seen:
    """Plays the scenario with these faults, one in each attempt, and then without one until it is told to be done."""
    stage.go_back(whole.kept)
    scenario = whole.scenario
    act, is_told = scenario.act, False
    for hit in hits:
        is_told = is_told or _attempt(stage, act, hit)
        stage.forget()
        stage.pass_by(1)
        act = scenario.again or scenario.act
    assert is_told or act(stage), f"{scenario.name} is not finished by one more run after {hits}"
    scenario.settle(stage)
    return stage.look()


def _attempt(stage: Stage, act: Act, hit: Hit) -> bool:
    try:
        with broken_at(*hit, others=stage.clients):
            return act(stage)
    except AssertionError:
        raise
    except (Exception, Killed):  # a handler may fail in any way: it is called again
        return False


def find_differences(whole: Play, found: Seen) -> list[str]:
    """What is lost against the run without a fault, and what is too much."""
    scenario = whole.scenario
    clean, found = whole.seen.blur(scenario.blurs), found.blur(scenario.blurs)
    lost = _leave_out(clean.find_missing(found), scenario.may_lack)
    more = _leave_out(found.find_missing(clean), scenario.may_add)
    return [*(f"lost: {each}" for each in lost), *(f"too much: {each}" for each in more)]


def _leave_out(texts: Iterable[str], granted: Sequence[tuple[str, str]]) -> list[str]:
    return [text for text in texts if not any(re.search(pattern, text) for pattern, _ in granted)]


# Which faults


def choose_hits(whole: Play, *, is_whole: bool) -> Iterator[tuple[Hit, ...]]:
    """Every kind at every call in the whole load. Else two kinds at each call that has an effect and one at the others,
    in turn; of calls of one kind in a row the first and the last.
    """
    kinds = list(Fault)
    for number, name in enumerate(whole.calls):
        turn = number + len(whole.scenario.name)
        some = [kinds[(turn + step) % len(kinds)] for step in ((0, 3) if name in WRITES else (0,))]
        if is_whole or list(whole.calls[max(0, number - 1) : number + 2]) != [name] * 3:
            yield from ((Hit(number, kind),) for kind in (kinds if is_whole else some))


def choose_pairs(whole: Play, *, most: int) -> list[tuple[Hit, ...]]:
    """A second fault in the recovery: at most so many pairs, the same ones each time."""
    hits = [Hit(*each) for each in product(range(len(whole.calls)), Fault)]
    pairs: list[tuple[Hit, ...]] = list(product(hits, hits))
    return random.Random(whole.scenario.name).sample(pairs, min(most, len(pairs)))  # noqa: S311 - a sample
