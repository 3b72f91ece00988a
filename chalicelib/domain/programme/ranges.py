"""The range in which a figure is plausible, for all units or by their type: “0..500”, “truong: 0..50; phong: ..500”."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from chalicelib.domain.language.vietnamese import format_number
from chalicelib.domain.programme.scales import Scale
from chalicelib.domain.values import Number, simplify

_BOUND = re.compile(
    r"(?P<sign>[-−]?)(?P<whole>\d{1,3}(?:\.\d{3}){1,4}|\d{1,15})(?:,(?P<fraction>\d{1,10}))?(?P<share> ?%)?", re.ASCII
)
SEPARATORS = re.compile(r"([;\n])")
_HOW = "ghi như “0..500”, “..500”, “5..” hoặc theo loại đơn vị như “truong: 0..50; phong: 0..500”"


class Range(NamedTuple):
    """Both bounds are plausible themselves; None is no bound. `unit_type` is "" for all types without one of their
    own. Bounds are in the figure's own unit; `is_share`: fractions, which people write in per cent."""

    unit_type: str
    low: Number | None
    high: Number | None
    is_share: bool = False

    def find_passed(self, number: Number) -> Number | None:
        """The bound beyond which the number lies; None if it is plausible.

        >>> [Range("", 5, 50).find_passed(number) for number in (4, 5, 50, 51)]
        [5, None, None, 50]
        """
        if self.low is not None and number < self.low:
            return self.low
        return self.high if self.high is not None and number > self.high else None

    def ask(self, scale: Scale | None) -> Range:
        """The range as a form has it that asks in another unit."""
        low, high = (bound if bound is None or scale is None else scale.ask(bound) for bound in (self.low, self.high))
        return self._replace(low=low, high=high)

    def say(self, unit: str = "") -> str:
        """In words.

        >>> Range("", 0, 500).say("vụ"), Range("", None, Decimal("0.5"), is_share=True).say(), Range("", 5, None).say()
        ('từ 0 đến 500 vụ', 'không quá 50%', 'từ 5 trở lên')
        """
        low, high = (self._say_bound(bound, unit) for bound in (self.low, self.high))
        if self.low is None:
            return f"không quá {high}"
        if self.high is None:
            return f"từ {low} trở lên"
        return f"từ {low if '%' in low else format_number(self.low)} đến {high}"

    def _say_bound(self, bound: Number | None, unit: str) -> str:
        if bound is None:
            return ""
        if self.is_share or unit == "%":
            return f"{format_number(simplify(Decimal(bound) * 100) if self.is_share else bound)}%"
        return f"{format_number(bound)} {unit}".rstrip()


def parse_ranges(text: str, *, is_share: bool = False) -> tuple[Range, ...]:
    """The ranges of a programme's cell; the bounds of a ratio are per cent. Raises ValueError."""
    parts = [part.strip() for part in SEPARATORS.split(text) if part.strip(" ;\n")]
    ranges = tuple(_parse_range(part, is_share=is_share) for part in parts)
    types = [each.unit_type for each in ranges]
    for unit_type in types:
        if types.count(unit_type) > 1:
            raise ValueError(
                f"loại đơn vị “{unit_type}” có hai khoảng" if unit_type else "có hai khoảng không ghi loại đơn vị"
            )
    return ranges


def _parse_range(text: str, *, is_share: bool) -> Range:
    named, colon, bounds = text.rpartition(":")
    low, dots, high = bounds.partition("..")
    if not dots or not (low.strip() or high.strip()) or (colon and not named.strip()):
        raise ValueError(f"không đọc được khoảng “{text}”; {_HOW}")
    least, most = (_parse_bound(bound, of=text, is_share=is_share) for bound in (low, high))
    found = Range(named.strip(), least, most, is_share)
    if found.low is not None and found.high is not None and found.low > found.high:
        raise ValueError(f"khoảng “{text}” có mức thấp lớn hơn mức cao")
    return found


def _parse_bound(bound: str, *, of: str, is_share: bool) -> Number | None:
    if not bound.strip():
        return None
    match = _BOUND.fullmatch(bound.strip())
    if match is None:
        raise ValueError(f"không đọc được “{bound.strip()}” của khoảng “{of}”; {_HOW}")
    if is_share and not match["share"]:
        raise ValueError(f"khoảng “{of}” của tỷ lệ phải ghi theo %, ví dụ 80%..100%")
    number = Decimal(f"{match['whole'].replace('.', '')}.{match['fraction'] or 0}")
    number = -number if match["sign"] else number
    return simplify(number / 100 if is_share else number)


def find_range(ranges: Iterable[Range], unit_type: str) -> Range | None:
    """The range of this type of unit, otherwise that of all types."""
    by_type = {each.unit_type: each for each in ranges}
    return by_type.get(unit_type) or by_type.get("")
