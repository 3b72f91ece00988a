"""Removes the contents of one upload from the records that hold them, in one transaction with its audit line.

The records themselves stay: that something was sent, when, by whom and with which answer is no secret. Only this
module overwrites records, because the law requires it for state secrets; none of our Lambda functions calls it.
"""

from __future__ import annotations

from collections.abc import Iterator

from chalicelib.domain.audit import AuditLine
from chalicelib.domain.submission.records import Receipt, Record, State, Submission
from chalicelib.store import justifications, prepared, table
from chalicelib.store.addresses import (
    Key,
    justification_key,
    outcome_letter_key,
    prepared_key,
    receipt_key,
    revision_key,
    state_key,
)
from chalicelib.store.audit import put_line
from chalicelib.store.errors import ConditionFailed, StateMoved
from chalicelib.store.records import body_keys

_MOST_PREPARED = 1000


def find_bodies(receipt: Receipt) -> list[str]:
    """The keys of the bodies in S3 of the upload's receipt, letter, revision and obligation, if they have any."""
    keys = [receipt_key(receipt.upload_id), _letter_key(receipt), state_key(receipt.address)]
    if receipt.revision:
        keys.append(revision_key(receipt.address, receipt.revision))
    return [body for item in table.find_items(keys).values() for body in body_keys(item)]


def write_over(receipt: Receipt, submission: Submission | None, after: State, line: AuditLine) -> None:
    """Replaces the records with the emptied ones, and removes the letter, so that none about the upload is sent later.

    Raises StateMoved if the state changed in between.
    """
    writes = [
        _over(receipt_key(receipt.upload_id), receipt),
        table.put_after(state_key(after.address), after, change=after.change - 1, broken=StateMoved),
        put_line(line),
        table.remove(_letter_key(receipt)),
        *_empty_senders_words(receipt),
    ]
    if submission:
        writes.append(_over(revision_key(submission.address, submission.revision), submission))
    table.write(writes, subject=receipt.upload_id)


def _empty_senders_words(receipt: Receipt) -> Iterator[table.Write]:
    """Empties the file's name as it was prepared, and the justifications: both are the sender's own words."""
    for known in prepared.list_latest(receipt.address, _MOST_PREPARED):
        if known.upload_id == receipt.upload_id:
            key = prepared_key(receipt.address, known.prepared, known.upload_id)
            yield _over(key, known.model_copy(update={"file_name": ""}))
    for said in justifications.list_all(receipt.address, receipt.revision) if receipt.revision else ():
        key = justification_key(said.address, said.revision, said.at)
        yield _over(key, said.model_copy(update={"text": ""}))


def _letter_key(receipt: Receipt) -> Key:
    address = receipt.address
    return outcome_letter_key(
        address.programme, period=address.period, answered=receipt.decided, upload_id=receipt.upload_id
    )


def _over(key: Key, record: Record) -> table.Write:
    return table.put_over(key, record, broken=ConditionFailed)
