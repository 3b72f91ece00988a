"""Sentences of the report that contain figures: "- Tổ chức [K01] buổi học[K01%]; phát [K02] tờ rơi."

A sentence says what is known and not nought. Clauses are separated by ";". A figure that is unknown or nought falls
away with the words that belong to it: its clause, its item of a list ("[K01] tập thể, [K02] cá nhân"), its "với …",
its aside in brackets. What is left keeps its verb: an item or a clause that begins with its figure takes over the
words before the figure that has gone. A sentence of which nothing is left is removed.

docs/word-template.md lists the marks. The text is edited in place, so that each piece of a paragraph keeps its font.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import pairwise
from typing import Protocol

from chalicelib.domain.language.prose import find_ends
from chalicelib.domain.language.spelling import make_key

MARKER = re.compile(
    r"\[(?P<test>\?)?(?P<code>[A-Z]\w*)(?:/(?P<base>[A-Z]\w*))?(?:@(?P<sender>[\w-]+))?"
    r"(?::(?P<view>[^\[\]:]+))?(?P<kind>%=?|\+)?(?P<kept>!)?\]"
)
_FIGURE = r"\[[A-Z]\w*(?:/[A-Z]\w*)?(?:@[\w-]+)?(?::[^\[\]:]+)?!?\]"
_WITH = rf"(?:và|(?:với|cho)(?:\s+(?:sự tham gia của|tổng số))?)\s+(?=(?:\[\?\w+\]\s?)*{_FIGURE})"
_JOINT = re.compile(
    rf",\s+(?:và\s+)?(?![^,;()\[\]]*\s{_WITH})(?=[^,;()\[\]]*{_FIGURE})|(?<!\s)\s+{_WITH}"
    rf"|(?:,|(?<!\s))\s+(?=trong đó\b[^,;()\[\]]*{_FIGURE})"
)
_AMONG = re.compile(r"trong đó\b(?:\s*:)?\s*")
_AND = re.compile(r"và\s")
_FIRST_FIGURE = re.compile(rf"(?:\[\?\w+\]\s*)?{_FIGURE}")
_ASIDE = re.compile(r"(?<!\s)\s*\([^()]*\[[^()]*\)")
_BRACKETS = re.compile(r"\([^()]*\)")
_SHARE = r"(?:đạt|chiếm|bằng|tương (?:đương|ứng)|(?:tổng )?trị giá|thu hút)"
_DEPENDENT = re.compile(rf"\s+(?:với|cho)\s|,\s+{_SHARE}\s|[,;]?\s*trong đó\b")
"""Words that say more about what stands before them, and say nothing without it."""
_HEAD = re.compile(r"\s*(?:[-–+•]|[a-zđ]\)|\d+(?:\.\d+)*[.)])?\s*")
_HAS, _ABOUT = "có ", "ước "
"""An estimate stands before its verb: "ước có 120 tổ"."""
_TAIL = "|"
"""Ends a list whose items share what follows: "Vận động [K01] tập thể, [K02] cá nhân| đăng ký"."""


class View(StrEnum):
    """What a marker says of its figure in place of the number: "[K01:cao nhất]"."""

    HIGHEST = "cao nhất"
    LOWEST = "thấp nhất"
    NAMES = "gồm"
    TARGET = "so chỉ tiêu"


_VIEWS = {make_key(view): view for view in View}


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
    """Replaces the characters from `start` to `end` by `text`, which says the indicator `code`, if any."""

    start: int
    end: int
    text: str
    code: str = ""


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
    continues: Part | None = None
    """The part with "trong đó" or "với" that this one is a further item of."""
    stands: bool = True
    """Whether what it says more about is said."""
    is_said: bool = False
    is_lent: bool = False
    """Whether a part after it has taken its words."""
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


def find_view(marker: re.Match[str]) -> View | None:
    """The view that the marker asks for; None if there is none of that name."""
    return _VIEWS.get(make_key(marker["view"]))


def find_other_views(text: str) -> tuple[tuple[str, str], ...]:
    """The code of a marker, and what stands behind its colon and is no view: one of the indicator's choices."""
    return tuple(
        (match["code"], match["view"])
        for match in MARKER.finditer(text)
        if match["view"] and make_key(match["view"]) not in _VIEWS
    )


