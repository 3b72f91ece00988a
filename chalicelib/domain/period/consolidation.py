"""One period, consolidated: everything that an edition shows. Data only; `consolidate.py` computes it.

What is not known stays unknown; what a total was made from can be followed down to a cell.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import Any

from chalicelib.domain.period.figures import FiguresByUnit, ShownSection, UnitRow, UnitText
from chalicelib.domain.period.targets import TargetResult
from chalicelib.domain.period.timeliness import ObligationStatus, Rate
from chalicelib.domain.period.totals import (
    FigureState,
    IndicatorTotal,
    NamedCount,
    Total,
    UnitFigure,
)
from chalicelib.domain.programme.model import Form, Indicator, Period, Programme, Table, Unit
from chalicelib.domain.submission.records import EditionInput
from chalicelib.domain.values import Number


class Phase(StrEnum):
    """Where the period stands on its clocks: what is missing before `due` is not yet owed."""

    OPEN = "open"
    DUE = "due"
    LOCKED = "locked"


class Basis(StrEnum):
    """SAME_PERIOD: the same period of an earlier year, so that "tăng 12,5%" means something for every kind.
    WITHIN: an earlier period of the same programme; flows of the two are not comparable, stocks are."""

    SAME_PERIOD = "same_period"
    WITHIN = "within"


@dataclass(frozen=True, slots=True)
class Change:
    """One indicator before and after, over the compared units. `is_whole`: they are all that contributed now."""

    indicator: str
    before: Number
    after: Number
    units: tuple[str, ...]
    is_whole: bool

    @property
    def difference(self) -> Number:
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class Comparison:
    """The changes since another period. `divided` are units of the earlier side that a reform split, whose
    figures are therefore compared only as part of a larger area. `is_cumulative`: the later figures include
    the earlier ones."""

    basis: Basis
    period_name: str
    changes: Mapping[str, Change]
    divided: tuple[str, ...] = ()
    is_cumulative: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to note. `unit` is empty where it concerns the whole report; `subject` is a form, an
    indicator or a target."""

    code: str
    unit: str
    subject: str
    text: str


@dataclass(frozen=True)
class Consolidation:
    """One period of a programme. `figures` are by indicator, then by unit: only what a unit is asked for.

    `units` are those that owe something or have sent something, in the order of the units file; `outsiders`
    unit codes that sent something and are not known in this period. `inputs` are the submissions that count.
    `inputs_hash` covers `manifest`, which has all that decides the contents; the moment `as_of` decides
    only through `phase`.
    """

    programme: Programme
    period: Period
    phase: Phase
    as_of: datetime
    forms: tuple[Form, ...]
    units: tuple[Unit, ...]
    outsiders: tuple[str, ...]
    sections: tuple[ShownSection, ...]
    figures: FiguresByUnit
    totals: Mapping[str, IndicatorTotal]
    names: tuple[NamedCount, ...]
    statuses: tuple[ObligationStatus, ...]
    rates: tuple[Rate, ...]
    targets: tuple[TargetResult, ...]
    texts: tuple[UnitText, ...]
    tables: tuple[Table, ...]
    rows: Mapping[str, tuple[UnitRow, ...]]
    inputs: tuple[EditionInput, ...]
    manifest: Mapping[str, Any] = field(repr=False)
    inputs_hash: str
    comparison: Comparison | None = None
    earlier: Comparison | None = None
    findings: tuple[Finding, ...] = ()

    @property
    def is_due(self) -> bool:
        return self.phase is not Phase.OPEN

    @cached_property
    def unit_by_code(self) -> dict[str, Unit]:
        return {unit.code: unit for unit in self.units}

    @cached_property
    def indicators(self) -> tuple[Indicator, ...]:
        return tuple(indicator for section in self.sections for indicator in section.indicators)

    @cached_property
    def status_by_key(self) -> dict[tuple[str, str], ObligationStatus]:
        """Statuses by unit and form."""
        return {(status.unit, status.form): status for status in self.statuses}

    @cached_property
    def unit_types(self) -> tuple[str, ...]:
        """The types of the units here, in the programme's order."""
        present = {unit.type for unit in self.units}
        return tuple(unit_type for unit_type in self.programme.unit_types if unit_type in present)

    def units_of(self, unit_type: str) -> tuple[Unit, ...]:
        return tuple(unit for unit in self.units if unit.type == unit_type)

    def headline(self, indicator: str) -> Total | None:
        """The province's total of an indicator; None where there is no such indicator or no one figure."""
        total = self.totals.get(indicator)
        return total.headline if total else None

    def find_sources(self, indicator: str) -> Iterator[tuple[UnitFigure, ObligationStatus]]:
        """The known figures of an indicator, each with the submission that it stands in."""
        for figure in self.figures.get(indicator, {}).values():
            if figure.state is FigureState.KNOWN:
                yield figure, self.status_by_key[figure.unit, figure.form]
