"""Takes the contents of one upload out of the records that hold them, in one transaction with its audit line.

The records themselves stay: that something was sent, when, by whom and how it was answered is no secret. This is the
one place where a record is written over, for the one case in which the law wants it; no function of ours calls it.
"""

from __future__ import annotations

from chalicelib.domain.submission import AuditLine, Receipt, State, Submission
from chalicelib.store import table
from chalicelib.store.addresses import receipt_key, revision_key, state_key
from chalicelib.store.audit import put_line
from chalicelib.store.errors import ConditionFailed, StateMoved
from chalicelib.store.records import Key, body_keys, pack


def find_bodies(receipt: Receipt) -> list[str]:
    """What of the upload's records lies in S3: its revision's and its obligation's body, where they have one."""
    keys = [receipt_key(receipt.upload_id), state_key(receipt.address)]
    if receipt.revision:
        keys.append(revision_key(receipt.address, receipt.revision))
    return [body for item in table.find_items(keys).values() for body in body_keys(item)]


def write_over(receipt: Receipt, submission: Submission | None, after: State, line: AuditLine) -> None:
    """Writes the three in place of what stands. Raises StateMoved where something happened in between."""
    writes = [
        _over(receipt_key(receipt.upload_id), receipt),
        table.put_after(state_key(after.address), after, change=after.change - 1, broken=StateMoved),
        put_line(line),
    ]
    if submission:
        writes.append(_over(revision_key(submission.address, submission.revision), submission))
    table.write(writes, subject=receipt.upload_id)


def _over(key: Key, record: Receipt | Submission) -> table.Write:
    item, body = pack(key, record)
    if body:
        raise ValueError("what is left after a purge is small")
    return table.Write("Put", {"Item": item, "ConditionExpression": table.PRESENT}, ConditionFailed)
