"""Finds the Word template of a period, and its mistakes with their places, without rendering it.

Templates are checked when they are imported and again before a document is filled.
"""

from __future__ import annotations

import io
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple
from zipfile import BadZipFile

from chalicelib import folders
from chalicelib.domain.issues.issue import shorten
from chalicelib.domain.programme.model import Programme
from chalicelib.domain.programme.outline import find_marker_mistakes
from chalicelib.report.document.package import MOST_UNPACKED, describe_size, find_unfit_parts, find_unpacked_size
from chalicelib.report.document.wording import FIELDS
from chalicelib.report.files import DOCUMENT

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph
    from jinja2 import Environment

TEMPLATE = DOCUMENT
"""The template's name in a programme's folder, and of the common one for programmes without their own."""

STEM = TEMPLATE.removesuffix(".docx")

_TAG = re.compile(r"\{%-?\s*(?:(?:p|tr|tc|r)\s+)?(?P<block>.*?)\s*-?%\}|\{\{-?(?:[pr]\s)?(?P<value>.*?)-?\}\}")
BODY = re.compile(r"\{\{\s*noi_dung\s*\}\}")
"""The paragraph in whose place the body comes."""
_CURLY = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'"})
_OPENING = {"for", "if"}
_BETWEEN = {"else", "elif"}
_CLOSING = {"else", "endif", "endfor", "vm", "hm"}
_OF_WORD = {"colspan", "cellbg"}
"""docxtpl's own tags for a table's cell."""


_WHOLE = "tệp mẫu Word"


class Mistake(NamedTuple):
    """One thing wrong with a template: its place, the text there, and the explanation."""

    place: str
    text: str
    what: str

    def __str__(self) -> str:
        return f"{self.place} (“{shorten(self.text, 60)}”): {self.what}"


class TemplateInvalid(Exception):
    """The Word template cannot be used; `mistakes` lists every one."""

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(str(mistake) for mistake in mistakes))


def find_template(documents: Mapping[str, bytes], period: str) -> bytes:
    """The Word template of a period: its own, otherwise the programme's, otherwise the one for any programme."""
    for name in (f"{STEM}-{period}.docx", TEMPLATE):
        if name in documents:
            return documents[name]
    return (folders.SHIPPED / TEMPLATE).read_bytes()


def check_template(template: bytes, programme: Programme) -> list[Mistake]:
    """All mistakes that are visible without rendering: unknown codes and fields, unclosed tags and blocks."""
    try:
        document = open_template(template)
    except TemplateInvalid as invalid:
        return list(invalid.mistakes)
    return list(find_mistakes(document, programme, FIELDS))


def open_template(template: bytes) -> Document:
    import docx
    from docx.opc.exceptions import PackageNotFoundError

    try:
        if (size := find_unpacked_size(template)) > MOST_UNPACKED:
            raise TemplateInvalid([Mistake(_WHOLE, "", describe_size(size))])
        document = docx.Document(io.BytesIO(template))
        _ = list(iter_paragraphs(document))  # what headers relate to is looked for only here
    except (PackageNotFoundError, BadZipFile, SyntaxError, KeyError, ValueError, OSError) as error:
        raise TemplateInvalid([Mistake(_WHOLE, "", "không mở được, cần tệp .docx")]) from error
    return document


def make_environment() -> Environment:
    from chalicelib.report.document.sandbox import Sandbox  # jinja2 takes long to import

    return Sandbox()


# Where things stand


def iter_paragraphs(document: Document) -> Iterator[tuple[str, Paragraph]]:
    """Every paragraph of body, tables, headers and footers, with a place that people can find in Word."""
    yield from _iter_block(document, "", document.element.body)
    for number, section in enumerate(document.sections, start=1):
        for name, part in (("đầu trang", section.header), ("đầu trang thứ nhất", section.first_page_header),
                           ("chân trang", section.footer)):  # fmt: skip
            if not part.is_linked_to_previous:
                yield from _iter_block(part, f"{name} của phần {number}, ", part._element)


