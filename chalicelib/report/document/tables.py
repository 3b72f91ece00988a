"""The tables of the Word document's appendices: figures by unit, targets by unit, the lists that units enclose."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chalicelib.domain.language.vietnamese import format_count, format_number, render_value
from chalicelib.domain.period import words
from chalicelib.domain.period.consolidation import Consolidation
from chalicelib.domain.period.figures import UnitRow
from chalicelib.domain.period.subtotals import UnitsBelow, sum_below
from chalicelib.domain.period.targets import PROVINCE, TargetState, UnitResult
from chalicelib.domain.period.totals import FigureState, Total, UnitFigure
from chalicelib.domain.programme.kinds import Kind, Method
from chalicelib.domain.programme.model import Column, Indicator, Table, Unit
from chalicelib.domain.values import add_known, read_number
from chalicelib.report.document.groups import BY_UNIT_ABOVE, MOST_ROWS, MOST_UNITS, list_groups, name_group, say_counts
from chalicelib.report.plain import clean_text
from chalicelib.report.sheets.layout import TARGETS, Block, Layout
from chalicelib.report.sheets.status import describe_result, target_units

UNITS_PER_TABLE = 13
"""At most so many units per table on a landscape A4 page; more units go into further tables."""

_MANY_UNITS = 2 * UNITS_PER_TABLE
_HEAD_LINES = 5
"""What stands above the figures of a table: its name, its head, its first section."""

_SUM, _FURTHER = "Cộng", " (tiếp theo)"
_IN_WORKBOOK = "(số liệu từng đơn vị ở sổ tổng hợp Excel kèm theo)"
_LINES_IN_WORKBOOK = "(từng dòng ở sổ tổng hợp Excel kèm theo)"
_TARGETS_IN_WORKBOOK = f"Từng đơn vị có ở trang “{TARGETS}” của sổ tổng hợp Excel kèm theo"
_ROOM_CM, _AROUND_CM = 16.2, 0.2
"""The room beside the fixed columns, and what a cell needs around its text."""

_WIDTH_CM = {".": 0.075, ",": 0.075}
_DIGIT_CM = 0.15
_CAPITAL_CM, _LETTER_CM = 0.22, 0.16
"""Widths of characters at 8.5 pt; those of names are bold."""
_BREAK = "\N{ZERO WIDTH SPACE}"
_MEANINGS = {
    words.FIGURE[FigureState.MISSING]: f"“{words.FIGURE[FigureState.MISSING]}”: chưa có báo cáo được tính",
    words.FIGURE[FigureState.EMPTY]: f"“{words.FIGURE[FigureState.EMPTY]}”: đã báo cáo nhưng không ghi số này",
    words.FIGURE[FigureState.CONFLICT]: f"“{words.FIGURE[FigureState.CONFLICT]}”: hai biểu của đơn vị ghi khác nhau",
    words.ESTIMATED: f"“{words.ESTIMATED.strip()}”: số ước",
    "≥": "“≥”: ít nhất",
}
"""What the words in cells mean."""

_BASIS = re.compile(r"\s*\((?:[^()]*\bmục [IVX\d][^()]*|ngoài Chương trình|[^()]*cần xác nhận)\)$")
"""Ends the title of a section."""

_INDENT = "\N{NO-BREAK SPACE}\N{NO-BREAK SPACE}- "
_AMONG = re.compile(r"trong đó(?P<how>,[^:]*)?:\s*", re.IGNORECASE)
"""Begins the label of a part in many a programme: "Trong đó, theo loại: …"."""


def show_figure(consolidation: Consolidation, figure: UnitFigure | None) -> str:
    """A unit's figure in a table: "1.234", "12 (ước)", "Có", a date, "thiếu"; "" if the unit is not asked for it."""
    if figure is None:
        return ""
    return clean_text(words.print_figure(figure, consolidation.programme.indicator_by_code[figure.indicator]))


# Figures by unit


@dataclass(frozen=True)
class FigureColumn:
    """The figures of one unit, or the sums over `units` below the same unit above."""

    head: str
    units: tuple[str, ...]
    is_sum: bool = False


