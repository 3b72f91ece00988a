"""Conditions of rows as formulas of the blank form: 1 or 0 by the answers that stand in its cells.

A formula tells nothing of an answer that is blank, that is no plain number or that is in per cent, of which a cell may
hold 50 or 0.5; the check of the workbook does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from chalicelib.domain.language.vietnamese import NO_WORDS, YES_WORDS, format_flag
from chalicelib.domain.programme.conditions import AskedWhen, WantedAnswer
from chalicelib.domain.programme.expressions import Requirement, Sum
from chalicelib.workbook.form.guidance import tell_blank, tell_other

_SPELLINGS = {format_flag(True): YES_WORDS, format_flag(False): NO_WORDS}
_UNKNOWN = ("0", "0", "0")
Cells = Mapping[str, str]
"""The cell of each row whose answer a formula can read, by code."""


def tell_asked(condition: AskedWhen, cells: Cells) -> str:
    """A formula that is 1 where every part of the condition is known to hold."""
    return "*".join(f"({known}*{holds})" for known, holds, _ in _list_parts(condition, cells))


def tell_unasked(condition: AskedWhen, cells: Cells) -> str:
    """A formula that is 1 where a part of the condition is known not to hold."""
    return "(" + "+".join(f"{known}*{fails}" for known, _, fails in _list_parts(condition, cells)) + ">0)"


def _list_parts(condition: AskedWhen, cells: Cells) -> Iterator[tuple[str, str, str]]:
    """For each part three formulas: whether its answers are there, whether it holds, whether it fails."""
    for answer in condition.answers:
        is_one, is_other = _compare_words(answer, cells[answer.code])
        known = f"(1-{tell_blank(cells[answer.code])})"
        yield (known, is_other, is_one) if answer.is_not else (known, is_one, is_other)
    for _, requirement in condition.requirements:
        if not cells.keys() >= set(requirement.codes):
            yield _UNKNOWN
            continue
        listed = ",".join(dict.fromkeys(cells[code] for code in requirement.codes))
        holds = _compare_sums(requirement, cells)
        yield f"(COUNT({listed})={len(set(requirement.codes))})", holds, f"(1-{holds})"


def _compare_words(answer: WantedAnswer, cell: str) -> tuple[str, str]:
    """Whether the cell holds one of the words, and whether it holds another."""
    words = [spelling.lower() for word in answer.words for spelling in _SPELLINGS.get(word, (word,))]
    other = tell_other(cell, words)
    return f"(1-{other})", other


def _compare_sums(requirement: Requirement, cells: Cells) -> str:
    sign = "=" if requirement.sign == "==" else requirement.sign
    return f"({_add(requirement.left, cells)}{sign}{_add(requirement.right, cells)})"


def _add(total: Sum, cells: Cells) -> str:
    """SUM reads a text in a cell as nothing, where a plain + would be an error."""
    return total.render(lambda code: f"SUM({cells[code]})")
