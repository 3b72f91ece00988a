"""Gathers the points of a period from the store: the period as it is now, its last edition, the confirmations."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from chalicelib.domain.period.consolidation import Consolidation
from chalicelib.domain.period.edition import Difference, find_differences, take_snapshot
from chalicelib.domain.period.plausibility import find_points
from chalicelib.domain.period.points import Confirmation, Points, sort_out
from chalicelib.domain.programme.model import Programme
from chalicelib.report.data import read_snapshot
from chalicelib.report.files import JSON
from chalicelib.report.gather import consolidate_standing
from chalicelib.store import confirmations, editions, uploads


class PointsNow(NamedTuple):
    """A period with its points, and all confirmations so far."""

    consolidation: Consolidation
    points: Points
    confirmations: Sequence[Confirmation]


def gather_points(programme: Programme, period: str, *, now: datetime) -> PointsNow:
    """The points as an edition made now would list them. Raises KeyError for a period that the programme lacks."""
    consolidation = consolidate_standing(programme, period, as_of=now)
    known = confirmations.list_confirmations(programme.code, period=period)
    points = sort_out(find_points(consolidation, list(_find_differences(consolidation))), known)
    return PointsNow(consolidation, points, known)


def _find_differences(consolidation: Consolidation) -> Iterator[Difference]:
    """What has changed since the last edition, if there is one."""
    latest = editions.find_latest_edition(consolidation.programme.code, period=consolidation.period.code)
    if latest is not None and JSON in latest.files:
        before = read_snapshot(uploads.read_report(latest.files[JSON]))
        yield from find_differences(before, take_snapshot(consolidation), consolidation.reporting.statuses)
