"""Whatever a request holds: no 5xx, no echo, no redirect elsewhere, and a page in Vietnamese with every header."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any, NamedTuple
from unittest.mock import Mock
from urllib.parse import quote, urlencode, urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.external import functions, identity
from chalicelib.web.console import sessions
from chalicelib.web.forms import make_seal
from infra.demo.programme import DEMO_CODE, DEMO_FORM, DEMO_PERIOD
from tests.web.client import Browser, Page
from tests.web.people import sign_in
from tests.web.ways_in import COOKIES, ROUTES, Route, find_names

pytestmark = pytest.mark.promise("refused-in-words")

MARK = "zq<i a=\"'>&;"
"""Stands in most wild texts. It may come back only escaped."""

EXAMPLES = 3
"""For each route in CI; the soak has many."""

HEADERS = {  # every answer has these
    "Content-Type", "Cache-Control", "Content-Security-Policy", "Referrer-Policy", "X-Content-Type-Options",
    "X-Frame-Options", "X-Robots-Tag", "Cross-Origin-Opener-Policy", "Permissions-Policy", "Strict-Transport-Security",
}  # fmt: skip
HEALTH = list(HealthCheck)
_OWN_PATH = re.compile(r"\./(\.\./)*(pv05|nop)(/[\w.~%!$'()*+,=:@-]+)*(\?[^<>\"'\s]*)?(#[\w-]*)?")
_GATEWAY = re.compile(r'\{"(message|Code)":')
"""What Chalice's own gateway answers to a method or a type of content that no route has; no handler sees these."""

GOOD = {
    "programme": DEMO_CODE, "period": DEMO_PERIOD, "form": DEMO_FORM, "unit": "181", "indicator": "B05",
    "revision": "1", "number": "1", "name": "bao-cao-tong-hop.xlsx", "upload": "0" * 32, "link": "0" * 12,
    "upload_id": "0" * 32, "trial_id": "0" * 32,
}  # fmt: skip

texts = st.one_of(
    st.just(MARK),
    st.sampled_from(
        ["", "0", "-1", "9" * 40, "//evil.test/", "https://evil.test", "..", "../..", "\\evil", "%2e%2e", "%00", "null",
         "2022-13-99", "2022-05-14T00:00", "co", "tat-ca", "a#b?c", "=1+1", "None", "é", "ạ" * 300]
    ),
    st.text(max_size=20).map(lambda text: text + MARK),
    st.text(alphabet="/\\.:?#&=%<>\"'\r\n\t\0 ;{}[]$", max_size=12),
)  # fmt: skip
strange_names = st.sampled_from([MARK, "unit", "admin", "_method", "callback", "next", "url", "redirect"])


class Wild(NamedTuple):
    """A request of which anything may be wild; a None in `parts` keeps the good value of that parameter."""

    method: str
    parts: dict[str, str | None]
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes
    is_signed_in: bool
    is_sealed: bool


def _names(kind: str) -> st.SearchStrategy[str]:
    return st.one_of(st.sampled_from(find_names(kind)), strange_names)


FORM = "application/x-www-form-urlencoded"
BODIES = (
    b"a=" + b"x" * 1_100_000, b"&".join([b"a=1"] * 6000), b"mau=%ff%fe&a=\xff",
    b'--x\r\nContent-Disposition: form-data; name="mau"\r\n\r\n1',
)  # fmt: skip


def _encode(fields: dict[str, str]) -> bytes:
    return urlencode(fields, errors="replace").encode()


