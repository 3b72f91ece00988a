"""Reporting: the standing of every obligation of a period, and rates per unit type."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from functools import cached_property

from chalicelib.domain.clock import Timeliness
from chalicelib.domain.language.vietnamese import share_hundred
from chalicelib.domain.programme.model import Obligation, Period, Programme
from chalicelib.domain.submission.records import Review, State

ALL_TYPES = ""
"""The unit type of the rates over all types."""


class Standing(StrEnum):
    """RECEIVED: it counts, but has no receipt time to judge (a folder of files). MISSING: nothing counts."""

    ON_TIME = "on_time"
    LATE = "late"
    RECEIVED = "received"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class ObligationStatus:
    """One unit and form: what is owed (or was sent without being owed) and its standing.

    `is_returned`: sent, then returned or withdrawn, so that nothing counts. `was_refused`: nothing counts, and an
    upload was rejected. `received` is None if there is no receipt time to judge (a folder of files). `confirmed` are
    the sections of the form that the unit marked “không phát sinh”.
    """

    unit: str
    form: str
    is_expected: bool
    standing: Standing
    review: Review | None = None
    is_returned: bool = False
    was_refused: bool = False
    revision: int = 0
    first_received: datetime | None = None
    received: datetime | None = None
    upload_id: str = ""
    file_name: str = ""
    sha256: str = ""
    comment: str = ""
    justification: str = ""
    exception_until: datetime | None = None
    exception_reason: str = ""
    confirmed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rate:
    """Counts over the obligations of one unit type. `on_time + late + unjudged + missing == expected`;
    `returned` are included in `missing`; `received` counts all that ever had an accepted revision."""

    unit_type: str
    expected: int
    received: int
    on_time: int
    late: int
    unjudged: int
    missing: int
    returned: int
    approved: int

    @property
    def shares(self) -> dict[Standing, Decimal]:
        """Percentages of `expected` with one decimal, adding up to exactly 100."""
        parts = share_hundred([self.on_time, self.late, self.unjudged, self.missing])
        order = (Standing.ON_TIME, Standing.LATE, Standing.RECEIVED, Standing.MISSING)
        return dict(zip(order, parts, strict=True))


@dataclass(frozen=True)
class Reporting:
    """Every obligation, the rates per unit type, and `outsiders`: codes of units that sent something but are not
    known in this period."""

    statuses: tuple[ObligationStatus, ...]
    rates: tuple[Rate, ...]
    outsiders: tuple[str, ...]

    @cached_property
    def status_by_key(self) -> dict[tuple[str, str], ObligationStatus]:
        """Statuses by unit and form."""
        return {(status.unit, status.form): status for status in self.statuses}

    @cached_property
    def silent(self) -> frozenset[str]:
        """The units of which no report counts."""
        heard = {status.unit for status in self.statuses if status.standing is not Standing.MISSING}
        return frozenset(status.unit for status in self.statuses if status.unit not in heard)

    @cached_property
    def has_confirmed(self) -> bool:
        """Whether any unit confirmed that it has nothing to report. Editions without it look as ever."""
        return any(status.confirmed for status in self.statuses)


def rejudge(state: State, period: Period) -> State:
    """Judges the state again by the current deadline. Moving a deadline also applies to reports already sent.

    Receipts are not changed. A state without a receipt time (a folder of files) stays unjudged.
    """
    if state.timeliness is None or state.first_received is None:
        return state
    judged = period.judge(state.first_received)
    return state if judged is state.timeliness else state.model_copy(update={"timeliness": judged})


def find_statuses(programme: Programme, period_code: str, states: Sequence[State]) -> tuple[ObligationStatus, ...]:
    """Every obligation in the order of the units file, then submissions that are not owed."""
    state_by_key = {(state.address.unit, state.address.form): state for state in states}
    owed = programme.obligations(period_code)
    statuses = [_read_status(obligation, state_by_key.get((obligation.unit, obligation.form))) for obligation in owed]
    known = {(obligation.unit, obligation.form) for obligation in owed}
    for unit, form in sorted(set(state_by_key) - known):
        state = state_by_key[unit, form]
        if state.submission is not None:
            extra = Obligation(period=period_code, form=form, unit=unit)
            statuses.append(_read_status(extra, state, is_expected=False))
    return tuple(statuses)


def _read_status(obligation: Obligation, state: State | None, *, is_expected: bool = True) -> ObligationStatus:
    if state is None or state.submission is None:
        return ObligationStatus(
            unit=obligation.unit, form=obligation.form, is_expected=is_expected, standing=Standing.MISSING,
            was_refused=state is not None and state.was_refused,
            exception_until=state.exception_until if state else None,
            exception_reason=state.exception_reason if state else "",
        )  # fmt: skip
    sent = state.submission
    return ObligationStatus(
        unit=obligation.unit,
        form=obligation.form,
        is_expected=is_expected,
        standing=_judge(state),
        review=state.review,
        is_returned=not state.counts,
        was_refused=state.was_refused,
        revision=sent.revision,
        first_received=state.first_received,
        received=state.received,
        upload_id=sent.upload_id,
        file_name=sent.file_name,
        sha256=sent.sha256,
        comment=state.comment,
        justification=sent.justification,
        exception_until=state.exception_until,
        exception_reason=state.exception_reason,
        confirmed=sent.confirmed,
    )


def _judge(state: State) -> Standing:
    if not state.counts:
        return Standing.MISSING
    judged = {Timeliness.ON_TIME: Standing.ON_TIME, Timeliness.LATE: Standing.LATE, None: Standing.RECEIVED}
    return judged[state.timeliness]


def find_rates(programme: Programme, statuses: Sequence[ObligationStatus]) -> tuple[Rate, ...]:
    """One rate per unit type that owes something, then one over all types."""
    type_by_unit = {unit.code: unit.type for unit in programme.units}
    expected = [status for status in statuses if status.is_expected]
    rates = []
    for unit_type in programme.unit_types:
        own = [status for status in expected if type_by_unit.get(status.unit) == unit_type]
        if own:
            rates.append(_count(unit_type, own))
    return (*rates, _count(ALL_TYPES, expected))


def _count(unit_type: str, statuses: Sequence[ObligationStatus]) -> Rate:
    return Rate(
        unit_type=unit_type,
        expected=len(statuses),
        received=_number(status.revision > 0 for status in statuses),
        on_time=_number(status.standing is Standing.ON_TIME for status in statuses),
        late=_number(status.standing is Standing.LATE for status in statuses),
        unjudged=_number(status.standing is Standing.RECEIVED for status in statuses),
        missing=_number(status.standing is Standing.MISSING for status in statuses),
        returned=_number(status.is_returned for status in statuses),
        approved=_number(status.review is Review.APPROVED for status in statuses),
    )


def _number(truths: Iterable[bool]) -> int:
    return sum(1 for truth in truths if truth)
