"""Excel's format of 1993 to 2003: reads the records of an .xls as exactly as an .xlsx ([MS-XLS]; BIFF5 and BIFF8).

Many of the units' machines still write it. calamine, the fast library, is not used: it returns error values and
uncalculated formulas as blanks, and can abort the whole process; `docs/reading.md` has the measurements.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

from chalicelib.domain.issues.issue import Refused, refuse
from chalicelib.domain.language.legacy_text import Run, find_encoding
from chalicelib.workbook.reading.asides import read_margin
from chalicelib.workbook.reading.book import Aside, Beside, Book, CellKind, Sheet, Visibility
from chalicelib.workbook.reading.bounds import LAST_COLUMN, MOST_SHEETS, Budget
from chalicelib.workbook.reading.cells import Collector
from chalicelib.workbook.reading.compound import Compound
from chalicelib.workbook.reading.dates import Calendar
from chalicelib.workbook.reading.formats import PLAIN, CellFormat, make_cell_formats
from chalicelib.workbook.reading.records import (
    Pieces,
    SharedRecords,
    decode_bytes,
    find_stream,
    read_records,
    read_shared_texts,
)

_BOF, _EOF = 0x0809, 0x000A
_BIFF5, _BIFF8 = 0x0500, 0x0600
_STRING: Final = 0x0207
_BETWEEN_FORMULA_AND_STRING: Final = frozenset({0x0221, 0x0236, 0x04BC})
"""ARRAY, TABLE and SHRFMLA: the formula's own text, where it is shared."""
_ERRORS: Final = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
    0x2B: "#GETTING_DATA",
}
_VISIBILITIES: Final = (Visibility.VISIBLE, Visibility.HIDDEN, Visibility.VERY_HIDDEN)
_WORKSHEET, _CHART = 0, 2
_WORKSHEET_STREAM, _CHART_STREAM = 0x0010, 0x0020
_TO_BE_CALCULATED: Final = 0x0002
_ROW_HIDDEN: Final = 0x0020
_CELL: Final = struct.Struct("<3H")
_NO_FONT: Final = 4
_CODE_PAGE_BY_CHARSET: Final = {
    0x4D: 10000, 0x80: 932, 0x81: 949, 0x86: 936, 0x88: 950, 0xA1: 1253, 0xA2: 1254, 0xA3: 1258, 0xB1: 1255,
    0xB2: 1256, 0xBA: 1257, 0xCC: 1251, 0xDE: 874, 0xEE: 1250,
}  # fmt: skip
"""[MS-XLS] 2.4.122, and the code pages that Windows has for them; any other is Western."""


@dataclass(slots=True)
class _SheetEntry:
    name: str
    visibility: Visibility
    kind: int
    position: int


@dataclass(frozen=True, slots=True)
class _Font:
    name: str
    charset: int


@dataclass(slots=True)
class _Globals:
    """What the records before the sheets define for all sheets.

    `calculated`: the file was saved by a program that calculates; Excel since 2002 and LibreOffice name their engine.
    `code_page` is 0 if the file names none; then texts of Excel 95 are in the code page of their font's charset.
    """

    biff: int = _BIFF8
    code_page: int = 0
    calendar: Calendar = Calendar.FROM_1900
    calculated: bool = False
    sheets: list[_SheetEntry] = field(default_factory=list)
    texts: SharedRecords = field(default_factory=SharedRecords)
    codes: dict[int, str] = field(default_factory=dict)
    fonts: list[_Font] = field(default_factory=list)
    cell_formats: list[tuple[int, int]] = field(default_factory=list)
    """Each with the id of its number format and the index of its font."""
    notes: set[str] = field(default_factory=set)
    asides: list[Aside] = field(default_factory=list)

    def find_font(self, index: int) -> _Font:
        """The font of this index, among which there is no 4 ([MS-XLS] 2.5.129)."""
        place = index - 1 if index > _NO_FONT else index
        return self.fonts[place] if place < len(self.fonts) else _Font("", 0)

    def font_of(self, cell_format: int) -> _Font:
        return self.find_font(self.cell_formats[cell_format][1] if cell_format < len(self.cell_formats) else 0)

    def code_page_of(self, font: _Font) -> int:
        return self.code_page or _CODE_PAGE_BY_CHARSET.get(font.charset, 1252)

    def short_text(self, body: bytes, position: int) -> str:
        """A text with a one-byte length, as in names of sheets."""
        length = body[position]
        if self.biff == _BIFF5:
            code_page = self.code_page_of(self.find_font(0))
            return decode_bytes(body[position + 1 : position + 1 + length], code_page)
        return Pieces([body], position + 2).take_letters(length, flags=body[position + 1])

    def text(self, pieces: list[bytes], position: int, *, cell_format: int = 0) -> str:
        """A text with a two-byte length, as in cells of this format."""
        if self.biff == _BIFF8:
            return Pieces(pieces, position).take_text()
        reader = Pieces(pieces, position)
        length = struct.unpack("<H", reader.take(2))[0]
        return decode_bytes(reader.take(length), self.code_page_of(self.font_of(cell_format)))


