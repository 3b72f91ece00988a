"""The condition under which a cell counts as wrong: it still holds the value that was checked.

Conditional formats use these formulas, so the colour disappears when the officer corrects the cell. They use only
functions that Excel and LibreOffice share. Every formula tests the value's type, because both programs treat a
number and a text of the same digits as equal.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from typing import Final

from chalicelib.workbook.reading.book import Cell, CellKind

SIGNATURE: Final = 'N("tonghop")=0'
"""Always true. Identifies our conditions when the copy comes back, whatever program saved it."""

_LONGEST_TEXT: Final = 255
"""Excel accepts no longer text in a formula; longer values are compared by their length and this beginning."""
_LONGEST_FORMULA: Final = 8_000
_NEWLINES: Final = {"\n": "CHAR(10)", "\r": "CHAR(13)"}
_PIECES: Final = re.compile(r"[\n\r]|[^\n\r]+")
_UNSAFE: Final = re.compile("[\x00-\x09\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff\U00010000-\U0010ffff]")
"""Characters that the programs count or store differently: LibreOffice changes a tab in a multi-line text."""
_ERRORS: Final = {
    "#NULL!": 1, "#DIV/0!": 2, "#VALUE!": 3, "#REF!": 4, "#NAME?": 5, "#NUM!": 6, "#N/A": 7,
}  # fmt: skip


def hold_while_wrong(cells: Iterable[tuple[str, Cell | None]]) -> str:
    """The formula that is true while every one of the cells, given by A1 reference, holds its value."""
    formula = ",".join([*(_hold(reference, cell) for reference, cell in cells), SIGNATURE])
    return f"AND({formula})"


def is_short(formula: str) -> bool:
    """Whether Excel accepts a formula of this length."""
    return len(formula) <= _LONGEST_FORMULA


def _hold(reference: str, cell: Cell | None) -> str:
    if cell is None:
        return f"ISBLANK({reference})"
    if cell.kind is CellKind.TEXT:
        return _hold_text(reference, text=cell.text)
    if cell.kind is CellKind.ERROR:
        kind = _ERRORS.get(cell.text)
        return f"IF(ISERROR({reference}),ERROR.TYPE({reference})={kind},FALSE)" if kind else f"ISERROR({reference})"
    if cell.kind is CellKind.BOOL:
        return f"ISLOGICAL({reference}),{reference}={cell.text}"
    if cell.kind is CellKind.UNCALCULATED:
        return f"LEN({reference})=0"
    number = _render_number(cell.raw or cell.text)
    return f"ISNUMBER({reference})" + (f",{reference}={number}" if number else "")


def _hold_text(reference: str, *, text: str) -> str:
    beginning = _UNSAFE.split(text[:_LONGEST_TEXT])[0]
    if len(beginning) == len(text):
        return f"ISTEXT({reference}),EXACT({reference},{quote(text)})"
    length = len(text.encode("utf-16-le", "surrogatepass")) // 2
    same = f",EXACT(LEFT({reference},{len(beginning)}),{quote(beginning)})" if beginning else ""
    # LibreOffice counts a character beyond U+FFFF once, Excel twice: such a text is compared by its beginning alone.
    sized = f",LEN({reference})={length}" if length == len(text) else ""
    return f"ISTEXT({reference}){sized}{same}"


def quote(text: str) -> str:
    """A text as a formula literal: quotes doubled, line ends as CHAR()."""
    if not text:
        return '""'
    pieces = (_NEWLINES.get(piece) or '"' + piece.replace('"', '""') + '"' for piece in _PIECES.findall(text))
    return "&".join(pieces)


def _render_number(stored: str) -> str:
    """The digits as stored, if they are a number that a formula can hold; otherwise ""."""
    try:
        number = Decimal(stored)
    except InvalidOperation:
        return ""
    return stored.strip() if number.is_finite() and len(stored) <= 40 and stored.isascii() else ""
