"""At first contact there are earlier figures, differences and trends: of a year before, by the product's own verbs."""

from __future__ import annotations

from datetime import datetime

import pytest

from chalicelib.domain.programme.model import Programme
from chalicelib.domain.submission.records import Address, Review
from chalicelib.store import obligations
from chalicelib.store.editions import list_editions
from infra.demo.earlier import seed_earlier
from infra.demo.programme import DEMO_CODE, DEMO_FORM, DEMO_PERIOD, EARLIER_CODE
from tests.store.engine import counted
from tests.web.client import Browser
from tests.web.conftest import DUE, browser, now, pool, programme, stores, token
from tests.web.intake import GOOD, make_workbook, send
from tests.web.people import sign_in

__all__ = ["browser", "now", "pool", "programme", "stores", "token"]

FIGURES = f"/pv05/so-lieu/{DEMO_CODE}/{DEMO_PERIOD}"


@pytest.fixture
def editor(browser: Browser, programme: Programme, token: str, now: datetime) -> Browser:
    """A year before everybody reported; this year Bình Gia has."""
    seed_earlier(DUE, now=now)
    send(browser, token, make_workbook(programme, GOOD, B05=1234), now)
    sign_in(browser, "editor")
    return browser


def test_the_demonstration_has_a_year_before(editor: Browser, now: datetime) -> None:
    address = Address(programme=EARLIER_CODE, period=DEMO_PERIOD, form=DEMO_FORM, unit=GOOD)
    before = obligations.find_state(address)
    assert before.review is Review.APPROVED
    assert before.timeliness == "on_time"
    (edition,) = list_editions(EARLIER_CODE, period=DEMO_PERIOD)
    assert (edition.frozen, len(edition.inputs)) == (True, 11)
    with counted() as calls:
        seed_earlier(DUE, now=now)
    assert not [each for each in calls if each.startswith(("Put", "Transact", "Copy"))], "a second time nothing is done"
    old = before.submission.values["B05"].value if before.submission else None
    page = editor.get(f"/pv05/ban-nop/{DEMO_CODE}/{DEMO_PERIOD}/{DEMO_FORM}/{GOOD}")
    assert f"1.234 {old} +{1234 - int(old or 0):,}".replace(",", ".") in page.words
    assert "Qua các kỳ" in editor.get(f"{FIGURES}/B05").words


def test_the_figures_of_a_period_stand_beside_those_of_a_year_before(editor: Browser) -> None:
    page = editor.get(FIGURES)
    head = page.text.partition("</thead>")[0]
    assert "6 tháng đến ngày" in head.partition("Tổng")[2]
    assert head.count('class="num"') == 4
    row = page.text.partition('/B05">')[2].partition("</tr>")[0]
    assert "+" in row
    assert row.count('class="num"') == 3
