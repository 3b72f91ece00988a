"""Reads a Word report back: its body with the figures that are marked in it, and what no sentence of it may contain."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from docx.oxml.ns import qn

MARK = "□"
"""Stands in a paragraph's words for a marked figure."""

BLUNDERS = (
    r"\?/|\[|\]|\{|\}|\*\*|None",
    r"  | [,;.:)]|\( ",
    r"[,;:(][,;:.)]|\.;|\.,|\.\.",
    r"\(\s*\)",
    r"(?:^|\s)(?:và|với|cho|gồm|chiếm|của|tại|là|trong đó có)\s*[;,.)]|, đạt\s*[;,.)]",
    r"[:;]\s+(?:với|và|đạt|chiếm)\s",
    r":\s+trong đó\b",
    r"(?<![\d.,/])0(?=%|\s+[^\W\d])|(?<!\d)0/0(?!\d)|ít nhất 0\b",
    r"[:;,]\s*$",
)
"""Marks that were not resolved, punctuation that has lost its words, words that have lost theirs, and noughts."""


class Read(NamedTuple):
    """A paragraph: its text, the same with `MARK` for each marked figure, and these with their indicators."""

    style: str
    text: str
    words: str
    figures: tuple[tuple[str, str], ...]

    @property
    def is_heading(self) -> bool:
        return self.style.startswith("Heading")


def read_paragraphs(document: Any) -> Iterator[Read]:
    for paragraph in document.paragraphs:
        words, figures, code = "", list[tuple[str, str]](), ""
        for node in paragraph._p:
            if node.tag == qn("w:bookmarkStart"):
                code = _find_code(node.get(qn("w:name")))
            elif node.tag == qn("w:bookmarkEnd"):
                code = ""
            elif node.tag == qn("w:r"):
                words += MARK if code else node.text
                figures += [(code, node.text)] if code else []
        yield Read(paragraph.style.name, paragraph.text, words, tuple(figures))


def _find_code(name: str) -> str:
    match = re.fullmatch(r"_so_(?P<code>\w+)_\d+", name)
    return match["code"] if match else ""


def read_body(document: Any) -> list[Read]:
    """From the first heading to the closing words."""
    paragraphs = list(read_paragraphs(document))
    start = next(place for place, each in enumerate(paragraphs) if each.is_heading)
    end = next(place for place, each in enumerate(paragraphs) if each.text.endswith("./."))
    return paragraphs[start:end]


def find_blunders(text: str) -> list[str]:
    """What is wrong with a paragraph of the report, as the places in it."""
    found = [text[max(0, each.start() - 20) : each.end() + 20]
             for pattern in BLUNDERS for each in re.finditer(pattern, text)]  # fmt: skip
    first = text.removeprefix("- ")[:1]
    return found + ([text[:30]] if first.islower() or (text.startswith("- ") and first.isdigit()) else [])
