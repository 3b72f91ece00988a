"""The sheets of figures: totals, unit × indicator, listed names, and the source of every figure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from xlsxwriter.utility import xl_range, xl_range_abs, xl_rowcol_to_cell

from chalicelib.domain.language.vietnamese import format_flag, format_moment
from chalicelib.domain.period import words
from chalicelib.domain.period.consolidation import Consolidation
from chalicelib.domain.period.totals import FigureState, Total, UnitFigure
from chalicelib.domain.programme.kinds import Method, Shape
from chalicelib.domain.programme.model import Indicator
from chalicelib.report.plain import clean_text
from chalicelib.report.sheets import layout
from chalicelib.report.sheets.layout import Block, Layout
from chalicelib.report.sheets.styles import SheetWriter, number_format

FIGURE_STYLES = {FigureState.MISSING: "bad", FigureState.CONFLICT: "bad", FigureState.EMPTY: "doubtful"}
PERCENT = "0.0%"


def write_matrix(sheet: SheetWriter, consolidation: Consolidation, plan: Layout) -> None:
    """Rows are indicators, columns are units by type, with a live sum after each type."""
    note = (
        f"“{words.FIGURE[FigureState.MISSING]}”: được yêu cầu mà chưa có bản nộp được tính; "
        "ô xám: đơn vị không phải báo cáo. Bấm vào con số để xem nguồn."
    )
    sheet.heading("SỐ LIỆU THEO ĐƠN VỊ", subtitle=f"{consolidation.period.name}. {note}")
    sheet.widths(7, 46, 14)
    for column, label in enumerate(("Mã", "Chỉ tiêu", "Đơn vị tính")):
        sheet.raw.merge_range(layout.MATRIX_HEAD - 1, column, layout.MATRIX_HEAD, column, "", sheet.styles.get("head"))
        sheet.text(layout.MATRIX_HEAD - 1, column, label, style="head")
    for block in plan.blocks:
        _write_block_head(sheet, consolidation, block)
    last = plan.blocks[-1].sum_column if plan.blocks else layout.FIRST_UNIT_COLUMN
    for row, entry in plan.rows:
        if isinstance(entry, Indicator):
            _write_indicator(sheet, consolidation, plan, row, entry)
        else:
            _write_section(sheet, row, entry, last)
    sheet.height(layout.MATRIX_HEAD, 32)
    sheet.freeze(layout.MATRIX_HEAD + 1, layout.FIRST_UNIT_COLUMN)
    sheet.raw.repeat_columns(0, layout.FIRST_UNIT_COLUMN - 1)
    if last > 20:
        sheet.raw.fit_to_pages(0, 0)
    bottom = plan.rows[-1][0] if plan.rows else layout.MATRIX_HEAD + 1
    for state, style in FIGURE_STYLES.items():
        sheet.raw.conditional_format(
            layout.MATRIX_HEAD + 1, layout.FIRST_UNIT_COLUMN, bottom, last,
            {"type": "cell", "criteria": "==", "value": f'"{words.FIGURE[state]}"', "format": sheet.styles.get(style)},
        )  # fmt: skip


def _write_block_head(sheet: SheetWriter, consolidation: Consolidation, block: Block) -> None:
    name = consolidation.programme.unit_types[block.unit_type]
    sheet.raw.merge_range(
        layout.MATRIX_HEAD - 1, block.first, layout.MATRIX_HEAD - 1, block.sum_column, "", sheet.styles.get("head")
    )
    sheet.text(layout.MATRIX_HEAD - 1, block.first, name, style="head")
    for column, unit in enumerate(block.units, start=block.first):
        sheet.text(layout.MATRIX_HEAD, column, unit.name, style="head")
    sheet.text(layout.MATRIX_HEAD, block.sum_column, "Cộng", style="head")
    sheet.widths(*[10.0] * len(block.units), 12.0, start=block.first)


def _write_section(sheet: SheetWriter, row: int, title: str, last: int) -> None:
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


def write_row_labels(sheet: SheetWriter, row: int, indicator: Indicator) -> None:
    sheet.text(row, 0, indicator.code, style="code")
    sheet.text(row, 1, indicator.label, style="part" if indicator.part_of else "label")
    sheet.text(row, 2, indicator.measure_unit, style="centre")


def _write_figure(
    sheet: SheetWriter, plan: Layout, row: int, column: int, indicator: Indicator, figure: UnitFigure
) -> None:
    source = plan.source_row.get((figure.indicator, figure.unit))
    if source is not None and plan.has_links:
        place = xl_rowcol_to_cell(source, 0)
        tip = clean_text(f"{figure.sheet}!{figure.cell}")
        sheet.raw.write_url(row, column, f"internal:'{layout.SOURCES}'!{place}", tip=tip)
    if figure.state is not FigureState.KNOWN:
        sheet.text(row, column, words.FIGURE[figure.state], style="centre")
    else:
        write_value(sheet, row, column, indicator, figure)


def write_value(sheet: SheetWriter, row: int, column: int, indicator: Indicator, figure: UnitFigure) -> None:
    """Writes the value with its own type. An estimate carries “ước” in its number format, so it still adds up."""
    value = figure.value
    if isinstance(value, bool):
        sheet.text(row, column, format_flag(value), style="centre")
    elif isinstance(value, str):
        _write_text_value(sheet, row, column, indicator, value)
    elif value is not None:
        shown = PERCENT if indicator.kind.is_quotient else number_format(value)
        marked = f'{shown}" (ước)"' if figure.estimated else shown
        sheet.number(row, column, value, "estimate" if figure.estimated else "number", num_format=marked)


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
    shown = PERCENT if indicator.kind.is_quotient else ""
    if formula:
        sheet.formula(row, block.sum_column, formula, total.value, num_format=shown)
    elif indicator.kind.has_total:
        sheet.text(row, block.sum_column, describe_distinct(total), style="total")
    else:
        sheet.text(row, block.sum_column, "", style="unasked")


def describe_distinct(total: Total) -> str:
    """The bounds of a number of names that is not known exactly."""
    return f"≥ {total.at_least}" if total.at_least else ""


def make_formula(consolidation: Consolidation, plan: Layout, row: int, indicator: Indicator, block: Block) -> str:
    """The live formula of a subtotal; "" if the total is not a formula. Figures that nobody reported stay empty."""
    cells = xl_range(row, block.first, row, block.last)
    if not indicator.kind.has_total:
        return ""
    if indicator.quotient:
        above, below = (plan.row_by_indicator.get(code) for code in indicator.quotient)
        return _make_ratio(block, above, below) if above is not None and below is not None else ""
    if indicator.kind.shape is Shape.FLAG:
        return f'=IF(COUNTIF({cells},"Có")+COUNTIF({cells},"Không")=0,"",COUNTIF({cells},"Có"))'
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
    return f'=IF(COUNT({cells})=0,"",SUM({cells}))'


def _make_ratio(block: Block, above: int, below: int) -> str:
    """The ratio of the sums over the units that have both figures."""
    top, bottom = (xl_range(row, block.first, row, block.last) for row in (above, below))
    both = f"ISNUMBER({top})*ISNUMBER({bottom})"
    return f'=IFERROR(SUMPRODUCT({both},{top})/SUMPRODUCT({both},{bottom}),"")'


def write_totals(sheet: SheetWriter, consolidation: Consolidation, plan: Layout) -> dict[str, str]:
    """Writes the totals by indicator; returns the absolute address of each headline, for the workbook's names."""
    sheet.heading("TỔNG HỢP SỐ LIỆU", subtitle=f"{consolidation.period.name}. {describe_headline(consolidation)}")
    types = [consolidation.programme.unit_types[unit_type] for unit_type in consolidation.tally.unit_types]
    labels = ["Mã", "Chỉ tiêu", "Đơn vị tính", "Cách tính", "Số chung", *types]
    counted = (words.FIGURE[state].capitalize() for state in (FigureState.KNOWN, FigureState.MISSING))
    labels += [*counted, "Ước", "Đơn vị thiếu"]
    sheet.head(layout.MATRIX_HEAD, labels, height=32)
    sheet.widths(7, 62, 16, 17, 15, *[13.0] * len(types), 9, 8, 8, 34)
    places = {}
    for row, entry in plan.rows:
        if isinstance(entry, Indicator):
            _write_total_row(sheet, consolidation, plan, row, entry)
            places[entry.code] = f"'{layout.TOTALS}'!{xl_rowcol_to_cell(row, 4, row_abs=True, col_abs=True)}"
        else:
            _write_section(sheet, row, entry, len(labels) - 1)
    sheet.freeze(layout.MATRIX_HEAD + 1, 2)
    bottom = plan.rows[-1][0] if plan.rows else layout.MATRIX_HEAD + 1
    counts = 5 + len(types)
    for column, style in ((counts + 1, "bad"), (counts + 2, "doubtful")):
        sheet.raw.conditional_format(
            layout.MATRIX_HEAD + 1, column, bottom, column,
            {"type": "cell", "criteria": ">", "value": 0, "format": sheet.styles.get(style)},
        )  # fmt: skip
    return places


