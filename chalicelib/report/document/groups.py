"""Rows of groups of units, in the place of more rows than a reader of the document goes through.

The workbook, which is enclosed, has every unit; the document says so beside each sum.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from chalicelib.domain.language.vietnamese import format_count, lower_first
from chalicelib.domain.period.subtotals import UnitsBelow, group_units
from chalicelib.domain.programme.model import Programme, Unit

MOST_ROWS = 500
"""A table of an appendix has at most so many rows, on about fifteen pages."""

MOST_UNITS = 72
"""So many units are named one by one; of more it is said how many they are."""

BY_UNIT_ABOVE = "– cộng theo đơn vị cấp trên"


def list_groups(programme: Programme, units: Iterable[Unit]) -> Iterator[UnitsBelow]:
    """The units by their types, in the programme's order: a type of few units by its units, a large one by the units
    above it, and if these are too many as a whole."""
    known = tuple(units)
    for unit_type in programme.unit_types:
        own = tuple(unit for unit in known if unit.type == unit_type)
        below = group_units(own)
        if len(own) <= MOST_UNITS:
            yield from (UnitsBelow(unit.parent, (unit,)) for unit in own)
        elif len(below) <= MOST_ROWS:
            yield from below
        else:
            yield UnitsBelow("", own)


def name_group(programme: Programme, group: UnitsBelow) -> str:
    """ "Trường học thuộc Tỉnh A"; of one unit its full name."""
    if len(group.units) == 1:
        return programme.name_fully(group.units[0])
    name = programme.unit_types[group.units[0].type]
    return f"{name} thuộc {programme.name_unit(group.above)}" if group.above else name


def say_counts(said: Iterable[str], *, order: Iterable[str]) -> str:
    """ "Đạt: 90; chưa đạt: 05"; what all have stands alone."""
    counts = Counter(said)
    if len(counts) == 1:
        return next(iter(counts))
    parts = [f"{lower_first(each)}: {format_count(counts[each])}" for each in order if each in counts]
    told = "; ".join(parts)
    return told[:1].upper() + told[1:]
