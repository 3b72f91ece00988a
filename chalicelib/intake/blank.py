"""A unit's blank form, with its earlier figures printed beside the cells."""

from __future__ import annotations

from chalicelib.domain.programme.model import Form, Period, Programme, Unit
from chalicelib.domain.submission.records import Address
from chalicelib.intake.earlier import find_earlier
from chalicelib.store.handouts import hand_out


def hand_out_blank(programme: Programme, *, form: Form, unit: Unit, period: Period) -> str:
    """Stores the blank workbook and returns an address that serves it under its name for minutes."""
    from chalicelib.workbook.form.template import make_template

    address = Address(programme=programme.code, period=period.code, form=form.code, unit=unit.code)
    earlier = find_earlier(programme, address)
    previous, last_year = (
        {code: figure.value for code, figure in own.items()} for own in (earlier.previous, earlier.last_year)
    )
    data = make_template(programme, form, unit, period, previous=previous, last_year=last_year)
    return hand_out(data, file_name=f"{form.title} - {programme.name_fully(unit)} - {period.name}.xlsx")
