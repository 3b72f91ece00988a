"""The sheets of figures: totals, unit × indicator, and listed names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby

from xlsxwriter.utility import xl_range, xl_range_abs, xl_rowcol_to_cell

from chalicelib.domain.language.vietnamese import format_flag
from chalicelib.domain.period import words
from chalicelib.domain.period.consolidation import Consolidation
from chalicelib.domain.period.totals import FigureState, Total, UnitFigure
from chalicelib.domain.programme.kinds import MEAN_PLACES, Method, Shape
from chalicelib.domain.programme.model import Indicator
from chalicelib.domain.values import Value
from chalicelib.report.plain import clean_text
from chalicelib.report.sheets import layout
from chalicelib.report.sheets.layout import Block, Layout
from chalicelib.report.sheets.styles import SheetWriter, number_format

FIGURE_STYLES = {FigureState.MISSING: "bad", FigureState.CONFLICT: "bad", FigureState.EMPTY: "doubtful"}
PERCENT = "0.0%"
_MOST_UPRIGHT = 6
"""Names of more units than these are written upwards, so that columns stay as narrow as their numbers."""
_NARROWEST, _WIDEST = 7.0, 9.5
"""A single amount of money is shrunk rather than that all columns are made as wide."""


def write_matrix(sheet: SheetWriter, consolidation: Consolidation, plan: Layout) -> None:
    """Rows are indicators, shaded over the units; columns are units by type, with a live sum after each type.

    On paper its letters would be too small to read; the appendices of the Word document have it in parts.
    """
    last = plan.last_column
    subtitle = f"{consolidation.period.name}. {_describe_marks(consolidation)}"
    sheet.heading("SỐ LIỆU THEO ĐƠN VỊ", subtitle=subtitle, is_printed=False)
    sheet.widths(7, 50, 11)
    top = layout.MATRIX_HEAD - 1 - plan.has_parents
    for column, label in enumerate(("Mã", "Chỉ tiêu", "Đơn vị tính")):
        sheet.raw.merge_range(top, column, layout.MATRIX_HEAD, column, "", sheet.styles.get("head"))
        sheet.text(top, column, label, style="head")
    for block in plan.blocks:
        _write_block_head(sheet, consolidation, plan, block, top)
    for row, entry in plan.rows:
        if isinstance(entry, Indicator):
            _write_indicator(sheet, consolidation, plan, row, entry)
        else:
            write_section(sheet, row, entry, last)
    sheet.height(layout.MATRIX_HEAD, 72)
    bottom = plan.rows[-1][0] if plan.rows else layout.MATRIX_HEAD + 1
    for state, style in FIGURE_STYLES.items():
        sheet.raw.conditional_format(
            layout.MATRIX_HEAD + 1, layout.FIRST_UNIT_COLUMN, bottom, last,
            {"type": "cell", "criteria": "==", "value": f'"{words.FIGURE[state]}"', "format": sheet.styles.get(style)},
        )  # fmt: skip
    sheet.freeze(layout.MATRIX_HEAD + 1, layout.FIRST_UNIT_COLUMN, head=top)


def _describe_marks(consolidation: Consolidation) -> str:
    """What stands for a figure, of what is there, and where each figure leads."""
    figures = consolidation.tally.figures
    states = {figure.state for by_unit in figures.values() for figure in by_unit.values()}
    marks = [f"“{words.FIGURE[FigureState.MISSING]}”: được yêu cầu mà chưa có bản nộp được tính"]
    notes = marks if FigureState.MISSING in states else []
    if any(len(by_unit) < len(consolidation.tally.units) for by_unit in figures.values()):
        notes = [*notes, "ô xám: đơn vị không phải báo cáo"]
    notes = [*notes, "màu xanh càng đậm, số càng lớn so với đơn vị khác"]
    return f"{'; '.join(notes).capitalize()}. Bấm vào con số để xem nguồn."


def _write_block_head(sheet: SheetWriter, consolidation: Consolidation, plan: Layout, block: Block, top: int) -> None:
    """The type of the units, the units above them if there are any, and the units."""
    name = consolidation.programme.unit_types[block.unit_type]
    sheet.raw.merge_range(top, block.first, top, block.sum_column, "", sheet.styles.get("head"))
    sheet.text(top, block.first, name, style="head")
    column = block.first
    for parent, units in groupby(block.units, plan.name_parent) if plan.has_parents else ():
        width = len(list(units))
        if width > 1:
            sheet.raw.merge_range(top + 1, column, top + 1, column + width - 1, "", sheet.styles.get("head"))
        sheet.text(top + 1, column, parent, style="head")
        column += width
    style = "turned" if len(block.units) > _MOST_UPRIGHT else "head"
    for column, unit in enumerate(block.units, start=block.first):
        sheet.text(layout.MATRIX_HEAD, column, unit.name, style=style)
    sheet.text(layout.MATRIX_HEAD, block.sum_column, "Cộng", style="head")
    widths = _find_widths(consolidation, block)
    sheet.widths(*[widths[0]] * len(block.units), widths[1], start=block.first)


def _find_widths(consolidation: Consolidation, block: Block) -> tuple[float, float]:
    """Column widths of the units and of their sum, by the longest number."""
    codes = {unit.code for unit in block.units}
    own = (figure for by_unit in consolidation.tally.figures.values() for figure in by_unit.values())
    figures = max((_count_letters(each.value, each.estimated) for each in own if each.unit in codes), default=0)
    totals = (total.find(block.unit_type) for total in consolidation.tally.totals.values())
    sums = max((_count_letters(total.value) for total in totals if total), default=0)
    return min(_WIDEST, max(_NARROWEST, figures + 1.0)), max(_NARROWEST, sums + 2.0)


def _count_letters(value: Value | None, is_estimated: bool = False) -> int:
    """About how many letters a number takes: its digits, a mark for each thousand, "(ước)"."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return 0
    digits = len(str(round(value, 2)))
    return digits + (digits - 1) // 3 + 6 * is_estimated


