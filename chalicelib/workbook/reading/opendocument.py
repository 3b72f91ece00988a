"""LibreOffice's own format: reads the tables of an .ods as exactly as an .xlsx (OpenDocument 1.3, part 3, 9 and 19).

Values are read from the attributes that store them exactly, not from the displayed text. The text is used only for
what the attributes lack: which error a cell holds. Repeated cells and rows are expanded only if they hold something.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator
from typing import Final

from chalicelib.domain.issues.issue import Refused, refuse
from chalicelib.domain.language.legacy_text import Run
from chalicelib.workbook.reading.archive import Archive
from chalicelib.workbook.reading.asides import read_loosely
from chalicelib.workbook.reading.blanks import is_mostly_blank
from chalicelib.workbook.reading.book import Aside, Beside, Book, CellKind, Sheet, Visibility
from chalicelib.workbook.reading.bounds import LAST_COLUMN, LAST_ROW, MOST_SHEETS, Budget
from chalicelib.workbook.reading.cells import Collector
from chalicelib.workbook.reading.dates import read_iso, show_clock
from chalicelib.workbook.reading.formats import CellFormat, read_number_format
from chalicelib.workbook.reading.markup import Attributes, Handler, parse
from chalicelib.workbook.reading.opendocument_styles import OFFICE, STYLE, DocumentStyles, StyleSheet

_TABLE: Final = "urn:oasis:names:tc:opendocument:xmlns:table:1.0 "
_TEXT: Final = "urn:oasis:names:tc:opendocument:xmlns:text:1.0 "
_DRAW: Final = "urn:oasis:names:tc:opendocument:xmlns:drawing:1.0 "
_EXTENDED_TYPE: Final = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0 value-type"
_CELLS: Final = (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell")
_WRAPPERS: Final = (
    "table-header-rows", "table-rows", "table-row-group",
    "table-header-columns", "table-columns", "table-column-group",
)  # fmt: skip
_FIELDS: Final = (
    "a", "author-initials", "author-name", "bookmark-ref", "chapter", "conditional-text", "creation-date",
    "creation-time", "creator", "database-display", "date", "description", "editing-cycles", "editing-duration",
    "expression", "file-name", "initial-creator", "keywords", "measure", "meta", "meta-field", "modification-date",
    "modification-time", "page-count", "page-number", "placeholder", "print-date", "print-time", "printed-by",
    "reference-ref", "ruby", "ruby-base", "sequence", "sheet-name", "subject", "template-name", "text-input", "time",
    "title", "user-defined", "user-field-get", "variable-get", "variable-set",
)  # fmt: skip
"""Elements inside a line whose text is shown: links, and fields, of which Calc writes `sheet-name` and a few others."""
_LINES: Final = frozenset(f"{_TEXT}{local}" for local in ("p", "h", "line-break", "tab"))
_ERROR: Final = re.compile(r"#[A-Z][A-Z0-9/_]*[!?]?|#N/A|Err:\d{3}")
_TIME: Final = re.compile(r"PT(\d{1,6})H(\d{1,2})M(\d{1,2})(?:[.,](\d{1,9}))?S", re.ASCII)
_SAYING: Final = frozenset(
    {
        f"{OFFICE}value-type",
        f"{_TABLE}formula",
        f"{_TABLE}number-rows-spanned",
        f"{_TABLE}number-columns-spanned",
    }
)
"""Attributes that show that a cell is not blank."""
_NUMBERS: Final = frozenset({"float", "percentage", "currency"})
_STYLES: Final = "styles.xml"
_PERCENTAGE: Final = CellFormat(number=read_number_format("General%"))
_QUOTED_ADDRESS: Final = re.compile(r"'[a-zA-Z][a-zA-Z0-9+.-]{0,30}:")


def _read_styles(archive: Archive, budget: Budget) -> DocumentStyles:
    """The named styles. A part that is not well-formed gives them as far as it goes: no figure stands in it."""
    styles = DocumentStyles(budget)
    if archive.has(_STYLES):
        try:
            parse(archive.pieces(_STYLES), StyleSheet(_STYLES, styles), budget)
        except Refused as refused:
            if refused.issue.code != "file.malformed":
                raise
    return styles


def read_spreadsheet(archive: Archive) -> Book:
    """The tables of a checked .ods. Raises Refused, naming the sheet and if possible the cell."""
    budget = Budget()
    styles = _read_styles(archive, budget)
    handler = _SpreadsheetHandler("content.xml", budget, styles)
    try:
        parse(archive.pieces("content.xml"), handler, handler.budget)
    except Refused as refused:
        if refused.issue.code == "file.too_complex" and is_mostly_blank(archive.pieces("content.xml")):
            raise refuse("file.blank_cells", found=handler.open_sheet) from refused
        raise
    if not handler.sheets:
        raise refuse("file.no_sheets")
    if any(name.casefold().startswith("object ") for name in archive.names):
        handler.notes.add("file.embedded_objects")
    asides = (*handler.asides, *_read_margins(archive, handler.budget))
    return Book("ods", handler.sheets, tuple(sorted(handler.notes)), asides)


def _read_margins(archive: Archive, budget: Budget) -> Iterator[Aside]:
    """Headers and footers: the only paragraphs that stand among the styles."""
    if archive.has("styles.xml") and (text := read_loosely(archive.pieces("styles.xml"), "styles.xml", budget)):
        yield Aside(Beside.MARGIN, text)


class _SpreadsheetHandler(Handler):
    """The open table, row and cell. Everything inside an element that is not a table of the document is `skipped`.

    Among others, tracked changes, cached external tables and drawings are skipped; all of them may contain cells.
    """

    def __init__(self, part: str, budget: Budget, styles: DocumentStyles) -> None:
        super().__init__(part, [f"{OFFICE}document-content"])
        self.budget = budget
        self._styles = styles
        self.sheets: list[Sheet] = []
        self.notes: set[str] = set()
        self.asides: list[Aside] = []
        self._beside: Beside | None = None
        """What is skipped, where it is a drawing or a comment; its text is in `_aside`."""
        self._aside: list[str] = []
        self._hidden_styles: set[str] = set()
        self._style = ""
        self._in_spreadsheet = False
        self._skipped = 0
        self._collector: Collector | None = None
        self._row = self._column = 0
        self._row_repeats = 1
        self._row_hidden = self._in_row = False
        self._row_style = ""
        self._columns: list[tuple[int, str]] = []
        """The last column that a default style is for, and its name, from left to right."""
        self._cell: Attributes | None = None
        self._pieces: list[Run] = []
        """The text of the open cell by fonts, with a line break before every line except the first."""
        self._fonts: list[str] = []
        """The fonts of the open spans."""
        self._lines = 0
        self._listen()

    def _listen(self) -> None:
        self.starts = {
            f"{STYLE}style": self._open_style,
            f"{STYLE}table-properties": self._take_table_style,
            f"{OFFICE}spreadsheet": self._open_spreadsheet,
            f"{_TABLE}table": self._open_table,
            f"{_TABLE}table-column": self._take_column,
            f"{_TABLE}table-row": self._open_row,
            **dict.fromkeys(_CELLS, self._open_cell),
            **{f"{_TABLE}{local}": self._pass for local in _WRAPPERS},
            f"{_TEXT}p": self._open_line,
            f"{_TEXT}s": self._take_spaces,
            f"{_TEXT}tab": self._take_tab,
            f"{_TEXT}line-break": self._take_break,
            f"{_TEXT}span": self._open_span,
            **{f"{_TEXT}{local}": self._pass for local in _FIELDS},
        }
        self.ends: dict[str, Callable[[], None]] = {
            f"{OFFICE}spreadsheet": self._close_spreadsheet,
            f"{_TABLE}table": self._close_table,
            f"{_TABLE}table-row": self._close_row,
            **dict.fromkeys(_CELLS, self._close_cell),
            f"{_TEXT}p": self._close_line,
            f"{_TEXT}span": self._close_span,
        }
        self._styles.listen(self)

    @property
    def open_sheet(self) -> str:
        return self._collector.sheet.name if self._collector else ""

    def malformed(self) -> Refused:
        return refuse("file.malformed", sheet=self.open_sheet, found=self.part)

    def start(self, name: str, attributes: Attributes) -> None:
        if self._skipped or (self._in_spreadsheet and (name not in self.starts or self._is_foreign(name))):
            self._skip(name)
        else:
            if self._cell is not None:
                self._keep_text()
            super().start(name, attributes)

    def end(self, name: str) -> None:
        if self._skipped:
            self._skipped -= 1
            self._keep_aside(name)
            self.texts.clear()
        else:
            super().end(name)

    def _is_foreign(self, name: str) -> bool:
        """A table inside a cell: its cells do not belong to the sheet."""
        return self._cell is not None and name.startswith(_TABLE)

    def _skip(self, name: str) -> None:
        if not self._skipped:
            self._keep_text()
            self._beside = _find_beside(name)
        else:
            self._keep_aside(name)
        self.texts.clear()
        self._skipped += 1
        if self._skipped > 64:
            self.fail()
        local = name.rpartition(" ")[2]
        if local in ("dde-link", "dde-links"):
            self.notes.add("file.fetching_formulas")
        elif local in ("table-source", "cell-range-source"):
            self.notes.add("file.external_links")
        elif local in ("database-source-sql", "database-source-table", "database-source-query"):
            self.notes.add("file.connections")

    def _keep_aside(self, name: str) -> None:
        """Keep the text of what is skipped: before a tag inside it, or before the one that ends it."""
        if self._beside is None:
            return
        self._aside += [*self.texts, "\n"] if name in _LINES else self.texts
        if not self._skipped:
            text = "".join(self._aside).strip()
            self.budget.spend_characters(len(text))
            if text:
                self.asides.append(Aside(self._beside, text, self.open_sheet))
            self._aside.clear()
            self._beside = None

    def _pass(self, _: Attributes) -> None:
        """Ignores the element itself; its content counts."""

    def _open_style(self, attributes: Attributes) -> None:
        self._style = attributes.get(f"{STYLE}name", "")
        self._styles.open_style(attributes)

    def _take_table_style(self, attributes: Attributes) -> None:
        if attributes.get(f"{_TABLE}display") == "false":
            self._hidden_styles.add(self._style)

    def _open_spreadsheet(self, _: Attributes) -> None:
        self._in_spreadsheet = True

    def _close_spreadsheet(self) -> None:
        self._in_spreadsheet = False

    def _open_table(self, attributes: Attributes) -> None:
        if self._collector is not None or not self._in_spreadsheet:
            self.fail()
        name = attributes.get(f"{_TABLE}name", "")
        if _is_cache(name):
            self._skip(f"{_TABLE}table")
            return
        if len(self.sheets) >= MOST_SHEETS:
            raise refuse("file.too_many_sheets", expected=str(MOST_SHEETS))
        hidden = attributes.get(f"{_TABLE}style-name", "") in self._hidden_styles
        visibility = Visibility.HIDDEN if hidden else Visibility.VISIBLE
        self._collector = Collector(Sheet(name, visibility), self.budget)
        self._row = 0
        self._row_repeats = 1
        self._columns.clear()

    def _take_column(self, attributes: Attributes) -> None:
        last = self._columns[-1][0] if self._columns else 0
        repeats = self._count(attributes.get(f"{_TABLE}number-columns-repeated"))
        self._columns.append((last + repeats, attributes.get(f"{_TABLE}default-cell-style-name", "")))

    def _close_table(self) -> None:
        self.sheets.append(self._open_collector().close())
        self._collector = None

    def _open_collector(self) -> Collector:
        if self._collector is None:
            self.fail()
        return self._collector

    def _open_row(self, attributes: Attributes) -> None:
        if self._in_row or self._collector is None:
            self.fail()
        self._in_row = True
        self._row += self._row_repeats
        self._row_repeats = self._count(attributes.get(f"{_TABLE}number-rows-repeated"))
        self._row_hidden = attributes.get(f"{_TABLE}visibility", "visible") != "visible"
        self._row_style = attributes.get(f"{_TABLE}default-cell-style-name", "")
        self._column = 1

    def _close_row(self) -> None:
        self._in_row = False

    def _open_cell(self, attributes: Attributes) -> None:
        if not self._in_row:
            self.fail()
        self._cell = attributes
        self._pieces.clear()
        self._fonts.clear()
        self._lines = 0

    def _close_cell(self) -> None:
        attributes, self._cell = self._cell, None
        if attributes is None:
            self.fail()
        repeats = self._count(attributes.get(f"{_TABLE}number-columns-repeated"))
        if self._lines or not _SAYING.isdisjoint(attributes):
            self._put_all(attributes, repeats)
        self._column += repeats

    def _put_all(self, attributes: Attributes, repeats: int) -> None:
        collector = self._open_collector()
        kind, text, raw = self._read_value(attributes)
        is_formula = f"{_TABLE}formula" in attributes
        self._merge(attributes)
        if not text and kind is not CellKind.UNCALCULATED:
            return
        self._check_place(repeats)
        for row in range(self._row, self._row + self._row_repeats):
            if self._row_hidden:
                collector.hide(row)
            for column in range(self._column, self._column + repeats):
                cell_format = self._find_format(attributes, column)
                if kind is CellKind.NUMBER:
                    collector.put_number(row, column, text, cell_format, formula=is_formula)
                else:
                    collector.put(row, column, kind, text, formula=is_formula, raw=raw)
                    if self._styles.has_old_fonts:
                        collector.keep_runs(row, column, self._list_runs(text), cell_format.font)

    def _find_format(self, attributes: Attributes, column: int) -> CellFormat:
        """The format of a cell by its style, or else by the default of its row or of its column."""
        name = attributes.get(f"{_TABLE}style-name", "") or self._row_style
        if not name and self._columns:
            place = bisect_left(self._columns, (column, ""))
            name = self._columns[place][1] if place < len(self._columns) else ""
        found = self._styles.find_format(name)
        is_percentage = attributes.get(f"{OFFICE}value-type") == "percentage"
        return _PERCENTAGE if is_percentage and found.number is None else found

    def _list_runs(self, text: str) -> list[Run]:
        shown = "".join(run.text for run in self._pieces)
        return [*self._pieces] if shown == text else [Run(text)]

    def _read_value(self, attributes: Attributes) -> tuple[CellKind, str, str]:
        """CellKind, text and raw of a cell by its value type."""
        shown = "".join(run.text for run in self._pieces)
        kind = attributes.get(f"{OFFICE}value-type", "")
        is_formula = f"{_TABLE}formula" in attributes
        if attributes.get(_EXTENDED_TYPE) == "error" or (is_formula and _ERROR.fullmatch(shown)):
            return CellKind.ERROR, shown or "#VALUE!", ""
        if kind in _NUMBERS:
            return CellKind.NUMBER, attributes.get(f"{OFFICE}value", ""), ""
        if kind == "date":
            return _read_moment(attributes.get(f"{OFFICE}date-value", ""))
        if kind == "time":
            return _read_time(attributes.get(f"{OFFICE}time-value", ""))
        if kind == "boolean":
            stored = attributes.get(f"{OFFICE}boolean-value", "")
            return (CellKind.BOOL, stored.upper(), "") if stored in ("true", "false") else (CellKind.TEXT, stored, "")
        if is_formula and not kind and not self._lines:
            # LibreOffice writes an empty line where the value is the empty text, and nothing where there is no value.
            return CellKind.UNCALCULATED, "", ""
        return CellKind.TEXT, attributes.get(f"{OFFICE}string-value", shown), ""

    def _merge(self, attributes: Attributes) -> None:
        rows = self._count(attributes.get(f"{_TABLE}number-rows-spanned"))
        columns = self._count(attributes.get(f"{_TABLE}number-columns-spanned"))
        if rows > 1 or columns > 1:
            self._open_collector().merge(self._row, self._column, self._row + rows - 1, self._column + columns - 1)

    def _check_place(self, repeats: int) -> None:
        if self._row + self._row_repeats - 1 > LAST_ROW or self._column + repeats - 1 > LAST_COLUMN:
            name = self._open_collector().sheet.name
            raise refuse("file.bad_reference", sheet=name, found=f"{self._row}:{self._column}")

    def _count(self, text: str | None) -> int:
        if text is None:
            return 1
        if not (text.isascii() and text.isdigit() and len(text) < 9 and int(text)):
            self.fail()
        return int(text)

    def _open_line(self, _: Attributes) -> None:
        if self._lines:
            self._pieces.append(Run("\n"))
        self._lines += 1

    def _close_line(self) -> None:
        self._keep_text()

    def _keep_text(self) -> None:
        """Adds `texts` to the open line of the open cell, if there is one."""
        if self._cell is not None and self._lines:
            self._pieces.append(Run("".join(self.texts), self._fonts[-1] if self._fonts else ""))
        self.texts.clear()

    def _open_span(self, attributes: Attributes) -> None:
        font = self._styles.find_font(attributes.get(f"{_TEXT}style-name", ""), family="text")
        self._fonts.append(font or (self._fonts[-1] if self._fonts else ""))

    def _close_span(self) -> None:
        self._keep_text()
        if self._fonts:
            self._fonts.pop()

    def _take_spaces(self, attributes: Attributes) -> None:
        count = self._count(attributes.get(f"{_TEXT}c"))
        self.budget.spend_characters(count)
        self.texts.append(" " * count)

    def _take_tab(self, _: Attributes) -> None:
        self.texts.append("\t")

    def _take_break(self, _: Attributes) -> None:
        self.texts.append("\n")


def _find_beside(name: str) -> Beside | None:
    """What begins with an element that is skipped, where its text is looked at."""
    if name.startswith(_DRAW) or name == f"{_TABLE}shapes":
        return Beside.DRAWING
    return Beside.NOTE if name == f"{OFFICE}annotation" else None


def _is_cache(name: str) -> bool:
    """Whether a table is LibreOffice's copy of another file's table: only its name ('file:///a.ods'#$Sheet) shows it.

    Names that people give to sheets never begin with an apostrophe.
    """
    return _QUOTED_ADDRESS.match(name) is not None and "'#" in name


def _read_moment(stored: str) -> tuple[CellKind, str, str]:
    shown = read_iso(stored)
    if not shown:
        return CellKind.TEXT, stored, ""
    return CellKind.DATE, shown, "" if shown == stored else stored


def _read_time(stored: str) -> tuple[CellKind, str, str]:
    """Reads a time of day as "08:30:00", a longer time as a duration."""
    found = _TIME.fullmatch(stored)
    if not found:
        return CellKind.TEXT, stored, ""
    hours, minutes, seconds, rest = found.groups(default="")
    milliseconds = ((int(hours) * 60 + int(minutes)) * 60 + int(seconds)) * 1000 + int(rest[:3].ljust(3, "0"))
    return CellKind.DATE, show_clock(milliseconds), stored