def describe_headline(consolidation: Consolidation) -> str:
    name = consolidation.programme.unit_types[consolidation.programme.headline].lower()
    if len(consolidation.tally.unit_types) < 2:
        return "Chỉ cộng những đơn vị đã có số liệu; chưa có số liệu không phải là số 0."
    return f"Số chung lấy theo loại đơn vị “{name}”; số của các loại khác để riêng, không cộng vào nhau."


def _write_total_row(
    sheet: SheetWriter, consolidation: Consolidation, plan: Layout, row: int, indicator: Indicator
) -> None:
    totals = consolidation.tally.totals[indicator.code]
    write_row_labels(sheet, row, indicator)
    sheet.text(row, 3, indicator.kind.name, style="centre")
    _write_linked(sheet, consolidation, plan, row, 4, indicator, totals.headline)
    subtotals = {total.unit_type: total for total in totals.subtotals}
    for column, unit_type in enumerate(consolidation.tally.unit_types, start=5):
        if unit_type in subtotals:
            _write_linked(sheet, consolidation, plan, row, column, indicator, subtotals[unit_type], style="number")
        else:
            sheet.text(row, column, "", style="unasked")
    column = 5 + len(consolidation.tally.unit_types)
    shown = totals.subtotals if totals.headline is None else (totals.headline,)
    for offset, count in enumerate((
        sum(len(total.contributed) for total in shown),
        sum(len(total.missing) for total in shown),
        sum(len(total.estimated) for total in shown),
    )):  # fmt: skip
        sheet.number(row, column + offset, count)
    missing = [consolidation.tally.unit_by_code[unit].name for total in shown for unit in total.missing]
    sheet.text(row, column + 3, ", ".join(missing))