def read_compound(compound: Compound) -> Book:
    """The workbook of a checked compound file. Raises Refused if records are cut off or contradict each other."""
    stream = compound.read(find_stream(compound))
    budget = Budget("Workbook")
    try:
        found = _read_globals(stream, budget)
        _check_sheets(found, stream)
        stated = [(number, found.find_font(font).name) for number, font in found.cell_formats]
        formats = make_cell_formats(stated, found.codes, budget)
        sheets = [
            _SheetReader(entry, found, formats=formats, budget=budget).read(stream)
            for entry in found.sheets
            if entry.kind == _WORKSHEET
        ]
    except (struct.error, IndexError) as error:
        # A record that is shorter than its number asks for.
        raise refuse("file.damaged", found="Workbook") from error
    if not sheets:
        raise refuse("file.no_sheets")
    if any(name.upper().startswith("MBD") for name in compound.storages):
        found.notes.add("file.embedded_objects")
    return Book("xls", sheets, tuple(sorted(found.notes)), tuple(found.asides))


def _read_globals(stream: bytes, budget: Budget) -> _Globals:
    """The records before the first sheet. Raises Refused if the stream is not a workbook, is older, or is cut off."""
    found = _Globals()
    records = read_records(stream)
    number, pieces = next(records, (0, [b""]))
    if number != _BOF:
        raise refuse("file.damaged", found="Workbook")
    found.biff = struct.unpack_from("<H", pieces[0])[0]
    if found.biff not in (_BIFF5, _BIFF8):
        raise refuse("file.old_excel")
    for number, pieces in records:
        budget.spend_tags(len(pieces))
        if number == _EOF:
            return found
        if number == 0x00FC:
            found.texts = read_shared_texts(pieces, budget)
        elif (take := _GLOBALS.get(number)) is not None:
            take(found, pieces[0])
    raise refuse("file.truncated")


def _take_code_page(found: _Globals, body: bytes) -> None:
    found.code_page = struct.unpack_from("<H", body)[0]


def _take_calendar(found: _Globals, body: bytes) -> None:
    found.calendar = Calendar.FROM_1904 if struct.unpack_from("<H", body)[0] == 1 else Calendar.FROM_1900


def _take_format(found: _Globals, body: bytes) -> None:
    number = struct.unpack_from("<H", body)[0]
    found.codes[number] = found.short_text(body, 2) if found.biff == _BIFF5 else found.text([body], 2)


def _take_font(found: _Globals, body: bytes) -> None:
    found.fonts.append(_Font(found.short_text(body, 14), body[12]))


def _take_cell_format(found: _Globals, body: bytes) -> None:
    font, number = struct.unpack_from("<2H", body)
    found.cell_formats.append((number, font))


def _take_sheet(found: _Globals, body: bytes) -> None:
    position, state, kind = struct.unpack_from("<I2B", body)
    visibility = _VISIBILITIES[state & 3] if state & 3 < len(_VISIBILITIES) else Visibility.HIDDEN
    found.sheets.append(_SheetEntry(found.short_text(body, 6), visibility, kind, position))


def _take_engine(found: _Globals, _: bytes) -> None:
    found.calculated = True


