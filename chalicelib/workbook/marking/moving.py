"""Moves issues from a sender's workbook to the fresh form into which its contents were laid: addresses and words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from chalicelib.domain.issues.issue import Issue
from chalicelib.workbook.reading.book import Book, reference

_FILL_IN: Final = "Tệp này là biểu mẫu mới và chỗ này còn trống: ghi nội dung đúng vào đây."
_WORDS: Final = ("found", "sentence", "needed")
_LETTERS: Final = re.compile("[A-Z]+")
_NAMED_CELL: Final = re.compile(r"\bô ([A-Z]{1,3}[1-9][0-9]{0,6})\b")
_NAMED_ROWS: Final = re.compile(r"\b[Dd]òng [0-9]{1,7}(?:, [0-9]{1,7})*")
_DIGITS: Final = re.compile("[0-9]+")

Spot = tuple[str, int, int]
"""A cell of the fresh form: sheet, row, column."""


class Moves(NamedTuple):
    """Where everything went. `book` is the filled form.

    `spots` is the place of each of the sender's cells, by sheet and reference; `own` the cell of each indicator and
    narrative by its code, and the first cell of each table by its title.
    """

    book: Book
    spots: Mapping[tuple[str, str], Spot]
    own: Mapping[str, Spot]

    def move(self, issues: Iterable[Issue]) -> list[Issue]:
        """The issues with the addresses of the fresh form.

        What was not taken over, such as a figure that stood there twice, is to be filled in where it belongs. An issue
        without a place here has no address.
        """
        rows = {(sheet, int(_LETTERS.sub("", cell))): spot[1] for (sheet, cell), spot in self.spots.items()}
        return [self._move(issue, rows) for issue in issues]

    def _move(self, issue: Issue, rows: Mapping[tuple[str, int], int]) -> Issue:
        spot = self.spots.get((issue.sheet, issue.cell))
        if spot is None:
            return self._move_to_own(issue)
        related = (self.spots.get((issue.sheet, cell)) for cell in issue.related)
        here = [_name(each) for each in related if each and each[0] == spot[0]]
        words = {name: self._readdress(getattr(issue, name), sheet=issue.sheet, rows=rows) for name in _WORDS}
        return _place(issue, spot, related=tuple(here), **words)

    def _move_to_own(self, issue: Issue) -> Issue:
        spot = self.own.get(issue.indicator) or self.own.get(issue.label)
        if spot and self._is_blank(spot):
            return _place(issue, spot, remedy=_FILL_IN)
        return _place(issue, self.own.get(issue.indicator))

    def _is_blank(self, spot: Spot) -> bool:
        return all(sheet.get(*spot[1:]) is None for sheet in self.book.sheets if sheet.name == spot[0])

    def _readdress(self, text: str, *, sheet: str, rows: Mapping[tuple[str, int], int]) -> str:
        """A sentence that names cells and rows of the sender's sheet, with those of the fresh form."""

        def name_cell(found: re.Match[str]) -> str:
            spot = self.spots.get((sheet, found[1]))
            return f"ô {_name(spot)}" if spot else found[0]

        def name_row(found: re.Match[str]) -> str:
            return str(rows.get((sheet, int(found[0])), found[0]))

        return _NAMED_ROWS.sub(lambda found: _DIGITS.sub(name_row, found[0]), _NAMED_CELL.sub(name_cell, text))


def _name(spot: Spot) -> str:
    return reference(spot[1], spot[2])


def _place(issue: Issue, spot: Spot | None, *, related: tuple[str, ...] = (), **words: str) -> Issue:
    """The issue at this cell, or at none."""
    sheet, cell = (spot[0], _name(spot)) if spot else ("", "")
    return issue.model_copy(update={"sheet": sheet, "cell": cell, "related": related, **words})