def _write_linked(
    sheet: SheetWriter, consolidation: Consolidation, plan: Layout, row: int, column: int, indicator: Indicator,
    total: Total | None, style: str = "total",
) -> None:  # fmt: skip
    """Writes a total as a formula that refers to the matrix, if the units stand there."""
    if total is None or not indicator.kind.has_total:
        sheet.text(row, column, "", style="unasked")
        return
    block = plan.block_by_type[total.unit_type]
    if not make_formula(consolidation, plan, row, indicator, block):
        sheet.text(row, column, describe_distinct(total), style=style)
        return
    place = xl_rowcol_to_cell(plan.row_by_indicator[indicator.code], block.sum_column)
    shown = PERCENT if indicator.kind.is_quotient else ""
    sheet.formula(row, column, f"='{layout.MATRIX}'!{place}", total.value, style, num_format=shown)


def write_names(sheet: SheetWriter, consolidation: Consolidation) -> None:
    """Writes the names that units list, which indicators of kind `distinct` count."""
    table = next(table for table in consolidation.tables if table.names)
    codes = sorted({code for name in consolidation.tally.names for code in name.sums})
    note = "Mỗi tên một lần trong toàn tỉnh; các cột số cộng theo bảng kê của các đơn vị."
    sheet.heading(f"CÁC TÊN ĐÃ KÊ: {table.title.upper()}", subtitle=note)
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


