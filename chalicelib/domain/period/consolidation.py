"""One consolidated period: everything that an edition shows. Data only; `consolidate.py` computes it.

Unknown values stay unknown. Every total can be traced down to the cells it was made from.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from chalicelib.domain.period.figures import UnitRow, UnitText
from chalicelib.domain.period.tally import Tally
from chalicelib.domain.period.targets import TargetResult
from chalicelib.domain.period.timeliness import Reporting
from chalicelib.domain.programme.model import Indicator, Period, Programme, Table
from chalicelib.domain.submission.records import EditionInput
from chalicelib.domain.values import Number


class Phase(StrEnum):
    """Where the period stands relative to its clocks. Before `due`, a missing report is not yet owed."""

    OPEN = "open"
    DUE = "due"
    LOCKED = "locked"


class Basis(StrEnum):
    """SAME_PERIOD: the same period of an earlier year; every kind of indicator can be compared.
    WITHIN: an earlier period of the same programme; only stocks can be compared, flows cannot."""

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
    """The changes since another period: of the province's figures, and by indicator of those of each type of units.

    `divided` are units of the earlier side that a reform split; their figures are compared only as part of a larger
    area. `is_cumulative`: the later figures include the earlier ones. `own` are the earlier numbers of units that stand
    on both sides alone, by indicator, then by the later unit."""

    basis: Basis
    period_name: str
    changes: Mapping[str, Change]
    divided: tuple[str, ...] = ()
    is_cumulative: bool = False
    own: Mapping[str, Mapping[str, Number]] = field(default_factory=dict)
    by_type: Mapping[str, Mapping[str, Change]] = field(default_factory=dict)

    def says_something_of(self, indicator: Indicator) -> bool:
        """Whether the comparison is meaningful. Comparing a cumulative flow with a part of itself is not."""
        return self.basis is Basis.SAME_PERIOD or indicator.kind.is_stock

    def find_change(self, indicator: Indicator, sender: str = "") -> Change | None:
        """The change of the province's figure, or of that of one type of units, where it says something."""
        if not self.says_something_of(indicator):
            return None
        return self.by_type.get(indicator.code, {}).get(sender) if sender else self.changes.get(indicator.code)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to note. `unit` is empty if it concerns the whole report; `subject` is a form, indicator or target."""

    code: str
    unit: str
    subject: str
    text: str


@dataclass(frozen=True)
class Consolidation:
    """One period of a programme: its figures, its reporting, and what follows from both.

    `inputs` are the submissions that count. `inputs_hash` covers `manifest`, which holds everything that decides
    the contents; the moment `as_of` affects the contents only through `phase`. `past` is the same period of the years
    before, the latest first; `older` compares the drawn figures with those before last year. `changes` tells by form,
    then by unit, how often the state of a report had been written.
    """

    tally: Tally
    reporting: Reporting
    phase: Phase
    as_of: datetime
    targets: tuple[TargetResult, ...]
    texts: tuple[UnitText, ...]
    tables: tuple[Table, ...]
    rows: Mapping[str, tuple[UnitRow, ...]]
    inputs: tuple[EditionInput, ...]
    manifest: Mapping[str, Any] = field(repr=False)
    inputs_hash: str
    comparison: Comparison | None
    earlier: Comparison | None
    findings: tuple[Finding, ...]
    changes: Mapping[str, Mapping[str, int]] = field(default_factory=dict, repr=False)
    past: tuple[Tally, ...] = field(default=(), repr=False)
    older: tuple[Comparison, ...] = ()

    @property
    def told_comparison(self) -> Comparison | None:
        """The comparison that the report's opening tells of, so that its sentences need not."""
        return self.comparison or self.earlier

    @property
    def programme(self) -> Programme:
        return self.tally.programme

    @property
    def period(self) -> Period:
        return self.tally.period

    @property
    def comparisons(self) -> tuple[Comparison, ...]:
        """All that this period is compared with, the earliest first, a part of the same year last."""
        return tuple(each for each in (*reversed(self.older), self.comparison, self.earlier) if each)

    @property
    def is_due(self) -> bool:
        return self.phase is not Phase.OPEN
