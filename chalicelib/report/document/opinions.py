"""The units' own words in the Word document: as they wrote them, or what many wrote alike where they are too many."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate, takewhile
from typing import Any

from chalicelib.domain.language.vietnamese import format_count
from chalicelib.domain.period.body import find_outline
from chalicelib.domain.period.consolidation import Consolidation
from chalicelib.domain.period.digest import Opinion, Question, read_digest
from chalicelib.report.document.groups import MOST_UNITS
from chalicelib.report.document.tables import name_briefly
from chalicelib.report.plain import clean_text
from chalicelib.report.sheets.layout import TEXTS

MOST_LINES = 2_500
"""A field of prose has at most so many lines, on about seventy pages: 65 units that fill it to its end have fewer."""
_SIGNS_PER_LINE = 110


def list_narratives(consolidation: Consolidation) -> list[dict[str, Any]]:
    """The units' own words by field, those that several wrote alike once; none where the programme prints none."""
    if not find_outline(consolidation.tally).opinions:
        return []
    return [_describe(consolidation, question) for question in read_digest(consolidation)]


def _describe(consolidation: Consolidation, question: Question) -> dict[str, Any]:
    """All opinions; of very many those that more than one unit has, as far as there is room."""
    name, opinions = name_briefly(question.narrative.label), question.opinions
    if not _has_room(opinions):
        name = f"{name} ({_tell_rest(opinions)})"
        opinions = tuple(_choose(each for each in opinions if len(each.units) > 1))
    return {
        "ten": name,
        "y_kien": [
            {"don_vi": _name_writers(consolidation, each.units), "doan": _split_lines(each.text)} for each in opinions
        ]
        or [{"don_vi": "", "doan": []}] * bool(question.opinions),
        "khong": _name_writers(consolidation, question.silent),
    }


def _has_room(opinions: Sequence[Opinion]) -> bool:
    return sum(map(_count_lines, opinions)) <= MOST_LINES


def _choose(opinions: Iterator[Opinion]) -> Iterator[Opinion]:
    known = list(opinions)
    used = accumulate(map(_count_lines, known))
    return (each for each, _ in zip(known, takewhile(lambda lines: lines <= MOST_LINES, used), strict=False))


def _count_lines(opinion: Opinion) -> int:
    return sum(1 + len(line) // _SIGNS_PER_LINE for line in opinion.text.split("\n"))


def _tell_rest(opinions: Sequence[Opinion]) -> str:
    writers = {unit for each in opinions for unit in each.units}
    shared = "; dưới đây là những ý kiến trùng nhau" if any(len(each.units) > 1 for each in opinions) else ""
    return (
        f"{format_count(len(writers))} đơn vị có ý kiến, toàn văn ở trang “{TEXTS}” của sổ tổng hợp Excel kèm theo"
        f"{shared}"
    )


def _name_writers(consolidation: Consolidation, units: Sequence[str]) -> str:
    """ "Huyện A"; "02 đơn vị (A, B)"; of more than can be read their number."""
    tally = consolidation.tally
    if len(units) < 2:
        return "".join(map(tally.name_fully, units))
    names = f" ({tally.name_units(units)})" if len(units) <= MOST_UNITS else ""
    return f"{format_count(len(units))} đơn vị{names}"


def _split_lines(text: str) -> list[str]:
    return [line.strip() for line in clean_text(text).split("\n") if line.strip()]


def collect_texts(consolidation: Consolidation) -> dict[str, list[dict[str, Any]]]:
    """All by field: each unit with its paragraphs. "Không" counts as no text, and so does "Không có khó khăn"."""
    texts: dict[str, list[dict[str, Any]]] = {
        narrative.code: [] for form in consolidation.programme.forms for narrative in form.narratives
    }
    for each in consolidation.texts:
        lines = _split_lines(each.text)
        if lines and not each.is_idle:
            texts[each.narrative.code].append(
                {
                    "don_vi": consolidation.programme.name_fully(consolidation.tally.unit_by_code[each.unit]),
                    "doan": lines,
                }
            )
    return texts
