"""The files of one edition: the workbook, the Word document, the open data. The same inputs give the same bytes."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from chalicelib import __version__, folders
from chalicelib.domain.period.consolidation import Consolidation
from chalicelib.domain.period.edition import EditionInfo
from chalicelib.report.data import make_data_files
from chalicelib.report.sheets.workbook import render_workbook

TEMPLATE = "bao-cao-tong-hop.docx"
"""The Word template's name in a programme's folder; a period may have its own: bao-cao-tong-hop-<period>.docx."""

WORKBOOK_NAME = "bao-cao-tong-hop.xlsx"
DOCUMENT_NAME = "bao-cao-tong-hop.docx"


def make_files(made: Consolidation, edition: EditionInfo, template: bytes) -> dict[str, bytes]:
    """Every file of the edition by name. Raises TemplateInvalid where the Word template has mistakes."""
    from chalicelib.report.document.render import render_document  # docxtpl and lxml take long to import

    return {
        WORKBOOK_NAME: render_workbook(made, edition),
        DOCUMENT_NAME: render_document(made, edition, template),
        **make_data_files(made, edition),
    }


def find_template(documents: Mapping[str, bytes], period: str) -> bytes:
    """The Word template for a period: its own, the programme's common one, or else the one for any programme."""
    for name in (f"bao-cao-tong-hop-{period}.docx", TEMPLATE):
        if name in documents:
            return documents[name]
    return (folders.SHIPPED / TEMPLATE).read_bytes()


def describe_makers(template: bytes | None) -> dict[str, str]:
    """What besides the inputs decides how an edition looks, for its manifest."""
    return {"tonghop": __version__, "template": hashlib.sha256(template).hexdigest() if template else ""}
