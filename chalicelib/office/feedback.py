"""The office's remark to a unit about a period: the unit reads it beside its figures once the period is reported."""

from __future__ import annotations

from contextlib import suppress

from chalicelib.domain.audit import Action, Stamp, make_line
from chalicelib.domain.period.effects import Effect
from chalicelib.domain.programme.model import Period, Programme
from chalicelib.office.prepared import PreparedChange, Preview
from chalicelib.office.refusals import Moved, Unknown
from chalicelib.store import feedback as store
from chalicelib.store.errors import Conflict

_TRIES = 3


def prepare_remark(
    programme: Programme, period: Period, unit: str, *, text: str, seen: int, stamp: Stamp
) -> PreparedChange:
    """A remark in place of the known one, ready to be shown if it takes that back, and made."""

    def preview() -> Preview:
        known = store.find_feedback(programme.code, period=period.code, unit=unit)
        if text or not known.remark:
            return Preview(())
        return Preview((Effect("Nhận xét không còn hiện trên trang của đơn vị", (known.remark,), is_loss=True),))

    what = f"nhận xét cho {programme.name_unit(unit)}"
    return PreparedChange(
        what, preview, lambda: write_remark(programme, period, unit, text=text, seen=seen, stamp=stamp)
    )


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
