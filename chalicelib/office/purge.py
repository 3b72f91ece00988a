"""Purges an upload that holds a state secret: its bytes, its marked copy or scan, and its figures.

Luật 117/2025/QH15, Điều 5 (before 01/3/2026: Luật BVBMNN 2018) forbids keeping state secrets on a networked machine.
The receipt without its contents and an audit line stay. Other uploads are not touched: those with the same bytes,
and the editions made from the upload, are named, so that the office can purge and withdraw them.
"""

from __future__ import annotations

from typing import NamedTuple

from chalicelib.domain.audit import Action, AuditLine, Stamp, make_line
from chalicelib.domain.submission.purging import empty_receipt, empty_submission, withdraw_upload
from chalicelib.domain.submission.records import Receipt, Submission
from chalicelib.office.refusals import Moved, Unknown
from chalicelib.store import backups, editions, obligations, papers, purging, receipts, submissions
from chalicelib.store.errors import Conflict, StateMoved


class Purged(NamedTuple):
    """How many stored versions were deleted, the editions ("period/number") made from the upload, and its twins.

    `twins` are the ids of other uploads with the same bytes. `backups` is how many parts of backups of the table were
    deleted; if one `is_being_made` at this time, it may hold the contents, and the purge must be run again.
    """

    versions: int
    editions: list[str]
    twins: list[str]
    backups: int
    is_being_made: bool


def purge(upload_id: str, *, reason: str, stamp: Stamp) -> Purged:
    """Purges one upload. A run that was cut off anywhere is finished by another one.

    The records are emptied first, so that a backup of the table that begins later has no contents of the upload. What
    is to be deleted is found by keys that no emptied record needs to hold.
    Raises Unknown for an upload without a receipt, and Moved if the state changed in between.
    """
    receipt = receipts.find_receipt(upload_id)
    if receipt is None:
        raise Unknown(f"Không có biên nhận của tệp {upload_id}.")
    submission = _find_submission(receipt)
    _empty(receipt, submission, _make_line(receipt, reason, stamp))
    paper = papers.find_paper(receipt.address, upload_id)
    versions = purging.delete_objects(receipt, scan=paper.scan_key if paper else "")
    made_from_it = _list_editions(submission) if submission else []
    return Purged(versions, made_from_it, purging.find_twins(receipt), *backups.delete_all(now=stamp.at))


def _find_submission(receipt: Receipt) -> Submission | None:
    """The revision that the upload became. A file that had come before has the receipt of another upload's revision."""
    found = submissions.find_revision(receipt.address, receipt.revision) if receipt.revision else None
    return found if found and found.upload_id == receipt.upload_id else None


def _empty(receipt: Receipt, submission: Submission | None, line: AuditLine) -> None:
    purging.empty_senders_words(receipt, submission)
    state = obligations.find_state(receipt.address)
    emptied, after = empty_submission(submission) if submission else None, withdraw_upload(state, receipt)
    if (receipt, submission, state.moved()) == (empty_receipt(receipt), emptied, after):
        return  # an earlier run came this far
    try:
        purging.write_over(empty_receipt(receipt), emptied, after, line)
    except (StateMoved, Conflict):
        raise Moved from None


def _list_editions(submission: Submission) -> list[str]:
    address = submission.address
    wanted = (address.unit, address.form, submission.revision)
    return [
        f"{edition.period}/{edition.number}"
        for edition in editions.list_editions(address.programme, period=address.period)
        if any((each.unit, each.form, each.revision) == wanted for each in edition.inputs)
    ]


def _make_line(receipt: Receipt, reason: str, stamp: Stamp) -> AuditLine:
    address = receipt.address
    return make_line(
        Action.UPLOAD_PURGED, receipt.upload_id, programme=address.programme, stamp=stamp, reason=reason,
        period=address.period, form=address.form, unit=address.unit, revision=str(receipt.revision),
    )  # fmt: skip
