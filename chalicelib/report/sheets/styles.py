"""The formats of the consolidated workbook, and the few ways of writing a cell.

Text from a workbook must be written with `SheetWriter.text`, which never makes a formula or a link of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from functools import cache
from math import ceil
from typing import TYPE_CHECKING, Any, NamedTuple

from chalicelib.domain.values import Number
from chalicelib.report.plain import fit_cell, looks_like_formula

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

FONT = {"font_name": "Times New Roman", "font_size": 11}
BORDER = {"border": 1, "border_color": "#7F7F7F"}
BAD = {"bg_color": "#FFC7CE", "font_color": "#9C0006"}
DOUBTFUL = {"bg_color": "#FFEB9C", "font_color": "#7F4F00"}
GOOD = {"bg_color": "#C6EFCE", "font_color": "#006100"}

_TO_THE_PAGE = "Mở trang của chỉ tiêu này"
NOT_PRINTED = "Trang tính này để lọc, tra cứu trên máy, không in."
_OFF_PAPER = 200
"""A column without any cell."""
_WIDTH = 8.43
_LINE = 15.0
_HIGHEST_ROW = 409.0
"""Points; Excel's limit."""
_LETTERS_PER_WIDTH = 1.22
"""Letters of Times New Roman 11 per unit of column width, with some reserve for capitals."""
_WIDEST_TITLE = 34.0
_SMALLEST = 0.55
"""A sheet is made smaller to save pages, but not beyond this: its letters have 6 points then."""
_UNREADABLE = 0.5
"""A sheet that would become as small as this upright is printed across, on more pages."""


class PrintedPage(NamedTuple):
    """A4 within the margins, in points."""

    is_across: bool
    width: float
    height: float

    def fit(self, width: float, height: float) -> tuple[int, float]:
        """The fewest pages for a sheet of so many points, and how much of their size its letters keep."""
        widest = min(1.0, self.width / width)
        pages = max(1, ceil(height * min(widest, _SMALLEST) / self.height))
        return pages, min(widest, pages * self.height / height)


_PAPERS = (PrintedPage(False, 523.0, 748.0), PrintedPage(True, 770.0, 501.0))

STYLES: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 14},
    "subtitle": {"italic": True},
    "plain": {},
    "wrap": {"text_wrap": True, "valign": "top"},
    "leading": {"font_color": "#1F4E79", "underline": 1},
    "bold": {"bold": True, "valign": "top"},
    "turned": {**BORDER, "bold": True, "text_wrap": True, "align": "center", "valign": "vcenter", "bg_color": "#DCE6F1",
               "rotation": 90},
    "head": {**BORDER, "bold": True, "text_wrap": True, "align": "center", "valign": "vcenter", "bg_color": "#DCE6F1"},
    "section": {**BORDER, "bold": True, "bg_color": "#F2F2F2", "valign": "vcenter"},
    "code": {**BORDER, "align": "center", "valign": "top"},
    "line": {**BORDER, "valign": "top"},
    "label": {**BORDER, "text_wrap": True, "valign": "top"},
    "part": {**BORDER, "text_wrap": True, "valign": "top", "indent": 1, "italic": True},
    "centre": {**BORDER, "align": "center", "valign": "top", "text_wrap": True},
    "number": {**BORDER, "align": "right", "valign": "top"},
    "shrunk": {**BORDER, "align": "right", "valign": "top", "shrink": True},
    "total": {**BORDER, "align": "right", "valign": "top", "bold": True},
    "chosen": {**BORDER, "valign": "top", "bold": True, "text_wrap": True},
    "estimate": {**BORDER, **DOUBTFUL, "align": "right", "valign": "top", "italic": True, "shrink": True},
    "unasked": {**BORDER, "bg_color": "#EDEDED"},
    "mono": {**BORDER, "font_name": "Courier New", "font_size": 9, "valign": "top"},
    "date": {**BORDER, "align": "center", "valign": "top", "num_format": "dd/mm/yyyy"},
    "sample_bad": {**BORDER, **BAD},
    "sample_doubtful": {**BORDER, **DOUBTFUL},
    "bad": BAD,
    "doubtful": DOUBTFUL,
    "good": GOOD,
}  # fmt: skip


