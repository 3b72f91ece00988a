"""Programmes that no one of us wrote, each from its sổ to its Word document, by pages alone."""

from __future__ import annotations

import io
import re
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

import pytest
from docx import Document
from playwright.sync_api import Browser, Page, expect

from chalicelib.domain.clock import local_date
from chalicelib.domain.programme.model import Programme, Unit
from chalicelib.store import programmes
from chalicelib.workbook.form.filling import Contents, fill_in
from infra.local.stack import Stack
from tests.e2e.conftest import Look, Site, open_page
from tests.e2e.people import keep_cookies
from tests.invented import communes, ministry, schools
from tests.invented.officer import Row


class WriteBook(Protocol):
    """Writes a sổ with the programme's code and rows of its sheet Kỳ."""

    def __call__(self, code: str, *, periods: tuple[Row, ...]) -> bytes: ...


@dataclass(frozen=True)
class Field:
    """A programme's sổ, its period that takes reports today, and the unit that sends one."""

    write: WriteBook
    period: str
    data: tuple[date, date]
    unit: str
    make_values: Callable[[Unit], dict[str, Any]]


FIELDS = {
    "truong": Field(schools.write_schools, schools.PERIOD, (date(2026, 3, 1), date(2026, 3, 31)), "T04",
                    schools.make_values),
    "xa": Field(communes.write_communes, communes.PERIOD, (date(2025, 12, 15), date(2026, 3, 14)), "30010",
                communes.make_values),
    "bo": Field(ministry.write_ministry, ministry.PERIOD, (date(2026, 1, 1), date(2026, 6, 30)), "00036",
                ministry.make_values),
}  # fmt: skip
"""20 schools, 18 communes, and a ministry with 3,319 units on two levels."""


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


def write_book(field: Field, code: str) -> bytes:
    """The sổ with one period that takes reports today."""
    today = local_date(datetime.now(UTC))
    opens, due, lock = (f"{today + timedelta(days=days):%d/%m/%Y}" for days in (-3, 5, 30))
    return field.write(code, periods=((field.period, "Kỳ thử", *field.data, opens, due, lock),))


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


def send_report(page: Page, programme: Programme, field: Field, look: Look, folder: Path) -> None:
    """The unit fetches its form of one of the periods that are open, fills it in, and has its receipt."""
    with page.expect_download() as started:
        page.locator(f'a[href*="/bieu-mau/{field.period}/"]').click()
    blank = folder / "trong.xlsx"
    started.value.save_as(blank)
    look(page, "don-vi-chuong-trinh-moi")
    filled = folder / "bao-cao.xlsx"
    filled.write_bytes(fill_in(blank.read_bytes(), Contents(field.make_values(programme.unit_by_code[field.unit]))))
    page.set_input_files("#tep", filled)
    owed = page.locator(f'input[name="nghia-vu"][value^="{field.period}/"]')
    if owed.get_attribute("type") == "radio":  # a unit that owes one report alone has no choice
        owed.check()
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Gửi báo cáo").click()
    page.wait_for_url(re.compile("/ket-qua/"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Biên nhận số BN-")


@pytest.mark.parametrize("name", FIELDS)
def test_a_programme_of_another_field_comes_in_as_a_book_and_ends_as_a_report(
    name: str, planner: Page, colleague: Page, page: Page, site: Site, look: Look, tmp_path: Path
) -> None:
    def look_at(page: Page, what: str) -> None:
        look(page, f"{what}-{name}")

    field, code = FIELDS[name], f"linh-vuc-{name}-{secrets.token_hex(3)}"
    propose(planner, site, write_book(field, code), look_at)
    put_in_force(colleague, site, look_at, tmp_path)
    programmes.forget()
    made = Site(site.url, programmes.load_in_force(code))

    page.goto(made.make_link(field.unit))
    send_report(page, made.programme, field, look_at, tmp_path)
    planner.goto(f"{site.url}/pv05/lan-phat-hanh/{code}/{field.period}")
    planner.get_by_role("button", name="Phát hành bản dự thảo").click()
    expect(planner.get_by_text("Đã có lần phát hành")).to_be_visible(timeout=180_000)
    planner.get_by_role("link", name=re.compile("^Lần [0-9]+$")).first.click()
    report = download(planner, "bao-cao-tong-hop.docx", tmp_path)
    text = "\n".join(paragraph.text for paragraph in Document(io.BytesIO(report.read_bytes())).paragraphs)
    assert made.programme.title in text
