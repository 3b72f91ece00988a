"""The shipped outlines' own sentences keep their verbs and their punctuation, whichever of their figures are nought."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator

import pytest

from chalicelib.domain.language.sentences import MARKER, find_codes
from chalicelib.domain.programme.outline import find_passage
from tests.domain.builders import say_sentence
from tests.forms.conftest import SHIPPED, read_shipped
from tests.report.reading import find_blunders


class Some:
    """Words in which these markers have a figure, and all others are nought."""

    def __init__(self, told: set[str]) -> None:
        self.told = told

    def say(self, marker: re.Match[str]) -> str | None:
        is_change = marker["kind"] and not marker["base"]
        return " (tăng 5%)" if is_change else "12" if self.is_positive(marker) else "0"

    def is_positive(self, marker: re.Match[str]) -> bool:
        return name(marker) in self.told

    def is_asked(self, marker: re.Match[str]) -> bool:  # noqa: ARG002 - asked of everybody
        return True


def name(marker: re.Match[str]) -> str:
    return f"{marker['code']}/{marker['base']}@{marker['sender']}"


def list_sentences() -> Iterator[str]:
    for code in SHIPPED:
        for outline in read_shipped(code).outlines:
            lines = [line for heading in outline.headings for line in heading.text.split("\n")]
            yield from (line for line in lines if find_codes(line) and not find_passage(line))


def choose(names: list[str], chance: random.Random) -> Iterator[set[str]]:
    """All, each alone, all but each, and some."""
    yield set(names)
    for each in names:
        yield {each}
        yield set(names) - {each}
    for _ in range(40):
        yield {each for each in names if chance.random() < 0.5}


@pytest.mark.parametrize("sentence", [*list_sentences()], ids=lambda sentence: find_codes(sentence)[0])
def test_a_sentence_stays_one_whatever_is_nought(sentence: str) -> None:
    names = sorted({name(marker) for marker in MARKER.finditer(sentence)})
    told = choose(names, random.Random(sentence))  # noqa: S311 - a choice of cases
    said = {say_sentence(sentence, Some(each)) for each in told}
    assert {text: found for text in said if text and (found := find_blunders(text))} == {}
    assert say_sentence(sentence, Some(set())) == ""
