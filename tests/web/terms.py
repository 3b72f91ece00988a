"""The words that people read, from `docs/tu-ngu.md`, and those of the trade that stand on no page."""

from __future__ import annotations

import html
import re
from functools import cache

from infra.package import ROOT

LIST = ROOT / "docs" / "tu-ngu.md"
TECHNICAL = re.compile(r"<details[^>]*><summary>Chi tiết kỹ thuật.*?</details>", re.S)
"""Folded, for whoever helps on the telephone."""

_PROGRAMS = "JavaScript|LibreOffice|OpenDocument|PowerPoint"
_PATTERNS = [
    re.compile(each)
    for each in (
        r"(?<![\w'])[\w ]*\w![A-Z]{1,3}\d+\b",  # a cell as Excel writes it
        r"\d{4}-\d\d-\d\dT\d\d:\d\d",  # an instant as machines write it
        r"\b(?:cell|table|form|file|row|text|rule|upload|link|sheet)\.[a-z_]{4,}\b(?!\()",  # a code of an issue
        rf"\b(?!{_PROGRAMS})[A-Z][a-z]+(?:[A-Z][a-z]+)+\b(?!\.)",  # a name of the code or of a setting
        r"\b(?:None|Undefined|null|NaN)\b",  # a value of the language
    )
]


@cache
def read_terms() -> dict[str, tuple[str, ...]]:
    """The words of the trade by the word that people use."""
    rows = re.findall(r"^\| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", LIST.read_text("utf-8"), flags=re.M)
    return {own: tuple(theirs.split(", ")) for own, _, theirs in rows[1:] if "!" not in theirs}


@cache
def _list_words() -> tuple[str, ...]:
    return tuple(sorted({word.lower() for theirs in read_terms().values() for word in theirs}, key=len, reverse=True))


@cache
def _make_pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    trade = "|".join(rf"(?<![\w./@-]){re.escape(word)}(?![\w/=@-]|\.\w)" for word in words)
    return re.compile(trade, re.I)


def find_trade_words(text: str) -> list[str]:
    """The words and patterns of the trade in a text, in their order. Fast where there are none."""
    folded = text.lower()
    words = tuple(word for word in _list_words() if word in folded)
    found = list(_make_pattern(words).finditer(text)) if words else []
    for pattern in _PATTERNS if "!" in text else _PATTERNS[1:]:
        found += pattern.finditer(text)
    return [match[0] for match in sorted(found, key=lambda match: match.start())]


_UNREAD = re.compile(
    r"<(script|style|textarea|code)\b.*?</\1>|<(\w+)[^>]* class=\"[^\"]*\b(?:mono|code|cell|secret)\b[^\"]*\".*?</\2>"
    r"|<details[^>]*><summary>Chi tiết kỹ thuật.*?</details>",
    re.S,
)
"""What no person reads as words of the page: scripts, codes, and what somebody types."""


def find_trade_words_on(page: str) -> list[str]:
    """The words and patterns of the trade that a person reads on a page as it was rendered; none in what is no page."""
    if not page.startswith("<!doctype html>") or not find_trade_words(_read_shown(page)):
        return []
    return find_trade_words(_read_shown(_UNREAD.sub(" ", page)))


def _read_shown(page: str) -> str:
    labels = re.findall(r' (?:aria-label|title|alt|placeholder)="([^"]*)"', page)
    return html.unescape(" ".join([re.sub(r"<[^>]*>", "  ", page), *labels]))
