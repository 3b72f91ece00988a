"""Limits on the cost of one workbook, and the counter that enforces them.

The sizes are explained in `docs/reading.md`: each lies above what 2,803 harmless public workbooks need, and the
counts together keep the worst file that passes them within two seconds and 256 MB.
"""

from __future__ import annotations

from chalicelib.domain.issues.issue import Refused, refuse

_MEBIBYTE = 1024 * 1024

MOST_BYTES = 10 * _MEBIBYTE
MOST_PARTS = 2_000
MOST_UNPACKED = 64 * _MEBIBYTE
MOST_UNPACKED_PART = 48 * _MEBIBYTE
MOST_TAGS = 800_000
MOST_CELLS = 150_000
MOST_CHARACTERS = 8_000_000
MOST_SHEETS = 250
MOST_MERGED = 20_000
MOST_TEXT = 32_767
"""Excel's own limit for the text of one cell."""
LONG_TEXT = 256
"""Shorter texts are not counted: the limit on cells bounds them."""

LAST_ROW = 1_048_576
LAST_COLUMN = 16_384


class Budget:
    """The remaining budget of one workbook, over all of its parts. Every method raises Refused when it is used up.

    `Collector` decrements `cells` directly, because a call would be too slow. `part` is the part being read.
    """

    __slots__ = ("_characters", "_merged", "_tags", "cells", "part")

    def __init__(self, part: str = "") -> None:
        self.part = part
        self._tags = MOST_TAGS
        self.cells = MOST_CELLS
        self._characters = MOST_CHARACTERS
        self._merged = MOST_MERGED

    def spend_tags(self, count: int) -> None:
        """Spends `count` elements of structure: XML tags, or records of an .xls."""
        self._tags -= count
        if self._tags < 0:
            raise too_complex(self.part)

    def refuse_cells(self) -> Refused:
        return refuse("file.too_many_cells", expected=_thousands(MOST_CELLS))

    def spend_characters(self, count: int) -> None:
        """Spends the characters of a long text. A shared text counts in every cell that uses it."""
        self._characters -= count
        if self._characters < 0:
            raise refuse("file.too_much_text", expected=_thousands(MOST_CHARACTERS))

    def spend_merged(self) -> None:
        self._merged -= 1
        if self._merged < 0:
            raise refuse("file.too_many_merged", expected=_thousands(MOST_MERGED))


def too_complex(part: str) -> Refused:
    return refuse("file.too_complex", found=part)


def _thousands(number: int) -> str:
    """The number in Vietnamese notation: 200.000."""
    return f"{number:,}".replace(",", ".")
