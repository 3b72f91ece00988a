"""The office's draft (dự thảo) of a period's report: its own text for some headings, in versions.

A version holds the texts of all headings that the office has written; the other headings have the outline's. Whoever
saves a heading started from some version: the change is refused if somebody else has changed that heading since.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from typing import NamedTuple

from chalicelib.domain.language.prose import make_prose_key, make_words_key, split_sentences
from chalicelib.domain.language.spelling import compose, make_writable
from chalicelib.domain.period.body import Source, find_sources
from chalicelib.domain.programme.model import Heading, Outline, Period, Programme
from chalicelib.domain.programme.outline import MOST_LETTERS, SOURCE
from chalicelib.domain.submission.records import Record

_FEWEST_WORDS = 4
_BULLET = re.compile(r"^\s*[-–—•·●▪◦\uf0b7\uf0a7\uf02d]\s+(?=\S)")
"""The last three are what Word's symbol fonts leave of a bullet."""


class DraftVersion(Record):
    """Who has made a version of a period's draft, and when; `heading` is the one that it changed."""

    programme: str
    period: str
    number: int
    by: str
    at: datetime
    heading: str


class Draft(DraftVersion):
    """One version of a period's draft, numbered from 1; `texts` are by heading."""

    texts: dict[str, str]
    purged_uploads: tuple[str, ...] = ()
    """The uploads that were purged since, and whose sentences have left this version."""


class HeadingMoved(ValueError):
    """Somebody else has changed the heading since. `args`: the heading's code."""


class TextTooLong(ValueError):
    """The text of a heading is longer than `MOST_LETTERS`."""


def change_heading(
    latest: Mapping[str, str], *, based_on: Mapping[str, str], heading: Heading, text: str | None
) -> dict[str, str]:
    """The texts of the next version; None, or the outline's own text, takes the outline's again.

    Raises HeadingMoved and TextTooLong.
    """
    kept = None if text is None else clean(text)
    if latest.get(heading.code) != based_on.get(heading.code) and latest.get(heading.code) != kept:
        raise HeadingMoved(heading.code)
    others = {code: each for code, each in latest.items() if code != heading.code}
    return others if kept is None or kept == clean(heading.text) else {**others, heading.code: kept}


def add_sentence(latest: Mapping[str, str], *, heading: Heading, sentence: str, source: Source) -> dict[str, str]:
    """The texts of the next version, with a unit's sentence as the last point of a heading, unless one has it."""
    plain = disarm(sentence)
    if any((each.source.field, each.key) == (source.field, make_prose_key(plain)) for each in list_taken(latest)):
        return dict(latest)
    own = latest.get(heading.code, heading.text)
    line = f"- {plain} {render_source(source)}"
    return {**latest, heading.code: clean(f"{own}\n{line}" if own.strip() else line)}


def render_source(source: Source) -> str:
    """The mark behind a sentence that says where it was taken from; it is not printed."""
    return f"[nguồn:{source.unit}/{source.field}/{source.revision}]"


def disarm(sentence: str) -> str:
    """A unit's sentence in one line, in which nothing is a mark of ours."""
    plain = " ".join(sentence.replace("**", "").split())
    return plain.translate(str.maketrans("[]", "()"))


def clean(text: str) -> str:
    """A text as it is kept: composed, with plain line ends, without spaces at line ends and empty lines at the end.

    A point that was pasted from Word begins as every other: "- ".
    """
    composed = make_writable(compose(text.replace("\r\n", "\n").replace("\r", "\n")))
    kept = "\n".join(_BULLET.sub("- ", line).replace("\t", " ").rstrip() for line in composed.split("\n")).strip("\n")
    if len(kept) > MOST_LETTERS:
        raise TextTooLong(len(kept))
    return kept


def list_periods_before(programme: Programme, period: Period) -> list[Period]:
    """The periods that end before this one, the nearest first."""
    before = [each for each in programme.periods if each.data_to < period.data_to]
    return sorted(before, key=lambda each: (each.data_to, each.due), reverse=True)


def take_over(texts: Mapping[str, str], outline: Outline) -> dict[str, str]:
    """The texts of another period's draft as a start: those whose headings are here too, without their sources."""
    return {code: SOURCE.sub("", text) for code, text in texts.items() if code in outline.heading_by_code}


class Taken(NamedTuple):
    """A sentence of the draft that was taken from a unit's report; `key` is equal however it is typed."""

    heading: str
    text: str
    key: str
    source: Source


def list_taken(texts: Mapping[str, str]) -> Iterator[Taken]:
    """The sentences that were taken from units' reports, with the source of each."""
    for heading, text in texts.items():
        for line in text.split("\n"):
            if sources := find_sources(line):
                told = SOURCE.sub("", line).strip()
                key = make_prose_key(told)
                yield from (Taken(heading, told, key, source) for source in sources)


def drop_sentences(
    texts: Mapping[str, str], *, sources: Collection[Source] = (), prose: Iterable[str] = ()
) -> dict[str, str]:
    """The texts without the paragraphs that hold a sentence from one of these sources.

    Nor those with a whole sentence of `prose`, word for word, in bold type or not, whose source was deleted or never
    stood beside it; but a sentence of a few words may be anybody's.
    """
    keys = [make_words_key(disarm(sentence)) for text in prose for sentence in split_sentences(text)]
    told = [f" {key} " for key in keys if len(key.split()) >= _FEWEST_WORDS]

    def is_kept(line: str) -> bool:
        words = f" {make_words_key(disarm(SOURCE.sub('', line)))} "
        return not set(find_sources(line)).intersection(sources) and not any(each in words for each in told)

    return {code: "\n".join(filter(is_kept, text.split("\n"))) for code, text in texts.items()}
