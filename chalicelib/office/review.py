"""Decisions of the office on an obligation: return, approve, withdraw or restore a submission; grant or end an
exception.

A `Verb` is done by `decide`, and shown first by `prepare_decision` or `prepare_decisions`. Each verb raises Unknown
for an obligation that the programme does not have, Moved if somebody else was faster, and Refusal if the obligation's
state does not allow it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from chalicelib.domain.audit import Action, AuditLine, Stamp, make_line
from chalicelib.domain.language.vietnamese import render_instant
from chalicelib.domain.period.effects import Effect
from chalicelib.domain.period.review_effects import Decided, find_review_effects
from chalicelib.domain.programme.model import Programme
from chalicelib.domain.submission import review
from chalicelib.domain.submission.admission import find_misaddress
from chalicelib.domain.submission.records import Address, Review, State
from chalicelib.office.prepared import PreparedChange, Preview
from chalicelib.office.refusals import Moved, Refusal, Unknown
from chalicelib.office.several import try_each
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


@dataclass(frozen=True)
class Verb:
    """A verb before it is done to somebody: its name for people, and the step from one state to the next."""

    what: str
    action: Action
    step: Callable[[Subject, State], State]


def returning(comment: str) -> Verb:
    """Back to its unit. The comment says what to correct."""
    return Verb(
        f"trả lại để đơn vị sửa, ý kiến “{comment.strip()}”",
        Action.SUBMISSION_RETURNED,
        lambda _, state: review.return_submission(state, comment),
    )


def withdrawing(reason: str) -> Verb:
    """Out of the report, without asking for a new one."""
    return Verb(
        f"rút khỏi tổng hợp, lý do “{reason.strip()}”",
        Action.SUBMISSION_WITHDRAWN,
        lambda _, state: review.withdraw_submission(state, reason),
    )


APPROVING = Verb("duyệt", Action.SUBMISSION_APPROVED, lambda _, state: review.approve_submission(state))


def restoring() -> Verb:
    """Undoes a verb: the submission counts as it was received. Refused for an approval that a frozen edition holds.

    The frozen editions of a period are read once, however many are restored.
    """
    frozen: dict[tuple[str, str], frozenset[Held]] = {}

    def restore(subject: Subject, state: State) -> State:
        if state.review is Review.APPROVED:
            place = subject.programme.code, state.address.period
            if place not in frozen:
                frozen[place] = _list_frozen(subject.programme, state.address.period)
            if _is_held(state, frozen[place]):
                raise Refusal(
                    "Bản nộp đã duyệt nằm trong một lần phát hành đã chốt, nên không bỏ duyệt được. "
                    "Nếu số liệu sai, xin trả lại bản nộp để đơn vị sửa; báo cáo bổ sung sẽ nêu thay đổi."
                )
        return review.restore_submission(state)

    return Verb("đưa về “chờ xem xét”", Action.SUBMISSION_RESTORED, restore)


def unapproving() -> Verb:
    """As `restoring`, of approvals alone: what was returned or withdrawn stays so."""
    restored = restoring()

    def unapprove(subject: Subject, state: State) -> State:
        if state.review is not Review.APPROVED:
            raise Refusal("Bản nộp này chưa được duyệt.")
        return restored.step(subject, state)

    return Verb("bỏ duyệt", restored.action, unapprove)


def granting(until: datetime, reason: str, *, now: datetime) -> Verb:
    """The unit may send this form until then, even after the period's lock."""

    def grant(subject: Subject, state: State) -> State:
        period = subject.programme.period_by_code[subject.address.period]
        return review.grant_exception(state, until, reason, period=period, now=now)

    return Verb(f"gia hạn đến {render_instant(until)}, lý do “{reason.strip()}”", Action.EXCEPTION_GRANTED, grant)


ENDING = Verb("hủy gia hạn", Action.EXCEPTION_ENDED, lambda _, state: review.end_exception(state))


def return_submission(subject: Subject, comment: str, *, stamp: Stamp) -> State:
    return decide(subject, returning(comment), stamp=stamp)


def approve_submission(subject: Subject, *, stamp: Stamp) -> State:
    return decide(subject, APPROVING, stamp=stamp)


def withdraw_submission(subject: Subject, reason: str, *, stamp: Stamp) -> State:
    return decide(subject, withdrawing(reason), stamp=stamp)


def restore_submission(subject: Subject, *, stamp: Stamp) -> State:
    return decide(subject, restoring(), stamp=stamp)


def grant_exception(subject: Subject, until: datetime, reason: str, *, stamp: Stamp) -> State:
    return decide(subject, granting(until, reason, now=stamp.at), stamp=stamp)


def end_exception(subject: Subject, *, stamp: Stamp) -> State:
    return decide(subject, ENDING, stamp=stamp)


