"""The two main ways with the keyboard alone: where it is can be seen at each step, and no action loses it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from infra.demo.programme import DEMO_FORM, DEMO_PERIOD
from infra.demo.samples import make_sample
from infra.local.stack import Stack
from tests.e2e.conftest import Site, open_page
from tests.e2e.crowds import fill_trays
from tests.e2e.people import OWN, Person, enrol, make_person

_LOOK_AT_FOCUS = """
() => {
    const own = document.activeElement;
    if (!own || own === document.body) { return "lost"; }
    const shown = own.matches(".visually-hidden") ? own.labels[0] : own;
    const box = shown.getClientRects()[0], style = getComputedStyle(shown);
    if (style.outlineStyle === "none" || parseFloat(style.outlineWidth) < 2) { return "not marked"; }
    const middle = (start, end, most) => (Math.max(start, 0) + Math.min(end, most)) / 2;
    const [x, y] = [middle(box.left, box.right, innerWidth), middle(box.top, box.bottom, innerHeight)];
    if (y < 0 || y > innerHeight || x < 0 || x > innerWidth) { return "out of sight"; }
    const above = document.elementFromPoint(x, y);
    return above && (shown.contains(above) || above.contains(shown)) ? "" : "covered";
}
"""


@pytest.fixture
def keys(chromium: Browser) -> Iterator[Page]:
    """A window in which nothing moves by itself."""
    yield from open_page(chromium, reduced_motion="reduce")


@pytest.fixture(scope="module")
def person(stack: Stack, site: Site, chromium: Browser) -> Person:
    """An editor who has an authenticator, with reports to look at."""
    fill_trays(site.programme, datetime.now(UTC))
    made = make_person(stack, "editor")
    for page in open_page(chromium):
        enrol(page, site.url, made)
    return made


def walk_to(page: Page, target: Locator, *, most: int = 40) -> None:
    """Presses Tab until the keyboard is there; each step on the way can be seen."""
    expect(target).to_be_attached()
    seen = []
    for _ in range(most):
        page.keyboard.press("Tab")
        seen.append(page.evaluate("document.activeElement.outerHTML.slice(0, 90)"))
        assert page.evaluate(_LOOK_AT_FOCUS) == "", seen
        if target.evaluate("each => each === document.activeElement"):
            return
    pytest.fail(f"not reached with {most} tabs: {seen}")


def skip_to_contents(page: Page) -> None:
    """By the first link of the page."""
    walk_to(page, page.get_by_role("link", name="Đến nội dung chính"), most=1)
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()


def test_a_unit_fetches_its_form_sends_it_and_sees_its_receipt(keys: Page, site: Site, tmp_path: Path) -> None:
    unit, programme = site.programme.unit_by_code["185"], site.programme  # missing in `fill_trays`
    path = tmp_path / "bao-cao.xlsx"
    path.write_bytes(
        make_sample(programme, programme.form_by_code[DEMO_FORM], unit, programme.period_by_code[DEMO_PERIOD])
    )
    keys.goto(site.make_link(unit.code))
    skip_to_contents(keys)
    walk_to(keys, keys.get_by_role("link", name=re.compile("Tải biểu mẫu trống Báo cáo 6 tháng")))
    with keys.expect_download():
        keys.keyboard.press("Enter")
    walk_to(keys, keys.get_by_role("button", name="Gửi báo cáo"))
    keys.keyboard.press("Enter")
    expect(keys.get_by_role("alert")).to_contain_text("chọn tệp Excel")
    expect(keys.locator("#tep")).to_be_focused()
    with keys.expect_file_chooser() as chooser:
        keys.keyboard.press("Space")
    chooser.value.set_files(path)
    expect(keys.get_by_text("Đã chọn: bao-cao.xlsx")).to_be_visible()
    walk_to(keys, keys.get_by_role("checkbox"), most=1)
    keys.keyboard.press("Space")
    walk_to(keys, keys.get_by_role("button", name="Gửi báo cáo"), most=1)
    keys.keyboard.press("Enter")
    expect(keys.locator("#tien-trinh")).to_be_focused()
    keys.wait_for_url(re.compile("/ket-qua/"))
    expect(keys.get_by_role("heading", level=1)).to_contain_text("Biên nhận số BN-")
    skip_to_contents(keys)
    walk_to(keys, keys.get_by_role("button", name="In biên nhận"))


def test_what_is_refused_before_it_is_sent_leaves_the_keyboard_at_the_form(
    keys: Page, site: Site, tmp_path: Path
) -> None:
    keys.goto(site.make_link("188"))
    keys.route(re.compile("/gui$"), lambda route: route.fulfill(status=429, json={"problem": {"text": "Quá nhiều."}}))
    keys.set_input_files("#tep", {"name": "a.xlsx", "mimeType": "application/x", "buffer": b"PK"})
    keys.get_by_role("checkbox").check()
    keys.get_by_role("button", name="Gửi báo cáo").press("Enter")
    expect(keys.get_by_role("alert")).to_have_text("Quá nhiều.")
    expect(keys.get_by_role("button", name="Gửi báo cáo")).to_be_focused()


def test_an_officer_signs_in_opens_a_report_approves_it_and_goes_on(keys: Page, site: Site, person: Person) -> None:
    keys.goto(f"{site.url}/pv05")
    keys.keyboard.type(person.name)
    walk_to(keys, keys.get_by_label("Mật khẩu"), most=1)
    keys.keyboard.type(OWN)
    keys.keyboard.press("Enter")
    expect(keys.get_by_label(re.compile("Mã 6 chữ số"))).to_be_focused()
    keys.keyboard.type(person.code)
    keys.keyboard.press("Enter")
    keys.wait_for_url("**/pv05/ky/**")
    keys.goto(f"{site.url}/pv05/ky/{site.programme.code}/{DEMO_PERIOD}")
    skip_to_contents(keys)
    walk_to(keys, keys.get_by_role("link", name=re.compile("^Chờ xem xét")))
    keys.keyboard.press("Enter")
    keys.wait_for_url("**o=cho-xem**")
    skip_to_contents(keys)
    walk_to(keys, keys.get_by_label("Sắp xếp"))
    for _ in range(2):  # arrows choose, the button asks
        keys.keyboard.press("ArrowDown")
    walk_to(keys, keys.get_by_role("button", name="Lọc"), most=1)
    keys.keyboard.press("Enter")
    keys.wait_for_url("**xep=moi**")
    skip_to_contents(keys)
    first = keys.locator("table.work tbody a").first
    walk_to(keys, first)
    units = [keys.locator("table.work tbody a").nth(number).inner_text() for number in range(2)]
    keys.keyboard.press("Enter")
    expect(keys.get_by_role("heading", level=1)).to_contain_text(units[0])
    skip_to_contents(keys)
    walk_to(keys, keys.get_by_role("button", name="Duyệt và xem bản tiếp theo"), most=6)
    keys.keyboard.press("Enter")
    expect(keys.get_by_role("heading", level=1)).to_contain_text(units[1])
    expect(keys.get_by_role("main")).to_be_focused()
    walk_to(keys, keys.get_by_role("button", name="Duyệt", exact=True), most=5)
    keys.keyboard.press("Enter")
    expect(keys.get_by_text("Đã duyệt bản nộp.")).to_be_visible()
    expect(keys.get_by_role("main")).to_be_focused()
