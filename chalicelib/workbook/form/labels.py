"""Compares the label and the unit of measure printed beside a code with the form's.

Rows may be sorted without their codes, and a unit of measure may be changed beside a figure: then the figure no longer
says what its code says. Labels are compared by their keys, so that spaces, capitals and the place of a tone mark do
not matter; neither do a number or dash before a label, punctuation in it, what follows on further lines, and a
missing end that leaves no doubt. A label that is another row's is an error; any other change of words is a warning,
and nothing where the workbook is of an older version. A blank label says nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from chalicelib.domain.issues.issue import Issue, Severity, make_issue
from chalicelib.domain.language.legacy_text import list_readings, repair_text
from chalicelib.domain.language.spelling import compose, fold_spaces, make_key
from chalicelib.domain.programme.model import Indicator, Narrative
from chalicelib.domain.submission.typed_figures import accepted_units
from chalicelib.workbook.form import marks
from chalicelib.workbook.form.places import Located, Place, TokenBlock, find_block, make_place
from chalicelib.workbook.reading.book import CellKind

_BEFORE = re.compile(r"(?:[-+*•–]|\(?(?:\d{1,3}|[a-zA-ZđĐ])[.)])\s*")
_NO_WORD = re.compile(r"[^\w%₫]+")


class Printed(NamedTuple):
    """What the form prints beside a code."""

    label: str
    measure_unit: str = ""
    also: tuple[str, ...] = ()


class _Row(NamedTuple):
    """A code's row as it was found."""

    code: str
    place: Place
    block: TokenBlock
    printed: Printed


def list_printed(rows: Iterable[Indicator], narratives: Iterable[Narrative]) -> dict[str, Printed]:
    return {row.code: Printed(row.label, row.measure_unit, row.also) for row in rows} | {
        each.code: Printed(each.label) for each in narratives
    }


def compare_labels(
    located: Located, blocks: Sequence[TokenBlock], printed: Mapping[str, Printed], *, is_current: bool
) -> Iterator[Issue]:
    """An issue for each row whose label or unit of measure is not the form's."""
    keys = {code: _make_label_key(each.label) for code, each in printed.items()}
    for code, place in (located.values | located.narratives).items():
        block = find_block(place, blocks)
        if block is None:
            continue
        row = _Row(code, place, block, printed[code])
        issue = _compare_label(row, keys)
        if issue and (is_current or issue.severity is Severity.ERROR):
            yield issue
        if is_current and not (issue and issue.severity is Severity.ERROR):
            yield from _compare_unit(row)


def _find_printed(row: _Row, token: str) -> Place | None:
    """The row's cell of this token, if it holds a text."""
    if token not in row.block.columns:
        return None
    place = make_place(row.place.sheet, row.place.row, row.block.columns[token])
    return place if place.cell and place.cell.kind is CellKind.TEXT else None


def _compare_label(row: _Row, keys: Mapping[str, str]) -> Issue | None:
    place = _find_printed(row, marks.LABEL)
    if place is None or place.cell is None or place.cell.text == row.printed.label:
        return None
    text = repair_text(compose(place.cell.text)).text
    severity = _judge(text, own=keys[row.code], others=[key for code, key in keys.items() if code != row.code])
    return _make_issue("form.label_differs", row, place, row.printed.label, severity) if severity else None


def _judge(text: str, *, own: str, others: Sequence[str]) -> Severity | None:
    """The severity of a printed label that is not exactly the form's."""
    whole, first = _make_label_key(text), _make_label_key(text.strip().split("\n", 1)[0])
    if own in (whole, first) or not whole:
        return None
    if whole in others or first in others:
        return Severity.ERROR
    if own.startswith(whole) and not any(other.startswith(whole) for other in others):
        return None
    return Severity.WARNING


def _make_label_key(label: str) -> str:
    text = fold_spaces(compose(label))
    before = _BEFORE.match(text)
    return _make_word_key(text[before.end() if before else 0 :])


def _compare_unit(row: _Row) -> Iterator[Issue]:
    place = _find_printed(row, marks.MEASURE_UNIT)
    own = row.printed.measure_unit
    if place is None or place.cell is None or not own or place.cell.text == own:
        return
    text = compose(place.cell.text)
    if not any(_is_unit(reading, row.printed) for reading in (text, *list_readings(text))):
        yield _make_issue("form.unit_differs", row, place, own)


def _is_unit(text: str, printed: Printed) -> bool:
    spellings = {_make_word_key(unit) for unit in (printed.measure_unit, *printed.also)}
    return _make_word_key(text) in spellings or make_key(text) in accepted_units(printed.measure_unit)


def _make_word_key(text: str) -> str:
    """The key of the words alone: a tone mark stands behind its word, and so before no comma."""
    return make_key(_NO_WORD.sub(" ", text))


def _make_issue(code: str, row: _Row, place: Place, expected: str, severity: Severity | None = None) -> Issue:
    return make_issue(
        code,
        sheet=place.sheet.name,
        cell=place.reference,
        indicator=row.code,
        found=fold_spaces(place.cell.text) if place.cell else "",
        expected=expected,
        severity=severity,
        related=[row.place.reference],
        code_beside=row.code,
    )
