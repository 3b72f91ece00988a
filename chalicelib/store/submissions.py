"""Submissions: every accepted revision of an obligation, complete. `commit.py` writes them; they never change."""

from __future__ import annotations

from chalicelib.domain.submission.records import Address, Submission
from chalicelib.store import table
from chalicelib.store.addresses import revision_key, revisions_pk


def find_revision(address: Address, revision: int) -> Submission | None:
    return table.find_record(Submission, revision_key(address, revision))


def list_revisions(address: Address) -> list[Submission]:
    """All revisions, oldest first."""
    return table.query_records(Submission, revisions_pk(address))