def tabulate_figures(consolidation: Consolidation) -> Iterator[dict[str, Any]]:
    """The unit × indicator table, split into as many tables as the units need.

    No number and no name is broken: indicators with numbers too long for a table of all units have tables of fewer
    units, after the others. Units that have reported nothing have no column, and figures that are nought everywhere no
    row: `explain_figures` says so. Units below others that need more than one table are summed for each unit above.
    Beyond `MOST_UNITS` the table would be too long to read: the document then shows only the sums. In both cases the
    workbook shows the units.
    """
    for block in Layout(consolidation).blocks:
        name, columns = consolidation.programme.unit_types[block.unit_type], _list_columns(consolidation, block)
        are_sums = any(column.is_sum for column in columns)
        told = frozenset(each.code for each in _list_told(consolidation, block) if each.kind.has_total or not are_sums)
        if len(columns) > MOST_UNITS:
            shown = _tabulate_units(consolidation, block, (), codes=told, is_last=True)
            yield shown | {"loai": f"{name} {_IN_WORKBOOK}"}
            continue
        name, note = (f"{name} {BY_UNIT_ABOVE}", f" {_IN_WORKBOOK}") if are_sums else (name, "")
        for codes, size in _find_sizes(consolidation, block, columns, told=told):
            for start in range(0, len(columns), size):
                chosen, is_last = columns[start : start + size], 1 < len(columns) <= start + size
                shown = _tabulate_units(consolidation, block, chosen, codes=codes, is_last=is_last)
                yield shown | {"loai": name + note}
                note = _FURTHER


def explain_figures(consolidation: Consolidation, tables: Sequence[Mapping[str, Any]]) -> str:
    """The words in the tables' cells that need one, and what the tables leave out; "" if there is nothing to say."""
    rows = [(row["o"], table["cot"]) for table in tables for row in table["dong"] if not row["la_muc"]]
    cells = {cell for own, _ in rows for cell in own}
    blocks = Layout(consolidation).blocks
    shown = {unit for block in blocks for column in _list_columns(consolidation, block) for unit in column.units}
    silent = [unit.code for block in blocks for unit in _list_silent(consolidation, block) if unit.code not in shown]
    told = [text for sign, text in _MEANINGS.items() if any(sign in cell for cell in cells)]
    if any(not cell and head != _SUM for own, heads in rows for cell, head in zip(own, heads, strict=True)):
        told.append("ô trống: đơn vị không phải báo cáo")
    if silent and len(silent) <= MOST_UNITS:
        told.append(f"chưa có báo cáo, không có cột trong bảng: {consolidation.tally.name_units(silent)}")
    if any(len(_list_told(consolidation, block)) < len(_list_asked(consolidation, block)) for block in blocks):
        told.append("chỉ tiêu mà các đơn vị đều báo cáo bằng 0 hoặc để trống không ghi trong bảng")
    said = "; ".join(told)
    return f"{said[:1].upper()}{said[1:]}." if said else ""


def _list_columns(consolidation: Consolidation, block: Block) -> list[FigureColumn]:
    units = _list_heard(consolidation, block)
    if len(units) > UNITS_PER_TABLE and all(unit.parent for unit in units):
        missing = Counter(unit.parent for unit in _list_silent(consolidation, block))
        parents = dict.fromkeys(unit.parent for unit in units)
        return [_sum_below(consolidation, block, above, missing=missing[above]) for above in parents]
    return [FigureColumn(consolidation.tally.name_shortly(unit.code), (unit.code,)) for unit in units]


def _sum_below(consolidation: Consolidation, block: Block, above: str, *, missing: int) -> FigureColumn:
    """The head says how many units the sums lack."""
    name = consolidation.programme.name_unit(above)
    head = f"{name} (thiếu {format_count(missing)} đơn vị)" if missing else name
    return FigureColumn(head, tuple(unit.code for unit in block.units if unit.parent == above), is_sum=True)


