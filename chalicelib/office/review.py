"""Decisions of the office on an obligation: return, approve, withdraw or restore a submission; grant or end an
exception.

Each verb raises Unknown for an obligation that the programme does not have, Moved if somebody else was faster, and
Refusal if the obligation's state does not allow it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from chalicelib.domain.audit import Action, AuditLine, Stamp, make_line
from chalicelib.domain.programme.model import Programme
from chalicelib.domain.submission import review
from chalicelib.domain.submission.admission import find_misaddress
from chalicelib.domain.submission.records import Address, Review, State
from chalicelib.office.refusals import Moved, Refusal, Unknown
from chalicelib.store import obligations
from chalicelib.store.commit import commit_state
from chalicelib.store.editions import list_frozen
from chalicelib.store.errors import Conflict, StateMoved
from chalicelib.store.programmes import load_in_force


class Subject(NamedTuple):
    """The obligation to decide on.

    `seen` is the `change` of the state that the person looked at; None decides on the current state.
    """

    programme: Programme
    address: Address
    seen: int | None = None


def return_submission(subject: Subject, comment: str, *, stamp: Stamp) -> State:
    """Returns the submission to its unit. The comment says what to correct."""
    return _decide(subject, Action.SUBMISSION_RETURNED, lambda state: review.return_submission(state, comment), stamp)


def approve_submission(subject: Subject, *, stamp: Stamp) -> State:
    return _decide(subject, Action.SUBMISSION_APPROVED, review.approve_submission, stamp)


def withdraw_submission(subject: Subject, reason: str, *, stamp: Stamp) -> State:
    """Takes the submission out of the report without asking for a new one."""
    return _decide(subject, Action.SUBMISSION_WITHDRAWN, lambda state: review.withdraw_submission(state, reason), stamp)


def restore_submission(subject: Subject, *, stamp: Stamp) -> State:
    """Undoes the decision: the submission counts as it was received.

    Refuses to undo an approval that a frozen edition holds.
    """

    def restore(state: State) -> State:
        if state.review is Review.APPROVED and _is_frozen(subject.programme, state):
            raise Refusal(
                "Bản nộp đã duyệt nằm trong một lần phát hành đã chốt, nên không bỏ duyệt được. "
                "Nếu số liệu sai, xin trả lại bản nộp để đơn vị sửa; báo cáo bổ sung sẽ nêu thay đổi."
            )
        return review.restore_submission(state)

    return _decide(subject, Action.SUBMISSION_RESTORED, restore, stamp)


def _is_frozen(programme: Programme, state: State) -> bool:
    """Whether the current revision is an input of a frozen edition, of the whole or of any branch.

    `programme` may be that of one branch, which does not know the others.
    """
    address = state.address
    held = address.unit, address.form, state.submission.revision if state.submission else 0
    whole = load_in_force(programme.code) if programme.branch else programme
    frozen = list_frozen(programme.code, period=address.period, branches=[each.unit for each in whole.branches])
    return any(held == (each.unit, each.form, each.revision) for edition in frozen for each in edition.inputs)


def grant_exception(subject: Subject, until: datetime, reason: str, *, stamp: Stamp) -> State:
    """Lets the unit send this form until this time, even after the period's lock."""

    def grant(state: State) -> State:
        period = subject.programme.period_by_code[subject.address.period]
        return review.grant_exception(state, until, reason, period=period, now=stamp.at)

    return _decide(subject, Action.EXCEPTION_GRANTED, grant, stamp)


def end_exception(subject: Subject, *, stamp: Stamp) -> State:
    return _decide(subject, Action.EXCEPTION_ENDED, review.end_exception, stamp)


def _decide(subject: Subject, action: Action, step: Callable[[State], State], stamp: Stamp) -> State:
    before = _gather(subject)
    try:
        after = step(before)
    except review.NotPossible as refused:
        raise Refusal(str(refused)) from None
    if after == before.moved():  # decided before: its answer was lost, or two people had the same thought
        return before
    try:
        return commit_state(after, before=before, line=_make_line(action, after, stamp))
    except (StateMoved, Conflict):
        raise Moved from None


def _gather(subject: Subject) -> State:
    if find_misaddress(subject.address, subject.programme):
        raise Unknown
    state = obligations.find_state(subject.address)
    if subject.seen not in (None, state.change):
        raise Moved
    return state


def _make_line(action: Action, after: State, stamp: Stamp) -> AuditLine:
    address, until = after.address, after.exception_until
    if action in (Action.EXCEPTION_GRANTED, Action.EXCEPTION_ENDED):
        details = {"until": until.isoformat() if until else "", "reason": after.exception_reason}
    else:
        details = {"revision": str(after.revision), "comment": after.comment}
    subject = f"{address.period}/{address.form}/{address.unit}"
    return make_line(action, subject, programme=address.programme, stamp=stamp, **details)
