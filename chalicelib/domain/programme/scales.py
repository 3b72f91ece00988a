"""Scales: a form may ask in “triệu đồng” for what is kept in “đồng”. Which units are a multiple of which is said here.

A scale is known or there is none: the factor is a power of ten, so that decimals are moved and never rounded.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Context, Decimal
from functools import lru_cache

from chalicelib.domain.language.spelling import compose, make_key
from chalicelib.domain.values import Number, simplify

_EXACT = Context(prec=400)
"""Digits for the longest text that is read as a figure."""

_WORDS = {"nghìn": 3, "ngàn": 3, "triệu": 6, "tỷ": 9, "tỉ": 9}
_QUANTITIES = (
    {"đồng": 0, "đ": 0, "₫": 0, "vnđ": 0, "vnd": 0, "đồng chẵn": 0},
    {"g": 0, "gam": 0, "kg": 3, "kilôgam": 3, "ki-lô-gam": 3, "yến": 4, "tạ": 5, "tấn": 6},
    {"mm": 0, "cm": 1, "dm": 2, "m": 3, "mét": 3, "km": 6, "kilômét": 6, "ki-lô-mét": 6},
    {"m²": 0, "m2": 0, "mét vuông": 0, "ha": 4, "héc-ta": 4, "hecta": 4, "km²": 6, "km2": 6},
    {"lít": 0, "l": 0, "m³": 3, "m3": 3, "mét khối": 3},
    {"wh": 0, "kwh": 3, "mwh": 6},
)
"""Each quantity's units by their power of ten. Land measures that differ from region to region are not among them."""
_ABBREVIATIONS = {make_key(text): make_key("triệu đồng") for text in ("trđ", "tr.đ", "tr đ", "tr.đồng", "tr đồng")}
_ABBREVIATIONS[make_key("tr")] = make_key("triệu")
_WORD = re.compile(r"(?<![\w.₫²³-])[\w.₫²³-]*[\w₫²³]")
"""From where a word begins: a run of dashes is looked at once."""
_POWER = re.compile(r"1(?:[., ]?000)+ ?(?![\d.,])")
_PLACES_BY_WORD = {make_key(word): places for word, places in _WORDS.items()}
_UNITS = {
    make_key(name): (f"*{number}", places) for number, units in enumerate(_QUANTITIES) for name, places in units.items()
}
_SHOWN = (("đồng", "nghìn đồng", "triệu đồng", "tỷ đồng"), ("kg", "tạ", "tấn"), ("m", "km"), ("m²", "ha", "km²"))
_GENERAL = ("nghìn", "triệu", "tỷ")


@dataclass(frozen=True, slots=True)
class Scale:
    """`asked` is so many times `measured` as 1 with `places` noughts. Of them `words` are those of the words that stand
    before the unit proper: 6 of “triệu đồng”, none of “tấn”."""

    asked: str
    measured: str
    places: int
    words: int

    def store(self, asked: Number) -> Number:
        """A number of the asked unit in the unit of measure.

        >>> find_scale("triệu đồng", "đồng").store(Decimal("1.5"))
        1500000
        """
        return move(asked, self.places)

    def ask(self, stored: Number) -> Number:
        """A number of the unit of measure in the asked unit.

        >>> find_scale("triệu đồng", "đồng").ask(1_234_567)
        Decimal('1.234567')
        """
        return move(stored, -self.places)

    def find_places(self, unit: str) -> int | None:
        """The power of ten of a unit that is typed beside a figure, by the unit of measure; None for any other unit."""
        return find_places(unit, measured=self.measured)


def move(number: Number, places: int) -> Number:
    """The number with its decimal mark moved to the right, exactly."""
    return simplify(_EXACT.scaleb(Decimal(number), places))


@lru_cache(maxsize=1024)
def find_scale(asked: str, measured: str) -> Scale | None:
    """The scale of a unit that is larger than the unit of measure; None where it is not known to be one.

    >>> find_scale("tấn", "kg").places, find_scale("nghìn người", "người").places, find_scale("đồng", "triệu đồng")
    (3, 3, None)
    """
    places = find_places(asked, measured=measured)
    return Scale(asked, measured, places, _split(asked)[1]) if places and places > 0 else None


