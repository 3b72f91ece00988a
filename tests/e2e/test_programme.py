"""A programme that no one of us wrote, from its sổ to its Word document, by pages alone."""

from __future__ import annotations

import io
import re
import secrets
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from docx import Document
from playwright.sync_api import Browser, Page, expect

from chalicelib.domain.clock import local_date
from chalicelib.domain.programme.model import Programme
from chalicelib.store import programmes
from chalicelib.workbook.form.filling import Contents, fill_in
from infra.local.stack import Stack
from tests.e2e.conftest import Look, Site, open_page
from tests.e2e.people import keep_cookies
from tests.invented.schools import PERIOD, make_values, write_schools

SCHOOL = "T04"


@pytest.fixture(scope="module")
def colleagues(stack: Stack, chromium: Browser) -> tuple[dict[str, object], ...]:
    """Two who may change programmes."""
    return tuple(keep_cookies(stack, chromium, "planner") for _ in range(2))


@pytest.fixture
def planner(chromium: Browser, site: Site, colleagues: tuple[dict[str, object], ...]) -> Iterator[Page]:
    yield from open_page(chromium, storage_state=colleagues[0])


@pytest.fixture
def colleague(chromium: Browser, site: Site, colleagues: tuple[dict[str, object], ...]) -> Iterator[Page]:
    yield from open_page(chromium, storage_state=colleagues[1])


def write_book(code: str) -> bytes:
    """The schools' sổ, with one month that takes reports today."""
    today = local_date(datetime.now(UTC))
    opens, due, lock = (f"{today + timedelta(days=days):%d/%m/%Y}" for days in (-3, 5, 30))
    return write_schools(code, periods=((PERIOD, "Tháng 3", date(2026, 3, 1), date(2026, 3, 31), opens, due, lock),))


def propose(page: Page, site: Site, book: bytes, look: Look) -> None:
    """Sends the sổ at the page of the programme in force, and keeps it as a proposal."""
    page.goto(f"{site.url}/pv05/so-chuong-trinh/{site.programme.code}")
    page.set_input_files("#tep", {"name": "so.xlsx", "mimeType": "application/x", "buffer": book})
    page.get_by_role("button", name="Kiểm tra và xem thay đổi").click()
    expect(page.get_by_text("Đây là chương trình mới")).to_be_visible()
    look(page, "pv05-chuong-trinh-moi")
    page.get_by_role("button", name="Lập đề nghị").click()
    expect(page.get_by_text("Người thứ hai cùng phụ trách")).to_be_visible()
    expect(page.get_by_role("button", name="Áp dụng")).to_have_count(0)


def put_in_force(page: Page, site: Site, look: Look, folder: Path) -> None:
    """As the second person, who first looks at what the programme would hand out."""
    page.goto(f"{site.url}/pv05/so-chuong-trinh/{site.programme.code}/de-nghi")
    look(page, "pv05-chuong-trinh-de-nghi")
    for link in ("Biểu mẫu trống", "Báo cáo máy điền", "Văn bản Word"):
        assert download(page, link, folder).stat().st_size
    page.get_by_role("button", name="Áp dụng").click()
    expect(page.get_by_text("Đã cập nhật chương trình.")).to_be_visible()


def download(page: Page, link: str, folder: Path) -> Path:
    """The file behind the first link whose text begins so."""
    with page.expect_download() as started:
        page.get_by_role("link", name=re.compile(f"^{link}")).first.click()
    path = folder / started.value.suggested_filename
    started.value.save_as(path)
    return path


def send_report(page: Page, programme: Programme, look: Look, folder: Path) -> None:
    """A school fetches its form of one of the months that are open, fills it in, and has its receipt."""
    with page.expect_download() as started:
        page.locator(f'a[href*="/bieu-mau/{PERIOD}/"]').click()
    blank = folder / "trong.xlsx"
    started.value.save_as(blank)
    look(page, "don-vi-chuong-trinh-moi")
    filled = folder / "bao-cao.xlsx"
    filled.write_bytes(fill_in(blank.read_bytes(), Contents(make_values(programme.unit_by_code[SCHOOL]))))
    page.set_input_files("#tep", filled)
    page.locator(f'input[name="nghia-vu"][value^="{PERIOD}/"]').check()
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Gửi báo cáo").click()
    page.wait_for_url(re.compile("/ket-qua/"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Biên nhận số BN-")


def test_a_programme_of_another_field_comes_in_as_a_book_and_ends_as_a_report(
    planner: Page, colleague: Page, page: Page, site: Site, look: Look, tmp_path: Path
) -> None:
    code = f"truong-an-toan-{secrets.token_hex(3)}"
    propose(planner, site, write_book(code), look)
    put_in_force(colleague, site, look, tmp_path)
    programmes.forget()
    made = Site(site.url, programmes.load_in_force(code))

    page.goto(made.make_link(SCHOOL))
    send_report(page, made.programme, look, tmp_path)
    planner.goto(f"{site.url}/pv05/lan-phat-hanh/{code}/{PERIOD}")
    planner.get_by_role("button", name="Phát hành bản dự thảo").click()
    expect(planner.get_by_text("Đã có lần phát hành")).to_be_visible(timeout=90_000)
    planner.get_by_role("link", name=re.compile("^Lần [0-9]+$")).first.click()
    report = download(planner, "bao-cao-tong-hop.docx", tmp_path)
    text = "\n".join(paragraph.text for paragraph in Document(io.BytesIO(report.read_bytes())).paragraphs)
    assert made.programme.title in text
