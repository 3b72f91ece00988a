"""JSON with one value a line, as `json.dumps(…, indent=1)` writes it, but by the encoder in C and a piece at a time.

The encoder in C knows no indentation. It does know separators, which are enough for lists and objects of plain values,
and these are nearly all that there is.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from decimal import Decimal
from functools import cache
from itertools import repeat
from types import NoneType
from typing import Any

_PLAIN = frozenset((str, int, bool, NoneType, Decimal, datetime))


def iter_json(value: Any, depth: int = 1) -> Iterator[str]:
    """The text in pieces. An iterator is written as a list, an instant in ISO 8601, a decimal as text.

    `depth` is that of what stands within the value.

    >>> print("".join(iter_json({"a": iter([{"b": 1, "c": None}]), "d": []})))
    {
     "a": [
      {
       "b": 1,
       "c": null
      }
     ],
     "d": []
    }
    """
    if not isinstance(value, dict | list | tuple | Iterator):
        yield _get_encoder(depth)(value)
    elif _is_flat(value):
        yield _write_flat(value, depth)
    else:
        yield from _iter_nested(value, depth)


def _is_flat(value: Any) -> bool:
    """Whether it is a list or an object, and holds only texts, numbers and the like."""
    if isinstance(value, dict):
        return _PLAIN.issuperset(map(type, value.values()))
    return isinstance(value, list | tuple) and _PLAIN.issuperset(map(type, value))


def _write_flat(value: Any, depth: int) -> str:
    text = _get_encoder(depth)(value)
    return f"{text[0]}{_begin_line(depth)}{text[1:-1]}{_begin_line(depth - 1)}{text[-1]}" if value else text


def _iter_nested(value: Any, depth: int) -> Iterator[str]:
    first, last = "{}" if isinstance(value, dict) else "[]"
    names = (f"{_get_encoder(depth)(name)}: " for name in value) if isinstance(value, dict) else repeat("")
    before, line = first, _begin_line(depth)
    for name, each in zip(names, value.values() if isinstance(value, dict) else value, strict=False):
        if _is_flat(each):
            yield f"{before}{line}{name}{_write_flat(each, depth + 1)}"
        else:
            yield f"{before}{line}{name}"
            yield from iter_json(each, depth + 1)
        before = ","
    yield first + last if before == first else f"{_begin_line(depth - 1)}{last}"


def _begin_line(depth: int) -> str:
    return "\n" + " " * depth


@cache
def _get_encoder(depth: int) -> Callable[[Any], str]:
    separators = f",{_begin_line(depth)}", ": "
    return json.JSONEncoder(ensure_ascii=False, default=_write_other, separators=separators).encode


def _write_other(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
