"""The whole way of PV05 in a real browser: sign in, see, return, approve, make an edition, download it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
import struct
import time
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from infra.demo.programme import DEMO_FORM, DEMO_PERIOD
from infra.demo.samples import make_sample
from infra.demo.sending import obtain_post, send
from infra.local.stack import Stack
from tests.e2e.conftest import Look, Site

PASSWORD = "Mat-khau-thu-2026"  # noqa: S105 - of a stack that this test starts and ends
STEP_S = 30


def make_code(secret: str) -> str:
    """The six digits of an authenticator at this moment (RFC 6238)."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.new(key, struct.pack(">Q", int(time.time()) // STEP_S), hashlib.sha1).digest()
    at = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[at : at + 4])[0] & 0x7FFFFFFF) % 1_000_000:06}"


@pytest.fixture
def editor(stack: Stack) -> str:
    """A new account in the group "editor" that has still to choose its password and to set up its authenticator."""
    name, cognito, pool = f"pv05-{secrets.token_hex(3)}", stack.client("cognito-idp"), stack.outputs["Users"]
    cognito.admin_create_user(
        UserPoolId=pool, Username=name, TemporaryPassword=PASSWORD, MessageAction="SUPPRESS",
        UserAttributes=[{"Name": "email", "Value": f"{name}@example.invalid"}],
    )  # fmt: skip
    cognito.admin_add_user_to_group(UserPoolId=pool, Username=name, GroupName="editor")
    return name


def upload(site: Site, unit: str) -> None:
    """A right workbook through the unit's link, as its page sends it."""
    form, period = site.programme.form_by_code[DEMO_FORM], site.programme.period_by_code[DEMO_PERIOD]
    post = obtain_post(site.make_link(unit), DEMO_PERIOD, DEMO_FORM, "bao-cao.xlsx")
    send(post, "bao-cao.xlsx", make_sample(site.programme, form, site.programme.unit_by_code[unit], period))


def enter_code(page: Page, label: str, secret: str, button: str) -> None:
    """Types the code; once more where its half minute ended on the way."""
    for _ in range(2):
        page.get_by_label(label).fill(make_code(secret))
        page.get_by_role("button", name=button).click()
        page.wait_for_load_state()
        if not page.get_by_text("Mã không đúng").is_visible():
            return


def sign_in(page: Page, site: Site, name: str, look: Look) -> None:
    page.goto(f"{site.url}/pv05")
    look(page, "pv05-dang-nhap")
    page.get_by_label("Tên đăng nhập").fill(name)
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    page.get_by_role("button", name="Tiếp tục").click()
    page.get_by_label("Mật khẩu mới", exact=True).fill(PASSWORD + "-moi")
    page.get_by_label("Nhập lại mật khẩu mới").fill(PASSWORD + "-moi")
    page.get_by_role("button", name="Tiếp tục").click()
    expect(page).to_have_url(re.compile("thiet-lap$"))
    secret = page.locator("#khoa").inner_text()
    enter_code(page, "Mã 6 chữ số", secret, "Xác nhận")
    if page.url.endswith("xong=1"):  # the pool wants the new authenticator to be used once
        page.get_by_label("Tên đăng nhập").fill(name)
        page.get_by_label("Mật khẩu").fill(PASSWORD + "-moi")
        page.get_by_role("button", name="Tiếp tục").click()
        enter_code(page, "Mã 6 chữ số trên ứng dụng xác thực", secret, "Đăng nhập")


def test_pv05_signs_in_sees_returns_approves_and_makes_an_edition(
    page: Page, site: Site, editor: str, look: Look, tmp_path: Path
) -> None:
    for unit in ("180", "181", "185"):
        upload(site, unit)
    sign_in(page, site, editor, look)
    page.goto(f"{site.url}/pv05/ky/{site.programme.code}/{DEMO_PERIOD}")
    expect(page.get_by_role("heading", level=1)).to_contain_text("6 tháng đầu năm")
    expect(page.get_by_text("Huyện Bắc Sơn").first).to_be_visible()
    look(page, "pv05-ky")

    submission = f"{site.url}/pv05/ban-nop/{site.programme.code}/{DEMO_PERIOD}/{DEMO_FORM}"
    page.goto(f"{submission}/185")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Huyện Bắc Sơn")
    look(page, "pv05-ban-nop")
    page.get_by_role("button", name="Duyệt").click()
    expect(page.get_by_text("Đã duyệt bản nộp.")).to_be_visible()

    page.goto(f"{submission}/181")
    page.get_by_text("Trả lại hoặc rút").click()
    page.get_by_label("Ý kiến cho đơn vị").fill("Đề nghị kiểm tra lại số buổi tuyên truyền.")
    page.get_by_role("button", name="Trả lại để sửa").click()
    expect(page.get_by_text("Đã trả lại bản nộp")).to_be_visible()

    page.goto(f"{site.url}/pv05/so-lieu/{site.programme.code}/{DEMO_PERIOD}/B05")
    expect(page.get_by_text("Huyện Tràng Định").first).to_be_visible()
    look(page, "pv05-so-lieu")

    page.goto(f"{site.url}/pv05/lan-phat-hanh/{site.programme.code}/{DEMO_PERIOD}")
    page.get_by_role("button", name="Phát hành ngay").click()
    first = page.get_by_role("link", name=re.compile(r"^Lần 1"))
    first.wait_for(timeout=120_000)
    look(page, "pv05-lan-phat-hanh")
    first.click()
    look(page, "pv05-lan-phat-hanh-1")
    with page.expect_download() as download:
        page.get_by_role("link", name="bao-cao-tong-hop.xlsx").click()
    path = tmp_path / "edition.xlsx"
    download.value.save_as(path)
    assert len(openpyxl.load_workbook(path).sheetnames) >= 6


def test_a_returned_submission_is_shown_to_its_unit_with_the_comment(
    page: Page, site: Site, editor: str, look: Look
) -> None:
    upload(site, "186")
    sign_in(page, site, editor, look)
    page.goto(f"{site.url}/pv05/ban-nop/{site.programme.code}/{DEMO_PERIOD}/{DEMO_FORM}/186")
    page.get_by_text("Trả lại hoặc rút").click()
    page.get_by_label("Ý kiến cho đơn vị").fill("Thiếu số liệu của xã Yên Bình.")
    page.get_by_role("button", name="Trả lại để sửa").click()
    expect(page.get_by_text("Đã trả lại bản nộp")).to_be_visible()
    page.goto(site.make_link("186"))
    expect(page.get_by_text("Thiếu số liệu của xã Yên Bình.").first).to_be_visible()
    look(page, "don-vi-bi-tra-lai")


def test_without_signing_in_the_console_shows_nothing(page: Page, site: Site) -> None:
    page.goto(f"{site.url}/pv05/ky/{site.programme.code}/{DEMO_PERIOD}")
    expect(page.get_by_label("Tên đăng nhập")).to_be_visible()
    expect(page.get_by_text("Huyện Bắc Sơn")).to_have_count(0)
