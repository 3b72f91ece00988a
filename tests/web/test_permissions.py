"""Authorisation as a table, tested whole: every route of the console, every role, and nobody at all."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest

from app import app
from chalicelib.domain.programme.model import Programme
from chalicelib.web.console.permissions import ALLOWED, Permission, Role, find_role
from chalicelib.web.console.sessions import ID, REFRESH
from chalicelib.web.request import Request
from chalicelib.web.response import Response, redirect
from chalicelib.web.routes import ConsoleRoute, _call, console_routes, routes
from tests.links import create_link
from tests.web.client import Browser, Page
from tests.web.people import STRANGER, make_claims, make_token, sign_in

TABLE = """
| permission       | viewer | editor | admin |
| see              | x      | x      | x     |
| download         | x      | x      | x     |
| review           |        | x      | x     |
| except           |        | x      | x     |
| enter            |        | x      | x     |
| publish          |        | x      | x     |
| see_links        |        | x      | x     |
| manage_links     |        | x      | x     |
| remind           |        | x      | x     |
| change_programme |        |        | x     |
| see_audit        |        |        | x     |
"""

PARTS = {
    "programme": "ct138-demo", "period": "6-thang", "form": "bao-cao-6-thang", "unit": "181", "indicator": "B05",
    "revision": "1", "number": "1", "name": "bao-cao-tong-hop.xlsx", "upload": "0" * 32, "link": "0" * 12,
    "token": "never-was", "upload_id": "0" * 32, "trial_id": "0" * 32,
}  # fmt: skip


def fill(path: str) -> str:
    return re.sub(r"\{(\w+)\}", lambda match: PARTS[match[1]], path)


def ask(browser: Browser, route: ConsoleRoute) -> Page:
    """A POST without its seal: what is allowed is then refused for the seal, and only for it."""
    path = fill(route.path)
    return browser.get(path) if route.method == "GET" else browser.post(path, {})


def test_the_table_is_the_one_that_is_written_down() -> None:
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in TABLE.strip().splitlines()]
    roles = [Role(name) for name in rows[0][1:]]
    written = {
        role: {Permission(row[0]) for row in rows[1:] if row[number]} for number, role in enumerate(roles, start=1)
    }
    assert written == ALLOWED
    assert {row[0] for row in rows[1:]} == set(Permission)


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("route", console_routes, ids=lambda route: f"{route.method} {route.path}")
@pytest.mark.promise("isolated")
def test_every_route_lets_in_the_roles_of_the_table_and_no_other(
    browser: Browser, role: Role, route: ConsoleRoute
) -> None:
    sign_in(browser, role)
    page = ask(browser, route)
    if route.permission not in ALLOWED[role]:
        assert page.status == 403
        assert "không có quyền" in page.words
    elif route.method == "POST":
        assert page.status == 403
        assert "không đến từ trang của hệ thống" in page.words
    else:
        assert page.status in (200, 303, 404), page.words


@pytest.mark.parametrize("route", console_routes, ids=lambda route: f"{route.method} {route.path}")
@pytest.mark.promise("isolated")
def test_nobody_gets_in_without_signing_in(browser: Browser, route: ConsoleRoute) -> None:
    page = ask(browser, route)
    assert page.status == 303
    assert page.header("Location").endswith("pv05/dang-nhap")


@pytest.mark.promise("isolated")
def test_a_units_token_opens_nothing_of_the_console(browser: Browser, programme: Programme, now: datetime) -> None:
    token, _ = create_link(programme, "181", expires=now + timedelta(days=1), now=now, actor="thử")
    browser.cookies = {ID: token, REFRESH: ""}
    assert browser.get("/pv05/ky/ct138-demo/6-thang").status == 303


def test_no_route_of_the_console_is_without_a_permission() -> None:
    known = {route.path for route in console_routes}
    others = {path for path in _registered() if path.startswith("/pv05") and path not in known}
    assert others == {
        "/pv05/dang-nhap", "/pv05/dang-nhap/ma", "/pv05/dang-nhap/mat-khau", "/pv05/dang-nhap/thiet-lap",
        "/pv05/dang-xuat",
    }  # fmt: skip


def _registered() -> set[str]:
    assert routes
    return set(app.routes)


UNIT_ROUTES = sorted(
    (method, path) for path, methods in app.routes.items() if path.startswith("/nop/") for method in methods
)


@pytest.mark.parametrize(("method", "path"), UNIT_ROUTES)
@pytest.mark.parametrize("accept", ["text/html", "application/json"])
@pytest.mark.promise("isolated")
def test_nothing_of_a_unit_opens_without_its_link(browser: Browser, method: str, path: str, accept: str) -> None:
    address = fill(path)
    page = browser.get(address, accept=accept) if method == "GET" else browser.post(address, {}, accept=accept)
    assert page.status == 404
    assert "đã hết hạn, đã bị thu hồi hoặc chưa từng được cấp" in page.text


@pytest.mark.parametrize("path", [path for method, path in UNIT_ROUTES if method == "POST"])
@pytest.mark.promise("isolated")
def test_every_form_of_a_unit_needs_its_seal(browser: Browser, programme: Programme, now: datetime, path: str) -> None:
    token, _ = create_link(programme, "181", expires=now + timedelta(days=1), now=now, actor="thử")
    page = browser.post(fill(path).replace(PARTS["token"], token), {})
    assert page.status == 403
    assert "không đến từ trang của hệ thống" in page.words


@pytest.mark.parametrize(
    "token",
    [
        make_token(make_claims(), STRANGER),
        make_token(make_claims(), key_id="khoa-la"),
        make_token(make_claims(exp=1)),
        make_token(make_claims(aud="ung-dung-khac")),
        make_token(make_claims(iss="https://cognito-idp.ap-southeast-1.amazonaws.com/khac")),
        make_token(make_claims(token_use="access")),  # noqa: S106 - the kind of a token, no password
        "eyJhbGciOiJub25lIn0.e30.",
        "x",
        "",
    ],
    ids=["stranger", "key", "expired", "client", "pool", "access", "none", "rubbish", "empty"],
)
@pytest.mark.promise("isolated")
def test_a_token_that_is_not_ours_is_nobody(browser: Browser, token: str) -> None:
    browser.cookies = {ID: token}
    assert browser.get("/pv05/ky/ct138-demo/6-thang").status == 303


def test_a_user_without_a_role_is_told_so(browser: Browser) -> None:
    sign_in(browser, "")
    page = browser.get("/pv05/ky/ct138-demo/6-thang")
    assert page.status == 403
    assert "chưa được cấp vai trò" in page.words


def test_the_strongest_of_several_roles_counts() -> None:
    assert find_role(["viewer", "editor", "khac"]) is Role.EDITOR
    assert find_role(["khac"]) is None


@pytest.mark.parametrize("sign", ["\0", "\x7f", "\x85", "\u2028"])
@pytest.mark.promise("refused-in-words")
def test_a_path_with_control_characters_is_no_page_and_is_in_no_log(
    browser: Browser, token: str, sign: str, caplog: pytest.LogCaptureFixture
) -> None:
    """The gateway has decoded the parts of the path before they come to us."""
    for path in sorted(_registered()):
        filled = re.sub(r"\{(\w+)\}", lambda match: token if match[1] == "token" else f"x{sign}", path)
        if sign in filled:
            page = browser.get(f"{filled}?key=inbox/{'0' * 32}")
            assert page.status in (404, 405), path
            assert (page.header("Location"), page.header("Set-Cookie")) == (None, None), path
    assert token not in caplog.text


@pytest.mark.usefixtures("stores")
@pytest.mark.parametrize("sign", ["\r\nSet-Cookie:a=b", "\n", "\r", "\t"])
@pytest.mark.promise("refused-in-words")
def test_a_line_break_in_a_path_comes_to_no_handler(sign: str, now: datetime) -> None:
    """The client of the other tests takes line breaks out of an address, as browsers do."""

    def lead_on(_: Request, *, period: str) -> Response:
        return redirect(f"../{period}")

    request = Request(method="GET", path="/", query={}, headers={}, cookies={}, address="", base="", now=now)
    assert _call(lead_on, request, {"period": "6-thang"}).status == 303
    assert _call(lead_on, request, {"period": f"6-thang{sign}"}).status == 404
