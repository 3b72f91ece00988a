"""The embedded stack with a programme in force, and Chromium in front of it.

What the pages look like at each width goes to `out/screenshots`, with sheets of all of them beside it (`sheets.py`);
what axe-core says of them goes to `out/axe.json`.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, Playwright, ViewportSize, expect, sync_playwright

from chalicelib.domain.audit import Stamp
from chalicelib.domain.clock import local_date, read_instant
from chalicelib.domain.programme.loading import PROGRAMME
from chalicelib.domain.programme.model import Programme
from chalicelib.office.programme import import_programme
from chalicelib.store import clients, programmes
from infra.demo.programme import DEMO_CODE, read_demo_files
from infra.local.stack import Stack
from infra.package import ROOT, package
from tests.e2e.images import hold_image, hold_part
from tests.e2e.sheets import make_sheets
from tests.links import create_link

OUT = ROOT / "out"
SCREENSHOTS = OUT / "screenshots"
PAGES = ROOT / "chalicelib" / "web" / "pages"
AXE = ROOT / "build" / "e2e" / "node_modules" / "axe-core" / "axe.min.js"
CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome") or ""
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking", "--lang=vi"]
WIDE, NARROW, WIDEST = (ViewportSize(width=width, height=height) for width, height in
                        ((1280, 900), (360, 740), (1920, 1080)))  # fmt: skip
WINDOWS = (WIDE, NARROW, WIDEST)
"""Every page is looked at in each of them: an office's usual screen, a telephone, a large screen."""
PATIENCE_MS = 60_000
"""The first page of a stack starts several functions at once; on a busy machine that takes half a minute."""
expect.set_options(timeout=PATIENCE_MS / 3)
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
COLUMN = ViewportSize(width=800, height=900)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--images", action="store_true", help="take the pictures of pages in docs/images anew")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All of these drive a browser against the stack."""
    for item in items:
        if "tests/e2e" in str(item.path):
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.stack)


@dataclass(frozen=True)
class Site:
    """Where the pages are, and what they are about."""

    url: str
    programme: Programme

    def make_link(self, unit: str) -> str:
        """The address of a new link of a unit."""
        now = datetime.now(UTC)
        token, _ = create_link(self.programme, unit, expires=now + timedelta(days=30), now=now, actor="thử")
        return f"{self.url}/nop/{token}"


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A stack of its own; with TONGHOP_E2E_VAR one that runs already, brought up to date."""
    kept = os.environ.get("TONGHOP_E2E_VAR")
    made = package("local", ROOT / "build" / "local")
    if kept:
        running = Stack.attach(Path(kept)) if Stack(Path(kept)).is_running() else Stack(Path(kept)).start()
        running.deploy(made)
        yield running
        return
    with Stack(tmp_path_factory.mktemp("stack")) as started:
        started.deploy(made)
        yield started


@pytest.fixture(scope="module")
def site(stack: Stack) -> Iterator[Site]:
    """The programme of 2022 with its 6-month report due in five days."""
    before = dict(os.environ)
    os.environ |= stack.environment
    clients.forget()
    programmes.forget()
    now = datetime.now(UTC)
    files = read_demo_files(read_instant(local_date(now) + timedelta(days=5)))
    code = f"ct138-{secrets.token_hex(3)}"  # of its own for each file of tests, and in each run
    files[PROGRAMME] = files[PROGRAMME].replace(f'"{DEMO_CODE}"', f'"{code}"')
    import_programme({name: text.encode() for name, text in files.items()}, stamp=Stamp("thử", now))
    yield Site(stack.outputs["ApiUrl"], programmes.load_in_force(code))
    os.environ.clear()
    os.environ |= before
    clients.forget()
    programmes.forget()


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    if not CHROMIUM:
        pytest.fail("no Chromium on this machine: apt-get install chromium")
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
    yield browser
    browser.close()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A wide window. What the console says, and what fails on a page, fails the test."""
    yield from open_page(chromium)


@pytest.fixture
def narrow(chromium: Browser) -> Iterator[Page]:
    """A telephone's window."""
    yield from open_page(chromium, NARROW, is_mobile=True, has_touch=True)