def find_edits(text: str, words: Words) -> list[Replacement] | None:
    """The edits that turn the template's paragraph into the report's; None if the paragraph is removed.

    A sentence without a figure stays with the one before it.
    """
    edits: list[Replacement] = []
    is_said, is_begun, is_any_said = True, False, not MARKER.search(text)
    for start, end in _find_sentences(text):
        own = _find_edits_of_one(text[start:end], words)
        if MARKER.search(text, start, end):
            is_said = own is not None
            is_any_said |= is_said
        if not is_said:
            lead = _HEAD.match(text) if start == 0 else None
            edits.append(Replacement(lead.end() if lead else start, end, ""))
            continue
        if start and not is_begun:
            edits.append(Replacement(start, end - len(text[start:end].lstrip()), ""))
        edits += [replace(each, start=start + each.start, end=start + each.end) for each in own or ()]
        is_begun = True
    return edits if is_any_said else None


def _find_sentences(text: str) -> Iterator[tuple[int, int]]:
    """Each with the space before it."""
    lead = _HEAD.match(text)
    yield from pairwise([0, *find_ends(text, lead.end() if lead else 0), len(text)])


def _find_edits_of_one(text: str, words: Words) -> list[Replacement] | None:
    """The edits of one sentence; None if it is removed."""
    if not MARKER.search(text):
        return []
    begin, end = _find_bounds(text)
    parts = list(_find_parts(text, begin=begin, end=end))
    _join_groups(text, parts)
    _decide(text, parts, words)
    said = [part for part in parts if part.is_said]
    if not any(MARKER.search(text, part.start, part.end) for part in said):
        return None
    kept = [(0, begin), *_find_kept(text, parts), (end, len(text))]
    edits = [*_drop_between(kept), *_fill(text, kept, words)]
    if said[0] is not parts[0] and ":" not in text[:begin]:
        edits += _begin_with_capital(text, kept[2][0])
    return sorted(edits, key=lambda edit: (edit.start, edit.end))


# Parts


def _find_bounds(text: str) -> tuple[int, int]:
    """Where the clauses begin and end: without the dash, the heading ("- Kết quả:") and the last "."."""
    first = MARKER.search(text)
    colon = text.rfind(":", 0, first.start() if first else 0)
    lead = _HEAD.match(text)
    end = len(text.rstrip())
    return colon + 1 if colon >= 0 else lead.end() if lead else 0, end - text[:end].endswith(".")


def _find_parts(text: str, *, begin: int, end: int) -> Iterator[Part]:
    brackets = [match.span() for match in _BRACKETS.finditer(text)]
    ends = (match.start() for match in re.finditer(";", text[:end]) if match.start() >= begin)
    joins = [begin, *(place for place in ends if not _is_within(place, brackets))]
    for join, stop in zip(joins, [*joins[1:], end], strict=True):
        start = join + (text[join : join + 1] == ";")
        start += len(text[start:stop]) - len(text[start:stop].lstrip())
        bar = text.find(_TAIL, start, stop)
        yield from _divide(text, join, start=start, stop=stop if bar < 0 else bar)
        if bar >= 0:
            yield Part(bar, bar + 1, stop, stop, is_tail=True)


def _divide(text: str, join: int, *, start: int, stop: int) -> Iterator[Part]:
    """The parts of one clause. Nothing is divided before its first figure, nor within brackets."""
    asides = [match.span() for match in _ASIDE.finditer(text, start, stop)]
    first = _find_first(text, asides, start=start, end=stop)
    joints = [match.span() for match in (_JOINT.finditer(text, first.end(), stop) if first else ())]
    joints = [span for span in joints if not _is_within(span[0], asides)]
    cuts = [(join, start), *joints]
    for (left, right), last in zip(cuts, [*(span[0] for span in joints), stop], strict=True):
        figure = _find_first(text, asides, start=right, end=last)
        before = text[left:right] if left > join else ""
        yield Part(
            left, right, figure.start() if figure else last, last,
            opens=left == join, depends=bool(_DEPENDENT.match(f"{before}{text[right:last]}")),
        )  # fmt: skip


def _find_first(text: str, asides: Sequence[tuple[int, int]], *, start: int, end: int) -> re.Match[str] | None:
    """The first figure, but for those in brackets."""
    found = _FIRST_FIGURE.finditer(text, start, end)
    return next((match for match in found if not _is_within(match.start(), asides)), None)


def _join_groups(text: str, parts: Sequence[Part]) -> None:
    """Tells each part of "trong đó có [K01] a, [K02] b" and of "với [K01] a và [K02] b" which part it continues.

    "trong đó" reaches to the end of its clause, and of the sentence if a colon follows it; "với" as far as "và".
    """
    among: Part | None = None
    group: Part | None = None
    for part in parts:
        lead = _AMONG.match(text, part.start)
        if part.opens and among and ":" not in text[among.start : among.figure]:
            among = None
        if lead:
            among, group = part, None
        elif part.depends:
            group = part
        elif group and _AND.search(text, part.join, part.start):
            part.continues = group
        elif not part.is_tail:
            part.continues, group = among, None


