"""The figures of a period by indicator and unit, with their totals: the basis of comparison and targets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cached_property

from chalicelib.domain.period.figures import Facts, FiguresByUnit, ShownSection, add_earlier
from chalicelib.domain.period.totals import FigureState, IndicatorTotal, NamedCount, Total, make_total
from chalicelib.domain.programme.model import Form, Indicator, Period, Programme, Unit
from chalicelib.domain.programme.windows import DataWindow


@dataclass(frozen=True)
class Tally:
    """`figures` are by indicator, then by unit, and only for units that are asked for the indicator.

    `units` are those that owe or have sent a report, in the order of the units file; `names` the different
    names that they list.
    """

    programme: Programme
    period: Period
    forms: tuple[Form, ...]
    units: tuple[Unit, ...]
    sections: tuple[ShownSection, ...]
    figures: FiguresByUnit
    totals: Mapping[str, IndicatorTotal]
    names: tuple[NamedCount, ...]

    @cached_property
    def unit_by_code(self) -> dict[str, Unit]:
        return {unit.code: unit for unit in self.units}

    @cached_property
    def heard(self) -> frozenset[str]:
        """The units that have any figure, if only one that they left empty."""
        figures = self.figures.values()
        return frozenset(unit for own in figures for unit, each in own.items() if each.state is not FigureState.MISSING)

    @cached_property
    def indicators(self) -> tuple[Indicator, ...]:
        return tuple(indicator for section in self.sections for indicator in section.indicators)

    @cached_property
    def charted(self) -> tuple[Indicator, ...]:
        """The indicators that are drawn: those that the programme names and that are asked here; if there are none, of
        each section the first one that is counted over the period."""
        named = {each.code: each for each in self.indicators if each.code in self.programme.charts}
        chosen = (named.get(code) for code in self.programme.charts)
        return tuple(each for each in chosen if each) or tuple(self._choose_charted())

    def _choose_charted(self) -> Iterator[Indicator]:
        for section in self.sections:
            counted = (each for each in section.indicators if each.is_drawable and each.kind.is_accumulated)
            if first := next(counted, None):
                yield first

    @cached_property
    def unit_types(self) -> tuple[str, ...]:
        """The types of the units here, in the programme's order."""
        present = {unit.type for unit in self.units}
        return tuple(unit_type for unit_type in self.programme.unit_types if unit_type in present)

    def units_of(self, unit_type: str) -> tuple[Unit, ...]:
        return tuple(unit for unit in self.units if unit.type == unit_type)

    @cached_property
    def indicator_by_code(self) -> dict[str, Indicator]:
        return {indicator.code: indicator for indicator in self.indicators}

    def name_fully(self, code: str) -> str:
        """ "Xã A, Huyện B": the unit's full name, with the unit above it if there is one; a code that is unknown."""
        unit = self._find_unit(code)
        if unit is None:
            return self.programme.name_unit(code)
        return f"{unit.full_name}, {self.programme.name_unit(unit.parent)}" if unit.parent else unit.full_name

    def name_shortly(self, code: str) -> str:
        """The short name; the full one if another unit here has the same."""
        unit = self._find_unit(code)
        return unit.name if unit and unit.name not in self._repeated_names else self.name_fully(code)

    def name_units(self, codes: Iterable[str]) -> str:
        """Each once: "A, B"; "Xã A, Huyện B; C" where a name has a comma of its own."""
        names = [self.name_shortly(code) for code in dict.fromkeys(codes)]
        return ("; " if any("," in name for name in names) else ", ").join(names)

    def _find_unit(self, code: str) -> Unit | None:
        return self.unit_by_code.get(code) or self.programme.find_unit(code, self.period)

    @cached_property
    def _repeated_names(self) -> frozenset[str]:
        counted = Counter(unit.name for unit in self.units)
        return frozenset(name for name, number in counted.items() if number > 1)

    @property
    def is_cumulative(self) -> bool:
        """Whether the figures include those of the period that this one is compared with."""
        return any(form.cumulative for form in self.forms)

    @property
    def days(self) -> int:
        """How many days are counted: without those of the included period, if the forms do not repeat them."""
        included = self.programme.period_by_code.get(self.period.compare_with)
        begins = self.period.data_from
        if included and not self.is_cumulative:
            begins = max(begins, included.data_to + timedelta(days=1))
        return (self.period.data_to - begins).days + 1

    def find_window(self, indicator: str) -> DataWindow:
        """The days that a figure covers."""
        return self.programme.find_window(indicator, self.period)

    def headline(self, indicator: str) -> Total | None:
        """The province's total of an indicator; None if the indicator is unknown or has no single total."""
        total = self.totals.get(indicator)
        return total.headline if total else None


def make_tally(facts: Facts) -> Tally:
    figures = facts.read_figures()
    return Tally(
        programme=facts.programme,
        period=facts.period,
        forms=facts.forms,
        units=facts.units,
        sections=facts.sections,
        figures=figures,
        totals=_make_totals(facts, figures),
        names=facts.collect_names(),
    )


def find_judged(facts: Facts, tally: Tally, earlier: Tally | None) -> Tally:
    """The tally that targets are judged by: figures of the included earlier period are added if the forms are not
    cumulative, so that a target of the year is judged by the whole year. A figure with a data window of its own is
    judged as it is."""
    if not facts.period.compare_with or tally.is_cumulative:
        return tally
    rows = [each for each in tally.indicators if tally.find_window(each.code).rule is None]
    figures = add_earlier(tally.figures, earlier=earlier.figures if earlier else {}, rows=rows)
    return replace(tally, figures=figures, totals=_make_totals(facts, figures))


def _make_totals(facts: Facts, figures: FiguresByUnit) -> dict[str, IndicatorTotal]:
    """The subtotals per unit type and the headline of every indicator."""
    names = facts.names_by_unit()
    units_by_type = {
        unit_type: [unit.code for unit in facts.units if unit.type == unit_type]
        for unit_type in facts.programme.unit_types
    }
    totals = {}
    for section in facts.sections:
        for indicator in section.indicators:
            subtotals = tuple(
                total
                for unit_type, units in units_by_type.items()
                if (total := make_total(indicator, unit_type, figures, units, names)).asked
            )
            headline = _find_headline(indicator, subtotals, facts.programme.headline)
            totals[indicator.code] = IndicatorTotal(indicator.code, subtotals, headline)
    return totals


def _find_headline(indicator: Indicator, subtotals: Sequence[Total], headline: str) -> Total | None:
    if not indicator.kind.has_total:
        return None
    own = next((total for total in subtotals if total.unit_type == headline), None)
    return own or (subtotals[0] if len(subtotals) == 1 else None)
