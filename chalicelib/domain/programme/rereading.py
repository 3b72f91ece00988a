"""Finds what people have to read again in a programme that was made from another year's: dates of its own, old laws."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from chalicelib.domain.issues.laws import ACTS, Act, find_citations
from chalicelib.domain.programme.loading import INDICATORS, UNITS, Problem, load_programme, read_csv

_YEAR_IN_TEXT = re.compile(r"(?<![\w/-])(?:\d{1,2}/(?:\d{1,2}/)?)?(?:19|20)\d\d(?![\w/-])")
_ASIDE = re.compile(r"^\s*#.*$|(?:=\s*\d+\s*?)?(?:(?:^|\s)\s*#[^\"]*)?$")
"""What is no text of a TOML file: a comment, a bare number."""
_WRITTEN = {INDICATORS: ("group", "label", "source", "note"), UNITS: ("name", "full_name", "note")}
"""The columns of words."""


def find_old_words(files: Mapping[str, str]) -> Iterator[Problem]:
    """Texts with a day or a year of their own, and those that cite an act which is not in force in the new periods."""
    programme = load_programme(files)
    acts = (*programme.laws, *ACTS)
    first = min(period.data_from for period in programme.periods)
    last = max(period.data_to for period in programme.periods)
    for name, line, text in _list_texts(files):
        cited = list(find_citations(text, acts))
        for each in cited:
            if each.act and not each.act.is_in_force(first, last):
                yield Problem(name, line, f"viện dẫn {each.words}: không có hiệu lực trong kỳ mới{_advise(each.act)}")
        for each in cited:
            text = text.replace(each.words, "")
        if years := list(dict.fromkeys(found[0] for found in _YEAR_IN_TEXT.finditer(text))):
            yield Problem(name, line, f"có ghi ngày hoặc năm ({', '.join(years)}), xin xem lại")


def _advise(act: Act) -> str:
    return f", thay bằng {', '.join(act.replaced_by)}" if act.replaced_by else ""


def _list_texts(files: Mapping[str, str]) -> Iterator[tuple[str, int, str]]:
    """File, line and words of everything that people read; comments are left out."""
    for name, text in files.items():
        if name.endswith(".toml"):
            lines = enumerate(text.splitlines(), start=1)
            yield from ((name, line, _ASIDE.sub("", words)) for line, words in lines)
        for line, row in read_csv(text) if name in _WRITTEN else ():
            yield name, line, " ".join(row[column] for column in _WRITTEN[name])
