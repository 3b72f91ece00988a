"""Checks a table's rows against each other: totals that a unit added, and repeated rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from chalicelib.domain.issues.issue import Issue, make_issue
from chalicelib.domain.language.spelling import make_key
from chalicelib.domain.language.vietnamese import format_number
from chalicelib.domain.programme.model import Column, Table
from chalicelib.domain.submission.filled_form import FilledForm, TotalRow
from chalicelib.domain.submission.records import TableRow
from chalicelib.domain.values import Number, Value, read_number, simplify


def check_total_rows(filled: FilledForm) -> Iterator[Issue]:
    """A row of totals is not counted. Its sums must be those of the rows above it, below it, or of all rows.

    Nothing is said of a column of which a cell could not be read: its sum is not known.
    """
    for table in filled.tables:
        totals, rows = filled.total_rows.get(table.code, ()), filled.table_rows.get(table.code, ())
        unread = _list_unread(rows, filled)
        bounds = [0, *(total.after for total in totals), len(rows)]
        for index, total in enumerate(totals):
            above, below = rows[bounds[index] : total.after], rows[total.after : bounds[index + 2]]
            known = {code: number for code, number in total.values.items() if code not in unread}
            yield _check_total(replace(total, values=known), table, [rows, above, below, rows[: total.after]])


def _list_unread(rows: Sequence[TableRow], filled: FilledForm) -> set[str]:
    """The columns that have a cell which could not be read."""
    return {
        code
        for row in rows
        for code, cell in row.cells.items()
        if code not in row.values and (row.sheet, cell) in filled.unreadable
    }


def _check_total(total: TotalRow, table: Table, sections: Sequence[Sequence[TableRow]]) -> Issue:
    wrong = {
        code: number
        for code, number in total.values.items()
        if not any(number == _add_up(rows, code) for rows in sections)
    }
    if not wrong:
        cell = next(iter(total.cells.values()), "")
        return make_issue("table.total_row", sheet=total.sheet, cell=cell, label=table.title)
    found = "; ".join(
        f"{column.label} ghi {_say(number, column)}, các dòng cộng lại được {_say(_add_up(sections[0], code), column)}"
        for code, number in wrong.items()
        for column in [table.column(code)]
    )
    first, *others = (total.cells[code] for code in wrong)
    return make_issue("table.total_differs", sheet=total.sheet, cell=first, found=found, related=others)


def _say(number: Number, column: Column) -> str:
    """In the unit in which the form asks for it."""
    return format_number(column.scale.ask(number) if column.scale else number)


def _add_up(rows: Sequence[TableRow], column: str) -> int | Decimal:
    numbers = (read_number(row.values.get(column)) for row in rows)
    return simplify(sum((Decimal(number) for number in numbers if number is not None), Decimal(0)))


def check_repeated_rows(filled: FilledForm) -> Iterator[Issue]:
    """Rows that are equal in every column may have been pasted twice, or be two similar entries."""
    for table in filled.tables:
        alike: dict[tuple[tuple[str, str], ...], list[TableRow]] = defaultdict(list)
        for row in filled.table_rows.get(table.code, ()):
            if not any((row.sheet, cell) in filled.unreadable for cell in row.cells.values()):
                alike[tuple((code, _make_value_key(value)) for code, value in row.values.items())].append(row)
        for key, rows in alike.items():
            if key and len(rows) > 1:
                yield _tell_of_repeated(rows, key[0][0])


def _make_value_key(value: Value) -> str:
    return make_key(value) if isinstance(value, str) else str(value)


def _tell_of_repeated(rows: Sequence[TableRow], column: str) -> Issue:
    """One issue for all of them, at the second one."""
    first, second, *more = (row.cells[column] for row in rows)
    return make_issue(
        "table.row_twice", sheet=rows[0].sheet, cell=second, related=[first, *more],
        row=", ".join(map(_find_row, [second, *more])), first=_find_row(first),
    )  # fmt: skip


def _find_row(cell: str) -> str:
    return cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
