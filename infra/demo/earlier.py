"""The reports of a year before, so that figures have earlier ones beside them from the start.

They are entered as reports on paper that came in their time, approved, and made into an edition, each by the product's
own verb. What is there already stays, so that it can be done again after it was cut off.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from chalicelib.domain.audit import Stamp
from chalicelib.domain.programme.model import Form, Period, Programme, Unit
from infra.demo.programme import DEMO_FORM, DEMO_PERIOD, EARLIER_CODE, read_demo_documents, read_earlier_files
from infra.demo.samples import make_earlier_contents

_SCAN = b"%PDF-1.4\n% so lieu minh hoa\n%%EOF\n"


def seed_earlier(due: datetime, *, now: datetime) -> None:
    """Fills the programme of the year before the one whose period is due at `due`. The stack's settings must be set."""
    from chalicelib.office.programme import import_programme
    from chalicelib.report.publish import publish_edition
    from chalicelib.store import programmes
    from chalicelib.store.editions import find_latest_edition

    files = {name: text.encode() for name, text in read_earlier_files(due).items()} | read_demo_documents()
    if EARLIER_CODE not in programmes.list_programmes():
        import_programme(files, stamp=Stamp("demo", now))
    programme = programmes.load_in_force(EARLIER_CODE)
    form, period = programme.form_by_code[DEMO_FORM], programme.period_by_code[DEMO_PERIOD]
    for owed in programme.obligations(period.code):
        if owed.form == form.code:
            _send(programme, form, period, programme.unit_by_code[owed.unit], now=now)
    if find_latest_edition(EARLIER_CODE, period=period.code) is None:
        publish_edition(EARLIER_CODE, period=period.code, now=now)


def _send(programme: Programme, form: Form, period: Period, unit: Unit, *, now: datetime) -> None:
    """Enters the report, takes it in and approves it."""
    from chalicelib.domain.submission.records import Address, Review
    from chalicelib.intake.check import check_workbook
    from chalicelib.intake.receive import receive
    from chalicelib.office import paper, review
    from chalicelib.store.addresses import posted_scan_key, upload_key
    from chalicelib.store.objects import put_object
    from chalicelib.store.obligations import find_state

    address = Address(programme=programme.code, period=period.code, form=form.code, unit=unit.code)
    state, number = find_state(address), hashlib.sha256(unit.code.encode()).hexdigest()[:32]
    stamp = Stamp("demo", now)
    if state.submission is None:
        put_object(posted_scan_key(number), _SCAN, content_type="application/pdf")
        entry = paper.PaperEntry(
            programme, period, form, unit, paper.read_scan(posted_scan_key(number)),
            make_earlier_contents(programme, form, unit, period), period.due - timedelta(days=1), is_unclassified=True,
        )  # fmt: skip
        entered = paper.enter(entry, form_number=number, stamp=stamp)
        receive(upload_key(address, entered.upload_id), now=lambda: now, check=check_workbook)
        state = find_state(address)
    if state.review is Review.RECEIVED:
        review.approve_submission(review.Subject(programme, address), stamp=stamp)
