"""The tables of the Word document's appendices: figures by unit, targets by unit, the lists that units enclose."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from chalicelib.domain.language.vietnamese import format_number, render_value
from chalicelib.domain.period import words
from chalicelib.domain.period.consolidation import Consolidation
from chalicelib.domain.period.figures import ShownSection
from chalicelib.domain.period.totals import UnitFigure
from chalicelib.domain.programme.model import Column, Indicator, Table, Unit
from chalicelib.report.plain import clean_text
from chalicelib.report.sheets.layout import Block, Layout
from chalicelib.report.sheets.status import describe_result, target_units

UNITS_PER_TABLE = 12
"""Units per table on a landscape A4 page; more units go into further tables."""

MOST_UNITS = 72
_IN_WORKBOOK = "(số liệu từng đơn vị ở sổ tổng hợp Excel kèm theo)"
_ROOM_CM, _AROUND_CM = 15.5, 0.2
"""The room beside the fixed columns, and what a cell needs around its text."""

_WIDTH_CM = {".": 0.075, ",": 0.075}
_DIGIT_CM = 0.15
"""Widths of characters at 8.5 pt."""

_INDENT = "\N{NO-BREAK SPACE}\N{NO-BREAK SPACE}- "
_AMONG = re.compile(r"trong đó(?P<how>,[^:]*)?:\s*", re.IGNORECASE)
"""Begins the label of a part in many a programme: "Trong đó, theo loại: …"."""


def show_figure(consolidation: Consolidation, figure: UnitFigure | None) -> str:
    """A unit's figure in a table: "1.234", "12 (ước)", "Có", a date, "thiếu"; "" if the unit is not asked for it."""
    if figure is None:
        return ""
    return clean_text(words.print_figure(figure, consolidation.programme.indicator_by_code[figure.indicator].kind))


# Figures by unit


def tabulate_figures(consolidation: Consolidation) -> Iterator[dict[str, Any]]:
    """The unit × indicator table, split into as many tables as the units need.

    No number is broken: indicators with numbers too long for a table of all units have tables of fewer units, after
    the others. Beyond `MOST_UNITS` the table would be too long to read: the document then shows only the sums, and the
    workbook shows the units.
    """
    for block in Layout(consolidation).blocks:
        if len(block.units) > MOST_UNITS:
            name = f"{_name(consolidation, block)} {_IN_WORKBOOK}"
            yield _tabulate_units(consolidation, block, (), codes=None, is_last=True) | {"loai": name}
            continue
        for codes, size in _find_sizes(consolidation, block):
            for start in range(0, len(block.units), size):
                units, is_last = block.units[start : start + size], start + size >= len(block.units)
                yield _tabulate_units(consolidation, block, units, codes=codes, is_last=is_last)


def _find_sizes(consolidation: Consolidation, block: Block) -> Iterator[tuple[frozenset[str], int]]:
    """Indicators by the number of units in a table of theirs; beside the units stands the column of sums."""
    columns = min(UNITS_PER_TABLE, len(block.units)) + 1
    widths = {
        each.code: max(map(_measure, _fill_row(consolidation, block, block.units, each, is_last=True)))
        for section in consolidation.tally.sections for each in section.indicators
    }  # fmt: skip
    narrow = frozenset(code for code, width in widths.items() if width <= _ROOM_CM / columns)
    if narrow:
        yield narrow, UNITS_PER_TABLE
    if wide := frozenset(widths) - narrow:
        yield wide, max(1, int(_ROOM_CM / max(widths[code] for code in wide)) - 1)


def _measure(cell: str) -> float:
    """The width in cm that the numbers of a cell need to stand unbroken."""
    numbers = (word for word in cell.split() if word.replace(".", "").replace(",", "").isdigit())
    return max((sum(_WIDTH_CM.get(sign, _DIGIT_CM) for sign in each) for each in numbers), default=0) + _AROUND_CM


