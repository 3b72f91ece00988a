"""Purges an upload that holds a state secret: its bytes, its marked copy or scan, and its figures.

The law (`domain/issues/laws.py`) forbids keeping state secrets on a networked machine.
The receipt without its contents and an audit line stay. The office's notes since the upload came are emptied, and its
drafts stay in all their versions without the upload's sentences. Other uploads are not touched: those with the same
bytes, and the editions made from the upload or from such a version, are named, so that the office can purge and
withdraw them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from chalicelib.domain.audit import Action, AuditLine, Stamp, make_line
from chalicelib.domain.period.body import Source
from chalicelib.domain.period.draft import Draft, drop_sentences
from chalicelib.domain.programme.branches import join_branch, list_branches
from chalicelib.domain.submission.purging import empty_receipt, empty_submission, withdraw_upload
from chalicelib.domain.submission.records import Edition, Receipt, Submission
from chalicelib.office.refusals import Moved, Unknown
from chalicelib.store import backups, editions, obligations, papers, programmes, purging, receipts, submissions
from chalicelib.store.errors import Conflict, StateMoved


class Purged(NamedTuple):
    """How many stored versions were deleted, the editions ("period/number", "branch/period/number") made from the
    upload, and its twins.

    `drafts` are the versions of drafts that have lost its sentences, named like editions; `twins` the ids of other
    uploads with the same bytes. `backups` is how many parts of backups of the table were deleted. The purge must be run
    again if a backup `is_being_made` at this time, which may hold the contents, or if the upload `is_being_answered`:
    a marked copy is kept after its receipt.
    """

    versions: int
    editions: list[str]
    drafts: list[str]
    twins: list[str]
    backups: int
    is_being_made: bool
    is_being_answered: bool


def purge(upload_id: str, *, reason: str, stamp: Stamp) -> Purged:
    """Purges one upload. A run that was cut off anywhere is finished by another one.

    The records are emptied first, so that a backup of the table that begins later has no contents of the upload. What
    is to be deleted is found by keys that no emptied record needs to hold.
    Raises Unknown for an upload without a receipt, and Moved if the state changed in between.
    """
    receipt = receipts.find_receipt(upload_id)
    if receipt is None:
        raise Unknown(f"Không có biên nhận của tệp {upload_id}.")
    submission = _find_submission(receipt)
    _empty_drafts(submission)
    _empty(receipt, submission, _make_line(receipt, reason, stamp))
    drafts = _empty_drafts(submission)  # once more, for a sentence that was taken meanwhile
    paper = papers.find_paper(receipt.address, upload_id)
    versions = purging.delete_objects(receipt, scan=paper.scan_key if paper else "")
    made_from_it = sorted(set(_list_editions(submission, drafts))) if submission else []
    names = [f"{draft.period}/{draft.number}" for draft in drafts]
    backup = backups.delete_all(now=stamp.at)
    is_being_answered = receipt.decided > stamp.at - backups.LONGEST_RUN
    return Purged(versions, made_from_it, names, purging.find_twins(receipt), *backup, is_being_answered)


def _find_submission(receipt: Receipt) -> Submission | None:
    """The revision that the upload became. A file that had come before has the receipt of another upload's revision."""
    found = submissions.find_revision(receipt.address, receipt.revision) if receipt.revision else None
    return found if found and found.upload_id == receipt.upload_id else None


def _empty(receipt: Receipt, submission: Submission | None, line: AuditLine) -> None:
    purging.empty_senders_words(receipt, submission)
    state = obligations.find_state(receipt.address)
    emptied, after = empty_submission(submission) if submission else None, withdraw_upload(state, receipt)
    if (receipt, submission, state.moved()) == (empty_receipt(receipt), emptied, after):
        return  # an earlier run came this far
    try:
        purging.write_over(empty_receipt(receipt), emptied, after, line)
    except (StateMoved, Conflict):
        raise Moved from None


def _empty_drafts(submission: Submission | None) -> list[Draft]:
    """The versions of drafts that have lost sentences of the upload, by this run or an earlier one."""
    if submission is None:
        return []
    versions = purging.empty_drafts(submission.address.programme, _plan_drops(submission))
    return [draft for draft in versions if submission.upload_id in draft.purged_uploads]


def _plan_drops(submission: Submission) -> Callable[[Draft], Draft]:
    """What leaves a draft: what was taken from the revision, and what says the same in a draft of any period."""
    address = submission.address
    form = programmes.load_version(address.programme, submission.programme_version).form_by_code[address.form]
    sources = [Source(address.unit, field.code, submission.revision) for field in form.narratives]
    prose = [str(figure.value) for figure in submission.narratives.values()]

    def drop(draft: Draft) -> Draft:
        taken_from = sources if draft.period == address.period else []
        texts = drop_sentences(draft.texts, sources=taken_from, prose=prose)
        if texts == draft.texts:
            return draft
        purged = dict.fromkeys((*draft.purged_uploads, submission.upload_id))
        return draft.model_copy(update={"texts": texts, "purged_uploads": tuple(purged)})

    return drop


def _list_editions(submission: Submission, drafts: Sequence[Draft]) -> Iterator[str]:
    address = submission.address
    wanted = (address.unit, address.form, submission.revision)
    used = {(draft.period, str(draft.number)) for draft in drafts}
    for period in {address.period, *(draft.period for draft in drafts)}:
        for edition in editions.list_editions(address.programme, period=period):
            if (period == address.period and wanted in _list_inputs(edition)) or (
                period,
                edition.office.get("draft"),
            ) in used:
                yield f"{period}/{edition.number}"
    programme = programmes.load_in_force(address.programme)
    for branch in list_branches(programme):
        for edition in editions.list_editions(join_branch(programme.code, branch=branch), period=address.period):
            if wanted in _list_inputs(edition):
                yield f"{branch}/{address.period}/{edition.number}"


def _list_inputs(edition: Edition) -> set[tuple[str, str, int]]:
    return {(each.unit, each.form, each.revision) for each in edition.inputs}


def _make_line(receipt: Receipt, reason: str, stamp: Stamp) -> AuditLine:
    address = receipt.address
    return make_line(
        Action.UPLOAD_PURGED, receipt.upload_id, programme=address.programme, stamp=stamp, reason=reason,
        period=address.period, form=address.form, unit=address.unit, revision=str(receipt.revision),
    )  # fmt: skip
