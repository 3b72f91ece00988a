"""Reports on paper: the scan, and the figures that the office types in, passed to intake as a workbook."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from chalicelib.domain.audit import Action, Stamp, make_line
from chalicelib.domain.programme.model import Form, Period, Programme, Unit
from chalicelib.domain.submission.admission import find_paper_obstacle
from chalicelib.domain.submission.records import Address
from chalicelib.office.refusals import Refusal, Unknown
from chalicelib.store import obligations, papers, prepared, uploads
from chalicelib.store.addresses import is_scan_key
from chalicelib.store.papers import Paper
from chalicelib.store.prepared import Prepared
from chalicelib.workbook.form.filling import Contents, fill_in
from chalicelib.workbook.form.template import make_template


class Scan(NamedTuple):
    """A scan in storage, and its file type: ".pdf"."""

    key: str
    type: str


class PaperEntry(NamedTuple):
    """What was typed in from one report. `received` is when the paper came to the office.

    With `is_confirmed` the person who types confirms that the paper holds no state secret.
    """

    programme: Programme
    period: Period
    form: Form
    unit: Unit
    scan: Scan
    typed: Contents
    received: datetime
    is_confirmed: bool

    @property
    def address(self) -> Address:
        return Address(programme=self.programme.code, period=self.period.code, form=self.form.code, unit=self.unit.code)


def read_scan(key: str) -> Scan:
    """The scan that was posted to this key. Raises Unknown for a key of another kind, Refusal if it is no scan."""
    if not is_scan_key(key):
        raise Unknown
    kind = papers.read_scan_type(key)
    if not kind:
        raise Refusal("Bản quét phải là tệp PDF hoặc ảnh JPEG, PNG, TIFF. Xin quay lại và chọn đúng tệp.")
    return Scan(key, kind)


def enter(entry: PaperEntry, *, claim: Callable[[], None], stamp: Stamp) -> Paper:
    """Puts the figures into the inbox as a workbook, where intake checks them like any other.

    `claim` is called once, after all decisions and before the first write; an exception from it ends the entry.
    Raises Refusal if the figures may not be entered, or if no report was accepted at the time the paper came.
    """
    _check(entry, stamp.at)
    claim()
    blank = make_template(entry.programme, entry.form, entry.unit, entry.period)
    data = fill_in(blank, entry.typed)
    paper = Paper(
        upload_id=secrets.token_hex(16),
        scan_key=papers.keep_scan(entry.scan.key),
        scan_type=entry.scan.type,
        entered=stamp.at,
        received=entry.received,
        actor=stamp.actor,
    )
    file_name = f"Nhập từ bản giấy - {entry.form.title} - {entry.unit.full_name}.xlsx"
    _keep_origin(entry.address, paper, file_name, stamp)
    uploads.put_entered(entry.address, paper.upload_id, data, file_name)
    return paper


def _check(entry: PaperEntry, now: datetime) -> None:
    if not entry.is_confirmed:
        raise Refusal("Xin đánh dấu xác nhận: bản giấy không chứa bí mật nhà nước.")
    state = obligations.find_state(entry.address)
    if obstacle := find_paper_obstacle(entry.address, entry.programme, state, received=entry.received, now=now):
        raise Refusal(obstacle)


def _keep_origin(address: Address, paper: Paper, file_name: str, stamp: Stamp) -> None:
    """Records who entered the report and from which scan, before the workbook is put, so none exists without them."""
    papers.put_paper(address, paper)
    known = Prepared(upload_id=paper.upload_id, prepared=paper.entered, file_name=file_name)
    line = make_line(
        Action.SUBMISSION_ENTERED, paper.upload_id, programme=address.programme, stamp=stamp,
        period=address.period, form=address.form, unit=address.unit,
        received=paper.received.isoformat() if paper.received else "",
    )  # fmt: skip
    prepared.put_prepared(address, known, line)
