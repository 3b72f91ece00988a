"""The Word document: a template that PV05 may change in Word, filled with the words of one edition.

First the sentences with figures (`sentences.py`) are written out, then docxtpl fills the fields. A mistake
in the template is told with its place before anything is rendered. Text from the units is only ever a value:
braces and brackets in it stay what they are.
"""

from __future__ import annotations

import io
import re
from collections.abc import Collection, Iterator, Sequence
from datetime import UTC
from typing import TYPE_CHECKING, Any, NamedTuple
from zipfile import BadZipFile

from chalicelib.domain.issues.issue import shorten
from chalicelib.domain.period.consolidation import Consolidation
from chalicelib.domain.period.edition import EditionInfo
from chalicelib.domain.programme.model import Programme
from chalicelib.report.archive import fix_dates
from chalicelib.report.document.sentences import Edit, find_codes, find_edits
from chalicelib.report.document.wording import FigureWords, make_context

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph
    from jinja2 import Environment

_TAG = re.compile(r"\{%-?\s*(?:(?:p|tr|tc|r)\s+)?(?P<block>.*?)\s*-?%\}|\{\{-?(?:[pr]\s)?(?P<value>.*?)-?\}\}")
_CURLY = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'"})
_OPENING = {"for", "if"}
_BETWEEN = {"else", "elif"}
_CLOSING = {"else", "endif", "endfor", "vm", "hm"}
_OF_WORD = {"colspan", "cellbg"}
"""Tags of docxtpl's own for a table's cell."""


class Mistake(NamedTuple):
    """One thing wrong with a template: where, the text that stands there, and what is wrong."""

    place: str
    text: str
    what: str

    def __str__(self) -> str:
        return f"{self.place} (“{shorten(self.text, 60)}”): {self.what}"


class TemplateInvalid(Exception):
    """The Word template cannot be used; `mistakes` has every one found."""

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(str(mistake) for mistake in mistakes))


def render_document(made: Consolidation, edition: EditionInfo, template: bytes) -> bytes:
    """The docx of an edition. Raises TemplateInvalid; the same inputs give the same bytes."""
    from docxtpl import DocxTemplate

    from chalicelib.report.document.columns import fit_tables, mark_tables

    document = _open(template)
    context = make_context(made, edition)
    _refuse_mistakes(document, made.programme, context)
    _say_sentences(document, FigureWords(made))
    mark_tables(document)
    prepared = io.BytesIO()
    document.save(prepared)
    prepared.seek(0)
    filled = DocxTemplate(prepared)
    _fill(filled, context, document)
    fit_tables(filled.docx)
    _set_properties(filled.docx, made, edition)
    target = io.BytesIO()
    filled.save(target)
    return fix_dates(target.getvalue())


def check_template(template: bytes, programme: Programme, fields: Collection[str]) -> list[Mistake]:
    """Every mistake that can be seen without rendering: unknown codes and fields, unclosed tags and blocks."""
    try:
        document = _open(template)
    except TemplateInvalid as invalid:
        return list(invalid.mistakes)
    return list(_find_mistakes(document, programme, fields))


def _open(template: bytes) -> Document:
    import docx
    from docx.opc.exceptions import PackageNotFoundError

    try:
        return docx.Document(io.BytesIO(template))
    except (PackageNotFoundError, BadZipFile, SyntaxError, KeyError, ValueError, OSError) as error:
        raise TemplateInvalid([Mistake("tệp mẫu Word", "", "không mở được, cần tệp .docx")]) from error


def _refuse_mistakes(document: Document, programme: Programme, context: dict[str, Any]) -> None:
    mistakes = list(_find_mistakes(document, programme, context))
    if mistakes:
        raise TemplateInvalid(mistakes)


def _fill(filled: Any, context: dict[str, Any], document: Document) -> None:
    from jinja2 import TemplateError

    try:
        filled.render(context, jinja_env=_make_environment(), autoescape=True)
    except (TemplateError, TypeError, AttributeError, ValueError) as error:
        raise TemplateInvalid([_locate(error, document)]) from error


def _make_environment() -> Environment:
    from jinja2 import StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    return ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=True)