def write_section(sheet: SheetWriter, row: int, title: str, last: int) -> None:
    for column in range(last + 1):
        sheet.text(row, column, title if column == 0 else "", style="section")


def _write_indicator(
    sheet: SheetWriter, consolidation: Consolidation, plan: Layout, row: int, indicator: Indicator
) -> None:
    write_row_labels(sheet, row, indicator)
    figures = consolidation.tally.figures[indicator.code]
    subtotals = {total.unit_type: total for total in consolidation.tally.totals[indicator.code].subtotals}
    for block in plan.blocks:
        for column, unit in enumerate(block.units, start=block.first):
            figure = figures.get(unit.code)
            if figure is None:
                sheet.text(row, column, "", style="unasked")
            else:
                _write_figure(sheet, plan, row, column, indicator, figure)
        _write_sum(sheet, consolidation, plan, row, indicator, block, subtotals.get(block.unit_type))
        if indicator.is_drawable and len(block.units) > 1:
            sheet.shade(row, block.first, row, block.last)


def describe_measure(indicator: Indicator) -> str:
    """ "Cuộc họp (cuộc)"."""
    return f"{indicator.label} ({indicator.measure_unit})" if indicator.measure_unit else indicator.label


def write_row_labels(sheet: SheetWriter, row: int, indicator: Indicator) -> None:
    sheet.text(row, 0, indicator.code, style="code")
    sheet.text(row, 1, indicator.label, style="part" if indicator.part_of else "label")
    sheet.text(row, 2, indicator.measure_unit, style="centre")


def _write_figure(
    sheet: SheetWriter, plan: Layout, row: int, column: int, indicator: Indicator, figure: UnitFigure
) -> None:
    if source := plan.find_source(figure):
        sheet.link(row, column, *source, tip=clean_text(f"{figure.sheet}!{figure.cell}"))
    if figure.state is not FigureState.KNOWN:
        sheet.text(row, column, words.print_figure(figure, indicator), style="centre")
    else:
        write_value(sheet, row, column, indicator, figure)


def write_value(sheet: SheetWriter, row: int, column: int, indicator: Indicator, figure: UnitFigure) -> None:
    """Writes the value with its own type. The word of a band, or “ước”, stands in its number format, so it still adds
    up."""
    value = figure.value
    if isinstance(value, bool):
        sheet.text(row, column, format_flag(value), style="centre")
    elif isinstance(value, str):
        _write_text_value(sheet, row, column, indicator, value)
    elif value is not None:
        shown = PERCENT if indicator.kind.is_quotient else number_format(value)
        word = words.print_band(indicator, value) + (words.ESTIMATED if figure.estimated else "")
        marked = f'{shown}"{word}"' if word else shown
        sheet.number(row, column, value, "estimate" if figure.estimated else "shrunk", num_format=marked)


