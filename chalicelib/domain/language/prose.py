"""Prose that units write: its sentences, when two texts say the same, and when one says that there is nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator

from chalicelib.domain.language.spelling import fold_spaces, make_key

_LEAD = re.compile(r"(?:[-–—+*•·●▪](?!\d)\s*|(?:\d{1,2}(?:\.\d{1,2}){0,3}[.)]|[a-zđ]\))\s+)+")
"""A dash, "1.", "2.1.", "a)". "-5" and "1.234" are figures."""
_ITEM = re.compile(r";\s*(?=[-–+•*]\s)")
_STOP = re.compile(r"(?<![.!?…])[.!?…]++[\"”’»)]*+(?=\s)")
_SHOWN = re.compile(r"\S")
_OPEN = '"“‘«([-–+•'
_WORD = re.compile(r"[^\W\d_]+$")
_SHORT = frozenset(("tp", "tx", "tt", "ts", "ths", "gs", "pgs", "bs", "ks", "nxb", "tr", "sđd", "ng", "vd", "stt"))
_MOST_CAPITALS = 2
"""Words of so many capitals are shortened ("TP. Huế", "KT. TRƯỞNG BAN"); longer ones may end a sentence."""
_LONGEST = 20
"""No short form has more letters."""
_LAST = " .,;:!…"
_BETWEEN = re.compile(r"[\s,;.:/()]+")
_NO = make_key("không")
_NOUGHTS = frozenset("-–—0")
_IDLE = frozenset(
    make_key(word)
    for word in ("không", "có", "gì", "nào", "cả", "phát", "sinh", "ý", "kiến", "thêm", "và", "hoặc", "hay")
)


# Whole texts


def make_prose_key(text: str) -> str:
    """Equal for texts that differ only in spaces, capitals, places of tone marks, their bullet and their last stop."""
    return make_key(_strip(text))


def make_words_key(text: str) -> str:
    """The words alone: a text stands within another one if its words do, with a space on either side."""
    return " ".join(_list_words(text))


def says_nothing(text: str, *, about: str = "") -> bool:
    """Whether a text is "Không", "-", or "Không có khó khăn, vướng mắc gì" where it is asked for just that.

    `about` is the label of the field: beside the "Không" only its words may stand.
    """
    told = _strip(text)
    if _list_words(told[:_LONGEST])[:1] != [_NO]:  # most texts: their other words need not be looked at
        return fold_spaces(text) in _NOUGHTS
    return _IDLE.union(_list_words(about)).issuperset(_list_words(told))


def _strip(text: str) -> str:
    """In one line, without bullet and last stop."""
    folded = fold_spaces(text)
    return folded[_find_lead(folded) :].rstrip(_LAST)


def _list_words(text: str) -> list[str]:
    """Their keys. A tone mark must not move behind a comma."""
    return [make_key(word) for word in _BETWEEN.split(text) if word]


# Sentences


def split_sentences(text: str) -> list[str]:
    """The sentences and the points of a list, without their bullets. In doubt two sentences stay one."""
    items = (item for line in _join_lines(text) for item in _ITEM.split(line))
    parts = (part for item in items for part in _split_item(item[_find_lead(item) :]))
    return [told for part in parts if (told := part[_find_lead(part) :].strip(" ;,"))]


def _find_lead(text: str) -> int:
    """Where the text begins behind its bullet."""
    lead = _LEAD.match(text)
    return lead.end() if lead else 0


def _join_lines(text: str) -> list[str]:
    """The lines, those joined that were broken within a sentence."""
    lines: list[str] = []
    for line in map(fold_spaces, text.splitlines()):
        goes_on = bool(lines and lines[-1]) and lines[-1][-1] not in ".;:!?…"
        if goes_on and line[:1].islower() and not _find_lead(line):
            lines[-1] += f" {line}"
        else:
            lines.append(line)
    return lines


def _split_item(text: str) -> Iterator[str]:
    start = 0
    for end in find_ends(text):
        yield text[start:end]
        start = end + 1
    yield text[start:]


def find_ends(line: str, start: int = 0) -> Iterator[int]:
    """Where sentences of a line end, but for the last one. What stands before `start` is none."""
    for stop in _STOP.finditer(line, start):
        following = _SHOWN.search(line, stop.end())
        after = following[0] if following else ""
        before = line[max(start, stop.start() - _LONGEST) : stop.start()]
        if after and (after.isupper() or after in _OPEN) and _ends_sentence(before, stop=stop[0]):
            yield stop.end()
            start = stop.end() + 1


def _ends_sentence(before: str, *, stop: str) -> bool:
    """Whether a stop behind these words ends a sentence. One behind a short form does not."""
    word = _WORD.search(before)
    if stop.strip('"”’»)') != "." or word is None:
        return True
    said = word[0]
    return len(said) > (_MOST_CAPITALS if said.isupper() else 1) and said.lower() not in _SHORT
