"""The types of a figure's value: whole numbers are int, others Decimal, flags bool, dates ISO text."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Context, Decimal, localcontext
from typing import Annotated, Any

from pydantic import BeforeValidator

Number = int | Decimal

_EXACT = Context(prec=400)


def simplify(number: Decimal) -> Number:
    """A whole number as int, any other as Decimal without trailing zeros, so that equal figures are equal values.

    >>> simplify(Decimal("2.00")), simplify(Decimal("0.50"))
    (2, Decimal('0.5'))
    """
    return int(number) if number == number.to_integral_value() else number.normalize(_EXACT)


def add_known(values: Iterable[Number | None]) -> Number | None:
    """The exact sum of the known values; None if none is known.

    >>> add_known([]) is None, add_known([None, None]) is None, add_known([None, 0])
    (True, True, 0)
    >>> add_known([Decimal("0.1"), None, Decimal("0.2"), 3])
    Decimal('3.3')
    """
    known = [value for value in values if value is not None]
    if not known:
        return None
    with localcontext(_EXACT):
        return simplify(sum((Decimal(value) for value in known), start=Decimal(0)))


def _make_exact(value: Any) -> Any:
    return simplify(value) if isinstance(value, Decimal) else value


Value = Annotated[bool | int | Decimal | str, BeforeValidator(_make_exact)]


def read_number(value: Value | None) -> Number | None:
    """The value if it is a number; None for a flag, a text or None.

    >>> read_number(3), read_number(True), read_number("3")
    (3, None, None)
    """
    return value if isinstance(value, int | Decimal) and not isinstance(value, bool) else None


def count_value(value: Value | None) -> Number | None:
    """The value as totals and rules count it: numbers unchanged, "có" as 1, "không" as 0, None for anything else.

    >>> count_value(True), count_value(3), count_value("3")
    (1, 3, None)
    """
    return int(value) if isinstance(value, bool) else read_number(value)


def is_unset(value: object) -> bool:
    """Whether a record's field has its empty default and is left out when the record is written."""
    return not value
