"""The marked copy of a rejected upload: the sender's own file marked, or what was typed in a fresh template.

What marks and makes workbooks is imported when there is something to mark: most uploads are accepted.
"""

from __future__ import annotations

from collections.abc import Set
from dataclasses import replace

from chalicelib.domain.issues.issue import Refused
from chalicelib.domain.programme.model import Programme
from chalicelib.domain.submission.records import Outcome
from chalicelib.workbook.form.layout import locate
from chalicelib.workbook.form.places import Located, LocatedRow, Place
from chalicelib.workbook.reading.book import Book
from chalicelib.workbook.reading.guard import Format
from chalicelib.workbook.reading.reader import read_workbook

LOST = frozenset({"table.missing", "table.column_missing", "form.row_missing"})
"""The form has lost a part that its protection keeps the sender from making again: it comes back whole."""
_OF_UNITS = frozenset({"form.unit_differs", "table.unit_differs"})


def make_marked_copy(data: bytes, outcome: Outcome, programme: Programme) -> bytes | None:
    """The marked copy as .xlsx; None where there is nothing to mark, nothing may be kept, or nothing can be opened.

    Only what the gate has passed is marked.
    """
    if not outcome.issues or not outcome.keep_bytes:
        return None
    from chalicelib.workbook.marking.copy import mark_workbook

    try:
        book = read_workbook(data)
    except Refused:
        return None
    is_whole = not any(issue.code in LOST for issue in outcome.issues)
    own = mark_workbook(data, book, outcome.issues) if book.format == Format.XLSX and is_whole else None
    return own or _mark_fresh_template(book, outcome, programme)


def _mark_fresh_template(book: Book, outcome: Outcome, programme: Programme) -> bytes | None:
    """What was typed, in a fresh template of the same form; None if the form is unknown."""
    from chalicelib.workbook.form.template import make_template
    from chalicelib.workbook.marking.copy import mark_parts
    from chalicelib.workbook.marking.fresh import lay_out

    form, period = programme.form_by_code.get(outcome.form), programme.period_by_code.get(outcome.period)
    unit = programme.find_unit(outcome.unit, period) if period else None
    if form is None or period is None or unit is None:
        return None
    template = make_template(programme, form, unit, period)
    blank = read_workbook(template)
    rows, tables = programme.rows(form, unit, period), programme.tables(form, unit, period)
    prose = programme.narratives(form, period)
    is_current = outcome.version == form.version
    source = locate(book, form, rows, tables, prose, is_current=is_current)
    target = locate(blank, form, rows, tables, prose)
    _leave_out_other_units(source)
    titles = {table.code: table.title for table in tables}
    fresh = lay_out(template, blank, source=source, target=target, titles=titles)
    return mark_parts(fresh.parts, fresh.book, fresh.moves.move(outcome.issues), is_fresh=True)


def _leave_out_other_units(source: Located) -> None:
    """Takes out the figures beside which another unit of measure stands: in the fresh form they would be of its own."""
    left_out = {(issue.sheet, issue.indicator) for issue in source.issues if issue.code in _OF_UNITS}
    for code, place in tuple(source.values.items()):
        if (place.sheet.name, code) in left_out:
            del source.values[code]
    for rows in source.tables.values():
        rows[:] = [replace(row, places=_without(row, left_out)) for row in rows]


def _without(row: LocatedRow, left_out: Set[tuple[str, str]]) -> dict[str, Place]:
    return {
        code: place._replace(cell=None) if (row.sheet.name, code) in left_out else place
        for code, place in row.places.items()
    }
