"""Types of units are named in a sổ by their code or by their name: both mean the same type."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from chalicelib.domain.language.spelling import make_key
from chalicelib.domain.programme.making import Raw
from chalicelib.domain.programme.ranges import SEPARATORS

Resolve = Callable[[str], str]


def replace_type_names(raw: Raw) -> Raw:
    """The parts with codes for the names of types. A name that two types have is left as it is, to be told."""
    types = raw.get("unit_types", {})
    times = Counter(map(make_key, types.values()))
    codes = {make_key(name): code for code, name in types.items() if times[make_key(name)] == 1}

    def resolve(given: str) -> str:
        return given if given in types else codes.get(make_key(given), given)

    return _replace(raw, resolve) if codes else raw


def _replace(raw: Raw, resolve: Resolve) -> Raw:
    replaced = _change(raw, "headline", resolve)
    for part, field in (("units", "type"), ("duties", "unit_type"), ("targets", "unit_type")):
        if part in raw:
            replaced[part] = [_change(record, field, resolve) for record in raw[part]]
    if "indicators" in raw:
        rows = [_change(row, "senders", _resolve_barred(resolve)) for row in raw["indicators"]]
        replaced["indicators"] = [_change(row, "plausible", _resolve_ranges(resolve)) for row in rows]
    if "forms" in raw:
        replaced["forms"] = [_change(form, "tables", _resolve_tables(resolve)) for form in raw["forms"]]
    return replaced


def _change(record: dict[str, Any], field: str, change: Callable[[Any], Any]) -> dict[str, Any]:
    return record | {field: change(record[field])} if field in record else record


def _resolve_list(resolve: Resolve) -> Callable[[Sequence[str]], list[str]]:
    """Of a cell that was read as a list: a name that has a comma stands in it as two words."""

    def replace_names(given: Sequence[str]) -> list[str]:
        found: list[str] = []
        at = 0
        while at < len(given):
            ends = range(len(given), at, -1)
            end = next((end for end in ends if resolve(joined := ", ".join(given[at:end])) != joined), at + 1)
            found.append(resolve(", ".join(given[at:end])))
            at = end
        return found

    return replace_names


def _resolve_barred(resolve: Resolve) -> Resolve:
    return lambda senders: "|".join(_resolve_list(resolve)(senders.split("|")))


def _resolve_tables(resolve: Resolve) -> Callable[[list[dict[str, Any]]], list[dict[str, Any]]]:
    return lambda tables: [_change(table, "senders", _resolve_list(resolve)) for table in tables]


def _resolve_ranges(resolve: Resolve) -> Resolve:
    """Of "Trường: 0..50; Xã: 0..500", in which all but the names stays as it is written."""

    def replace_name(part: str) -> str:
        name, colon, _ = part.rpartition(":")
        return part.replace(name.strip(), resolve(name.strip()), 1) if colon and name.strip() else part

    return lambda text: "".join(map(replace_name, SEPARATORS.split(text)))
