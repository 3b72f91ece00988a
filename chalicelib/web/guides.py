"""The room of help: guides for units, for the office and for administrators. No link, no sign-in, no data.

Their texts lie in `docs/`, from where `make docs` puts them among the templates; a browser may keep them for an hour.
"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from chalicelib.web.problems import PageUnknown
from chalicelib.web.rendering import render
from chalicelib.web.request import Request
from chalicelib.web.response import Response

_FOR_AN_HOUR = {"Cache-Control": "public, max-age=3600"}


class UserGuide(NamedTuple):
    """A guide: its address below the root, its title, and its text in `docs/`."""

    address: str
    title: str
    file: str

    @property
    def part(self) -> str:
        """The template of the text."""
        return f"guides/{self.file.removesuffix('.md')}.html"


GUIDES = {
    "": UserGuide("huong-dan", "Nộp báo cáo", "huong-dan-don-vi.md"),
    "pv05": UserGuide("huong-dan/pv05", "Cán bộ tổng hợp", "huong-dan-pv05.md"),
    "quan-tri": UserGuide("huong-dan/quan-tri", "Quản trị", "huong-dan-quan-tri.md"),
}


def show_guide(request: Request, name: str = "") -> Response:
    """One guide; the one for units has no name."""
    guide = GUIDES.get(name)
    if guide is None:
        raise PageUnknown
    page = render(request, "guide.html", guide=guide, guides=list(GUIDES.values()))
    return replace(page, headers=_FOR_AN_HOUR)