def _locate(error: Exception, document: Document) -> Mistake:
    """The first paragraph that holds the name which the error complains of."""
    names = re.findall(r"'([\w-]+)'", str(error))
    for place, paragraph in iter_paragraphs(document):
        if any(re.search(rf"\{{.*\b{re.escape(name)}\b", paragraph.text) for name in names[::-1]):
            return Mistake(place, paragraph.text, f"không điền được ({error})")
    return Mistake("mẫu Word", "", f"không điền được ({error})")


# Where things stand


def iter_paragraphs(document: Document) -> Iterator[tuple[str, Paragraph]]:
    """Every paragraph of body, tables, headers and footers, with a place that a person finds in Word."""
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


def _find_mistakes(document: Document, programme: Programme, fields: Collection[str]) -> Iterator[Mistake]:
    stack: list[tuple[str, str, str]] = []
    known = {*fields, *_find_local_names(document), "loop", "range"}
    for place, paragraph in iter_paragraphs(document):
        text = paragraph.text.translate(_CURLY)
        for code in find_codes(_TAG.sub("", paragraph.text)):
            if code not in programme.indicator_by_code:
                yield Mistake(place, paragraph.text, f"không có chỉ tiêu mang mã {code}")
        for what in _check_tags(text, known):
            yield Mistake(place, paragraph.text, what)
        for what in _check_blocks(text, place, stack):
            yield Mistake(place, paragraph.text, what)
    for word, place, text in stack:
        yield Mistake(place, text, f"“{word}” không có “end{word}”")


def _find_local_names(document: Document) -> Iterator[str]:
    for _, paragraph in iter_paragraphs(document):
        for match in re.finditer(r"\{%\w*\s+for\s+([\w, ]+?)\s+in\s|\{%\w*\s+set\s+(\w+)", paragraph.text):
            yield from re.findall(r"\w+", match[1] or match[2])


def _check_tags(text: str, known: Collection[str]) -> Iterator[str]:
    from jinja2 import TemplateSyntaxError, meta

    environment = _make_environment()
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
    """A template of its own for one tag, so that a mistake is known to be here."""
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


def _check_blocks(text: str, place: str, stack: list[tuple[str, str, str]]) -> Iterator[str]:
    """Keeps the open blocks on `stack`; says where one is closed that is not open."""
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


# Sentences with figures


def _say_sentences(document: Document, words: FigureWords) -> None:
    for _, paragraph in list(iter_paragraphs(document)):
        edits = find_edits(paragraph.text, words)
        if edits is None:
            _remove(paragraph)
        elif edits:
            _edit_runs(paragraph, edits)


def _remove(paragraph: Paragraph) -> None:
    """Takes the paragraph out; a table's cell keeps its last one, empty, since Word wants one there."""
    parent = paragraph._element.getparent()
    if len([each for each in parent if each.tag == paragraph._element.tag]) > 1:
        parent.remove(paragraph._element)
    else:
        for run in list(paragraph.runs):
            run._r.getparent().remove(run._r)


def _edit_runs(paragraph: Paragraph, edits: Sequence[Edit]) -> None:
    """Applies the edits from the last to the first, so that every run keeps its own font."""
    for edit in reversed(edits):
        start = 0
        text = edit.text
        for run in paragraph.runs:
            end = start + len(run.text)
            left, right = max(edit.start, start), min(edit.end, end)
            touches = left < right or (edit.start == edit.end and start <= edit.start < end)
            if touches:
                own = run.text
                run.text = own[: left - start] + text + own[right - start :]
                text = ""
            start = end


def _set_properties(document: Document, made: Consolidation, edition: EditionInfo) -> None:
    moment = edition.made.astimezone(UTC).replace(tzinfo=None)
    properties = document.core_properties
    properties.title = f"Báo cáo tổng hợp {made.period.name}"
    properties.subject = made.programme.title
    properties.author = properties.last_modified_by = made.programme.office.name
    properties.comments = f"{edition.title}. Mã băm đầu vào: {made.inputs_hash}"
    properties.keywords = f"{made.programme.code}; {made.period.code}"
    properties.created = properties.modified = moment
    properties.revision = max(1, edition.number)
