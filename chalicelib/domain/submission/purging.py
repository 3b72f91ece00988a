"""What is left of records once their upload is purged: that something was sent and answered, and nothing it said."""

from __future__ import annotations

from chalicelib.domain.submission.records import Receipt, Review, State, Submission


def empty_receipt(receipt: Receipt) -> Receipt:
    """Issues quote what was found in cells, and a file's name may say what is in it."""
    return receipt.model_copy(update={"bytes_kept": False, "file_name": "", "issues": (), "marked_copy_key": ""})


def empty_submission(submission: Submission) -> Submission:
    nothing = {"file_name": "", "values": {}, "tables": {}, "narratives": {}, "justification": ""}
    return submission.model_copy(update=nothing | {"normalisations": (), "warnings": ()})


def withdraw_upload(state: State, receipt: Receipt) -> State:
    """The obligation without the figures where they are the ones that count; in any case one change further on."""
    current = state.submission
    if current is None or current.revision != receipt.revision:
        return state.moved()
    return state.moved(submission=empty_submission(current), review=Review.WITHDRAWN, comment="")
