"""Compares the label and the unit of measure printed beside a code with the form's.

Rows may be sorted without their codes, and a unit of measure may be changed beside a figure: then the figure no longer
says what its code says. Labels are compared by their keys, so that spaces, capitals and the place of a tone mark do
not matter; neither do a number or dash before a label, punctuation in it, what follows on further lines, and a
missing end that leaves no doubt. A label that is another row's is an error; any other change of words is a warning,
and nothing where the workbook is of an older version. A blank label says nothing.

A scale is compared in every version: figures that were asked in triệu đồng are never read as đồng, nor the other way
round. Where the form asks in another unit than it keeps, an older workbook has to say that it asked in the same one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from chalicelib.domain.issues.issue import Issue, Severity, make_issue
from chalicelib.domain.language.legacy_text import list_readings, repair_text
from chalicelib.domain.language.spelling import compose, fold_spaces, make_key
from chalicelib.domain.programme.model import Column, Form, Indicator, Narrative, Table
from chalicelib.domain.programme.scales import find_places, list_units
from chalicelib.domain.submission.typed_figures import accepted_units
from chalicelib.workbook.form import marks
from chalicelib.workbook.form.places import Located, Place, TokenBlock, find_block, make_place, take_printed
from chalicelib.workbook.reading.book import CellKind

_BEFORE = re.compile(r"(?:[-+*•–]|\(?(?:\d{1,3}|[a-zA-ZđĐ])[.)])\s*")
_NO_WORD = re.compile(r"[^\w%₫]+")


_FARTHEST_UNIT = 8
_FARTHEST_BEFORE = 64
"""So many columns behind and before a figure a unit of measure is looked for."""
_MOST_COPIES = 50
"""So many copies of a table have their headings compared: one column costs up to a millisecond."""


class Printed(NamedTuple):
    """What the form prints beside a code. `is_scaled`: its unit is not the one in which the figure is kept."""

    label: str
    measure_unit: str = ""
    also: tuple[str, ...] = ()
    is_scaled: bool = False


class _Row(NamedTuple):
    """A code's row as it was found."""

    code: str
    place: Place
    block: TokenBlock
    printed: Printed


def list_printed(form: Form, rows: Iterable[Indicator], narratives: Iterable[Narrative]) -> dict[str, Printed]:
    return {row.code: _print_row(form, row) for row in rows} | {each.code: Printed(each.label) for each in narratives}


def _print_row(form: Form, row: Indicator) -> Printed:
    scale = form.find_scale(row)
    return Printed(row.label, scale.asked, (), True) if scale else Printed(row.label, row.measure_unit, row.also)


def compare_labels(
    located: Located, blocks: Sequence[TokenBlock], printed: Mapping[str, Printed], *, is_current: bool
) -> Iterator[Issue]:
    """An issue for each row whose label or unit of measure is not the form's."""
    keys = dict(zip(printed, _key_labels(tuple(each.label for each in printed.values())), strict=True))
    for code, place in (located.values | located.narratives).items():
        block = find_block(place, blocks)
        if block is None:
            yield from _compare_loose(code, place, printed[code])
            continue
        row = _Row(code, place, block, printed[code])
        issue = _compare_label(row, keys)
        if issue and (is_current or issue.severity is Severity.ERROR):
            yield issue
        if issue and issue.severity is Severity.ERROR:
            continue
        yield from _compare_unit(row) if is_current else _compare_scale(row)


def _find_printed(row: _Row, token: str, *, other_than: str = "") -> Place | None:
    """The row's cell of this token, if it holds a text, and another one than this."""
    column = row.block.columns.get(token, 0)
    cell = row.place.sheet.get(row.place.row, column)
    if cell is None or cell.kind is not CellKind.TEXT or cell.text == other_than:
        return None
    place = make_place(row.place.sheet, row.place.row, column)
    return place if place.cell else None


def _compare_label(row: _Row, keys: Mapping[str, str]) -> Issue | None:
    place = _find_printed(row, marks.LABEL, other_than=row.printed.label)
    if place is None or place.cell is None:
        return None
    text = repair_text(compose(take_printed(place.cell.text))).text
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


@lru_cache(maxsize=64)
def _key_labels(labels: tuple[str, ...]) -> tuple[str, ...]:
    """The keys of a form's own labels, which each workbook is held against."""
    return tuple(map(_make_label_key, labels))


