"""Long lists of the console, a bounded number of rows to a page; the address holds which page it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic, NamedTuple, TypeVar

from chalicelib.web.forms import parse_number

MOST_ROWS = 50

Row = TypeVar("Row")


class PageOfRows(NamedTuple, Generic[Row]):
    """The rows of one page, its number from 1, the number of pages, and how many rows there are on all of them."""

    rows: Sequence[Row]
    number: int
    pages: int
    total: int

    @property
    def before(self) -> int:
        """How many rows stand on the pages before it, which are full."""
        shown = len(self.rows)
        return self.total - shown if self.number == self.pages else (self.number - 1) * shown


def cut_page(rows: Sequence[Row], number: str, *, most: int = MOST_ROWS) -> PageOfRows[Row]:
    """The page of this number as the address has it; the nearest one that there is."""
    return turn_page(len(rows), number, lambda own: rows[(own - 1) * most : own * most], most=most)


def turn_page(total: int, number: str, read: Callable[[int], Sequence[Row]], *, most: int) -> PageOfRows[Row]:
    """The same of rows of which only those of a page are read."""
    pages = max(1, -(-total // most))
    own = min(max(parse_number(number) or 1, 1), pages)
    return PageOfRows(read(own) if total else (), own, pages, total)
