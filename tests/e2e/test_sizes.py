"""The console with 65 and with 250 units: pages stay short, light and easy to search, whatever their width."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

import pytest
from playwright.sync_api import Browser, Page, expect

from infra.local.stack import Stack
from tests.e2e.conftest import Look, Site, open_page
from tests.e2e.crowds import Crowd, make_crowd
from tests.e2e.people import keep_cookies

ROWS_A_PAGE = 50


class Bound(NamedTuple):
    """What a page may be at most: its HTML in thousands of bytes, its height in px at 1,280."""

    kilobytes: int
    height_px: int


PAGES = {
    "ky": Bound(120, 5_000),
    "so-lieu": Bound(150, 12_000),
    "so-lieu/B05": Bound(200, 12_000),
    "don-vi": Bound(120, 6_500),
    "duong-dan": Bound(120, 5_000),
    "nhac": Bound(200, 10_000),
    "nhan-xet": Bound(120, 5_000),
    "y-kien": Bound(200, 12_000),
    "diem-can-xem-lai": Bound(200, 12_000),
}
"""By the address within the console; `{period}` is added to those of a period."""
OF_PROGRAMME = ("don-vi", "duong-dan")
LISTS = ("ky", "don-vi", "duong-dan", "nhan-xet")
"""Lists of all units: fifty rows to a page, searched without diacritics."""


@pytest.fixture(scope="module", params=[65, 250])
def crowd(request: pytest.FixtureRequest, site: Site) -> Crowd:
    return make_crowd(request.param)


@pytest.fixture(scope="module")
def planner_state(stack: Stack, site: Site, chromium: Browser) -> dict[str, object]:
    return keep_cookies(stack, chromium, "planner")


@pytest.fixture
def planner(chromium: Browser, planner_state: dict[str, object], crowd: Crowd) -> Iterator[Page]:
    yield from open_page(chromium, storage_state=planner_state)


def address(site: Site, crowd: Crowd, part: str) -> str:
    """Of a page by its part in PAGES."""
    kind, _, more = part.partition("/")
    period = () if part in OF_PROGRAMME else (crowd.period,)
    return "/".join((f"{site.url}/pv05", kind, crowd.programme.code, *period, *([more] if more else [])))


def count_rows(page: Page) -> int:
    """The rows of the page's longest table, or its groups of rows."""
    return int(
        page.evaluate("""
        Math.max(0, ...[...document.querySelectorAll("table")].map(
            each => each.tBodies.length > 1 ? each.tBodies.length : each.tBodies[0].rows.length))
    """)
    )


@pytest.mark.parametrize("part", PAGES)
def test_a_page_of_many_units_is_bounded(planner: Page, site: Site, crowd: Crowd, look: Look, part: str) -> None:
    answer = planner.goto(address(site, crowd, part))
    assert answer
    size, height = len(answer.body()), planner.evaluate("document.documentElement.scrollHeight")
    look(planner, f"{part.replace('/', '-')}-{crowd.due}")
    assert (size <= 1000 * PAGES[part].kilobytes, height <= PAGES[part].height_px) == (True, True), (size, height)


@pytest.mark.parametrize("part", LISTS)
def test_a_list_of_many_units_has_fifty_a_page_and_is_searched(
    planner: Page, site: Site, crowd: Crowd, part: str
) -> None:
    planner.goto(address(site, crowd, part))
    assert count_rows(planner) == ROWS_A_PAGE
    wanted = crowd.programme.units[len(crowd.programme.units) // 2].full_name
    planner.get_by_label(re.compile("^Tìm đơn vị")).fill(wanted)
    planner.keyboard.press("Enter")
    planner.wait_for_url("**tim=*")
    expect(planner.get_by_role("rowheader", name=wanted).first).to_be_visible()
    assert count_rows(planner) < ROWS_A_PAGE
