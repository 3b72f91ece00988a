"""What the office says to units by its pages: letters on paper, messages, what a closed period became."""

from __future__ import annotations

import pytest

from chalicelib.domain.programme.model import Programme
from infra.demo.programme import DEMO_CODE, DEMO_PERIOD
from tests.web.client import Browser
from tests.web.people import sign_in

REMINDERS = f"/pv05/nhac/{DEMO_CODE}/{DEMO_PERIOD}"


@pytest.mark.parametrize("way", ["chung", "rieng"])
def test_letters_on_paper_are_fetched_from_the_page_of_reminders(
    browser: Browser, programme: Programme, way: str
) -> None:
    sign_in(browser, "editor")
    assert f'{REMINDERS[1:]}/cong-van"' in browser.get(REMINDERS).text
    made = browser.get(f"{REMINDERS}/cong-van?loai=don-doc&cach={way}&den=")
    assert made.status == 303
    assert ".docx" in made.header("Location")


@pytest.mark.parametrize(
    "query", ["loai=khac", "loai=don-doc&den=20-5-2022", "loai=don-doc&den=0001-01-01", "loai=tra-lai"]
)
def test_letters_that_cannot_be_made_are_refused(browser: Browser, programme: Programme, query: str) -> None:
    sign_in(browser, "editor")
    assert browser.get(f"{REMINDERS}/cong-van?{query}").status == 400
