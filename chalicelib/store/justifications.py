"""A unit's explanations of its warnings, given after the upload. Kept beside the revision, which never changes."""

from __future__ import annotations

from datetime import datetime

from chalicelib.domain.audit import AuditLine
from chalicelib.domain.submission.records import Address, Record, State
from chalicelib.store import table
from chalicelib.store.addresses import justification_key, justifications_pk, state_key
from chalicelib.store.audit import put_line
from chalicelib.store.errors import ConditionFailed, StateMoved


class Justification(Record):
    """One text about the warnings of one revision. A later text counts instead of it; both are kept."""

    address: Address
    revision: int
    at: datetime
    text: str


def commit_justification(justification: Justification, before: State, line: AuditLine) -> State:
    """Keeps the text, and adds it to the current state when it is about the revision that counts.

    Raises StateMoved if the state changed in between.
    """
    key = justification_key(justification.address, justification.revision, justification.at)
    after = _explain(before, justification)
    put = table.put_after(state_key(before.address), after, change=before.change, broken=StateMoved)
    table.write([table.put(key, justification, broken=ConditionFailed), put, put_line(line)], subject="justification")
    return after


def list_all(address: Address, revision: int) -> list[Justification]:
    """All justifications of one revision, oldest first."""
    records = table.query_records(Justification, justifications_pk(address))
    return [each for each in records if each.revision == revision]


def list_justifications(address: Address) -> dict[int, Justification]:
    """The latest justification of each revision."""
    return {each.revision: each for each in table.query_records(Justification, justifications_pk(address))}


def _explain(before: State, justification: Justification) -> State:
    submission = before.submission
    if submission and submission.revision == justification.revision:
        submission = submission.model_copy(update={"justification": justification.text})
    return before.moved(submission=submission)