def _make_label_key(label: str) -> str:
    text = fold_spaces(compose(label))
    before = _BEFORE.match(text)
    return _make_word_key(text[before.end() if before else 0 :])


def _compare_unit(row: _Row) -> Iterator[Issue]:
    own = row.printed.measure_unit
    place = _find_printed(row, marks.MEASURE_UNIT, other_than=own)
    if place is None or place.cell is None or not own:
        return
    text = compose(take_printed(place.cell.text))
    if not any(_is_unit(reading, row.printed) for reading in (text, *list_readings(text))):
        yield _make_issue("form.unit_differs", row, place, own)


def _compare_scale(row: _Row) -> Iterator[Issue]:
    """Whether a workbook of an older version asked for the figure in the unit of now."""
    place, own = _find_printed(row, marks.MEASURE_UNIT), row.printed.measure_unit
    if is_other_scale(
        take_printed(place.cell.text) if place and place.cell else "", own=own, is_scaled=row.printed.is_scaled
    ):
        yield _make_issue("form.unit_differs", row, place or row.place._replace(cell=None), own)


def _compare_loose(code: str, place: Place, printed: Printed) -> Iterator[Issue]:
    """The units that stand anywhere in the row of a figure that was found by its label: the sheet is not our own."""
    own = printed.measure_unit
    near = range(max(place.column - _FARTHEST_BEFORE, 1), place.column + _FARTHEST_UNIT)
    columns = near if own else ()
    cells = [make_place(place.sheet, place.row, column) for column in columns if column != place.column]
    texts = [(each, take_printed(each.cell.text)) for each in cells if each.cell and each.cell.kind is CellKind.TEXT]
    found = [(each, text) for each, text in texts if find_places(fold_spaces(text), measured=own) is not None]
    if any(not is_other_scale(text, own=own, is_scaled=True) for _, text in found):
        return
    if found or printed.is_scaled:
        where, text = next(iter(found), (place, ""))
        yield make_issue(
            "form.unit_differs", sheet=place.sheet.name, cell=where.reference, indicator=code, found=text,
            expected=own, related=[place.reference], code_beside=code,
        )  # fmt: skip


def is_other_scale(text: str, *, own: str, is_scaled: bool) -> bool:
    """Whether a printed unit is a multiple or a part of the form's own; of one that says nothing, where the form's own
    is not the one in which the figure is kept."""
    readings = [compose(text), *list_readings(compose(text))] if text.strip() else []
    found = {find_places(fold_spaces(reading), measured=own) for reading in readings}
    return 0 not in found and (is_scaled or bool(found - {None}))


def _is_unit(text: str, printed: Printed) -> bool:
    if printed.is_scaled:
        return find_places(fold_spaces(text), measured=printed.measure_unit) == 0
    spellings = {_make_word_key(unit) for unit in (printed.measure_unit, *printed.also)}
    return _make_word_key(text) in spellings or make_key(text) in accepted_units(printed.measure_unit)


# Columns of tables


def compare_columns(blocks: Sequence[TokenBlock], table: Table, *, is_current: bool) -> Iterator[Issue]:
    """An issue for each column whose heading names another scale than the form."""
    for block in blocks[:_MOST_COPIES]:
        for column in (each for each in table.columns if each.kind.is_number and f"@{each.code}" in block.columns):
            place = make_place(block.sheet, block.row - 1, block.columns[f"@{column.code}"])
            text = take_printed(place.cell.text) if place.cell and place.cell.kind is CellKind.TEXT else ""
            if _is_other_heading(text, column, is_current=is_current):
                yield make_issue(
                    "table.unit_differs", sheet=block.sheet.name, cell=place.reference, indicator=column.code,
                    label=column.label, found=fold_spaces(text), expected=column.asked_unit,
                )  # fmt: skip


def _is_other_heading(text: str, column: Column, *, is_current: bool) -> bool:
    """A heading without a unit says nothing in a workbook of the current version."""
    composed = fold_spaces(compose(text))
    beside = composed[len(column.label) :] if composed.startswith(column.label) else composed
    told = list_units(beside, measured=column.asked_unit)
    if not told:
        return column.scale is not None and not is_current
    return all(is_other_scale(unit, own=column.asked_unit, is_scaled=True) for unit in told)


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
