"""Patterns mean the same on every Python that the product runs on.

Python before 3.11.5, and so that of Debian 12, takes a possessive repeat of what itself has a choice for no match at
all, or for a shorter one (python/cpython issue 106052): "#,##0," was a format that says nothing. One of what repeats
something after its first part may go on in the midst of what did not match: `s="/>` was a style.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator
from re import _constants as code  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

import chalicelib

REPEATS = (code.MAX_REPEAT, code.MIN_REPEAT, code.POSSESSIVE_REPEAT)


def find_patterns() -> Iterator[tuple[str, re.Pattern[Any]]]:
    """Every pattern that a module of the product keeps."""
    for found in pkgutil.walk_packages(chalicelib.__path__, "chalicelib."):
        for name, value in vars(importlib.import_module(found.name)).items():
            if isinstance(value, re.Pattern):
                yield f"{found.name}.{name}", value


def walk(parsed: Any) -> Iterator[tuple[Any, Any]]:
    """Every part of a pattern, with the parts within it."""
    for kind, given in parsed:
        yield kind, given
        for inner in list_inner(kind, given):
            yield from walk(inner)


def list_inner(kind: Any, given: Any) -> list[Any]:
    if kind in REPEATS:
        return [given[2]]
    if kind is code.SUBPATTERN:
        return [given[3]]
    if kind is code.BRANCH:
        return list(given[1])
    if kind in (code.ASSERT, code.ASSERT_NOT):
        return [given[1]]
    return [given] if kind is code.ATOMIC_GROUP else []


def has_choice(parsed: Any) -> bool:
    return any(kind is code.BRANCH or (kind in REPEATS[:2] and given[0] != given[1]) for kind, given in walk(parsed))


def repeats_later(parsed: Any) -> bool:
    """Whether anything but the first part is repeated, as often as it comes."""
    return any(kind in REPEATS and given[0] != given[1] for kind, given in list(walk(parsed))[1:])


def is_wrong_on_old_pythons(pattern: str | bytes, flags: int = 0) -> bool:
    parsed = parser.parse(pattern, flags & ~re.UNICODE)
    return any(
        has_choice(inner) or repeats_later(inner)
        for kind, given in walk(parsed)
        if kind in (code.POSSESSIVE_REPEAT, code.ATOMIC_GROUP)
        for inner in list_inner(kind, given)
    )


def test_no_possessive_repeat_is_of_what_has_a_choice() -> None:
    patterns = dict(find_patterns())
    assert len(patterns) > 100
    assert [name for name, each in patterns.items() if is_wrong_on_old_pythons(each.pattern, each.flags)] == []


def test_such_a_repeat_is_found() -> None:
    assert is_wrong_on_old_pythons(r"(?:a|bc)*+")
    assert is_wrong_on_old_pythons(rb"x(?:[., ]?\d)++")
    assert is_wrong_on_old_pythons(r'x(?: s="\d++")?+')
    assert not is_wrong_on_old_pythons(r"\d(?:[., ]*+\d{3})*+(?:a|b)*")
