"""Publishes an edition of a period: gather the states in one Query, decide in pure steps, write the files and the record."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from chalicelib.domain.consolidation import Consolidation, consolidate
from chalicelib.domain.edition import EditionInfo, Snapshot, decide_edition
from chalicelib.domain.programme import Period, Programme
from chalicelib.domain.submission import AuditLine, Edition
from chalicelib.report.data import JSON_NAME, read_snapshot
from chalicelib.report.edition import TEMPLATE, describe_makers, make_files
from chalicelib.store import editions, obligations, programmes, uploads
from chalicelib.store.errors import EditionExists

FREEZE_WITHIN = timedelta(days=7)
"""How long after its lock a period that nobody reported for still gets its frozen edition."""


class Case(NamedTuple):
    """All that an edition is made from."""

    made: Consolidation
    latest: Edition | None
    before: Snapshot | None
    template: bytes | None


def publish_edition(programme: str, period: str, *, now: datetime, actor: str, reason: str = "") -> Edition:
    """A new edition of the period, or the latest one again where nothing has changed since.

    Raises NotFound for a programme that was never imported, KeyError for a period that it does not have.
    """
    case = _gather(programme, period, now)
    info = decide_edition(case.made, case.latest, case.before, reason=reason)
    if info is None and case.latest is not None:
        return case.latest
    return _apply(case, info or EditionInfo(1, now, is_frozen=False), actor)


def publish_due(*, now: datetime, actor: str = "schedule") -> dict[str, int]:
    """Every open, due or freshly locked period of every programme. Running it twice, or not at all, does no harm.

    Returns the edition's number by "programme/period", for those that were looked at.
    """
    found: dict[str, int] = {}
    for code in programmes.list_programmes():
        programme = programmes.load_in_force(code)
        for period in _find_due(programme, now):
            edition = publish_edition(code, period.code, now=now, actor=actor)
            found[f"{code}/{period.code}"] = edition.number
    return found


def _find_due(programme: Programme, now: datetime) -> Iterator[Period]:
    """Periods that have opened and have something to say: a submission, an edition to settle, or a fresh lock."""
    for period in programme.periods:
        if now < period.opens:
            continue
        is_fresh = period.lock <= now < period.lock + FREEZE_WITHIN
        if is_fresh or obligations.query_period(programme.code, period.code):
            yield period


def gather_consolidation(programme: Programme, period: Period, now: datetime, template: bytes | None) -> Consolidation:
    """The period consolidated from the store: one Query for it, and one for each period that it is compared with."""

    def make(each: Programme, code: str, **compared: Consolidation | None) -> Consolidation:
        states = obligations.query_period(each.code, code)
        return consolidate(each, code, states, as_of=now, made_with=describe_makers(template), **compared)

    earlier = make(programme, period.compare_with) if period.compare_with else None
    return make(programme, period.code, earlier=earlier, previous=_find_previous(programme, period, make))


def _find_previous(
    programme: Programme, period: Period, make: Callable[..., Consolidation]
) -> Consolidation | None:
    """The same period of the programme that this one follows, where the store has it."""
    if not programme.follows or programmes.find_latest_version(programme.follows) is None:
        return None
    before = programmes.load_in_force(programme.follows)
    return make(before, period.code) if period.code in before.period_by_code else None


def _gather(code: str, period: str, now: datetime) -> Case:
    programme = programmes.load_in_force(code)
    template = programmes.load_files(code, programme.version).get(TEMPLATE)
    latest = editions.find_latest_edition(code, period)
    made = gather_consolidation(programme, programme.period_by_code[period], now, template)
    before = None
    if latest is not None and latest.inputs_hash != made.inputs_hash:
        before = read_snapshot(uploads.read_report(latest.files[JSON_NAME]))
    return Case(made, latest, before, template)


def _apply(case: Case, info: EditionInfo, actor: str) -> Edition:
    """Writes the files, then the record that names them: without the record nobody sees a half-written edition."""
    made = case.made
    code, period = made.programme.code, made.period.code
    keys: dict[str, str] = {}
    hashes: dict[str, str] = {}
    for name, data in make_files(made, info, template=case.template).items():
        keys[name], hashes[name] = uploads.put_report(code, period, info.number, name, data)
    edition = Edition(
        programme=code,
        period=period,
        number=info.number,
        made=info.made,
        frozen=info.is_frozen,
        programme_version=made.programme.version,
        inputs=made.inputs,
        inputs_hash=made.inputs_hash,
        files=keys,
        hashes=hashes,
        reason=info.reason,
    )
    try:
        return editions.put_edition(edition, _make_line(edition, actor))
    except EditionExists:  # another maker was faster; its edition is the one
        latest = editions.find_latest_edition(code, period)
        return latest or edition


def _make_line(edition: Edition, actor: str) -> AuditLine:
    return AuditLine(
        at=edition.made,
        actor=actor,
        action="edition.published",
        subject=f"{edition.programme}/{edition.period}/{edition.number}",
        programme=edition.programme,
        details={"inputs_hash": edition.inputs_hash, "inputs": str(len(edition.inputs))},
    )
