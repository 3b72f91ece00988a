"""Makes the marked copy of an .xlsx that passed the guard: bytes and issues in, the sender's own file out."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Final

from chalicelib.domain.issues.issue import Issue, Refused, Severity
from chalicelib.domain.language.spelling import make_key
from chalicelib.workbook.form.marks import SUMMARY_SHEET
from chalicelib.workbook.marking.conditions import hold_while_wrong, is_short
from chalicelib.workbook.marking.notes import NoteParts, Notes
from chalicelib.workbook.marking.parts import Parts
from chalicelib.workbook.marking.spans import Edit, PartUnreadable
from chalicelib.workbook.marking.styles import Formats, add_formats, clear_marked_fills, make_styles
from chalicelib.workbook.marking.summary import HEADING, render_note, render_summary
from chalicelib.workbook.marking.workbook import Workbook
from chalicelib.workbook.marking.worksheet import Mark, SheetMarkup
from chalicelib.workbook.reading import book
from chalicelib.workbook.reading.archive import Archive
from chalicelib.workbook.reading.bounds import Budget
from chalicelib.workbook.reading.cells import parse_reference
from chalicelib.workbook.reading.package import (
    SheetPart,
    WorkbookPart,
    find_main_part,
    find_parts,
    read_contents,
    read_relations,
)

Place = tuple[int, int]
_STRICT: Final = b"http://purl.oclc.org/ooxml/spreadsheetml/main"
_NAME: Final = re.compile(r"(?!')[^\\*?:/\[\]]{1,31}(?<!')")
"""A name that Excel allows a sheet. Excel repairs another, openpyxl and exceljs refuse it, and LibreOffice drops such a
sheet with all its cells if it is not the first."""
_SUMMARY_NAME: Final = re.compile(re.escape(make_key(SUMMARY_SHEET)) + r"(?: \d{1,3})?", re.ASCII)
_HEAD: Final = 16_384
"""The first bytes of a sheet, which contain its views; the cells follow later."""


def mark_workbook(data: bytes, source: book.Book, issues: Sequence[Issue]) -> bytes | None:
    """The .xlsx `data`, already read as `source`, with its issues marked; None if it cannot be changed safely."""
    return mark_parts(Parts(Archive(data)), source, issues)


def mark_parts(parts: Parts, source: book.Book, issues: Sequence[Issue], *, is_fresh: bool = False) -> bytes | None:
    """The same of a workbook whose parts may have changes already, but for its list of sheets.

    `is_fresh`: it is a fresh form, not the sender's own file, and its summary says so.
    """
    archive = parts.archive
    budget = Budget()
    part = find_main_part(archive, budget)
    contents = read_contents(archive, part, budget)
    if _STRICT in archive.read(part)[:_HEAD] or not all(_NAME.fullmatch(each.name) for each in contents.sheets):
        return None
    try:
        return _Marking(parts, part, contents, source).run(issues, is_fresh=is_fresh)
    except (PartUnreadable, KeyError):
        return None


class _Marking:
    """One workbook while its marked copy is made."""

    def __init__(self, parts: Parts, part: str, contents: WorkbookPart, source: book.Book) -> None:
        self._archive = parts.archive
        self._contents = contents
        self._source = {sheet.name: sheet for sheet in source.sheets}
        self._parts = parts
        self._workbook = Workbook(self._parts, part)
        self._summary = self._find_earlier_summary()
        self._earlier_words = self._list_earlier_words()
        self._styles = next((each for each in find_parts(contents.relations, "styles") if parts.has(each)), "")

    def run(self, issues: Sequence[Issue], *, is_fresh: bool) -> bytes:
        formats = self._add_formats()
        by_sheet = self._place(issues)
        worksheets = [each for each in self._contents.sheets if each.kind == "worksheet" and each.part]
        tried = [self._open(each, by_sheet.get(each.name, {}), formats) for each in worksheets if each != self._summary]
        opened = [each for each in tried if each]
        is_shown = self._deselect(opened)
        for each in opened:
            each.save()
        self._write_summary(render_summary(issues, formats, is_selected=is_shown, is_fresh=is_fresh), is_shown=is_shown)
        return self._parts.pack()

    def _add_formats(self) -> Formats:
        if not self._styles:
            self._styles = self._workbook.add_styles()
            make_styles(self._parts, self._styles)
        return add_formats(self._parts, self._styles)

    # The summary

    def _find_earlier_summary(self) -> SheetPart | None:
        """The summary of an earlier round: a sheet of that name, perhaps numbered, that begins with our heading."""
        for each in self._contents.sheets:
            sheet = self._source.get(each.name)
            first = sheet.get(1, 1) if sheet else None
            is_named = bool(each.part) and _SUMMARY_NAME.fullmatch(make_key(each.name))
            if is_named and first and first.text.startswith(HEADING):
                return each
        return None

    def _list_earlier_words(self) -> str:
        sheet = self._source.get(self._summary.name) if self._summary else None
        return "\n".join(" ".join(cell.text.split()) for cell in sheet.cells.values()) if sheet else ""

    def is_earlier_note(self, text: str) -> bool:
        """Whether every line of a note stands in the summary of an earlier round."""
        lines = [" ".join(line.split()) for line in text.split("\n")]
        return bool(self._earlier_words) and any(lines) and all(line in self._earlier_words for line in lines)

    def _write_summary(self, summary: bytes, *, is_shown: bool) -> None:
        if self._summary is None:
            part = self._workbook.add_first_sheet(self._find_free_sheet_name(), is_shown=is_shown)
        else:
            part = self._summary.part
            if is_shown:
                self._workbook.show_sheet(self._contents.sheets.index(self._summary))
        self._parts.put(part, summary)

    def _find_free_sheet_name(self) -> str:
        taken = {make_key(each.name) for each in self._contents.sheets}
        names = (f"{SUMMARY_SHEET} {number}" if number > 1 else SUMMARY_SHEET for number in range(1, len(taken) + 2))
        return next(name for name in names if make_key(name) not in taken)

    # The sheets

    def _place(self, issues: Sequence[Issue]) -> dict[str, dict[Place, list[Issue]]]:
        """Issues by sheet and cell; an issue in a merged range belongs to the range's visible cell."""
        found: dict[str, dict[Place, list[Issue]]] = defaultdict(lambda: defaultdict(list))
        for issue in issues:
            place = parse_reference(issue.cell) if issue.sheet in self._source else None
            if place:
                found[issue.sheet][place].append(issue)
        return {name: _move_to_anchors(places, self._source[name]) for name, places in found.items()}

    def _open(self, sheet: SheetPart, places: Mapping[Place, list[Issue]], formats: Formats) -> _SheetCopy | None:
        """The copy of one sheet, if there is something to mark or an earlier mark to remove."""
        if not places and not self._has_marks(sheet.part):
            return None
        try:
            copy = _SheetCopy(self, sheet, self._source[sheet.name])
            copy.mark(places, formats)
        except PartUnreadable:
            return None
        return copy

    def _has_marks(self, part: str) -> bool:
        if b"tonghop" in self._parts.read(part):
            return True
        try:
            relations = read_relations(self._archive, part, Budget()) or {}
        except Refused:
            return False
        return any(each.kind == "comments" and self._parts.has(each.target) for each in relations.values())

    def _deselect(self, opened: Sequence[_SheetCopy]) -> bool:
        """Whether the summary may be the only selected sheet: no untouched sheet is selected."""
        ours = {each.part for each in opened} | ({self._summary.part} if self._summary else set())
        others = [each.part for each in self._contents.sheets if each.part and each.part not in ours]
        if any(_is_selected(self._parts, part) for part in others):
            return False
        for each in opened:
            each.sheet.deselect()
        return True

    @property
    def parts(self) -> Parts:
        return self._parts

    @property
    def styles(self) -> str:
        return self._styles

    @property
    def archive(self) -> Archive:
        return self._archive


