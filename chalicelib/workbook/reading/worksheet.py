"""One worksheet of an .xlsx, cell by cell as the XML stores it (ECMA-376-1, 18.3).

Markup that Excel never writes but other programs do is read if it is unambiguous: cells out of order, cells and rows
without an address, pretty-printed XML. Ambiguous markup is refused, and the cell is named.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Final

from chalicelib.domain.issues.issue import Refused, refuse
from chalicelib.domain.language.legacy_text import Run
from chalicelib.workbook.reading.archive import Archive
from chalicelib.workbook.reading.asides import MARGINS, read_margin
from chalicelib.workbook.reading.blanks import BlankFilter, is_mostly_blank
from chalicelib.workbook.reading.book import Aside, Beside, CellKind, Sheet
from chalicelib.workbook.reading.bounds import LAST_COLUMN, LAST_ROW, Budget
from chalicelib.workbook.reading.cells import Collector, parse_range, parse_reference
from chalicelib.workbook.reading.dates import Calendar, read_iso
from chalicelib.workbook.reading.formats import PLAIN, CellFormat
from chalicelib.workbook.reading.markup import Attributes, Handler, parse
from chalicelib.workbook.reading.package import MAIN, TRUE, SharedTexts, SheetPart, decode_escapes

_DIGITS: Final = "0123456789"
_XML_SPACE: Final = " \t\r\n"
_LITERAL: Final = re.compile('"[^"]*"')
_FETCHES: Final = re.compile(r"\||\bWEBSERVICE\s*\(", re.IGNORECASE)
_BOOLEANS: Final = {"1": "TRUE", "true": "TRUE", "0": "FALSE", "false": "FALSE"}


class WorksheetReader:
    """Reads the sheets of one workbook, which share their texts, styles, calendar and budget.

    `fetches` becomes true if a formula gets its value from another machine (WEBSERVICE, DDE). `asides` are the headers
    and footers of the pages.
    """

    def __init__(
        self, archive: Archive, budget: Budget, *, texts: SharedTexts, styles: list[CellFormat], calendar: Calendar
    ) -> None:
        self.archive = archive
        self.budget = budget
        self.texts = texts
        self.formats = {str(index): each for index, each in enumerate(styles) if each is not PLAIN}
        self.has_old_fonts = bool(texts.runs) or any(each.font for each in self.formats.values())
        self.calendar = calendar
        self.fetches = False
        self.asides: list[Aside] = []
        self.columns: dict[str, int] = {}

    def read(self, source: SheetPart) -> Sheet:
        """The sheet with its non-blank cells. Raises Refused, naming the sheet and if possible the cell."""
        if not source.part or not self.archive.has(source.part):
            raise refuse("file.sheet_missing", sheet=source.name)
        blanks = BlankFilter()
        try:
            return self._parse(source, blanks.filter(self.archive.pieces(source.part)), blanks)
        except _NoAddressError:
            return self._parse(source, self.archive.pieces(source.part), BlankFilter())
        except Refused as refused:
            if refused.issue.code == "file.too_complex" and is_mostly_blank(self.archive.pieces(source.part)):
                raise refuse("file.blank_cells", sheet=source.name, found=source.name) from refused
            raise

    def _parse(self, source: SheetPart, pieces: Iterable[bytes], blanks: BlankFilter) -> Sheet:
        collector = Collector(Sheet(source.name, source.visibility), self.budget, self.calendar)
        handler = _SheetHandler(source.part, self, collector, blanks)
        parse(pieces, handler, self.budget)
        if not handler.has_data:
            handler.fail()
        return collector.close()


class _NoAddressError(Exception):
    """A row or cell has no address and blank ones before it were removed: the sheet is read again with all of them."""


class _SheetHandler(Handler):
    """The open row and cell.

    `start` and `end` handle the four tags that make up nearly all of a sheet; the tables handle the others. A cell's
    attributes are evaluated only once it turns out to hold something, because most cells of a form are blank. The
    other tags go to `Handler` by its name: `super()` would cost as much again. Slots, because Python finds more than 30
    attributes of an object more slowly.
    """

    __slots__ = (
        "_blanks",
        "_cell",
        "_cell_name",
        "_collector",
        "_columns",
        "_formats",
        "_formula",
        "_has_old_fonts",
        "_in_data",
        "_in_row",
        "_inline",
        "_inline_name",
        "_phonetic",
        "_puts",
        "_reference",
        "_row",
        "_row_digits",
        "_row_hidden",
        "_row_length",
        "_text_name",
        "_texts",
        "_value",
        "_value_name",
        "_workbook",
        "has_data",
    )

    def __init__(self, part: str, workbook: WorksheetReader, collector: Collector, blanks: BlankFilter) -> None:
        super().__init__(part, [f"{namespace} worksheet" for namespace in MAIN])
        self.has_data = False
        self._workbook = workbook
        self._collector = collector
        self._blanks = blanks
        self._columns = workbook.columns
        self._formats = workbook.formats
        self._texts = workbook.texts.texts
        self._has_old_fonts = workbook.has_old_fonts
        self._cell_name = self._value_name = self._inline_name = self._text_name = ""
        self._in_data = self._in_row = False
        self._row = 0
        self._row_digits = ""
        self._row_length = 0
        self._row_hidden = False
        self._cell: Attributes | None = None
        self._reference: str | int = 0
        self._value: str | None = None
        self._inline: list[str] = []
        self._formula = self._phonetic = False
        self._puts: dict[str, Callable[[int, str, Attributes], None]] = {
            "": self._put_number,
            "n": self._put_number,
            "s": self._put_shared,
            "str": self._put_text,
            "inlineStr": self._put_text,
            "b": self._put_boolean,
            "e": self._put_error,
            "d": self._put_date,
        }
        self._listen()

    def _listen(self) -> None:
        starts: dict[str, Callable[[Attributes], None]] = {
            "sheetData": self._open_data,
            "row": self._open_row,
            "f": self._open_formula,
            "t": self._open_text,
            "rPh": self._open_phonetic,
            "mergeCell": self._merge,
        }
        ends: dict[str, Callable[[], None]] = {
            "sheetData": self._close_data,
            "row": self._close_row,
            "f": self._close_formula,
            "t": self._close_text,
            "rPh": self._close_phonetic,
        }
        for namespace in MAIN:
            self.starts.update({f"{namespace} {local}": handle for local, handle in starts.items()})
            self.ends.update({f"{namespace} {local}": handle for local, handle in ends.items()})
            self.ends.update({f"{namespace} {local}": self._close_margin for local in MARGINS})
            # Cells in another namespace than the root's: no writer mixes them, and none may be lost.
            self.starts.update({f"{namespace} {local}": self._fail_start for local in ("c", "v")})

    def _fail_start(self, _: Attributes) -> None:
        self.fail()

    def open_root(self, name: str) -> None:
        namespace = name.partition(" ")[0]
        self._cell_name, self._value_name = f"{namespace} c", f"{namespace} v"
        self._inline_name, self._text_name = f"{namespace} is", f"{namespace} t"

    def start(self, name: str, attributes: Attributes) -> None:
        if self.texts:
            self.texts.clear()
        if name == self._cell_name:
            if self._cell is not None or self.depth or not self._in_row:
                self.fail()
            self._reference = attributes.get("r") or self._next_column()
            self._cell = attributes
            self._value = None
            self._formula = False
        elif name == self._value_name:
            if self.leaf or self._cell is None or self._value is not None:
                self.fail()
            self.leaf = True
        elif name == self._text_name:
            if self.leaf or self._cell is None:
                self.fail()
            self.leaf = True
        elif name == self._inline_name and self.depth == 0:
            if self.leaf:
                self.fail()
            self.depth = 1
        else:
            Handler.start(self, name, attributes)

    def end(self, name: str) -> None:
        if name == self._value_name:
            self.leaf = False
            self._value = "".join(self.texts)
        elif name == self._cell_name:
            if self._value is not None or self._formula or self._inline:
                self._close_cell()
            self._cell = None
        elif name == self._text_name:
            self._close_text()
        elif name == self._inline_name:
            self.depth -= 1
        else:
            Handler.end(self, name)

    def _open_data(self, _: Attributes) -> None:
        if self.has_data or self.depth:
            self.fail()
        self.has_data = self._in_data = True

    def _close_data(self) -> None:
        self._in_data = False

    def _open_row(self, attributes: Attributes) -> None:
        if self._in_row or self.depth or not self._in_data:
            self.fail()
        self._in_row = True
        self._reference = 0
        self._row_hidden = False
        digits = attributes.get("r")
        if digits is None:
            self._check_position()
            self._row += 1
            digits = str(self._row)
        else:
            # 0 for an impossible row number; its cells decide whether that matters.
            self._row = int(digits) if digits.isdigit() and digits.isascii() and len(digits) < 8 else 0
        self._row_digits = digits
        # No address ends with all of itself: in an impossible row each cell's is parsed, and refused.
        self._row_length = len(digits) if 1 <= self._row <= LAST_ROW else 0
        if len(attributes) > 1:
            self._row_hidden = attributes.get("hidden") in TRUE or attributes.get("ht") == "0"

    def _close_row(self) -> None:
        self._in_row = False

    def _open_formula(self, _: Attributes) -> None:
        if self._cell is None:
            self.fail()
        self.leaf = True
        self._formula = True

    def _close_formula(self) -> None:
        self.leaf = False
        formula = "".join(self.texts)
        if ("|" in formula or "(" in formula) and _FETCHES.search(_LITERAL.sub("", formula)):
            self._workbook.fetches = True

    def _open_text(self, _: Attributes) -> None:
        if self._cell is None:
            self.fail()
        self.leaf = True

    def _close_text(self) -> None:
        self.leaf = False
        if not self._phonetic:
            self._inline.append("".join(self.texts))

    def _open_phonetic(self, _: Attributes) -> None:
        self._phonetic = True

    def _close_phonetic(self) -> None:
        self._phonetic = False

    def _close_margin(self) -> None:
        if text := read_margin("".join(self.texts)).strip():
            self._workbook.budget.spend_characters(len(text))
            self._workbook.asides.append(Aside(Beside.MARGIN, text, self._collector.sheet.name))

    def _close_cell(self) -> None:
        cell, value, stated, length = self._cell, self._value, self._reference, self._row_length
        if cell is None:
            self.fail()
        if stated.__class__ is str and stated[-length:] == self._row_digits:
            column = self._columns.get(stated[:-length]) or self._number_of_column()
        else:
            column = self._number_of_column()
        if self._row_hidden:
            self._collector.hide(self._row)
        kind = cell.get("t", "")
        if self._inline:
            value = self._join_inline(kind)
        if value and (put := self._puts.get(kind)) is not None:
            put(column, value, cell)
        else:
            self._put_odd(column, value, cell)

    def _put_odd(self, column: int, value: str | None, cell: Attributes) -> None:
        """A cell with an empty value, with a formula without one, or of a type that no standard defines."""
        kind = cell.get("t", "")
        if value is None or (not value and self._formula and kind != "str"):
            self._collector.put(self._row, column, CellKind.UNCALCULATED, "", True)
        elif (put := self._puts.get(kind)) is not None:
            put(column, value, cell)
        else:
            raise self._refuse("file.bad_cell", found=kind)

    def _join_inline(self, kind: str) -> str:
        """The inline text of the cell. Raises Refused if the cell also has a value."""
        text = "".join(self._inline)
        self._inline.clear()
        if kind != "inlineStr" or self._value:
            raise self._refuse("file.bad_cell", found=kind)
        return text

    def _put_number(self, column: int, value: str, cell: Attributes) -> None:
        cell_format = self._formats.get(cell.get("s", "0"), PLAIN)
        if cell_format is PLAIN and value.isdigit() and value.isascii():
            self._collector.put(self._row, column, CellKind.NUMBER, value, self._formula)
        else:
            self._collector.put_number(self._row, column, value, cell_format, self._formula)

    def _put_shared(self, column: int, value: str, cell: Attributes) -> None:
        texts = self._texts
        index = value if value.isdigit() else value.strip(_XML_SPACE)
        if not (index.isascii() and index.isdigit() and len(index) < 9 and int(index) < len(texts)):
            raise self._refuse("file.bad_shared_text", found=value)
        number = int(index)
        self._collector.put(self._row, column, CellKind.TEXT, texts[number], self._formula)
        if self._has_old_fonts:
            self._keep_runs(column, cell, self._workbook.texts.runs.get(number) or [Run(texts[number])])

    def _put_text(self, column: int, value: str, cell: Attributes) -> None:
        text = decode_escapes(value, self._workbook.budget)
        self._collector.put(self._row, column, CellKind.TEXT, text, self._formula)
        if self._has_old_fonts:
            self._keep_runs(column, cell, [Run(text)])

    def _keep_runs(self, column: int, cell: Attributes, runs: list[Run]) -> None:
        self._collector.keep_runs(self._row, column, runs, self._formats.get(cell.get("s", "0"), PLAIN).font)

    def _put_boolean(self, column: int, value: str, _: Attributes) -> None:
        shown = _BOOLEANS.get(value.strip(_XML_SPACE))
        kind = CellKind.BOOL if shown else CellKind.TEXT
        self._collector.put(self._row, column, kind, shown or value, self._formula)

    def _put_error(self, column: int, value: str, _: Attributes) -> None:
        name = value.strip(_XML_SPACE)
        if not name:
            raise self._refuse("file.bad_cell", found="e")
        self._collector.put(self._row, column, CellKind.ERROR, name, self._formula)

    def _put_date(self, column: int, value: str, _: Attributes) -> None:
        shown = read_iso(value.strip(_XML_SPACE))
        kind = CellKind.DATE if shown else CellKind.TEXT
        raw = value if shown and shown != value else ""
        self._collector.put(self._row, column, kind, shown or value, self._formula, raw)

    def _merge(self, attributes: Attributes) -> None:
        stated = attributes.get("ref", "")
        found = parse_range(stated)
        if found is None:
            raise refuse("file.bad_reference", sheet=self._collector.sheet.name, found=stated)
        self._collector.merge(*found)

    def _check_position(self) -> None:
        if self._blanks.took:
            raise _NoAddressError

    def _next_column(self) -> int:
        self._check_position()
        return self._number_of_column() + 1

    def _number_of_column(self) -> int:
        """The column of the last opened cell, stated or counted by position; 0 before the first.

        Raises Refused for an impossible address, or one that is not in the open row.
        """
        stated = self._reference
        if isinstance(stated, str):
            return self._parse_column(stated)
        if stated > LAST_COLUMN or not 1 <= self._row <= LAST_ROW:
            raise self._refuse("file.bad_reference", found=f"{self._row_digits}:{stated}")
        return stated

    def _parse_column(self, stated: str) -> int:
        """The column of an address that occurs for the first time, or that is not in this row."""
        place = parse_reference(stated)
        if place is None or place[0] != self._row:
            raise self._refuse("file.bad_reference", found=stated)
        self._columns[stated.rstrip(_DIGITS)] = place[1]
        return place[1]

    def malformed(self) -> Refused:
        open_cell = "" if self._cell is None else str(self._reference)[:16]
        return refuse("file.malformed", sheet=self._collector.sheet.name, cell=open_cell, found=self.part)

    def _refuse(self, code: str, **details: str) -> Refused:
        return refuse(code, sheet=self._collector.sheet.name, cell=str(self._reference)[:16], **details)
