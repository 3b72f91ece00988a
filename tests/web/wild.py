"""Requests of which anything may be wild, and what is wrong with an answer, over any client."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import quote, urlencode, urlsplit

from hypothesis import strategies as st

from chalicelib.web.console import sessions
from chalicelib.web.forms import make_seal
from infra.demo.programme import DEMO_CODE, DEMO_FORM, DEMO_PERIOD
from tests.web.client import Browser, Page
from tests.web.ways_in import COOKIES, Route, find_names

MARK = "zq<i a=\"'>&;"
"""Stands in most wild texts. It may come back only escaped."""

HEADERS = {  # every answer has these
    "Content-Type", "Cache-Control", "Content-Security-Policy", "Referrer-Policy", "X-Content-Type-Options",
    "X-Frame-Options", "X-Robots-Tag", "Cross-Origin-Opener-Policy", "Permissions-Policy", "Strict-Transport-Security",
}  # fmt: skip
_OWN_PATH = re.compile(r"\./(\.\./)*(pv05|nop)(/[\w.~%!$'()*+,=:@-]+)*(\?[^<>\"'\s]*)?(#[\w-]*)?")
_GATEWAY = re.compile(r'\{"(message|Code)":')
"""What Chalice's own gateway answers to a method or a type of content that no route has; no handler sees these."""

GOOD = {
    "programme": DEMO_CODE, "period": DEMO_PERIOD, "form": DEMO_FORM, "unit": "181", "indicator": "B05",
    "revision": "1", "number": "1", "name": "bao-cao-tong-hop.xlsx", "upload": "0" * 32, "link": "0" * 12,
    "heading": "tuyen-truyen", "upload_id": "0" * 32, "trial_id": "0" * 32,
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


def send(browser: Browser, route: Route, token: str, wild: Wild, *, signed_in: Mapping[str, str]) -> Page:
    """Sends a request; `signed_in` are the cookies of an administrator, for those that are signed in."""
    parts = {name: GOOD.get(name, token) if value is None else value for name, value in wild.parts.items()}
    address = route.fill({name: quote(value, safe="", errors="replace") or "x" for name, value in parts.items()})
    address += "?" + urlencode(wild.query, errors="replace") if wild.query else ""
    browser.cookies = dict(signed_in) if wild.is_signed_in else {}
    secret = browser.cookies.get(sessions.VISIT, token)
    body = wild.body if wild.method != "GET" else b""
    if wild.is_sealed and b"=" in body[:200]:
        body += f"&mau={make_seal(secret)}".encode()
    return browser._send(wild.method, address, wild.headers, body)


def find_fault(page: Page, *, storage: str = "") -> str:
    """What is wrong with an answer; "" for nothing. `storage` is where an embedded stack has its buckets."""
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
    if location is not None and not _OWN_PATH.fullmatch(location) and not _is_storage(location, storage):
        return f"elsewhere: {location}"
    if page.status >= 400 and "html" in kind and 'lang="vi"' not in page.text:
        return "no page in Vietnamese"
    return "echo in headers" if MARK in json.dumps(page.headers, ensure_ascii=False) else ""


def _is_storage(location: str, storage: str) -> bool:
    parts = urlsplit(location)
    is_there = parts.scheme == "https" and parts.netloc.endswith(".amazonaws.com")
    return "X-Amz-Signature=" in parts.query and (location.startswith(f"{storage}/") if storage else is_there)
