"""Gathers the inputs of an edition, from the store or from a folder: the period, the periods it is compared with,
and the Word template."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from itertools import chain, islice
from typing import Protocol

from chalicelib import __version__
from chalicelib.domain.period.consolidate import consolidate, find_phase
from chalicelib.domain.period.consolidation import Consolidation, Phase
from chalicelib.domain.period.draft import Draft
from chalicelib.domain.period.points import Confirmation
from chalicelib.domain.programme.branches import name_part
from chalicelib.domain.programme.model import Period, Programme
from chalicelib.domain.submission.records import State
from chalicelib.report.document.template import find_template
from chalicelib.store import obligations, programmes
from chalicelib.store.obligations import StateMark
from chalicelib.store.settings import read_settings


class ReadStates(Protocol):
    """Reads the states of one period of a programme, one by one: from the store, or from a folder."""

    def __call__(self, programme: str, /, *, period: str) -> Iterable[State]: ...


def describe_makers(template: bytes | None) -> dict[str, str]:
    """Everything besides the inputs that decides how an edition looks, for its manifest."""
    return {"tonghop": __version__, "template": hashlib.sha256(template).hexdigest() if template else ""}


def describe_draft(draft: Draft | None) -> dict[str, str]:
    """The office's own part of an edition's inputs: the version of its draft, if there is one."""
    return {"draft": str(draft.number)} if draft else {}


def describe_confirmations(confirmations: Sequence[Confirmation]) -> dict[str, str]:
    """The same: the number of the last confirmation of a point, if there is one."""
    return {"confirmations": str(confirmations[-1].number)} if confirmations else {}


def load_template(programme: str, version: int, period: str) -> bytes:
    """The Word template of a period, in a stored version of the programme."""
    return find_template(programmes.load_files(programme, version), period)


MOST_YEARS = 6
"""So many years back an edition's trends reach; each year costs a Query."""


def consolidate_stored(
    programme: Programme,
    period: str,
    *,
    as_of: datetime,
    template: bytes | None = None,
    office: Mapping[str, str] | None = None,
    years: int = 1,
) -> Consolidation:
    """Consolidates a period from the store: one Query for the period and one for each period it is compared with.

    `years`: how many years back it is compared. Pages show the last one; an edition draws more.
    """
    followed = programmes.list_followed(programme, most=years)
    return consolidate_compared(
        programme, period, obligations.read_period, as_of=as_of, followed=followed, template=template, office=office
    )


@dataclass(frozen=True)
class _Basis:
    """What decides the consolidation of a period as it stands in a table: of it and of each period that it is compared
    with the programme's code and version, the phase, and the marks of the states."""

    table: str
    sides: tuple[tuple[str, int, str, Phase, tuple[StateMark, ...]], ...]
    programme: Programme = field(compare=False)
    followed: tuple[Programme, ...] = field(compare=False)
    as_of: datetime = field(compare=False)


def consolidate_standing(programme: Programme, period: str, *, as_of: datetime, years: int = 1) -> Consolidation:
    """The same for whoever looks at a period, again and again while writing: the figures are those of `as_of`, but they
    are read and added up only if a report has come or changed since the last look of this process."""
    followed = programmes.list_followed(programme, most=years)
    sides = tuple(
        (
            name_part(each),
            each.version,
            own.code,
            find_phase(own, as_of),
            obligations.list_marks(each.code, period=own.code),
        )
        for each, own in _list_sides(programme, period, followed)
    )
    consolidate_basis = _consolidate_standing if len(followed) <= 1 else _consolidate_years
    standing = consolidate_basis(_Basis(read_settings().table, sides, programme, followed, as_of))
    return replace(standing, as_of=as_of)


def _list_sides(programme: Programme, period: str, followed: Sequence[Programme]) -> Iterator[tuple[Programme, Period]]:
    own = programme.period_by_code[period]
    sides = ((programme, period), (programme, own.compare_with), *((each, period) for each in followed))
    for each, code in sides:
        if code in each.period_by_code:
            yield each, each.period_by_code[code]


def forget() -> None:
    """Empties this process's cache."""
    _consolidate_standing.cache_clear()
    _consolidate_years.cache_clear()


@lru_cache(maxsize=1)
def _consolidate_standing(basis: _Basis) -> Consolidation:
    return _consolidate(basis)


@lru_cache(maxsize=1)
def _consolidate_years(basis: _Basis) -> Consolidation:
    """Kept apart, so that a look at one figure's years does not cost the next look at the period."""
    return _consolidate(basis)


def _consolidate(basis: _Basis) -> Consolidation:
    period = basis.sides[0][2]
    return consolidate_compared(
        basis.programme, period, obligations.read_period, as_of=basis.as_of, followed=basis.followed
    )


def consolidate_compared(
    programme: Programme,
    period: str,
    read: ReadStates,
    *,
    as_of: datetime,
    followed: Sequence[Programme] = (),
    template: bytes | None = None,
    office: Mapping[str, str] | None = None,
) -> Consolidation:
    """Consolidates the period, compared with the one that it includes and with the same one of the programmes before.

    `followed` are those, the latest first. A period without any report is not compared with, nor any before it.
    """

    def consolidate_other(code: str, *others: Programme) -> Consolidation | None:
        if not others or code not in others[0].period_by_code:
            return None
        states = iter(read(others[0].code, period=code))
        first = list(islice(states, 1))
        before = consolidate_other(code, *others[1:]) if first else None
        return consolidate(others[0], code, chain(first, states), as_of=as_of, previous=before) if first else None

    return consolidate(
        programme,
        period,
        read(programme.code, period=period),
        as_of=as_of,
        previous=consolidate_other(period, *followed),
        earlier=consolidate_other(programme.period_by_code[period].compare_with, programme),
        made_with=describe_makers(template),
        office=office,
    )
