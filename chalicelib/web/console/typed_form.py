"""A report form as fields of a page: which fields there are, and what was typed into them.

Fields are named by where they belong: `o:K01` a figure or a text, `u:K01` its mark of an estimate,
`b:lop:3:ten` a column of the third row of a table. What is typed is taken as text and read by intake.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from chalicelib.domain.programme.model import Form, Indicator, Period, Programme, Table, Unit
from chalicelib.web.forms import parse_number
from chalicelib.workbook.form.filling import Contents

_LONGEST = 5000
_FEWEST_ROWS, _MORE_ROWS, _MOST_ROWS = 3, 5, 200


@dataclass(frozen=True)
class TypedForm:
    """What the page shows: sections of indicators that are asked for, and tables with as many rows as are wanted."""

    sections: tuple[tuple[str, tuple[Indicator, ...]], ...]
    tables: tuple[tuple[Table, int], ...]


def make_form(
    programme: Programme, form: Form, unit: Unit, period: Period, *, typed: Contents, more: Mapping[str, int]
) -> TypedForm:
    """`more` are numbers of rows that were shown before, by table: a page never shows fewer than it did."""
    asked = {row.code: row for row in programme.rows(form, unit, period) if not row.computed}
    sections = (
        (section.title, tuple(asked[code] for code in section.indicators if code in asked)) for section in form.sections
    )
    tables = (
        (table, max(_FEWEST_ROWS, len(typed.tables.get(table.code, ())), more.get(table.code, 0)))
        for table in programme.tables(form, unit)
    )
    return TypedForm(tuple(each for each in sections if each[1]), tuple(tables))


def count_rows(fields: Mapping[str, str]) -> dict[str, int]:
    """How many rows of each table the page had (`r:lop`), and more of the one that more were asked for."""
    shown = {name[2:]: parse_number(text) or 0 for name, text in fields.items() if name.startswith("r:")}
    wanted = fields.get("them", "")
    return {table: min(rows + _MORE_ROWS * (table == wanted), _MOST_ROWS) for table, rows in shown.items()}


def read_typed(fields: Mapping[str, str]) -> Contents:
    """What was typed, blanks left out; rows of tables in their order, those without anything left out as well."""
    typed = Contents()
    estimates: set[str] = set()
    cells: dict[str, dict[int, dict[str, str]]] = {}
    for name, text in fields.items():
        kind, *place = name.split(":")
        if not text.strip():
            continue
        if kind == "o" and len(place) == 1:
            typed.values[place[0]] = text.strip()[:_LONGEST]
        elif kind == "u" and len(place) == 1:
            estimates.add(place[0])
        elif kind == "b" and len(place) == 3 and parse_number(place[1]) is not None:
            table, row, column = place
            cells.setdefault(table, {}).setdefault(int(row), {})[column] = text.strip()[:_LONGEST]
    typed.estimates = frozenset(estimates)
    typed.tables = {table: [rows[number] for number in sorted(rows)] for table, rows in cells.items()}
    return typed