SOURCE_STYLES = {0: "code", 2: "code", 5: "code", 10: "code", 12: "mono", 13: "mono"}
SOURCE_LABELS = ("Mã", "Chỉ tiêu", "Mã đơn vị", "Đơn vị", "Số liệu", "Ước", "Biểu", "Bản nộp", "Tệp", "Trang tính", "Ô",
                 "Nhận lúc", "Mã lượt nộp", "SHA-256 của tệp")  # fmt: skip


def write_sources(sheet: SheetWriter, consolidation: Consolidation, plan: Layout) -> None:
    """One row per figure: the submission, file, sheet and cell that it was read from."""
    sheet.heading(
        "NGUỒN CỦA TỪNG SỐ LIỆU", subtitle="Mỗi dòng là một ô trong tệp của đơn vị; tỷ lệ tính từ hai dòng của nó."
    )
    source_labels = [*SOURCE_LABELS, *(["Ghi chú"] if consolidation.reporting.has_confirmed else [])]
    sheet.head(layout.SOURCES_HEAD, source_labels)
    sheet.widths(
        7, 60, 10, 16, 14, 6, 17, 8, 30, 16, 7, 17, 34, 66, *[26.0] * (len(source_labels) - len(SOURCE_LABELS))
    )
    labels = {indicator.code: indicator for indicator in consolidation.tally.indicators}
    for row, figure in enumerate(plan.sources, start=layout.SOURCES_HEAD + 1):
        indicator, status = labels[figure.indicator], consolidation.reporting.status_by_key[figure.unit, figure.form]
        cells = _describe_source(consolidation, figure, indicator)
        for column, text in cells.items():
            if column < len(source_labels):
                sheet.text(row, column, text, style=SOURCE_STYLES.get(column, "label"))
        write_value(sheet, row, 4, indicator, figure)
        sheet.number(row, 7, status.revision)
    last = layout.SOURCES_HEAD + max(1, len(plan.sources))
    sheet.freeze(layout.SOURCES_HEAD + 1, 2)
    sheet.raw.print_area(0, 0, last, 11)
    sheet.raw.autofilter(layout.SOURCES_HEAD, 0, last, len(source_labels) - 1)
    sheet.raw.conditional_format(
        layout.SOURCES_HEAD + 1, 5, last, 5,
        {"type": "cell", "criteria": "==", "value": '"ước"', "format": sheet.styles.get("doubtful")},
    )  # fmt: skip


def _describe_source(consolidation: Consolidation, figure: UnitFigure, indicator: Indicator) -> dict[int, str]:
    """The texts of one row, by column."""
    status = consolidation.reporting.status_by_key[figure.unit, figure.form]
    return {
        0: figure.indicator, 1: indicator.label, 2: figure.unit, 3: consolidation.tally.unit_by_code[figure.unit].name,
        5: "ước" if figure.estimated else "", 6: figure.form, 8: status.file_name, 9: figure.sheet, 10: figure.cell,
        11: format_moment(status.received) if status.received else "", 12: status.upload_id, 13: status.sha256,
        14: words.CONFIRMED if figure.confirmed else "",
    }  # fmt: skip


def iter_headline_names(places: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Defined names: TH_K01 is the headline of K01 (K01 alone would be a cell)."""
    for code, place in places.items():
        yield f"TH_{code}", f"={place}"
