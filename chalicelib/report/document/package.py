"""What the package of a Word template must not hold: what leads out of the document, and what runs in it.

The report is passed on upwards with everything that its template has. docs/word-template.md lists what is refused.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from zipfile import ZipFile

from chalicelib.domain.language.vietnamese import format_size

if TYPE_CHECKING:
    from docx.document import Document

MOST_UNPACKED = 64 * 2**20
"""Bytes of all parts of a template: with its pictures it has one or two million."""

_OWN_TEMPLATE = "attachedTemplate"
_ADDRESSES = ("http://", "https://", "mailto:")
_EMBEDDED = {
    "vbaProject": "macro", "oleObject": "đối tượng OLE", "package": "tệp nhúng", "control": "điều khiển ActiveX",
    "aFChunk": "tệp nhúng", "subDocument": "tài liệu con",
}  # fmt: skip
_OUTWARD = frozenset(("DDE", "DDEAUTO", "LINK", "INCLUDETEXT", "INCLUDEPICTURE", "INCLUDE", "IMPORT", "DATABASE", "RD"))
"""Fields for which Word opens another file or starts a program."""


def find_unpacked_size(template: bytes) -> int:
    """What the archive says of itself; no more than that is inflated. Raises BadZipFile."""
    with ZipFile(io.BytesIO(template)) as archive:
        return sum(part.file_size for part in archive.infolist())


def describe_size(size: int) -> str:
    return f"dài {format_size(size)} khi giải nén, nhiều nhất {format_size(MOST_UNPACKED)}"


def find_unfit_parts(document: Document) -> Iterator[str]:
    """What must not be in the document, in words, each once."""
    yield from dict.fromkeys((*_find_unfit_relations(document), *_find_outward_fields(document)))


def _find_unfit_relations(document: Document) -> Iterator[str]:
    for relation in document.part.package.iter_rels():
        kind = relation.reltype.rpartition("/")[2]
        if kind in _EMBEDDED:
            yield f"có {_EMBEDDED[kind]}, cần bỏ khỏi mẫu"
        elif relation.is_external and not _is_let_through(kind, target=relation.target_ref):
            yield f"có liên kết ra ngoài tài liệu ({relation.target_ref}), cần bỏ khỏi mẫu"


def _is_let_through(kind: str, *, target: str) -> bool:
    """An address to click on; and the template's own template, which `detach` takes away."""
    return kind == _OWN_TEMPLATE or (kind == "hyperlink" and target.lower().startswith(_ADDRESSES))


def _find_outward_fields(document: Document) -> Iterator[str]:
    from docx.oxml.ns import qn

    roots = [part.element for part in document.part.package.iter_parts() if hasattr(part, "element")]
    for root in roots:
        simple = (each.get(qn("w:instr"), "") for each in root.iter(qn("w:fldSimple")))
        for instruction in (*simple, *_read_instructions(root)):
            word = instruction.split()[0].upper() if instruction.strip() else ""
            if word in _OUTWARD:
                yield f"có trường {word} của Word, cần bỏ khỏi mẫu"


def _read_instructions(root: Any) -> Iterator[str]:
    """The instruction of each field, whose letters may stand in several runs."""
    from docx.oxml.ns import qn

    told = ""
    for each in root.iter(qn("w:instrText"), qn("w:fldChar")):
        if each.tag == qn("w:instrText"):
            told += each.text or ""
        else:
            yield told
            told = ""
    yield told


def detach(document: Document) -> None:
    """Takes away the path of the template that the office's own template was written in."""
    from docx.oxml.ns import qn

    for part in document.part.package.iter_parts():
        for key in [key for key, each in part.rels.items() if each.reltype.endswith(_OWN_TEMPLATE)]:
            del part.rels[key]
    for element in document.settings.element.findall(qn("w:attachedTemplate")):
        document.settings.element.remove(element)
