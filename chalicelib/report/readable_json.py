"""JSON with one value a line, as `json.dumps(…, indent=1)` writes it, but by the encoder in C and a piece at a time.

The encoder in C knows no indentation. It does know separators, which are enough for lists and objects of plain values,
and these are nearly all that there is.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from functools import cache
from itertools import chain, islice
from types import NoneType
from typing import Any

_PLAIN = frozenset((str, int, bool, NoneType, Decimal, datetime))
_AT_ONCE = 500
_BYTES_AT_ONCE = 200_000


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
    line, before = _begin_line(depth), "{" if isinstance(value, dict) else "["
    for pieces in _iter_fields(value, depth) if isinstance(value, dict) else _iter_items(value, depth):
        yield before + line
        yield from pieces
        before = ","
    last = "}" if isinstance(value, dict) else "]"
    yield before + last if before != "," else f"{_begin_line(depth - 1)}{last}"


def _iter_fields(value: dict[str, Any], depth: int) -> Iterator[Iterable[str]]:
    for name, each in value.items():
        yield chain((f"{_get_encoder(depth)(name)}: ",), iter_json(each, depth + 1))


def _iter_items(value: Iterable[Any], depth: int) -> Iterator[Iterable[str]]:
    """The items; records, many at once."""
    items = iter(value)
    while some := list(islice(items, _AT_ONCE)):
        if all(isinstance(each, dict) and each and _is_flat(each) for each in some):
            yield (_write_records(some, depth + 1),)
        else:
            yield from (iter_json(each, depth + 1) for each in some)


def _write_records(records: list[dict[str, Any]], depth: int) -> str:
    """Objects of plain values. No text of JSON has a line end, so one stands only between values."""
    within, around = _begin_line(depth), _begin_line(depth - 1)
    text = _get_encoder(depth)(records)[2:-2].replace(f"}},{within}{{", f"{around}}},{around}{{{within}")
    return f"{{{within}{text}{around}}}"


def _begin_line(depth: int) -> str:
    return "\n" + " " * depth


@cache
def _get_encoder(depth: int) -> Callable[[Any], str]:
    separators = f",{_begin_line(depth)}", ": "
    return json.JSONEncoder(ensure_ascii=False, default=_write_other, separators=separators).encode


def _write_other(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def iter_records(data: bytes, name: str) -> Iterator[dict[str, Any]]:
    """The objects of plain values in one of the lists of an object that `iter_json` wrote, of which many are read at
    once, but never all. Raises ValueError if there is no such list.

    >>> list(iter_records("".join(iter_json({"a": [{"b": 1}, {"b": 2}], "c": []})).encode(), "a"))
    [{'b': 1}, {'b': 2}]
    """
    heading, last, between = f'\n "{name}": ['.encode(), b"\n ]", b"\n  },\n  {"
    start = data.index(heading) + len(heading)
    end = start if data.startswith(b"]", start) else data.index(last, start)
    while start < end:
        found = data.find(between, start + _BYTES_AT_ONCE, end)
        stop = end if found < 0 else found + between.index(b",")
        yield from json.loads(b"[%b]" % data[start:stop])
        start = stop + 1
