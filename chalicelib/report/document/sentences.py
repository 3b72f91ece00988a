"""Sentences of the Word template that contain figures: "- Tổ chức [K01] buổi học[K01%]; phát [K02] tờ rơi."

A sentence says what is known and not nought. Clauses are separated by ";". A figure that is unknown or nought falls
away with the words that belong to it: its clause, its item of a list ("[K01] tập thể, [K02] cá nhân"), its "với …",
its aside in brackets. What is left keeps its verb: an item or a clause that begins with its figure takes over the
words before the figure that has gone. A sentence of which nothing is left is removed.

docs/word-template.md lists the marks. The text is edited in place, because each run of a paragraph keeps its font.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Protocol

MARKER = re.compile(
    r"\[(?P<test>\?)?(?P<code>[A-Z]\w*)(?:/(?P<base>[A-Z]\w*))?(?:@(?P<sender>[\w-]+))?(?P<kind>%=?|\+)?(?P<kept>!)?\]"
)
_FIGURE = r"\[[A-Z]\w*(?:/[A-Z]\w*)?(?:@[\w-]+)?!?\]"
_WITH = rf"(?:và|với|cho)\s+(?=(?:\[\?\w+\]\s?)*{_FIGURE})"
_JOINT = re.compile(rf",\s+(?:và\s+)?(?![^,;()\[\]]*\s{_WITH})(?=[^,;()\[\]]*{_FIGURE})|\s+{_WITH}")
_FIRST_FIGURE = re.compile(rf"(?:\[\?\w+\]\s*)?{_FIGURE}")
_ASIDE = re.compile(r"\s*\([^()]*\[[^()]*\)")
_DEPENDENT = re.compile(r"\s+(?:với|cho)\s|,\s+(?:đạt|chiếm)\s|[,;]?\s*trong đó\b")
"""Words that say more about what stands before them, and say nothing without it."""
_HEAD = re.compile(r"\s*(?:[-–+•]|[a-zđ]\)|\d+(?:\.\d+)*[.)])?\s*")
_TAIL = "|"
"""Ends a list whose items share what follows: "Vận động [K01] tập thể, [K02] cá nhân| đăng ký"."""


class Words(Protocol):
    """The figures of an edition in words."""

    def say(self, marker: re.Match[str]) -> str | None:
        """What is printed for a marker; None for a figure that is not known."""

    def is_positive(self, marker: re.Match[str]) -> bool:
        """Whether the figure is known and not 0."""

    def is_asked(self, marker: re.Match[str]) -> bool:
        """Whether the period asks units for the figure, which is not computed from others."""


@dataclass(frozen=True, slots=True)
class Replacement:
    """Replaces the characters from `start` to `end` by `text`."""

    start: int
    end: int
    text: str


@dataclass(slots=True)
class Part:
    """A clause or an item of one, as positions in the text.

    From `join` to `start` stands what joins it to the text before; from `start` to `figure` its own words.
    """

    join: int
    start: int
    figure: int
    end: int
    opens: bool = False
    """Whether a clause begins with it."""
    depends: bool = False
    is_tail: bool = False
    is_said: bool = False
    dropped: list[tuple[int, int]] = field(default_factory=list)
    """Asides that are not said."""

    @property
    def is_led(self) -> bool:
        """Whether it begins with its figure, and so takes the words before the figure from a part before it."""
        return self.start == self.figure and self.figure < self.end and not self.depends


def find_codes(text: str) -> tuple[str, ...]:
    """The codes of indicators that the sentence names."""
    return tuple(code for match in MARKER.finditer(text) for code in (match["code"], match["base"]) if code)


def find_senders(text: str) -> tuple[str, ...]:
    """The types of units that the sentence names."""
    return tuple(match["sender"] for match in MARKER.finditer(text) if match["sender"])


def find_edits(text: str, words: Words) -> list[Replacement] | None:
    """The edits that turn the template's sentence into the report's; None if the sentence is removed."""
    if not MARKER.search(text):
        return []
    begin, end = _find_bounds(text)
    parts = list(_find_parts(text, begin=begin, end=end))
    _decide(text, parts, words)
    said = [part for part in parts if part.is_said]
    if not any(MARKER.search(text, part.start, part.end) for part in said):
        return None
    kept = [(0, begin), *_find_kept(parts), (end, len(text))]
    edits = [*_drop_between(kept), *_fill(text, kept, words)]
    if said[0] is not parts[0] and ":" not in text[:begin]:
        edits += _begin_with_capital(text, kept[2][0])
    return sorted(edits, key=lambda edit: (edit.start, edit.end))


def apply_edits(text: str, edits: Sequence[Replacement]) -> str:
    for edit in reversed(edits):
        text = text[: edit.start] + edit.text + text[edit.end :]
    return text


def render_sentence(text: str, words: Words) -> str:
    """The sentence, or "" if no clause is left."""
    edits = find_edits(text, words)
    return "" if edits is None else apply_edits(text, edits)


# Parts


def _find_bounds(text: str) -> tuple[int, int]:
    """Where the clauses begin and end: without the dash, the heading ("- Kết quả:") and the last "."."""
    first = MARKER.search(text)
    colon = text.rfind(":", 0, first.start() if first else 0)
    lead = _HEAD.match(text)
    end = len(text.rstrip())
    return colon + 1 if colon >= 0 else lead.end() if lead else 0, end - text[:end].endswith(".")


def _find_parts(text: str, *, begin: int, end: int) -> Iterator[Part]:
    joins = [begin, *(match.start() for match in re.finditer(";", text[:end]) if match.start() >= begin)]
    for join, stop in zip(joins, [*joins[1:], end], strict=True):
        start = join + (text[join : join + 1] == ";")
        start += len(text[start:stop]) - len(text[start:stop].lstrip())
        bar = text.find(_TAIL, start, stop)
        yield from _divide(text, join, start=start, stop=stop if bar < 0 else bar)
        if bar >= 0:
            yield Part(bar, bar + 1, stop, stop, is_tail=True)


def _divide(text: str, join: int, *, start: int, stop: int) -> Iterator[Part]:
    """The parts of one clause. Nothing is divided before its first figure, nor within brackets."""
    first = _FIRST_FIGURE.search(text, start, stop)
    asides = [match.span() for match in _ASIDE.finditer(text, start, stop)]
    joints = [match.span() for match in (_JOINT.finditer(text, first.end(), stop) if first else ())]
    joints = [span for span in joints if not _is_within(span[0], asides)]
    cuts = [(join, start), *joints]
    for (left, right), last in zip(cuts, [*(span[0] for span in joints), stop], strict=True):
        figure = _FIRST_FIGURE.search(text, right, last)
        before = text[left:right] if left > join else ""
        yield Part(
            left, right, figure.start() if figure else last, last,
            opens=left == join, depends=bool(_DEPENDENT.match(f"{before}{text[right:last]}")),
        )  # fmt: skip


def _is_within(position: int, spans: Sequence[tuple[int, int]]) -> bool:
    return any(start <= position < end for start, end in spans)


# What is said


def _decide(text: str, parts: Sequence[Part], words: Words) -> None:
    """Marks the parts that are said. Words without a figure hang on what stands before them."""
    before, clause = True, True
    for part in parts:
        asides = [match.span() for match in _ASIDE.finditer(text, part.start, part.end)]
        part.dropped = [span for span in asides if not _is_sayable(text, span, words)]
        own = [match for match in MARKER.finditer(text, part.start, part.end) if not _is_within(match.start(), asides)]
        hangs_on = clause if part.opens or part.is_tail else before
        part.is_said = (hangs_on or not (part.depends or not own)) and all(_says(match, words) for match in own)
        clause = part.is_said or (clause and not part.opens)
        before = before if part.depends and not part.opens else part.is_said


def _is_sayable(text: str, span: tuple[int, int], words: Words) -> bool:
    return all(_says(match, words) for match in MARKER.finditer(text, *span))


def _says(match: re.Match[str], words: Words) -> bool:
    if match["kept"]:
        return words.say(match) is not None
    return bool(match["kind"] and not match["base"]) or words.is_positive(match)


def _find_kept(parts: Sequence[Part]) -> Iterator[tuple[int, int]]:
    """The stretches of text that stay, in their order. A part that has lost its verb gets it back."""
    lead: Part | None = None
    opening, opening_of_lead, opening_of_last = parts[0], parts[0], None
    for part in parts:
        opening = part if part.opens else opening
        if not (part.is_led or part.depends or part.is_tail):
            lead, opening_of_lead = part, opening
        if not part.is_said:
            continue
        is_lead_lost = part.is_led and lead is not None and not lead.is_said
        place, clause = (lead, opening_of_lead) if is_lead_lost and lead else (part, opening)
        if not part.is_tail:
            joined = parts[0] if opening_of_last is None else place if opening_of_last is clause else clause
            yield joined.join, joined.start
        if is_lead_lost and lead:
            yield lead.start, lead.figure
            lead = None
        yield from _leave_out(part)
        opening_of_last = opening


def _leave_out(part: Part) -> Iterator[tuple[int, int]]:
    start = part.start
    for left, right in part.dropped:
        yield start, left
        start = right
    yield start, part.end


# Edits


def _drop_between(kept: Sequence[tuple[int, int]]) -> Iterator[Replacement]:
    for (_, end), (start, _) in pairwise(kept):
        if end < start:
            yield Replacement(end, start, "")


def _fill(text: str, kept: Sequence[tuple[int, int]], words: Words) -> Iterator[Replacement]:
    for match in (match for span in kept for match in MARKER.finditer(text, *span)):
        if match["test"]:
            end = match.end() + (text[match.end() : match.end() + 1] == " ")
            yield Replacement(match.start(), end, "")
        else:
            yield Replacement(match.start(), match.end(), words.say(match) or "")


def _begin_with_capital(text: str, first: int) -> Iterator[Replacement]:
    test = re.compile(r"\[\?\w+\] ?").match(text, first)
    place = test.end() if test else first
    if text[place : place + 1].islower():
        yield Replacement(place, place + 1, text[place].upper())
