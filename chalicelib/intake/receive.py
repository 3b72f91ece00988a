"""One upload becomes one receipt: gather what is known, decide in one pure step, write it in one transaction."""

from __future__ import annotations

import hashlib
import random
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import NamedTuple, Protocol

from chalicelib.domain.audit import AuditLine
from chalicelib.domain.issues.issue import Issue, Refused, make_issue
from chalicelib.domain.programme.model import Programme
from chalicelib.domain.submission.admission import find_misaddress
from chalicelib.domain.submission.decision import Decision, decide
from chalicelib.domain.submission.records import Address, Figure, Outcome, Receipt, State, Status, Upload
from chalicelib.store import obligations, papers, programmes, receipts, uploads
from chalicelib.store.addresses import parse_key
from chalicelib.store.commit import commit_decision
from chalicelib.store.errors import Conflict, ReceiptExists, RevisionExists, StateMoved
from chalicelib.store.objects import StoredObject

ATTEMPTS_FOR_MISSING = 3
"""Deliveries of an event before an upload that is not there ends in a receipt that says so."""

_PAUSES = (0.05, 0.1, 0.2, 0.4, 0.8, 0.0)
"""Seconds, at most, between attempts that met another writer."""

_ID_LENGTH = 32
_MEGABYTE = 1024 * 1024

Clock = Callable[[], datetime]
Figures = Mapping[str, Figure]


class Check(Protocol):
    """Reads and checks a workbook; `intake/check.py` has the one that counts."""

    def __call__(
        self,
        data: bytes,
        programme: Programme,
        *,
        expected: Address | None = None,
        previous: Figures | None = None,
        comparison: Figures | None = None,
    ) -> Outcome: ...


Annotate = Callable[[bytes, Outcome], bytes | None]
"""Marks the issues in a copy of the workbook, where that can be done: `workbook/form/marked_copy.py`."""


class Busy(Exception):
    """Other writers were faster every time; the next delivery tries again."""


class Case(NamedTuple):
    """All that the decision about one upload is made from. `stored` is None where the object is missing.

    `comparison` is the period that this one includes (6 months in a year), `history` the same period of the
    programme that this one follows.
    """

    upload: Upload
    stored: StoredObject | None
    programme: Programme
    state: State
    comparison: State | None
    history: State | None


def receive(
    key: str, version_id: str = "", *, now: Clock, check: Check, annotate: Annotate | None = None, attempt: int = 1
) -> Receipt:
    """Takes in one version of one upload, however often it is asked to; gives its one receipt.

    `attempt` counts the deliveries of the event. Raises KeyUnreadable, UploadMissing (in the first deliveries),
    Busy, and every StorageError: ours to mend, so the message is delivered again and then kept as a dead letter.
    """
    for pause in _PAUSES:
        upload_id, receipt = find_own_receipt(key, version_id)
        if receipt:
            return _finish(receipt, key)
        case = _gather(key, version_id, upload_id, now=now(), may_be_missing=attempt >= ATTEMPTS_FOR_MISSING)
        outcome = _examine(case, check)
        justification = uploads.read_particulars(case.stored).justification if case.stored else ""
        decision = decide(case.upload, outcome, case.state, case.programme, now=now(), justification=justification)
        decision = _mark_copy(decision, case, outcome, annotate)
        try:
            commit_decision(decision, case.state, _make_line(decision.receipt))
        except (ReceiptExists, StateMoved, RevisionExists, Conflict):
            time.sleep(random.uniform(0, pause))  # noqa: S311 - spreads writers, keeps no secret
            continue
        return _finish(decision.receipt, key)
    raise Busy(key)


def find_own_receipt(key: str, version_id: str) -> tuple[str, Receipt | None]:
    """Which upload this version of the key is, and its receipt, where it has one.

    A form may be posted twice to its key within its fifteen minutes. The version taken in first bears the id
    of the key; another one is an upload of its own, so that nothing which was sent goes unanswered.
    """
    _, upload_id = parse_key(key)
    receipt = receipts.find_receipt(upload_id)
    if receipt is None or not version_id or receipt.version_id == version_id:
        return upload_id, receipt
    other = derive_id(upload_id, version_id)
    return other, receipts.find_receipt(other)


def derive_id(upload_id: str, version_id: str) -> str:
    """The id of a further version under an upload's key."""
    return hashlib.sha256(f"{upload_id}#{version_id}".encode()).hexdigest()[:_ID_LENGTH]


# Gather


