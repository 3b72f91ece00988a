"""Reads a workbook that somebody sent: bytes in, a `Book` of addressed cells out, or `Refused` with the reason.

`read_workbook` is the entry point. `docs/reading.md` says which reader reads which format, and why no library does.
"""

from __future__ import annotations

from typing import Final

from chalicelib.domain.issues.issue import refuse
from chalicelib.workbook.reading.archive import Archive
from chalicelib.workbook.reading.asides import read_asides
from chalicelib.workbook.reading.book import Book
from chalicelib.workbook.reading.bounds import Budget
from chalicelib.workbook.reading.compound import Compound
from chalicelib.workbook.reading.guard import Format, inspect, only_refused
from chalicelib.workbook.reading.package import (
    SharedTexts,
    WorkbookPart,
    find_main_part,
    find_parts,
    read_contents,
    read_styles,
    read_texts,
)
from chalicelib.workbook.reading.worksheet import WorksheetReader

_NOTES_BY_FOLDER: Final = {
    "xl/externallinks/": "file.external_links",
    "xl/connections": "file.connections",
    "xl/querytables/": "file.connections",
    "xl/embeddings/": "file.embedded_objects",
    "xl/activex/": "file.embedded_objects",
    "xl/webextensions/": "file.embedded_objects",
}


@only_refused
def read_workbook(data: bytes) -> Book:
    """Guards the bytes, then reads them by their contents, whatever the file's name.

    Raises only Refused, for any bytes. The readers of what comes seldom are imported when it comes.
    """
    found, container = inspect(data)
    if isinstance(container, Compound):
        from chalicelib.workbook.reading.legacy import read_compound

        return read_compound(container)
    if found is Format.XLSX:
        return _read_package(container)
    from chalicelib.workbook.reading.opendocument import read_spreadsheet

    return read_spreadsheet(container)


@only_refused
def read_xlsx(data: bytes) -> Book:
    """Reads an .xlsx. Raises Refused if it is none, and for everything that `docs/reading.md` lists."""
    found, container = inspect(data)
    if isinstance(container, Compound) or found is not Format.XLSX:
        raise refuse("file.not_a_workbook", found=f".{found}")
    return _read_package(container)


def _read_package(archive: Archive) -> Book:
    budget = Budget()
    contents = read_contents(archive, find_main_part(archive, budget), budget)
    if any(sheet.kind.lower().endswith("macrosheet") for sheet in contents.sheets):
        raise refuse("file.macro")
    _check_parts(contents)
    texts, styles = _find_part(archive, contents, "sharedStrings"), _find_part(archive, contents, "styles")
    reader = WorksheetReader(
        archive,
        budget,
        texts=read_texts(archive, texts, budget) if texts else SharedTexts(),
        styles=read_styles(archive, styles, budget) if styles else [],
        calendar=contents.calendar,
    )
    sheets = [reader.read(sheet) for sheet in contents.sheets if sheet.kind == "worksheet"]
    if not sheets:
        raise refuse("file.no_sheets")
    asides = (*reader.asides, *read_asides(archive, budget))
    return Book(Format.XLSX, sheets, tuple(sorted(_notes(archive, contents, reader))), asides)


def _find_part(archive: Archive, contents: WorkbookPart, kind: str) -> str:
    """The workbook's one part of a kind, or ""."""
    return next((part for part in find_parts(contents.relations, kind) if archive.has(part)), "")


def _check_parts(contents: WorkbookPart) -> None:
    """Refuses two sheets that share one part: the figures of one would count as those of the other."""
    seen: set[str] = set()
    for sheet in contents.sheets:
        key = sheet.part.casefold()
        if key and key in seen:
            raise refuse("file.sheet_shared", sheet=sheet.name)
        seen.add(key)


def _notes(archive: Archive, contents: WorkbookPart, reader: WorksheetReader) -> set[str]:
    notes = {
        code
        for name in archive.names
        for folder, code in _NOTES_BY_FOLDER.items()
        if name.casefold().startswith(folder)
    }
    if reader.fetches:
        notes.add("file.fetching_formulas")
    if contents.recalculates:
        notes.add("file.recalculates")
    if not _find_part(archive, contents, "styles"):
        notes.add("file.no_styles")
    return notes
