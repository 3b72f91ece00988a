"""What a Word template may compute: fields, loops and conditions, within bounds. Jinja's own sandbox lets a template
take all the time and memory there is, and an edition would not appear at all."""

from __future__ import annotations

from typing import Any

from jinja2 import StrictUndefined
from jinja2.exceptions import SecurityError
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

_MOST_NUMBERS = 10_000
_LARGEST = 10**12


class Sandbox(ImmutableSandboxedEnvironment):
    """For one template. Of Jinja's functions it has `range` alone."""

    intercepted_binops = frozenset(("*", "**"))

    def __init__(self) -> None:
        super().__init__(undefined=StrictUndefined, autoescape=True)
        self.globals = {"range": _Range()}

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Only numbers are multiplied, and only small ones."""
        if operator == "**" or not all(
            isinstance(each, int | float) and abs(each) < _LARGEST for each in (left, right)
        ):
            raise SecurityError(f"phép {operator} chỉ dùng cho số nhỏ" if operator == "*" else "không dùng phép **")
        return super().call_binop(context, operator, left, right)


class _Range:
    """`range` with bounds: the numbers of all loops of a template together, also of loops within loops."""

    def __init__(self) -> None:
        self._left = _MOST_NUMBERS

    def __call__(self, *bounds: int) -> range:
        numbers = range(*bounds)
        self._left -= len(numbers)
        if self._left < 0:
            raise SecurityError(f"range lặp quá {_MOST_NUMBERS} lần")
        return numbers
