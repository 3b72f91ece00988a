"""Vietnamese spelling: one comparison key for all ways of typing the same words.

"hòa" and "hoà" are the same word with the tone mark on different letters, which NFC does not unify; macOS
sends decomposed letters; some keyboards type ð for đ. Keys are only for comparing. The sender's own text,
composed (NFC), is what is shown and stored.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable
from difflib import SequenceMatcher, get_close_matches
from functools import lru_cache
from typing import NamedTuple

_TONES = "\u0300\u0301\u0303\u0309\u0323"
_FROM_TONE_ON = re.compile(f"([{_TONES}])([^ ]+)")
_TONE = re.compile(f"[{_TONES}]")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]")
_MOST_MARKS = 30
"""Unicode's limit for text in streams (UAX 15): no language puts more marks on one letter."""
_MARKED = re.compile(f"[^\x00-\u02ff\u1e00-\u1eff\u2000-\u206f]{{{_MOST_MARKS + 1}}}")
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_WIDE = re.compile("[\uff01-\uff5e]")


def fold_spaces(text: str) -> str:
    """Reduces every run of white space to one space; strips the ends and removes invisible characters."""
    return " ".join((text if text.isascii() else _INVISIBLE.sub("", text)).split())


def make_writable(text: str, *, instead: str = "") -> str:
    """The text with `instead` for each character that XML cannot hold, and so neither Excel nor Word."""
    return _NOT_IN_XML.sub(instead, text)


def fold_width(text: str) -> str:
    """Replaces full-width forms (１２３) by plain ones. Other compatibility forms, such as ², are unchanged."""
    return text.translate(_FULL_WIDTH) if _WIDE.search(text) else text


def make_key(text: str) -> str:
    """The comparison key of a label or a choice: make_key("Hoà Bình") == make_key("hòa  bình")."""
    if text.isascii():
        return fold_spaces(text).lower()
    folded = fold_spaces(fold_width(_limit_marks(text))).replace("ð", "đ").replace("Ð", "Đ").lower()
    return _FROM_TONE_ON.sub(_order_tones, unicodedata.normalize("NFD", folded))


def make_search_key(text: str) -> str:
    """The key without any marks, for searching: make_search_key("Đồng Đội") == "dong doi"."""
    return "".join(char for char in make_key(text) if not unicodedata.combining(char)).replace("đ", "d")


def is_found(wanted: str, *texts: str) -> bool:
    """Whether each word that is searched for stands in the texts: "dong doi" finds "Đồng Đội"; "" finds all."""
    words = make_search_key(wanted).split() if wanted else ()
    if not words:
        return True
    known = make_search_key(" ".join(texts))
    return all(word in known for word in words)


_MOST_COMPARED = 100
"""Of thousands of words, those that stand next to the given one in the order of letters, from either end of a word."""


class _Index(NamedTuple):
    """Known words by their keys; the keys, and the keys from back to front, in order."""

    by_key: dict[str, str]
    forwards: list[str]
    backwards: list[str]

    def list_compared(self, key: str) -> list[str]:
        if len(self.by_key) <= _MOST_COMPARED:
            return list(self.by_key)
        backwards = _take_near(self.backwards, key[::-1])
        return list(dict.fromkeys([*_take_near(self.forwards, key), *(each[::-1] for each in backwards)]))


def _take_near(ordered: list[str], key: str) -> list[str]:
    place, each_side = bisect_left(ordered, key), _MOST_COMPARED // 4
    return ordered[max(place - each_side, 0) : place + each_side]


@lru_cache(maxsize=8)
def _index(known: tuple[str, ...]) -> _Index:
    by_key = {make_key(word): word for word in known}
    return _Index(by_key, sorted(by_key), sorted(key[::-1] for key in by_key))


def suggest(given: str, known: Iterable[str]) -> str:
    """ "; có phải là “Kỳ”" where one of the known words is near, and no other as near; otherwise ""."""
    index = _index(tuple(known))
    key, by_key = make_key(given), index.by_key
    near = get_close_matches(key, index.list_compared(key), n=2, cutoff=0.6)
    measured = [SequenceMatcher(None, word, key).ratio() for word in near]
    is_one = len(set(measured)) == len(measured) > 0
    return f"; có phải là “{by_key[near[0]]}”" if is_one else ""


def _order_tones(match: re.Match[str]) -> str:
    """Moves the tone marks to the end of the word, wherever they were typed."""
    tone, rest = match.groups()
    return str(_TONE.sub("", rest)) + tone + "".join(_TONE.findall(rest))


def compose(text: str) -> str:
    """Composes the text (NFC) for storing; no other change is made."""
    return unicodedata.normalize("NFC", _limit_marks(text))


def _limit_marks(text: str) -> str:
    """Removes marks beyond the limit on one letter, because ordering them takes quadratic time."""
    if len(text) <= _MOST_MARKS or not _MARKED.search(text):
        return text
    kept: list[str] = []
    marks = 0
    for char in text:
        marks = marks + 1 if unicodedata.combining(char) else 0
        if marks <= _MOST_MARKS:
            kept.append(char)
    return "".join(kept)
