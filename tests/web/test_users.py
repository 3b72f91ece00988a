"""Users of the console by its pages: what takes something away shows that first, and a password is seen once."""

from __future__ import annotations

import re

import pytest

from chalicelib.external import accounts, identity
from chalicelib.external.identity import Challenge, Tokens, read_pool
from chalicelib.office import users
from chalicelib.office.roles import Grant, Role
from chalicelib.web.console import sessions
from chalicelib.web.console import sign_in as steps
from chalicelib.web.forms import make_seal
from infra.demo.programme import DEMO_CODE
from tests.web.client import Browser, Page
from tests.web.people import make_claims, make_token, open_pool, sign_in

USERS, ACCOUNT = f"/pv05/nguoi-dung/{DEMO_CODE}", f"/pv05/tai-khoan/{DEMO_CODE}"
CHI = f"{USERS}/chi"
VISIT = "bi-mat-cua-phien"


@pytest.fixture
def admin(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> Browser:
    """An administrator of a pool with another one and an editor, in moto."""
    open_pool(monkeypatch, {"can-bo-admin": ["admin"], "binh": ["admin"], "chi": ["editor"]})
    sign_in(browser, "admin")
    return browser


def press(browser: Browser, path: str, task: str, **fields: str) -> Page:
    return browser.post(path, {"mau": make_seal(VISIT), "viec": task, **fields})


def find_password(page: Page) -> str:
    return re.search(r'id="mat-khau-moi">([^<]+)<', page.text)[1]  # type: ignore[index]


def test_a_user_is_made_and_the_password_is_shown_by_that_answer_alone(
    admin: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    page = press(admin, USERS, "", ten="dung", **{"vai-tro": "viewer", "thu": ""})
    password = find_password(page)
    assert page.header("Cache-Control") == "no-store"
    for other in (admin.get(USERS), admin.get(f"{USERS}/dung"), admin.get(f"/pv05/nhat-ky/{DEMO_CODE}")):
        assert other.status == 200
        assert "dung" in other.words
        assert password not in other.text
    assert password not in caplog.text


@pytest.mark.parametrize(
    ("task", "fields", "shown", "done"),
    [
        ("khoa", {}, "phiên đang mở kết thúc chậm nhất sau 5 phút", "đã khóa"),
        ("vai-tro", {"vai-tro": "viewer"}, "Không còn được: duyệt, trả lại", "người xem"),
        ("mat-khau", {}, "Mật khẩu hiện nay hết dùng", "Mật khẩu dùng một lần"),
    ],
)
def test_what_takes_something_away_is_shown_first_and_done_when_it_is_confirmed(
    admin: Browser, task: str, fields: dict[str, str], shown: str, done: str
) -> None:
    before = users.find_user("chi").account
    page = press(admin, CHI, task, **fields)
    assert page.status == 200
    assert shown in page.words
    assert users.find_user("chi").account == before
    answer = admin.confirm(page)
    assert done in (admin.get(CHI) if answer.status == 303 else answer).words


@pytest.mark.parametrize(("path", "most"), [(USERS, 1), (CHI, 1)])
def test_a_page_of_users_walks_the_pool_once(
    admin: Browser, monkeypatch: pytest.MonkeyPatch, path: str, most: int
) -> None:
    walks = count_walks(monkeypatch)
    assert admin.get(path).status == 200
    assert len(walks) == most


def test_what_was_confirmed_is_done_without_working_out_its_effects(
    admin: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = press(admin, f"{USERS}/binh", "vai-tro", **{"vai-tro": "viewer"})
    walks = count_walks(monkeypatch)
    assert admin.confirm(shown).status == 303
    assert len(walks) == 2, "to find the user, and to see that another administrator is left"


def count_walks(monkeypatch: pytest.MonkeyPatch) -> list[None]:
    walks: list[None] = []
    walk = accounts.list_accounts
    monkeypatch.setattr(accounts, "list_accounts", lambda: (walks.append(None), walk())[1])
    return walks


def test_a_locked_account_is_opened_again_or_removed(admin: Browser) -> None:
    admin.confirm(press(admin, CHI, "khoa"))
    assert press(admin, CHI, "mo-khoa").status == 303
    assert press(admin, CHI, "xoa").status == 200
    assert admin.confirm(press(admin, CHI, "xoa")).status == 400, "it is enabled"
    admin.confirm(press(admin, CHI, "khoa"))
    assert admin.confirm(press(admin, CHI, "xoa")).status == 303
    assert admin.get(CHI).status == 404


@pytest.mark.promise("isolated")
def test_a_lost_telephone_takes_a_second_administrator(admin: Browser) -> None:
    assert press(admin, CHI, "mat-dien-thoai").status == 303
    assert "Một quản trị khác" in admin.get(CHI).words
    assert press(admin, CHI, "cap-ma").status == 400
    admin.cookies[sessions.ID] = make_token(make_claims("admin") | {"cognito:username": "binh"})
    assert "Kiểm tra và cấp lại" in admin.get(USERS).words
    page = admin.confirm(press(admin, CHI, "cap-ma"))
    assert find_password(page)
    assert users.find_user("chi").account.is_waiting
    assert press(admin, CHI, "cap-ma").status == 409


def test_an_account_whose_renewal_was_cut_off_is_finished_from_the_list(admin: Browser) -> None:
    press(admin, CHI, "mat-dien-thoai")
    accounts.delete_account("chi")
    admin.cookies[sessions.ID] = make_token(make_claims("admin") | {"cognito:username": "binh"})
    assert "bị ngắt giữa chừng" in admin.get(USERS).words
    assert find_password(admin.confirm(press(admin, CHI, "cap-ma")))
    assert users.find_user("chi").grant == Grant(Role.EDITOR)


def test_a_request_for_a_new_telephone_is_withdrawn(admin: Browser) -> None:
    press(admin, CHI, "mat-dien-thoai")
    assert admin.confirm(press(admin, CHI, "rut")).status == 303
    assert "Đề nghị cấp lại mã xác thực" in admin.get(CHI).words


@pytest.mark.parametrize(
    "fields", [{"vai-tro": "quan-tri"}, {"vai-tro": ""}, {"vai-tro": "editor", "pham-vi": "khong-co"}]
)
@pytest.mark.promise("refused-in-words")
def test_a_role_that_there_is_not_is_refused(admin: Browser, fields: dict[str, str]) -> None:
    assert press(admin, CHI, "vai-tro", **fields).status == 400
    assert press(admin, CHI, "viec-la").status == 400


def test_the_administrators_page_is_found_without_a_programme_in_the_address(admin: Browser) -> None:
    assert admin.follow(admin.get("/pv05/nguoi-dung")).path.endswith(USERS)


# One's own account


def change_own(browser: Browser, before: str, new: str, again: str) -> Page:
    fields = {"mau": make_seal(VISIT), "mat-khau": before, "mat-khau-moi": new, "nhap-lai": again}
    return browser.post(ACCOUNT, fields)


def test_ones_own_password_is_changed_with_the_present_one_and_ends_all_sessions(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    own, new, access = "Mat-khau-rieng-1", "Mat-khau-rieng-2", ""
    cognito = open_pool(monkeypatch, {"can-bo-editor": ["editor"]})
    pool = read_pool().id
    client = cognito.create_user_pool_client(UserPoolId=pool, ClientName="pages")["UserPoolClient"]["ClientId"]
    cognito.admin_set_user_password(UserPoolId=pool, Username="can-bo-editor", Password=own, Permanent=True)
    monkeypatch.setenv("TONGHOP_USERS_CLIENT", client)
    monkeypatch.setattr(f"{make_claims.__module__}.CLIENT", client)
    tokens = identity.sign_in("can-bo-editor", password=own)
    assert isinstance(tokens, Tokens), access
    sign_in(browser, "editor")
    browser.cookies[sessions.REFRESH] = tokens.refresh
    for before, chosen, again, said in (
        (own, new, own, "không giống nhau"),
        (own, "ngan", "ngan", "ít nhất 12 ký tự"),
        (new, new, new, "Mật khẩu hiện nay không đúng"),
    ):
        page = change_own(browser, before, chosen, again)
        assert (page.status, said in page.words) == (400, True)
    answer = change_own(browser, own, new, new)
    assert "Đã đổi mật khẩu" in browser.follow(answer).words
    assert sessions.ID not in browser.cookies
    with pytest.raises(identity.SignInRefused):
        identity.refresh(tokens.refresh)
    assert isinstance(identity.sign_in("can-bo-editor", password=new), Tokens)


@pytest.mark.promise("isolated")
def test_the_present_password_is_not_guessed_for_long(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise identity.SignInRefused("NotAuthorizedException")

    monkeypatch.setattr(identity, "change_password", refuse)
    sign_in(browser, "editor")
    browser.cookies[sessions.REFRESH] = "x" * 40
    new = "Mat-khau-rieng-2"
    assert [change_own(browser, "sai", new, new).status for _ in range(9)] == [400] * 8 + [429]


# Signing in


def test_whoever_has_set_up_the_authenticator_is_signed_in(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where the pool gave tokens before there was one."""
    tokens = Tokens(make_token(make_claims()), "truy-cap", "r" * 40)
    verified: list[str] = []
    monkeypatch.setattr(identity, "sign_in", lambda *_, **__: tokens)
    monkeypatch.setattr(identity, "associate", lambda _: ("ABCDEFGH234567AB", ""))
    monkeypatch.setattr(identity, "refresh", lambda token: Tokens(tokens.id, f"cua-{token}"))
    monkeypatch.setattr(identity, "verify_with_token", lambda access, *, code: verified.append(access + code))
    browser.cookies = {sessions.VISIT: VISIT}
    browser.follow(browser.post("/pv05/dang-nhap", {"mau": make_seal(VISIT), "ten": "an", "mat-khau": "x"}))
    answer = browser.post("/pv05/dang-nhap/thiet-lap", {"mau": make_seal(VISIT), "ma": "123456"})
    assert verified == [f"cua-{'r' * 40}123456"]
    assert answer.header("Location").endswith("/pv05")
    assert browser.cookies[sessions.REFRESH] == "r" * 40
    assert browser.follow(browser.follow(answer)).status == 200


@pytest.mark.parametrize(("role", "page"), [("admin", "pv05/nguoi-dung"), ("planner", "/pv05")])
def test_an_administrator_who_signs_in_is_led_to_what_others_changed_of_users(
    admin: Browser, monkeypatch: pytest.MonkeyPatch, role: str, page: str
) -> None:
    sign_in(admin, "admin")
    admin.confirm(press(admin, CHI, "vai-tro", **{"vai-tro": "planner"}))
    claims = make_claims(role) | {"cognito:username": "binh"}
    monkeypatch.setattr(identity, "answer_code", lambda *_: Tokens(make_token(claims), "a", "r" * 40))
    step = steps._dump(steps.Step(Challenge(identity.CODE, "s" * 40, "binh")))
    places = []
    for _ in range(2):
        admin.cookies = {sessions.VISIT: VISIT, sessions.STEP: step}
        places.append(admin.post("/pv05/dang-nhap/ma", {"mau": make_seal(VISIT), "ma": "123456"}).header("Location"))
    assert places[0].endswith(page)
    assert places[1].endswith("/pv05"), "it is told once"


def test_the_sign_in_page_says_whom_to_call(browser: Browser) -> None:
    page = browser.get("/pv05/dang-nhap")
    assert "mất điện thoại: xin liên hệ người quản trị hệ thống: " in page.words
