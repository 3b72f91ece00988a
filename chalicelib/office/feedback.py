"""The office's remark to a unit about a period: the unit reads it beside its figures once the period is reported."""

from __future__ import annotations

from contextlib import suppress

from chalicelib.domain.audit import Action, Stamp, make_line
from chalicelib.domain.programme.model import Period, Programme
from chalicelib.office.refusals import Moved, Unknown
from chalicelib.store import feedback as store
from chalicelib.store.errors import Conflict

_TRIES = 3


def write_remark(programme: Programme, period: Period, unit: str, *, text: str, seen: int, stamp: Stamp) -> None:
    """Replaces the remark; "" takes it back. `seen` is the number of remarks that its writer saw.

    Refuses an unknown unit, and if somebody else of the office has written meanwhile.
    """
    if programme.find_unit(unit, period) is None:
        raise Unknown
    what = {} if text else {"what": "bỏ nhận xét"}
    line = make_line(
        Action.REMARK_WRITTEN, f"unit:{unit}", programme=programme.code, stamp=stamp, period=period.code, **what
    )
    for _ in range(_TRIES):  # the unit may be opening its page just now
        known = store.find_feedback(programme.code, period=period.code, unit=unit)
        if known.remark == text:
            return None
        if known.remarks != seen:
            raise Moved
        with suppress(store.FeedbackMoved, Conflict):
            after = known.with_remark(text, stamp.at)
            return store.put_feedback(programme.code, period=period.code, feedback=after, line=line)
    raise Moved
