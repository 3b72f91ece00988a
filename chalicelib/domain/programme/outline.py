"""The outline (đề cương) of the consolidated report: what its texts may contain, and their mistakes.

`outline_files.py` names its files. docs/word-template.md lists what a text may contain.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum

from chalicelib.domain.language.sentences import MARKER, View, find_codes, find_other_views, find_senders
from chalicelib.domain.language.spelling import make_key, suggest
from chalicelib.domain.language.vietnamese import format_number
from chalicelib.domain.programme.making import Misfit, say_unknown
from chalicelib.domain.programme.model import Heading, Outline, Programme

_CODE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_BRACKET = re.compile(r"\[[^\[\]]*\]?|\]")
_ALONE = re.compile(r"\s*\[(?P<name>[^\[\]]+)\]\s*")
_BOLD_BEGINS = re.compile(r"\*\*(?=\S)")
_BOLD_ENDS = re.compile(r"(?<=\S)\*\*")
SOURCE = re.compile(r"(?<!\s)\s*\[nguồn:(?P<unit>[\w.-]+)/(?P<field>[\w-]+)/(?P<revision>\d{1,9})\]")
"""Behind a sentence taken from a unit's report: the unit, the field of prose, and the revision. It is not printed."""


MOST_LETTERS = 20_000
"""In the text of one heading: some eight printed pages."""


class Passage(StrEnum):
    """A line that stands for several paragraphs, which are made from the period's state."""

    REPORTING = "tình hình gửi báo cáo"
    TARGETS = "kết quả thực hiện chỉ tiêu"


_PASSAGE_BY_KEY = {make_key(each): each for each in Passage}


def find_passage(line: str) -> Passage | None:
    """The passage that the line stands for, if it is one: "[tình hình gửi báo cáo]"."""
    match = None if MARKER.fullmatch(line.strip()) else _ALONE.fullmatch(line)
    return _PASSAGE_BY_KEY.get(make_key(match["name"])) if match else None


def find_bold(line: str) -> Iterator[tuple[int, int]]:
    """Where bold text stands in the line, without the marks around it.

    >>> [*find_bold("Có **12** cuộc, 2 ** 3")]
    [(5, 7)]
    """
    begin = _BOLD_BEGINS.search(line)
    while begin and (end := _BOLD_ENDS.search(line, begin.end() + 1)):
        yield begin.end(), end.start()
        begin = _BOLD_BEGINS.search(line, end.end())


def find_outline_misfits(programme: Programme, outline: Outline) -> Iterator[Misfit]:
    """What does not fit in the outline, with paths from it."""
    if outline.period and outline.period not in programme.period_by_code:
        yield Misfit((), say_unknown("kỳ", programme.period_by_code, outline.period))
    if not outline.headings:
        yield Misfit(("headings",), "không có mục nào")
    yield from _find_instead_misfits(programme, outline)
    codes = [heading.code for heading in outline.headings]
    fields = {narrative.code for form in programme.forms for narrative in form.narratives}
    for number, heading in enumerate(outline.headings):
        path = ("headings", number)
        if heading.code in codes[:number]:
            yield Misfit((*path, "code"), f"mã “{heading.code}” lặp lại")
        if not _CODE.fullmatch(heading.code):
            what = f"mã “{heading.code}” chỉ được gồm chữ thường không dấu, chữ số và dấu gạch nối"
            yield Misfit((*path, "code"), what)
        if heading.level > 1 + (outline.headings[number - 1].level if number else 0):
            yield Misfit((*path, "level"), f"phía trước thiếu mục cấp {heading.level - 1}")
        for field in heading.narratives:
            if field not in fields:
                yield Misfit(
                    (*path, "narratives"), f"không có nội dung thuyết minh mang mã “{field}”{suggest(field, fields)}"
                )
        for found in (_find_heading_misfits(programme, heading), _find_instead_misfits(programme, heading)):
            yield from (Misfit((*path, *each.path), each.what) for each in found)


def _find_heading_misfits(programme: Programme, heading: Heading) -> Iterator[Misfit]:
    if not heading.title.strip() or "\n" in heading.title:
        yield Misfit(("title",), "phải là một dòng chữ")
    if len(heading.text) > MOST_LETTERS:
        yield Misfit(("text",), f"không được dài quá {format_number(MOST_LETTERS)} ký tự")
    for line, what in find_text_mistakes(programme, heading.text):
        yield Misfit(("text", line - 1), what)


def _find_instead_misfits(programme: Programme, told: Heading | Outline) -> Iterator[Misfit]:
    """What is wrong with the texts that are printed in place of one of which nothing is left."""
    for name in ("nothing", "unknown"):
        for line, what in find_text_mistakes(programme, getattr(told, name) or ""):
            yield Misfit((name, line - 1), what)


def find_text_mistakes(programme: Programme, text: str) -> Iterator[tuple[int, str]]:
    """What is wrong with the text of a heading: the number of the line, counted from 1, and the explanation."""
    for number, line in enumerate(text.split("\n"), start=1):
        for what in _find_line_mistakes(programme, line):
            yield number, what


def find_marker_mistakes(programme: Programme, text: str) -> Iterator[str]:
    """What the markers of figures name and the programme does not have."""
    for code in find_codes(text):
        if code not in programme.indicator_by_code:
            yield f"không có chỉ tiêu mang mã {code}{suggest(code, programme.indicator_by_code)}"
    for sender in find_senders(text):
        if sender not in programme.unit_types:
            yield f"không có loại đơn vị mang mã {sender}{suggest(sender, programme.unit_types)}"
    for code, view in find_other_views(text):
        row = programme.indicator_by_code.get(code)
        choices = row.choices if row else ()
        if make_key(view) not in map(make_key, choices):
            yield f"không có cách nêu “{view}”; có thể ghi: {', '.join((*View, *choices))}"


def _find_line_mistakes(programme: Programme, line: str) -> Iterator[str]:
    yield from find_marker_mistakes(programme, line)
    alone = _ALONE.fullmatch(line)
    if alone and not find_passage(line) and not MARKER.fullmatch(line.strip()) and not SOURCE.fullmatch(line):
        yield f"không có nội dung “[{alone['name']}]”; có thể ghi: {', '.join(f'[{each}]' for each in Passage)}"
    for bracket in () if alone else _BRACKET.findall(SOURCE.sub("", MARKER.sub("", line))):
        yield f"“{bracket}” không phải ký hiệu số liệu và sẽ in nguyên như vậy; ngoặc trong lời văn xin ghi ( )"
    ends = [0, *(place for start, end in find_bold(line) for place in (start - 2, end + 2)), len(line)]
    if any("**" in line[start:end] for start, end in zip(ends[::2], ends[1::2], strict=True)):
        yield "dấu ** của chữ đậm không thành cặp"
