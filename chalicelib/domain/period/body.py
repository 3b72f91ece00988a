"""The body of the report: the outline's headings with their texts, as they are printed on paper and on pages.

A text is the office's own where its draft has one, otherwise the outline's. A line is a paragraph. Only headings that
are printed are numbered, so that no number is missing where one falls; one that is left alone has none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from itertools import groupby
from typing import NamedTuple

from chalicelib.domain.language.sentences import MARKER, Replacement, Words, find_edits
from chalicelib.domain.language.vietnamese import format_roman
from chalicelib.domain.period.tally import Tally
from chalicelib.domain.programme.model import Heading, Indicator, Outline
from chalicelib.domain.programme.outline import SOURCE, Passage, find_bold, find_passage

_REPORTING = "Tình hình tổ chức thực hiện"


class Silence(StrEnum):
    """Why nothing is left of a heading's text."""

    UNWRITTEN = "unwritten"
    """It asks for no figure that units report."""

    NOUGHT = "nought"
    UNKNOWN = "unknown"
    """Some of its figures are not known. Missing is not nought."""


class Unsaid(StrEnum):
    """Why a mark says nothing."""

    NOUGHT = "nought"
    UNKNOWN = "unknown"
    NOT_COMPARED = "not_compared"
    """There is nothing to compare with, or nothing has changed."""

    NOT_ENOUGH = "not_enough"
    """A view of which too little is known."""


class Piece(NamedTuple):
    """A stretch of text of one font; `code` is the indicator that it says, if any."""

    text: str
    is_bold: bool = False
    code: str = ""


class Source(NamedTuple):
    """Where a sentence was taken from: the revision of a unit's report, and the field of prose in it."""

    unit: str
    field: str
    revision: int


def find_sources(text: str) -> tuple[Source, ...]:
    """What the marks behind sentences name."""
    return tuple(Source(each["unit"], each["field"], int(each["revision"])) for each in SOURCE.finditer(text))


class Paragraph(NamedTuple):
    """A printed paragraph of the heading `heading`; `level` is 0 unless it is the heading itself."""

    heading: str
    level: int
    pieces: tuple[Piece, ...]
    sources: tuple[Source, ...] = ()

    @property
    def text(self) -> str:
        return "".join(piece.text for piece in self.pieces)


class _Chapter(NamedTuple):
    """A heading with what is printed under it."""

    heading: Heading
    paragraphs: tuple[Paragraph, ...]


def write_body(
    outline: Outline, texts: Mapping[str, str], words: Words, passages: Mapping[Passage, Sequence[str]]
) -> Iterator[Paragraph]:
    """The paragraphs in printed order. `texts` are the office's own by heading; `passages` what their lines stand for.

    A heading of which nothing is left falls, unless a smaller one is printed under it.
    """
    chapters = [_write_chapter(outline, heading, texts, words, passages) for heading in outline.headings]
    for chapter, number in _number(_drop_empty(chapters)):
        title = chapter.heading.title.upper() if chapter.heading.level == 1 else chapter.heading.title
        printed = Piece(f"{number} {title}".lstrip(), is_bold=True)
        yield Paragraph(chapter.heading.code, chapter.heading.level, (printed,))
        yield from chapter.paragraphs


def write_text(
    heading: str, *, text: str, words: Words, passages: Mapping[Passage, Sequence[str]]
) -> Iterator[Paragraph]:
    """The paragraphs of one heading's text that have something to say."""
    for line in filter(str.strip, text.split("\n")):
        passage = find_passage(line)
        if passage:
            yield from (Paragraph(heading, 0, (Piece(each),)) for each in passages.get(passage, ()))
        elif paragraph := _write_paragraph(heading, line=line.strip(), words=words):
            yield paragraph


def _write_chapter(
    outline: Outline, heading: Heading, texts: Mapping[str, str], words: Words,
    passages: Mapping[Passage, Sequence[str]],
) -> _Chapter:  # fmt: skip
    text = texts.get(heading.code, heading.text)
    said = tuple(write_text(heading.code, text=text, words=words, passages=passages))
    instead = "" if said else _find_instead(outline, heading, find_silence(text, words))
    return _Chapter(heading, said or tuple(write_text(heading.code, text=instead, words=words, passages=passages)))


def find_silence(text: str, words: Words) -> Silence:
    """Why nothing is left of a text of which nothing is left."""
    asked = [marker for marker in MARKER.finditer(text) if not marker["view"] and words.is_asked(marker)]
    if not asked:
        return Silence.UNWRITTEN
    return Silence.UNKNOWN if any(words.say(marker) is None for marker in asked) else Silence.NOUGHT


def find_unsaid(text: str, words: Words) -> dict[Unsaid, tuple[str, ...]]:
    """The marks of a text that say nothing with the figures of today, by the reason; each once."""
    found: dict[Unsaid, dict[str, None]] = {}
    for marker in MARKER.finditer(text):
        if reason := _find_reason(marker, words):
            found.setdefault(reason, {})[marker[0]] = None
    return {reason: tuple(marks) for reason, marks in found.items()}