def requests(route: Route) -> st.SearchStrategy[Wild]:
    form = st.dictionaries(_names("form"), texts, max_size=8).map(_encode)
    body = st.one_of(form, form, form, st.binary(max_size=60), st.sampled_from(BODIES))
    kinds = st.sampled_from([FORM] * 6 + ["multipart/form-data; boundary=x", "text/plain", MARK])
    headers = st.fixed_dictionaries(
        {"content-type": kinds},
        optional={
            "accept": st.sampled_from(["application/json", "*/*", MARK]), "accept-language": texts.map(_plain),
            "host": st.sampled_from(["evil.test", MARK, "bao-cao.test"]), "x-forwarded-host": st.just("evil.test"),
            "x-forwarded-proto": st.just("http"), "x-forwarded-for": texts.map(_plain),
            "forwarded": st.just("host=evil.test"),
            "origin": st.sampled_from(["https://evil.test", "null", "https://bao-cao.test", "http://[", MARK]),
            "sec-fetch-site": st.sampled_from(["cross-site", "same-origin", "none", MARK]),
            "cookie": st.dictionaries(st.sampled_from([*COOKIES, "a"]), texts.map(_plain), max_size=4).map(
                lambda given: "; ".join(f"{name}={value}" for name, value in given.items())
            ),
        },
    )  # fmt: skip
    return st.builds(
        Wild,
        method=st.sampled_from([route.method] * 12 + ["PUT", "DELETE", "PATCH", "POST", "GET"]),
        parts=st.fixed_dictionaries({name: st.one_of(st.none(), st.none(), texts) for name in route.parameters}),
        query=st.dictionaries(_names("query"), texts, max_size=5),
        headers=headers, body=body, is_signed_in=st.booleans() if "pv05" in route.path else st.just(False),
        is_sealed=st.booleans(),
    )  # fmt: skip


def _plain(text: str) -> str:
    """As it can stand in a header: the gateway refuses line breaks."""
    return "".join(sign for sign in text if sign.isprintable()).encode("latin-1", "replace").decode("latin-1")


def send(browser: Browser, route: Route, token: str, wild: Wild) -> Page:
    parts = {name: GOOD.get(name, token) if value is None else value for name, value in wild.parts.items()}
    address = route.fill({name: quote(value, safe="", errors="replace") or "x" for name, value in parts.items()})
    address += "?" + urlencode(wild.query, errors="replace") if wild.query else ""
    browser.cookies = {}
    secret = token
    if wild.is_signed_in:
        sign_in(browser, "admin")
        secret = browser.cookies[sessions.VISIT]
    body = wild.body if wild.method != "GET" else b""
    if wild.is_sealed and b"=" in body[:200]:
        body += f"&mau={make_seal(secret)}".encode()
    return browser._send(wild.method, address, wild.headers, body)


def find_fault(page: Page) -> str:
    """What is wrong with an answer; "" for nothing."""
    if page.status >= 500:
        return "5xx"
    if page.status in (403, 405, 415) and _GATEWAY.match(page.text):
        return "echo" if MARK in page.text else ""
    if missing := [name for name in HEADERS if not page.header(name)]:
        return f"headers {missing}"
    kind, location = str(page.header("Content-Type")), page.header("Location")
    if "json" in kind:
        json.loads(page.text)
    elif MARK in page.text or "<i a=" in page.text:
        return "echo"
    if location is not None and not _OWN_PATH.fullmatch(location) and not _is_storage(location):
        return f"elsewhere: {location}"
    if page.status >= 400 and "html" in kind and 'lang="vi"' not in page.text:
        return "no page in Vietnamese"
    return "echo in headers" if MARK in json.dumps(page.headers, ensure_ascii=False) else ""


def _is_storage(location: str) -> bool:
    parts = urlsplit(location)
    return parts.scheme == "https" and parts.netloc.endswith(".amazonaws.com") and "X-Amz-Signature=" in parts.query


def test_no_request_is_answered_but_in_order(
    browser: Browser, token: str, monkeypatch: pytest.MonkeyPatch, is_soak: bool, tried: Callable[[int], None]
) -> None:
    monkeypatch.setattr(functions, "_start", Mock())
    for route in ROUTES:
        _try_route(browser, token, route, examples=2_000 if is_soak else EXAMPLES)
        tried(2_000 if is_soak else EXAMPLES)


def _try_route(browser: Browser, token: str, route: Route, *, examples: int) -> None:
    @settings(
        max_examples=examples, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
    )
    @given(requests(route))
    def answer(wild: Wild) -> None:
        page = send(browser, route, token, wild)
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