def _list_silent(consolidation: Consolidation, block: Block) -> list[Unit]:
    """The units that are asked for figures and of which no report counts."""
    asked = {unit for own in consolidation.tally.figures.values() for unit in own}
    silent = asked.difference(unit.code for unit in _list_heard(consolidation, block))
    return [unit for unit in block.units if unit.code in silent]


def _list_heard(consolidation: Consolidation, block: Block) -> list[Unit]:
    """The units of which a report counts."""
    return [unit for unit in block.units if unit.code in consolidation.tally.heard]


def _list_asked(consolidation: Consolidation, block: Block) -> list[Indicator]:
    own = {unit.code for unit in _list_heard(consolidation, block)}
    figures = consolidation.tally.figures
    return [each for each in consolidation.tally.indicators if own & figures[each.code].keys()]


def _list_told(consolidation: Consolidation, block: Block) -> list[Indicator]:
    """The indicators that are not nought in all of the units' reports."""
    own, figures = {unit.code for unit in _list_heard(consolidation, block)}, consolidation.tally.figures
    return [
        indicator for indicator in _list_asked(consolidation, block)
        if not all(_is_nought(figure) for unit, figure in figures[indicator.code].items() if unit in own)
    ]  # fmt: skip


def _is_nought(figure: UnitFigure) -> bool:
    """Whether there is nothing to tell: 0, "không", an optional figure that is left empty, a share of nought."""
    return figure.state is FigureState.EMPTY or (figure.state is FigureState.KNOWN and not figure.value)


def _find_sizes(
    consolidation: Consolidation, block: Block, columns: Sequence[FigureColumn], *, told: frozenset[str]
) -> list[tuple[frozenset[str], int]]:
    """Indicators by the number of units in a table of theirs; beside the units stands the column of sums. Where many
    units have few figures, all stand in the same tables, so that there are fewer."""
    widths = {
        each.code: max(map(_measure, _fill_row(consolidation, block, columns, each, is_last=True)))
        for each in consolidation.tally.indicators if each.code in told
    }  # fmt: skip
    head = max((_measure_head(column.head) for column in columns), default=0)

    def fit(codes: frozenset[str]) -> int:
        return _share_evenly(len(columns), most=int(_ROOM_CM / max(head, *(widths[code] for code in codes))) - 1)

    size = _share_evenly(len(columns), most=min(UNITS_PER_TABLE, int(_ROOM_CM / head) - 1 if head else 1))
    narrow = frozenset(code for code, width in widths.items() if width <= _ROOM_CM / (size + 1))
    wide = frozenset(widths) - narrow
    parts = [(narrow, size)] * bool(narrow) + ([(wide, fit(wide))] if wide else [])
    if len(parts) > 1 and len(columns) > _MANY_UNITS:
        together = [(narrow | wide, fit(narrow | wide))]
        return min(parts, together, key=lambda each: _count_lines(each, len(columns)))
    return parts


