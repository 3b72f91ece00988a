"""The parts of an .xlsx being changed: read through the checked archive, added to, and packed again.

Unchanged parts keep their bytes. Equal inputs give equal files, because every entry has the same date.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
from typing import Final
from xml.sax.saxutils import quoteattr

from chalicelib.workbook.marking.spans import append_inside, apply_edits, find_elements, to_utf8
from chalicelib.workbook.reading.archive import Archive

_CONTENT_TYPES: Final = "[Content_Types].xml"
_RELATIONS: Final = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)


class Parts:
    """An archive with changes on top. Part names compare without case, as OPC requires."""

    def __init__(self, archive: Archive) -> None:
        self.archive = archive
        self._names = {name.casefold(): name for name in archive.names}
        self._changed: dict[str, bytes] = {}

    def has(self, name: str) -> bool:
        return name.casefold() in self._names

    def read(self, name: str) -> bytes:
        """The part in its current state. Raises KeyError if there is none."""
        changed = self._changed.get(self._names[name.casefold()])
        return self.archive.read(name) if changed is None else changed

    def read_xml(self, name: str) -> bytes:
        """The part in its current state, in UTF-8."""
        return to_utf8(self.read(name))

    def put(self, name: str, data: bytes) -> None:
        """Adds or replaces a part."""
        name = self._names.setdefault(name.casefold(), name)
        self._changed[name] = data

    def find_free_name(self, pattern: str) -> str:
        """The first unused part name; `pattern` contains one "{}" for the number.

        Names are those of Excel, such as “xl/comments1.xml”: some readers know the parts by them.
        """
        number = 1
        while self.has(pattern.format(number)):
            number += 1
        return pattern.format(number)

    def add_relation(self, source: str, *, kind: str, target: str) -> str:
        """Adds a relationship from the part `source` to the part `target`; returns its id.

        The target is relative, as Excel writes it: exceljs finds no other.
        """
        folder, name = posixpath.split(source)
        part = posixpath.join(folder, "_rels", f"{name}.rels")
        if not self.has(part):
            self.put(part, f'<Relationships xmlns="{_RELATIONS}"></Relationships>'.encode())
        data = self.read_xml(part)
        *listed, root = find_elements(data, lambda local, depth, _: depth == 0 or local == "Relationship")
        taken = {each.attributes.get("Id", "") for each in listed}
        number = next(n for n in range(1, len(taken) + 2) if f"rIdTH{n}" not in taken)
        identity = f"rIdTH{number}"
        text = (
            f'<Relationship xmlns="{_RELATIONS}" Id="{identity}" Type="{_OFFICE}/{kind}" '
            f"Target={quoteattr(posixpath.relpath(target, folder))}/>"
        )
        self.put(part, apply_edits(data, [append_inside(data, root, text.encode())]))
        return identity

    def add_content_type(self, name: str, *, content_type: str) -> None:
        """Declares the content type of a new part."""
        data = self.read_xml(_CONTENT_TYPES)
        root = find_elements(data, lambda _, depth, __: depth == 0)[-1]
        text = (
            '<Override xmlns="http://schemas.openxmlformats.org/package/2006/content-types" '
            f'PartName={quoteattr("/" + name)} ContentType="{content_type}"/>'
        )
        self.put(_CONTENT_TYPES, apply_edits(data, [append_inside(data, root, text.encode())]))

    def pack(self) -> bytes:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=4) as archive:
            for name in self._names.values():
                entry = zipfile.ZipInfo(name, _EPOCH)
                entry.compress_type = zipfile.ZIP_DEFLATED
                with archive.open(entry, "w") as part:
                    changed = self._changed.get(name)
                    for piece in self.archive.pieces(name) if changed is None else (changed,):
                        part.write(piece)
        return out.getvalue()
