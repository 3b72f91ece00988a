"""Makes text from a workbook safe for its destination; anything cut is stated."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence

from chalicelib.domain.language.spelling import compose
from chalicelib.report.files import JSON

LONGEST_CELL = 32_767
"""The number of characters that Excel keeps in one cell, counted as UTF-16 units."""

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def clean_text(text: str) -> str:
    """The text composed (NFC), with "�" for characters that XML cannot hold, and plain line ends."""
    composed = compose(text.replace("\r\n", "\n").replace("\r", "\n"))
    return _NOT_IN_XML.sub("\ufffd", composed)


def fit_cell(text: str, most: int = LONGEST_CELL) -> str:
    """The text cut to the length of one cell. The cut states how much is missing; the JSON file has the full text."""
    clean = clean_text(text)
    units = len(clean.encode("utf-16-le")) // 2
    if units <= most:
        return clean
    kept = clean.encode("utf-16-le")[: 2 * (most - 80)].decode("utf-16-le", errors="ignore")
    return f"{kept}… [còn {len(clean) - len(kept)} ký tự, xem đầy đủ trong tệp {JSON}]"


def disarm(text: str) -> str:
    """For CSV: prefixes an apostrophe to text that a spreadsheet would take for a formula."""
    clean = clean_text(text)
    return f"'{clean}" if clean.startswith(_FORMULA_STARTS) else clean


def render_csv(headings: Sequence[str], rows: Iterable[Iterable[str]]) -> bytes:
    """A CSV that Excel opens in Vietnamese. The caller disarms texts, because numbers and texts look alike here."""
    target = io.StringIO(newline="")
    writer = csv.writer(target, lineterminator="\r\n")
    writer.writerow(headings)
    writer.writerows(rows)
    return "\ufeff".encode() + target.getvalue().encode()
