"""A deadline day on the embedded stack: all send at once, some of it hostile, and the stack is killed meanwhile."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import pytest

from chalicelib.domain.submission.records import Address, Answer, Receipt
from chalicelib.intake.sweep import find_lost
from chalicelib.store import clients, submissions, uploads
from chalicelib.store.addresses import parse_key
from chalicelib.store.receipts import find_receipts
from infra.local.stack import KEPT_AFTER_S, Stack
from infra.package import ROOT, Package
from tests.infra.deadline import Day, Load
from tests.infra.operating import run
from tests.infra.test_stack import count_messages, kill, wait_for

pytestmark = [pytest.mark.stack, pytest.mark.promise("deadline-day", "nothing-lost")]

REPORT = ROOT / "out" / "deadline-day.json"
SMALL = Load(uploads=60, units=10, seconds=10, kills=1)
FULL = Load(uploads=2000, units=65, seconds=300, kills=2)
QUIET_S = 15.0
"""The queue has nothing more to give when no receipt came for so long."""


class Seen(NamedTuple):
    """When the stack was killed, and which receipts there were just before."""

    killed: datetime
    receipts: dict[str, Receipt]

    def find_ages_of_lost(self, found: dict[str, Receipt]) -> list[float]:
        """How many seconds old the receipts were that had to be made again."""
        lost = [each for each in self.receipts.values() if found.get(each.upload_id) != each]
        return [(self.killed - each.decided).total_seconds() for each in lost]


@pytest.fixture
def stack(packaged: Package, tmp_path: Path) -> Iterator[Stack]:
    """A stack of its own, which can be killed."""
    with opened(packaged, tmp_path) as stack:
        yield stack


@contextmanager
def opened(packaged: Package, path: Path, **parameters: str) -> Iterator[Stack]:
    """A stack that a test may kill; the store in this process is that of the stack."""
    stack = Stack(path).start()
    with pytest.MonkeyPatch.context() as patch:
        stack.deploy(packaged, **parameters)
        for name, value in stack.environment.items():
            patch.setenv(name, value)
        clients.forget()
        try:
            yield stack
        finally:
            stack.stop()
            clients.forget()


def test_a_deadline_day_is_answered_whole(stack: Stack, tried: Callable[[int], None]) -> None:
    set_workers(stack, 2)
    day = Day(SMALL)
    before = live_through(day, stack)
    wait_until_quiet(day)
    while find_lost(list(uploads.list_uploads())):
        run(stack, "sweep", "--minutes", "0")
    check(day, stack, before)
    tried(len(day.sent))


@pytest.mark.soak
def test_a_deadline_day_of_the_whole_province_is_answered_whole(stack: Stack, tried: Callable[[int], None]) -> None:
    every_minute(stack)
    day = Day(FULL)
    before = live_through(day, stack)
    wait_until_quiet(day)
    assert wait_for(lambda: not find_lost(list(uploads.list_uploads())), seconds=3600)
    check(day, stack, before)
    ages = [age for seen in before for age in seen.find_ages_of_lost(find_receipts(list(day.sent)))]
    assert max(ages, default=0) < KEPT_AFTER_S  # a measurement, so under the full load alone
    tried(len(day.sent))


def set_workers(stack: Stack, most: int) -> None:
    """So many workers take uploads in: each has to be set up anew after a kill."""
    functions = stack.client("lambda")
    (source,) = functions.list_event_source_mappings(FunctionName=stack.outputs["Intake"])["EventSourceMappings"]
    functions.update_event_source_mapping(UUID=source["UUID"], ScalingConfig={"MaximumConcurrency": most})


def every_minute(stack: Stack) -> None:
    """The sweep's own schedule, but for its pace."""
    events = stack.client("events")
    (name,) = events.list_rule_names_by_target(TargetArn=find_arn(stack, "Sweep"))["RuleNames"]
    events.put_rule(Name=name, ScheduleExpression="rate(1 minute)", State="ENABLED")


def find_arn(stack: Stack, function: str) -> str:
    described = stack.client("lambda").get_function_configuration(FunctionName=stack.outputs[function])
    return str(described["FunctionArn"])


def live_through(day: Day, stack: Stack) -> list[Seen]:
    """Everything is sent; what there was just before each kill, once a fair part was sent and some of it answered."""
    before = []
    with ThreadPoolExecutor(1) as pool:
        sending = pool.submit(day.send_all)
        for number in range(1, day.load.kills + 1):
            before.append(see(day, sending, number * day.load.uploads / (day.load.kills + 1)))
            kill(stack)
            stack.start()
        sending.result()
    assert len(day.sent) == day.load.uploads
    return before


def see(day: Day, sending: Future[None], share: float) -> Seen:
    """Once so many uploads were sent, and a quarter of them answered."""
    assert wait_for(lambda: sending.done() or len(day.sent) >= share, seconds=3600)
    assert wait_for(lambda: len(find_receipts(list(day.sent))) > share / 4, seconds=600)
    return Seen(datetime.now(UTC), find_receipts(list(day.sent)))


def wait_until_quiet(day: Day, uploads: int = 0) -> None:
    """Until so many uploads, or all, have their receipts, or no more receipts come from the queue."""
    count, since = -1, time.monotonic()
    while count < (uploads or day.load.uploads) and time.monotonic() - since < QUIET_S:
        time.sleep(0.5)
        now = len(find_receipts(list(day.sent)))
        count, since = (now, time.monotonic()) if now != count else (count, since)


def check(day: Day, stack: Stack, before: list[Seen]) -> None:
    found = find_receipts(list(day.sent))
    report(day, found, before)
    stored = {parse_key(version.key)[1] for version in uploads.list_uploads()}
    assert set(found) == stored == set(day.sent)
    assert count_messages(stack.client("sqs"), stack.outputs["DeadLetters"]) == 0
    check_revisions(set(day.sent.values()), found)


def check_revisions(addresses: set[Address], found: dict[str, Receipt]) -> None:
    """Each accepted upload is one revision, and the revisions have no gap: nothing was taken in twice."""
    accepted = [one for one in found.values() if one.answer is Answer.ACCEPTED]
    for address in addresses:
        given = sorted(one.revision for one in accepted if one.address == address)
        assert given == list(range(1, len(given) + 1))
        assert given == [each.revision for each in submissions.list_revisions(address)]


def report(day: Day, found: dict[str, Receipt], before: list[Seen]) -> None:
    waits = sorted((each.decided - each.received).total_seconds() for each in found.values())
    lost = [seen.find_ages_of_lost(found) for seen in before]
    told = {
        "uploads": len(day.sent),
        "receipts": len(found),
        "answers": Counter(each.answer for each in found.values()),
        "wait_s": {"p50": waits[len(waits) // 2], "p95": waits[len(waits) * 95 // 100], "max": waits[-1]},
        "receipts_before_kills": [len(seen.receipts) for seen in before],
        "made_again": [len(ages) for ages in lost],
        "oldest_made_again_s": [max(ages, default=0) for ages in lost],
    }
    REPORT.parent.mkdir(exist_ok=True)
    REPORT.write_text(json.dumps(told, indent=1) + "\n")
