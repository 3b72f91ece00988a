"""Sections that a unit marked “không phát sinh”: their blank figures are noughts which it confirmed.

What was typed stays as typed. A figure, or a row of a table, beside a mark contradicts it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from chalicelib.domain.issues.issue import Issue, make_issue
from chalicelib.domain.language.vietnamese import format_number
from chalicelib.domain.programme.model import Section
from chalicelib.domain.submission.filled_form import AskedCell, FilledForm
from chalicelib.domain.submission.records import Figure
from chalicelib.domain.values import read_number


def confirm_noughts(filled: FilledForm) -> FilledForm:
    """The form with a nought, whose source is the mark's cell, for each blank figure of a marked section.

    What may stay empty stays empty, and what is computed is computed from its parts.
    """
    noughts: dict[str, Figure] = {}
    for section, mark in _list_marked(filled):
        nought = Figure(value=0, sheet=mark.sheet, cell=mark.cell, confirmed=True)
        noughts |= dict.fromkeys(_list_blank(filled, section), nought)
    return replace(filled, values={**noughts, **filled.values})


def check_marks(filled: FilledForm) -> Iterator[Issue]:
    """One issue for each mark that has a figure other than 0, or a row of a table, beside it."""
    for section, mark in _list_marked(filled):
        beside = [*_list_figures(filled, section), *_list_rows(filled, section)]
        if beside:
            yield make_issue(
                "mark.contradicted", sheet=mark.sheet, cell=mark.cell, indicator=section.code, label=section.title,
                found="; ".join(text for _, _, text in beside),
                related=[cell for sheet, cell, _ in beside if sheet == mark.sheet],
            )  # fmt: skip


def _list_marked(filled: FilledForm) -> Iterator[tuple[Section, AskedCell]]:
    for section in filled.form.sections:
        if section.code in filled.marked:
            yield section, filled.marked[section.code]


def _list_blank(filled: FilledForm, section: Section) -> Iterator[str]:
    for row in filled.rows:
        cell = filled.cells.get(row.code)
        is_needed = not row.computed and row.code not in filled.form.optional
        if row.code in section.indicators and is_needed and cell and cell.is_blank:
            yield row.code


def _list_figures(filled: FilledForm, section: Section) -> Iterator[tuple[str, str, str]]:
    """Sheet, cell and description of each typed figure other than 0."""
    for code in section.indicators:
        figure = filled.values.get(code)
        number = read_number(figure.value) if figure else None
        if figure and number and code not in filled.computed:
            yield figure.sheet, figure.cell, f"ô {figure.cell} ghi {format_number(number)}"


def _list_rows(filled: FilledForm, section: Section) -> Iterator[tuple[str, str, str]]:
    for table in filled.tables:
        rows = filled.table_rows.get(table.code, ())
        if table.code in section.tables and rows:
            first, count = next(iter(rows[0].cells.values())), len(rows)
            text = f"bảng “{table.title}” có {count} dòng (từ ô {first}, trang tính “{rows[0].sheet}”)"
            yield rows[0].sheet, first, text
