"""Appendices of the Word document: one without contents is left out, and those that stay are numbered I, II, III …

An appendix is a section of the document. Its first paragraph is "Phụ lục" with a number, below it stand its title and
the line "(Kèm theo …)".
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from chalicelib.domain.language.vietnamese import format_roman

if TYPE_CHECKING:
    from docx.document import Document

_NUMBER = re.compile(r"Phụ lục [IVXLC]+")
_HEAD = 3
"""The paragraphs at the head of an appendix."""


def settle_appendices(document: Document) -> None:
    """Removes the appendices without contents and numbers the others."""
    for part in _read_parts(document):
        if _is_appendix(part) and not _has_contents(document, part):
            _remove(document, part)
    number = 0
    for paragraph in document.paragraphs:
        if _NUMBER.fullmatch(paragraph.text.strip()):
            number += 1
            first, *rest = paragraph.runs
            first.text = f"Phụ lục {format_roman(number)}"
            for run in rest:
                run.text = ""


def _read_parts(document: Document) -> list[list[Any]]:
    """The elements of the body by section, the last one without its properties, which the body itself holds."""
    from docx.oxml.ns import qn

    parts: list[list[Any]] = [[]]
    for child in document.element.body.iterchildren(qn("w:p"), qn("w:tbl")):
        parts[-1].append(child)
        if _find_properties(child) is not None:
            parts.append([])
    return parts


def _find_properties(element: Any) -> Any:
    from docx.oxml.ns import qn

    return element.find(f"{qn('w:pPr')}/{qn('w:sectPr')}")


def _is_appendix(part: Sequence[Any]) -> bool:
    return any(_NUMBER.fullmatch(text) for text in _list_texts(part[:1]))


def _has_contents(document: Document, part: Sequence[Any]) -> bool:
    """A table has contents below its head; a note in italics is none."""
    from docx.oxml.ns import qn

    if any(len(each.findall(qn("w:tr"))) > 1 for each in part if each.tag == qn("w:tbl")):
        return True
    return any(text and not _is_note(document, each) for each in part[_HEAD:] for text in _list_texts([each]))


def _list_texts(elements: Sequence[Any]) -> Iterator[str]:
    from docx.oxml.ns import qn

    for each in elements:
        if each.tag == qn("w:p"):
            yield "".join(text.text or "" for text in each.iter(qn("w:t"))).strip()


def _is_note(document: Document, paragraph: Any) -> bool:
    from docx.text.paragraph import Paragraph

    return all(run.italic for run in Paragraph(paragraph, document._body).runs)


def _remove(document: Document, part: Sequence[Any]) -> None:
    """Removes a section. In place of the last one, the section before it becomes the document's last."""
    is_last = all(_find_properties(each) is None for each in part)
    before = part[0].getprevious()
    for element in part:
        document.element.body.remove(element)
    properties = _find_properties(before) if is_last and before is not None else None
    if properties is not None:
        document.element.body.replace(document.element.body.sectPr, copy.deepcopy(properties))
        properties.getparent().remove(properties)