def _tabulate_units(
    consolidation: Consolidation, block: Block, units: Sequence[Unit], *, codes: frozenset[str] | None, is_last: bool
) -> dict[str, Any]:
    """`codes` are the indicators in the table, None for all."""
    rows: list[dict[str, Any]] = []
    for section in consolidation.tally.sections:
        asked = [
            each for each in section.indicators
            if any(unit.code in consolidation.tally.figures[each.code] for unit in units or block.units)
        ]  # fmt: skip
        numbered = [each for each in _number(section, asked) if codes is None or each[2].code in codes]
        if numbered:
            rows.append({"la_muc": True, "ten": section.title})
        for number, name, indicator in numbered:
            cells = _fill_row(consolidation, block, units, indicator, is_last=is_last)
            rows.append({"la_muc": False, "ma": indicator.code, "tt": number, "ten": name} | {
                "dvt": indicator.measure_unit, "o": cells,
            })  # fmt: skip
    return {
        "loai": _name(consolidation, block),
        "cot": [consolidation.tally.name_shortly(unit.code) for unit in units] + (["Cộng"] if is_last else []),
        "so_cot": 3 + len(units) + is_last,
        "dong": rows,
    }


def _number(section: ShownSection, asked: Sequence[Indicator]) -> Iterator[tuple[str, str, Indicator]]:
    """Each with its number within the section and its name; one that is part of another is set in below it."""
    number, begun = 0, set[tuple[str, str]]()
    own = {each.code for each in section.indicators}
    for each in asked:
        if each.part_of in own:
            among = _AMONG.match(each.label)
            kind, name = (among["how"] or "", each.label[among.end() :]) if among else ("", each.label)
            yield "", _INDENT + ("" if (each.part_of, kind) in begun else f"Trong đó{kind}: ") + name, each
            begun.add((each.part_of, kind))
        else:
            number += 1
            yield str(number), each.label, each


def _name(consolidation: Consolidation, block: Block) -> str:
    return consolidation.programme.unit_types[block.unit_type]


def _fill_row(
    consolidation: Consolidation, block: Block, units: Sequence[Unit], indicator: Indicator, *, is_last: bool
) -> list[str]:
    figures = consolidation.tally.figures[indicator.code]
    cells = [show_figure(consolidation, figures.get(unit.code)) for unit in units]
    return [*cells, _show_total(consolidation, block, indicator)] if is_last else cells


def _show_total(consolidation: Consolidation, block: Block, indicator: Indicator) -> str:
    subtotals = consolidation.tally.totals[indicator.code].subtotals
    total = next((each for each in subtotals if each.unit_type == block.unit_type), None)
    if total is None or (total.value is None and not total.at_least):
        return ""
    if total.value is None:
        return f"≥ {format_number(total.at_least or 0)}"
    return words.print_value(total.value, indicator.kind)


# Targets, lists


def tabulate_targets(consolidation: Consolidation) -> dict[str, Any]:
    """Units × targets, each target by its name."""
    rows = []
    for code, name in target_units(consolidation):
        cells = [next((each for each in result.units if each.unit == code), None) for result in consolidation.targets]
        rows.append({"don_vi": name, "o": [describe_result(each) if each else "" for each in cells]})
    return {"cot": [result.target.title for result in consolidation.targets], "dong": rows}


def tabulate_lists(consolidation: Consolidation) -> Iterator[dict[str, Any]]:
    """The lists that units have enclosed, one table each; none that is empty."""
    for table in consolidation.tables:
        if consolidation.rows[table.code]:
            yield {"ten": table.title, "cot": [_head(each) for each in table.columns],
                   "dong": list(_list_rows(consolidation, table))}  # fmt: skip


def _head(column: Column) -> str:
    return f"{column.label} ({column.measure_unit})" if column.measure_unit else column.label


def _list_rows(consolidation: Consolidation, table: Table) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(consolidation.rows[table.code], start=1):
        values = (line.row.values.get(column.code) for column in table.columns)
        yield {
            "tt": str(number),
            "don_vi": consolidation.tally.name_shortly(line.unit),
            "o": ["" if value is None else clean_text(render_value(value)) for value in values],
        }
