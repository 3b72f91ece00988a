"""Numbers as the cells of a workbook store them, and which numbers a kind of figure can be."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from chalicelib.domain.language.vietnamese import format_number
from chalicelib.domain.programme.kinds import Kind
from chalicelib.domain.programme.scales import Scale
from chalicelib.domain.values import Number, simplify

MOST_DIGITS = 15
"""A figure with more digits than Excel keeps is a typing error."""

_MILLION = 6
_STORED = re.compile(r"[+-]?(?:\d++(?:\.\d*+)?|\.\d++)(?:[eE][+-]?\d{1,3})?", re.ASCII)
_SERIAL = re.compile(r"\d{5}", re.ASCII)


@dataclass(frozen=True)
class Reading:
    """How a cell was read. `code` is the issue's if it could not be read; `expected` belongs to the issue."""

    number: Number | None = None
    estimated: bool = False
    code: str = ""
    expected: str = ""


def read_stored(raw: str, kind: Kind, scale: Scale | None = None) -> Reading:
    """A number cell's stored text. Excel stores binary fractions, so it is rounded to 15 digits. With a `scale` it is
    in the asked unit, and read in the unit of measure.

    0.5 in a column of percentages, in a cell that shows no %, may be 50% or 0,5%, and
    1.234 in a column of counts may be 1234 typed on a machine of another locale: an error, never a guess.
    """
    exact = parse_stored(raw)
    if exact is None:
        return Reading(code="cell.number_damaged")
    if exact.adjusted() >= MOST_DIGITS:
        return Reading(code="cell.number_too_large", expected=f"số có không quá {MOST_DIGITS} chữ số")
    number = simplify(round_as_shown(exact))
    if scale:
        return read_bare(number, kind, scale)
    if kind.is_percent and 0 < number <= 1:
        either = f"{format_number(Decimal(number) * 100)}% hoặc {format_number(number)}%, ghi kèm dấu %"
        return Reading(code="cell.ambiguous", expected=either)
    return check_number(number, kind)


def read_bare(number: Number, kind: Kind, scale: Scale) -> Reading:
    """A number without a unit in a row that asks in another unit than its unit of measure, in the latter.

    1500000 in a row of triệu đồng is more often that many đồng than triệu: never a guess.
    """
    if scale.places >= _MILLION and number >= 10**_MILLION:
        small, large = format_number(scale.ask(number)), format_number(number)
        return Reading(
            code="cell.ambiguous",
            expected=f"{small} nếu là {large} {scale.measured}, hoặc “{large} {scale.asked}” ghi kèm đơn vị tính",
        )
    return check_number(scale.store(number), kind, scale)


def parse_stored(raw: str) -> Decimal | None:
    """A number as a workbook's file stores it; None for anything else."""
    return Decimal(raw) if _STORED.fullmatch(raw) else None


def round_as_shown(number: Decimal) -> Decimal:
    """Rounds to Excel's 15 significant digits: 2.9999999999999996 is 3, as Excel shows it."""
    if len(number.as_tuple().digits) <= MOST_DIGITS:
        return number
    return number.quantize(Decimal(1).scaleb(number.adjusted() - MOST_DIGITS + 1))


def check_number(number: Number, kind: Kind, scale: Scale | None = None) -> Reading:
    """Whether a figure of this kind can be this number. With a `scale` it is told what to write in the asked unit."""
    if kind.is_whole and not isinstance(number, int):
        return _tell_fraction(scale)
    if Decimal(number).adjusted() >= MOST_DIGITS:
        most = f"{MOST_DIGITS - scale.places} chữ số trước dấu phẩy" if scale else f"{MOST_DIGITS} chữ số"
        return Reading(code="cell.number_too_large", expected=f"số có không quá {most}")
    if number < 0:
        return Reading(code="cell.negative", expected="số không âm")
    if kind.at_most is not None and number > kind.at_most:
        return Reading(code="cell.number_too_large", expected=f"số từ 0 đến {kind.at_most}")
    return Reading(number=number)


def _tell_fraction(scale: Scale | None) -> Reading:
    if scale is None or scale.places == 0:
        return Reading(code="cell.not_whole", expected="số nguyên")
    most = f"số tính bằng {scale.asked} có không quá {scale.places} chữ số sau dấu phẩy"
    return Reading(code="cell.too_precise", expected=most)


def find_day(raw: str, first: date, last: date) -> date | None:
    """The day that Excel means by a number, if it lies between the two: 44693 is 12 May 2022.

    Typing 12/5 into a cell with a number format stores that number, and the screen does not show a day.
    """
    if not _SERIAL.fullmatch(raw):
        return None
    day = date(1899, 12, 30) + timedelta(days=int(raw))
    return day if first <= day <= last else None
