"""The figures of a situation's reports, added up by pandas: a second opinion on every number that an edition says."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property
from typing import Any

import pandas

from chalicelib.domain.programme.kinds import Method
from chalicelib.domain.programme.model import Indicator, Period, Programme
from chalicelib.domain.submission.records import State

Areas = Mapping[tuple[str, str], int]
"""By side ("before", "after") and unit, the number of the area whose figures are compared."""


def shown(number: Decimal) -> Decimal:
    """With one decimal, as percentages are printed."""
    return number.quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)


@dataclass(frozen=True)
class Sums:
    """The reports of one period. A unit that is asked and has not said anything has an empty cell."""

    programme: Programme
    period: Period
    states: tuple[State, ...]

    @cached_property
    def cells(self) -> pandas.DataFrame:
        """Units × indicators."""
        asked = {
            each.unit: dict.fromkeys(row.code for row in self.programme.rows(
                self.programme.form_by_code[each.form], self.programme.unit_by_code[each.unit], self.period))
            for each in self.programme.obligations(self.period.code)
        }  # fmt: skip
        self.asked.update({unit: set(row) for unit, row in asked.items()})
        for state in self.states:
            assert state.submission
            for code, figure in state.submission.values.items():
                value = figure.value
                asked[state.address.unit][code] = value if isinstance(value, str) else Decimal(value)  # type: ignore
        frame = pandas.DataFrame.from_dict(asked, orient="index", dtype=object)
        return frame.astype(object).where(frame.notna(), None)

    @cached_property
    def asked(self) -> dict[str, set[str]]:
        """The codes that each unit is asked for."""
        return {}

    @cached_property
    def types(self) -> pandas.Series[Any]:
        return pandas.Series({unit: self.programme.unit_by_code[unit].type for unit in self.cells.index})

    @cached_property
    def estimated(self) -> set[tuple[str, str]]:
        return {
            (state.address.unit, code)
            for state in self.states if state.submission
            for code, figure in state.submission.values.items() if figure.estimated
        }  # fmt: skip

    def units_asked(self, code: str, unit_type: str) -> list[str]:
        return [unit for unit in self.cells.index if self.types[unit] == unit_type and code in self.asked[unit]]

    def column(self, code: str, units: Iterable[str]) -> pandas.Series[Any]:
        """The known numbers of these units."""
        column = self.cells.loc[list(units), code] if code in self.cells else pandas.Series(dtype=object)
        return column[column.map(lambda value: isinstance(value, Decimal))]

    def add(self, indicator: Indicator, units: Iterable[str]) -> Decimal | None:
        """The sum over the units, or the ratio of two sums over those that have said both; None if none has."""
        known = list(units)
        if indicator.quotient:
            above, below = (self.column(code, known) for code in indicator.quotient)
            both = above.index.intersection(below.index)
            divisor = below[both].sum()
            return Decimal(above[both].sum()) / divisor if divisor else None
        column = self.column(indicator.code, known)
        return Decimal(column.sum()) if len(column) else None

    def total(self, code: str, unit_type: str) -> Decimal | None:
        indicator = self.programme.indicator_by_code[code]
        if indicator.kind.method is Method.NAMES:
            return self.count_names(unit_type)[0]
        return self.add(indicator, self.units_asked(code, unit_type))

    def count_names(self, unit_type: str) -> tuple[Decimal | None, int]:
        """How many different names the units list, None if some unit counts more than it lists; and how many there are
        at the least."""
        code = next(each.code for each in self.programme.indicators if each.kind.method is Method.NAMES)
        counted = self.column(code, self.units_asked(code, unit_type))
        names = {unit: set(self.names_of(unit)) for unit in counted.index}
        every = set().union(*names.values())
        least = max([len(every), *(int(each) for each in counted)], default=0)
        most = len(every) + sum(max(0, int(counted[unit]) - len(names[unit])) for unit in counted.index)
        return (Decimal(least) if len(counted) and most <= least else None), least

    def names_of(self, unit: str) -> Iterator[str]:
        for state in self.states:
            table = next((each for form in self.programme.forms for each in form.tables if each.names), None)
            if state.address.unit != unit or not state.submission or not table:
                continue
            for row in state.submission.tables.get(table.code, ()):
                told = [str(row.values.get(code, "")) for code in table.names]
                others = [table.column(code).choices[-1:] for code in table.names]
                named = (name for name, other in zip(told, others, strict=True) if name and name not in other)
                yield from itertools.islice(named, 1)

    def is_estimated(self, code: str, unit_type: str) -> bool:
        indicator = self.programme.indicator_by_code[code]
        parts = indicator.quotient or (indicator.formula.codes if indicator.formula else ()) or (code,)
        units = self.units_asked(code, unit_type)
        return any((unit, part) in self.estimated for unit in units for part in (code, *parts))


def compare(before: Sums, after: Sums, code: str, unit_type: str) -> tuple[Decimal | None, Decimal | None]:
    """An indicator before and after, over the land of which all units have said it on both sides."""
    indicator = after.programme.indicator_by_code[code]
    was = before.programme.indicator_by_code[code]
    old_type = unit_type if unit_type in set(before.types) else before.programme.headline
    sides = {"before": before.units_asked(was.code, old_type), "after": after.units_asked(code, unit_type)}
    lands = find_lands(
        after.programme if before.period.data_to.year < 2025 < after.period.data_to.year else None, sides
    )
    whole = [land for land in lands if land["before"] and land["after"] and _is_whole(land, indicator, before, after)]
    return tuple(  # type: ignore[return-value]
        side.add(indicator, sorted(unit for land in whole for unit in land[name]))
        for name, side in (("before", before), ("after", after))
    )


def _is_whole(land: Mapping[str, set[str]], indicator: Indicator, before: Sums, after: Sums) -> bool:
    parts = indicator.quotient or (indicator.code,)
    return all(
        set(side.column(part, land[name] & set(side.cells.index)).index) == land[name]
        for name, side in (("before", before), ("after", after)) for part in parts
    )  # fmt: skip


def find_lands(reformed: Programme | None, sides: Mapping[str, list[str]]) -> list[dict[str, set[str]]]:
    """Units that cover the same land, by side; `reformed` is the programme that tells what became of which unit."""
    if reformed is None:
        return [{"before": {unit}, "after": {unit}} for unit in sides["before"] if unit in sides["after"]]
    lands: list[dict[str, set[str]]] = []
    for each in reformed.successions:
        land = {"before": {each.old_parent}, "after": {each.new}}
        touched = [other for other in lands if other["before"] & land["before"] or other["after"] & land["after"]]
        for other in touched:
            land = {name: land[name] | other[name] for name in land}
        lands = [other for other in lands if other not in touched] + [land]
    return lands
