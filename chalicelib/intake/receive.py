"""One upload becomes one receipt: gathers what is known, decides in one pure step, writes one transaction."""

from __future__ import annotations

import hashlib
import random
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import NamedTuple

from chalicelib.domain.audit import Action, AuditLine, Stamp, make_line
from chalicelib.domain.issues.issue import make_issue
from chalicelib.domain.programme.model import Programme
from chalicelib.domain.submission.decision import Decision, decide, is_tied
from chalicelib.domain.submission.earlier import YEARS_HELD, Earlier, find_places, take_earlier
from chalicelib.domain.submission.records import Address, Outcome, Receipt, State, Status, Upload
from chalicelib.intake.examine import Check, examine
from chalicelib.intake.keeping import MakeCopy, keep_marked_copy
from chalicelib.store import papers, receipts, uploads
from chalicelib.store.addresses import marked_copy_key, parse_key
from chalicelib.store.commit import commit_decision
from chalicelib.store.errors import Conflict, ReceiptExists, RevisionExists, StateMoved
from chalicelib.store.objects import StoredObject
from chalicelib.store.together import Known, read_together

ATTEMPTS_FOR_MISSING = 3
"""After this many deliveries of an event, a missing upload gets a receipt that says so."""

_SPREAD = random.SystemRandom()  # functions that start from one snapshot would pause alike by any other
_PAUSES = (0.05, 0.1, 0.2, 0.4, 0.8, 0.0)
"""Maximum pauses in seconds between attempts after a conflict with another writer."""

_ID_LENGTH = 32

Clock = Callable[[], datetime]


class Busy(Exception):
    """Other writers won every attempt; the next delivery tries again."""


class Delivery(NamedTuple):
    """One stored version of an upload, as its event names it, with what its key says.

    `upload_id` is that of this version, which is not the key's where the form was posted twice.
    """

    key: str
    version_id: str
    address: Address
    upload_id: str


class Case(NamedTuple):
    """Everything that the decision about one upload is based on. `stored` is None if the object is missing."""

    upload: Upload
    stored: StoredObject | None
    programme: Programme
    state: State
    earlier: Earlier


def receive(
    key: str, version_id: str = "", *, now: Clock, check: Check, make_copy: MakeCopy | None = None, attempt: int = 1
) -> Receipt:
    """Takes in one version of one upload, however often it is asked to; gives its one receipt.

    `attempt` counts the deliveries of the event. Raises KeyUnreadable, UploadMissing (in the first deliveries),
    Busy, and every StorageError: ours to mend, so the message is delivered again and then kept as a dead letter.
    """
    address, first_id = parse_key(key)
    for pause in _PAUSES:
        known = _read_known(address, _list_ids(first_id, version_id=version_id))
        upload_id, receipt = _choose_own(known.receipts, first_id, version_id=version_id)
        if receipt:
            return _finish(receipt, key)
        delivery = Delivery(key, version_id, address, upload_id)
        case = _gather(delivery, known, now=now(), may_be_missing=attempt >= ATTEMPTS_FOR_MISSING)
        outcome = _examine(case, check)
        decision = _decide(case, outcome, now=now())
        try:
            commit_decision(decision, case.state, _make_line(decision))
        except (ReceiptExists, StateMoved, RevisionExists, Conflict):
            time.sleep(_SPREAD.uniform(0, pause))
            continue
        if make_copy and case.stored and decision.receipt.marked_copy_key:
            keep_marked_copy(decision.receipt.marked_copy_key, case.stored.data, outcome, case.programme, make_copy)
        return _finish(decision.receipt, key)
    raise Busy(key)


def find_own_receipt(first_id: str, *, version_id: str) -> tuple[str, Receipt | None]:
    """Which upload a version is of the key that bears `first_id`, and its receipt, where it has one.

    A form may be posted twice to its key within its fifteen minutes. The version taken in first bears the id
    of the key; another one is an upload of its own, so that nothing which was sent goes unanswered.
    """
    return _choose_own(
        receipts.find_receipts(_list_ids(first_id, version_id=version_id)), first_id, version_id=version_id
    )


def _list_ids(first_id: str, *, version_id: str) -> tuple[str, ...]:
    """The ids that a version may have: that of its key, or one of its own."""
    return (first_id, derive_id(first_id, version_id=version_id)) if version_id else (first_id,)


def _choose_own(known: Mapping[str, Receipt], first_id: str, *, version_id: str) -> tuple[str, Receipt | None]:
    first = known.get(first_id)
    if first is None or not version_id or first.version_id == version_id:
        return first_id, first
    own = derive_id(first_id, version_id=version_id)
    return own, known.get(own)


