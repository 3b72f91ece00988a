"""The office's draft (dự thảo) of a period's report: its own text for some headings, in versions.

A version holds the texts of all headings that the office has written; the other headings have the outline's. Whoever
saves a heading started from some version: the change is refused if somebody else has changed that heading since.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from chalicelib.domain.language.spelling import make_writable
from chalicelib.domain.period.body import Source
from chalicelib.domain.programme.model import Outline, Period, Programme
from chalicelib.domain.programme.outline import SOURCE
from chalicelib.domain.submission.records import Record

MOST_LETTERS = 20_000
"""In the text of one heading: some eight printed pages."""


class Draft(Record):
    """One version of a period's draft, numbered from 1; `texts` are by heading."""

    programme: str
    period: str
    number: int
    by: str
    at: datetime
    heading: str
    """The heading that this version changed."""
    texts: dict[str, str]


class HeadingMoved(ValueError):
    """Somebody else has changed the heading since. `args`: the heading's code."""


class TextTooLong(ValueError):
    """The text of a heading is longer than `MOST_LETTERS`."""


def change_heading(
    latest: Mapping[str, str], *, based_on: Mapping[str, str], heading: str, text: str | None
) -> dict[str, str]:
    """The texts of the next version; `text` None takes the outline's again. Raises HeadingMoved and TextTooLong."""
    if latest.get(heading) != based_on.get(heading) and latest.get(heading) != text:
        raise HeadingMoved(heading)
    if text is None:
        return {code: each for code, each in latest.items() if code != heading}
    return {**latest, heading: clean(text)}


def add_sentence(
    latest: Mapping[str, str], outline: Outline, *, heading: str, sentence: str, source: Source
) -> dict[str, str]:
    """The texts of the next version, with a unit's sentence as the last point of a heading, unless it is there."""
    own = latest.get(heading, outline.heading_by_code[heading].text)
    line = f"- {_disarm(sentence)} {render_source(source)}"
    if line in own.split("\n"):
        return dict(latest)
    return {**latest, heading: clean(f"{own}\n{line}" if own.strip() else line)}


def render_source(source: Source) -> str:
    """The mark behind a sentence that says where it was taken from; it is not printed."""
    return f"[nguồn:{source.unit}/{source.field}/{source.revision}]"


def _disarm(sentence: str) -> str:
    """A unit's sentence in one line, in which nothing is a mark of ours."""
    plain = " ".join(sentence.replace("**", "").split())
    return plain.translate(str.maketrans("[]", "()"))


def clean(text: str) -> str:
    """A text as it is kept: composed, with plain line ends, without spaces at line ends and empty lines at the end."""
    composed = make_writable(unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")))
    kept = "\n".join(line.rstrip() for line in composed.split("\n")).strip("\n")
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


def list_sources(texts: Mapping[str, str]) -> Iterator[Source]:
    """Where the sentences of a draft were taken from."""
    for text in texts.values():
        yield from (Source(each["unit"], each["field"], int(each["revision"])) for each in SOURCE.finditer(text))


def drop_sentences(texts: Mapping[str, str], dropped: Sequence[Source]) -> dict[str, str]:
    """The texts without the paragraphs that hold a sentence from one of these sources."""

    def is_kept(line: str) -> bool:
        return not set(list_sources({"": line})).intersection(dropped)

    return {code: "\n".join(filter(is_kept, text.split("\n"))) for code, text in texts.items()}
