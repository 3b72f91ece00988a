"""Purges an upload that holds a state secret: its bytes in every version, its marked copy or scan, its figures.

Luật 117/2025/QH15, Điều 5 (before 01/3/2026: Luật BVBMNN 2018) forbids keeping state secrets on a networked machine.
The receipt without its contents and an audit line stay. The editions made from the upload are named, so that the
office can withdraw them.
"""

from __future__ import annotations

from typing import NamedTuple

from chalicelib.domain.audit import Action, AuditLine, Stamp, make_line
from chalicelib.domain.submission.purging import empty_receipt, empty_submission, withdraw_upload
from chalicelib.domain.submission.records import Receipt
from chalicelib.intake.receive import find_own_receipt
from chalicelib.office.refusals import Moved, Unknown
from chalicelib.store import editions, obligations, papers, purging, receipts, submissions, uploads
from chalicelib.store.addresses import marked_copy_key, parse_key, recheck_key, upload_key
from chalicelib.store.errors import Conflict, StateMoved


class Purged(NamedTuple):
    """How many stored versions were deleted, and the editions ("period/number") made from the upload."""

    versions: int
    editions: list[str]


def purge(upload_id: str, *, reason: str, stamp: Stamp) -> Purged:
    """Purges an upload, and the other objects that were posted with the same form.

    The records are emptied first, so that an interrupted run is visible and can be repeated. Raises Unknown for an
    upload without a receipt, and Moved if the state changed in between.
    """
    receipt = receipts.find_receipt(upload_id)
    if receipt is None:
        raise Unknown(f"Không có biên nhận của tệp {upload_id}.")
    key = _find_key(receipt)
    objects: list[str] = []
    published: list[str] = []
    for each in {receipt.upload_id: receipt, **_find_others(key)}.values():
        objects += _erase(each, _make_line(each, reason, stamp))
        published += _list_editions(each)
    versions = uploads.purge_upload(key) + sum(uploads.purge_report(each) for each in objects)
    return Purged(versions, sorted(set(published)))


def _find_key(receipt: Receipt) -> str:
    """The key of the upload's bytes, even if they are gone. A further version has an id that differs from its key."""
    own = upload_key(receipt.address, receipt.upload_id)
    lying = uploads.list_uploads(own.rpartition("/")[0] + "/")
    return next((version.key for version in lying if version.version_id == receipt.version_id), own)


def _find_others(key: str) -> dict[str, Receipt]:
    _, first_id = parse_key(key)
    found = (find_own_receipt(first_id, version_id=version.version_id)[1] for version in uploads.list_uploads(key))
    return {receipt.upload_id: receipt for receipt in found if receipt}


def _erase(receipt: Receipt, line: AuditLine) -> list[str]:
    """Empties the contents in the records; returns the objects that hold more of them.

    The key of the marked copy is computed, because after an interrupted run no record holds it.
    """
    state = obligations.find_state(receipt.address)
    submission = submissions.find_revision(receipt.address, receipt.revision) if receipt.revision else None
    paper = papers.find_paper(receipt.address, receipt.upload_id)
    address = receipt.address
    copies = [
        marked_copy_key(address, receipt.upload_id),
        recheck_key(address.programme, period=address.period),  # it quotes cells
        *([paper.scan_key] if paper else []),
    ]
    objects = [*copies, *purging.find_bodies(receipt)]
    emptied = empty_submission(submission) if submission else None
    try:
        purging.write_over(empty_receipt(receipt), emptied, withdraw_upload(state, receipt), line)
    except (StateMoved, Conflict):
        raise Moved from None
    return objects


def _list_editions(receipt: Receipt) -> list[str]:
    address = receipt.address
    wanted = (address.unit, address.form, receipt.revision)
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
