"""The files of one edition: the workbook, the Word document, the open data. The same inputs give the same bytes."""

from __future__ import annotations

import hashlib

from chalicelib import __version__
from chalicelib.domain.period.consolidation import Consolidation
from chalicelib.domain.period.edition import EditionInfo
from chalicelib.report.data import make_data_files
from chalicelib.report.sheets.workbook import render_workbook

WORKBOOK_NAME = "bao-cao-tong-hop.xlsx"
DOCUMENT_NAME = "bao-cao-tong-hop.docx"


def make_files(consolidation: Consolidation, edition: EditionInfo, template: bytes) -> dict[str, bytes]:
    """Every file of the edition by name. Raises TemplateInvalid where the Word template has mistakes."""
    from chalicelib.report.document.render import render_document  # docxtpl and lxml take long to import

    return {
        WORKBOOK_NAME: render_workbook(consolidation, edition),
        DOCUMENT_NAME: render_document(consolidation, edition, template),
        **make_data_files(consolidation, edition),
    }


def describe_makers(template: bytes | None) -> dict[str, str]:
    """What besides the inputs decides how an edition looks, for its manifest."""
    return {"tonghop": __version__, "template": hashlib.sha256(template).hexdigest() if template else ""}
