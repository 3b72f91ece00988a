"""Reporting: the standing of every obligation of a period, and rates per unit type."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple, TypeVar

from chalicelib.domain.clock import Timeliness
from chalicelib.domain.language.vietnamese import share_hundred
from chalicelib.domain.programme.model import Obligation, Period, Programme
from chalicelib.domain.submission.records import Review, State, Summary

ALL_TYPES = ""
"""The unit type of the rates over all types."""


class Standing(StrEnum):
    """RECEIVED: it counts, but has no receipt time to judge (a folder of files). MISSING: nothing counts."""

    ON_TIME = "on_time"
    LATE = "late"
    RECEIVED = "received"
    MISSING = "missing"


class ObligationStatus(NamedTuple):
    """One unit and form: what is owed (or was sent without being owed) and its standing.

    `is_returned`: sent, then returned or withdrawn, so that nothing counts. `was_refused`: nothing counts, and an
    upload was rejected. `received` is None if there is no receipt time to judge (a folder of files). `confirmed` are
    the sections of the form that the unit marked “không phát sinh”. What stands behind them no summary tells.
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
    exception_until: datetime | None = None
    confirmed: tuple[str, ...] = ()
    upload_id: str = ""
    file_name: str = ""
    sha256: str = ""
    comment: str = ""
    justification: str = ""
    exception_reason: str = ""


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


Told = TypeVar("Told", State, Summary)


def rejudge(told: Told, period: Period) -> Told:
    """Judges the state again by the current deadline. Moving a deadline also applies to reports already sent.

    Receipts are not changed. A state without a receipt time (a folder of files) stays unjudged.
    """
    if told.timeliness is None or told.first_received is None:
        return told
    judged = period.judge(told.first_received)
    return told if judged is told.timeliness else told.judged(judged)


def match_reports(
    programme: Programme, period_code: str, by_key: Mapping[tuple[str, str], Told]
) -> Iterator[tuple[Obligation, Told | None, bool]]:
    """What is known of every obligation, in the order of the units file; then reports that are not owed (False).

    `by_key` is by unit and form.
    """
    known = set()
    for owed in programme.obligations(period_code):
        key = owed.unit, owed.form
        known.add(key)
        yield owed, by_key.get(key), True
    for unit, form in sorted(set(by_key) - known):
        if by_key[unit, form].has_report:
            yield Obligation(period=period_code, form=form, unit=unit), by_key[unit, form], False


def find_statuses(programme: Programme, period_code: str, states: Sequence[State]) -> tuple[ObligationStatus, ...]:
    """Every obligation in the order of the units file, then submissions that are not owed."""
    by_key = {(state.address.unit, state.address.form): state for state in states}
    matched = match_reports(programme, period_code, by_key)
    return tuple(_read_status(owed, state, is_expected=is_expected) for owed, state, is_expected in matched)


def _read_status(owed: Obligation, state: State | None, *, is_expected: bool) -> ObligationStatus:
    status = judge(owed, state.summary if state else None, is_expected=is_expected)
    if state is None:
        return status
    told, sent = status._replace(exception_reason=state.exception_reason), state.submission
    if sent is None:
        return told
    return told._replace(
        upload_id=sent.upload_id,
        file_name=sent.file_name,
        sha256=sent.sha256,
        comment=state.comment,
        justification=sent.justification,
    )


def judge(owed: Obligation, summary: Summary | None, *, is_expected: bool) -> ObligationStatus:
    """The standing of one obligation, as far as a summary tells it."""
    if summary is None or not summary.has_report:
        return ObligationStatus(
            owed.unit, owed.form, is_expected, Standing.MISSING,
            was_refused=summary is not None and summary.was_refused,
            exception_until=summary.exception_until if summary else None,
        )  # fmt: skip
    counts = summary.counts
    return ObligationStatus(
        owed.unit,
        owed.form,
        is_expected,
        _STANDINGS[summary.timeliness] if counts else Standing.MISSING,
        review=summary.review,
        is_returned=not counts,
        was_refused=summary.was_refused,
        revision=summary.revision,
        first_received=summary.first_received,
        received=summary.received,
        exception_until=summary.exception_until,
        confirmed=summary.confirmed,
    )


_STANDINGS = {Timeliness.ON_TIME: Standing.ON_TIME, Timeliness.LATE: Standing.LATE, None: Standing.RECEIVED}


def find_rates(programme: Programme, statuses: Sequence[ObligationStatus]) -> tuple[Rate, ...]:
    """One rate per unit type that owes something, then one over all types."""
    type_by_unit = {unit.code: unit.type for unit in programme.units}
    by_type: dict[str, list[ObligationStatus]] = {unit_type: [] for unit_type in programme.unit_types}
    expected = [status for status in statuses if status.is_expected]
    for status in expected:
        if (unit_type := type_by_unit.get(status.unit)) in by_type:
            by_type[unit_type].append(status)
    return (*(_count(each, own) for each, own in by_type.items() if own), _count(ALL_TYPES, expected))


def _count(unit_type: str, statuses: Sequence[ObligationStatus]) -> Rate:
    standings = Counter(status.standing for status in statuses)
    return Rate(
        unit_type=unit_type,
        expected=len(statuses),
        received=_number(status.revision > 0 for status in statuses),
        on_time=standings[Standing.ON_TIME],
        late=standings[Standing.LATE],
        unjudged=standings[Standing.RECEIVED],
        missing=standings[Standing.MISSING],
        returned=_number(status.is_returned for status in statuses),
        approved=_number(status.review is Review.APPROVED for status in statuses),
    )


def _number(truths: Iterable[bool]) -> int:
    return sum(1 for truth in truths if truth)
