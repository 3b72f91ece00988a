"""Makes a Word document from the text of a template. A line is a paragraph, or begins with a mark:

@title SUBJECT              below "BÁO CÁO"
# HEADING, ##, ###          a heading, smaller ones
% TAG                       a tag of docxtpl, in a paragraph that is removed when the report is made
@include NAME               the lines of NAME.txt in this folder
@sections                   every section of the forms with a sentence for each figure
@narratives                 the units' own words, field by field
@y_kien FIELD | HEADING     the units' own words of one field
@differences                the table of what a supplement changes
@appendix TITLE             a landscape appendix behind the signature; in it
@figures, @targets, @rates, @statuses, @reports HEADING: CODE | …     its tables
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from chalicelib.domain.language.vietnamese import format_roman
from chalicelib.domain.programme.model import Programme
from chalicelib.report.document.wording import write_sentence
from infra.word_template import paper, parts

if TYPE_CHECKING:
    from docx.document import Document

HERE = Path(__file__).parent
SHARED = "chung"
"""The text for programmes without their own."""

_QUOTED = "{% if loop.first %}- {{ y.don_vi }}: “{% endif %}{{ doan }}{% if loop.last %}”{% endif %}"
"""One paragraph of a unit's own words: the unit's name before the first one, quotation marks around all of them."""
_FROM_UNITS = "(theo báo cáo của các đơn vị)"


class Line(NamedTuple):
    """`kind` is heading, sub, point, text, tag, title, appendix, or the name of a table."""

    kind: str
    text: str


def make_template(text: str, programme: Programme | None = None) -> bytes:
    """The .docx of a template's text. Without a `programme`, sections and fields are named when the report is made."""
    lines = list(_read_lines(text, programme))
    body = list(takewhile(lambda line: line.kind != "appendix", lines))
    document = paper.start_document()
    parts.add_letterhead(document, "BC")
    parts.add_title(document, "BÁO CÁO", next(line.text for line in body if line.kind == "title"))
    parts.add_addressees(document)
    _add_body(document, [line for line in body if line.kind != "title"])
    paper.add_text(document, "", size=6, keep=True)
    parts.add_signature(document)
    _add_appendices(document, lines[len(body) :])
    return paper.save(document)


def read_text(name: str) -> str:
    return (HERE / f"{name}.txt").read_text("utf-8")


def _read_lines(text: str, programme: Programme | None) -> Iterator[Line]:
    for line in text.splitlines():
        mark, _, rest = line.partition(" ")
        if mark == "@include":
            yield from _read_lines(read_text(rest), programme)
        elif mark == "@sections":
            yield from _list_sections(programme) if programme else _LOOP_OF_SECTIONS
        elif mark == "@narratives":
            yield from _list_narratives(programme) if programme else _loop_narratives()
        elif mark == "@y_kien":
            field, _, heading = rest.partition(" | ")
            yield from _quote(f"y_kien['{field}']", heading)
        elif mark.startswith("@"):
            yield Line(mark[1:], rest)
        elif line:
            yield _read_paragraph(line, mark, rest)


def _read_paragraph(line: str, mark: str, rest: str) -> Line:
    if mark == "%":
        return _tag(rest)
    return Line(_HEADINGS[mark], rest) if mark in _HEADINGS else Line("text", line)


def _tag(text: str) -> Line:
    return Line("tag", f"{{%p {text} %}}")


def _quote(words: str, heading: str) -> Iterator[Line]:
    """The units' own words under a heading, each with its sender; nothing if no unit wrote anything."""
    yield _tag(f"if {words}")
    yield Line("sub", heading)
    yield from (_tag(f"for y in {words}"), _tag("for doan in y.doan"), Line("text", _QUOTED))
    yield from (_tag("endfor"), _tag("endfor"), _tag("endif"))


# The forms' sections and fields: written out for one programme, or as a loop for any


def _list_sections(programme: Programme) -> Iterator[Line]:
    titles: dict[str, list[str]] = {}
    for form in programme.forms:
        for section in form.sections:
            titles.setdefault(section.title, []).extend(section.indicators)
    for number, (title, codes) in enumerate(titles.items(), start=1):
        yield Line("heading", f"{format_roman(number)}. {title.upper()}")
        for code in dict.fromkeys(codes):
            yield Line("text", write_sentence(programme.indicator_by_code[code]))


_LOOP_OF_SECTIONS = (
    _tag("for muc in muc_so_lieu"),
    Line("heading", "{{ muc.so }}. {{ muc.ten|upper }}"),
    _tag("for cau in muc.cau"),
    Line("text", "{{ cau }}"),
    _tag("endfor"),
    _tag("endfor"),
)


def _list_narratives(programme: Programme) -> Iterator[Line]:
    for code, label in {each.code: each.label for form in programme.forms for each in form.narratives}.items():
        yield from _quote(f"y_kien['{code}']", f"{label} {_FROM_UNITS}")


def _loop_narratives() -> Iterator[Line]:
    yield _tag("for muc in muc_thuyet_minh")
    yield from _quote("muc.y_kien", f"{{{{ muc.ten }}}} {_FROM_UNITS}")
    yield _tag("endfor")


# Writing the document


_LEVELS = {"heading": 1, "sub": 2, "point": 3}
_HEADINGS = {"#": "heading", "##": "sub", "###": "point"}


def _add_body(document: Document, lines: Iterable[Line]) -> None:
    """Adds the paragraphs. The last one is kept with the signature, which never stands alone on a page."""
    for kind, text in lines:
        if kind == "tag":
            paper.add_tag(document, text)
        elif kind == "differences":
            parts.add_differences(document)
        else:
            paragraph = paper.add_body(document, text, level=_LEVELS.get(kind, 0))
    paragraph.paragraph_format.keep_with_next = paragraph.paragraph_format.keep_together = True


def _add_appendices(document: Document, lines: Sequence[Line]) -> None:
    number = 0
    for kind, text in lines:
        if kind == "appendix":
            number += 1
            parts.add_appendix(document, format_roman(number), text)
        elif kind == "reports":
            parts.add_reports(document, [_read_column(each) for each in text.split(" | ")])
        else:
            _TABLES[kind](document)


def _read_column(text: str) -> tuple[str, str]:
    heading, _, code = text.rpartition(": ")
    return heading, code


_TABLES: dict[str, Callable[[Document], None]] = {
    "figures": parts.add_matrix,
    "targets": parts.add_targets,
    "rates": parts.add_rates,
    "statuses": parts.add_statuses,
}
