"""The sheet of figures of a blank form: its head, a row for each indicator, and what guides the cells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from chalicelib.domain.language.vietnamese import format_day, format_flag, render_deadline
from chalicelib.domain.programme.conditions import AskedWhen, parse_condition
from chalicelib.domain.programme.expressions import Sum
from chalicelib.domain.programme.kinds import Shape
from chalicelib.domain.programme.model import Indicator, Period, Section
from chalicelib.domain.programme.scales import Scale
from chalicelib.domain.values import Value, simplify
from chalicelib.workbook.form import marks
from chalicelib.workbook.form.blank import Blank, Lists
from chalicelib.workbook.form.conditions import Cells, tell_asked, tell_unasked
from chalicelib.workbook.form.guidance import (
    Guide,
    Hint,
    ask_kind,
    make_choice,
    make_hint,
    make_mark_hint,
    make_scaled_prompt,
    make_word_hint,
    tell_unmarked,
)
from chalicelib.workbook.form.styles import FormStyles, find_height, set_up_page
from chalicelib.workbook.reading.book import reference

_WIDTHS = {
    marks.CODE: 7, marks.NUMBER: 5, marks.LABEL: 52, marks.MEASURE_UNIT: 12, marks.VALUE: 14,
    marks.ESTIMATE: 7, marks.PREVIOUS: 12, marks.LAST_YEAR: 12, marks.REMARK: 22,
}  # fmt: skip
_HEADINGS = {
    marks.CODE: "Mã", marks.NUMBER: "TT", marks.LABEL: "Chỉ tiêu", marks.MEASURE_UNIT: "Đơn vị tính",
    marks.VALUE: "Số liệu", marks.ESTIMATE: "Ước", marks.PREVIOUS: "Kỳ trước",
    marks.LAST_YEAR: "Cùng kỳ năm trước", marks.REMARK: "Ghi chú",
}  # fmt: skip


def write_figures(sheet: Worksheet, blank: Blank, styles: FormStyles, lists: Lists) -> None:
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
    set_up_page(sheet)


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
        flags={each.code: place_by_code[each.code] for each in readable if each.kind.shape is Shape.FLAG},
        words={each.code: place_by_code[each.code] for each in readable if each.choices},
        numbers={each.code: place_by_code[each.code] for each in readable if not each.words},
    )


def _name_cell(row: int, column: int) -> str:
    return str(xl_rowcol_to_cell(row, column, row_abs=True, col_abs=True))


def _make_figure_hint(indicator: Indicator, blank: Blank, lists: Lists) -> Hint:
    if indicator.choices:
        return make_word_hint(indicator.choices, source=lists[indicator], prompt=indicator.prompt)
    scale, within = blank.form.find_scale(indicator), indicator.find_range(blank.unit.type)
    return make_hint(
        ask_kind(indicator.kind, scale), make_scaled_prompt(scale) if scale else indicator.prompt,
        window=blank.form.find_window(indicator.code, blank.period), estimates=blank.form.estimates,
        within=within and within.ask(scale), unit=blank.form.find_asked_unit(indicator),
    )  # fmt: skip


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
    sheet.set_row(3, find_height(blank.form.heading, 100) + 6)
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
            sheet.set_row(row, find_height(title, 100))
        sheet.merge_range(row, 0, row, last, title, styles.section)
        return
    mark = position[marks.VALUE]
    sheet.set_row(row, max(find_height(title, _WIDTHS[marks.LABEL]), find_height(marks.NOTHING, 9)))
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
    height = find_height(label, _WIDTHS[marks.LABEL] - (3 if indicator.part_of else 0))
    unit, scale = blank.form.find_asked_unit(indicator), blank.form.find_scale(indicator)
    sheet.set_row(row, max(height, find_height(unit, _WIDTHS[marks.MEASURE_UNIT])))
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
        sheet.write_number(row, column, float(scale.ask(value)), styles.scaled_previous)
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
        style = styles.total if indicator.kind.is_whole and not scale else styles.points
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
