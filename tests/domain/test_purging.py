"""What is left of records once their upload is purged."""

from __future__ import annotations

import pytest

from chalicelib.domain.submission.purging import empty_receipt, empty_submission, withdraw_upload
from chalicelib.domain.submission.records import Answer, Receipt, Review, State
from chalicelib.domain.submission.review import NotPossible, restore_submission
from tests.store.sample import ADDRESS, NOON, make_submission, numbered

RECEIPT = Receipt(
    number="BN-1", upload_id=numbered(1), address=ADDRESS, answer=Answer.ACCEPTED, received=NOON, decided=NOON,
    sha256="a", size=3, file_name="kế hoạch mật.xlsx", revision=1, marked_copy_key="marked/a.xlsx",
)  # fmt: skip
STATE = State(
    address=ADDRESS, change=4, revision=1, submission=make_submission(text="mật"), first_received=NOON, comment="mật"
)


def test_a_receipt_keeps_that_something_was_sent_and_how_it_was_answered() -> None:
    left = empty_receipt(RECEIPT)
    assert "mật" not in left.model_dump_json()
    assert (left.file_name, left.marked_copy_key, left.issues, left.bytes_kept) == ("", "", (), False)
    kept = ("number", "upload_id", "address", "answer", "received", "decided", "sha256", "size", "revision")
    assert all(getattr(left, name) == getattr(RECEIPT, name) for name in kept)


def test_a_revision_keeps_nothing_that_was_said() -> None:
    said = {"remarks": {"A1": "mật"}, "confirmed_by": "Người mật", "justification": "mật"}
    left = empty_submission(make_submission(text="mật").model_copy(update=said))
    assert "mật" not in left.model_dump_json()
    assert (left.values, left.tables, left.narratives, left.normalisations, left.warnings) == ({}, {}, {}, (), ())
    assert (left.file_name, left.justification, left.revision, left.sha256) == ("", "", 1, make_submission().sha256)


def test_figures_that_count_are_withdrawn_and_others_stay() -> None:
    withdrawn = withdraw_upload(STATE, RECEIPT)
    assert (withdrawn.review, withdrawn.counts, withdrawn.comment) == (Review.WITHDRAWN, False, "")
    assert "mật" not in withdrawn.model_dump_json()
    assert withdrawn.first_received == NOON
    with pytest.raises(NotPossible, match="không khôi phục được"):
        restore_submission(withdrawn)
    later = STATE.model_copy(update={"submission": make_submission(2)})
    assert withdraw_upload(later, RECEIPT) == later.model_copy(update={"change": 5})
    empty = State(address=ADDRESS, change=0)
    assert withdraw_upload(empty, RECEIPT.model_copy(update={"revision": 0})) == empty.model_copy(update={"change": 1})
