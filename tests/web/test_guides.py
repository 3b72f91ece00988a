"""The guides are there for everybody, say nothing of anybody, and every way that leads to them or within them ends."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urljoin

import pytest

from chalicelib.web.guides import GUIDES
from chalicelib.web.rendering import HOME, STATIC
from infra.package import ROOT
from tests.web.client import Browser, Page
from tests.web.people import sign_in
from tests.web.ways_in import ROUTES

PAGES = HOME / "pages"
PICTURES = STATIC / "huong-dan"
DOCS = ROOT / "docs"
ADDRESSES = [f"/{guide.address}" for guide in GUIDES.values()]
_HELP = re.compile(r"help\(root, '([^']*)', '([^']+)'\)")


def list_places() -> Iterator[tuple[str, str]]:
    """Where a “?” or a link of a template leads in the guides, and the template."""
    for path in sorted(PAGES.glob("*.html")):
        text = path.read_text("utf-8")
        yield from ((f"/huong-dan{place}", path.name) for place, _ in _HELP.findall(text))
        yield from ((f"/{place}", path.name) for place in re.findall(r'"\{\{ root \}\}(huong-dan[^"{]*)"', text))


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_guide_is_there_for_everybody_and_kept_for_an_hour(browser: Browser, address: str) -> None:
    page = browser.get(address)
    assert page.status == 200
    assert page.header("Cache-Control") == "public, max-age=3600"
    assert page.header("Set-Cookie") is None


def test_there_is_no_other_guide(browser: Browser) -> None:
    assert browser.get("/huong-dan/khac").status == 404


@pytest.mark.parametrize(("place", "template"), sorted(set(list_places())))
def test_what_is_to_be_explained_is_explained(browser: Browser, place: str, template: str) -> None:
    address, _, anchor = place.partition("#")
    page = browser.get(address)
    assert page.status == 200, template
    assert not anchor or f'id="{anchor}"' in page.text, template


@pytest.mark.parametrize("address", ADDRESSES)
def test_no_link_within_the_guides_is_dead(browser: Browser, address: str) -> None:
    page = browser.get(address)
    for href in re.findall(r'<a [^>]*href="([^"]+)"', page.text):
        target, _, anchor = urljoin(address, href).partition("#")
        there = browser.get(target)
        assert there.status == 200, href
        assert not anchor or f'id="{anchor}"' in there.text, href


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_guide_shows_its_pictures_and_says_what_is_on_them(browser: Browser, address: str) -> None:
    pictures = re.findall(r'<img src="([^"]+)" alt="([^"]+)" width="(\d+)" height="(\d+)"', browser.get(address).text)
    assert pictures
    for source, words, width, height in pictures:
        shown = browser.get(urljoin(address, source))
        assert len(words) > 5
        assert shown.status == 200
        assert shown.header("Content-Type") == "image/svg+xml"
        assert f'viewBox="0 0 {width} {height}"' in shown.text


def test_the_pictures_weigh_little_and_each_is_shown() -> None:
    pictures = list(PICTURES.glob("*.webp"))
    assert sum(path.stat().st_size for path in pictures) <= 400_000
    texts = "".join(path.read_text("utf-8") for path in (PAGES / "guides").glob("*.html"))
    assert [path.name for path in pictures if path.name not in texts] == []


def test_every_page_of_a_unit_leads_to_the_guide_for_units(browser: Browser, token: str) -> None:
    assert leads_to(browser.get(f"/nop/{token}"), "/huong-dan")
    assert leads_to(browser.get("/nop/khong-co"), "/huong-dan")


def test_every_page_of_the_console_leads_to_its_guides_also_before_one_has_signed_in(browser: Browser) -> None:
    assert leads_to(browser.get("/pv05/dang-nhap"), "/huong-dan/pv05#dang-nhap")
    sign_in(browser, "viewer")
    assert leads_to(browser.get("/pv05/ky/ct138-demo/6-thang"), "/huong-dan/pv05")


@pytest.mark.parametrize(("heading", "prefix"), [("A unit", "/nop/{token}/"), ("PV05", "/pv05/")])
def test_the_list_of_pages_has_every_page_there_is(heading: str, prefix: str) -> None:
    part = (DOCS / "pages.md").read_text("utf-8").partition(f"\n## {heading}: ")[2].partition("\n## ")[0]
    named = {word for first in re.findall(r"^\|([^|]*)\|", part, re.M) for word in re.findall(r"`([a-z-]+)", first)}
    assert named == {route.path.removeprefix(prefix).split("/")[0] for route in ROUTES if route.path.startswith(prefix)}


def leads_to(page: Page, address: str) -> bool:
    return address in {urljoin(page.path, href) for href in re.findall(r'<a [^>]*href="([^"]+)"', page.text)}
