"""Makes the blank workbook of a form for one unit and period, which the unit downloads, prints and fills in."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from decimal import Decimal

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from chalicelib.domain.language.vietnamese import format_day, format_flag, format_number, render_deadline
from chalicelib.domain.programme.conditions import AskedWhen, parse_condition
from chalicelib.domain.programme.expressions import Sum
from chalicelib.domain.programme.form_changes import tell_changes
from chalicelib.domain.programme.kinds import Kind, Shape
from chalicelib.domain.programme.model import (
    Column,
    Form,
    Indicator,
    Narrative,
    Period,
    Programme,
    Section,
    Table,
    Unit,
)
from chalicelib.domain.programme.scales import Scale
from chalicelib.domain.values import Value, simplify
from chalicelib.workbook.form import marks
from chalicelib.workbook.form.conditions import Cells, tell_asked, tell_unasked
from chalicelib.workbook.form.guidance import (
    Guide,
    Hint,
    Look,
    make_choice,
    make_hint,
    make_mark_hint,
    make_scaled_prompt,
    make_word_hint,
    tell_unmarked,
)
from chalicelib.workbook.reading.book import reference

FONT = "Times New Roman"
INPUT_COLOUR = "#FFF9E5"
MISSING_COLOUR = "#FFEFAF"
ODD_COLOUR = "#FAC898"
UNASKED_COLOUR = "#D0D0D0"
HEADING_COLOUR = "#E8EEF4"

_WIDTHS = {
    marks.CODE: 7, marks.NUMBER: 5, marks.LABEL: 52, marks.MEASURE_UNIT: 12, marks.VALUE: 14,
    marks.ESTIMATE: 7, marks.PREVIOUS: 12, marks.LAST_YEAR: 12, marks.REMARK: 22,
}  # fmt: skip
_HEADINGS = {
    marks.CODE: "Mã", marks.NUMBER: "TT", marks.LABEL: "Chỉ tiêu", marks.MEASURE_UNIT: "Đơn vị tính",
    marks.VALUE: "Số liệu", marks.ESTIMATE: "Ước", marks.PREVIOUS: "Kỳ trước",
    marks.LAST_YEAR: "Cùng kỳ năm trước", marks.REMARK: "Ghi chú",
}  # fmt: skip

Lists = Mapping[Column | Indicator, str]
"""The range that holds the choices of a column or a row."""


@dataclass(frozen=True)
class Blank:
    """What a blank workbook is made of."""

    programme: Programme
    form: Form
    unit: Unit
    period: Period
    previous: Mapping[str, Value]
    last_year: Mapping[str, Value]

    @property
    def identity(self) -> marks.Identity:
        return marks.Identity(self.programme.code, self.form.code, self.form.version, self.unit.code, self.period.code)


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
        _write_figures(workbook.add_worksheet("Số liệu"), blank, styles, lists)
        for number, table in enumerate(tables, start=1):
            _write_table(workbook.add_worksheet(f"Bảng {number}"), table, blank, styles, lists)
        if programme.narratives(form, period):
            _write_narratives(workbook.add_worksheet("Thuyết minh"), blank, styles)
        _write_instructions(workbook.add_worksheet("Hướng dẫn"), blank, styles)
        _write_lists(workbook.add_worksheet(marks.LISTS_SHEET), lists)
        _write_identity(workbook.add_worksheet(marks.META_SHEET), blank.identity)
    return out.getvalue()


_POINTS, _SHARE = "General", "0.0%"


_BOXED = {"border": 1, "border_color": "#808080"}
_ENTRY = {**_BOXED, "bg_color": INPUT_COLOUR, "locked": False}


class FormStyles:
    """The few cell formats of a form, made once per workbook."""

    def __init__(self, workbook: xlsxwriter.Workbook) -> None:
        def style(**options: object) -> Format:
            base = {"font_name": FONT, "font_size": 12, "valign": "vcenter", "text_wrap": True}
            return workbook.add_format({**base, **options})

        self.plain = style()
        self.motto = style(bold=True, align="center", font_size=12)
        self.body = style(align="center")
        self.heading = style(bold=True, align="center", font_size=14)
        self.subject = style(bold=True, align="center", font_size=13)
        self.italic = style(italic=True, align="center")
        self.mark = style(font_size=8, font_color="#808080", text_wrap=False)
        self.token = style(font_size=8, font_color="#808080", text_wrap=False)
        self.column = style(bold=True, align="center", bg_color=HEADING_COLOUR, **_BOXED)
        self.section = style(bold=True, bg_color="#F5F5F5", **_BOXED)
        self.unseen = style(font_size=8, font_color="#F5F5F5", bg_color="#F5F5F5", text_wrap=False, **_BOXED)
        self.beside_mark = style(font_size=10, italic=True, align="center", bg_color="#F5F5F5", **_BOXED)
        self.code = style(font_size=9, font_color="#606060", align="center", **_BOXED)
        self.label = style(**_BOXED)
        self.part = style(indent=1, italic=True, **_BOXED)
        self.centre = style(align="center", **_BOXED)
        self.total = style(bold=True, align="right", num_format="#,##0", bg_color="#EFEFEF", **_BOXED)
        self.points = style(bold=True, align="right", num_format=_POINTS, bg_color="#EFEFEF", **_BOXED)
        self.ratio = style(bold=True, align="right", num_format=_SHARE, bg_color="#EFEFEF", **_BOXED)
        self.previous = style(align="right", num_format="#,##0.###", font_color="#606060", **_BOXED)
        self.whole = style(align="right", num_format="#,##0", **_ENTRY)
        self.measure = style(align="right", num_format="#,##0.###", **_ENTRY)
        self.percent = style(align="right", num_format="0.00%", **_ENTRY)
        self.choice = style(align="center", **_ENTRY)
        self.date = style(align="center", num_format="dd/mm/yyyy", **_ENTRY)
        self.text = style(num_format="@", **_ENTRY)
        line = style(bold=True, align="center", font_color="#1F3864")
        colours = (workbook.add_format({"bg_color": each}) for each in (MISSING_COLOUR, ODD_COLOUR, UNASKED_COLOUR))
        self.look = Look(line, *colours)
        self.prose = style(num_format="@", valign="top", **{k: v for k, v in _ENTRY.items() if k != "valign"})
        self._workbook = workbook
        self._scaled: dict[int, tuple[Format, Format, Format]] = {}

    def band(self, word: str, *, is_share: bool) -> Format:
        """Shows the word of a band behind the figure, which stays a number."""
        return self._workbook.add_format({"num_format": f'{_SHARE if is_share else _POINTS}" ({word})"'})

    def scaled(self, scale: Scale) -> tuple[Format, Format, Format]:
        """The formats of an entry, of a total and of an earlier figure in a larger unit: with all its decimals."""
        if scale.places not in self._scaled:
            shown = {"font_name": FONT, "font_size": 12, "valign": "vcenter", "text_wrap": True, "align": "right",
                     "num_format": "General"}  # fmt: skip
            looks = (_ENTRY, {**_BOXED, "bold": True, "bg_color": "#EFEFEF"}, {**_BOXED, "font_color": "#606060"})
            entry, total, earlier = (self._workbook.add_format({**shown, **look}) for look in looks)
            self._scaled[scale.places] = entry, total, earlier
        return self._scaled[scale.places]

    def entry(self, kind: Kind, scale: Scale | None = None) -> Format:
        """The format of a cell to fill in."""
        if scale:
            return self.scaled(scale)[0]
        by_shape = {Shape.FLAG: self.choice, Shape.CHOICE: self.choice, Shape.DATE: self.date, Shape.TEXT: self.text}
        number = self.percent if kind.is_percent else self.whole if kind.is_whole else self.measure
        return by_shape.get(kind.shape, number)


# The sheet of figures


def _write_figures(sheet: Worksheet, blank: Blank, styles: FormStyles, lists: Lists) -> None:
    columns = [marks.CODE, marks.NUMBER, marks.LABEL, marks.MEASURE_UNIT, marks.VALUE]
    columns += [marks.ESTIMATE] if blank.form.estimates else []
    columns += [marks.PREVIOUS, *([marks.LAST_YEAR] if blank.last_year else []), marks.REMARK]
    for index, token in enumerate(columns):
        sheet.set_column(index, index, _WIDTHS[token])
    row = _write_head(sheet, blank, styles, last=len(columns) - 1)
    for index, token in enumerate(columns):
        sheet.write_string(row, index, _HEADINGS[token], styles.column)
        sheet.write_string(row + 1, index, token, styles.token)
    sheet.set_row(row + 1, None, None, {"hidden": True})
    sheet.freeze_panes(row + 2, 3)
    sheet.repeat_rows(row)
    _write_rows(sheet, blank, styles, columns, row + 2)
    _guide_figures(blank, columns, row + 2, lists).write(sheet, styles.look, line=(2, 0, len(columns) - 1))
    _set_up_page(sheet)


_ESTIMATE_HINT = make_choice(("x",), "Đánh dấu x nếu là số ước.")
_NOTHING_HINT = make_mark_hint(
    "Đánh dấu x nếu cả mục không phát sinh; khi đó để trống các ô số liệu và bảng kê (nếu có) của mục."
)


def _guide_figures(blank: Blank, columns: Sequence[str], first: int, lists: Lists) -> Guide:
    """What guides the cells of figures and of marks. `first` is the first section's row."""
    sections = _chosen_sections(blank)
    row_by_code = _place_rows(sections, first)
    guide = Guide(asking=[columns.index(marks.CODE)])
    value = columns.index(marks.VALUE)
    for section, chosen in sections:
        heading, unmarked = row_by_code[chosen[0].code] - 1, ""
        if section.nothing_to_report:
            guide.add(heading, value, hint=_NOTHING_HINT)
            unmarked = tell_unmarked(_name_cell(heading, value))
        for indicator in (each for each in chosen if not each.computed):
            row, is_required = row_by_code[indicator.code], indicator.code not in blank.form.optional
            only_if = [unmarked] if unmarked else []
            if condition := blank.form.find_condition(indicator).on_form:
                cells = _find_answers(
                    blank, condition, {code: _name_cell(row_by_code[code], value) for code in condition.codes}
                )
                guide.unasked[tell_unasked(condition, cells)].append((row, value))
                only_if.append(tell_asked(condition, cells))
            hint = _make_figure_hint(indicator, blank, lists)
            guide.add(row, value, hint=hint, required=is_required, only_if="*".join(only_if))
            if marks.ESTIMATE in columns:
                guide.add(row, columns.index(marks.ESTIMATE), hint=_ESTIMATE_HINT)
    return guide


