"""Moves the clocks of a period, switches duties on or off: changes of the programme, shown before they are made."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from chalicelib.domain.language.vietnamese import render_instant
from chalicelib.domain.programme.amendments import set_duty, set_period, write_instant
from chalicelib.domain.programme.loading import PROGRAMME
from chalicelib.domain.programme.model import Duty, Period, Programme
from chalicelib.office.changes import ProgrammeChange
from chalicelib.office.programme import read_file
from chalicelib.office.refusals import Unknown

CLOCKS = {"opens": "Mở", "due": "Hạn", "lock": "Khóa"}
"""What the clocks of a period are called."""


class Clocks(NamedTuple):
    """When a period opens, is due and locks, and the hours of grace after the due time."""

    opens: datetime
    due: datetime
    lock: datetime
    grace_hours: int = 0


def move_clocks(programme: Programme, period: Period, clocks: Clocks) -> ProgrammeChange:
    """The clocks of one period moved."""
    moments = {name: getattr(clocks, name) for name in CLOCKS}
    values = {name: write_instant(moment) for name, moment in moments.items()}
    values |= {"grace_hours": str(clocks.grace_hours)}
    text = set_period(read_file(programme, PROGRAMME), period, values)
    told = "; ".join(f"{CLOCKS[name]} {render_instant(moment)}" for name, moment in moments.items())
    return ProgrammeChange({PROGRAMME: text.encode()}, f"{period.name}: {told}")


def switch_duty(programme: Programme, duty: Duty) -> ProgrammeChange:
    """One duty switched on or off, as `duty.enabled` says. Raises Unknown."""
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
    what = f"{'bật' if duty.enabled else 'tắt'} báo cáo phải nộp: {form.title}, {unit_type}, {period.name}"
    return ProgrammeChange({PROGRAMME: text.encode()}, what)
