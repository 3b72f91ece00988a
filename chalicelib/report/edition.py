"""The files of one edition, made from a consolidation and from nothing else: the same bytes each time."""

from __future__ import annotations

from chalicelib import __version__
from chalicelib.domain.consolidation import Consolidation
from chalicelib.domain.edition import EditionInfo
from chalicelib.domain.manifest import hash_text
from chalicelib.report.data import make_data_files
from chalicelib.report.workbook import render_workbook

TEMPLATE = "bao-cao-tong-hop.docx"
"""The Word template's name in a programme's folder."""

WORKBOOK_NAME = "bao-cao-tong-hop.xlsx"
DOCUMENT_NAME = "bao-cao-tong-hop.docx"


def describe_makers(template: bytes | None) -> dict[str, str]:
    """Whatever decides what an edition looks like beside its inputs: another version is another edition."""
    return {"tonghop": __version__, "template": hash_text(template.hex()) if template else ""}


def make_files(made: Consolidation, edition: EditionInfo, *, template: bytes | None) -> dict[str, bytes]:
    """Every file by name: the workbook, the open data and, where the programme has a template, the Word document."""
    files = {WORKBOOK_NAME: render_workbook(made, edition)} | make_data_files(made, edition)
    if template is not None:
        from chalicelib.report.document import render_document  # lxml and docxtpl: only where a document is made

        files[DOCUMENT_NAME] = render_document(made, edition, template)
    return files
