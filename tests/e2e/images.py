"""Pictures of pages in docs/images, which the browser suite takes: `make e2e PYTEST=--images`.

Beside the pictures a file keeps what each page said when it was taken: its headings, labels, buttons and column heads.
A page that says something else fails the suite, so that no picture in the docs shows a page that is no more.
"""

from __future__ import annotations

import json
import re

from playwright.sync_api import Page

from infra.package import ROOT

IMAGES = ROOT / "docs" / "images"
WORDS = IMAGES / "pages.json"
_SAYING = "h1, h2, h3, main label, main button, main th"
_TALLEST = 1_400
_CHANGING = re.compile(r"-[0-9a-f]{6}\b|\d[\d.:/]*")


def hold_image(page: Page, name: str, *, is_taken: bool) -> None:
    """Of a page that the docs show: takes its picture anew, or fails if the one there is shows something else."""
    known = json.loads(WORDS.read_text("utf-8")) if WORDS.is_file() else {}
    if not (IMAGES / f"{name}.png").is_file() or not (is_taken or name in known):
        return
    said = _read_words(page)
    if not is_taken:
        assert said == known[name], f"docs/images/{name}.png is out of date: make e2e PYTEST=--images"
        return
    size = page.evaluate(
        "({width: document.documentElement.clientWidth, height: document.documentElement.scrollHeight})"
    )
    clip = {"x": 0, "y": 0, "width": size["width"], "height": min(size["height"], _TALLEST)}
    page.screenshot(path=IMAGES / f"{name}.png", full_page=True, clip=clip)
    WORDS.write_text(
        json.dumps(dict(sorted((known | {name: said}).items())), ensure_ascii=False, indent=1) + "\n", "utf-8"
    )


def _read_words(page: Page) -> list[str]:
    """Each once, without what differs from run to run: numbers, days, the ends of codes."""
    found = page.locator(_SAYING).locator("visible=true").all_inner_texts()
    return list(dict.fromkeys(_CHANGING.sub("#", " ".join(text.split())) for text in found))
