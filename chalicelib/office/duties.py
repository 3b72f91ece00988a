"""Moves the clocks of a period and switches duties on or off. Both change the programme."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from chalicelib.domain.audit import Stamp
from chalicelib.domain.language.vietnamese import render_instant
from chalicelib.domain.programme.amendments import set_duty, set_period, write_instant
from chalicelib.domain.programme.loading import PROGRAMME
from chalicelib.domain.programme.model import Duty, Period, Programme
from chalicelib.office.programme import put_in_force, read_file
from chalicelib.office.refusals import Unknown
from chalicelib.store.programmes import Version

CLOCKS = {"opens": "Mở", "due": "Hạn", "lock": "Khóa"}
"""What the clocks of a period are called."""


class Clocks(NamedTuple):
    """When a period opens, is due and locks, and the hours of grace after the due time."""

    opens: datetime
    due: datetime
    lock: datetime
    grace_hours: int = 0


def move_clocks(programme: Programme, period: Period, clocks: Clocks, *, stamp: Stamp) -> Version:
    """Puts the clocks of one period in force. Raises Mistaken if they are out of order, and Moved."""
    moments = {name: getattr(clocks, name) for name in CLOCKS}
    values = {name: write_instant(moment) for name, moment in moments.items()}
    values |= {"grace_hours": str(clocks.grace_hours)}
    text = set_period(read_file(programme, PROGRAMME), period, values)
    told = "; ".join(f"{CLOCKS[name]} {render_instant(moment)}" for name, moment in moments.items())
    return put_in_force(programme, {PROGRAMME: text.encode()}, what=f"{period.name}: {told}", stamp=stamp)


def switch_duty(programme: Programme, duty: Duty, *, stamp: Stamp) -> Version:
    """Switches one duty on or off, as `duty.enabled` says. Raises Unknown and Moved."""
    unit_type, form = programme.unit_types.get(duty.unit_type), programme.form_by_code.get(duty.form)
    period = programme.period_by_code.get(duty.period)
    if unit_type is None or form is None or period is None:
        raise Unknown
    text = set_duty(
        read_file(programme, PROGRAMME),
        unit_type=duty.unit_type,
        period=duty.period,
        form=duty.form,
        is_enabled=duty.enabled,
    )
    what = f"{'bật' if duty.enabled else 'tắt'} nghĩa vụ: {form.title}, {unit_type}, {period.name}"
    return put_in_force(programme, {PROGRAMME: text.encode()}, what=what, stamp=stamp)