def _find_reason(marker: re.Match[str], words: Words) -> Unsaid | None:
    said = words.say(marker)
    if marker["view"]:
        return None if said else Unsaid.NOT_ENOUGH
    if marker["kind"] and not marker["base"]:
        return None if said else Unsaid.NOT_COMPARED
    if said is None:
        return Unsaid.UNKNOWN
    return None if marker["kept"] or words.is_positive(marker) else Unsaid.NOUGHT


def _find_instead(outline: Outline, heading: Heading, silence: Silence) -> str:
    """What is printed for a text of which nothing is left."""
    if silence is Silence.UNWRITTEN:
        return ""
    if silence is Silence.UNKNOWN:
        return outline.unknown if heading.unknown is None else heading.unknown
    return outline.nothing if heading.nothing is None else heading.nothing


def _drop_empty(chapters: Sequence[_Chapter]) -> list[_Chapter]:
    kept: list[_Chapter] = []
    for chapter in reversed(chapters):
        if chapter.paragraphs or (kept and kept[-1].heading.level > chapter.heading.level):
            kept.append(chapter)
    return kept[::-1]


def _number(chapters: Sequence[_Chapter]) -> Iterator[tuple[_Chapter, str]]:
    """Each with its number: "I.", "1.", "1.1."; one that stands alone below its heading, or in the report, has none."""
    places = list(_find_places(chapters))
    alone = {place for place in places if place[-1] == 1} - {(*place[:-1], 1) for place in places if place[-1] == 2}
    for chapter, place in zip(chapters, places, strict=True):
        steps = [step for depth, step in enumerate(place[1:], start=2) if place[:depth] not in alone]
        number = f"{format_roman(place[0])}." if len(place) == 1 else "".join(f"{step}." for step in steps)
        yield chapter, "" if place in alone else number


def _find_places(chapters: Sequence[_Chapter]) -> Iterator[tuple[int, ...]]:
    """(2, 1, 3): the third below the first below the second."""
    counts = [0, 0, 0]
    for chapter in chapters:
        level = chapter.heading.level
        counts[level - 1] += 1
        counts[level:] = [0] * (len(counts) - level)
        yield tuple(counts[:level])


# One paragraph


def _write_paragraph(heading: str, *, line: str, words: Words) -> Paragraph | None:
    sources = find_sources(line)
    written = SOURCE.sub("", line)
    text, bold = _take_bold(written)
    edits = find_edits(text, words)
    pieces = () if edits is None else tuple(_join(_cut(text, edits, bold)))
    return Paragraph(heading, 0, pieces, sources) if pieces else None


def _take_bold(text: str) -> tuple[str, list[bool]]:
    """The text without the marks of bold type, and for each character whether it is bold."""
    parts: list[tuple[str, bool]] = []
    end = 0
    for begin, stop in find_bold(text):
        parts += [(text[end : begin - 2], False), (text[begin:stop], True)]
        end = stop + 2
    parts.append((text[end:], False))
    return "".join(part for part, _ in parts), [is_bold for part, is_bold in parts for _ in part]


def _cut(text: str, edits: Sequence[Replacement], bold: Sequence[bool]) -> Iterator[Piece]:
    start = 0
    for edit in edits:
        yield from (Piece(text[place], bold[place]) for place in range(start, edit.start))
        yield Piece(edit.text, bold[min(edit.start, len(bold) - 1)], edit.code)
        start = edit.end
    yield from (Piece(text[place], bold[place]) for place in range(start, len(text)))


def _join(pieces: Iterator[Piece]) -> Iterator[Piece]:
    for (is_bold, code), group in groupby(filter(lambda piece: piece.text, pieces), key=lambda piece: piece[1:]):
        yield Piece("".join(piece.text for piece in group), is_bold, code)


# The outline of a programme without one


def find_outline(tally: Tally) -> Outline:
    """The outline of the period's report; without one in the programme, one that is made of the period's forms."""
    return tally.programme.find_outline(tally.period.code) or Outline(headings=tuple(_list_headings(tally)))


def _list_headings(tally: Tally) -> Iterator[Heading]:
    for number, section in enumerate(tally.sections, start=1):
        text = "\n".join(write_sentence(each) for each in section.indicators)
        yield Heading(code=f"muc-{number}", title=section.title, text=text)
    yield Heading(code="to-chuc", title=_REPORTING, text="\n".join(f"[{each}]" for each in Passage))
    narratives = {each.code: each for form in tally.forms for each in form.narratives}
    for each in narratives.values():
        yield Heading(code=each.code, title=each.label, narratives=(each.code,))


def write_sentence(indicator: Indicator) -> str:
    """The default sentence for a figure: "- Buổi học: [K01] buổi[K01%]."."""
    unit = f" {indicator.total_unit}" if indicator.total_unit else ""
    return f"- {indicator.label}: [{indicator.code}]{unit}[{indicator.code}%]."
