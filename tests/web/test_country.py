"""What pages read and answer where 3,319 units report: every commune of the country in one programme.

The states are written directly, all alike. Counts do not drift: calls of AWS, items and bytes in their answers, HTML.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import pytest

from chalicelib.domain.audit import Action, Stamp, make_line
from chalicelib.domain.period.edition import EditionInfo
from chalicelib.domain.submission.records import Edition, Review, State
from chalicelib.office.links import create_links
from chalicelib.report import shown
from chalicelib.report.gather import consolidate_compared
from chalicelib.store.addresses import state_key
from chalicelib.store.editions import put_edition
from chalicelib.store.records import pack
from chalicelib.store.slips import put_slips
from tests.e2e import crowds
from tests.report.samples import make_state
from tests.store.engine import hooked
from tests.store.memory import Memory, measure_item, stores
from tests.web.client import Browser
from tests.web.conftest import pool
from tests.web.people import sign_in

__all__ = ["pool", "stores"]

UNITS = 3_319
YEARS = timedelta(days=20_000)
REVIEWS = (Review.RECEIVED, Review.APPROVED, Review.RETURNED, Review.RECEIVED)


class Answered(NamedTuple):
    """What a page reads: its calls, and in their answers the items and thousands of bytes at most; and its HTML in
    thousands of bytes at most."""

    calls: dict[str, int]
    items: int
    kilobytes: int
    html: int


PAGES = {
    "ky/{programme}/{period}": Answered({"Query": 6}, 3_330, 800, 36),
    "ky/{programme}/{period}?o=cho-xem&tim=90123": Answered({"Query": 6}, 3_330, 800, 12),
    "ky/{programme}/{period}?xem=bang": Answered({"Query": 6}, 3_330, 800, 28),
    "so-lieu/{programme}/{period}": Answered({"Query": 6, "GetObject": 1}, 3_330, 150, 60),
    "so-lieu/{programme}/{period}/B05": Answered({"Query": 6, "GetObject": 3}, 3_330, 150, 180),
    "so-lieu/{programme}/{period}/B05?trang=14": Answered({"Query": 6, "GetObject": 3}, 3_330, 150, 60),
    "chi-tieu/{programme}/{period}": Answered({"Query": 6, "GetObject": 1}, 3_330, 150, 20),
    "lan-phat-hanh/{programme}/{period}": Answered({"Query": 7, "GetObject": 1}, 3_330, 120, 8),
    "nhac/{programme}/{period}": Answered({"Query": 9}, 3_340, 800, 160),
    "duong-dan/{programme}": Answered(
        {"Query": 5, "BatchGetItem": 34, "ListObjectVersions": 1, "GetObject": 1}, 6_700, 1_600, 80
    ),
    "don-vi/{programme}": Answered({"Query": 2, "GetItem": 1}, 10, 12, 80),
    "don-vi/{programme}/{unit}": Answered({"Query": 3, "GetItem": 1, "BatchGetItem": 2}, 10, 12, 12),
    "ban-nop/{programme}/{period}/{form}/{unit}": Answered({"Query": 7, "GetItem": 2}, 10, 15, 65),
}
"""Figures and targets are those of the latest edition, which the page of editions holds against this moment: none of
the reports is read for them, but for what tells one state from the next. What the period's page reads are summaries:
0.2 KB a report. The page of reminders names a hundred of the units that have not reported. That of links has a file
of slips that waits to be downloaded."""


def write_states(crowd: crowds.Crowd, memory: Memory) -> Iterator[State]:
    """One report of each unit, in every tray."""
    programme, period = crowd.programme, crowd.programme.period_by_code[crowd.period]
    owed = programme.obligations(crowd.period)
    sample = make_state(
        programme, programme.unit_by_code[owed[0].unit], programme.form_by_code[owed[0].form], period,
        received=datetime.now(UTC),
    )  # fmt: skip
    assert sample.submission
    for number, each in enumerate(owed):
        address = sample.address.model_copy(update={"unit": each.unit, "form": each.form})
        sent = sample.submission.model_copy(update={"address": address})
        changes = {"address": address, "submission": sent, "review": REVIEWS[number % len(REVIEWS)]}
        state = sample.model_copy(update=changes)
        key = state_key(address)
        memory.contents.items[key.pk, key.sk] = pack(key, state).item
        yield state


def keep_edition(crowd: crowds.Crowd, states: list[State]) -> None:
    """The latest edition's figures for pages; of few of the reports, since each of them costs the test its time."""
    now = datetime.now(UTC)
    made = consolidate_compared(crowd.programme, crowd.period, lambda _, **__: states[:50], as_of=now)
    key = shown.keep(made, EditionInfo(1, now, is_frozen=False))
    edition = Edition(
        programme=crowd.programme.code, period=crowd.period, number=1, made=now, frozen=False, programme_version=1,
        inputs=(), inputs_hash="x", shown=key,
    )  # fmt: skip
    put_edition(
        edition, make_line(Action.EDITION_PUBLISHED, "1", programme=crowd.programme.code, stamp=Stamp("a", now))
    )


def test_no_page_reads_or_answers_more_than_it_must_where_every_commune_reports(
    stores: Memory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crowds, "fill_trays", lambda *_: None)
    monkeypatch.setattr(crowds, "_equip", lambda *_: None)
    crowd = crowds.make_crowd(UNITS)
    states = list(write_states(crowd, stores))
    stamp = Stamp("thử", datetime.now(UTC))
    create_links(crowd.programme, crowd.programme.units, expires=stamp.at + YEARS, stamp=stamp)
    put_slips(crowd.programme.code, b"PK", asked_id="0" * 32, made=stamp.at, links=UNITS)
    keep_edition(crowd, states)
    owed = crowd.programme.obligations(crowd.period)[4]
    names = {"programme": crowd.programme.code, "period": crowd.period, "form": owed.form, "unit": owed.unit}
    wrong = {}
    with Browser() as browser:
        sign_in(browser, "planner")
        browser.get("/pv05/ky/{programme}/{period}".format(**names))  # the process gets to know the programme
        for path, most in PAGES.items():
            found = look(browser, f"/pv05/{path.format(**names)}")
            if found.calls != most.calls or any(one > other for one, other in zip(found[1:], most[1:], strict=True)):
                wrong[path] = found
    assert wrong == {}


def look(browser: Browser, path: str) -> Answered:
    with noted() as found:
        page = browser.get(path)
    assert page.status == 200
    return Answered(dict(found.calls), found.items, found.kilobytes, -(-len(page.text.encode()) // 1000))


@dataclass
class Noted:
    """What was asked of AWS: the calls, and in their answers the items and their bytes."""

    calls: Counter[str] = field(default_factory=Counter)
    items: int = 0
    bytes_read: int = 0

    @property
    def kilobytes(self) -> int:
        return -(-self.bytes_read // 1000)


@contextmanager
def noted() -> Iterator[Noted]:
    """Notes what is asked inside."""
    noted = Noted()

    def note(model: Any, parsed: Any, **_: Any) -> None:
        noted.calls[model.name] += 1
        batches = parsed.get("Responses", {}).values() if model.name == "BatchGetItem" else ()
        found = [*parsed.get("Items", ()), *(item for own in batches for item in own), parsed.get("Item")]
        noted.items += len([item for item in found if item])
        noted.bytes_read += sum(measure_item(item) for item in found if item)

    with hooked("after-call", note):
        yield noted
