"""Examines one stored upload: what is wrong with it as a whole, or else with its workbook and beside earlier figures.

Intake decides by the outcome; a kept upload that is checked anew and a workbook sent for a trial get it only shown.
"""

from __future__ import annotations

from typing import Protocol

from chalicelib.domain.issues.issue import Issue, Refused, make_issue
from chalicelib.domain.language.vietnamese import format_size
from chalicelib.domain.programme.model import Programme
from chalicelib.domain.submission.admission import find_ended_version, find_misaddress
from chalicelib.domain.submission.earlier import Earlier, hold_against
from chalicelib.domain.submission.records import Address, Outcome, Status
from chalicelib.store import uploads
from chalicelib.store.objects import StoredObject


class Check(Protocol):
    """Reads and checks a workbook; the product uses `intake/check.py`."""

    def __call__(
        self, data: bytes, programme: Programme, *, expected: Address | None = None, file_name: str = ""
    ) -> Outcome: ...


def examine(stored: StoredObject, address: Address, programme: Programme, *, earlier: Earlier, check: Check) -> Outcome:
    """What an upload to `address` comes out as under `programme`, beside what its unit said before."""
    if obstacle := _find_obstacle(stored, address, programme):
        return _reject(stored, obstacle)
    try:
        file_name = uploads.read_particulars(stored).file_name
        outcome = check(stored.data, programme, expected=address, file_name=file_name)
    except Refused as refused:
        return _reject(stored, refused.issue)
    if ended := find_ended_version(outcome, programme, at=stored.stored):
        return outcome.with_issues([ended])
    return hold_against(outcome, programme, earlier)


def _find_obstacle(stored: StoredObject, address: Address, programme: Programme) -> Issue | None:
    """Checks again everything that the pre-signed POST has already promised."""
    if misaddress := find_misaddress(address, programme):
        return misaddress
    if not uploads.read_particulars(stored).is_unclassified:
        return make_issue("upload.not_confirmed")
    if stored.size == 0:
        return make_issue("file.empty")
    if stored.size > uploads.MOST_BYTES:
        return make_issue("file.too_large", found=format_size(stored.size), expected=format_size(uploads.MOST_BYTES))
    return None


def _reject(stored: StoredObject, issue: Issue) -> Outcome:
    return Outcome(status=Status.REJECTED, sha256=stored.sha256, issues=(issue,))
