"""A report form as fields of a page: lists the fields, and reads what was typed into them.

A field's name says where it belongs: `o:K01` is a figure or a text, or with a section's code its mark “không phát
sinh”; `u:K01` marks an estimate; `b:lop:3:ten` is a column of the third row of a table. Typed values are kept as text;
intake parses them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from chalicelib.domain.programme.model import Form, Indicator, Period, Programme, Section, Table, Unit
from chalicelib.office.paper import TypedField
from chalicelib.web.forms import parse_number
from chalicelib.workbook.form.filling import Contents

_LONGEST = 5000
_FEWEST_ROWS, _MORE_ROWS, _MOST_ROWS = 3, 5, 200


@dataclass(frozen=True)
class TypedForm:
    """The fields of the page: sections with the form's indicators, and tables with the requested number of rows."""

    sections: tuple[tuple[Section, tuple[Indicator, ...]], ...]
    tables: tuple[tuple[Table, int], ...]


def make_form(
    programme: Programme, form: Form, unit: Unit, period: Period, *, typed: Contents, more: Mapping[str, int]
) -> TypedForm:
    """The fields to show. `more` gives the rows shown before, by table; a page never shows fewer rows than before."""
    asked = {row.code: row for row in programme.rows(form, unit, period) if not row.computed}
    sections = (
        (section, tuple(asked[code] for code in section.indicators if code in asked)) for section in form.sections
    )
    tables = (
        (table, max(_FEWEST_ROWS, len(typed.tables.get(table.code, ())), more.get(table.code, 0)))
        for table in programme.tables(form, unit, period)
    )
    return TypedForm(tuple(each for each in sections if each[1]), tuple(tables))


def name_field(field: TypedField) -> str:
    """The name under which the field stands on the page."""
    return f"b:{field.table}:{field.row}:{field.code}" if field.table else f"o:{field.code}"


def count_rows(fields: Mapping[str, str]) -> dict[str, int]:
    """The number of rows of each table on the page (`r:lop`), and more for the table that asks for more."""
    shown = {name[2:]: parse_number(text) or 0 for name, text in fields.items() if name.startswith("r:")}
    wanted = fields.get("them", "")
    return {table: min(rows + _MORE_ROWS * (table == wanted), _MOST_ROWS) for table, rows in shown.items()}


def read_typed(fields: Mapping[str, str]) -> Contents:
    """What was typed, without blank fields and without empty rows; rows keep their order."""
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
