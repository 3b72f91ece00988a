"""Ten thousand units that report within five minutes stay under what DynamoDB gives one key.

A partition takes 1,000 write units and gives 3,000 read units a second, of which half is left for longer reports and
for minutes that are busier than others. What a unit writes under keys of its own is
spread by itself; what two units write or read under the same key is counted from the items' sizes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest

from chalicelib.domain.clock import VIETNAM
from chalicelib.domain.programme.model import Programme
from chalicelib.store.addresses import audit_pk, states_pk
from infra.demo.programme import DEMO_CODE, DEMO_PERIOD
from tests.links import create_link
from tests.store.engine import INDEX, hooked
from tests.store.memory import Memory, find_held, is_held, measure_item
from tests.web.client import Browser
from tests.web.conftest import NOW
from tests.web.intake import DUTY, make_workbook, prepare, store, take_in

UNITS, SECONDS = 10_000, 300
MOST = {"written": 1_000 / 2, "read": 3_000 / 2}
WRITE_UNIT, READ_UNIT = 1_024, 4_096
LOOKS = 11
"""So often a browser asks for the answer to its upload, at most."""


@contextmanager
def counting(memory: Memory) -> Iterator[tuple[Counter[str], Counter[str]]]:
    """The write units and the read units of the calls made inside, by key. A write of a transaction counts twice."""
    written, read, asked = Counter[str](), Counter[str](), dict[str, Any]()

    def note_params(params: Any, **_: Any) -> None:
        asked.clear()
        asked.update(params)

    def note(model: Any, parsed: Any, **_: Any) -> None:
        if model.name in ("TransactWriteItems", "PutItem", "UpdateItem"):
            times = 2 if model.name == "TransactWriteItems" else 1
            for (pk, _sk), item in memory.journal[-1].items():
                sizes = [measure_item(item or {}), *count_index(item or {})]
                written[pk] += times * sum(-(-size // WRITE_UNIT) for size in sizes)
        for pk, size in find_read(asked, parsed):
            read[pk] += max(1, -(-size // READ_UNIT))

    with ExitStack() as hooks:
        hooks.enter_context(hooked("before-parameter-build", note_params))
        hooks.enter_context(hooked("after-call", note))
        yield written, read


def count_index(item: dict[str, Any]) -> list[int]:
    """The bytes of what is written into the table's index: the item's place there moves with each write."""
    return 2 * [measure_item(find_held(item, INDEX["IndexName"]))] if is_held(item) else []


def find_read(asked: dict[str, Any], parsed: dict[str, Any]) -> Iterator[tuple[str, int]]:
    """The keys that a call reads, with the bytes under each; of a batch each item is counted by itself."""
    if "KeyConditionExpression" in asked:
        yield asked["ExpressionAttributeValues"][":pk"]["S"], sum(map(measure_item, parsed["Items"]))
    for request in asked.get("RequestItems", {}).values():
        found = {(item["pk"]["S"], item["sk"]["S"]): item for own in parsed["Responses"].values() for item in own}
        for key in request["Keys"]:
            yield key["pk"]["S"], measure_item(found.get((key["pk"]["S"], key["sk"]["S"]), {}))
    if "ConsistentRead" in asked and "Key" in asked:
        yield asked["Key"]["pk"]["S"], measure_item(parsed.get("Item", {}))


def report(browser: Browser, programme: Programme, unit: str, token: str, now: datetime) -> None:
    """All that a unit does: it opens its page, takes the blank form, sends it and waits for the answer."""
    browser.get(f"/nop/{token}")
    assert browser.get(f"/nop/{token}/bieu-mau/{DUTY}").status == 303
    minted = prepare(browser, token)
    take_in(store(minted, make_workbook(programme, unit)), now)
    for _ in range(LOOKS):
        assert browser.get_json(f"/nop/{token}/{minted['outcome']}").status == 200


@pytest.mark.parametrize("what", ["written", "read"])
def test_no_key_is_hot_when_ten_thousand_units_report_in_five_minutes(
    browser: Browser, programme: Programme, stores: Memory, now: datetime, what: str
) -> None:
    counts = []
    for unit in ("180", "181"):
        token, _ = create_link(programme, unit, expires=NOW + timedelta(days=60), now=NOW)
        with counting(stores) as (written, read):
            report(browser, programme, unit, token, now)
        counts.append(written if what == "written" else read)
    shared = {pk: max(own[pk] for own in counts) * UNITS / SECONDS for pk in set(counts[0]) & set(counts[1])}
    hot = {states_pk(DEMO_CODE, period=DEMO_PERIOD), audit_pk(DEMO_CODE, month=f"{NOW.astimezone(VIETNAM):%Y-%m}")}
    assert shared.keys() >= (hot if what == "written" else {states_pk(DEMO_CODE, period=DEMO_PERIOD)})
    assert {pk: rate for pk, rate in shared.items() if rate > MOST[what]} == {}
