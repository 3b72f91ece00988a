"""Puts the report's body into the Word document, in the place of the template's paragraph `{{ noi_dung }}`.

The place is kept as a bookmark while docxtpl fills the fields, so that nothing in the body is taken for a field.
Paragraphs have the fonts and spacing of the template's paragraph, headings Word's styles “Heading 1” to “Heading 3”,
so that Word's navigation shows them. Around each figure stands a bookmark that Word hides, with the indicator's code
and no address: by it the console's preview leads from the figure to its page.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator
from itertools import count
from typing import TYPE_CHECKING, Any

from chalicelib.domain.period.body import Paragraph
from chalicelib.report.document.template import BODY
from chalicelib.report.plain import clean_text

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph as WordParagraph

_BOOKMARK = "noi_dung"
FIGURE_MARK = "_so_"
"""Begins the bookmark of a figure; `web/static/xem.js` looks for it."""
_LONGEST_NAME = 40
"""What Word takes for a bookmark."""


def mark_place(document: Document) -> None:
    """Before filling: puts a bookmark in the place of each paragraph `{{ noi_dung }}`."""
    for paragraph in document.paragraphs:
        if not BODY.fullmatch(paragraph.text.strip()):
            continue
        for run in paragraph.runs:
            run.text = ""
        paragraph._p.append(_make_mark("w:bookmarkStart", 0, name=_BOOKMARK))


def put_body(document: Document, paragraphs: Iterable[Paragraph]) -> None:
    """After filling: writes the paragraphs in the place of the bookmark, if the template has one."""
    numbers = count(1 + max((int(each) for each in document.element.xpath("//w:bookmarkStart/@w:id")), default=0))
    for place in [each for each in document.paragraphs if _is_place(each)]:
        for paragraph in paragraphs:
            _put(document, place, paragraph, numbers)
        place._p.getparent().remove(place._p)


def _is_place(paragraph: WordParagraph) -> bool:
    return bool(paragraph._p.xpath(f"./w:bookmarkStart[@w:name='{_BOOKMARK}']"))


def _put(document: Document, place: WordParagraph, paragraph: Paragraph, numbers: Iterator[int]) -> None:
    """One paragraph before the place, with the place's fonts and spacing. `numbers` are those of its bookmarks."""
    from docx.oxml.ns import qn

    new = place.insert_paragraph_before()
    if place._p.pPr is not None:
        new._p.insert(0, copy.deepcopy(place._p.pPr))
    font = place.runs[0]._r.find(qn("w:rPr")) if place.runs else None
    for piece in paragraph.pieces:
        run = new.add_run(clean_text(piece.text))
        if font is not None:
            run._r.insert(0, copy.deepcopy(font))
        if piece.is_bold:
            run.bold = True
        if piece.code:
            _mark_figure(run, piece.code, next(numbers))
    if paragraph.level:
        _make_heading(document, new, paragraph.level)


def _mark_figure(run: Any, code: str, number: int) -> None:
    """A bookmark with a name of its own, which begins with "_", so that Word lists it only when asked to."""
    name = f"{FIGURE_MARK}{code}_{number}"
    if len(name) <= _LONGEST_NAME:
        run._r.addprevious(_make_mark("w:bookmarkStart", number, name=name))
        run._r.addnext(_make_mark("w:bookmarkEnd", number))


def _make_mark(tag: str, number: int, *, name: str = "") -> Any:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    mark = OxmlElement(tag)
    mark.set(qn("w:id"), str(number))
    if name:
        mark.set(qn("w:name"), name)
    return mark


def _make_heading(document: Document, paragraph: Any, level: int) -> None:
    """A template without the style gets bold text; a heading never stands alone at the end of a page."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    paragraph.paragraph_format.keep_with_next = True
    paragraph.alignment = WD_ALIGN_PARAGRAPH.LEFT
    if f"Heading {level}" in document.styles:
        paragraph.style = document.styles[f"Heading {level}"]