def _find_answers(blank: Blank, condition: AskedWhen, place_by_code: Mapping[str, str]) -> Cells:
    """The cells on which the condition depends and that hold what is asked: no fraction of per cent."""
    known = blank.programme.indicator_by_code
    readable = [known[code] for code in condition.codes if not known[code].kind.is_percent]
    return Cells(
        words={each.code: place_by_code[each.code] for each in readable if each.words},
        numbers={each.code: place_by_code[each.code] for each in readable if not each.words},
    )


def _name_cell(row: int, column: int) -> str:
    return str(xl_rowcol_to_cell(row, column, row_abs=True, col_abs=True))


def _make_figure_hint(indicator: Indicator, blank: Blank, lists: Lists) -> Hint:
    if indicator.choices:
        return make_word_hint(indicator.choices, source=lists[indicator], prompt=indicator.prompt)
    scale, within = blank.form.find_scale(indicator), indicator.find_range(blank.unit.type)
    return make_hint(
        _ask_kind(indicator.kind, scale), make_scaled_prompt(scale) if scale else indicator.prompt,
        window=blank.form.find_window(indicator.code, blank.period), estimates=blank.form.estimates,
        within=within and within.ask(scale), unit=blank.form.find_asked_unit(indicator),
    )  # fmt: skip


