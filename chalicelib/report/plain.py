"""Makes text from a workbook safe for its destination; anything cut is stated."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from itertools import chain
from typing import Any

from chalicelib.domain.language.spelling import compose, make_writable
from chalicelib.report.files import JSON

LONGEST_CELL = 32_767
"""The number of characters that Excel keeps in one cell, counted as UTF-16 units."""

_SIGNS = "=+\\-@＝＋－＠"
"""What begins a formula; some programs read the wide forms of East Asia as the others."""

_UNSEEN = r"\s\u200b-\u200f\u2060\ufeff"
_BEFORE_SIGN = re.compile(rf'(?<![{_UNSEEN}";])[{_UNSEEN}";]*+(?=[{_SIGNS}])')
_FORMULA = re.compile(rf"[\t\n]|[{_UNSEEN}]*[{_SIGNS}]")
_CELL_ENDS = ";\t\n"


def clean_text(text: str) -> str:
    """The text composed (NFC), with "�" for characters that XML cannot hold, and plain line ends."""
    if text.isascii() and text.isprintable():
        return text
    composed = compose(text.replace("\r\n", "\n").replace("\r", "\n"))
    return make_writable(composed, instead="\ufffd")


def fit_cell(text: str, most: int = LONGEST_CELL) -> str:
    """The text cut to the length of one cell. The cut states how much is missing; the JSON file has the full text."""
    clean = clean_text(text)
    units = len(clean.encode("utf-16-le")) // 2
    if units <= most:
        return clean
    kept = clean.encode("utf-16-le")[: 2 * (most - 80)].decode("utf-16-le", errors="ignore")
    return f"{kept}… [còn {len(clean) - len(kept)} ký tự, xem đầy đủ trong tệp {JSON}]"


def disarm(text: str) -> str:
    """For CSV: puts an apostrophe where a spreadsheet would take the text, or a part of it, for a formula.

    Excel with Vietnamese settings separates by semicolons, and takes our quotation marks for letters: a new cell begins
    behind each semicolon, tab and line end within the text.
    """
    clean = clean_text(text)
    return "'" * clean.startswith(("\t", "\n")) + _BEFORE_SIGN.sub(_put_apostrophe, clean)


def _put_apostrophe(before: re.Match[str]) -> str:
    """At the beginning of the cell that the sign would begin; nowhere if the sign is within a cell."""
    run = before[0]
    start = max(run.rfind(end) for end in _CELL_ENDS) + 1
    return f"{run[:start]}'{run[start:]}" if start or not before.start() else run


def looks_like_formula(text: str) -> bool:
    """Whether a spreadsheet would make a formula of the text if it were typed."""
    return _FORMULA.match(text) is not None


# CSV

_LINE_END = "\r\n"


class _CellTexts(dict[str, str]):
    """Texts as they stand in a CSV. Labels, names and files come again and again, and are disarmed and quoted once."""

    def __missing__(self, text: str) -> str:
        line = io.StringIO()
        csv.writer(line, lineterminator=_LINE_END).writerow((disarm(text), ""))
        self[text] = line.getvalue().removesuffix(f",{_LINE_END}")
        return self[text]


def render_csv(headings: Sequence[str], rows: Iterable[Iterable[Any]]) -> bytes:
    """A CSV that Excel opens in Vietnamese. Texts are disarmed; numbers are written unchanged, minus sign and all."""
    texts = _CellTexts()
    lines = (
        ",".join([texts[each] if type(each) is str else _show_cell(each, texts) for each in row])
        for row in chain((headings,), rows)
    )
    target = io.BytesIO("\ufeff".encode())
    target.seek(0, io.SEEK_END)
    target.writelines(f"{line}{_LINE_END}".encode() for line in lines)
    return target.getvalue()


def _show_cell(value: Any, texts: Mapping[str, str]) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    return str(value) if isinstance(value, int) else texts[str(value)]