def _write_text_value(sheet: SheetWriter, row: int, column: int, indicator: Indicator, value: str) -> None:
    try:
        if indicator.kind.shape is Shape.DATE:
            sheet.day(row, column, date.fromisoformat(value))
            return
    except ValueError:
        pass  # not an ISO date: shown unchanged
    sheet.text(row, column, value, style="centre")


def _write_sum(
    sheet: SheetWriter,
    consolidation: Consolidation,
    plan: Layout,
    row: int,
    indicator: Indicator,
    block: Block,
    total: Total | None,
) -> None:
    if total is None:
        sheet.text(row, block.sum_column, "", style="unasked")
        return
    formula = make_formula(consolidation, plan, row, indicator, block)
    if formula:
        write_formula(sheet, row, block.sum_column, formula, indicator, total, style="total")
    elif indicator.kind.has_total:
        write_distinct(sheet, row, block.sum_column, total, style="total")
    else:
        sheet.text(row, block.sum_column, "", style="unasked")


def write_distinct(sheet: SheetWriter, row: int, column: int, total: Total, *, style: str) -> None:
    """A number of names, or the least that it is."""
    if total.value is None:
        sheet.text(row, column, f"≥ {total.at_least}" if total.at_least else "", style=style)
    else:
        sheet.number(row, column, total.value, style)


def write_formula(
    sheet: SheetWriter, row: int, column: int, formula: str, indicator: Indicator, total: Total, *, style: str
) -> None:
    """Writes a total as the formula that gives it."""
    if total.chosen:
        sheet.formula(row, column, formula, words.print_total(total, indicator.kind), "chosen")
    else:
        shown = PERCENT if indicator.kind.is_quotient else ""
        sheet.formula(row, column, formula, total.value, style, num_format=shown)


def make_formula(
    consolidation: Consolidation, plan: Layout, row: int, indicator: Indicator, block: Block, *, sheet: str = ""
) -> str:
    """The live formula of a subtotal; "" if the total is not a formula. Figures that nobody reported stay empty.

    `sheet` begins the addresses of the matrix' cells on another sheet.
    """
    cells = sheet + xl_range(row, block.first, row, block.last)
    if not indicator.kind.has_total:
        return ""
    if indicator.quotient:
        above, below = (plan.row_by_indicator.get(code) for code in indicator.quotient)
        return _make_ratio(block, above, below, sheet) if above is not None and below is not None else ""
    if indicator.kind.shape is Shape.FLAG:
        return f'=IF(COUNTIF({cells},"Có")+COUNTIF({cells},"Không")=0,"",COUNTIF({cells},"Có"))'
    if indicator.kind.method is Method.CHOICES:
        return _count_choices(cells, indicator)
    if indicator.kind.method is Method.NAMES:
        total = consolidation.tally.totals[indicator.code].headline
        listed = bool(
            total
            and total.value is not None
            and total.value == len(consolidation.tally.names)
            and len(plan.blocks) == 1
        )
        first = layout.NAMES_HEAD + 1
        names = xl_range_abs(first, 0, first + max(0, len(consolidation.tally.names) - 1), 0)
        return f"=COUNTA('{layout.NAMES}'!{names})" if listed and consolidation.tally.names else ""
    if indicator.kind.method is Method.WEIGHTED:
        base = plan.row_by_indicator.get(indicator.per)
        return (
            _make_weighted(cells, bases=sheet + xl_range(base, block.first, base, block.last))
            if base is not None
            else ""
        )
    added = f"ROUND(AVERAGE({cells}),{MEAN_PLACES})" if indicator.kind.method is Method.MEAN else f"SUM({cells})"
    return f'=IF(COUNT({cells})=0,"",{added})'


def _count_choices(cells: str, indicator: Indicator) -> str:
    """ "Tốt: 3; Khá: 2". Compared, not counted by COUNTIF: a choice may begin with a sign of its own."""
    counts = {choice: f'SUMPRODUCT(--({cells}="{choice}"))' for choice in indicator.choices}
    told = '&"; '.join(f'{choice}: "&{count}' for choice, count in counts.items())
    return f'=IF({"+".join(counts.values())}=0,"","{told})'


