"""Pictures of pages in docs/images and in the room of help, which the browser suite takes: `make e2e PYTEST=--images`.

Beside the pictures a file keeps what each page said when it was taken: its headings, labels, buttons and column heads.
A page that says something else fails the suite, so that no picture in the docs shows a page that is no more.
"""

from __future__ import annotations

import base64
import json
import re

from playwright.sync_api import Locator, Page

from infra.package import ROOT

IMAGES = ROOT / "docs" / "images"
HELP = ROOT / "chalicelib" / "web" / "static" / "huong-dan"
WORDS = IMAGES / "pages.json"
_SAYING = "h1, h2, h3, main label, main button, main th"
_PART_SAYING = "h1, h2, h3, label, button, th"
_TALLEST = 1_400
_TALLEST_PART = 720
_CHANGING = re.compile(r"BN-[0-9A-F]+|-[0-9a-f]{6}\b|\d[\d.:/]*")


def hold_image(page: Page, name: str, *, is_taken: bool) -> None:
    """Of a page that the docs show: takes its picture anew, or fails if the one there is shows something else."""
    known = _read_known()
    if not (IMAGES / f"{name}.png").is_file() or not (is_taken or name in known):
        return
    said = _list_words(page.locator(_SAYING))
    if not is_taken:
        _compare(said, f"docs/images/{name}.png", known[name])
        return
    size = page.evaluate(
        "({width: document.documentElement.clientWidth, height: document.documentElement.scrollHeight})"
    )
    clip = {"x": 0, "y": 0, "width": size["width"], "height": min(size["height"], _TALLEST)}
    page.screenshot(path=IMAGES / f"{name}.png", full_page=True, clip=clip)
    _keep(name, said)


def hold_part(part: Locator, name: str, *, is_taken: bool) -> None:
    """The same of a part of a page that the room of help shows. It must be there. After it is taken: `make docs`."""
    said = _list_words(part.locator(_PART_SAYING))
    if not is_taken:
        _compare(said, f"chalicelib/web/static/huong-dan/{name}.webp", _read_known().get(name))
        return
    part.page.evaluate("scrollTo(0, 0)")
    box = part.bounding_box()
    assert box, name
    clip = {**box, "height": min(box["height"], _TALLEST_PART), "scale": 1}
    asked = {"format": "webp", "quality": 70, "clip": clip, "captureBeyondViewport": True}
    taken = part.page.context.new_cdp_session(part.page).send("Page.captureScreenshot", asked)
    (HELP / f"{name}.webp").write_bytes(base64.b64decode(taken["data"]))
    _keep(name, said)


def _compare(said: list[str], picture: str, known: list[str] | None) -> None:
    assert (ROOT / picture).is_file(), f"{picture} is not there: make e2e PYTEST=--images"
    assert said == known, f"{picture} is out of date: make e2e PYTEST=--images"


def _read_known() -> dict[str, list[str]]:
    return json.loads(WORDS.read_text("utf-8")) if WORDS.is_file() else {}


def _keep(name: str, said: list[str]) -> None:
    kept = dict(sorted((_read_known() | {name: said}).items()))
    WORDS.write_text(json.dumps(kept, ensure_ascii=False, indent=1) + "\n", "utf-8")


def _list_words(saying: Locator) -> list[str]:
    """Each once, without what differs from run to run: receipts, numbers, days, the ends of codes."""
    found = saying.locator("visible=true").all_inner_texts()
    return list(dict.fromkeys(_CHANGING.sub("#", " ".join(text.split())) for text in found))
