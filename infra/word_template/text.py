"""Makes a Word document from the text of a template. A line is a paragraph, or begins with a mark:

@title SUBJECT              below "BÁO CÁO", or KIND | SUBJECT: a list of the office's own, without a number
@addressees                 "Kính gửi:" with the office's addressees
@recipients NAME | …        in place of the office's under "Nơi nhận"
% TAG                       a tag of docxtpl, in a paragraph that is removed when the report is made
@include NAME               the lines of NAME.txt in this folder
@differences                the table of what a supplement changes, also in an appendix
@appendix TITLE             a landscape appendix behind the signature; in it
@figures, @targets, @lists, @rates, @statuses, @opinions, @reports HEADING: CODE | …     its tables

A line `{{ noi_dung }}` is where the report's body goes, whose headings and sentences the programme's outline has.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from chalicelib.domain.language.vietnamese import format_roman
from infra.word_template import paper, parts

if TYPE_CHECKING:
    from docx.document import Document

HERE = Path(__file__).parent
SHARED = "chung"
"""The text for programmes without their own."""

_SYMBOL = "BC"
_OUTSIDE = ("title", "recipients")
"""What stands outside the body, though it is written in it."""


class Line(NamedTuple):
    """`kind` is text, tag, title, appendix, or the name of a table."""

    kind: str
    text: str


def make_template(text: str) -> bytes:
    """The .docx of a template's text."""
    lines = list(_read_lines(text))
    body = list(takewhile(lambda line: line.kind != "appendix", lines))
    kind, subject = _find_title(body)
    document = paper.start_document()
    parts.add_letterhead(document, "" if kind else f"Số:         /{_SYMBOL}-{{{{ viet_tat }}}}")
    parts.add_draft_mark(document)
    parts.add_title(document, kind or "BÁO CÁO", subject)
    _add_body(document, [line for line in body if line.kind not in _OUTSIDE])
    paper.add_text(document, "", size=6, keep=True)
    addressees = "kinh_gui" if any(line.kind == "addressees" for line in body) else ""
    parts.add_signature(document, addressees=addressees, recipients=_find_recipients(body))
    enclosed_with = kind.capitalize() or f"Báo cáo số         /{_SYMBOL}-{{{{ viet_tat }}}}"
    _add_appendices(document, lines[len(body) :], enclosed_with=enclosed_with)
    return paper.save(document)


def _find_title(lines: Iterable[Line]) -> tuple[str, str]:
    """The kind, "" for a report, and the subject."""
    kind, _, subject = next(line.text for line in lines if line.kind == "title").rpartition(" | ")
    return kind, subject


def _find_recipients(lines: Iterable[Line]) -> list[str]:
    return [each for line in lines if line.kind == "recipients" for each in line.text.split(" | ")]


def read_text(name: str) -> str:
    return (HERE / f"{name}.txt").read_text("utf-8")


def _read_lines(text: str) -> Iterator[Line]:
    for line in text.splitlines():
        mark, _, rest = line.partition(" ")
        if mark == "@include":
            yield from _read_lines(read_text(rest))
        elif mark.startswith("@"):
            yield Line(mark[1:], rest)
        elif line:
            yield Line("tag", f"{{%p {rest} %}}") if mark == "%" else Line("text", line)


# Writing the document


def _add_body(document: Document, lines: Iterable[Line]) -> None:
    """Adds the paragraphs. The last one is kept with the signature, which never stands alone on a page."""
    for kind, text in lines:
        if kind == "tag":
            paper.add_tag(document, text)
        elif kind in _PARTS:
            _PARTS[kind](document)
        else:
            paragraph = paper.add_body(document, text)
    paragraph.paragraph_format.keep_with_next = paragraph.paragraph_format.keep_together = True


def _add_appendices(document: Document, lines: Sequence[Line], *, enclosed_with: str) -> None:
    number = 0
    for kind, text in lines:
        if kind == "appendix":
            number += 1
            parts.add_appendix(document, format_roman(number), title=text, enclosed_with=enclosed_with)
        elif kind == "tag":
            paper.add_tag(document, text)
        elif kind == "reports":
            parts.add_reports(document, [_read_column(each) for each in text.split(" | ")])
        else:
            _TABLES[kind](document)


def _read_column(text: str) -> tuple[str, str]:
    heading, _, code = text.rpartition(": ")
    return heading, code


_PARTS: dict[str, Callable[[Document], None]] = {
    "addressees": parts.add_addressees,
    "differences": partial(parts.add_differences, widths=parts.UPRIGHT),
}
_TABLES: dict[str, Callable[[Document], None]] = {
    "differences": partial(parts.add_differences, widths=parts.LANDSCAPE),
    "figures": parts.add_matrix,
    "targets": parts.add_targets,
    "lists": parts.add_lists,
    "rates": parts.add_rates,
    "statuses": parts.add_statuses,
    "opinions": parts.add_opinions,
}
