"""The guides for people as the product shows them: Markdown of `docs/` becomes a part of a page, when docs are made.

The product itself reads no Markdown: what comes out of here lies among its templates.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from html import escape
from itertools import pairwise
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

from chalicelib.web.guides import GUIDES
from chalicelib.web.static_files import read_size

HERE = Path(__file__).parent
_ADDRESS_BY_FILE = {guide.file: guide.address for guide in GUIDES.values()}
_SCROLL = '<div class="scroll" tabindex="0" role="region" aria-label="Bảng: {}">'


def render_guide(file: str) -> str:
    """The guide as a template: title, contents, text; pictures and links are those of the site."""
    markdown = MarkdownIt("commonmark").enable("table")
    tokens = markdown.parse((HERE / file).read_text("utf-8"))
    _name_headings(tokens)
    for token in (child for each in tokens for child in (each.children or ())):
        _lead(token)
    _frame_tables(tokens)
    title, rest = tokens[:3], tokens[3:]
    parts = [_render(markdown, title), _render_contents(rest), _render(markdown, rest)]
    return f"{{# Made of docs/{file} by `make docs`. #}}\n" + "".join(parts)


def make_anchor(heading: str) -> str:
    """
    >>> make_anchor("Mất điện thoại")
    'mat-dien-thoai'
    """
    bare = unicodedata.normalize("NFD", heading.lower().replace("đ", "d"))
    return re.sub(r"[^a-z0-9]+", "-", bare.encode("ascii", "ignore").decode()).strip("-")


def _name_headings(tokens: Sequence[Token]) -> None:
    for token, inside in pairwise(tokens):
        if token.type == "heading_open" and token.tag != "h1":
            token.attrSet("id", make_anchor(inside.content))


def _frame_tables(tokens: Sequence[Token]) -> None:
    """Each table scrolls in a narrow window, and is named by the heading above it."""
    heading = ""
    for number, token in enumerate(tokens):
        if token.type == "heading_open":
            heading = tokens[number + 1].content
        elif token.type == "table_open":
            token.meta["frame"] = _SCROLL.format(escape(heading))
        elif token.type == "th_open":
            token.attrSet("scope", "col")


def _lead(token: Token) -> None:
    """Gives a link or picture its address on the site."""
    if token.type == "image":
        path = (HERE / str(token.attrs["src"])).resolve()
        width, height = read_size(path.read_bytes())
        token.attrs |= {"src": f"%ROOT%{path.name}%", "width": width, "height": height, "loading": "lazy"}
    elif token.type == "link_open":
        file, _, anchor = str(token.attrs["href"]).partition("#")
        token.attrs["href"] = f"%ROOT%{_ADDRESS_BY_FILE[file]}%{f'#{anchor}' if anchor else ''}"


def _render(markdown: MarkdownIt, tokens: Sequence[Token]) -> str:
    text = markdown.renderer.render(tokens, markdown.options, {})
    text = re.sub(r"%ROOT%([\w-]+\.webp)%", r"{{ root }}{{ static('\1') }}", text)
    text = re.sub(r"%ROOT%([\w/-]+)%", r"{{ root }}\1", text)
    text = re.sub(r"<p>(<img [^>]*>)</p>", r'<p class="picture">\1</p>', text)
    for token in tokens:
        if token.type == "table_open":
            text = text.replace("\n<table>", f"\n{token.meta['frame']}<table>", 1)
    return text.replace("</table>", "</table></div>")


def _render_contents(tokens: Sequence[Token]) -> str:
    """The headings of the second rank, as links."""
    lines = (f'<li><a href="#{anchor}">{escape(name)}</a></li>\n' for anchor, name in _list_headings(tokens))
    return f'<nav class="contents" aria-label="Trong trang này"><ul>\n{"".join(lines)}</ul></nav>\n'


def _list_headings(tokens: Sequence[Token]) -> Iterator[tuple[str, str]]:
    for token, inside in pairwise(tokens):
        if token.type == "heading_open" and token.tag == "h2":
            yield str(token.attrs["id"]), inside.content
