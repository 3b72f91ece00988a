"""Vietnamese numerals in words: "mười hai", "một triệu năm trăm nghìn". Only full, regular forms are read.

Spoken short forms ("trăm hai", "hai mốt", "nghìn rưỡi") can mean two numbers, so they are not read.
"""

from __future__ import annotations

from chalicelib.domain.language.spelling import make_key

_LONGEST = 200


def _by_key(words: str, first: int = 0) -> dict[str, int]:
    """Maps comparison keys of words to numbers; spellings of one number are separated by "/"."""
    listed = enumerate(words.split(" "), start=first)
    return {make_key(word): number for number, same in listed for word in same.split("/")}


_DIGITS = _by_key("không một hai ba bốn năm sáu bảy/bẩy tám chín")
_AFTER_TEN = _by_key("một hai ba bốn lăm/nhăm sáu bảy/bẩy tám chín", 1)
_AFTER_TENS = _by_key("mốt hai ba bốn/tư lăm/nhăm sáu bảy/bẩy tám chín", 1)
_TEN, _TENS, _HUNDRED = make_key("mười"), make_key("mươi"), make_key("trăm")
_ODD = {make_key(word) for word in ("linh", "lẻ")}
_SCALES = (
    (10**9, {make_key(word) for word in ("tỷ", "tỉ")}),
    (10**6, {make_key("triệu")}),
    (1000, {make_key(word) for word in ("nghìn", "ngàn")}),
)


def read_numeral(text: str) -> int | None:
    """The number that the words name, or None.

    >>> read_numeral("mười hai"), read_numeral("Một triệu năm trăm nghìn"), read_numeral("trăm hai")
    (12, 1500000, None)
    """
    if len(text) > _LONGEST:
        return None
    words = make_key(text).split(" ")
    total = 0
    for factor, names in _SCALES:
        place = next((place for place, word in enumerate(words) if word in names), None)
        if place is None:
            continue
        count = _read_hundreds(words[:place])
        if not count:
            return None
        total += count * factor
        words = words[place + 1 :]
    if not words and total:
        return total
    rest = _read_hundreds(words)
    # "một triệu hai" can mean 1.200.000 or 1.000.002.
    return None if rest is None or (total and len(words) == 1) else total + rest


def _read_hundreds(words: list[str]) -> int | None:
    """A number below a thousand."""
    if len(words) < 2 or words[1] != _HUNDRED:
        return _read_tens(words)
    hundreds, rest = _DIGITS.get(words[0]), words[2:]
    if hundreds is None or not rest:
        return hundreds and hundreds * 100
    if rest[0] in _ODD:
        below = _DIGITS.get(rest[1]) if len(rest) == 2 else None
    else:
        below = _read_tens(rest) if len(rest) > 1 or rest == [_TEN] else None
    return None if below is None else hundreds * 100 + below


def _read_tens(words: list[str]) -> int | None:
    """A number below a hundred."""
    match words:
        case [digit]:
            return 10 if digit == _TEN else _DIGITS.get(digit)
        case [ten, digit] if ten == _TEN:
            return _add(10, _AFTER_TEN.get(digit))
        case [tens, word, *rest] if word == _TENS and _DIGITS.get(tens, 0) > 1 and len(rest) < 2:
            return _add(_DIGITS[tens] * 10, _AFTER_TENS.get(rest[0]) if rest else 0)
    return None


def _add(tens: int, digit: int | None) -> int | None:
    return None if digit is None else tens + digit
