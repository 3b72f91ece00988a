"""Headings of a Word template whose sentences have nothing to say.

A paragraph that begins with "[0]" is printed where all figures under its heading are nought: "[0] Không phát sinh.";
one that begins with "[?]" where none is said and some are not known: "[?] Chưa có số liệu." Missing is not nought.
A heading falls if nothing is left under it, neither such a paragraph nor a smaller heading.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from chalicelib.report.document.sentences import MARKER, Words

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph

OTHERWISE = re.compile(r"\s*\[(?P<mark>[0?])\]\s*")
_STYLE = re.compile(r"Heading ([1-9])")


@dataclass
class Chapter:
    """A heading with what stands under it, down to the next heading of any size."""

    heading: Paragraph
    level: int
    figures: list[re.Match[str]] = field(default_factory=list)
    """The markers of the sentences that the template has here."""
    otherwise: list[Paragraph] = field(default_factory=list)
    """The paragraphs that stand for those sentences."""
    rest: list[Any] = field(default_factory=list)
    """The elements that are anything else than a heading or empty, the sentences among them."""

    def find_mark(self, words: Words) -> str:
        """The mark of what is printed in place of the sentences: "0" or "?"; "" if one of them is left.

        "-", which no paragraph has, if the period asks for none of the figures.
        """
        if not self.figures or any(element.getparent() is not None for element in self.rest):
            return ""
        asked = [figure for figure in self.figures if words.is_asked(figure)]
        if not asked:
            return "-"
        return "?" if any(words.say(figure) is None for figure in asked) else "0"


def read_chapters(document: Document) -> list[Chapter]:
    """The chapters of the document's body, in their order, before its sentences are written out."""
    from docx.oxml.ns import qn
    from docx.text.paragraph import Paragraph

    chapters: list[Chapter] = []
    for child in document.element.body.iterchildren(qn("w:p"), qn("w:tbl")):
        paragraph = Paragraph(child, document._body) if child.tag == qn("w:p") else None
        level = _find_level(paragraph) if paragraph else 0
        if paragraph and level:
            chapters.append(Chapter(paragraph, level))
        elif chapters:
            _add(chapters[-1], child, paragraph)
    return chapters


def _find_level(paragraph: Paragraph) -> int:
    """1 for a heading of the first size; 0 for a paragraph that is no heading."""
    match = _STYLE.fullmatch(str(paragraph.style.name)) if paragraph.style is not None else None
    return int(match[1]) if match else 0


def _add(chapter: Chapter, element: Any, paragraph: Paragraph | None) -> None:
    if paragraph is not None and OTHERWISE.match(paragraph.text):
        chapter.otherwise.append(paragraph)
    elif paragraph is None or paragraph.text.strip():
        chapter.rest.append(element)
        chapter.figures += MARKER.finditer(paragraph.text) if paragraph is not None else ()


def settle(chapters: Sequence[Chapter], words: Words) -> Iterator[tuple[Paragraph, bool]]:
    """Headings and their other paragraphs, once the sentences are written out, each with whether it stays."""
    smaller = 0
    for chapter in reversed(chapters):
        mark = chapter.find_mark(words)
        chosen = [paragraph for paragraph in chapter.otherwise if read_mark(paragraph) == mark]
        stays = not mark or bool(chosen) or smaller > chapter.level
        yield from ((paragraph, paragraph in chosen) for paragraph in chapter.otherwise)
        yield chapter.heading, stays
        smaller = chapter.level if stays else smaller


def read_mark(paragraph: Paragraph) -> str:
    match = OTHERWISE.match(paragraph.text)
    return match["mark"] if match else ""
