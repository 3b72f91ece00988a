"""Writes decisions on obligations: each in one transaction, conditional on the state it was decided from."""

from __future__ import annotations

from chalicelib.domain.audit import AuditLine
from chalicelib.domain.submission.decision import Decision
from chalicelib.domain.submission.records import Receipt, State
from chalicelib.store import table
from chalicelib.store.addresses import receipt_key, revision_key, state_key
from chalicelib.store.audit import put_line
from chalicelib.store.errors import ReceiptExists, RevisionExists, StateMoved
from chalicelib.store.letters import put_letter


def commit_decision(decision: Decision, before: State, line: AuditLine) -> Receipt:
    """Writes the receipt, the revision, the state, the letter that is due and the audit line: all of them or none.

    Raises ReceiptExists (another delivery of this upload was faster: read its receipt), StateMoved or
    Conflict (gather and decide again), and other StorageErrors. After Unavailable the write may have
    happened: the next attempt then raises ReceiptExists.
    """
    receipt, submission, state = decision.receipt, decision.submission, decision.state
    writes = [table.put(receipt_key(receipt.upload_id), receipt, broken=ReceiptExists)]
    if state:
        writes.append(table.put_after(state_key(state.address), state, change=before.change, broken=StateMoved))
    else:
        writes.append(table.check_unmoved(state_key(before.address), change=before.change, broken=StateMoved))
    if submission:
        key = revision_key(submission.address, submission.revision)
        writes.append(table.put(key, submission, broken=RevisionExists))
    if decision.letter:
        writes.append(put_letter(receipt.address.programme, period=receipt.address.period, letter=decision.letter))
    table.write([*writes, put_line(line)], subject=receipt.upload_id)
    return receipt


def commit_state(after: State, *, before: State, line: AuditLine) -> State:
    """Writes the office's decision on an obligation (a review, an exception) with its audit line.

    `after.change` must be `before.change + 1`. Raises StateMoved if the state changed in between, Conflict,
    and other StorageErrors.
    """
    if after.address != before.address or after.change != before.change + 1:
        raise ValueError("a state is written over the one before it")
    put = table.put_after(state_key(after.address), after, change=before.change, broken=StateMoved)
    table.write([put, put_line(line)], subject="state")
    return after
