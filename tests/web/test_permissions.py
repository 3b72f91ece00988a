"""Authorisation as a table, tested whole: every route of the console, every role, and nobody at all."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from app import app
from chalicelib.domain.programme.model import Programme
from chalicelib.office.roles import Grant, Role, find_grant
from chalicelib.web import dispatch
from chalicelib.web.console.permissions import ALLOWED, Permission
from chalicelib.web.console.sessions import ID, REFRESH, VISIT
from chalicelib.web.forms import make_seal
from chalicelib.web.request import Request
from chalicelib.web.response import Response, redirect
from chalicelib.web.routes import Route, list_console_routes
from tests.links import create_link
from tests.web.client import Browser, Page
from tests.web.people import STRANGER, make_claims, make_token, sign_in

TABLE = """
| permission       | viewer | editor | planner | admin |
| see              | x      | x      | x       | x     |
| see_whole        | x      | x      | x       | x     |
| download         | x      | x      | x       | x     |
| review           |        | x      | x       | x     |
| review_whole     |        | x      | x       | x     |
| except           |        | x      | x       | x     |
| enter            |        | x      | x       | x     |
| draft            |        | x      | x       | x     |
| publish          |        | x      | x       | x     |
| see_links        |        | x      | x       | x     |
| manage_links     |        | x      | x       | x     |
| remind           |        | x      | x       | x     |
| change_programme |        |        | x       | x     |
| see_audit        |        |        |         | x     |
| manage_users     |        |        |         | x     |
"""

PARTS = {
    "programme": "ct138-demo", "period": "6-thang", "form": "bao-cao-6-thang", "unit": "181", "indicator": "B05",
    "revision": "1", "number": "1", "name": "bao-cao-tong-hop.xlsx", "upload": "0" * 32, "link": "0" * 12,
    "heading": "tuyen-truyen", "token": "never-was", "upload_id": "0" * 32, "trial_id": "0" * 32,
    "user": "can-bo-editor",
}  # fmt: skip


def fill(path: str) -> str:
    return re.sub(r"\{(\w+)\}", lambda match: PARTS[match[1]], path)


def ask(browser: Browser, route: Route) -> Page:
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


NOBODY, NO_ROLE = "nobody", "no role"

PEOPLE: dict[str, tuple[str | Role, Callable[[str], dict[str, str]]]] = {
    **{f"{role}": (role, lambda _, role=role: _sign_in(make_claims(role))) for role in Role},  # type: ignore[misc]
    "two roles": (Role.EDITOR, lambda _: _sign_in(make_claims() | {"cognito:groups": ["viewer", "editor", "x"]})),
    "nobody": (NOBODY, lambda _: {}),
    "a unit's link": (NOBODY, lambda link: dict.fromkeys((ID, VISIT), link)),
    "expired": (NOBODY, lambda _: _sign_in(make_claims("admin", exp=1))),
    "tampered with": (NOBODY, lambda _: _tamper(_sign_in(make_claims("viewer")))),
    "of another key": (NOBODY, lambda _: {ID: make_token(make_claims("admin"), STRANGER), VISIT: "x"}),
    "without the secret of forms": (NOBODY, lambda _: {ID: make_token(make_claims("admin"))}),
    "of a wrong group": (NO_ROLE, lambda _: _sign_in(make_claims() | {"cognito:groups": ["Admin", "administrators"]})),
    "of no group": (NO_ROLE, lambda _: _sign_in(make_claims(""))),
}
"""Who may ask, as what they must be treated, and the cookies they come with, made of a unit's link."""


def _sign_in(claims: dict[str, Any]) -> dict[str, str]:
    return {ID: make_token(claims), VISIT: "bi-mat-cua-phien"}


def _tamper(cookies: dict[str, str]) -> dict[str, str]:
    """A viewer's token that says it is an administrator's, under the viewer's signature."""
    head, body, signature = cookies[ID].split(".")
    claims = json.loads(base64.urlsafe_b64decode(body + "=="))
    changed = json.dumps(claims | {"cognito:groups": ["admin"]}).encode()
    return cookies | {ID: f"{head}.{base64.urlsafe_b64encode(changed).decode().rstrip('=')}.{signature}"}