def _make_ratio(block: Block, above: int, below: int, sheet: str) -> str:
    """The ratio of the sums over the units that have both figures."""
    top, bottom = (sheet + xl_range(row, block.first, row, block.last) for row in (above, below))
    both = f"ISNUMBER({top})*ISNUMBER({bottom})"
    return f'=IFERROR(SUMPRODUCT({both},{top})/SUMPRODUCT({both},{bottom}),"")'


def _make_weighted(shares: str, *, bases: str) -> str:
    both = f"ISNUMBER({shares})*ISNUMBER({bases})"
    weighted = f"SUMPRODUCT({both},{shares},{bases})/SUMPRODUCT({both},{bases})"
    return f'=IFERROR(ROUND({weighted},{MEAN_PLACES}),"")'


TOTALS_FIRST = ("Mã", "Chỉ tiêu", "Đơn vị tính", "Cách tính", "Số chung")


def write_totals(sheet: SheetWriter, consolidation: Consolidation, plan: Layout) -> dict[str, str]:
    """Writes the totals by indicator; returns the absolute address of each headline, for the workbook's names."""
    leads = " Bấm vào số chung để mở trang của chỉ tiêu (cần tài khoản)." if plan.has_pages else ""
    subtitle = f"{consolidation.period.name}. {describe_headline(consolidation)}{leads}"
    sheet.heading("TỔNG HỢP SỐ LIỆU", subtitle=subtitle)
    shown = _Shown.find(consolidation)
    types = [consolidation.programme.unit_types[unit_type] for unit_type in shown.unit_types]
    labels = [*TOTALS_FIRST, *types, "Đơn vị có số liệu", *shown.labels]
    sheet.head(layout.MATRIX_HEAD, labels, height=48)
    sheet.widths(7, 70, 18, 17, 15, *[13.0] * len(types), 9, *(_SHORTFALL_WIDTHS[label] for label in shown.labels))
    places = {}
    for row, entry in plan.rows:
        if isinstance(entry, Indicator):
            _write_total_row(sheet, consolidation, plan, row, entry, shown)
            place = xl_rowcol_to_cell(row, layout.TOTALS_COLUMN, row_abs=True, col_abs=True)
            places[entry.code] = f"'{layout.TOTALS}'!{place}"
        else:
            write_section(sheet, row, entry, len(labels) - 1)
    sheet.freeze(layout.MATRIX_HEAD + 1, 2)
    bottom = plan.rows[-1][0] if plan.rows else layout.MATRIX_HEAD + 1
    for label, style in ((_MISSING, "bad"), (_ESTIMATED, "doubtful")):
        if label in labels:
            mark = {"type": "cell", "criteria": ">", "value": 0, "format": sheet.styles.get(style)}
            column = labels.index(label)
            sheet.raw.conditional_format(layout.MATRIX_HEAD + 1, column, bottom, column, mark)
    return places


_MISSING, _ESTIMATED, _WHO = words.FIGURE[FigureState.MISSING].capitalize(), "Ước", "Đơn vị thiếu"
_SHORTFALL_WIDTHS = {_MISSING: 8, _ESTIMATED: 8, _WHO: 34}
_MOST_NAMED = 3


@dataclass(frozen=True)
class _Shown:
    """The columns that only some editions have: unit types if there are several, and what falls short."""

    unit_types: tuple[str, ...]
    labels: tuple[str, ...]

    @staticmethod
    def find(consolidation: Consolidation) -> _Shown:
        types = consolidation.tally.unit_types
        totals = [each for total in consolidation.tally.totals.values() for each in total.subtotals]
        is_missing, is_estimated = any(each.missing for each in totals), any(each.estimated for each in totals)
        shown = {_MISSING: is_missing, _ESTIMATED: is_estimated, _WHO: is_missing}
        return _Shown(types if len(types) > 1 else (), tuple(label for label, is_there in shown.items() if is_there))


def describe_headline(consolidation: Consolidation) -> str:
    name = consolidation.programme.unit_types[consolidation.programme.headline].lower()
    if len(consolidation.tally.unit_types) < 2:
        return "Chỉ cộng những đơn vị đã có số liệu; chưa có số liệu không phải là số 0."
    return f"Số chung lấy theo loại đơn vị “{name}”; số của các loại khác để riêng, không cộng vào nhau."


