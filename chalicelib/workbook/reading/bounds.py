"""How much one workbook may cost, and the counter that says stop.

The sizes are those of `docs/reading.md`: each lies above what 2,803 harmless public workbooks need, and the
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
"""Shorter texts are not counted: all cells together cannot make them many."""

LAST_ROW = 1_048_576
LAST_COLUMN = 16_384


class Budget:
    """What is left for one workbook, over all of its parts. Every method raises Refused when it is used up.

    `cells` is counted down by `Collector`, which has no time for a call. `part` is the part that is being read.
    """

    __slots__ = ("_characters", "_merged", "_tags", "cells", "part")

    def __init__(self, part: str = "") -> None:
        self.part = part
        self._tags = MOST_TAGS
        self.cells = MOST_CELLS
        self._characters = MOST_CHARACTERS
        self._merged = MOST_MERGED

    def spend_tags(self, count: int) -> None:
        """Pay for `count` pieces of structure: XML tags, or records of an .xls."""
        self._tags -= count
        if self._tags < 0:
            raise too_complex(self.part)

    def refuse_cells(self) -> Refused:
        return refuse("file.too_many_cells", expected=_thousands(MOST_CELLS))

    def spend_characters(self, count: int) -> None:
        """Pay for a long text. One shared text may stand in many cells: it counts in each."""
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
    """The number as Vietnamese writes it: 200.000."""
    return f"{number:,}".replace(",", ".")
