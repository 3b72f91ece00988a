"""Sentences of the Word template that contain figures: "- Tổ chức [K01] buổi học[K01%]; phát [K02] tờ rơi."

[K01] is the province's figure. [K01%] is its change against the same period before, or nothing if that is
unknown. [?K03] keeps its clause only if the figure is known and not 0. Clauses are separated by ";". A clause
with an unreported figure is left out; a sentence without any clause left is removed. A sentence therefore
never states an unknown figure, and needs no programming.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

MARKER = re.compile(r"\[(?P<test>\?)?(?P<code>[A-Z][A-Za-z0-9_]*)(?P<change>%)?\]")
_HEAD = re.compile(r"\s*(?:[-–+•]|[a-zđ]\)|\d+(?:\.\d+)*[.)])?\s*")


class Words(Protocol):
    """The figures of an edition in words."""

    def number(self, code: str) -> str | None: ...

    def change(self, code: str) -> str: ...

    def is_positive(self, code: str) -> bool: ...


@dataclass(frozen=True, slots=True)
class Replacement:
    """Replaces the characters from `start` to `end` by `text`."""

    start: int
    end: int
    text: str


def find_codes(text: str) -> tuple[str, ...]:
    return tuple(match["code"] for match in MARKER.finditer(text))


def find_edits(text: str, words: Words) -> list[Replacement] | None:
    """The edits that turn the template's sentence into the report's; None if the sentence is removed."""
    if not MARKER.search(text):
        return []
    clauses = list(_split(text))
    kept = [clause for clause in clauses if _is_known(text[slice(*clause)], words)]
    if not any(MARKER.search(text[slice(*clause)]) for clause in kept):
        return None
    edits = [edit for clause in kept for edit in _fill(text, clause, words)]
    return sorted([*edits, *_drop(text, clauses, kept=kept)], key=lambda edit: edit.start)


def apply_edits(text: str, edits: Sequence[Replacement]) -> str:
    for edit in reversed(edits):
        text = text[: edit.start] + edit.text + text[edit.end :]
    return text


def render_sentence(text: str, words: Words) -> str:
    """The sentence, or "" if no clause is left."""
    edits = find_edits(text, words)
    return "" if edits is None else apply_edits(text, edits)


def _split(text: str) -> Iterator[tuple[int, int]]:
    """The start and end of each clause, without the dash, the heading ("- Kết quả:") and the last "."."""
    first = MARKER.search(text)
    colon = text.rfind(":", 0, first.start() if first else 0)
    lead = _HEAD.match(text)
    start = colon + 1 if colon >= 0 else lead.end() if lead else 0
    end = len(text.rstrip())
    end -= text[:end].endswith(".")
    for position in [*(match.start() for match in re.finditer(";", text[:end]) if match.start() >= start), end]:
        yield start, position
        start = position + 1


def _is_known(clause: str, words: Words) -> bool:
    for match in MARKER.finditer(clause):
        if match["test"]:
            if not words.is_positive(match["code"]):
                return False
        elif not match["change"] and words.number(match["code"]) is None:
            return False
    return True


def _fill(text: str, clause: tuple[int, int], words: Words) -> Iterator[Replacement]:
    for match in MARKER.finditer(text, *clause):
        if match["test"]:
            end = match.end() + (text[match.end() : match.end() + 1] == " ")
            yield Replacement(match.start(), end, "")
        else:
            said = words.change(match["code"]) if match["change"] else words.number(match["code"]) or ""
            yield Replacement(match.start(), match.end(), said)


def _drop(text: str, clauses: Sequence[tuple[int, int]], *, kept: Sequence[tuple[int, int]]) -> Iterator[Replacement]:
    """Removes the other clauses with their ";"; capitalises the first letter if the first clause is removed."""
    for clause in clauses:
        if clause in kept:
            continue
        start, end = clause
        if start > kept[0][0]:
            yield Replacement(start - 1, end, "")
        else:
            yield Replacement(start, end + 1, "")
    first = kept[0][0]
    if first != clauses[0][0] and ":" not in text[: clauses[0][0]]:
        yield from _begin_with_capital(text, first)


def _begin_with_capital(text: str, start: int) -> Iterator[Replacement]:
    """Removes the space before the clause that now begins the sentence and capitalises its first letter."""
    gap = len(text[start:]) - len(text[start:].lstrip())
    if gap:
        yield Replacement(start, start + gap, "")
    test = re.compile(r"\[\?\w+\] ?").match(text, start + gap)
    place = test.end() if test else start + gap
    if text[place : place + 1].islower():
        yield Replacement(place, place + 1, text[place].upper())
