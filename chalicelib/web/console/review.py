"""What PV05 decides of a submission: return, approve, withdraw, restore; an exception, or its end."""

from __future__ import annotations

from collections.abc import Callable

from chalicelib.domain.audit import Action
from chalicelib.domain.submission import review
from chalicelib.domain.submission.records import State
from chalicelib.store import obligations
from chalicelib.store.commit import commit_state
from chalicelib.store.errors import Conflict, StateMoved
from chalicelib.web.answer import Answer
from chalicelib.web.console.desk import Desk, open_desk
from chalicelib.web.console.sessions import Session
from chalicelib.web.forms import check_seal, read_moment, read_text
from chalicelib.web.problems import FormWrong, Moved
from chalicelib.web.request import Request


def decide_review(request: Request, session: Session, programme: str, period: str, form: str, unit: str) -> Answer:
    """Return, approve, withdraw or restore."""
    check_seal(request, session.secret)
    desk = open_desk(request, session, programme, period)
    kind = request.form.get("viec", "")

    def step(before: State) -> State:
        if kind == "tra-lai":
            return review.return_submission(before, read_text(request, "y-kien", label="Ý kiến", most=1000))
        if kind == "rut":
            return review.withdraw_submission(before, read_text(request, "y-kien", label="Lý do", most=1000))
        if kind == "duyet":
            return review.approve_submission(before)
        if kind == "khoi-phuc":
            return review.restore_submission(before)
        raise FormWrong

    actions = {
        "tra-lai": Action.SUBMISSION_RETURNED,
        "rut": Action.SUBMISSION_WITHDRAWN,
        "duyet": Action.SUBMISSION_APPROVED,
    }
    return _commit(desk, form, unit, actions.get(kind, Action.SUBMISSION_RESTORED), step)


def decide_exception(request: Request, session: Session, programme: str, period: str, form: str, unit: str) -> Answer:
    """Grant an exception, or end it."""
    check_seal(request, session.secret)
    desk = open_desk(request, session, programme, period)

    def step(before: State) -> State:
        if request.form.get("viec") == "thoi":
            return review.end_exception(before)
        until = read_moment(request, "den-luc", label="Gia hạn đến")
        reason = read_text(request, "ly-do", label="Lý do", most=1000)
        return review.grant_exception(before, until, reason, period=desk.period, now=request.now)

    action = Action.EXCEPTION_ENDED if request.form.get("viec") == "thoi" else Action.EXCEPTION_GRANTED
    return _commit(desk, form, unit, action, step)


def _commit(desk: Desk, form: str, unit: str, action: Action, step: Callable[[State], State]) -> Answer:
    """Decides from the state that the page was made from: its number travels in the form."""
    _, _, address = desk.find_duty(form, unit)
    before = obligations.find_state(address)
    if desk.request.form.get("lan-doi") != str(before.change):
        raise Moved
    try:
        after = step(before)
    except review.NotPossible as refused:
        raise FormWrong(str(refused)) from None
    place = f"{desk.period.code}/{form}/{unit}"
    details = {"revision": str(after.revision), "comment": after.comment}
    if action.startswith("exception"):
        until = after.exception_until
        details = {"until": until.isoformat() if until else "", "reason": after.exception_reason}
    try:
        commit_state(after, before, desk.make_line(action, place, **details))
    except (StateMoved, Conflict):
        raise Moved from None
    return desk.go(f"ban-nop/{desk.programme.code}/{place}?xong={action.partition('.')[2]}")
