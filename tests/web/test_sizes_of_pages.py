"""What the console's pages read of the store, and how much HTML they are, with 11 and with 250 units."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import pytest

from chalicelib.report import gather
from tests.e2e.crowds import make_crowd
from tests.store.engine import hooked
from tests.store.memory import measure_item, stores
from tests.web.client import Browser
from tests.web.conftest import pool
from tests.web.people import sign_in

__all__ = ["pool", "stores"]


class Reads(NamedTuple):
    """What a page reads: its calls of DynamoDB; the bytes of each unit or report, whether it stands on the page or not;
    and its HTML in thousands of bytes at most."""

    calls: dict[str, int]
    bytes_a_unit: int
    kilobytes: int


SUMMARY, WHOLE = 400, 4_000
"""Bytes of what lists judge a report by, and of all of its state."""

PAGES = {
    "ky/{programme}/{period}": Reads({"Query": 3}, SUMMARY, 37),
    "ky/{programme}/{period}?xem=bang": Reads({"Query": 3}, SUMMARY, 29),
    "nhac/{programme}/{period}": Reads({"Query": 6}, SUMMARY, 160),
    "duong-dan/{programme}": Reads({"Query": 2, "ListObjectVersions": 1}, 600, 35),
    "don-vi/{programme}": Reads({"Query": 2, "GetItem": 1}, 200, 80),
    "nhan-xet/{programme}/{period}": Reads({"Query": 3}, 100, 25),
    "so-lieu/{programme}/{period}": Reads({"Query": 4}, WHOLE, 60),
    "so-lieu/{programme}/{period}/B05": Reads({"Query": 4}, WHOLE, 160),
    "chi-tieu/{programme}/{period}": Reads({"Query": 4}, WHOLE, 20),
    "don-vi/{programme}/{unit}": Reads({"Query": 3, "GetItem": 1, "BatchGetItem": 2}, 0, 12),
    "ban-nop/{programme}/{period}/{form}/{unit}": Reads({"Query": 10, "GetItem": 2}, WHOLE, 65),
}
"""A submission without any before it is held against those of the other units, where they are not more than 500."""

BESIDE = 12_000
"""Bytes that a page reads besides: the programme's version, what one unit sent."""


@dataclass
class Reading:
    """What one page read: its calls by name, and the bytes in their answers."""

    calls: Counter[str] = field(default_factory=Counter)
    size: int = 0

    def note(self, model: Any, parsed: Any, **_: Any) -> None:
        batches = parsed.get("Responses", {}).values() if model.name == "BatchGetItem" else ()
        found = [*parsed.get("Items", ()), *(item for own in batches for item in own), parsed.get("Item")]
        self.calls[model.name] += 1
        self.size += sum(measure_item(item) for item in found if item)


@pytest.mark.usefixtures("stores")
@pytest.mark.parametrize("units", [11, 250])
def test_calls_and_html_of_pages_do_not_grow_and_what_they_read_grows_by_small_items(units: int) -> None:
    crowd = make_crowd(units)
    owed = crowd.programme.obligations(crowd.period)[4]
    names = {"programme": crowd.programme.code, "period": crowd.period, "form": owed.form, "unit": owed.unit}
    with Browser() as browser:
        sign_in(browser, "planner")
        for path, reads in PAGES.items():
            gather.forget()  # what the page before this one added up
            reading = Reading()
            with hooked("after-call", reading.note):
                page = browser.get(f"/pv05/{path.format(**names)}")
            assert page.status == 200
            batches = {"BatchGetItem": -(-units // 100)} if path.startswith("duong-dan") else {}
            assert reading.calls == reads.calls | batches, path
            assert reading.size <= BESIDE + reads.bytes_a_unit * units, path
            assert len(page.text.encode()) <= 1000 * reads.kilobytes, path
