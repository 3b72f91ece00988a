"""Whom to tell of a weakness is found where people look for it, if the deployment names somebody."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from tests.web.client import Browser

PATH = "/.well-known/security.txt"


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("an-toan@example.vn", "Contact: mailto:an-toan@example.vn"),
        ("https://example.vn/bao-loi", "Contact: https://example.vn/bao-loi"),
        ("tel:+84-205-1234567", "Contact: tel:+84-205-1234567"),
    ],
)
def test_the_contact_of_the_deployment_is_served(
    browser: Browser, now: datetime, monkeypatch: pytest.MonkeyPatch, setting: str, said: str
) -> None:
    monkeypatch.setenv("TONGHOP_SECURITY_CONTACT", setting)
    page = browser.get(PATH)
    assert (page.status, page.header("Content-Type")) == (200, "text/plain; charset=utf-8")
    contact, expires, _ = page.text.splitlines()
    assert contact == said
    until = datetime.fromisoformat(expires.removeprefix("Expires: "))
    assert now + timedelta(days=30) < until < now + timedelta(days=366)


def test_without_a_contact_there_is_no_such_page(browser: Browser) -> None:
    assert browser.get(PATH).status == 404