def _is_within(position: int, spans: Sequence[tuple[int, int]]) -> bool:
    """Whether one of the spans, which are in their order, holds the position."""
    before = bisect_right(spans, position, key=_get_start)
    return before > 0 and position < spans[before - 1][1]


def _get_start(span: tuple[int, int]) -> int:
    return span[0]


# What is said


def _decide(text: str, parts: Sequence[Part], words: Words) -> None:
    """Marks the parts that are said. Words without a figure hang on what stands before them."""
    before, clause = True, True
    for part in parts:
        asides = [match.span() for match in _ASIDE.finditer(text, part.start, part.end)]
        part.dropped = [span for span in asides if not _is_sayable(text, span, words)]
        own = [match for match in MARKER.finditer(text, part.start, part.end) if not _is_within(match.start(), asides)]
        part.stands = part.continues.stands if part.continues else clause if part.opens or part.is_tail else before
        hangs = part.depends or part.is_tail or part.continues or not own
        part.is_said = (part.stands or not hangs) and all(_says(match, words) for match in own)
        clause = part.is_said or (clause and not part.opens)
        if part.opens or not _is_by_the_way(text, part):
            before = part.is_said


def _is_by_the_way(text: str, part: Part) -> bool:
    """Whether a part after it says more about the part before it: after "với …", but not after "trong đó …"."""
    lead = part.continues or part
    return lead.depends and not _AMONG.match(text, lead.start)


def _is_sayable(text: str, span: tuple[int, int], words: Words) -> bool:
    return all(_says(match, words) for match in MARKER.finditer(text, *span))


def _says(match: re.Match[str], words: Words) -> bool:
    if match["kept"]:
        return words.say(match) is not None
    return bool(match["kind"] and not match["base"]) or words.is_positive(match)


def _find_kept(text: str, parts: Sequence[Part]) -> Iterator[tuple[int, int]]:
    """The stretches of text that stay, in their order. A part that has lost its verb gets it back."""
    lead: Part | None = None
    opening, opening_of_last = parts[0], None
    openings: dict[int, Part] = {}
    for part in parts:
        opening = openings[part.start] = part if part.opens else opening
        if part.figure < part.end and not (part.is_led or part.depends or part.is_tail or part.continues):
            lead = part
        if not part.is_said:
            continue
        if part.figure == part.end:
            lead = None
        lender = _find_lender(part, lead)
        place, clause = (lender, openings[lender.start]) if lender else (part, opening)
        if not part.is_tail:
            joined = parts[0] if opening_of_last is None else place if opening_of_last is clause else clause
            yield joined.join, joined.start
        if lender:
            yield lender.start, _find_end_of_lead(text, lender, part=part)
            lender.is_lent = True
        yield from _leave_out(part)
        opening_of_last = opening


def _find_lender(part: Part, lead: Part | None) -> Part | None:
    """The part that has gone, and whose words before its figure this part takes."""
    lender = part.continues or (lead if part.is_led else None)
    return lender if lender and not lender.is_said and not lender.is_lent else None


def _find_end_of_lead(text: str, lender: Part, *, part: Part) -> int:
    """A part that has words of its own before its figure takes only the "trong đó"."""
    if part.is_led:
        return lender.figure
    among = _AMONG.match(text, lender.start)
    return among.end() if among else lender.start


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
            is_change = match["kind"] and not match["base"]
            start = len(text[: match.start()].rstrip()) if is_change else match.start()
            yield _put_estimate_first(text, Replacement(start, match.end(), words.say(match) or "", match["code"]))


def _put_estimate_first(text: str, edit: Replacement) -> Replacement:
    """ "hiện có ước 120 tổ" is written "hiện ước có 120 tổ"."""
    start = edit.start - len(_HAS)
    if not edit.text.startswith(_ABOUT) or not re.fullmatch(rf"\w {_HAS}", text[max(0, start - 2) : edit.start]):
        return edit
    return replace(edit, start=start, text=_ABOUT + _HAS + edit.text.removeprefix(_ABOUT))


def _begin_with_capital(text: str, first: int) -> Iterator[Replacement]:
    test = re.compile(r"\[\?\w+\] ?").match(text, first)
    place = test.end() if test else first
    if text[place : place + 1].islower():
        yield Replacement(place, place + 1, text[place].upper())
