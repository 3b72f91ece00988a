"""When a row or a section of a form is asked, in the words of the programme's files.

    B03 > 0                    a figure, in the language of rules; ≤, ≥ and ≠ may be written as such
    Q1 = Có                    an answer; Q1 = Tốt|Khá is one of several, Q1 != Không is any other
    B03 = 5                    a number as an answer; B03 = 5|7,5 is one of several, B03 != 0 is any other
    kỳ = quy-1|quy-2           the period, by code
    đơn vị = cap-xa            the unit's type, by code
    kỳ = nam và B03 > 0        all of these

What depends on period and type alone decides whether the row is printed. What depends on an answer stands on the form:
a row is left blank where its condition does not hold.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, cached_property
from typing import Annotated

from pydantic import AfterValidator

from chalicelib.domain.language.spelling import make_key
from chalicelib.domain.language.vietnamese import format_flag
from chalicelib.domain.programme.expressions import COMPARISON, Figures, Requirement
from chalicelib.domain.values import Number, Value, count_value, simplify

PERIOD, UNIT_TYPE = "kỳ", "đơn vị"

_AND = re.compile(r"\s+và\s+(?=(?:kỳ|đơn vị)\s*(?:!?=|≠)|[A-Z][A-Za-z0-9_]*\s*[-+*×<>=!≤≥≠])")
_ANSWER = re.compile(r"(?P<asked>[A-Z][A-Za-z0-9_]*|kỳ|đơn vị)\s*(?P<sign>!?=(?!=)|≠)\s*(?P<words>.+)")
_OR = re.compile(r"\s*\|\s*|\s+hoặc\s+")
_NUMBER = re.compile(r"(-?\d{1,15})(?:,(\d{1,10}))?", re.ASCII)
_SIGNS = {
    "<=": "{} không quá {}", ">=": "{} từ {} trở lên", "==": "{} bằng {}", "!=": "{} khác {}", "<": "{} nhỏ hơn {}",
    ">": "{} lớn hơn {}",
}  # fmt: skip


@dataclass(frozen=True)
class WantedAnswer:
    """One of `words` is the answer, or with `is_not` none of them. `asked` is a row's code, the period or the type."""

    asked: str
    words: tuple[str, ...]
    is_not: bool = False

    @property
    def code(self) -> str:
        """The code of the row; "" for the period and the type."""
        return "" if self.asked in (PERIOD, UNIT_TYPE) else self.asked

    @cached_property
    def numbers(self) -> tuple[Number, ...]:
        """The words, where each of them is a number."""
        read = [number for word in self.words if (number := read_numeral(word)) is not None]
        return tuple(read) if len(read) == len(self.words) else ()

    def holds(self, value: Value | None) -> bool | None:
        """None without an answer. An answer that can be counted may be one of the numbers."""
        if value is None:
            return None
        given = format_flag(value) if isinstance(value, bool) else str(value)
        is_one = make_key(given) in map(make_key, self.words) or count_value(value) in self.numbers
        return is_one != self.is_not

    def __str__(self) -> str:
        if self.numbers:
            return f"{self.asked} {'khác' if self.is_not else 'bằng'} {' hoặc '.join(self.words)}"
        listed = " hoặc ".join(f"“{word}”" for word in self.words)
        return f"{self.asked} {'không phải là' if self.is_not else 'là'} {listed}"


def read_numeral(word: str) -> Number | None:
    """The number that a condition writes with a comma as its decimal mark; None for anything else.

    >>> read_numeral("7,50"), read_numeral("-3"), read_numeral("7.5")
    (Decimal('7.5'), -3, None)
    """
    match = _NUMBER.fullmatch(word)
    return simplify(Decimal(f"{match[1]}.{match[2] or 0}")) if match else None


@dataclass(frozen=True)
class AskedWhen:
    """All of `answers` and `requirements` must hold; with none it always holds."""

    answers: tuple[WantedAnswer, ...] = ()
    requirements: tuple[tuple[str, Requirement], ...] = ()
    """Each as it is written, and as it is read."""

    @staticmethod
    def parse(text: str) -> AskedWhen:
        """Parses a condition. Raises ValueError with the text that could not be read."""
        parts = [part.strip() for part in _AND.split(text.strip())] if text.strip() else []
        read = [_read_part(part) for part in parts]
        return AskedWhen(
            tuple(each for each in read if isinstance(each, WantedAnswer)),
            tuple(each for each in read if not isinstance(each, WantedAnswer)),
        )

    def __add__(self, other: AskedWhen) -> AskedWhen:
        return AskedWhen(self.answers + other.answers, self.requirements + other.requirements)

    @cached_property
    def on_form(self) -> AskedWhen:
        """What of it depends on answers."""
        return AskedWhen(tuple(each for each in self.answers if each.code), self.requirements)

    @property
    def codes(self) -> tuple[str, ...]:
        """The rows whose answers it depends on, each once."""
        own = [each.code for each in self.answers if each.code]
        return tuple(dict.fromkeys([*own, *(code for _, each in self.requirements for code in each.codes)]))

    def list_named(self, asked: str) -> Iterator[str]:
        """The codes of periods or of types that it names."""
        yield from (word for each in self.answers if each.asked == asked for word in each.words)

    def is_for(self, *, period: str, unit_type: str) -> bool:
        """Whether it may hold for a unit of this type in this period."""
        given = {PERIOD: period, UNIT_TYPE: unit_type}
        return all(each.holds(given[each.asked]) for each in self.answers if each.asked in given)

    def holds(self, values: Mapping[str, Value]) -> bool | None:
        """Whether it holds by these answers; None where one that decides it is missing."""
        figures = Figures({code: count_value(value) for code, value in values.items()}, {})
        found = [each.holds(values.get(each.code)) for each in self.answers if each.code]
        found += [each.holds(figures) for _, each in self.requirements]
        return False if False in found else None if None in found else True

    def __str__(self) -> str:
        """What a form prints: “B03 lớn hơn 0 và Q1 là “Có””."""
        words = [str(each) for each in self.answers if each.code]
        for written, each in self.requirements:
            left, _, right = COMPARISON.split(written)
            words.append(_SIGNS[each.sign].format(left.strip(), right.strip()))
        return " và ".join(words)

    def __bool__(self) -> bool:
        return bool(self.answers or self.requirements)


_EQUALS = re.compile("(?<![<>=!])=(?!=)")


def _read_part(part: str) -> WantedAnswer | tuple[str, Requirement]:
    """An equals sign after one code asks for an answer; in a sum it is the comparison."""
    if match := _ANSWER.fullmatch(part):
        words = tuple(word.strip(' "“”') for word in _OR.split(match["words"]))
        if not all(words):
            raise ValueError(f"thiếu câu trả lời trong “{part}”")
        return WantedAnswer(match["asked"], words, is_not=match["sign"] != "=")
    written = _EQUALS.sub("==", part)
    try:
        requirement = Requirement.parse(written)
    except ValueError:
        what = f"không đọc được điều kiện “{part}”; ghi như “B03 > 0”, “B03 = 5” hoặc “Q1 = Có”"
        raise ValueError(what) from None
    if requirement.tables:
        raise ValueError(f"điều kiện chỉ nhắc đến chỉ tiêu, không nhắc đến bảng kê: “{part}”")
    return written, requirement


parse_condition = cache(AskedWhen.parse)


def _check(text: str) -> str:
    parse_condition(text)
    return text


ConditionText = Annotated[str, AfterValidator(_check)]
"""A condition as a record's field: as it is written, and refused where it cannot be read."""
