"""The consolidated workbook: one xlsx for reading, printing and checking. The same inputs give the same bytes."""

from __future__ import annotations

import io
from datetime import UTC
from typing import TYPE_CHECKING, Protocol

from chalicelib.domain.period.consolidation import Consolidation
from chalicelib.domain.period.edition import EditionInfo
from chalicelib.report.archive import fix_dates
from chalicelib.report.console_pages import find_figures_page
from chalicelib.report.sheets import (
    branches,
    charts,
    comparison,
    figures,
    layout,
    lists,
    pictures,
    points,
    rivals,
    sources,
    status,
)
from chalicelib.report.sheets.cover import name_facts, write_contents, write_cover
from chalicelib.report.sheets.layout import Layout
from chalicelib.report.sheets.styles import SheetWriter, Styles

if TYPE_CHECKING:
    from xlsxwriter import Workbook


class AddSheet(Protocol):
    """Adds a sheet behind the others."""

    def __call__(self, name: str, /, *, long_from: int | None = None) -> SheetWriter: ...


def render_workbook(consolidation: Consolidation, edition: EditionInfo) -> bytes:
    """The workbook of an edition. Totals are live formulas that store our values until they are recalculated."""
    from xlsxwriter import Workbook

    target = io.BytesIO()
    # Parts are kept in temporary files: with a thousand units they take hundreds of megabytes.
    book = Workbook(target, {"strings_to_urls": False, "strings_to_formulas": False})
    _set_properties(book, consolidation, edition)
    _write_sheets(book, consolidation, edition)
    book.close()
    return fix_dates(target.getvalue())


def _write_sheets(book: Workbook, consolidation: Consolidation, edition: EditionInfo) -> None:
    styles, plan = Styles(book), Layout(consolidation, find_figures_page(consolidation, edition))
    sheets: list[SheetWriter] = []

    def add(name: str, *, long_from: int | None = None) -> SheetWriter:
        sheets.append(SheetWriter(book, styles, name, long_from=long_from))
        return sheets[-1]

    cover = add(layout.COVER)
    below = write_cover(cover, consolidation, edition, plan)
    if edition.differences:
        lists.write_differences(add(layout.CHANGES), consolidation, edition, plan)
    totals = _write_figures(add, consolidation, plan)
    groups = charts.list_charts(consolidation, plan)
    if groups:
        pictures.write_charts(book, add(layout.CHARTS), groups, consolidation.period.name)
    lists.write_findings(add(layout.FINDINGS), consolidation, plan)
    if edition.points:
        points.write_points(add(layout.POINTS), consolidation, plan, edition.points)
    _write_lists(add, consolidation, plan)
    if groups:
        pictures.write_chart_data(add(layout.CHART_DATA), groups)
    write_contents(cover, below, sheets[1:], breadth=consolidation.programme.breadth)
    for sheet in sheets:
        sheet.finish()
    for name, place in (*name_facts(consolidation, edition).items(), *figures.iter_headline_names(totals)):
        book.define_name(name, place)


def _write_figures(add: AddSheet, consolidation: Consolidation, plan: Layout) -> dict[str, str]:
    """The sheets of figures, targets and reporting; returns the addresses of the totals."""
    totals = figures.write_totals(add(layout.TOTALS), consolidation, plan)
    figures.write_matrix(add(layout.MATRIX, long_from=layout.MATRIX_HEAD + 1), consolidation, plan)
    if plan.has_parents:
        branches.write_branches(add(layout.BRANCHES), consolidation, plan)
    if consolidation.tally.charted:
        rivals.write_rivals(add(layout.RIVALS), consolidation, plan)
    if consolidation.targets:
        status.write_targets(add(layout.TARGETS), consolidation, plan)
    status.write_statuses(add(layout.STATUS), consolidation, plan)
    for compared in filter(None, (consolidation.comparison, consolidation.earlier)):
        comparison.write_comparison(add(comparison.name_comparison(compared)), consolidation, plan, compared)
    return totals


def _write_lists(add: AddSheet, consolidation: Consolidation, plan: Layout) -> None:
    """The sheets to look things up in."""
    if consolidation.tally.names:
        figures.write_names(add(layout.NAMES), consolidation)
    lists.write_texts(add(layout.TEXTS), consolidation, plan)
    filled = [table for table in consolidation.tables if consolidation.rows[table.code]]
    fixed = [value for name, value in vars(layout).items() if name.isupper() and isinstance(value, str)]
    taken = [*fixed, *plan.source_sheets]
    titles = lists.sheet_names(taken, titles=[f"Kê {table.title[0].lower()}{table.title[1:]}" for table in filled])
    for table, name in zip(filled, titles, strict=True):
        lists.write_table(add(name), consolidation, plan, table.code)
    for name in plan.source_sheets:
        sources.write_sources(add(name, long_from=layout.SOURCES_HEAD + 1), consolidation, plan)


def _set_properties(book: Workbook, consolidation: Consolidation, edition: EditionInfo) -> None:
    made_at = edition.made.astimezone(UTC).replace(tzinfo=None)
    office = consolidation.programme.office
    book.set_properties({
        "title": f"Báo cáo tổng hợp {consolidation.period.name}",
        "subject": consolidation.programme.title,
        "author": office.name,
        "company": office.parent,
        "keywords": f"{consolidation.programme.code}; {consolidation.period.code}",
        "comments": f"{edition.title}. Mã băm đầu vào: {consolidation.inputs_hash}",
        "created": made_at,
    })  # fmt: skip
    book.set_custom_property("Chương trình", consolidation.programme.code, "text")
    book.set_custom_property("Kỳ", consolidation.period.code, "text")
    book.set_custom_property("Lần phát hành", edition.number, "number_int")
    book.set_custom_property("Mã băm đầu vào", consolidation.inputs_hash, "text")