def decide(subject: Subject, verb: Verb, *, stamp: Stamp) -> State:
    before, after = _look_ahead(subject, verb, obligations.find_state(subject.address))
    if after == before.moved():  # decided before: its answer was lost, or two people had the same thought
        return before
    try:
        return commit_state(after, before=before, line=_make_line(verb.action, after, stamp))
    except (StateMoved, Conflict):
        raise Moved from None


def decide_each(subjects: Sequence[Subject], verb: Verb, *, stamp: Stamp) -> list[tuple[Subject, str]]:
    """Gives those to which it was not done, with the reason."""
    return try_each(subjects, lambda each: decide(each, verb, stamp=stamp))


def _look_ahead(subject: Subject, verb: Verb, before: State) -> tuple[State, State]:
    """The state, and what the decision would make of it."""
    if find_misaddress(subject.address, subject.programme):
        raise Unknown
    if subject.seen not in (None, before.change):
        raise Moved
    try:
        return before, verb.step(subject, before)
    except review.NotPossible as refused:
        raise Refusal(str(refused)) from None


# What a decision would do


def prepare_decision(subject: Subject, verb: Verb, *, stamp: Stamp) -> PreparedChange:
    """The verb on one obligation, ready to be shown and made. The preview raises what the verb raises."""

    def preview() -> Preview:
        pair = _look_ahead(subject, verb, obligations.find_state(subject.address))
        return Preview(_find_effects([(subject, pair)], at=stamp.at))

    what = f"{_name(subject)}: {verb.what}"
    return PreparedChange(what, preview, lambda: decide(subject, verb, stamp=stamp))


def prepare_decisions(subjects: Sequence[Subject], verb: Verb, *, stamp: Stamp) -> PreparedChange:
    """The verb on several obligations of a period, as on one; `make` gives what `decide_each` gives."""
    return PreparedChange(
        f"{len(subjects)} báo cáo: {verb.what}",
        lambda: _preview_several(subjects, verb, stamp),
        lambda: decide_each(subjects, verb, stamp=stamp),
    )


def _preview_several(subjects: Sequence[Subject], verb: Verb, stamp: Stamp) -> Preview:
    """Mistakes if it can be done to none of them."""
    states = obligations.find_states(each.address for each in subjects)
    possible: list[tuple[Subject, tuple[State, State]]] = []

    def look(subject: Subject) -> None:
        before = states.get(subject.address) or State(address=subject.address, change=0)
        possible.append((subject, _look_ahead(subject, verb, before)))

    refused = [f"{_name(subject)}: {reason}" for subject, reason in try_each(subjects, look)]
    if not possible:
        return Preview((), refused)
    effects = _find_effects(possible, at=stamp.at)
    left = Effect(f"{len(refused)} báo cáo không thực hiện được, giữ nguyên như cũ", tuple(refused))
    return Preview((*effects, left) if refused else effects)


def _find_effects(pairs: Sequence[tuple[Subject, tuple[State, State]]], *, at: datetime) -> Sequence[Effect]:
    subject, _ = pairs[0]
    programme, code = subject.programme, subject.address.period
    is_counting = any(before.counts != after.counts for _, (before, after) in pairs)
    frozen = _list_frozen(programme, code) if is_counting else frozenset()
    decided = [Decided(_name(subject), before, after, _is_held(before, frozen)) for subject, (before, after) in pairs]
    return find_review_effects(decided, programme.period_by_code[code], at=at)


def _name(subject: Subject) -> str:
    form = subject.programme.form_by_code.get(subject.address.form)
    return f"{subject.programme.name_unit(subject.address.unit)} ({form.title if form else subject.address.form})"


Held = tuple[str, str, int]
"""Unit, form and revision of what a frozen edition was made of."""


def _list_frozen(programme: Programme, period: str) -> frozenset[Held]:
    """All inputs of frozen editions, of the whole and of any branch.

    `programme` may be that of one branch, which does not know the others.
    """
    whole = load_in_force(programme.code) if programme.branch else programme
    frozen = list_frozen(programme.code, period=period, branches=[each.unit for each in whole.branches])
    return frozenset((each.unit, each.form, each.revision) for edition in frozen for each in edition.inputs)


def _is_held(state: State, frozen: frozenset[Held]) -> bool:
    address = state.address
    return (address.unit, address.form, state.submission.revision if state.submission else 0) in frozen


def _make_line(action: Action, after: State, stamp: Stamp) -> AuditLine:
    address, until = after.address, after.exception_until
    if action in (Action.EXCEPTION_GRANTED, Action.EXCEPTION_ENDED):
        details = {"until": until.isoformat() if until else "", "reason": after.exception_reason}
    else:
        details = {"revision": str(after.revision), "comment": after.comment}
    subject = f"{address.period}/{address.form}/{address.unit}"
    return make_line(action, subject, programme=address.programme, stamp=stamp, **details)
