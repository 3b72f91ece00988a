"""Text that came from a workbook, made safe for where it goes, with nothing lost without a word."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence

from chalicelib.domain.language.spelling import compose
from chalicelib.report.files import JSON

LONGEST_CELL = 32_767
"""Characters that Excel keeps in one cell, counted as UTF-16 units."""

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def clean_text(text: str) -> str:
    """The text composed (NFC), with "�" for what XML cannot hold and plain line ends."""
    composed = compose(text.replace("\r\n", "\n").replace("\r", "\n"))
    return _NOT_IN_XML.sub("\ufffd", composed)


def fit_cell(text: str, most: int = LONGEST_CELL) -> str:
    """The text as one cell holds it; what had to go is counted and the full text is in the JSON file."""
    clean = clean_text(text)
    units = len(clean.encode("utf-16-le")) // 2
    if units <= most:
        return clean
    kept = clean.encode("utf-16-le")[: 2 * (most - 80)].decode("utf-16-le", errors="ignore")
    return f"{kept}… [còn {len(clean) - len(kept)} ký tự, xem đầy đủ trong tệp {JSON}]"


def disarm(text: str) -> str:
    """For CSV: a text that a spreadsheet would take for a formula gets an apostrophe before it."""
    clean = clean_text(text)
    return f"'{clean}" if clean.startswith(_FORMULA_STARTS) else clean


def render_csv(headings: Sequence[str], rows: Iterable[Iterable[str]]) -> bytes:
    """A CSV that Excel opens in Vietnamese. The caller disarms texts: here a number cannot be told from a text."""
    target = io.StringIO(newline="")
    writer = csv.writer(target, lineterminator="\r\n")
    writer.writerow(headings)
    writer.writerows(rows)
    return "\ufeff".encode() + target.getvalue().encode()