def _count_lines(parts: Sequence[tuple[frozenset[str], int]], columns: int) -> int:
    return sum(-(-columns // size) * (len(codes) + _HEAD_LINES) for codes, size in parts)


def _share_evenly(count: int, *, most: int) -> int:
    """How many stand in each of as few tables as hold them."""
    tables = -(-count // max(1, most)) or 1
    return -(-count // tables) or 1


def _measure(cell: str) -> float:
    """The width in cm that the numbers of a cell need to stand unbroken."""
    numbers = (word for word in cell.split() if word.replace(".", "").replace(",", "").isdigit())
    return max((sum(_WIDTH_CM.get(sign, _DIGIT_CM) for sign in each) for each in numbers), default=0) + _AROUND_CM


def _measure_head(name: str) -> float:
    """The width in cm that the words of a unit's name need to stand unbroken."""
    words_of_name = _break_at_and(name).replace(_BREAK, " ").split()
    return max(sum(_CAPITAL_CM if sign.isupper() or sign == "&" else _LETTER_CM for sign in each)
               for each in words_of_name) + _AROUND_CM  # fmt: skip


def _break_at_and(name: str) -> str:
    """ "VHTT&DL" may be broken behind "&"."""
    return name.replace("&", f"&{_BREAK}")


def _tabulate_units(
    consolidation: Consolidation, block: Block, columns: Sequence[FigureColumn], *, codes: frozenset[str], is_last: bool
) -> dict[str, Any]:
    """`codes` are the indicators in the table; `is_last` adds the sums."""
    rows: list[dict[str, Any]] = []
    for section in consolidation.tally.sections:
        own = [each for each in section.indicators if each.code in codes]
        if own:
            rows.append({"la_muc": True, "ten": section.window.print_below(name_briefly(section.title))})
        for number, name, indicator in _number(own):
            cells = _fill_row(consolidation, block, columns, indicator, is_last=is_last)
            rows.append({"la_muc": False, "ma": indicator.code, "tt": number, "ten": name} | {
                "dvt": indicator.measure_unit, "o": cells,
            })  # fmt: skip
    return {
        "cot": [_break_at_and(column.head) for column in columns] + ([_SUM] if is_last else []),
        "so_cot": 3 + len(columns) + is_last,
        "dong": rows,
    }


def name_briefly(title: str) -> str:
    """The title of a section without the basis that forms tell their senders: "… (mục II.1)"."""
    return _BASIS.sub("", title)


def _number(indicators: Sequence[Indicator]) -> Iterator[tuple[str, str, Indicator]]:
    """Each with its number within the table's section and its name; one that is part of another is set in below it."""
    number, begun = 0, set[tuple[str, str]]()
    own = {each.code: each for each in indicators}
    for each in indicators:
        among = _AMONG.match(each.label)
        kind, name = (among["how"] or "", each.label[among.end() :]) if among else ("", each.label)
        if whole := own.get(each.part_of):
            name = name.removeprefix(whole.label.partition(": ")[0] + ": ")
            yield "", _INDENT + ("" if (each.part_of, kind) in begun else f"Trong đó{kind}: ") + name, each
            begun.add((each.part_of, kind))
        else:
            number += 1
            yield str(number), name[:1].upper() + name[1:], each


def _fill_row(
    consolidation: Consolidation, block: Block, columns: Sequence[FigureColumn], indicator: Indicator, *, is_last: bool
) -> list[str]:
    cells = [_fill_cell(consolidation, column, indicator) for column in columns]
    return [*cells, _show_total(consolidation, block, indicator)] if is_last else cells


def _fill_cell(consolidation: Consolidation, column: FigureColumn, indicator: Indicator) -> str:
    if column.is_sum:
        return show_sum(consolidation, column.units, indicator)
    return show_figure(consolidation, consolidation.tally.figures[indicator.code].get(column.units[0]))


def show_sum(consolidation: Consolidation, codes: Sequence[str], indicator: Indicator) -> str:
    """The sum over units of one type in a table, or why there is none."""
    units = tuple(consolidation.tally.unit_by_code[code] for code in codes)
    total = sum_below(consolidation.tally, indicator, UnitsBelow("", units))
    shown = words.print_total(total, indicator.kind)
    return shown + (words.ESTIMATED if total.estimated else "") if shown else _say_why_unknown(total, indicator.kind)


def _say_why_unknown(total: Total, kind: Kind) -> str:
    if kind.is_quotient and (total.contributed or total.empty):
        return words.NO_QUOTIENT
    state = FigureState.MISSING if total.missing else FigureState.EMPTY
    return words.FIGURE[state] if total.asked else ""


def _show_total(consolidation: Consolidation, block: Block, indicator: Indicator) -> str:
    total = consolidation.tally.totals[indicator.code].find(block.unit_type)
    return words.print_total(total, indicator.kind)


# Targets, lists


def tabulate_targets(consolidation: Consolidation) -> dict[str, Any]:
    """Units × targets, each target by its name; no row where they ask nothing of anyone. Of more than `MOST_ROWS`
    units each group has a row."""
    is_for_anyone = any(result.concerns_any for result in consolidation.targets)
    units = target_units(consolidation) if is_for_anyone else []
    rows = _group_targets(consolidation, units) if len(units) > MOST_ROWS else [(name, [code]) for code, name in units]
    found = [{each.unit: each for each in result.units} for result in consolidation.targets]
    lines = [
        {"tt": str(number), "don_vi": name, "o": [_show_results([own[code] for code in codes if code in own])
                                                  for own in found]}
        for number, (name, codes) in enumerate(rows, start=1)
    ]  # fmt: skip
    if len(units) > MOST_ROWS:
        lines.append({"tt": "", "don_vi": _TARGETS_IN_WORKBOOK, "o": [""] * len(found)})
    return {"cot": [result.target.title for result in consolidation.targets], "dong": lines}


def _group_targets(consolidation: Consolidation, units: Sequence[tuple[str, str]]) -> list[tuple[str, Sequence[str]]]:
    """The groups with their names; last what is no unit's own, which is the whole."""
    programme = consolidation.programme
    codes = {code for code, _ in units}
    groups = list_groups(programme, (unit for unit in programme.units if unit.code in codes))
    whole: list[tuple[str, Sequence[str]]] = [(name, [code]) for code, name in units if code == PROVINCE]
    return [(name_group(programme, each), each.codes) for each in groups] + whole


def _show_results(results: Sequence[UnitResult]) -> str:
    """One with its figures, several by how many have reached what."""
    if len(results) == 1:
        return _show_result(results[0])
    return say_counts((words.TARGET[each.state] for each in results), order=words.TARGET.values()) if results else ""


def _show_result(result: UnitResult) -> str:
    """A unit without any figure has only the word for it."""
    is_unknown = result.state is TargetState.UNKNOWN and all(each.value is None for each in result.conditions)
    return words.TARGET[result.state] if is_unknown else describe_result(result)


def tabulate_lists(consolidation: Consolidation) -> Iterator[dict[str, Any]]:
    """The lists that units have enclosed, one table each; none that is empty. Of more than `MOST_ROWS` lines it is told
    how many each group has enclosed, and what they add up to."""
    for table in consolidation.tables:
        lines = consolidation.rows[table.code]
        if len(lines) > MOST_ROWS:
            yield _add_up_list(consolidation, table)
        elif lines:
            yield {"ten": table.title, "cot": [_head(each) for each in table.columns],
                   "dong": list(_list_rows(consolidation, table))}  # fmt: skip


def _add_up_list(consolidation: Consolidation, table: Table) -> dict[str, Any]:
    programme, lines = consolidation.programme, defaultdict[str, list[UnitRow]](list)
    for line in consolidation.rows[table.code]:
        lines[line.unit].append(line)
    added = [column for column in table.columns if column.kind.method is Method.SUM]
    groups = list_groups(programme, (unit for unit in consolidation.tally.units if unit.code in lines))
    rows = []
    for number, group in enumerate(groups, start=1):
        own = [line for code in group.codes for line in lines[code]]
        sums = [add_known(read_number(line.row.values.get(column.code)) for line in own) or 0 for column in added]
        rows.append({"tt": str(number), "don_vi": name_group(programme, group),
                     "o": [format_number(each) for each in (len(own), *sums)]})  # fmt: skip
    name = f"{table.title} {BY_UNIT_ABOVE} {_LINES_IN_WORKBOOK}"
    return {"ten": name, "cot": ["Số dòng", *map(_head, added)], "dong": rows}


def _head(column: Column) -> str:
    """The unit of measure, but where the label says it: "Số tổ"."""
    is_said = not column.measure_unit or column.measure_unit in column.label.lower().split()
    return column.label if is_said else f"{column.label} ({column.measure_unit})"


def _list_rows(consolidation: Consolidation, table: Table) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(consolidation.rows[table.code], start=1):
        values = (line.row.values.get(column.code) for column in table.columns)
        yield {
            "tt": str(number),
            "don_vi": consolidation.tally.name_shortly(line.unit),
            "o": ["" if value is None else clean_text(render_value(value)) for value in values],
        }
