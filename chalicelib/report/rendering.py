"""Renders the files of one edition: workbook, Word document, open data. The same inputs give the same bytes.

The document is filled into a template that the office writes. Whatever is wrong with that, the other files appear.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import NamedTuple

from chalicelib.domain.issues.issue import shorten
from chalicelib.domain.period.consolidation import Consolidation
from chalicelib.domain.period.edition import EditionInfo
from chalicelib.report import files
from chalicelib.report.data import make_data_files
from chalicelib.report.sheets.workbook import render_workbook

_MOST_MISTAKES = 10

_log = logging.getLogger(__name__)


class Rendered(NamedTuple):
    """Files of an edition by name, and why others could not be made."""

    files: dict[str, bytes]
    missing: dict[str, str]


def make_files(
    consolidation: Consolidation, edition: EditionInfo, template: bytes, texts: Mapping[str, str] | None = None
) -> Rendered:
    """Every file of the edition that can be made; `texts` are the office's own by heading."""
    document, why = try_document(consolidation, edition, template, texts or {})
    return Rendered(
        {
            files.WORKBOOK: render_workbook(consolidation, edition),
            **({files.DOCUMENT: document} if document else {}),
            **make_data_files(consolidation, edition),
        },
        {files.DOCUMENT: why} if why else {},
    )


def try_document(
    consolidation: Consolidation, edition: EditionInfo, template: bytes, texts: Mapping[str, str]
) -> tuple[bytes, str]:
    """The Word document, or in words why there is none."""
    from chalicelib.report.document.render import render_document  # docxtpl and lxml take long to import
    from chalicelib.report.document.template import TemplateInvalid

    try:
        return render_document(consolidation, edition, template, texts), ""
    except TemplateInvalid as invalid:
        return b"", _list_mistakes([str(each) for each in invalid.mistakes])
    except Exception as error:  # a template is a small program of the office's, and may fail in any way
        _log.info("the Word document could not be made", exc_info=True)
        return b"", f"Không điền được mẫu Word ({type(error).__name__}: {shorten(str(error), 200)})."


def _list_mistakes(mistakes: list[str]) -> str:
    more = len(mistakes) - _MOST_MISTAKES
    shown = [*mistakes[:_MOST_MISTAKES], *([f"và {more} lỗi khác"] if more > 0 else [])]
    return "\n".join(("Mẫu Word có lỗi:", *shown))
