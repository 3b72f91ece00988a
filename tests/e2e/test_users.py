"""The console's users in a real browser: one is made, given a new telephone by two administrators, and locked."""

from __future__ import annotations

import secrets

from playwright.sync_api import Browser, expect

from infra.local.stack import Stack
from tests.e2e.conftest import Look, Picture, Site, open_page
from tests.e2e.people import OWN, Person, enrol, give_password, keep_cookies


def test_a_user_is_made_gets_a_new_telephone_from_two_administrators_and_is_locked(
    site: Site, stack: Stack, chromium: Browser, look: Look, picture: Picture
) -> None:
    first, second = (keep_cookies(stack, chromium, "admin") for _ in range(2))
    person, users = Person(f"thu.{secrets.token_hex(3)}"), f"{site.url}/pv05/nguoi-dung/{site.programme.code}"
    for page in open_page(chromium, storage_state=first):
        page.goto(users)
        page.get_by_label("Tên đăng nhập").fill(person.name)
        page.get_by_label("người xem", exact=False).first.check()
        look(page, "pv05-nguoi-dung")
        picture(page.get_by_role("region", name="Thêm người dùng"), "hd-nguoi-dung")
        page.get_by_role("button", name="Lập tài khoản").click()
        look(page, "pv05-mat-khau-mot-lan")
        password = page.locator("#mat-khau-moi").inner_text()
    for page in open_page(chromium):
        enrol(page, site.url, person, password=password)
        page.get_by_role("link", name=person.name).click()
        look(page, "pv05-tai-khoan")
    former = person.secret
    for page in open_page(chromium, storage_state=first):
        page.goto(f"{users}/{person.name}")
        look(page, "pv05-mot-nguoi-dung")
        page.get_by_role("button", name="Đề nghị cấp lại mã xác thực").click()
        expect(page.get_by_text("Một quản trị khác gặp hoặc gọi")).to_be_visible()
    for page in open_page(chromium, storage_state=second):
        page.goto(f"{users}/{person.name}")
        picture(page.get_by_role("region", name="Mất điện thoại"), "hd-mat-dien-thoai")
        page.get_by_role("button", name="Đã kiểm tra, cấp lại").click()
        look(page, "pv05-cap-lai-ma")
        page.get_by_role("button", name="Cấp lại mã xác thực").click()
        password = page.locator("#mat-khau-moi").inner_text()
    for page in open_page(chromium):
        enrol(page, site.url, person, password=password)
    assert person.secret != former
    for page in open_page(chromium, storage_state=first):
        page.goto(f"{users}/{person.name}")
        for _ in range(2):  # asked for, then confirmed
            page.get_by_role("button", name="Khóa tài khoản").click()
        expect(page.get_by_text("đã khóa").first).to_be_visible()
    for page in open_page(chromium):
        give_password(page, site.url, person, OWN)
        expect(page.get_by_role("alert")).to_contain_text("không đúng")