@pytest.fixture
def scriptless(chromium: Browser) -> Iterator[Page]:
    yield from open_page(chromium, java_script_enabled=False)


def open_page(chromium: Browser, viewport: ViewportSize = WIDE, **options: Any) -> Iterator[Page]:
    """A fresh window, closed afterwards."""
    context = chromium.new_context(viewport=viewport, locale="vi-VN", accept_downloads=True, **options)
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda line: complaints.append(line.text) if "Content Security Policy" in line.text else None)
    yield page
    context.close()
    assert not complaints


def look_at_print(page: Page, name: str) -> None:
    """What comes out of the printer: nothing of the screen's own is on it."""
    page.emulate_media(media="print")
    page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=True)
    assert page.locator("nav, button, .foot").locator("visible=true").count() == 0
    page.emulate_media(media="null")  # a later PDF is of the printer's looks


Look = Callable[[Page, str], None]
Picture = Callable[[Locator, str], None]


@pytest.fixture
def picture(pytestconfig: pytest.Config) -> Picture:
    """Takes or holds a picture of the room of help: a part of a page, in a window as wide as a column of its text."""
    is_taken = bool(pytestconfig.getoption("--images", default=False))

    def hold(part: Locator, name: str) -> None:
        part.page.set_viewport_size(COLUMN)
        hold_part(part, name, is_taken=is_taken)
        part.page.set_viewport_size(WIDE)

    return hold


@pytest.fixture(scope="session")
def findings(request: pytest.FixtureRequest, chromium: Browser) -> Iterator[dict[str, Any]]:
    """What axe-core found, page by page, written down at the end. A whole run has looked at every page there is."""
    found: dict[str, Any] = {}
    yield found
    OUT.mkdir(exist_ok=True)
    (OUT / "axe.json").write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n")
    make_sheets(chromium, SCREENSHOTS, list(found))
    chosen = request.config.option.keyword or any("::" in each or ".py" in each for each in request.config.args)
    if not chosen and not request.session.testsfailed:
        pages = {path.stem for path in PAGES.glob("*.html") if path.read_text("utf-8").startswith("{% extends")}
        bases = {path.stem for path in PAGES.glob("*base.html")}
        assert pages - bases - {each["page"] for each in found.values()} == set(), "pages that nobody looked at"


@pytest.fixture
def look(findings: dict[str, Any], pytestconfig: pytest.Config) -> Look:
    """Takes a picture of the page at each width, and has axe-core look at it: there must be nothing to complain of. A
    picture that the docs have of it shows what it says."""
    if not AXE.is_file():
        pytest.fail("axe-core is not installed: `make e2e` does it")

    def check(page: Page, name: str) -> None:
        assert page.get_by_role("heading", name="Hệ thống đang gặp lỗi").count() == 0
        hold_image(page, name, is_taken=pytestconfig.getoption("--images", default=False))
        own = page.viewport_size
        assert own
        wider, violations = {}, []
        for window in WINDOWS if own == WIDE else (own,):
            page.set_viewport_size(window)
            page.screenshot(path=SCREENSHOTS / str(window["width"]) / f"{name}.png", full_page=True)
            wider[window["width"]] = page.evaluate(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
            if window != WIDEST:  # which has the same layout as WIDE
                violations += list_violations(page)
        page.set_viewport_size(own)
        template = page.evaluate("document.body.dataset.page")
        assert findings.get(name, {"page": template})["page"] == template, f"{name} is the name of two pages"
        findings[name] = {"page": template, "violations": violations}
        assert violations == []
        assert {width: pixels for width, pixels in wider.items() if pixels > 0} == {}, (
            f"{name} is wider than its window"
        )

    return check


def list_violations(page: Page) -> list[dict[str, Any]]:
    """What axe-core finds on the page as its window is. A page that waits for an answer loads itself anew."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text())
    result = page.evaluate(
        "axe.run(document, {resultTypes: ['violations'], "
        "runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']})"
    )
    return [
        {"id": each["id"], "impact": each["impact"], "help": each["help"],
         "nodes": [node["html"] for node in each["nodes"]]}
        for each in result["violations"]
    ]  # fmt: skip