@lru_cache(maxsize=1024)
def find_worded(units: frozenset[str]) -> Scale | None:
    """Of spellings of one unit of measure that has such words itself, as “triệu đồng” has, the scale of which the
    unit is both what is asked and what is kept; None of a unit without them.

    >>> find_worded(frozenset({"triệu đồng"})).find_places("tỷ đồng"), find_worded(frozenset({"đồng"}))
    (3, None)
    """
    worded = next((unit for unit in sorted(units) if _split(unit)[1]), "")
    unit = compose(worded)
    return Scale(unit, unit, 0, _split(worded)[1]) if unit else None


def is_word_of_other(spelling: str, *, measured: str) -> bool:
    """Whether a spelling of a unit is a word of scale that the unit itself does not have.

    >>> [is_word_of_other(word, measured=unit) for word, unit in (("tr", "đồng"), ("tr", "triệu đồng"), ("tỷ lệ", "%"))]
    [True, False, False]
    """
    proper, words = _split(spelling)
    return bool(words) and not proper and words != _split(measured)[1]


_LONGEST_UNIT = 100
_LONGEST_HEADING = 300
"""Letters of a sender's text that are read as one unit of measure, and looked through for one."""
_MOST_WORDS = 4
"""No unit is of more words, those before it included."""


def find_places(unit: str, *, measured: str) -> int | None:
    """The power of ten that a unit is of another one; None where both are not of one quantity.

    >>> [find_places(unit, measured="nghìn đồng") for unit in ("tỷ đồng", "nghìn đồng", "đồng", "tr.đ", "kg", "tỷ")]
    [6, 0, -3, 3, None, None]
    """
    return _find_places(unit, measured) if len(unit) <= _LONGEST_UNIT else None


@lru_cache(maxsize=1024)
def _find_places(unit: str, measured: str) -> int | None:
    (one, places), (other, own) = _parse(unit), _parse(measured)
    return places - own if one and one == other else None


def list_units(text: str, *, measured: str) -> list[str]:
    """The units at the beginning of a text that are of the same quantity as another one, each as long as it can be
    read.

    >>> [list_units(text, measured="đồng") for text in ("tiền, nghìn đồng", "ĐVT: 1.000 đ", "người")]
    [['nghìn đồng'], ['1.000 đ'], []]
    """
    words, found, place = _WORD.findall(text[:_LONGEST_HEADING]), list[str](), 0
    quantity = _parse(measured)[0]
    while quantity and place < len(words):
        runs = (" ".join(words[place : place + length]) for length in range(_MOST_WORDS, 0, -1))
        unit = next((run for run in runs if _parse(run)[0] == quantity), "")
        found += [unit] if unit else []
        place += len(unit.split(" ")) if unit else 1
    return found


def _parse(unit: str) -> tuple[str, int]:
    """The quantity and the power of ten of a unit; a unit that is in no table is a quantity of its own."""
    proper, words = _split(unit)
    quantity, places = _UNITS.get(proper, (proper, 0))
    return quantity, places + words


def _split(unit: str) -> tuple[str, int]:
    """The key of the unit proper and the power of ten of the words before it: “nghìn tỷ đồng” is 12 before “đồng”,
    “1.000 đồng” is 3."""
    key, words = make_key(unit).rstrip(" ."), 0
    key = _ABBREVIATIONS.get(key, key)
    if power := _POWER.match(key):
        key, words = key[power.end() :], power[0].count("0")
    while key and (places := _PLACES_BY_WORD.get(key.partition(" ")[0])):
        key, words = key.partition(" ")[2], words + places
    return key, words


def list_larger(measured: str) -> list[str]:
    """The usual units in which a form may ask for what is kept in this one.

    >>> list_larger("đồng"), list_larger("người")
    (['nghìn đồng', 'triệu đồng', 'tỷ đồng'], ['nghìn người', 'triệu người', 'tỷ người'])
    """
    return [unit for unit in _list_usual(measured) if find_scale(unit, measured)]


def _list_usual(measured: str) -> Iterator[str]:
    usual = [units for units in _SHOWN if find_places(units[0], measured=measured) is not None]
    for units in usual:
        yield from units
    if not usual and measured:
        yield from (f"{word} {measured}" for word in _GENERAL)
