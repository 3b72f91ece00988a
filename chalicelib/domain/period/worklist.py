"""The worklist of a period: what the office has before it, report by report.

Every report that is due lies in exactly one tray, so that the numbers of the trays add up to what is due. Flags say
what else there is to see. A person narrows the list by trays, flags and words, and goes through it in an order.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import NamedTuple

from chalicelib.domain.language.spelling import is_found
from chalicelib.domain.period.timeliness import ObligationStatus, Standing, judge, match_reports, rejudge
from chalicelib.domain.programme.model import Period, Programme, Unit
from chalicelib.domain.submission.letters import Progress, Reminder
from chalicelib.domain.submission.records import Review, Summary


class Tray(StrEnum):
    """Where a report lies. The texts stand in addresses of pages. `EXTRA`: sent without being due."""

    TO_LOOK = "cho-xem"
    MISSING = "chua-nop"
    RETURNED = "cho-sua"
    WITHDRAWN = "da-rut"
    APPROVED = "da-duyet"
    EXTRA = "ngoai-nghia-vu"


class Flag(StrEnum):
    """What else there is to see. `REFUSED`: the unit's latest upload has errors, whatever counts. `REMINDED`: a letter
    went, and no report has come."""

    CORRECTED = "sua-lai"
    WARNED = "canh-bao"
    REFUSED = "gui-loi"
    LATE = "muon"
    REMINDED = "da-nhac"
    EXCEPTED = "gia-han"


class Order(StrEnum):
    """How the list is ordered: what waits first, the roster, the latest first."""

    WAITING = "viec"
    ROSTER = "don-vi"
    LATEST = "moi"


_NEVER = datetime.min.replace(tzinfo=UTC)
_ODD = frozenset({Flag.WARNED, Flag.REFUSED})
_RANK = {tray: rank for rank, tray in enumerate(Tray)}
_DECIDED = {Review.RETURNED: Tray.RETURNED, Review.WITHDRAWN: Tray.WITHDRAWN, Review.APPROVED: Tray.APPROVED}


class Row(NamedTuple):
    """One report: its status, its tray and its flags; `summary` if anything has happened to it. `number` is its place
    in the roster."""

    number: int
    status: ObligationStatus
    summary: Summary | None
    unit: Unit
    name: str
    form: str
    tray: Tray
    flags: frozenset[Flag]
    reminded: datetime | None

    @property
    def change(self) -> int:
        """How often its state was written."""
        return self.summary.change if self.summary else 0

    @property
    def warnings(self) -> int:
        return self.summary.warnings if self.summary else 0

    @property
    def refused(self) -> datetime | None:
        """When the unit's latest upload came, if it was rejected."""
        return self.summary.last_rejected if self.summary and Flag.REFUSED in self.flags else None

    @property
    def key(self) -> str:
        """Form and unit as addresses of pages have them."""
        return f"{self.status.form}/{self.status.unit}"

    @property
    def urgency(self) -> tuple[int, bool, bool, datetime, int]:
        """Of what waits, corrections and reports with warnings first, then the oldest; of the missing, who tried."""
        came = self.status.received if self.tray is Tray.TO_LOOK else None
        is_plain = self.flags.isdisjoint(_ODD)
        return _RANK[self.tray], Flag.CORRECTED not in self.flags, is_plain, came or _NEVER, self.number


@dataclass(frozen=True)
class Sought:
    """What a person wants to see of the list. Words are looked for without diacritics, all of them."""

    tray: Tray | None = None
    flag: Flag | None = None
    form: str = ""
    unit_type: str = ""
    words: str = ""
    order: Order = Order.WAITING


def list_rows(
    programme: Programme,
    period: Period,
    summaries: Iterable[Summary],
    *,
    reminders: Iterable[Reminder] = (),
    now: datetime,
) -> tuple[Row, ...]:
    """One row for each report that is due, in the order of the roster, then those that were sent without being due.

    Reports of units that the period does not know are left out.
    """
    by_key = {(each.unit, each.form): rejudge(each, period) for each in summaries}
    reminded = _find_latest(reminders)
    units = {unit.code: unit for unit in programme.units if unit.is_valid_on(period.data_to)}
    titles = {form.code: form.title for form in programme.forms}
    rows: list[Row] = []
    for owed, summary, is_expected in match_reports(programme, period.code, by_key):
        unit = units.get(owed.unit)
        if unit is None or owed.form not in titles:
            continue
        status = judge(owed, summary, is_expected=is_expected)
        is_missing = status.standing is Standing.MISSING
        last = reminded.get((owed.unit, owed.form)) if is_missing else None
        rows.append(
            Row(
                number=len(rows),
                status=status,
                summary=summary,
                unit=unit,
                name=programme.name_fully(unit),
                form=titles[owed.form],
                tray=find_tray(status),
                flags=frozenset(_find_flags(status, summary, is_reminded=last is not None, now=now)),
                reminded=last,
            )
        )
    return tuple(rows)


