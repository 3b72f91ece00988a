"""The files of one edition: the workbook, the Word document, the open data. The same inputs give the same bytes."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from chalicelib import __version__
from chalicelib.domain.consolidation import Consolidation
from chalicelib.domain.edition import EditionInfo
from chalicelib.domain.programme import Programme
from chalicelib.report.data import make_data_files
from chalicelib.report.workbook import render_workbook

WORKBOOK = "bao-cao-tong-hop.xlsx"
DOCUMENT = "bao-cao-tong-hop.docx"


def make_files(made: Consolidation, edition: EditionInfo, template: bytes) -> dict[str, bytes]:
    """Every file of the edition by name. Raises TemplateInvalid where the Word template has mistakes."""
    from chalicelib.report.document import render_document  # docxtpl and lxml take long to import

    return {
        WORKBOOK: render_workbook(made, edition),
        DOCUMENT: render_document(made, edition, template),
        **make_data_files(made, edition),
    }


def find_template(files: Mapping[str, bytes], programme: Programme, period: str) -> bytes:
    """The Word template for a period among a programme's files: its own, the common one, or one made from the forms."""
    for name in (f"bao-cao-tong-hop-{period}.docx", DOCUMENT):
        if name in files:
            return files[name]
    from chalicelib.report.make_document_template import make_generic_template

    return make_generic_template(programme)


def describe_tools(template: bytes) -> dict[str, str]:
    """What besides the inputs decides how an edition looks, for its manifest."""
    return {"code": __version__, "template": hashlib.sha256(template).hexdigest()}