class _SheetCopy:
    """One sheet being marked, with its notes."""

    def __init__(self, marking: _Marking, listed: SheetPart, source: book.Sheet) -> None:
        self.part = listed.part
        self.sheet = SheetMarkup(marking.parts.read_xml(listed.part))
        self._marking = marking
        self._source = source
        self._notes: Notes | None = None

    def mark(self, places: Mapping[Place, list[Issue]], formats: Formats) -> None:
        self.sheet.mark([self._make_mark(place, issues, formats) for place, issues in places.items()])
        try:
            self._mark_with_notes(places)
        except (PartUnreadable, KeyError, Refused):
            self._notes = None  # notes cannot be changed; the colour and the summary still show the issues

    def _make_mark(self, place: Place, issues: Sequence[Issue], formats: Formats) -> Mark:
        reference = book.reference(*place)
        related = dict.fromkeys([reference, *(cell for issue in issues for cell in issue.related)])
        cells = [(each, self._source.cells.get(parse_reference(each) or (0, 0))) for each in related]
        condition = hold_while_wrong(cells)
        if not is_short(condition):
            condition = hold_while_wrong(cells[:1])
        is_error = any(issue.severity is Severity.ERROR for issue in issues)
        return Mark(reference, condition, formats.error if is_error else formats.warning)

    def _mark_with_notes(self, places: Mapping[Place, list[Issue]]) -> None:
        relations = read_relations(self._marking.archive, self.part, Budget()) or {}
        where = NoteParts.of(relations, self.sheet.find_notes_relation())
        notes = Notes(self._marking.parts, where)
        gone = notes.find_own(self._marking.is_earlier_note)
        self.sheet.restyle(self._clear_fills(gone))
        texts = {place: "\n".join(map(render_note, issues)) for place, issues in places.items()}
        notes.replace(gone, texts)
        if gone or texts:
            self._notes = notes

    def _clear_fills(self, references: Mapping[str, object]) -> list[Edit]:
        found = self.sheet.find_formats(references)
        styles = (style for style, _ in found.values())
        cleared = clear_marked_fills(self._marking.parts, self._marking.styles, styles) if found else {}
        return [edit._replace(text=str(cleared[style]).encode()) for style, edit in found.values() if style in cleared]

    def save(self) -> None:
        if self._notes and (identity := self._notes.put(self.part)):
            self.sheet.relate_notes(identity)
        self._marking.parts.put(self.part, self.sheet.render())


def _move_to_anchors(places: Mapping[Place, list[Issue]], sheet: book.Sheet) -> dict[Place, list[Issue]]:
    anchors: dict[Place, Place] = {}
    rows = sorted(places)
    for first_row, first_column, last_row, last_column in sheet.merged:
        for place in rows[bisect_left(rows, (first_row, 0)) : bisect_left(rows, (last_row + 1, 0))]:
            if first_column <= place[1] <= last_column:
                anchors[place] = (first_row, first_column)
    moved: dict[Place, list[Issue]] = defaultdict(list)
    for place, issues in places.items():
        moved[anchors.get(place, place)] += issues
    return moved


def _is_selected(parts: Parts, part: str) -> bool:
    head = parts.read_xml(part)[:_HEAD]
    return re.search(rb"tabSelected\s*=\s*[\"'](?:1|true)[\"']", head) is not None
