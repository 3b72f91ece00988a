"""The words that people read, from `docs/tu-ngu.md`, and those of the trade that stand on no page."""

from __future__ import annotations

import re
from functools import cache

from infra.package import ROOT

LIST = ROOT / "docs" / "tu-ngu.md"
TECHNICAL = re.compile(r"<details[^>]*><summary>Chi tiết kỹ thuật.*?</details>", re.S)
"""Folded, for whoever helps on the telephone."""

_PROGRAMS = "JavaScript|LibreOffice|OpenDocument|PowerPoint"
_PATTERNS = {
    "a cell as Excel writes it": r"(?<![\w'])[\w ]*\w![A-Z]{1,3}\d+\b",
    "an instant as machines write it": r"\d{4}-\d\d-\d\dT\d\d:\d\d",
    "a code of the catalogue": r"\b(?:cell|table|form|file|row|text|rule|upload|link|sheet)\.[a-z_]{4,}\b(?!\()",
    "a name of the code or of a setting": rf"\b(?!{_PROGRAMS})[A-Z][a-z]+(?:[A-Z][a-z]+)+\b(?!\.)",
    "a value of the language": r"\b(?:None|Undefined|null|NaN)\b",
}


@cache
def read_terms() -> dict[str, tuple[str, ...]]:
    """The words of the trade by the word that people use."""
    rows = re.findall(r"^\| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", LIST.read_text("utf-8"), flags=re.M)
    return {own: tuple(theirs.split(", ")) for own, _, theirs in rows[1:] if "!" not in theirs}


@cache
def _make_pattern() -> re.Pattern[str]:
    words = sorted({word for theirs in read_terms().values() for word in theirs}, key=len, reverse=True)
    trade = "|".join(rf"(?<![\w./@-]){re.escape(word)}(?![\w/=@-]|\.\w)" for word in words)
    return re.compile("|".join([f"(?i:{trade})", *_PATTERNS.values()]))


def find_trade_words(text: str) -> list[str]:
    """The words and patterns of the trade in a text, in their order."""
    return [match[0] for match in _make_pattern().finditer(text)]