def _write_total_row(
    sheet: SheetWriter, consolidation: Consolidation, plan: Layout, row: int, indicator: Indicator, shown: _Shown
) -> None:
    totals = consolidation.tally.totals[indicator.code]
    write_row_labels(sheet, row, indicator)
    sheet.text(row, 3, indicator.kind.name, style="centre")
    sheet.lead(row, layout.TOTALS_COLUMN, plan.find_page(indicator.code))
    write_linked(sheet, consolidation, plan, row, layout.TOTALS_COLUMN, indicator, totals.headline)
    for column, unit_type in enumerate(shown.unit_types, start=len(TOTALS_FIRST)):
        subtotal = totals.find(unit_type)
        if subtotal is not None:
            write_linked(sheet, consolidation, plan, row, column, indicator, subtotal, style="number")
        else:
            sheet.text(row, column, "", style="unasked")
    first = len(TOTALS_FIRST) + len(shown.unit_types)
    counted = totals.subtotals if totals.headline is None else (totals.headline,)
    sheet.number(row, first, sum(len(total.contributed) for total in counted))
    missing = [code for total in counted for code in total.missing]
    for column, label in enumerate(shown.labels, start=first + 1):
        if label == _WHO:
            sheet.text(row, column, _name_missing(consolidation, missing))
        else:
            estimated = sum(len(total.estimated) for total in counted)
            sheet.number(row, column, len(missing) if label == _MISSING else estimated)


def _name_missing(consolidation: Consolidation, missing: Sequence[str]) -> str:
    """The units without this figure. Many without any report are counted; the sheet of reporting names them."""
    if len(missing) > _MOST_NAMED and consolidation.reporting.silent.issuperset(missing):
        return f"{len(missing)} đơn vị chưa có báo cáo"
    return consolidation.tally.name_units(missing)


def write_linked(
    sheet: SheetWriter, consolidation: Consolidation, plan: Layout, row: int, column: int, indicator: Indicator,
    total: Total | None, style: str = "total",
) -> None:  # fmt: skip
    """Writes a total as a formula that refers to the matrix, if the units stand there."""
    if total is None or not indicator.kind.has_total:
        sheet.text(row, column, "", style="unasked")
        return
    block = plan.block_by_type[total.unit_type]
    if not make_formula(consolidation, plan, row, indicator, block):
        write_distinct(sheet, row, column, total, style=style)
        return
    place = xl_rowcol_to_cell(plan.row_by_indicator[indicator.code], block.sum_column)
    write_formula(sheet, row, column, f"='{layout.MATRIX}'!{place}", indicator, total, style=style)


def write_names(sheet: SheetWriter, consolidation: Consolidation) -> None:
    """Writes the names that units list, which indicators of kind `distinct` count."""
    table = next(table for table in consolidation.tables if table.names)
    codes = sorted({code for name in consolidation.tally.names for code in name.sums})
    breadth = consolidation.programme.breadth
    note = f"Mỗi tên một lần trong toàn {breadth}; các cột số cộng theo bảng kê của các đơn vị."
    sheet.heading(f"CÁC TÊN ĐÃ KÊ: {table.title.upper()}", subtitle=note, is_printed=False)
    labels = [table.column(code).label for code in (table.names[0], *codes)]
    sheet.head(layout.NAMES_HEAD, [labels[0], "Số đơn vị", *labels[1:], "Đơn vị kê"])
    sheet.widths(52, 11, *[14.0] * len(codes), 60)
    for row, name in enumerate(consolidation.tally.names, start=layout.NAMES_HEAD + 1):
        sheet.text(row, 0, name.name)
        sheet.number(row, 1, len(name.units))
        for column, code in enumerate(codes, start=2):
            value = name.sums[code]
            if value is None:
                sheet.text(row, column, "", style="centre")
            else:
                sheet.number(row, column, value)
        sheet.text(row, 2 + len(codes), ", ".join(consolidation.tally.unit_by_code[unit].name for unit in name.units))
    sheet.freeze(layout.NAMES_HEAD + 1, 1)


def iter_headline_names(places: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Defined names: TH_K01 is the headline of K01 (K01 alone would be a cell)."""
    for code, place in places.items():
        yield f"TH_{code}", f"={place}"
