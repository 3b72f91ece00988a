"""Gathers the inputs of an edition, from the store or from a folder: the period, the periods it is compared with,
and the Word template."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from chalicelib import __version__
from chalicelib.domain.period.consolidate import consolidate
from chalicelib.domain.period.consolidation import Consolidation
from chalicelib.domain.period.draft import Draft
from chalicelib.domain.period.points import Confirmation
from chalicelib.domain.programme.model import Programme
from chalicelib.domain.submission.records import State
from chalicelib.report.document.template import find_template
from chalicelib.store import obligations, programmes


class ReadStates(Protocol):
    """Reads the states of one period of a programme: from the store, or from a folder."""

    def __call__(self, programme: str, /, *, period: str) -> Sequence[State]: ...


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


def consolidate_stored(
    programme: Programme,
    period: str,
    *,
    as_of: datetime,
    template: bytes | None = None,
    office: Mapping[str, str] | None = None,
) -> Consolidation:
    """Consolidates a period from the store: one Query for the period and one for each period it is compared with."""
    followed = programmes.load_followed(programme)
    return consolidate_compared(
        programme, period, obligations.query_period, as_of=as_of, followed=followed, template=template, office=office
    )


def consolidate_compared(
    programme: Programme,
    period: str,
    read: ReadStates,
    *,
    as_of: datetime,
    followed: Programme | None = None,
    template: bytes | None = None,
    office: Mapping[str, str] | None = None,
) -> Consolidation:
    """Consolidates the period, compared with the one that it includes and with the same one of the previous programme.

    A period without any report is not compared with.
    """

    def consolidate_other(other: Programme, code: str) -> Consolidation | None:
        states = read(other.code, period=code) if code in other.period_by_code else ()
        return consolidate(other, code, states, as_of=as_of) if states else None

    return consolidate(
        programme,
        period,
        read(programme.code, period=period),
        as_of=as_of,
        previous=consolidate_other(followed, period) if followed else None,
        earlier=consolidate_other(programme, programme.period_by_code[period].compare_with),
        made_with=describe_makers(template),
        office=office,
    )
