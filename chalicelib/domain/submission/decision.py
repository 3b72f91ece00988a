"""Decides about one upload: the one pure step between checking a workbook and writing anything."""

from __future__ import annotations

from datetime import datetime

from chalicelib.domain.clock import Timeliness
from chalicelib.domain.issues.issue import Issue, make_issue
from chalicelib.domain.programme.model import Programme
from chalicelib.domain.submission.admission import find_lock
from chalicelib.domain.submission.letters import OutcomeLetter, begin_letter
from chalicelib.domain.submission.records import (
    Answer,
    Outcome,
    Receipt,
    Record,
    Review,
    State,
    Status,
    Submission,
    Turn,
    Upload,
    name_receipt,
)


class Decision(Record):
    """What to write in one transaction: always the receipt, and what else there is."""

    receipt: Receipt
    submission: Submission | None = None
    state: State | None = None
    letter: OutcomeLetter | None = None


def decide(
    upload: Upload, outcome: Outcome, state: State, programme: Programme, *, now: datetime, justification: str = ""
) -> Decision:
    """Decides how one upload ends, given the state it is decided on.

    A rejected workbook never changes the current revision. Bytes that already count are "already received".
    After the lock (or the exception's end) nothing is accepted, and the receipt gives the reason. An upload
    received before the current revision becomes a revision but does not replace it: events arrive in any order,
    the latest received counts (of one moment the last in turn: `Turn`), and the first received decides on time or late.
    Noughts that were confirmed without
    a workbook never stand in the place of figures, in whatever order the two were received and decided.
    """
    decision = _judge(upload, outcome, state, programme, now=now, justification=justification)
    return decision.model_copy(update={"letter": begin_letter(decision.receipt, upload, programme)})


def _judge(
    upload: Upload, outcome: Outcome, state: State, programme: Programme, *, now: datetime, justification: str
) -> Decision:
    if outcome.status is Status.REJECTED:
        return _reject(upload, outcome, state, programme, now=now)
    locked = find_lock(state, programme.period_by_code[upload.address.period], at=upload.came)
    if known := _find_known(upload, state):
        return _recognise(upload, outcome, state, known, now=now, is_locked=locked is not None)
    if obstacle := locked or _find_figures_instead(upload, state, programme):
        refused = outcome.model_copy(update={"issues": (obstacle, *outcome.issues)})
        return Decision(receipt=_make_receipt(upload, Answer.REJECTED, now, refused))
    return _accept(upload, outcome, state, programme, now=now, justification=justification)


def _reject(upload: Upload, outcome: Outcome, state: State, programme: Programme, *, now: datetime) -> Decision:
    """A receipt with the reason; the state records only that the unit tried, for the report on missing units."""
    receipt = _make_receipt(upload, Answer.REJECTED, now, outcome)
    is_owed = upload.address.period in programme.period_by_code and upload.address.unit in programme.unit_by_code
    is_news = state.last_rejected is None or state.last_rejected < upload.received
    if not (upload.sha256 and is_owed and is_news):
        return Decision(receipt=receipt)
    return Decision(receipt=receipt, state=state.moved(last_rejected=upload.received))


def _find_figures_instead(upload: Upload, state: State, programme: Programme) -> Issue | None:
    """`upload.counts_already` for a confirmed “không phát sinh”, where figures came while it was made."""
    if not upload.confirmed_by or not state.counts or _is_confirmation(state):
        return None
    return make_issue("upload.counts_already", found=programme.form_by_code[upload.address.form].title)


def _is_confirmation(state: State) -> bool:
    return state.submission is not None and bool(state.submission.confirmed_by)


def _find_known(upload: Upload, state: State) -> Submission | None:
    """The revision with these bytes, if it counts. None for an upload received before the first acceptance."""
    known = state.submission if state.counts else None
    if known is None or known.sha256 != upload.sha256:
        return None
    return known if state.first_received is None or state.first_received <= upload.came else None


def _recognise(
    upload: Upload, outcome: Outcome, state: State, known: Submission, *, now: datetime, is_locked: bool
) -> Decision:
    receipt = _make_receipt(
        upload, Answer.ALREADY_RECEIVED, now, outcome, revision=known.revision, timeliness=state.timeliness
    )
    if is_locked or not _is_newest(upload, state):
        return Decision(receipt=receipt)
    return Decision(receipt=receipt, state=state.moved(last_received=upload.came, last_turn=upload.turn))


def is_tied(upload: Upload, state: State) -> bool:
    """Whether only storage's listing tells which came later: this upload, or another version under its key."""
    last = _find_last(state)
    if last is None or last[1].version_id == upload.version_id:
        return False
    came, turn = last
    return (came, turn.stored, turn.key) == (upload.came, upload.received, upload.key)


def _is_newest(upload: Upload, state: State) -> bool:
    """Whether the upload came after all that came of the current revision."""
    last = _find_last(state)
    if last is None or is_tied(upload, state):
        return last is None or last[1].version_id not in upload.followed_by
    return (upload.came, upload.turn.rank) > (last[0], last[1].rank)


def _find_last(state: State) -> tuple[datetime, Turn] | None:
    """When the newest upload of the current revision came, and its turn. Earlier versions of the product kept less."""
    if state.submission is None:
        return None
    sent = state.submission
    first = Turn(stored=sent.received, prepared=sent.received, key=sent.key, version_id=sent.version_id)
    return state.last_received or sent.received, state.last_turn or first


def _accept(
    upload: Upload, outcome: Outcome, state: State, programme: Programme, *, now: datetime, justification: str
) -> Decision:
    submission = Submission(
        address=upload.address,
        revision=state.revision + 1,
        upload_id=upload.id,
        programme_version=programme.version,
        form_version=outcome.version,
        sha256=upload.sha256,
        file_name=upload.file_name,
        key=upload.key,
        version_id=upload.version_id,
        received=upload.received,
        values=outcome.values,
        tables=outcome.tables,
        narratives=outcome.narratives,
        remarks=outcome.remarks,
        normalisations=outcome.normalisations,
        warnings=outcome.warnings,
        justification=justification,
        confirmed=outcome.confirmed,
        confirmed_by=upload.confirmed_by,
    )
    first = min(upload.came, state.first_received or upload.came)
    timeliness = programme.period_by_code[upload.address.period].judge(first)
    undoes = _is_confirmation(state) and not upload.confirmed_by
    after = state.moved(revision=submission.revision, first_received=first, timeliness=timeliness)
    if undoes or _is_newest(upload, state):
        now_counts = {"submission": submission, "last_received": upload.came, "last_turn": upload.turn}
        corrects = state.review is Review.RETURNED or state.corrects
        undecided = {"review": Review.RECEIVED, "comment": "", "corrects": corrects}
        after = after.model_copy(update=now_counts | undecided)
    receipt = _make_receipt(upload, Answer.ACCEPTED, now, outcome, revision=submission.revision, timeliness=timeliness)
    return Decision(receipt=receipt, submission=submission, state=after)


def _make_receipt(
    upload: Upload,
    answer: Answer,
    now: datetime,
    outcome: Outcome,
    *,
    revision: int = 0,
    timeliness: Timeliness | None = None,
) -> Receipt:
    return Receipt(
        number=name_receipt(upload.id),
        upload_id=upload.id,
        address=upload.address,
        answer=answer,
        received=upload.received,
        decided=now,
        sha256=upload.sha256,
        size=upload.size,
        file_name=upload.file_name,
        revision=revision,
        timeliness=timeliness,
        issues=outcome.issues,
        version_id=upload.version_id,
        bytes_kept=outcome.keep_bytes,
    )
