"""Renders the files of one edition: workbook, Word document, open data. The same inputs give the same bytes."""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.domain.period.consolidation import Consolidation
from chalicelib.domain.period.edition import EditionInfo
from chalicelib.report import files
from chalicelib.report.data import make_data_files
from chalicelib.report.sheets.workbook import render_workbook


def make_files(
    consolidation: Consolidation, edition: EditionInfo, template: bytes, texts: Mapping[str, str] | None = None
) -> dict[str, bytes]:
    """Every file of the edition by name; `texts` are the office's own by heading.

    Raises TemplateInvalid if the Word template has mistakes.
    """
    from chalicelib.report.document.render import render_document  # docxtpl and lxml take long to import

    return {
        files.WORKBOOK: render_workbook(consolidation, edition),
        files.DOCUMENT: render_document(consolidation, edition, template, texts),
        **make_data_files(consolidation, edition),
    }
