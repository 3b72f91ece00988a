"""Recognises what was sent by its bytes alone: a workbook that may be read, or the reason why not.

The name and the content type of an upload are the sender's claims and are not used. Every reason has its own code,
because each asks the sender for something else.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from enum import StrEnum
from typing import Final, ParamSpec, TypeVar

from chalicelib.domain.issues.issue import Refused, refuse
from chalicelib.domain.language.vietnamese import format_size
from chalicelib.workbook.reading.archive import Archive
from chalicelib.workbook.reading.bounds import MOST_BYTES, Budget
from chalicelib.workbook.reading.compound import MAGIC, Compound
from chalicelib.workbook.reading.foreign import find_foreign
from chalicelib.workbook.reading.package import find_main_part, read_content_types
from chalicelib.workbook.reading.records import find_stream, is_locked


class Format(StrEnum):
    """The formats that are read."""

    XLSX = "xlsx"
    XLS = "xls"
    ODS = "ods"


_SPREADSHEETS: Final = (
    "application/vnd.oasis.opendocument.spreadsheet",
    "application/vnd.oasis.opendocument.spreadsheet-template",
)
_WORKBOOK_NAMES: Final = (".xlsx", ".xls", ".xlsm", ".xlsb", ".ods")
_COMPOUND_CODES: Final = (
    ("WordDocument", "file.word"),
    ("PowerPoint Document", "file.presentation"),
    ("__properties_version1.0", "file.mail"),
)
_PACKAGE_CODES: Final = (("word/", "file.word"), ("ppt/", "file.presentation"))
_PARTS_OF_ZIP: Final = (b"PK\x03\x04", b"PK\x05\x06")
_PERHAPS_ZIP: Final = frozenset({"file.unknown", "file.text", "file.csv"})
_MACRO_TYPES: Final = ("macroenabled", "vbaproject", "macrosheet")
_LISTS_OF_MACROS: Final = {"basic": ("script-lb.xml", "script-lc.xml"), "dialogs": ("dialog-lb.xml", "dialog-lc.xml")}
"""Lists of libraries and their contents that LibreOffice writes into a file without macros."""
_MANIFEST: Final = "META-INF/manifest.xml"
_LINKED_LIBRARY: Final = re.compile(rb"library:link\s*=\s*[\"']true")
_DOCTYPE: Final = b"<!DOCTYPE"
_PLAIN_DOCTYPE: Final = re.compile(rb"<!DOCTYPE[^<>\[]{0,300}>")
"""A named DTD that declares nothing itself."""

_Parameters = ParamSpec("_Parameters")
_Result = TypeVar("_Result")


def only_refused(call: Callable[_Parameters, _Result]) -> Callable[_Parameters, _Result]:
    """Makes Refused the only exception of a reader.

    Any other exception is a fault of ours, but delivering the file again would fail again. So the sender is told,
    under a code of its own that the alarms count, and the cause is logged.
    """

    @functools.wraps(call)
    def guarded(*args: _Parameters.args, **kwargs: _Parameters.kwargs) -> _Result:
        try:
            return call(*args, **kwargs)
        except Refused:
            raise
        except Exception as error:
            raise refuse("file.unreadable") from error

    return guarded


@only_refused
def guard(data: bytes) -> Format:
    """The format of a workbook that may be read. Raises Refused for everything else, and no other exception."""
    return inspect(data)[0]


def inspect(data: bytes) -> tuple[Format, Archive | Compound]:
    """The format, and the container with its parts checked: a zip for .xlsx and .ods, a compound file for .xls."""
    if not data:
        raise refuse("file.empty")
    if len(data) > MOST_BYTES:
        raise refuse("file.too_large", found=format_size(len(data)), expected=format_size(MOST_BYTES))
    if data.startswith(MAGIC):
        compound = Compound(data)
        _check_compound(compound)
        return Format.XLS, compound
    if not data.startswith(_PARTS_OF_ZIP):
        code = find_foreign(data)
        if code not in _PERHAPS_ZIP or _PARTS_OF_ZIP[1] not in data:
            raise _refuse_foreign(code)
    archive = Archive(data)
    return _find_format(archive), archive


def _refuse_foreign(code: str) -> Refused:
    if code == "file.unknown":
        return refuse("file.not_a_workbook", found="dữ liệu không nhận biết được")
    return refuse(code)


def _check_compound(compound: Compound) -> None:
    """Refuses a compound file that is not an .xls, is locked, or carries macros."""
    streams = compound.streams
    if "EncryptedPackage" in streams:
        raise refuse("file.password")
    stream = find_stream(compound)
    if not stream:
        raise _refuse_foreign(next((code for name, code in _COMPOUND_CODES if name in streams), "file.unknown"))
    if is_locked(compound.read(stream)):
        raise refuse("file.password")
    if any(name.upper().startswith("_VBA_PROJECT") for name in compound.storages):
        raise refuse("file.macro")


def _find_format(archive: Archive) -> Format:
    kind = archive.read("mimetype")[:100].decode("ascii", "replace").strip() if archive.has("mimetype") else ""
    if not kind and archive.has("content.xml") and archive.has(_MANIFEST):
        kind = _SPREADSHEETS[0] if _SPREADSHEETS[0].encode() in archive.read(_MANIFEST) else ""
    if kind in _SPREADSHEETS:
        _check_opendocument(archive)
        return Format.ODS
    if "opendocument" in kind:
        raise refuse("file.opendocument")
    if any(archive.has(name) for name in ("[Content_Types].xml", "_rels/.rels", "xl/workbook.xml")):
        _check_package(archive)
        return Format.XLSX
    raise refuse(_find_zip(archive.names))


def _check_package(archive: Archive) -> None:
    """Refuses an OPC package whose document is not an .xlsx workbook, or that carries macros."""
    budget = Budget()
    types = read_content_types(archive, budget)
    main = find_main_part(archive, budget)
    names = [name.casefold() for name in archive.names]
    if main.lower().endswith(".bin") or "xl/workbook.bin" in names:
        raise refuse("file.xlsb")
    if not main.lower().startswith("xl/"):
        for folder, code in _PACKAGE_CODES:
            if any(name.startswith(folder) for name in names):
                raise refuse(code)
    if any(name.endswith("/vbaproject.bin") or name.startswith("xl/macrosheets/") for name in names):
        raise refuse("file.macro")
    if any(macro in kind.lower() for kind in types.values() for macro in _MACRO_TYPES):
        raise refuse("file.macro")
    _check_doctypes(archive.doctypes)
    if not main or not archive.has(main):
        raise refuse("file.no_workbook")


def _check_opendocument(archive: Archive) -> None:
    if not archive.has("content.xml"):
        raise refuse("file.no_workbook")
    if archive.has(_MANIFEST) and b"encryption-data" in archive.read(_MANIFEST):
        raise refuse("file.password")
    if any(_is_macro(archive, name) for name in archive.names):
        raise refuse("file.macro")
    _check_doctypes([name for name in archive.doctypes if not _is_customary(archive, name)])


def _is_macro(archive: Archive, name: str) -> bool:
    """Whether a part of an .ods is a macro or its dialog, or a list that loads macros from elsewhere."""
    folder = name.casefold().partition("/")[0]
    if folder not in _LISTS_OF_MACROS:
        return folder == "scripts"
    return not _lists_macros(name) or _LINKED_LIBRARY.search(archive.read(name)) is not None


def _lists_macros(name: str) -> bool:
    folder, _, rest = name.casefold().partition("/")
    return rest.endswith(_LISTS_OF_MACROS.get(folder, ()))


def _is_customary(archive: Archive, name: str) -> bool:
    """Whether LibreOffice writes the part's DTD: only named, and in a part that we do not parse."""
    if not _lists_macros(name) and name != _MANIFEST:
        return False
    part = archive.read(name)
    return 0 < part.count(_DOCTYPE) == len(_PLAIN_DOCTYPE.findall(part))


def _check_doctypes(names: list[str]) -> None:
    """No part may carry a DTD, even if we do not parse it: others may open the workbook after us."""
    if names:
        raise refuse("file.dtd", found=names[0])


def _find_zip(names: list[str]) -> str:
    """The code for a zip that is not a document: people compress the form before they send it."""
    if any(name.casefold().startswith("index/") and name.endswith(".iwa") for name in names):
        return "file.numbers"
    inner = [name for name in names if name.casefold().endswith(_WORKBOOK_NAMES) and "__MACOSX/" not in name]
    if not inner:
        return "file.zip_without_workbook"
    return "file.zip_with_workbook" if len(inner) == 1 else "file.zip_with_several"