def _ask_kind(kind: Kind, scale: Scale | None) -> Kind:
    """The kind as the cell asks for it: a part of a larger unit has decimals."""
    return replace(kind, is_whole=False) if scale else kind


def _write_head(sheet: Worksheet, blank: Blank, styles: FormStyles, *, last: int) -> int:
    """Quốc hiệu, Tiêu ngữ, issuing body, title and marks (Nghị định 30/2020/NĐ-CP, Phụ lục I). Returns the next row."""
    above, own = (
        blank.programme.letterheads.get(blank.unit.type, "") or _name_above(blank),
        blank.unit.full_name.upper(),
    )
    sheet.merge_range(0, 0, 0, 2, above or own, styles.body if above else styles.motto)
    sheet.merge_range(0, 3, 0, last, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", styles.motto)
    sheet.merge_range(1, 0, 1, 2, own if above else "", styles.motto)
    sheet.merge_range(1, 3, 1, last, "Độc lập - Tự do - Hạnh phúc", styles.motto)
    sheet.set_row(2, 24)
    period = blank.period
    lines = (
        (blank.form.heading, styles.heading),
        (f"{period.name} (số liệu từ ngày {format_day(period.data_from)} đến ngày {format_day(period.data_to)})",
         styles.italic),
        (f"Gửi {blank.programme.office.contact}, {render_deadline(period.due)}", styles.italic),
    )  # fmt: skip
    for offset, (text, style) in enumerate(lines, start=3):
        sheet.merge_range(offset, 0, offset, last, text, style)
    sheet.set_row(3, _height(blank.form.heading, 100) + 6)
    sheet.write_string(6, 0, marks.render_line(blank.identity), styles.mark)
    return 7


def _name_above(blank: Blank) -> str:
    above = blank.programme.unit_by_code.get(blank.unit.parent)
    return above.full_name.upper() if above else ""


def _write_rows(sheet: Worksheet, blank: Blank, styles: FormStyles, columns: list[str], first: int) -> None:
    sections = _chosen_sections(blank)
    row_by_code = _place_rows(sections, first)
    row = first
    for section, chosen in sections:
        position = {token: index for index, token in enumerate(columns)}
        _write_section(sheet, section, blank.period, styles, position, row)
        for number, indicator in enumerate(chosen, start=1):
            _write_row(
                sheet,
                blank,
                styles,
                position,
                row + number,
                number=number,
                indicator=indicator,
                row_by_code=row_by_code,
            )
        row += 1 + len(chosen)


def _write_section(
    sheet: Worksheet, section: Section, period: Period, styles: FormStyles, position: Mapping[str, int], row: int
) -> None:
    """The heading. Where the section may be marked, its code stands unseen in the column of codes, as in every row."""
    last = max(position.values())
    title = " ".join(filter(None, (section.print_title(period), _say_condition(section.asked_if))))
    if not section.nothing_to_report:
        if section.window:
            sheet.set_row(row, _height(title, 100))
        sheet.merge_range(row, 0, row, last, title, styles.section)
        return
    mark = position[marks.VALUE]
    sheet.set_row(row, max(_height(title, _WIDTHS[marks.LABEL]), _height(marks.NOTHING, 9)))
    sheet.write_string(row, position[marks.CODE], section.code, styles.unseen)
    sheet.merge_range(row, position[marks.NUMBER], row, position[marks.LABEL], title, styles.section)
    sheet.write_string(row, position[marks.MEASURE_UNIT], marks.NOTHING, styles.beside_mark)
    sheet.write_blank(row, mark, None, styles.choice)
    sheet.merge_range(row, mark + 1, row, last, "", styles.section)


def _say_condition(asked_if: str) -> str:
    """ "(chỉ ghi khi B03 lớn hơn 0)"; "" where no answer decides whether the row is asked."""
    condition = parse_condition(asked_if).on_form
    return f"(chỉ ghi khi {condition})" if condition else ""


def _chosen_sections(blank: Blank) -> list[tuple[Section, list[Indicator]]]:
    """The sections that this unit fills in, each with its indicators, in printed order."""
    asked = blank.programme.rows(blank.form, blank.unit, blank.period)
    sections = [
        (section, [indicator for indicator in asked if indicator.code in section.indicators])
        for section in blank.form.sections
    ]
    return [(section, chosen) for section, chosen in sections if chosen]


def _place_rows(sections: list[tuple[Section, list[Indicator]]], first: int) -> dict[str, int]:
    row_by_code: dict[str, int] = {}
    for _, chosen in sections:
        first += 1
        for indicator in chosen:
            row_by_code[indicator.code] = first
            first += 1
    return row_by_code


def _write_row(
    sheet: Worksheet, blank: Blank, styles: FormStyles, position: Mapping[str, int], row: int, *, number: int,
    indicator: Indicator, row_by_code: Mapping[str, int],
) -> None:  # fmt: skip
    label = "\n".join(filter(None, (indicator.label, _say_condition(indicator.asked_if))))
    height = _height(label, _WIDTHS[marks.LABEL] - (3 if indicator.part_of else 0))
    unit, scale = blank.form.find_asked_unit(indicator), blank.form.find_scale(indicator)
    sheet.set_row(row, max(height, _height(unit, _WIDTHS[marks.MEASURE_UNIT])))
    sheet.write_string(row, position[marks.CODE], indicator.code, styles.code)
    sheet.write_string(row, position[marks.NUMBER], str(number), styles.centre)
    sheet.write_string(row, position[marks.LABEL], label, styles.part if indicator.part_of else styles.label)
    sheet.write_string(row, position[marks.MEASURE_UNIT], unit, styles.centre)
    sheet.write_blank(row, position[marks.REMARK], None, styles.text)
    value = position[marks.VALUE]
    if indicator.computed:
        _write_computed(sheet, row, value, indicator, styles, row_by_code, blank)
        _show_bands(sheet, row, value, indicator, styles)
    else:
        sheet.write_blank(row, value, None, styles.entry(indicator.kind, scale))
    if marks.ESTIMATE in position:
        sheet.write_blank(row, position[marks.ESTIMATE], None, styles.choice)
    for token, earlier in ((marks.PREVIOUS, blank.previous), (marks.LAST_YEAR, blank.last_year)):
        if token in position:
            _write_previous(sheet, row, position[token], earlier.get(indicator.code), styles, scale)


def _write_previous(
    sheet: Worksheet, row: int, column: int, value: Value | None, styles: FormStyles, scale: Scale | None
) -> None:
    if value is None:
        sheet.write_blank(row, column, None, styles.previous)
    elif isinstance(value, bool | str):
        sheet.write_string(row, column, format_flag(value) if isinstance(value, bool) else value, styles.previous)
    elif scale:
        sheet.write_number(row, column, float(scale.ask(value)), styles.scaled(scale)[2])
    else:
        sheet.write_number(row, column, float(value), styles.previous)


def _write_computed(
    sheet: Worksheet, row: int, column: int, indicator: Indicator, styles: FormStyles, row_by_code: Mapping[str, int],
    blank: Blank,
) -> None:  # fmt: skip
    """Writes a total, a ratio or points as a live formula, blank until all its parts are filled in. Có counts as 1."""
    cells = {code: reference(row_by_code[code] + 1, column + 1) for code in indicator.parts}
    known = blank.programme.indicator_by_code
    flags = {code for code in cells if known[code].kind.shape is Shape.FLAG}
    if indicator.quotient:
        above, below = cells.values()
        share = "/".join(_scale_cell(cell, blank.form.find_scale(known[code])) for code, cell in cells.items())
        formula = f'=IF(OR(COUNT({above},{below})<2,{below}=0),"",{share})'
        sheet.write_formula(row, column, formula, styles.ratio, "")
    elif indicator.formula:
        numbers, words = (
            ",".join(cells[code] for code in cells if (code in flags) is is_word) for is_word in (False, True)
        )
        filled = "+".join(filter(None, (numbers and f"COUNT({numbers})", words and f"COUNTA({words})")))
        counted = {code: f'N({cell}="{format_flag(True)}")' if code in flags else cell for code, cell in cells.items()}
        total = _render_total(indicator, indicator.formula, counted, blank)
        scale = blank.form.find_scale(indicator)
        style = styles.scaled(scale)[1] if scale else styles.total if indicator.kind.is_whole else styles.points
        sheet.write_formula(row, column, f'=IF({filled}<{len(cells)},"",{total})', style, "")


def _render_total(indicator: Indicator, formula: Sum, cells: Mapping[str, str], blank: Blank) -> str:
    """What is added up, computed in the units of measure where the cells are not all in one unit."""
    known, own = blank.programme.indicator_by_code, blank.form.find_scale(indicator)
    scales = {code: blank.form.find_scale(known[code]) for code in cells}
    places = {scale.places if scale else 0 for scale in (own, *scales.values())}
    if places == {0} or (len(places) == 1 and formula.is_plain):
        return formula.render(cells.__getitem__)
    total = formula.render(lambda code: _scale_cell(cells[code], scales[code]))
    return f"({total})/{10**own.places}" if own else total


def _scale_cell(cell: str, scale: Scale | None) -> str:
    return f"({cell}*{10**scale.places})" if scale else cell


def _show_bands(sheet: Worksheet, row: int, column: int, indicator: Indicator, styles: FormStyles) -> None:
    """The highest band that the figure reaches; the last one may be all that lies below the others."""
    lowest = min((band.at_least for band in indicator.grading if band.at_least is not None), default=Decimal(0))
    for band in indicator.grading:
        criteria, bound = ("<", lowest) if band.at_least is None else (">=", band.at_least)
        shown = styles.band(band.word, is_share=indicator.kind.is_quotient)
        condition = {
            "type": "cell",
            "criteria": criteria,
            "value": str(simplify(bound)),
            "format": shown,
            "stop_if_true": True,
        }
        sheet.conditional_format(row, column, row, column, condition)


# Repeating tables, prose, instructions


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
    _set_up_page(sheet)


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
    return make_hint(_ask_kind(column.kind, column.scale), prompt, window=period.window)


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
    _set_up_page(sheet)


def _make_prose_hint(narrative: Narrative) -> Hint:
    longest = f"Tối đa {format_number(narrative.max_length)} ký tự."
    return Hint(longest, f"Dài quá: {longest.lower()}", longest=narrative.max_length)


_GENERAL_NOTES = (
    "Chỉ điền vào các ô nền vàng. Không đổi mã ở cột đầu; đổi tên trang tính, thêm hoặc ẩn dòng không ảnh hưởng.",
    "Ô trống nghĩa là chưa có số liệu. Nếu không phát sinh, ghi 0.",
    "Ô bắt buộc chưa ghi có nền vàng đậm hơn; ô cần xem lại có nền cam. Đầu trang có dòng cho biết số ô đó.",
    "Nếu Excel hỏi lại vì nội dung khác mẫu ghi, xem lại rồi chọn Có (Yes) để giữ hoặc Không (No) để sửa.",
    "Ghi con số chính xác, không ghi “hơn”, “gần”, “khoảng”. Mỗi ô một con số.",
    "Dấu chấm phân cách hàng nghìn, dấu phẩy là dấu thập phân: 1.234,5.",
    "Không ghi họ tên, số định danh, số điện thoại của cá nhân: biểu mẫu chỉ thu số lượng.",
    "Tài liệu có nội dung bí mật nhà nước không được soạn thảo, gửi qua hệ thống này.",
)


_NOTE_OF_MARK = (
    f"Cả mục không phát sinh thì đánh dấu x vào ô “{marks.NOTHING}” ở dòng tên mục và để trống các ô số liệu,"
    " bảng kê (nếu có) của mục."
)


_NOTE_OF_CONDITION = (
    "Dòng hoặc mục “chỉ ghi khi …” được để trống khi điều kiện không đúng; ô của dòng đó chuyển sang nền xám."
)


_NOTE_OF_SCALE = (
    "Ghi số liệu theo đơn vị tính in trên biểu. Số tính theo đơn vị khác thì ghi kèm đủ đơn vị, ví dụ {example} {unit}."
)


def _tell_scales(blank: Blank, asked: Iterable[Indicator]) -> Iterator[str]:
    """How to write figures that are asked in another unit than they are kept in."""
    tables = blank.programme.tables(blank.form, blank.unit, blank.period)
    columns = (column.scale for table in tables for column in table.columns)
    scale = next(filter(None, (*map(blank.form.find_scale, asked), *columns)), None)
    if scale:
        yield _NOTE_OF_SCALE.format(example=format_number(scale.store(Decimal("1.5"))), unit=scale.measured)


def _write_instructions(sheet: Worksheet, blank: Blank, styles: FormStyles) -> None:
    sheet.set_column(0, 0, 4)
    sheet.set_column(1, 1, 84)
    sheet.merge_range(0, 0, 0, 1, "HƯỚNG DẪN ĐIỀN BIỂU", styles.subject)
    asked = blank.programme.rows(blank.form, blank.unit, blank.period)
    notes = [*_GENERAL_NOTES, *([_NOTE_OF_MARK] if blank.form.list_markable(asked) else [])]
    notes += [_NOTE_OF_CONDITION] if any(blank.form.find_condition(row).on_form for row in asked) else []
    notes += [*_tell_scales(blank, asked), *_tell_bands(asked), *_tell_announced(blank, asked)]
    for row, note in enumerate([*notes, *(_fill_dates(note, blank.period) for note in blank.form.notes)], start=2):
        sheet.set_row(row, _height(note, 84))
        sheet.write_string(row, 0, str(row - 1), styles.centre)
        sheet.write_string(row, 1, note, styles.label)
    changed = tell_changes(blank.programme, blank.form)
    free = _write_part(sheet, "THAY ĐỔI CỦA BIỂU SO VỚI PHIÊN BẢN TRƯỚC", changed, styles, row + 2)
    _write_part(sheet, "CHẾ ĐỘ BÁO CÁO", _list_regime(blank.programme), styles, free)
    _set_up_page(sheet)


def _list_regime(programme: Programme) -> list[str]:
    return [f"{title}: {text}" for title, text in programme.regime.parts]


def _write_part(sheet: Worksheet, title: str, lines: Sequence[str], styles: FormStyles, first: int) -> int:
    """Lines under a title; nothing where there are none. Returns the row after the next blank one."""
    if not lines:
        return first
    sheet.merge_range(first, 0, first, 1, title, styles.subject)
    for row, line in enumerate(lines, start=first + 1):
        sheet.set_row(row, _height(line, 84))
        sheet.write_blank(row, 0, None, styles.centre)
        sheet.write_string(row, 1, line, styles.label)
    return first + len(lines) + 2


def _tell_bands(asked: Iterable[Indicator]) -> Iterator[str]:
    for indicator in asked:
        if indicator.bands:
            yield f"Xếp loại “{indicator.label}”: {'; '.join(indicator.bands)}."


def _tell_announced(blank: Blank, asked: Iterable[Indicator]) -> Iterator[str]:
    """The rules that only warn now, so that whoever fills in the form knows what will be refused and when."""
    codes = {indicator.code for indicator in asked}
    for rule in blank.form.rules:
        if rule.refuses_from and rule.is_announced(blank.period) and codes.issuperset(rule.requirement.codes):
            day = format_day(rule.refuses_from)
            yield f"{rule.message} Kỳ này chưa đúng thì chỉ bị nhắc; ở các kỳ chốt số liệu từ ngày {day} là lỗi."


def _fill_dates(note: str, period: Period) -> str:
    """Replaces {due}, {data_from} and {data_to} by the period's dates, so that a renewed programme shows its own."""
    dates = {
        "{due}": render_deadline(period.due),
        "{data_from}": format_day(period.data_from),
        "{data_to}": format_day(period.data_to),
    }
    for mark, text in dates.items():
        note = note.replace(mark, text)
    return note


def _write_identity(sheet: Worksheet, identity: marks.Identity) -> None:
    for row, (key, value) in enumerate(identity._asdict().items()):
        sheet.write_row(row, 0, [key, str(value)])
    sheet.very_hidden()


def _height(text: str, width: int) -> float:
    """The height in points of wrapped text in a column of `width` characters: no program fits rows on opening."""
    lines = sum(-(-len(line) * 5 // (width * 6)) for line in text.split("\n"))
    return 17.0 * max(lines, 1)


def _set_up_page(sheet: Worksheet) -> None:
    """A4, one page wide, page number in the footer; protected without a password; rows may be inserted."""
    sheet.set_paper(9)
    sheet.set_margins(left=0.6, right=0.4, top=0.6, bottom=0.6)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer('&C&"Times New Roman,Regular"&10Trang &P/&N')
    sheet.protect("", {"format_columns": True, "format_rows": True, "insert_rows": True, "autofilter": True})
