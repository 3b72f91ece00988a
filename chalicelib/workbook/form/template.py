"""Makes the blank workbook of a form for one unit and period, which the unit downloads, prints and fills in."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from chalicelib.domain.language.vietnamese import format_number
from chalicelib.domain.programme.kinds import Shape
from chalicelib.domain.programme.model import (
    Column,
    Form,
    Indicator,
    Narrative,
    Period,
    Programme,
    Table,
    Unit,
)
from chalicelib.domain.values import Value
from chalicelib.workbook.form import marks
from chalicelib.workbook.form.blank import Blank, Lists
from chalicelib.workbook.form.figure_sheet import write_figures
from chalicelib.workbook.form.form_sheet import FormSheet
from chalicelib.workbook.form.guidance import (
    Guide,
    Hint,
    ask_kind,
    make_choice,
    make_hint,
    make_scaled_prompt,
)
from chalicelib.workbook.form.instructions import write_instructions
from chalicelib.workbook.form.styles import FormStyles, set_up_page
from chalicelib.workbook.reading.book import reference


def make_template(
    programme: Programme, form: Form, unit: Unit, period: Period, *, previous: Mapping[str, Value] | None = None,
    last_year: Mapping[str, Value] | None = None,
) -> bytes:  # fmt: skip
    """The blank .xlsx, byte for byte the same each time. `previous` are the figures of the period before, `last_year`
    those of the same period of the year before, for comparison."""
    blank = Blank(programme, form, unit, period, previous or {}, last_year or {})
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False}) as workbook:
        workbook.set_properties(
            {"title": form.title, "subject": marks.render_line(blank.identity), "author": programme.office.contact,
             "created": datetime.combine(programme.signed or date(programme.year, 1, 1), time())}
        )  # fmt: skip
        styles = FormStyles(workbook)
        tables = programme.tables(form, unit, period)
        lists = _list_ranges(tables, programme.rows(form, unit, period))
        write_figures(workbook.add_worksheet("Số liệu", FormSheet), blank, styles, lists)
        for number, table in enumerate(tables, start=1):
            _write_table(workbook.add_worksheet(f"Bảng {number}", FormSheet), table, blank, styles, lists)
        if programme.narratives(form, period):
            _write_narratives(workbook.add_worksheet("Thuyết minh", FormSheet), blank, styles)
        write_instructions(workbook.add_worksheet("Hướng dẫn", FormSheet), blank, styles)
        _write_lists(workbook.add_worksheet(marks.LISTS_SHEET, FormSheet), lists)
        _write_identity(workbook.add_worksheet(marks.META_SHEET, FormSheet), blank.identity)
    return out.getvalue()


# Repeating tables, prose, lists


def _write_table(sheet: Worksheet, table: Table, blank: Blank, styles: FormStyles, lists: Lists) -> None:
    last = len(table.columns)
    sheet.merge_range(0, 0, 0, last, "", styles.subject)
    whose = f"\n{blank.unit.full_name} – {blank.period.name}"
    sheet.write_rich_string(0, 0, styles.subject, table.title, styles.italic, whose, styles.subject)
    sheet.set_row(0, 40)
    sheet.write_string(2, 0, marks.render_line(blank.identity), styles.mark)
    sheet.write_string(3, 0, "STT", styles.column)
    sheet.write_string(4, 0, marks.TABLE_PREFIX + table.code, styles.token)
    sheet.set_column(0, 0, 6)
    for index, column in enumerate(table.columns, start=1):
        heading = f"{column.label} ({column.asked_unit})" if column.asked_unit else column.label
        sheet.write_string(3, index, heading + (" *" if column.required else ""), styles.column)
        sheet.write_string(4, index, f"@{column.code}", styles.token)
        sheet.set_column(index, index, 30 if column.kind.shape is Shape.TEXT and not column.choices else 15)
        for row in range(5, 5 + table.rows):
            sheet.write_blank(
                row, index, None, styles.choice if column.choices else styles.entry(column.kind, column.scale)
            )
    for row in range(5, 5 + table.rows):
        sheet.write_number(row, 0, row - 4, styles.centre)
    _guide_table(table, blank.period, lists).write(sheet, styles.look, line=(1, 0, last))
    sheet.set_row(3, 32)
    sheet.set_row(4, None, None, {"hidden": True})
    sheet.freeze_panes(5, 2)
    sheet.repeat_rows(3)
    sheet.set_landscape()
    set_up_page(sheet)


def _guide_table(table: Table, period: Period, lists: Lists) -> Guide:
    guide = Guide(asking=range(1, len(table.columns) + 1), listed=range(5, 5 + table.rows))
    for index, column in enumerate(table.columns, start=1):
        hint = _make_column_hint(column, period, lists)
        for row in guide.listed:
            guide.add(row, index, hint=hint, required=column.required)
    return guide


def _make_column_hint(column: Column, period: Period, lists: Lists) -> Hint | None:
    """The hint for the cells of a column; None where any text is right."""
    if column.choices:
        return make_choice(lists[column], "Chọn trong danh sách.")
    if column.kind.shape is Shape.TEXT:
        return None
    prompt = make_scaled_prompt(column.scale) if column.scale else column.kind.prompt.format(unit=column.measure_unit)
    return make_hint(ask_kind(column.kind, column.scale), prompt, window=period.window)


def _list_ranges(tables: Iterable[Table], rows: Iterable[Indicator]) -> Lists:
    """The range of each one's choices in the hidden sheet of lists, one list per row."""
    asked: list[Column | Indicator] = [*(column for table in tables for column in table.columns), *rows]
    listed = [each for each in asked if each.choices]
    return {
        each: f"={marks.LISTS_SHEET}!$A${row}:${reference(1, len(each.choices))[:-1]}${row}"
        for row, each in enumerate(listed, start=1)
    }