def _take_book(found: _Globals, body: bytes) -> None:
    """A workbook that formulas refer to: this one or an add-in (four bytes), another file, or with \\x03 a program."""
    if len(body) > 4:
        found.notes.add("file.fetching_formulas" if b"\x03" in body[4:] else "file.external_links")


def _take_connection(found: _Globals, _: bytes) -> None:
    found.notes.add("file.connections")


_GLOBALS: Final[dict[int, Callable[[_Globals, bytes], None]]] = {
    0x0022: _take_calendar,
    0x0031: _take_font,
    0x0042: _take_code_page,
    0x0085: _take_sheet,
    0x00E0: _take_cell_format,
    0x01AE: _take_book,
    0x01C1: _take_engine,
    0x041E: _take_format,
    0x0876: _take_connection,
}


def _check_sheets(found: _Globals, stream: bytes) -> None:
    """Refuses macro sheets, and a sheet whose position is missing or is used twice."""
    if len(found.sheets) > MOST_SHEETS:
        raise refuse("file.too_many_sheets", expected=str(MOST_SHEETS))
    positions: set[int] = set()
    for entry in found.sheets:
        if entry.kind not in (_WORKSHEET, _CHART):
            raise refuse("file.macro")
        number, pieces = next(read_records(stream[entry.position : entry.position + 64]), (0, [b""]))
        if number != _BOF:
            raise refuse("file.sheet_missing", sheet=entry.name)
        if entry.position in positions:
            raise refuse("file.sheet_shared", sheet=entry.name)
        positions.add(entry.position)
        kind = struct.unpack_from("<H", pieces[0], 2)[0]
        if kind not in (_WORKSHEET_STREAM, _CHART_STREAM):
            raise refuse("file.macro")
        entry.kind = _WORKSHEET if kind == _WORKSHEET_STREAM else _CHART


