"""Conditions of rows as formulas of the blank form: 1 or 0 by the answers that stand in its cells.

A formula tells nothing of an answer that is blank, that is no plain number or that is in per cent, of which a cell may
hold 50 or 0.5; the check of the workbook does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from chalicelib.domain.language.vietnamese import NO_WORDS, YES_WORDS, format_flag
from chalicelib.domain.programme.conditions import AskedWhen, WantedAnswer
from chalicelib.domain.programme.expressions import Requirement, Sum
from chalicelib.workbook.form.guidance import tell_blank, tell_other

_FLAGS = ((format_flag(True), 1, YES_WORDS), (format_flag(False), 0, NO_WORDS))
_UNKNOWN = ("0", "0", "0")


class Cells(NamedTuple):
    """The cells of the rows whose answers a formula can read, by code: those answered by Có or Không, by words of a
    list, and by numbers."""

    flags: Mapping[str, str]
    words: Mapping[str, str]
    numbers: Mapping[str, str]


def tell_asked(condition: AskedWhen, cells: Cells) -> str:
    """A formula that is 1 where every part of the condition is known to hold."""
    return "*".join(f"({known}*{holds})" for known, holds, _ in _list_parts(condition, cells))


def tell_unasked(condition: AskedWhen, cells: Cells) -> str:
    """A formula that is 1 where a part of the condition is known not to hold."""
    return "(" + "+".join(f"{known}*{fails}" for known, _, fails in _list_parts(condition, cells)) + ">0)"


def _list_parts(condition: AskedWhen, cells: Cells) -> Iterator[tuple[str, str, str]]:
    """For each part three formulas: whether its answers are there, whether it holds, whether it fails."""
    for answer in condition.answers:
        known, is_one, is_other = _compare_answer(answer, cells)
        yield (known, is_other, is_one) if answer.is_not else (known, is_one, is_other)
    for _, requirement in condition.requirements:
        places = {**cells.flags, **cells.words, **cells.numbers}
        if not places.keys() >= set(requirement.codes):
            yield _UNKNOWN
            continue
        listed = ",".join(dict.fromkeys(places[code] for code in requirement.codes))
        holds = _compare_sums(requirement, places)
        yield f"(COUNT({listed})={len(set(requirement.codes))})", holds, f"(1-{holds})"


def _compare_answer(answer: WantedAnswer, cells: Cells) -> tuple[str, str, str]:
    """Whether the answer is there, whether it is one of those that are wanted, and whether it is another."""
    if cell := cells.flags.get(answer.code):
        return (f"(1-{tell_blank(cell)})", *_compare_words(list(_spell_flags(answer)), cell))
    if cell := cells.words.get(answer.code):
        return (f"(1-{tell_blank(cell)})", *_compare_words(answer.words, cell))
    if cell := cells.numbers.get(answer.code):
        is_one = "(" + "+".join(f"(SUM({cell})={number})" for number in answer.numbers) + ">0)"
        return f"(COUNT({cell})=1)", is_one, f"(1-{is_one})"
    return _UNKNOWN


def _spell_flags(answer: WantedAnswer) -> Iterator[str]:
    """What is typed for a wanted Có or Không, which a condition may write as 1 or 0 too."""
    for word, number, spellings in _FLAGS:
        if word in answer.words or number in answer.numbers:
            yield from spellings


def _compare_words(words: Sequence[str], cell: str) -> tuple[str, str]:
    """Whether the cell holds one of the words, and whether it holds another."""
    other = tell_other(cell, [word.lower() for word in words])
    return f"(1-{other})", other


_EXCEL_SIGNS = {"==": "=", "!=": "<>"}


def _compare_sums(requirement: Requirement, places: Mapping[str, str]) -> str:
    sign = _EXCEL_SIGNS.get(requirement.sign, requirement.sign)
    return f"({_add(requirement.left, places)}{sign}{_add(requirement.right, places)})"


def _add(total: Sum, places: Mapping[str, str]) -> str:
    """SUM reads a text in a cell as nothing, where a plain + would be an error."""
    return total.render(lambda code: f"SUM({places[code]})")