def _write_lists(sheet: Worksheet, lists: Lists) -> None:
    for row, each in enumerate(lists):
        sheet.write_row(row, 0, each.choices)
    sheet.very_hidden()


def _write_narratives(sheet: Worksheet, blank: Blank, styles: FormStyles) -> None:
    widths = ((marks.CODE, "Mã", 16), (marks.LABEL, "Nội dung", 34), (marks.VALUE, "Phần trình bày", 90))
    sheet.merge_range(0, 0, 0, 1, "PHẦN THUYẾT MINH", styles.subject)
    guide = Guide(asking=[0])
    sheet.write_string(1, 0, marks.render_line(blank.identity), styles.mark)
    for index, (token, heading, width) in enumerate(widths):
        sheet.set_column(index, index, width)
        sheet.write_string(2, index, heading, styles.column)
        sheet.write_string(3, index, token, styles.token)
    sheet.set_row(3, None, None, {"hidden": True})
    for row, narrative in enumerate(blank.programme.narratives(blank.form, blank.period), start=4):
        label = f"{narrative.label}\n{narrative.prompt}" if narrative.prompt else narrative.label
        sheet.set_row(row, 150)
        sheet.write_string(row, 0, narrative.code, styles.code)
        sheet.write_string(row, 1, label, styles.label)
        sheet.write_blank(row, 2, None, styles.prose)
        guide.add(row, 2, hint=_make_prose_hint(narrative), required=narrative.required)
    guide.write(sheet, styles.look, line=(0, 2, 2))
    sheet.freeze_panes(4, 0)
    sheet.set_landscape()
    set_up_page(sheet)


def _make_prose_hint(narrative: Narrative) -> Hint:
    longest = f"Tối đa {format_number(narrative.max_length)} ký tự."
    return Hint(longest, f"Dài quá: {longest.lower()}", longest=narrative.max_length)


def _write_identity(sheet: Worksheet, identity: marks.Identity) -> None:
    for row, (key, value) in enumerate(identity._asdict().items()):
        sheet.write_row(row, 0, [key, str(value)])
    sheet.very_hidden()