class Styles:
    """The formats of one workbook, each created once."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._made: dict[tuple[str, str, bool], Format] = {}
        self._shown: dict[str, tuple[str, bool]] = {}

    def get(self, name: str, *, num_format: str = "", is_quoted: bool = False) -> Format:
        """`is_quoted` keeps a text a text when its cell is edited."""
        key = (name, num_format, is_quoted)
        if key not in self._made:
            # A conditional format overrides the cell's; it must not set a font.
            base = {} if name in ("bad", "doubtful", "good") else FONT
            extra: dict[str, Any] = {"num_format": num_format} if num_format else {}
            extra |= {"quote_prefix": True} if is_quoted else {}
            self._made[key] = self._book.add_format({**base, **STYLES[name], **extra})
        return self._made[key]

    def prepare(self, text: str) -> tuple[str, bool]:
        """The text as one cell can hold it, and whether it would become a formula; labels and names come many times."""
        if text not in self._shown:
            shown = fit_cell(text)
            self._shown[text] = (shown, looks_like_formula(shown))
        return self._shown[text]


def _add_long(book: Workbook, name: str, first: int) -> Worksheet:
    from chalicelib.report.sheets.long_sheet import LongSheet  # XlsxWriter takes long to import

    sheet = book.add_worksheet(name, LongSheet)
    sheet.first_long = first
    return sheet


class SheetWriter:
    """A worksheet set up for A4, with methods for writing cells; rows and columns count from 0."""

    def __init__(self, book: Workbook, styles: Styles, name: str, *, long_from: int | None = None) -> None:
        """`long_from`: the first of very many rows, whose cells are written in order."""
        self.raw: Worksheet = _add_long(book, name, long_from) if long_from else book.add_worksheet(name)
        self.long_from = long_from
        self.name = name
        self.styles = styles
        self.is_printed = True
        self._is_scaled = False
        self._width_by_column: dict[int, float] = {}
        self._lines_by_row: dict[int, int] = {}
        self._height_by_row: dict[int, float] = {}
        self._last_printed: tuple[int, int] | None = None
        self.raw.set_paper(9)
        self.raw.set_margins(left=0.6, right=0.4, top=0.7, bottom=0.6)
        self.raw.hide_gridlines(2)
        self.raw.set_footer('&C&"Times New Roman"&10&A – trang &P/&N')

    def widths(self, *widths: float, start: int = 0) -> None:
        """Column widths in characters, in order."""
        plain = self.styles.get("plain")
        for column, width in enumerate(widths, start=start):
            self.raw.set_column(column, column, width, plain)
            self._width_by_column[column] = width

    def heading(self, title: str, *, subtitle: str = "", is_printed: bool = True) -> None:
        """`is_printed` is off for lists to look things up in: the sheet says so, and all it prints is a blank cell."""
        self.text(0, 0, title, style="title")
        self.text(1, 0, subtitle if is_printed else f"{subtitle} {NOT_PRINTED}".strip(), style="subtitle")
        self.is_printed = is_printed
        if not is_printed:
            self.raw.print_area(0, _OFF_PAPER, 0, _OFF_PAPER)

    def head(self, row: int, labels: list[str], *, height: float = 0) -> None:
        """Writes a table's head. The rows down to it stay visible and are printed on every page."""
        for column, label in enumerate(labels):
            self.text(row, column, label, style="head")
        if height:
            self.height(row, height)

    def height(self, row: int, points: float) -> None:
        self.raw.set_row(row, points)
        self._height_by_row[row] = points

    def print_to(self, row: int, column: int) -> None:
        """Prints no further than this cell."""
        self.raw.print_area(0, 0, row, column)
        self._last_printed = row, column

    def print_scaled(self, per_cent: int) -> None:
        """Prints across the paper at this size, and lets the sheet say where pages begin."""
        self.raw.set_landscape()
        self.raw.set_print_scale(per_cent)
        self._is_scaled = True

    def finish(self) -> None:
        """Sets what depends on all that was written: the heights of rows, and how the sheet lies on paper."""
        self._fit_rows()
        if not self._is_scaled:
            self._fit_pages()

    def _fit_rows(self) -> None:
        """Heights for wrapped text, because not every spreadsheet adjusts them on opening."""
        for row, lines in self._lines_by_row.items():
            if row not in self._height_by_row and (self.long_from is None or row < self.long_from):
                self._fit_row(row, lines=lines)

    def _fit_row(self, row: int, *, lines: int) -> None:
        self.height(row, min(_HIGHEST_ROW, lines * _LINE))

    def _fit_pages(self) -> None:
        """On as few pages as readable letters allow; upright or across the paper, as the letters stay larger."""
        if not self.is_printed:
            self.raw.fit_to_pages(1, 0)
            return
        fits = {paper: paper.fit(*self._measure()) for paper in _PAPERS}
        paper, (pages, _) = min(fits.items(), key=lambda fit: (fit[1][1] < _UNREADABLE, fit[1][0], -fit[1][1]))
        if paper.is_across:
            self.raw.set_landscape()
        self.raw.fit_to_pages(1, pages)

    def _measure(self) -> tuple[float, float]:
        """The points of what is printed, across and down."""
        last_row, last_column = self._last_printed or (self.raw.dim_rowmax or 0, self.raw.dim_colmax or 0)
        widths = (self._width_by_column.get(column, _WIDTH) for column in range(last_column + 1))
        heights = (self._height_by_row.get(row, _LINE) for row in range(last_row + 1))
        return sum(width * 5.25 + 3.75 for width in widths), sum(heights)

    def _count_lines(self, row: int, column: int, text: str, *, style: str) -> None:
        if STYLES[style].get("text_wrap"):
            width = max(1.0, self._width_by_column.get(column, _WIDTH) * _LETTERS_PER_WIDTH - 1)
            lines = sum(max(1, ceil(len(line) / width)) for line in text.split("\n"))
            if lines > self._lines_by_row.get(row, 1):
                self._lines_by_row[row] = lines
                if self.long_from is not None and row >= self.long_from:
                    self._fit_row(row, lines=lines)

    def freeze(self, row: int, column: int = 0, *, head: int | None = None) -> None:
        """Keeps what is above `row` in sight, and prints the rows of the head, from `head` on, on every page."""
        self.raw.freeze_panes(row, column)
        self.raw.repeat_rows(row - 1 if head is None else head, row - 1)

    def text(self, row: int, column: int, text: str, *, style: str = "label") -> None:
        """Writes any text as text: "=1+1" stays these four characters."""
        shown, is_quoted = self.styles.prepare(text)
        self._count_lines(row, column, shown, style=style)
        if shown:
            self.raw.write_string(row, column, shown, self.styles.get(style, is_quoted=is_quoted))
        else:
            self.raw.write_blank(row, column, None, self.styles.get(style))

    def make_cell(self, column: int, text: str, *, style: str) -> str:
        """A text as a cell of a long sheet, for `put_cells`."""
        shown, is_quoted = self.styles.prepare(text)
        return str(self.raw.make_text(column, shown, self.styles.get(style, is_quoted=is_quoted)))

    def put_cells(self, row: int, column: int, cells: str, *, number: int) -> None:
        """Puts so many cells into a row of a long sheet, behind those that it has."""
        self.raw.put(row, column, cells, number=number)

    def number(self, row: int, column: int, number: Number, style: str = "number", *, num_format: str = "") -> None:
        shown = num_format or number_format(number)
        self.raw.write_number(row, column, to_stored(number), self.styles.get(style, num_format=shown))

    def formula(self, row: int, column: int, formula: str, value: Number | str | None, style: str = "total",
                *, num_format: str = "") -> None:  # fmt: skip
        """Writes a live formula with our computed value as its stored result; None is shown empty, not as 0."""
        value = "" if value is None else value
        shown = num_format or number_format(0 if isinstance(value, str) else value)
        stored = value if isinstance(value, str) else to_stored(value)
        self.raw.write_formula(row, column, formula, self.styles.get(style, num_format=shown), stored)

    def shade(self, *area: int) -> None:
        """Shades numbers from the least, white, to the most; texts and blanks stay as they are.

        `area`: first row, first column, last row, last column.
        """
        self.raw.conditional_format(*area, {"type": "2_color_scale", "min_color": "#FFFFFF", "max_color": "#9BC2E6"})

    def link(self, row: int, column: int, sheet: str, cell: str = "A1", *, tip: str = "") -> None:
        """Leads from a cell to another sheet; what stands in the cell is written besides."""
        self.raw.write_url(row, column, f"internal:'{sheet}'!{cell}", tip=tip or None)

    def link_to(self, row: int, column: int, place: tuple[str, str] | None) -> None:
        """Leads to a sheet and a cell, if there are such."""
        if place:
            self.link(row, column, *place)

    def lead(self, row: int, column: int, address: str) -> None:
        """Leads from a cell to a page of the console, if there is one; what stands in the cell is written besides."""
        if address:
            self.raw.write_url(row, column, address, tip=_TO_THE_PAGE)

    def day(self, row: int, column: int, day: date) -> None:
        self.raw.write_datetime(row, column, day, self.styles.get("date"))


def fit_width(texts: Iterable[str], least: float) -> float:
    """The width of a column in which none of these texts needs a second line, within limits."""
    longest = max(map(len, texts), default=0)
    return min(_WIDEST_TITLE, max(least, (longest + 2) / _LETTERS_PER_WIDTH))


def to_stored(number: Number) -> int | float:
    """The value as a cell can hold it: a whole number of up to 15 digits unchanged, any other number as a double."""
    return number if isinstance(number, int) and abs(number) < 10**15 else float(number)


@cache
def _decimals_format(places: int) -> str:
    return "#,##0" + ("." + "0" * places if places else "")


def number_format(number: Number) -> str:
    """A number format with thousands separators and as many decimals as the figure has, six at most."""
    if isinstance(number, int):
        return "#,##0"
    exponent = number.normalize().as_tuple().exponent if isinstance(number, Decimal) else 0
    return _decimals_format(min(6, max(0, -int(exponent))))


__all__ = ["BAD", "DOUBTFUL", "GOOD", "NOT_PRINTED", "SheetWriter", "Styles", "fit_width", "number_format", "to_stored"]
