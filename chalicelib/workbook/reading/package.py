"""The parts of an .xlsx: the workbook, its sheets, styles and texts (ECMA-376-2, and -1 part 12).

Parts are found through the relationships, as Excel does. If a relationship part is missing, a part is used only
if no other part is possible. Transitional and Strict files, and any namespace prefix, are read alike.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import Final
from urllib.parse import unquote

from chalicelib.domain.issues.issue import refuse
from chalicelib.domain.language.legacy_text import Run, find_encoding
from chalicelib.workbook.reading.archive import Archive
from chalicelib.workbook.reading.book import Visibility
from chalicelib.workbook.reading.bounds import MOST_SHEETS, Budget, too_complex
from chalicelib.workbook.reading.dates import Calendar
from chalicelib.workbook.reading.formats import CellFormat, make_cell_formats
from chalicelib.workbook.reading.markup import Attributes, Handler, parse

MAIN: Final = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",
)
_RELATION_IDS: Final = (
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships id",
    "http://purl.oclc.org/ooxml/officeDocument/relationships id",
)
_RELATIONS: Final = ("http://schemas.openxmlformats.org/package/2006/relationships",)
_CONTENT_TYPES: Final = ("http://schemas.openxmlformats.org/package/2006/content-types",)
TRUE: Final = frozenset({"1", "true", "on"})
_VISIBILITIES: Final = {each.value: each for each in Visibility}
_MOST_RELATIONS: Final = 4_096
_MOST_FORMATS: Final = 65_536
"""Excel keeps at most 65,490 cell formats."""
_ESCAPE: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")


@dataclass(frozen=True, slots=True)
class Relation:
    """One relationship: the last segment of its type ("worksheet"), and its target part, "" for one outside.

    `astray` is the stated target if it leads out of the archive. Programs write such relationships, mostly to
    something that is not read, so one is refused only when it is followed.
    """

    kind: str
    target: str
    astray: str = ""

    def follow(self) -> str:
        """The target part. Raises Refused if it is outside the archive."""
        if self.astray:
            raise refuse("file.unsafe_name", found=self.astray)
        return self.target


@dataclass(frozen=True, slots=True)
class SheetPart:
    """A sheet as the workbook lists it. `part` is "" if the workbook names no part."""

    name: str
    visibility: Visibility
    kind: str
    part: str


@dataclass(frozen=True, slots=True)
class WorkbookPart:
    """The contents of the workbook part: its sheets in order, and its calendar."""

    sheets: tuple[SheetPart, ...]
    calendar: Calendar
    relations: tuple[Relation, ...]
    recalculates: bool


class _Listing(Handler):
    """A part of which only the attributes of some elements are needed."""

    def __init__(self, part: str, namespaces: tuple[str, ...], root: str) -> None:
        super().__init__(part, [f"{namespace} {root}" for namespace in namespaces])
        self._namespaces = namespaces

    def on(self, local: str, handle: Callable[[Attributes], None]) -> _Listing:
        for namespace in self._namespaces:
            self.starts[f"{namespace} {local}"] = handle
        return self


def is_true(text: str | None) -> bool:
    return text is not None and text in TRUE


def decode_escapes(text: str, budget: Budget) -> str:
    """Text with `_x000D_` and the like replaced (ECMA-376-1, 22.9.2.19).

    Half of a surrogate pair is not a character: `_xD800_` is kept, so that it stays visible.
    """
    if "_x" not in text:
        return text
    budget.spend_tags(text.count("_x"))
    return _ESCAPE.sub(_decode_escape, text)


def _decode_escape(found: re.Match[str]) -> str:
    character = chr(int(found[1], 16))
    return found[0] if "\ud800" <= character <= "\udfff" else character


def read_content_types(archive: Archive, budget: Budget) -> dict[str, str]:
    """The content type of each part, by name without leading "/"; empty if the archive does not state them."""
    types: dict[str, str] = {}
    part = "[Content_Types].xml"
    if archive.has(part):
        listing = _Listing(part, _CONTENT_TYPES, "Types")
        listing.on(
            "Override",
            lambda found: types.update({found.get("PartName", "").removeprefix("/"): found.get("ContentType", "")}),
        )
        parse(archive.pieces(part), listing, budget)
    return types


def read_relations(archive: Archive, source: str, budget: Budget) -> dict[str, Relation] | None:
    """The relationships of a part ("" for the archive's own) by id; None if it has no relationship part."""
    folder, name = posixpath.split(source)
    part = posixpath.join(folder, "_rels", f"{name}.rels")
    if not archive.has(part):
        return None
    relations: dict[str, Relation] = {}

    def take(found: Attributes) -> None:
        if len(relations) >= _MOST_RELATIONS:
            raise too_complex(part)
        relations[found.get("Id", "")] = _read_relation(found, folder, archive)

    parse(archive.pieces(part), _Listing(part, _RELATIONS, "Relationships").on("Relationship", take), budget)
    return relations


def _read_relation(found: Attributes, folder: str, archive: Archive) -> Relation:
    kind, stated = found.get("Type", "").rsplit("/", 1)[-1], found.get("Target", "")
    if found.get("TargetMode", "").lower() == "external":
        return Relation(kind, "")
    target = resolve(folder, target=stated, archive=archive)
    return Relation(kind, "", astray=stated) if target is None else Relation(kind, target)


def resolve(folder: str, *, target: str, archive: Archive) -> str | None:
    """The part that a target means, relative to a folder; None if it leads out of the archive."""
    path = target.replace("\\", "/").split("#")[0]
    joined = posixpath.normpath(posixpath.join("/", folder, path)).lstrip("/")
    depth = len([step for step in folder.split("/") if step]) if not path.startswith("/") else 0
    for step in path.split("/"):
        depth += -1 if step == ".." else step not in ("", ".")
        if depth < 0:
            return None
    return joined if archive.has(joined) else unquote(joined)


def find_main_part(archive: Archive, budget: Budget) -> str:
    """The part that the archive names as its document, otherwise the only workbook part, otherwise ""."""
    relations = read_relations(archive, "", budget) or {}
    targets = {each.follow() for each in relations.values() if each.kind == "officeDocument"} - {""}
    if len(targets) == 1:
        return targets.pop()
    return "xl/workbook.xml" if not targets and archive.has("xl/workbook.xml") else ""


def read_contents(archive: Archive, part: str, budget: Budget) -> WorkbookPart:
    """Reads the workbook part. Raises Refused if it is missing, lists no sheet or lists too many."""
    if not part or not archive.has(part):
        raise refuse("file.no_workbook")
    listed: list[Attributes] = []
    properties: dict[str, str] = {}

    def take(found: Attributes) -> None:
        if len(listed) >= MOST_SHEETS:
            raise refuse("file.too_many_sheets", expected=str(MOST_SHEETS))
        listed.append(found)

    listing = _Listing(part, MAIN, "workbook").on("sheet", take)
    listing.on("workbookPr", properties.update).on("calcPr", properties.update)
    parse(archive.pieces(part), listing, budget)
    if not listed:
        raise refuse("file.no_sheets")
    relations = read_relations(archive, part, budget)
    if relations is None:
        relations = _guess_relations(archive, listed)
    return WorkbookPart(
        sheets=tuple(_sheet_part(found, relations, budget) for found in listed),
        calendar=Calendar.FROM_1904 if is_true(properties.get("date1904")) else Calendar.FROM_1900,
        relations=tuple(relations.values()),
        recalculates=is_true(properties.get("fullCalcOnLoad")),
    )


def _guess_relations(archive: Archive, listed: list[Attributes]) -> dict[str, Relation]:
    """Without relationships, a single sheet belongs to a single worksheet part; more cannot be matched."""
    parts = [name for name in archive.names if name.lower().startswith("xl/worksheets/") and name.endswith(".xml")]
    relations = {
        f"guessed {kind}": Relation(kind, f"xl/{kind}.xml")
        for kind in ("styles", "sharedStrings")
        if archive.has(f"xl/{kind}.xml")
    }
    if len(listed) == len(parts) == 1:
        relations[_relation_id(listed[0])] = Relation("worksheet", parts[0])
    return relations


def _relation_id(found: Attributes) -> str:
    return next((found[name] for name in _RELATION_IDS if name in found), "")


def _sheet_part(found: Attributes, relations: dict[str, Relation], budget: Budget) -> SheetPart:
    state = found.get("state", "visible")
    relation = relations.get(_relation_id(found), Relation("worksheet", ""))
    return SheetPart(
        name=decode_escapes(found.get("name", ""), budget),
        # A state that is not in the standard counts as hidden, so that such a sheet is never used unnoticed.
        visibility=_VISIBILITIES.get(state, Visibility.HIDDEN),
        kind=relation.kind,
        part=relation.follow(),
    )


def read_styles(archive: Archive, part: str, budget: Budget) -> list[CellFormat]:
    """What each cell format makes of a cell, by index; empty if the workbook has no styles."""
    reader = _StyleReader(part)
    parse(archive.pieces(part), reader, budget)
    fonts = dict(enumerate(reader.fonts))
    stated = [(number, fonts.get(font, "")) for number, font in reader.cell_formats]
    return make_cell_formats(stated, reader.codes, budget)


class _StyleReader(_Listing):
    """Cells use only `numFmts/numFmt`, `fonts/font/name` and `cellXfs/xf`; the same names elsewhere are ignored."""

    def __init__(self, part: str) -> None:
        super().__init__(part, MAIN, "styleSheet")
        self.codes: dict[int, str] = {}
        self.fonts: list[str] = []
        self.cell_formats: list[tuple[int, int]] = []
        """Each with the id of its number format and the index of its font."""
        self._inside = ""
        self.on("numFmt", self._take_format).on("xf", self._take_cell_format)
        self.on("font", self._open_font).on("name", self._take_font_name)
        for local in ("numFmts", "fonts", "cellXfs"):
            self.on(local, partial(self._open, local))
            for namespace in MAIN:
                self.ends[f"{namespace} {local}"] = self._close

    def _open(self, local: str, _: Attributes) -> None:
        self._inside = local

    def _close(self) -> None:
        self._inside = ""

    def _take_format(self, found: Attributes) -> None:
        if self._inside == "numFmts":
            self.codes[self._number(found.get("numFmtId"))] = found.get("formatCode", "")

    def _open_font(self, _: Attributes) -> None:
        if self._inside == "fonts":
            self.fonts.append("")

    def _take_font_name(self, found: Attributes) -> None:
        if self._inside == "fonts" and self.fonts:
            self.fonts[-1] = found.get("val", "")

    def _take_cell_format(self, found: Attributes) -> None:
        if self._inside == "cellXfs":
            if len(self.cell_formats) >= _MOST_FORMATS:
                raise too_complex(self.part)
            stated = self._number(found.get("numFmtId", "0")), self._number(found.get("fontId", "0"))
            self.cell_formats.append(stated)

    def _number(self, text: str | None) -> int:
        if text is None or not text.isascii() or not text.isdigit() or len(text) > 9:
            self.fail()
        return int(text)


class _TextReader(_Listing):
    """Texts made of runs: `si` in the table of shared texts. Phonetic runs (`rPh`) are dropped."""

    def __init__(self, part: str, budget: Budget) -> None:
        super().__init__(part, MAIN, "sst")
        self._budget = budget
        self.found: list[str] = []
        self.runs: dict[int, list[Run]] = {}
        self._runs: list[str] = []
        self._fonts: list[str] = []
        self._font = ""
        self._phonetic = False
        self.on("si", self._open).on("t", self._open_text).on("rPh", self._open_phonetic)
        self.on("r", self._open_run).on("rFont", self._take_font)
        for namespace in MAIN:
            self.ends[f"{namespace} si"] = self._close
            self.ends[f"{namespace} t"] = self._close_text
            self.ends[f"{namespace} rPh"] = self._close_phonetic

    def _open(self, _: Attributes) -> None:
        self._runs.clear()
        self._fonts.clear()
        self._font = ""

    def _close(self) -> None:
        if any(map(find_encoding, self._fonts)):
            runs = zip(self._runs, self._fonts, strict=True)
            self.runs[len(self.found)] = [Run(decode_escapes(text, self._budget), font) for text, font in runs]
        self.found.append(decode_escapes("".join(self._runs), self._budget))

    def _open_run(self, _: Attributes) -> None:
        self._font = ""

    def _take_font(self, found: Attributes) -> None:
        self._font = found.get("val", "")

    def _open_text(self, _: Attributes) -> None:
        self.leaf = True

    def _close_text(self) -> None:
        self.leaf = False
        if not self._phonetic:
            self._runs.append("".join(self.texts))
            self._fonts.append(self._font)

    def _open_phonetic(self, _: Attributes) -> None:
        self._phonetic = True

    def _close_phonetic(self) -> None:
        self._phonetic = False


@dataclass(frozen=True, slots=True)
class SharedTexts:
    """The texts, in the order of the indices that cells use; `runs` of those that use a font of old letters."""

    texts: list[str] = field(default_factory=list)
    runs: dict[int, list[Run]] = field(default_factory=dict)


def read_texts(archive: Archive, part: str, budget: Budget) -> SharedTexts:
    reader = _TextReader(part, budget)
    parse(archive.pieces(part), reader, budget)
    return SharedTexts(reader.found, reader.runs)


def find_parts(relations: Iterable[Relation], kind: str) -> list[str]:
    return [relation.follow() for relation in relations if relation.kind == kind]
