"""The office stands by the figures of points that look odd, or looks at them again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from chalicelib.domain.audit import Action, Stamp, make_line
from chalicelib.domain.period.effects import Effect
from chalicelib.domain.period.points import LONGEST_NOTE, Confirmation, Point
from chalicelib.domain.programme.model import Programme
from chalicelib.office.prepared import PreparedChange, Preview
from chalicelib.office.refusals import Mistaken, Moved, Unknown
from chalicelib.store.confirmations import ConfirmationExists, put_confirmation

if TYPE_CHECKING:
    from chalicelib.report.points import PointsNow


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
    looked = _gather(programme, period, stamp)
    opened = {(point.key, point.state): point for point in looked.points.open}
    done = {(point.key, point.state) for point, _ in looked.points.confirmed}
    _keep(looked, [(opened[each[:2]], each.note.strip()) for each in statements if each[:2] in opened], stamp)
    return [each for each in statements if each[:2] not in opened.keys() | done]


def reopen_point(programme: Programme, *, period: str, point: str, stamp: Stamp) -> None:
    """Takes a confirmation back. Raises Unknown, and Moved for a point that is not confirmed any more."""
    looked = _gather(programme, period, stamp)
    confirmed = {each.key: each for each, _ in looked.points.confirmed}
    if point not in confirmed:
        raise Moved
    _keep(looked, [(confirmed[point], "")], stamp)


def prepare_reopening(programme: Programme, *, period: str, point: str, stamp: Stamp) -> PreparedChange:
    """Taking a confirmation back, ready to be shown and made. The preview raises what `reopen_point` raises."""

    def preview() -> Preview:
        looked = _gather(programme, period, stamp)
        for each, said in looked.points.confirmed:
            if each.key == point:
                name = f"{programme.indicator_by_code[each.indicator].label}: {said.note}"
                sentence = "Ý kiến xác nhận không còn giá trị; điểm này lại nằm trong các điểm cần xem lại"
                return Preview((Effect(sentence, (name,), is_loss=True),))
        raise Moved

    return PreparedChange(
        "mở lại một điểm đã xác nhận",
        preview,
        lambda: reopen_point(programme, period=period, point=point, stamp=stamp),
    )


def _gather(programme: Programme, period: str, stamp: Stamp) -> PointsNow:
    from chalicelib.report.points import gather_points

    if period not in programme.period_by_code:
        raise Unknown
    return gather_points(programme, period, now=stamp.at)


def _check_notes(statements: Sequence[Statement]) -> None:
    notes = [each.note.strip() for each in statements]
    if not notes or not all(notes):
        raise Mistaken(["mỗi điểm xác nhận phải có ý kiến"])
    if any(len(note) > LONGEST_NOTE for note in notes):
        raise Mistaken([f"có ý kiến dài quá {LONGEST_NOTE} ký tự"])


def _keep(looked: PointsNow, said: Sequence[tuple[Point, str]], stamp: Stamp) -> None:
    """Keeps points with their notes; without a note a confirmation stands for no figures, so that the point is open.

    Raises Moved if somebody else confirmed a point meanwhile; those before it are kept.
    """
    programme, period = looked.consolidation.programme.code, looked.consolidation.period.code
    for number, (point, note) in enumerate(said, start=len(looked.confirmations) + 1):
        state = point.state if note else ""
        kept = Confirmation(number=number, point=point.key, state=state, note=note, at=stamp.at, actor=stamp.actor)
        # The note stays out of the audit: it may quote figures.
        line = make_line(
            Action.POINT_CONFIRMED if note else Action.POINT_REOPENED,
            "/".join(filter(None, (period, point.indicator, point.unit))),
            programme=programme, stamp=stamp, what=str(point.doubt), number=str(number),
        )  # fmt: skip
        try:
            put_confirmation(programme, period=period, confirmation=kept, line=line)
        except ConfirmationExists:
            raise Moved from None
