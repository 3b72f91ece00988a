"""Vietnamese spelling: one key for the ways in which the same words are typed.

"hòa" and "hoà" are the same word with the tone mark on another letter, which NFC does not join; macOS
sends decomposed letters; some keyboards type ð for đ. Keys are for comparing only: what is shown and
stored is the sender's own text, composed (NFC).
"""

from __future__ import annotations

import re
import unicodedata

_TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]")
_SPACES = re.compile(r"[\s\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]+")
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}


def fold_spaces(text: str) -> str:
    """Any run of white space as one space, none at the ends, invisible characters gone."""
    return _SPACES.sub(" ", _INVISIBLE.sub("", text)).strip()


def fold_width(text: str) -> str:
    """Full-width forms (１２３) as plain ones. Other compatibility forms, such as ², stay what they are."""
    return text.translate(_FULL_WIDTH)


def make_key(text: str) -> str:
    """The comparison key of a label or a choice: make_key("Hoà Bình") == make_key("hòa  bình")."""
    folded = fold_spaces(fold_width(text)).replace("ð", "đ").replace("Ð", "Đ").lower()
    return " ".join(_order_tone(word) for word in folded.split(" "))


def _order_tone(word: str) -> str:
    """The word decomposed, with its tone marks behind it, wherever they were typed."""
    decomposed = unicodedata.normalize("NFD", word)
    tones = "".join(char for char in decomposed if char in _TONES)
    return "".join(char for char in decomposed if char not in _TONES) + tones


def compose(text: str) -> str:
    """The text as it is kept: composed (NFC), every other character as it was typed."""
    return unicodedata.normalize("NFC", text)
