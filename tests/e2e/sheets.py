"""Contact sheets: all pages that a run has looked at, small, beside their names, at one width a sheet."""

from __future__ import annotations

import html
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import Browser

A_SHEET = 48
_LOOKS = """
body { margin: 8px; font: 13px sans-serif; background: #fff; width: 1904px; }
main { display: grid; grid-template-columns: repeat(8, 1fr); gap: 12px; }
figure { margin: 0; }
div { height: 320px; overflow: hidden; border: 1px solid #999; }
img { width: 100%; display: block; }
"""


def make_sheets(chromium: Browser, screenshots: Path, names: Sequence[str]) -> None:
    """Writes `contact-sheet-WIDTH-NUMBER.png` beside the folder of screenshots, which has a folder for each width."""
    for folder in sorted(each for each in screenshots.iterdir() if each.name.isdigit()):
        pictures = [path for name in sorted(names) if (path := folder / f"{name}.png").is_file()]
        for number, start in enumerate(range(0, len(pictures), A_SHEET), start=1):
            sheet = screenshots.parent / f"contact-sheet-{folder.name}-{number}.png"
            _photograph(chromium, pictures[start : start + A_SHEET], sheet)


def _photograph(chromium: Browser, pictures: Sequence[Path], sheet: Path) -> None:
    figures = "".join(
        f'<figure><div><img src="{path.as_uri()}" alt=""></div>'
        f"<figcaption>{html.escape(path.stem)}</figcaption></figure>"
        for path in pictures
    )
    source = sheet.with_suffix(".html")
    source.write_text(f'<meta charset="utf-8"><style>{_LOOKS}</style><main>{figures}</main>', "utf-8")
    page = chromium.new_page(viewport={"width": 1920, "height": 1080})
    page.goto(source.as_uri())
    page.screenshot(path=sheet, full_page=True, timeout=120_000)
    page.close()
    source.unlink()
