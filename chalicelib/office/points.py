"""The office stands by the figures of points that look odd, or looks at them again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from chalicelib.domain.audit import Action, AuditLine, Stamp, make_line
from chalicelib.domain.period.points import LONGEST_NOTE, Confirmation, Point, Points
from chalicelib.domain.programme.model import Programme
from chalicelib.office.refusals import Mistaken, Moved, Unknown
from chalicelib.store.confirmations import put_confirmation
from chalicelib.store.errors import ConditionFailed


class Statement(NamedTuple):
    """What the office says of a point: its key, the state that the person looked at, and the note."""

    point: str
    state: str
    note: str


def confirm_points(
    programme: Programme, *, period: str, statements: Sequence[Statement], stamp: Stamp
) -> list[Statement]:
    """Confirms the points; gives those statements that were not kept, because the point is another one by now.

    A point that is confirmed already stays as it is. Raises Unknown, and Mistaken for notes.
    """
    _check_notes(statements)
    points = _gather(programme, period, stamp)
    opened = {point.key: point for point in points.open}
    done = {(point.key, point.state) for point, _ in points.confirmed}
    moved = []
    for each in statements:
        point = opened.get(each.point)
        if point is not None and point.state == each.state:
            _put(programme, period, point, note=each.note.strip(), stamp=stamp)
        elif (each.point, each.state) not in done:
            moved.append(each)
    return moved


def reopen_point(programme: Programme, *, period: str, point: str, stamp: Stamp) -> None:
    """Takes a confirmation back. Raises Unknown, and Moved for a point that is not confirmed any more."""
    confirmed = {each.key: each for each, _ in _gather(programme, period, stamp).confirmed}
    if point not in confirmed:
        raise Moved
    _put(programme, period, confirmed[point], note="", stamp=stamp)


def _gather(programme: Programme, period: str, stamp: Stamp) -> Points:
    from chalicelib.report.points import gather_points

    if period not in programme.period_by_code:
        raise Unknown
    return gather_points(programme, period, now=stamp.at).points


def _check_notes(statements: Sequence[Statement]) -> None:
    notes = [each.note.strip() for each in statements]
    if not notes or not all(notes):
        raise Mistaken(["mỗi điểm xác nhận phải có ý kiến"])
    if any(len(note) > LONGEST_NOTE for note in notes):
        raise Mistaken([f"có ý kiến dài quá {LONGEST_NOTE} ký tự"])


def _put(programme: Programme, period: str, point: Point, *, note: str, stamp: Stamp) -> None:
    """Keeps the confirmation; without a note it stands for no figures, so that the point is open."""
    said = Confirmation(point=point.key, state=point.state if note else "", note=note, at=stamp.at, actor=stamp.actor)
    line = _make_line(programme, period, point, Action.POINT_CONFIRMED if note else Action.POINT_REOPENED, stamp)
    try:
        put_confirmation(programme.code, period=period, confirmation=said, line=line)
    except ConditionFailed:
        raise Moved from None


def _make_line(programme: Programme, period: str, point: Point, action: Action, stamp: Stamp) -> AuditLine:
    """The note stays out of the audit: it may quote figures."""
    subject = "/".join(filter(None, (period, point.indicator, point.unit)))
    return make_line(action, subject, programme=programme.code, stamp=stamp, what=str(point.doubt))