class _SheetReader:
    """The records of one sheet. A formula with a text value waits for the record that holds the text."""

    def __init__(self, entry: _SheetEntry, found: _Globals, *, formats: list[CellFormat], budget: Budget) -> None:
        self._entry = entry
        self._globals = found
        self._formats = formats
        self._has_old_fonts = any(find_encoding(font.name) for font in found.fonts)
        self._budget = budget
        self._collector = Collector(Sheet(entry.name, entry.visibility), budget, found.calendar)
        self._hidden: set[int] = set()
        self._waiting: tuple[int, int, int] | None = None
        """Row, column and format of the cell whose text comes in a record of its own."""
        self._takes: dict[int, Callable[[list[bytes]], None]] = {
            0x0006: self._take_formula,
            0x0014: self._take_margin,
            0x0015: self._take_margin,
            0x001C: self._take_note,
            0x00BD: self._take_many_packed,
            0x00D6: self._take_label,
            0x00E5: self._take_merged,
            0x00FD: self._take_shared,
            0x01B6: self._take_drawn_text,
            0x0203: self._take_number,
            0x0204: self._take_label,
            0x0205: self._take_bool_or_error,
            0x0207: self._take_string,
            0x0208: self._take_row,
            0x027E: self._take_packed,
            0x089C: self._take_other_margins,
        }

    def read(self, stream: bytes) -> Sheet:
        """Raises Refused if the sheet ends before its last record. Embedded charts have streams of their own."""
        depth = 0
        for number, pieces in read_records(stream, self._entry.position):
            self._budget.spend_tags(len(pieces))
            if number == _BOF:
                depth += 1
            elif number == _EOF:
                depth -= 1
                if depth == 0:
                    break
            elif depth == 1 and (take := self._takes.get(number)) is not None:
                if self._waiting and number != _STRING and number not in _BETWEEN_FORMULA_AND_STRING:
                    self._give_up_waiting()
                take(pieces)
        else:
            raise refuse("file.truncated")
        return self._close()

    def _close(self) -> Sheet:
        self._give_up_waiting()
        filled = {row for row, _ in self._collector.sheet.cells}
        for row in self._hidden & filled:
            self._collector.hide(row)
        return self._collector.close()

    def _give_up_waiting(self) -> None:
        if self._waiting:
            row, column, _ = self._waiting
            self._collector.put(row, column, CellKind.UNCALCULATED, "", formula=True)
            self._waiting = None

    def _place(self, body: bytes) -> tuple[int, int, int]:
        """Row, column and the index of the format of a cell."""
        row, column, cell_format = _CELL.unpack_from(body)
        return row + 1, self._column(row, column), cell_format

    def _column(self, row: int, column: int) -> int:
        if column >= LAST_COLUMN:
            raise refuse("file.bad_reference", sheet=self._entry.name, found=f"{row + 1}:{column + 1}")
        return column + 1

    def _put_number(self, row: int, column: int, number: float, *, cell_format: int, formula: bool = False) -> None:
        stated = self._formats[cell_format] if cell_format < len(self._formats) else PLAIN
        self._collector.put_number(row, column, show_number(number), stated, formula)

    def _put_text(self, place: tuple[int, int, int], text: str, *, formula: bool = False, changes: bytes = b"") -> None:
        """A text, of which `changes` say where it goes on in another font ([MS-XLS] 2.5.132)."""
        row, column, cell_format = place
        self._collector.put(row, column, CellKind.TEXT, text, formula=formula)
        if self._has_old_fonts:
            font = self._globals.font_of(cell_format).name
            self._collector.keep_runs(row, column, [*self._split_runs(text, changes)], font)

    def _split_runs(self, text: str, changes: bytes) -> Iterator[Run]:
        start, font = 0, ""
        for place, index in struct.iter_unpack("<2H", changes):
            yield Run(text[start:place], font)
            start, font = place, self._globals.find_font(index).name
        yield Run(text[start:], font)

    def _take_row(self, pieces: list[bytes]) -> None:
        row, height = struct.unpack_from("<H4xH", pieces[0])
        flags = struct.unpack_from("<H", pieces[0], 12)[0]
        if flags & _ROW_HIDDEN or not height & 0x7FFF:
            self._hidden.add(row + 1)

    def _take_number(self, pieces: list[bytes]) -> None:
        row, column, cell_format = self._place(pieces[0])
        self._put_number(row, column, struct.unpack_from("<d", pieces[0], 6)[0], cell_format=cell_format)

    def _take_packed(self, pieces: list[bytes]) -> None:
        row, column, cell_format = self._place(pieces[0])
        number = unpack_number(struct.unpack_from("<I", pieces[0], 6)[0])
        self._put_number(row, column, number, cell_format=cell_format)

    def _take_many_packed(self, pieces: list[bytes]) -> None:
        body = pieces[0]
        row, column = struct.unpack_from("<2H", body)
        for cell_format, packed in struct.iter_unpack("<HI", body[4 : 4 + (len(body) - 6) // 6 * 6]):
            number = unpack_number(packed)
            self._put_number(row + 1, self._column(row, column), number, cell_format=cell_format)
            column += 1

    def _take_shared(self, pieces: list[bytes]) -> None:
        place = self._place(pieces[0])
        index = struct.unpack_from("<I", pieces[0], 6)[0]
        shared = self._globals.texts
        if index >= len(shared.texts):
            raise self._collector.refuse_at("file.bad_shared_text", *place[:2], found=str(index))
        self._put_text(place, shared.texts[index], changes=shared.changes.get(index, b""))

    def _take_label(self, pieces: list[bytes]) -> None:
        place = self._place(pieces[0])
        self._put_text(place, self._globals.text(pieces, 6, cell_format=place[2]))

    def _take_bool_or_error(self, pieces: list[bytes]) -> None:
        row, column, _ = self._place(pieces[0])
        value, is_error = struct.unpack_from("<2B", pieces[0], 6)
        self._put_bool_or_error(row, column, value=value, is_error=bool(is_error), formula=False)

    def _put_bool_or_error(self, row: int, column: int, *, value: int, is_error: bool, formula: bool) -> None:
        if is_error:
            self._collector.put(row, column, CellKind.ERROR, _ERRORS.get(value, f"#ERR{value}"), formula=formula)
        else:
            self._collector.put(row, column, CellKind.BOOL, "TRUE" if value else "FALSE", formula=formula)

    def _take_formula(self, pieces: list[bytes]) -> None:
        """Reads a formula's value: a number, or with 0xFFFF at its end one of four other kinds ([MS-XLS] 2.5.133)."""
        body = pieces[0]
        row, column, cell_format = self._place(body)
        kind, _, value, _, _, mark, flags = struct.unpack_from("<4BHHH", body, 6)
        if mark != 0xFFFF:
            number = struct.unpack_from("<d", body, 6)[0]
            self._put_number(row, column, number, cell_format=cell_format, formula=True)
        elif kind in (1, 2):
            self._put_bool_or_error(row, column, value=value, is_error=kind == 2, formula=True)
        elif kind == 0:
            self._waiting = (row, column, cell_format)
        elif kind != 3 or flags & _TO_BE_CALCULATED or not self._globals.calculated:
            # CellKind 3 is the empty text; writers that do not calculate store it too.
            self._collector.put(row, column, CellKind.UNCALCULATED, "", formula=True)

    def _take_string(self, pieces: list[bytes]) -> None:
        if self._waiting:
            place, self._waiting = self._waiting, None
            self._put_text(place, self._globals.text(pieces, 0, cell_format=place[2]), formula=True)

    # Text beside the cells: a record of it that is broken is passed over, since nothing is read from it

    def _take_margin(self, pieces: list[bytes]) -> None:
        """The header or footer of the pages; an empty record where there is none."""
        with suppress(struct.error, IndexError, Refused):
            is_old = self._globals.biff == _BIFF5
            text = self._globals.short_text(pieces[0], 0) if is_old else self._globals.text(pieces, 0)
            self._put_aside(Beside.MARGIN, read_margin(text))

    def _take_other_margins(self, pieces: list[bytes]) -> None:
        """Headers and footers of even pages and of the first ([MS-XLS] 2.4.137)."""
        with suppress(struct.error, IndexError, Refused):
            reader = Pieces(pieces, 30)
            for length in struct.unpack("<4H", reader.take(8)):
                if length:
                    self._put_aside(Beside.MARGIN, read_margin(reader.take_text()))

    def _take_drawn_text(self, pieces: list[bytes]) -> None:
        """The text of a text box or, in BIFF8, of a comment ([MS-XLS] 2.4.329): it stands in the next piece."""
        with suppress(struct.error, IndexError, Refused):
            length = struct.unpack_from("<H", pieces[0], 10)[0]
            reader = Pieces(pieces[1:])
            self._put_aside(Beside.DRAWING, reader.take_letters(length, flags=reader.take(1)[0]))

    def _take_note(self, pieces: list[bytes]) -> None:
        """A comment of Excel 95 and before; later ones have their text in a drawing."""
        if self._globals.biff == _BIFF5:
            self._put_aside(
                Beside.NOTE, decode_bytes(pieces[0][6:], self._globals.code_page_of(self._globals.find_font(0)))
            )

    def _put_aside(self, where: Beside, text: str) -> None:
        if text:
            self._globals.asides.append(Aside(where, text, self._entry.name))

    def _take_merged(self, pieces: list[bytes]) -> None:
        body = pieces[0]
        count = struct.unpack_from("<H", body)[0]
        for first_row, last_row, first_column, last_column in struct.iter_unpack("<4H", body[2 : 2 + 8 * count]):
            self._collector.merge(first_row + 1, first_column + 1, last_row + 1, last_column + 1)


def unpack_number(packed: int) -> float:
    """An RK number ([MS-XLS] 2.5.217): a 30-bit integer or float, optionally divided by 100."""
    if packed & 2:
        number: float = (packed >> 2) - (0x40000000 if packed & 0x80000000 else 0)
    else:
        number = struct.unpack("<d", struct.pack("<Q", (packed & 0xFFFFFFFC) << 32))[0]
    return number / 100 if packed & 1 else number


def show_number(number: float) -> str:
    """The shortest text that gives the same number again, without ".0": what Excel shows in its input line."""
    return str(int(number)) if number == number // 1 and abs(number) < 1e15 else repr(number)
