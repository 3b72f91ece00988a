"""Bands of a figure: words for how high it is, as “Tốt từ 8”, “Khá từ 6,5”, “Chưa đạt”."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple

from chalicelib.domain.values import Number

_BAND = re.compile(
    r"(?P<word>.+?)\s+từ\s+(?P<whole>\d{1,15})(?:,(?P<fraction>\d{1,10}))?\s*(?P<share>%)?", re.IGNORECASE
)
_MOST_LETTERS = 60
_BOUND = re.compile(r".*\stừ\s+\S*\d.*", re.IGNORECASE)
"""What is meant as a bound, whatever is wrong with it."""


class Band(NamedTuple):
    """`at_least` is the lowest figure of the band; None for the band of all that is lower than the others."""

    word: str
    at_least: Decimal | None


def parse_bands(texts: Sequence[str], *, is_share: bool = False) -> tuple[Band, ...]:
    """The bands, from the highest; the bounds of a ratio are per cent. Raises ValueError."""
    bands = tuple(_parse_band(text, is_share=is_share) for text in texts)
    for problem in _find_problems(bands):
        raise ValueError(problem)
    return bands


def _parse_band(text: str, *, is_share: bool) -> Band:
    match = _BAND.fullmatch(text.strip())
    if match is None:
        if _BOUND.fullmatch(text):
            raise ValueError(f"không đọc được mức “{text}”; ghi như “Tốt từ 8”, “Khá từ 6,5”")
        return Band(text.strip(), None)
    if bool(match["share"]) is not is_share:
        raise ValueError(f"mức “{text}” {'phải' if is_share else 'không'} ghi theo %")
    bound = Decimal(f"{match['whole']}.{match['fraction'] or 0}")
    return Band(match["word"], bound / 100 if is_share else bound)


def _find_problems(bands: Sequence[Band]) -> Iterator[str]:
    words = [band.word.casefold() for band in bands]
    if any(not word or len(word) > _MOST_LETTERS or '"' in word for word in words):
        yield f"tên mức dài nhất {_MOST_LETTERS} ký tự, không có dấu ngoặc kép"
    if len(set(words)) < len(words):
        yield "các mức phải khác tên nhau"
    for higher, lower in pairwise(bands):
        if higher.at_least is None:
            yield f"mức “{higher.word}” không ghi “từ …” nên phải đứng cuối"
        elif lower.at_least is not None and lower.at_least >= higher.at_least:
            yield f"các mức phải xếp từ cao xuống thấp; “{lower.word}” không thấp hơn “{higher.word}”"


def find_band(bands: Iterable[Band], number: Number) -> str:
    """The word of the highest band that the number reaches; "" if it reaches none.

    >>> bands = parse_bands(("Tốt từ 8", "Khá từ 6,5"))
    >>> find_band(bands, 8), find_band(bands, Decimal("7.99")), find_band(bands, 6)
    ('Tốt', 'Khá', '')
    """
    return next((band.word for band in bands if band.at_least is None or number >= band.at_least), "")
