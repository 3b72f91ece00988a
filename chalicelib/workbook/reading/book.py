"""A workbook as the readers return it: addressed cells with their exact raw text, not interpreted."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from chalicelib.domain.language.legacy_text import Run
from chalicelib.workbook.reading.formats import NumberFormat


class CellKind(StrEnum):
    """What a cell holds. UNCALCULATED: a formula without a stored value, which is not a blank."""

    NUMBER = "number"
    TEXT = "text"
    BOOL = "bool"
    DATE = "date"
    ERROR = "error"
    UNCALCULATED = "uncalculated"


class Visibility(StrEnum):
    VISIBLE = "visible"
    HIDDEN = "hidden"
    VERY_HIDDEN = "veryHidden"


class Cell(NamedTuple):
    """One cell that is not blank. A tuple, because a workbook has thousands: it costs half of a frozen dataclass.

    `text` by kind: NUMBER the number's exact text as stored, also a serial in a date format that is no date;
    TEXT the decoded text, rich runs joined, phonetics dropped; BOOL "TRUE"/"FALSE"; DATE ISO 8601
    ("2026-05-14", "2026-05-14T08:30:00", a time of day "08:30:00", a duration "PT44H30M0S");
    ERROR the error's name ("#REF!"); UNCALCULATED the empty string.
    `raw` is the stored text if it differs from `text` (the serial of a date), else "".
    """

    row: int
    column: int
    kind: CellKind
    text: str
    formula: bool = False
    raw: str = ""

    @property
    def reference(self) -> str:
        return reference(self.row, self.column)


@dataclass(slots=True)
class Sheet:
    name: str
    visibility: Visibility = Visibility.VISIBLE
    cells: dict[tuple[int, int], Cell] = field(default_factory=dict)
    hidden_rows: frozenset[int] = frozenset()
    merged: tuple[tuple[int, int, int, int], ...] = ()
    """Merged ranges as (first row, first column, last row, last column)."""
    formats: dict[tuple[int, int], NumberFormat] = field(default_factory=dict)
    """Of the cells whose number the screen shows as something else than its digits."""
    runs: dict[tuple[int, int], tuple[Run, ...]] = field(default_factory=dict)
    """Of the cells with text in a font of the time before Unicode: the text by fonts."""

    def get(self, row: int, column: int) -> Cell | None:
        return self.cells.get((row, column))


class Beside(StrEnum):
    """Where text stands that is in no cell. MARGIN: the headers and footers of printed pages."""

    MARGIN = "margin"
    DRAWING = "drawing"
    NOTE = "note"


class Aside(NamedTuple):
    """Text beside the cells, its paragraphs as lines. `sheet` is "" where the part does not say whose it is."""

    where: Beside
    text: str
    sheet: str = ""


@dataclass(slots=True)
class Book:
    """`format` is "xlsx", "xls" or "ods"; `notes` are codes of contents that were ignored (external links, …)."""

    format: str
    sheets: list[Sheet]
    notes: tuple[str, ...] = ()
    asides: tuple[Aside, ...] = ()


def reference(row: int, column: int) -> str:
    """The A1 reference of a 1-based row and column: reference(3, 28) == "AB3"."""
    return f"{_name_column(column)}{row}"


@lru_cache(maxsize=1_024)
def _name_column(column: int) -> str:
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