def _iter_block(parent: Any, before: str, element: Any) -> Iterator[tuple[str, Paragraph]]:
    from docx.oxml.ns import qn
    from docx.text.paragraph import Paragraph

    tables = 0
    for number, child in enumerate((each for each in element if each.tag in (qn("w:p"), qn("w:tbl"))), start=1):
        if child.tag == qn("w:p"):
            yield f"{before}đoạn {number}", Paragraph(child, parent)
            continue
        tables += 1
        for row, line in enumerate(child.iter(qn("w:tr")), start=1):
            for column, cell in enumerate(line.iter(qn("w:tc")), start=1):
                for inner in cell.iter(qn("w:p")):
                    yield f"{before}bảng {tables}, dòng {row}, cột {column}", Paragraph(inner, parent)


def find_mistakes(document: Document, programme: Programme, fields: Collection[str]) -> Iterator[Mistake]:
    stack: list[tuple[str, str, str]] = []
    yield from (Mistake(_WHOLE, "", what) for what in find_unfit_parts(document))
    known = {*fields, *_find_local_names(document), "loop", "range"}
    for place, paragraph in iter_paragraphs(document):
        text = paragraph.text.translate(_CURLY)
        for what in (
            *find_marker_mistakes(programme, _TAG.sub("", paragraph.text)),
            *_check_tags(text, known),
            *_check_blocks(text, place=place, stack=stack),
            *_check_place_of_body(place, text=paragraph.text),
        ):
            yield Mistake(place, paragraph.text, what)
    for word, place, text in stack:
        yield Mistake(place, text, f"“{word}” không có “end{word}”")


def _find_local_names(document: Document) -> Iterator[str]:
    for _, paragraph in iter_paragraphs(document):
        for match in re.finditer(r"\{%\w*\s+for\s+([\w, ]+?)\s+in\s|\{%\w*\s+set\s+(\w+)", paragraph.text):
            yield from re.findall(r"\w+", match[1] or match[2])


def _check_place_of_body(place: str, *, text: str) -> Iterator[str]:
    if BODY.search(text) and not (place.startswith("đoạn") and BODY.fullmatch(text.strip())):
        yield "noi_dung phải đứng một mình trong một đoạn, ngoài bảng"


def _check_tags(text: str, known: Collection[str]) -> Iterator[str]:
    from jinja2 import TemplateSyntaxError, meta

    environment = make_environment()
    for match in _TAG.finditer(text):
        source = _make_source(match)
        try:
            names = meta.find_undeclared_variables(environment.parse(source)) if source else set()
        except TemplateSyntaxError as error:
            yield f"sai cú pháp trong “{match[0]}” ({error.message})"
            continue
        for name in sorted(names - set(known)):
            yield f"không có trường “{name}”"
    rest = _TAG.sub("", text)
    for sign in ("{{", "}}", "{%", "%}"):
        if sign in rest:
            yield f"dấu “{sign}” không thành cặp"


def _make_source(match: re.Match[str]) -> str:
    """A template with this tag alone, so that a mistake can be attributed to it."""
    if match["value"] is not None:
        return f"{{{{ {match['value']} }}}}"
    word = match["block"].split(" ")[0]
    rest = match["block"][len(word) :]
    if word == "elif":
        return f"{{% if {rest} %}}{{% endif %}}"
    if word in _OF_WORD:
        return f"{{{{ {rest} }}}}"
    if word in _OPENING:
        return f"{{% {match['block']} %}}{{% end{word} %}}"
    return "" if word in _CLOSING else f"{{% {match['block']} %}}"


def _check_blocks(text: str, *, place: str, stack: list[tuple[str, str, str]]) -> Iterator[str]:
    """Keeps the open blocks on `stack`; reports a block that is closed without being open."""
    for match in _TAG.finditer(text):
        word = (match["block"] or "").split(" ")[0]
        if word in _OPENING:
            stack.append((word, place, text))
        elif word.startswith("end"):
            if stack and stack[-1][0] == word[3:]:
                stack.pop()
            else:
                yield f"“{word}” đóng một khối chưa mở"
        elif word in _BETWEEN and not stack:
            yield f"“{word}” đứng ngoài khối if"
