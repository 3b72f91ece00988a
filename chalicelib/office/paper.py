"""Reports on paper: the scan, and the figures that the office types in, passed to intake as a workbook."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from typing import NamedTuple

from chalicelib.domain.audit import Action, AuditLine, Stamp, make_line
from chalicelib.domain.issues.issue import Issue, Severity
from chalicelib.domain.programme.model import Form, Period, Programme, Unit
from chalicelib.domain.submission.admission import find_paper_obstacle
from chalicelib.domain.submission.records import Address
from chalicelib.intake.enter import derive_upload_id, enter_workbook, was_entered
from chalicelib.office.refusals import Refusal, SentBefore, Unknown
from chalicelib.store import obligations, papers
from chalicelib.store.addresses import is_scan_key, kept_scan_key
from chalicelib.store.papers import Paper
from chalicelib.store.uploads import Particulars
from chalicelib.workbook.form.filling import Contents, fill_in
from chalicelib.workbook.form.places import Located

NOT_CONFIRMED = "Xin đánh dấu xác nhận: bản giấy không chứa bí mật nhà nước."


class Scan(NamedTuple):
    """A scan in storage, and its file type: ".pdf"."""

    key: str
    type: str


class TypedField(NamedTuple):
    """Where something was typed: an indicator, a text or a section's mark by its code, or a column of a table's row."""

    code: str
    table: str = ""
    row: int = 0


class FieldMistake(NamedTuple):
    """What is wrong with what was typed; `field` is None where it concerns no single field."""

    issue: Issue
    field: TypedField | None


class PaperEntry(NamedTuple):
    """What was typed in from one report. `received` is when the paper came to the office.

    With `is_unclassified` the person who types has confirmed that the paper holds no state secret.
    """

    programme: Programme
    period: Period
    form: Form
    unit: Unit
    scan: Scan
    typed: Contents
    received: datetime
    is_unclassified: bool

    @property
    def address(self) -> Address:
        return Address(programme=self.programme.code, period=self.period.code, form=self.form.code, unit=self.unit.code)


def write_workbook(programme: Programme, period: Period, form: Form, unit: Unit, *, typed: Contents) -> bytes:
    """What was typed, in the unit's blank form."""
    from chalicelib.workbook.form.template import make_template  # imported here: the page of the scan needs none

    return fill_in(make_template(programme, form, unit, period), typed)


def find_mistakes(programme: Programme, period: Period, form: Form, unit: Unit, *, data: bytes) -> list[FieldMistake]:
    """What intake would refuse of this workbook, before anything is sent: errors alone, each at its field.

    A mark of secrecy is none of them: intake keeps nothing of such an entry, and not its scan either.
    """
    from chalicelib.intake.check import check_workbook
    from chalicelib.workbook.form.layout import locate
    from chalicelib.workbook.reading.reader import read_workbook

    address = Address(programme=programme.code, period=period.code, form=form.code, unit=unit.code)
    outcome = check_workbook(data, programme, expected=address)
    errors = [issue for issue in outcome.issues if issue.severity is Severity.ERROR]
    if not errors or not outcome.keep_bytes:
        return []
    rows, tables = programme.rows(form, unit, period), programme.tables(form, unit, period)
    located = locate(read_workbook(data), form, rows, tables, programme.narratives(form, period))
    fields = _list_fields(located)
    return [FieldMistake(issue, fields.get((issue.sheet, issue.cell))) for issue in errors]


def _list_fields(located: Located) -> dict[tuple[str, str], TypedField]:
    """The fields by sheet and cell."""
    single = located.values | located.narratives | located.marks
    fields = {(place.sheet.name, place.reference): TypedField(code) for code, place in single.items()}
    for table, counted in located.tables.items():
        rows = sorted((*counted, *located.asides.get(table, ())), key=lambda row: row.row)
        for number, row in enumerate(rows, start=1):
            places = row.places.items()
            fields |= {(row.sheet.name, place.reference): TypedField(code, table, number) for code, place in places}
    return fields


def read_scan(key: str) -> Scan:
    """The scan that was posted to this key. Raises Unknown for a key of another kind, Refusal if it is no scan."""
    if not is_scan_key(key):
        raise Unknown
    kind = papers.read_scan_type(key)
    if not kind:
        raise Refusal("Bản quét phải là tệp PDF hoặc ảnh JPEG, PNG, TIFF. Xin quay lại và chọn đúng tệp.")
    return Scan(key, kind)


def enter(entry: PaperEntry, *, form_number: str, stamp: Stamp, data: bytes = b"") -> Paper:
    """Puts the figures into the inbox as a workbook, where intake checks them like any other; `data`, if it is made.

    `form_number` is that of the form in which the figures were typed: sent again after a fault, it goes on where it
    was cut off; sent again with other contents, it is a further report. Raises SentBefore if it was entered before, and
    Refusal if the figures may not be entered, or if no report was accepted at the time the paper came.
    """
    _check(entry, stamp.at)
    upload_id = find_upload_id(entry, form_number)
    if was_entered(entry.address, upload_id):
        raise SentBefore
    data = data or write_workbook(entry.programme, entry.period, entry.form, entry.unit, typed=entry.typed)
    paper = Paper(
        upload_id=upload_id,
        scan_key=papers.keep_scan(entry.scan.key),
        scan_type=entry.scan.type,
        entered=stamp.at,
        received=entry.received,
        actor=stamp.actor,
    )
    file_name = f"Nhập từ bản giấy - {entry.form.title} - {entry.programme.name_fully(entry.unit)}.xlsx"
    papers.put_paper(entry.address, paper)  # before the workbook, so that none exists without its scan
    enter_workbook(
        entry.address,
        paper.upload_id,
        data,
        particulars=Particulars(file_name, is_unclassified=True, is_paper=True),
        line=_make_line(entry, paper.upload_id, stamp),
        at=stamp.at,
    )
    return paper


def find_upload_id(entry: PaperEntry, form_number: str) -> str:
    """The upload that the form with this number becomes with these contents, so that no two entries share one.

    Of two requests at once the figures of one were kept with the scan and the day of the other.
    """
    typed = json.dumps(asdict(entry.typed), sort_keys=True, default=str)
    return derive_upload_id(
        entry.address, form_number, kept_scan_key(entry.scan.key), entry.received.isoformat(), typed
    )


def _check(entry: PaperEntry, now: datetime) -> None:
    if not entry.is_unclassified:
        raise Refusal(NOT_CONFIRMED)
    state = obligations.find_state(entry.address)
    if obstacle := find_paper_obstacle(entry.address, entry.programme, state, received=entry.received, now=now):
        raise Refusal(obstacle)


def _make_line(entry: PaperEntry, upload_id: str, stamp: Stamp) -> AuditLine:
    """Who entered the report, and when its paper came."""
    return make_line(
        Action.SUBMISSION_ENTERED, upload_id, programme=entry.programme.code, stamp=stamp, period=entry.period.code,
        form=entry.form.code, unit=entry.unit.code, received=entry.received.isoformat(),
    )  # fmt: skip
