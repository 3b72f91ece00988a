"""Whatever a request holds: no 5xx, no echo, no redirect elsewhere, and a page in Vietnamese with every header."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from unittest.mock import Mock

import pytest
from hypothesis import HealthCheck, given, settings

from chalicelib.external import functions, identity
from chalicelib.web.console import sessions
from tests.web.client import Browser, Page
from tests.web.people import sign_in
from tests.web.ways_in import COOKIES, ROUTES, Route
from tests.web.wild import HEADERS, MARK, Wild, find_fault, requests, send

pytestmark = pytest.mark.promise("refused-in-words")

EXAMPLES = 3
"""For each route in CI; the soak has many."""


@pytest.mark.filterwarnings("ignore:Generating overly large repr")  # a body may be long
def test_no_request_is_answered_but_in_order(
    browser: Browser, token: str, monkeypatch: pytest.MonkeyPatch, is_soak: bool, tried: Callable[[int], None]
) -> None:
    monkeypatch.setattr(functions, "_start", Mock())
    sign_in(browser, "admin")
    signed_in = browser.cookies
    for route in ROUTES:
        _try_route(browser, token, route, signed_in, examples=2_000 if is_soak else EXAMPLES)
        tried(2_000 if is_soak else EXAMPLES)


def _try_route(browser: Browser, token: str, route: Route, signed_in: dict[str, str], *, examples: int) -> None:
    @settings(
        max_examples=examples, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
    )
    @given(requests(route))
    def answer(wild: Wild) -> None:
        page = send(browser, route, token, wild, signed_in=signed_in)
        assert not find_fault(page), (route, find_fault(page), page.status, page.text[:300])

    answer()


def test_every_cookie_is_bound_to_this_host() -> None:
    tokens = identity.Tokens("id", "access", "refresh")
    given = [*sessions.make_cookies(tokens), *sessions.end_cookies(), sessions.make_step_cookie("x"),
             sessions.make_target_cookie("/pv05")]  # fmt: skip
    assert {cookie.partition("=")[0] for cookie in given} <= set(COOKIES)
    for cookie in given:
        assert cookie.startswith("__Host-")
        assert cookie.endswith("; Path=/; Secure; HttpOnly; SameSite=Lax")
        assert "Domain" not in cookie


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"status": 503}, "5xx"), ({"text": f'<html lang="vi">{MARK}'}, "echo"),
        ({"status": 303, "location": "//evil.test/"}, "elsewhere: //evil.test/"),
        ({"status": 303, "location": "https://evil.test/?X-Amz-Signature=1"}, "elsewhere"),
        ({"status": 404, "text": "<html>Not found"}, "no page in Vietnamese"), ({"status": 200}, ""),
        ({"status": 303, "location": "./../pv05/ky/a/b?xong=1#x"}, ""),
    ],
)  # fmt: skip
def test_each_fault_would_be_seen(changes: dict[str, Any], fault: str) -> None:
    headers = dict.fromkeys(HEADERS, "text/html")
    if "location" in changes:
        headers["Location"] = changes.pop("location")
    page = Page("/", changes.get("status", 200), headers, changes.get("text", ""))
    assert find_fault(page).startswith(fault) if fault else not find_fault(page)
