"""People of the console on the embedded stack's user pool, and the authenticator on their telephone."""

from __future__ import annotations

import re
import secrets
import time
from dataclasses import dataclass

from playwright.sync_api import Browser, Page, expect

from infra.local.authenticator import compute_code
from infra.local.stack import Stack
from tests.e2e.conftest import open_page

FIRST, OWN = "Cap-mot-lan-2026", "Mat-khau-rieng-2026"


@dataclass
class Person:
    """Somebody with an account; `secret` is known once the authenticator is set up."""

    name: str
    secret: str = ""

    @property
    def code(self) -> str:
        return compute_code(self.secret, time.time())


def make_person(stack: Stack, role: str) -> Person:
    """An account as an administrator makes it: a password for one use, and a group."""
    cognito, pool = stack.client("cognito-idp"), stack.outputs["Users"]
    person = Person(f"can-bo-{role}-{secrets.token_hex(3)}")
    cognito.admin_create_user(UserPoolId=pool, Username=person.name, TemporaryPassword=FIRST, MessageAction="SUPPRESS")
    cognito.admin_add_user_to_group(UserPoolId=pool, Username=person.name, GroupName=role)
    return person


def give_password(page: Page, url: str, person: Person, password: str) -> None:
    page.goto(f"{url}/pv05/dang-nhap")
    page.get_by_label("Tên đăng nhập").fill(person.name)
    page.get_by_label("Mật khẩu").fill(password)
    page.get_by_role("button", name="Tiếp tục").click()


def enrol(page: Page, url: str, person: Person, *, password: str = FIRST) -> None:
    """The first sign-in: a password of one's own, then the authenticator, and one is in."""
    give_password(page, url, person, password)
    page.get_by_label("Mật khẩu mới", exact=True).fill(OWN)
    page.get_by_label("Nhập lại mật khẩu mới").fill(OWN)
    page.get_by_role("button", name="Tiếp tục").click()
    expect(page.get_by_role("heading", name="Thiết lập mã xác thực")).to_be_visible()
    person.secret = page.locator("#khoa").inner_text()
    page.get_by_label("Mã 6 chữ số").fill(person.code)
    page.get_by_role("button", name="Xác nhận").click()
    page.wait_for_url(re.compile("/pv05/(ky|nguoi-dung)/"))


def sign_in(page: Page, url: str, person: Person) -> None:
    give_password(page, url, person, OWN)
    page.get_by_label("Mã 6 chữ số").fill(person.code)
    page.get_by_role("button", name="Đăng nhập").click()
    page.wait_for_url(re.compile("/pv05/(ky|nguoi-dung)/"))


def keep_cookies(stack: Stack, chromium: Browser, role: str) -> dict[str, object]:
    """What a browser keeps of somebody who has signed in."""
    person, url = make_person(stack, role), stack.outputs["ApiUrl"]
    for page in open_page(chromium):
        enrol(page, url, person)
        state = page.context.storage_state()
    return dict(state)