def derive_id(upload_id: str, *, version_id: str) -> str:
    """The id of a further version under an upload's key."""
    return hashlib.sha256(f"{upload_id}#{version_id}".encode()).hexdigest()[:_ID_LENGTH]


# Gather


def _read_known(address: Address, upload_ids: tuple[str, ...]) -> Known:
    """All that the table knows of an upload to `address`, with one batch of reads."""

    def list_addresses(line: tuple[Programme, ...]) -> list[Address]:
        return [address, *(find_places(address, *line).all if line else ())]

    return read_together(address.programme, list_addresses, years=YEARS_HELD, upload_ids=upload_ids)


def _gather(delivery: Delivery, known: Known, *, now: datetime, may_be_missing: bool) -> Case:
    stored = _read(delivery, may_be_missing=may_be_missing)
    programme, state = known.programme, known.find_state(delivery.address)
    upload = _make_upload(delivery, stored) if stored else _make_missing(delivery, now)
    return Case(
        upload=_take_turn(upload) if is_tied(upload, state) else upload,
        stored=stored,
        programme=programme,
        state=state,
        earlier=take_earlier(find_places(delivery.address, *known.line), known.states),
    )


def _take_turn(upload: Upload) -> Upload:
    """The upload with the versions that follow it under its key: two may be of one second."""
    return upload.model_copy(update={"followed_by": tuple(uploads.list_followers(upload.key, upload.version_id))})


def _read(delivery: Delivery, *, may_be_missing: bool) -> StoredObject | None:
    try:
        return uploads.read_upload(delivery.key, delivery.version_id)
    except uploads.UploadMissing:
        if not may_be_missing:
            raise
        return None


def _make_missing(delivery: Delivery, now: datetime) -> Upload:
    key, version_id, address, upload_id = delivery
    return Upload(id=upload_id, address=address, key=key, version_id=version_id, received=now, size=0, sha256="")


def _make_upload(delivery: Delivery, stored: StoredObject) -> Upload:
    particulars = uploads.read_particulars(stored)
    paper = papers.find_paper(delivery.address, delivery.upload_id) if particulars.is_paper else None
    return Upload(
        id=delivery.upload_id,
        address=delivery.address,
        key=stored.key,
        version_id=stored.version_id,
        received=stored.stored,
        size=stored.size,
        sha256=stored.sha256,
        file_name=particulars.file_name,
        on_paper=paper.received if paper else None,
        confirmed_by=particulars.confirmed_by,
        prepared=particulars.prepared,
    )


# Decide


def _decide(case: Case, outcome: Outcome, *, now: datetime) -> Decision:
    """Decides how the upload ends; a rejected workbook gets the key of its marked copy."""
    justification = uploads.read_particulars(case.stored).justification if case.stored else ""
    decision = decide(case.upload, outcome, case.state, case.programme, now=now, justification=justification)
    if not decision.receipt.can_be_marked:
        return decision
    key = marked_copy_key(case.upload.address, case.upload.id)
    return decision.model_copy(update={"receipt": decision.receipt.model_copy(update={"marked_copy_key": key})})


def _examine(case: Case, check: Check) -> Outcome:
    if case.stored is None:
        return Outcome(status=Status.REJECTED, sha256=case.upload.sha256, issues=(make_issue("upload.missing"),))
    return examine(case.stored, case.upload.address, case.programme, earlier=case.earlier, check=check)


# Apply


def _make_line(decision: Decision) -> AuditLine:
    """Names the rules that fired, and says whether the unit justified them at once: `rule_record.py` counts both."""
    receipt, address = decision.receipt, decision.receipt.address
    rules = " ".join(dict.fromkeys(issue.rule for issue in receipt.issues if issue.rule))
    is_justified = bool(rules and decision.submission and decision.submission.justification)
    return make_line(
        Action(f"upload.{receipt.answer}"),
        receipt.upload_id,
        programme=address.programme,
        stamp=Stamp(f"unit:{address.unit}", receipt.decided),
        period=address.period,
        form=address.form,
        revision=str(receipt.revision),
        sha256=receipt.sha256,
        version_id=receipt.version_id,
        **({"rules": rules} if rules else {}),
        **({"justified": "1"} if is_justified else {}),
    )


def _finish(receipt: Receipt, key: str) -> Receipt:
    """Where the law forbids to keep the bytes they go; after the receipt, so that they go even if we fail here once."""
    if not receipt.bytes_kept:
        uploads.delete_upload(key, receipt.version_id)
        paper = papers.find_paper(receipt.address, receipt.upload_id)
        if paper:
            papers.delete_scan(paper.scan_key)
    return receipt
