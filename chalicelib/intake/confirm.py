"""A unit confirms on its page that a whole form has nothing to report; the form with its marks goes into the inbox."""

from __future__ import annotations

from datetime import datetime

from chalicelib.domain.audit import Action, Stamp, make_link_line
from chalicelib.domain.issues.issue import Refused
from chalicelib.domain.programme.model import Programme
from chalicelib.domain.submission.admission import find_misaddress, find_obstacle_to_confirming
from chalicelib.domain.submission.records import Link
from chalicelib.intake.enter import derive_upload_id, enter_workbook, was_entered
from chalicelib.intake.links import find_address
from chalicelib.store import obligations
from chalicelib.store.uploads import Particulars


def confirm_nothing(
    link: Link,
    programme: Programme,
    *,
    period: str,
    form: str,
    confirmed_by: str,
    form_number: str,
    now: datetime,
) -> str:
    """Sends the unit's form with every mark “không phát sinh”; returns the upload's id. Figures sent later replace it.

    `form_number` is that of the page's form: sent again, it is the same upload. Raises LinkClosed as `mint_upload`
    does, and Refused with what `find_obstacle_to_confirming` returns.
    """
    address = find_address(link, programme, period=period, form=form, now=now)
    # What was asked for is known to be plain words before it stands in a key.
    if misaddress := find_misaddress(address, programme):
        raise Refused(misaddress)
    upload_id = derive_upload_id(address, form_number)
    if was_entered(address, upload_id):
        return upload_id
    if obstacle := find_obstacle_to_confirming(address, programme, obligations.find_state(address), at=now):
        raise Refused(obstacle)
    data, file_name = _make_workbook(programme, period=period, form=form, unit=link.unit)
    stamp = Stamp(f"unit:{link.unit}", now)
    line = make_link_line(Action.SUBMISSION_CONFIRMED, link, stamp=stamp, upload=upload_id, period=period, form=form)
    particulars = Particulars(file_name, is_unclassified=True, confirmed_by=confirmed_by)
    enter_workbook(address, upload_id, data, particulars=particulars, line=line, at=now)
    return upload_id


def _make_workbook(programme: Programme, *, period: str, form: str, unit: str) -> tuple[bytes, str]:
    """The unit's form with all its marks, and the file's name. The unit is known to owe it or may send it."""
    from chalicelib.workbook.form.filling import Contents, fill_in
    from chalicelib.workbook.form.template import make_template

    own, when = programme.form_by_code[form], programme.period_by_code[period]
    sender = programme.find_unit(unit, when)
    if sender is None:
        raise LookupError(unit)
    marked = {section.code: "x" for section in programme.list_all_markable(own, sender, when)}
    data = fill_in(make_template(programme, own, sender, when), Contents(marked))
    return data, f"Xác nhận không phát sinh - {own.title} - {programme.name_fully(sender)}.xlsx"
