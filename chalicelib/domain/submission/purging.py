"""Empties records once their upload is purged: they keep that it was sent and answered, but none of its contents."""

from __future__ import annotations

from chalicelib.domain.submission.records import Receipt, Review, State, Submission


def empty_receipt(receipt: Receipt) -> Receipt:
    """Issues quote cell contents, and a file's name may reveal them, so both are emptied."""
    return receipt.model_copy(update={"bytes_kept": False, "file_name": "", "issues": (), "marked_copy_key": ""})


def empty_submission(submission: Submission) -> Submission:
    nothing = {"file_name": "", "values": {}, "tables": {}, "narratives": {}, "remarks": {}, "justification": ""}
    return submission.model_copy(
        update=nothing | {"normalisations": (), "warnings": (), "confirmed_by": "", "purged": True}
    )


def withdraw_upload(state: State, receipt: Receipt) -> State:
    """The obligation without its figures if they came from the upload; `change` increases in any case."""
    current = state.submission
    if current is None or current.upload_id != receipt.upload_id:
        return state.moved()
    return state.moved(submission=empty_submission(current), review=Review.WITHDRAWN, comment="")