def _find_latest(reminders: Iterable[Reminder]) -> dict[tuple[str, str], datetime]:
    """When each report was last reminded of."""
    latest: dict[tuple[str, str], datetime] = {}
    for each in reminders:
        if each.progress is Progress.SENT:
            key = each.unit, each.form
            latest[key] = max(latest.get(key, each.at), each.at)
    return latest


def _find_flags(
    status: ObligationStatus, summary: Summary | None, *, is_reminded: bool, now: datetime
) -> Iterator[Flag]:
    if summary:
        if summary.corrects:
            yield Flag.CORRECTED
        if summary.warnings:
            yield Flag.WARNED
        if summary.is_last_attempt_refused:
            yield Flag.REFUSED
    if status.standing is Standing.LATE:
        yield Flag.LATE
    if is_reminded:
        yield Flag.REMINDED
    if status.exception_until and now < status.exception_until:
        yield Flag.EXCEPTED


def find_tray(status: ObligationStatus) -> Tray:
    """The one tray of a report."""
    return place_review(status.review) if status.is_expected else Tray.EXTRA


def place_review(review: Review | None) -> Tray:
    """The tray of a report of which this was decided; None if there is no report."""
    return Tray.MISSING if review is None else _DECIDED.get(review, Tray.TO_LOOK)


def count_trays(rows: Iterable[Row]) -> dict[Tray, int]:
    """How many reports lie in each tray. All but `EXTRA` add up to what is due."""
    counts = Counter(row.tray for row in rows)
    return {tray: counts[tray] for tray in Tray}


def count_flags(rows: Iterable[Row]) -> dict[Flag, int]:
    counts = Counter(flag for row in rows for flag in row.flags)
    return {flag: counts[flag] for flag in Flag if counts[flag]}


def narrow(rows: Iterable[Row], wanted: Sought) -> list[Row]:
    """The rows that are wanted, in the order in which they come."""
    return [row for row in rows if _is_wanted(row, wanted)]


def find_wanted(rows: Iterable[Row], wanted: Sought) -> tuple[Row, ...]:
    """The rows that are wanted, in the order that is wanted."""
    found = narrow(rows, wanted)
    if wanted.order is Order.LATEST:
        return tuple(sorted(found, key=_find_arrival, reverse=True))
    return tuple(sorted(found, key=lambda row: row.urgency) if wanted.order is Order.WAITING else found)


def _is_wanted(row: Row, wanted: Sought) -> bool:
    return (
        wanted.tray in (None, row.tray)
        and (wanted.flag is None or wanted.flag in row.flags)
        and wanted.form in ("", row.status.form)
        and wanted.unit_type in ("", row.unit.type)
        and is_found(wanted.words, row.name, row.unit.name, row.unit.code)
    )


def _find_arrival(row: Row) -> tuple[datetime, int]:
    """When the current revision came; what never came stands last."""
    return (row.status.received or _NEVER, -row.number)


def find_next(rows: Sequence[Row], key: str) -> Row | None:
    """The report to look at after the one of this key: the next one that waits, from the beginning again at the end."""
    place = next((number for number, row in enumerate(rows) if row.key == key), -1)
    around = (*rows[place + 1 :], *rows[: max(place, 0)])
    return next((row for row in around if row.tray is Tray.TO_LOOK and row.key != key), None)


def list_former(programme: Programme, period: Period, summaries: Iterable[Summary]) -> tuple[tuple[Unit, str], ...]:
    """The reports of units that the period does not know any more, with their forms: kept, and counted nowhere."""
    if programme.branch:
        return ()
    present = {unit.code for unit in programme.units if unit.is_valid_on(period.data_to)}
    former = {code: unit for code, unit in programme.unit_by_code.items() if code not in present}
    return tuple((former[each.unit], each.form) for each in summaries if each.has_report and each.unit in former)
