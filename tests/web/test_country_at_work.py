"""What the functions beside the pages ask of AWS where 3,319 units report: slips for all of them, a morning of
reminders, a sweep of as many uploads whose events were lost. Counts do not drift.
"""

from __future__ import annotations

import io
import zipfile
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest
import segno

from chalicelib.domain.audit import Stamp
from chalicelib.domain.period.contacts import Contact
from chalicelib.domain.programme.model import Programme
from chalicelib.domain.submission.records import Address, Outcome, Status
from chalicelib.intake.sweep import Swept, sweep
from chalicelib.office import reminders
from chalicelib.office.letters import MOST_BY_THE_CLOCK, Result
from chalicelib.office.links import confirm_given, create_links, list_owing
from chalicelib.office.slips import Circle, make_slips
from chalicelib.store.addresses import contact_key
from chalicelib.store.records import pack
from chalicelib.web.console.slips import MOST_SLIPS, render_file
from tests.e2e import crowds
from tests.office.channel import Fake
from tests.store.memory import Memory, stores
from tests.store.sample import numbered, send
from tests.web.test_country import UNITS, YEARS, noted

__all__ = ["stores"]

ALL = 3_339
"""Who gets a link: those that owe this period's report, and twenty that owe another one."""

PASSES = 12
"""Of the schedule in the hour of reminders, one every five minutes."""

LOOKS = 3
"""How often the sweep looks at the clock for each upload that it takes in."""


@pytest.fixture
def crowd(stores: Memory, monkeypatch: pytest.MonkeyPatch) -> crowds.Crowd:
    """Every unit is still to report."""
    monkeypatch.setattr(crowds, "fill_trays", lambda *_: None)
    monkeypatch.setattr(crowds, "_equip", lambda *_: None)
    return crowds.make_crowd(UNITS)


def test_slips_for_all_are_made_thirty_three_links_a_transaction(
    crowd: crowds.Crowd, stores: Memory, monkeypatch: pytest.MonkeyPatch
) -> None:
    picture = segno.make("https://bao-cao.test/nop/x", error="m")
    monkeypatch.setattr(segno, "make", lambda *_, **__: picture)  # 11 ms each, and another test reads them
    now = datetime.now(UTC)
    asked = {
        "programme": crowd.programme.code, "circle": Circle.ALL, "expires": (now + YEARS).isoformat(),
        "pages": "https://bao-cao.test", "asked_id": "0" * 32, "actor": "thử",
    }  # fmt: skip
    before = len(stores.journal)
    with noted() as found:
        assert make_slips(asked, now=now, render=render_file) == ALL
    assert Counter(len(writes) for writes in stores.journal[before:]) == {99: 101, 18: 1}
    assert found.calls == {
        "TransactWriteItems": 102, "Query": 5, "BatchGetItem": 34, "PutObject": 2, "ListObjectVersions": 1
    }  # fmt: skip
    assert (found.items, found.kilobytes) <= (2 * ALL + 1, 1_500)
    _, version = stores.arrived[-1]
    assert version.data
    assert len(version.data) < 2_000_000
    with zipfile.ZipFile(io.BytesIO(version.data)) as file:
        assert len(file.namelist()) == 1 + -(-ALL // MOST_SLIPS)
        assert max(each.file_size for each in file.infolist()) < 4_000_000


def test_links_for_all_are_confirmed_fifty_a_transaction(crowd: crowds.Crowd) -> None:
    """The page has half a minute, and each transaction takes some hundredths of a second."""
    stamp = Stamp("thử", datetime.now(UTC))
    units = list_owing(crowd.programme)
    made = create_links(crowd.programme, units, expires=stamp.at + YEARS, stamp=stamp)
    with noted() as found:
        confirm_given(crowd.programme.code, [new.link.name for new in made], stamp=stamp)
    assert found.calls == {"TransactWriteItems": 67, "BatchGetItem": 68, "Query": 8}
    assert (found.items, found.kilobytes) <= (4 * ALL, 3_000)


def test_a_morning_reminds_every_unit_once_with_two_writes_a_letter(crowd: crowds.Crowd, stores: Memory) -> None:
    write_contacts(crowd.programme, stores)
    now, channel = datetime.now(UTC), Fake()
    results, asked = [], []
    for number in range(PASSES):
        with noted() as found:
            results.append(reminders.send_due(now=now + timedelta(minutes=5 * number), channels=[channel]))
        asked.append(found)
    full, rest = divmod(UNITS, MOST_BY_THE_CLOCK)
    left = [UNITS - MOST_BY_THE_CLOCK * number for number in range(1, full + 1)]
    assert results == [*(Result(sent=MOST_BY_THE_CLOCK, left=each) for each in left), Result(sent=rest)]
    assert len(set(channel.sent)) == len(channel.sent) == UNITS
    assert [found.calls["TransactWriteItems"] for found in asked] == [*[2 * MOST_BY_THE_CLOCK] * full, 2 * rest]
    assert {name for found in asked for name in found.calls} == {"TransactWriteItems", "Query"}
    assert max(found.calls["Query"] for found in asked) <= PASSES
    assert max(found.items for found in asked) <= 2 * UNITS + 50  # contacts, and the letters so far
    assert max(found.kilobytes for found in asked) <= 750


def write_contacts(programme: Programme, memory: Memory) -> None:
    for unit in programme.units:
        key = contact_key(programme.code, unit=unit.code)
        memory.contents.items[key.pk, key.sk] = pack(key, Contact(unit=unit.code, phone=f"0205 {unit.code}")).item


def test_a_sweep_looks_up_a_hundred_uploads_at_once_and_takes_each_in_with_three_calls(crowd: crowds.Crowd) -> None:
    now, taken = datetime.now(UTC), 100
    for number, owed in enumerate(crowd.programme.obligations(crowd.period)):
        address = Address(programme=crowd.programme.code, period=crowd.period, form=owed.form, unit=owed.unit)
        send(b"{}", numbered(number), address=address, received=now)
    lookups = {"ListObjectVersions": 4, "BatchGetItem": 34}
    with noted() as first:
        swept = sweep(now=count_minutes(now), check=accept, lasting=timedelta(minutes=taken * LOOKS - 1))
    assert swept == Swept(lost=UNITS, taken=taken, failed=0, foreign=0)
    assert first.calls == {
        **lookups, "BatchGetItem": 34 + taken, "GetObject": taken, "TransactWriteItems": taken, "Query": 1
    }  # fmt: skip
    with noted() as second:
        swept = sweep(now=count_minutes(now), check=accept, lasting=timedelta())
    assert swept == Swept(lost=UNITS - taken, taken=1, failed=0, foreign=0)
    assert second.calls == {**lookups, "BatchGetItem": 35, "GetObject": 1, "TransactWriteItems": 1}
    assert (second.items, second.kilobytes) <= (taken + 2, 100)


def count_minutes(start: datetime) -> Callable[[], datetime]:
    """A clock that goes on by a minute a look."""
    looks = count(60)
    return lambda: start + timedelta(minutes=next(looks))


def accept(data: bytes, programme: Programme, **_: Any) -> Outcome:
    return Outcome(status=Status.ACCEPTED, sha256="a" * 64, form="x", version=1)
