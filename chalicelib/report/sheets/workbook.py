"""The consolidated workbook: one xlsx for reading, printing and checking. The same inputs give the same bytes."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC
from typing import TYPE_CHECKING

from chalicelib.domain.period.consolidation import Consolidation
from chalicelib.domain.period.edition import EditionInfo
from chalicelib.report.archive import fix_dates
from chalicelib.report.sheets import charts, layout
from chalicelib.report.sheets import figures as sheets_figures
from chalicelib.report.sheets import points as sheets_points
from chalicelib.report.sheets import status as sheets_status
from chalicelib.report.sheets.layout import Layout
from chalicelib.report.sheets.styles import SheetWriter, Styles

if TYPE_CHECKING:
    from xlsxwriter import Workbook


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
    styles, plan = Styles(book), Layout(consolidation)

    sheets: list[SheetWriter] = []

    def add(name: str) -> SheetWriter:
        sheets.append(SheetWriter(book, styles, name))
        return sheets[-1]

    names = sheets_status.write_cover(add(layout.COVER), consolidation, edition)
    if edition.differences:
        sheets_status.write_differences(add(layout.CHANGES), consolidation, edition)
    totals = sheets_figures.write_totals(add(layout.TOTALS), consolidation, plan)
    sheets_figures.write_matrix(add(layout.MATRIX), consolidation, plan)
    if consolidation.targets:
        sheets_status.write_targets(add(layout.TARGETS), consolidation)
    sheets_status.write_statuses(add(layout.STATUS), consolidation)
    compared = consolidation.comparison or consolidation.earlier
    if compared:
        sheets_status.write_comparison(add(layout.COMPARISON), consolidation, compared)
    charts.write_charts(book, add(layout.CHARTS), consolidation)
    sheets_status.write_texts(add(layout.TEXTS), consolidation)
    _write_tables(add, consolidation)
    if consolidation.tally.names:
        sheets_figures.write_names(add(layout.NAMES), consolidation)
    sheets_status.write_findings(add(layout.FINDINGS), consolidation)
    if edition.points:
        sheets_points.write_points(add(layout.POINTS), consolidation, edition.points)
    sheets_figures.write_sources(add(layout.SOURCES), consolidation, plan)
    for sheet in sheets:
        sheet.fit_rows()
    for name, place in (*names.items(), *sheets_figures.iter_headline_names(totals)):
        book.define_name(name, place)


def _write_tables(add: Callable[[str], SheetWriter], consolidation: Consolidation) -> None:
    filled = [table for table in consolidation.tables if consolidation.rows[table.code]]
    taken = [value for name, value in vars(layout).items() if name.isupper() and isinstance(value, str)]
    titles = sheets_status.sheet_names(
        taken, titles=[f"Kê {table.title[0].lower()}{table.title[1:]}" for table in filled]
    )
    for table, name in zip(filled, titles, strict=True):
        sheets_status.write_table(add(name), consolidation, table.code)


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