@pytest.mark.promise("isolated")
@pytest.mark.parametrize("who", PEOPLE)
def test_nobody_comes_in_who_is_not_in_the_table(
    browser: Browser, token: str, who: str, tried: Callable[[int], None]
) -> None:
    role, make_cookies = PEOPLE[who]
    for route in list_console_routes():
        browser.cookies = make_cookies(token)
        assert not _find_misjudgement(ask(browser, route), role, route), (route, who)
    tried(len(list_console_routes()))


def _find_misjudgement(page: Page, role: str | Role, route: Route) -> str:
    """How an answer is not the one that the table asks for; "" if it is."""
    if role == NOBODY:
        is_right = page.status == 303 and page.header("Location").partition("?")[0].endswith("pv05/dang-nhap")
    elif role == NO_ROLE:
        is_right = page.status == 403 and "chưa được cấp vai trò" in page.words
    elif route.permission not in ALLOWED[Role(role)]:
        is_right = page.status == 403 and "không có quyền" in page.words
    elif route.method == "POST":
        is_right = page.status == 403 and "không đến từ trang của hệ thống" in page.words
    else:
        is_right = page.status in (200, 303, 404) and "dang-nhap" not in str(page.header("Location"))
    return "" if is_right else f"{page.status} {page.words[:200]}"


@pytest.mark.promise("isolated")
@pytest.mark.parametrize(
    ("seal", "headers"),
    [
        (make_seal("bi-mat-cua-phien-khac"), {}),
        (make_seal(""), {}),
        ("own", {"sec-fetch-site": "cross-site"}),
        ("own", {"sec-fetch-site": "same-site"}),
    ],
    ids=["of another session", "of no session", "of another site", "of a neighbour"],
)
def test_a_form_with_a_seal_that_is_not_its_own_is_refused(
    browser: Browser, seal: str, headers: dict[str, str], tried: Callable[[int], None]
) -> None:
    sign_in(browser, "admin")
    own = make_seal(browser.cookies[VISIT])
    posts = [route for route in list_console_routes() if route.method == "POST"]
    for route in posts:
        page = browser.post(fill(route.path), {"mau": own if seal == "own" else seal}, **headers)
        assert page.status == 403, route
        assert "không đến từ trang của hệ thống" in page.words
    tried(len(posts))


@pytest.mark.promise("isolated")
def test_a_units_token_opens_nothing_of_the_console(browser: Browser, programme: Programme, now: datetime) -> None:
    token, _ = create_link(programme, "181", expires=now + timedelta(days=1), now=now, actor="thử")
    browser.cookies = {ID: token, REFRESH: ""}
    assert browser.get("/pv05/ky/ct138-demo/6-thang").status == 303


def test_no_route_of_the_console_is_without_a_permission() -> None:
    known = {route.path for route in list_console_routes()}
    others = {path for path in _registered() if path.startswith("/pv05") and path not in known}
    assert others == {
        "/pv05/dang-nhap", "/pv05/dang-nhap/ma", "/pv05/dang-nhap/mat-khau", "/pv05/dang-nhap/thiet-lap",
        "/pv05/dang-xuat",
    }  # fmt: skip


def _registered() -> set[str]:
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
    assert find_grant(["viewer", "editor", "khac"]) == Grant(Role.EDITOR)
    assert find_grant(["khac"]) is None


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
def test_a_line_break_in_a_path_comes_to_no_handler(sign: str, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    """The client of the other tests takes line breaks out of an address, as browsers do."""

    def lead_on(_: Request, *, period: str) -> Response:
        return redirect(f"../{period}")

    monkeypatch.setattr(dispatch, "load_handler", lambda _: lead_on)
    route = Route("GET", "/{period}", "")
    request = Request(method="GET", path="/", query={}, headers={}, cookies={}, address="", base="", now=now)
    assert dispatch.call(route, request, {"period": "6-thang"}).status == 303
    assert dispatch.call(route, request, {"period": f"6-thang{sign}"}).status == 404
