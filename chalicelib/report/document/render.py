"""The Word document: fills a template, which the office may edit in Word, with the words of one edition.

First the template's own sentences with figures are written out, then docxtpl fills the fields, then the body is put in
its place. Mistakes in the template are reported with their places before anything is rendered. Text from the units is
only ever a value: braces and brackets in it are printed unchanged.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from datetime import UTC
from typing import TYPE_CHECKING, Any

from chalicelib.domain.language.sentences import Replacement, find_edits
from chalicelib.domain.period.body import find_outline, write_body
from chalicelib.domain.period.consolidation import Consolidation
from chalicelib.domain.period.edition import EditionInfo
from chalicelib.domain.period.figure_words import FigureWords
from chalicelib.domain.programme.model import Programme
from chalicelib.report.archive import fix_dates
from chalicelib.report.console_pages import find_edition_page
from chalicelib.report.document.appendices import settle_appendices
from chalicelib.report.document.body import mark_place, put_body
from chalicelib.report.document.package import detach
from chalicelib.report.document.qr_code import put_qr_code
from chalicelib.report.document.template import (
    Mistake,
    TemplateInvalid,
    find_mistakes,
    iter_paragraphs,
    make_environment,
    open_template,
)
from chalicelib.report.document.wording import make_context, write_passages

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph


def render_document(
    consolidation: Consolidation, edition: EditionInfo, template: bytes, texts: Mapping[str, str] | None = None
) -> bytes:
    """The docx of an edition. Raises TemplateInvalid. The same inputs give the same bytes.

    `texts` are the office's own by heading, in place of the outline's.
    """
    from docxtpl import DocxTemplate

    from chalicelib.report.document.columns import fit_tables, mark_tables

    document = open_template(template)
    context = make_context(consolidation, edition)
    _refuse_mistakes(document, consolidation.programme, context)
    words = FigureWords(consolidation)
    _say_sentences(document, words)
    detach(document)
    mark_tables(document)
    mark_place(document)
    prepared = io.BytesIO()
    document.save(prepared)
    prepared.seek(0)
    filled = DocxTemplate(prepared)
    _fill(filled, context, document)
    settle_appendices(filled.docx)
    fit_tables(filled.docx)
    outline, passages = find_outline(consolidation.tally), write_passages(consolidation)
    put_body(filled.docx, write_body(outline, texts or {}, words, passages))
    if address := find_edition_page(consolidation, edition):
        put_qr_code(filled.docx, address)
    _set_properties(filled.docx, consolidation, edition)
    target = io.BytesIO()
    filled.save(target)
    return fix_dates(target.getvalue())


def _refuse_mistakes(document: Document, programme: Programme, context: dict[str, Any]) -> None:
    mistakes = list(find_mistakes(document, programme, context))
    if mistakes:
        raise TemplateInvalid(mistakes)


def _fill(filled: Any, context: dict[str, Any], document: Document) -> None:
    try:
        filled.render(context, jinja_env=make_environment(), autoescape=True)
    except Exception as error:  # a template is a small program, which may fail in any way
        raise TemplateInvalid([_locate(error, document)]) from error


def _locate(error: Exception, document: Document) -> Mistake:
    """The first paragraph that contains the name in the error."""
    names = re.findall(r"'([\w-]+)'", str(error))
    for place, paragraph in iter_paragraphs(document):
        if any(re.search(rf"\{{.*\b{re.escape(name)}\b", paragraph.text) for name in names[::-1]):
            return Mistake(place, paragraph.text, f"không điền được ({error})")
    return Mistake("mẫu Word", "", f"không điền được ({error})")


# Sentences with figures


def _say_sentences(document: Document, words: FigureWords) -> None:
    for _, paragraph in list(iter_paragraphs(document)):
        edits = find_edits(paragraph.text, words)
        if edits is None:
            _remove(paragraph)
        elif edits:
            _edit_runs(paragraph, edits)


def _remove(paragraph: Paragraph) -> None:
    """Removes the paragraph. The last paragraph of a table cell is emptied instead, because Word requires one."""
    parent = paragraph._element.getparent()
    if len([each for each in parent if each.tag == paragraph._element.tag]) > 1:
        parent.remove(paragraph._element)
    else:
        for run in list(paragraph.runs):
            run._r.getparent().remove(run._r)


def _edit_runs(paragraph: Paragraph, edits: Sequence[Replacement]) -> None:
    """Applies the edits from the last to the first, so that every run keeps its font."""
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


def _set_properties(document: Document, consolidation: Consolidation, edition: EditionInfo) -> None:
    moment = edition.made.astimezone(UTC).replace(tzinfo=None)
    properties = document.core_properties
    properties.title = f"Báo cáo tổng hợp {consolidation.period.name}"
    properties.subject = consolidation.programme.title
    properties.author = properties.last_modified_by = consolidation.programme.office.name
    properties.comments = f"{edition.title}. Mã băm đầu vào: {consolidation.inputs_hash}"
    properties.keywords = f"{consolidation.programme.code}; {consolidation.period.code}"
    properties.created = properties.modified = moment
    properties.revision = max(1, edition.number)
