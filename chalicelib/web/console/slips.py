"""Slips of new links, on a page or in a file: each with its link as text and as a QR code."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

import segno

from chalicelib.domain.period.letter_texts import render_link_message
from chalicelib.domain.programme.model import Programme, Unit
from chalicelib.office import links as office
from chalicelib.office.links import NewLink
from chalicelib.web.rendering import STATIC, environment
from chalicelib.workbook.lists import write_list

MOST_SLIPS = 400
"""Slips on a page, and in each part of a file: fifty sheets of paper. Of 1,340 they no longer fit into an answer."""


class Slip(NamedTuple):
    """The slip for one unit: its link as text and as a QR code (SVG), and in a message."""

    unit: Unit
    url: str
    picture: str
    message: str
    expires: datetime


def make_slip(programme: Programme, new: NewLink, *, pages: str) -> Slip:
    url = new.render_url(pages)
    picture = segno.make(url, error="m").svg_inline(border=4, omitsize=True)
    message = render_link_message(programme, new.unit, url=url, last_day=office.find_last_day(new.link))
    return Slip(new.unit, url, picture, message, new.link.expires)


def write_links(made: Iterable[NewLink], pages: str) -> bytes:
    """The list of new links as a workbook."""
    return write_list("Đường dẫn nộp", office.HEADINGS, office.list_cells(made, pages))


def render_file(programme: Programme, made: Sequence[NewLink], pages: str) -> bytes:
    """A zip of the list and of the slips in pages to print, which need no file beside them."""
    packed = io.BytesIO()
    style = re.sub(r"@font-face\s*\{.*?\}", "", (STATIC / "trang.css").read_text("utf-8"), flags=re.DOTALL)
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("danh-sach.xlsx", write_links(made, pages))
        for number, start in enumerate(range(0, len(made), MOST_SLIPS), start=1):
            slips = [make_slip(programme, new, pages=pages) for new in made[start : start + MOST_SLIPS]]
            page = environment().get_template("slips_file.html")
            text = page.render(programme=programme, slips=slips, style=style, first=start + 1)
            file.writestr(f"phieu-{number:02}.html", text)
    return packed.getvalue()