def _gather(key: str, version_id: str, upload_id: str, *, now: datetime, may_be_missing: bool) -> Case:
    address, _ = parse_key(key)
    stored = _read(key, version_id, may_be_missing=may_be_missing)
    programme = programmes.load_in_force(address.programme)
    period = programme.period_by_code.get(address.period)
    earlier = address.model_copy(update={"period": period.compare_with}) if period and period.compare_with else None
    before = address.model_copy(update={"programme": programme.follows}) if programme.follows else None
    return Case(
        upload=_make_upload(upload_id, stored) if stored else _make_missing(key, version_id, upload_id, now),
        stored=stored,
        programme=programme,
        state=obligations.find_state(address),
        comparison=obligations.find_state(earlier) if earlier else None,
        history=obligations.find_state(before) if before else None,
    )


def _read(key: str, version_id: str, *, may_be_missing: bool) -> StoredObject | None:
    try:
        return uploads.read_upload(key, version_id)
    except uploads.UploadMissing:
        if not may_be_missing:
            raise
        return None


def _make_missing(key: str, version_id: str, upload_id: str, now: datetime) -> Upload:
    address, _ = parse_key(key)
    return Upload(id=upload_id, address=address, key=key, version_id=version_id, received=now, size=0, sha256="")


def _make_upload(upload_id: str, stored: StoredObject) -> Upload:
    address, _ = parse_key(stored.key)
    particulars = uploads.read_particulars(stored)
    paper = papers.find_paper(address, upload_id) if particulars.is_paper else None
    return Upload(
        id=upload_id,
        address=address,
        key=stored.key,
        version_id=stored.version_id,
        received=stored.stored,
        size=stored.size,
        sha256=stored.sha256,
        file_name=particulars.file_name,
        on_paper=paper.received if paper else None,
    )


# Decide


def _examine(case: Case, check: Check) -> Outcome:
    """What is wrong with the upload as a whole, or else what checking the workbook found."""
    if case.stored is None:
        return _reject(case.upload, make_issue("upload.missing"))
    if obstacle := _find_obstacle(case, case.stored):
        return _reject(case.upload, obstacle)
    try:
        return check(
            case.stored.data,
            case.programme,
            expected=case.upload.address,
            previous=_figures(case.history),
            comparison=_figures(case.comparison),
        )
    except Refused as refused:
        return _reject(case.upload, refused.issue)


def _find_obstacle(case: Case, stored: StoredObject) -> Issue | None:
    """Everything that the pre-signed POST has promised already, asked again."""
    if misaddress := find_misaddress(case.upload.address, case.programme):
        return misaddress
    if not uploads.read_particulars(stored).is_confirmed:
        return make_issue("upload.not_confirmed")
    if stored.size == 0:
        return make_issue("file.empty")
    if stored.size > uploads.MOST_BYTES:
        found = f"{stored.size / _MEGABYTE:.1f} MB".replace(".", ",")
        return make_issue("file.too_large", found=found, expected=f"{uploads.MOST_BYTES // _MEGABYTE} MB")
    return None


def _reject(upload: Upload, issue: Issue) -> Outcome:
    return Outcome(status=Status.REJECTED, sha256=upload.sha256, issues=(issue,))


def _figures(state: State | None) -> Figures | None:
    return state.submission.values if state and state.submission and state.counts else None


# Apply


def _mark_copy(decision: Decision, case: Case, outcome: Outcome, annotate: Annotate | None) -> Decision:
    """Stores the marked copy of a rejected workbook before its receipt names it; none where no copy may be kept."""
    if annotate is None or case.stored is None or outcome.status is Status.ACCEPTED or not outcome.keep_bytes:
        return decision
    marked = annotate(case.stored.data, outcome) if case.stored.data else None
    if marked is None:
        return decision
    key = uploads.put_marked_copy(case.upload.address, case.upload.id, marked)
    return decision.model_copy(update={"receipt": decision.receipt.model_copy(update={"marked_copy_key": key})})


def _make_line(receipt: Receipt) -> AuditLine:
    return AuditLine(
        at=receipt.decided,
        actor=f"unit:{receipt.address.unit}",
        action=f"upload.{receipt.answer}",
        subject=receipt.upload_id,
        programme=receipt.address.programme,
        details={
            "period": receipt.address.period,
            "form": receipt.address.form,
            "revision": str(receipt.revision),
            "sha256": receipt.sha256,
            "version_id": receipt.version_id,
        },
    )


def _finish(receipt: Receipt, key: str) -> Receipt:
    """Where the law forbids to keep the bytes they go; after the receipt, so that they go even if we fail here once."""
    if not receipt.bytes_kept:
        uploads.delete_upload(key, receipt.version_id)
        paper = papers.find_paper(receipt.address, receipt.upload_id)
        if paper:
            papers.delete_scan(paper.scan_key)
    return receipt
