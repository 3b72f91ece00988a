"""What PV05 may decide of an obligation, from which state, and what the state is afterwards."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from chalicelib.domain.submission.records import Review, State
from chalicelib.domain.submission.review import (
    NotPossible,
    approve_submission,
    end_exception,
    grant_exception,
    restore_submission,
    return_submission,
    withdraw_submission,
)
from tests.domain.builders import ADDRESS, DUE, LOCK, MOMENT, OPENS, make_period, make_submission

PERIOD = make_period()
LONGEST = LOCK + timedelta(days=366)
EMPTY = State(address=ADDRESS, change=3)

Step = Callable[[State], State]


def stand(review: str, comment: str = "") -> State:
    """A submission is in, and this was said of it."""
    return State(
        address=ADDRESS, change=3, revision=1, submission=make_submission(), review=Review(review), comment=comment
    )


def send_back(comment: str) -> Step:
    return lambda state: return_submission(state, comment)


def withdraw(reason: str) -> Step:
    return lambda state: withdraw_submission(state, reason)


def grant(until: datetime, reason: str = "mưa lũ", *, now: datetime = OPENS) -> Step:
    return lambda state: grant_exception(state, until, reason, period=PERIOD, now=now)


@pytest.mark.parametrize(
    ("before", "step", "review", "comment", "counts"),
    [
        ("received", send_back(" Thiếu A1. "), "returned", "Thiếu A1.", False),
        ("approved", send_back("Thiếu A1."), "returned", "Thiếu A1.", False),
        ("received", withdraw("trùng"), "withdrawn", "trùng", False),
        ("returned", withdraw("trùng"), "withdrawn", "trùng", False),
        ("approved", approve_submission, "approved", "", True),
        ("received", approve_submission, "approved", "", True),
        ("returned", restore_submission, "received", "", True),
        ("withdrawn", restore_submission, "received", "", True),
        ("approved", restore_submission, "received", "", True),
    ],
)
def test_a_review_moves_the_state_by_one_and_keeps_the_submission(
    before: str, step: Step, review: str, comment: str, counts: bool
) -> None:
    given = stand(before, "điều đã nói")
    after = step(given)
    assert after == given.model_copy(update={"change": 4, "review": Review(review), "comment": comment})
    assert after.counts is counts


@pytest.mark.parametrize(
    ("before", "step", "sentence"),
    [
        (EMPTY, send_back("Thiếu A1."), "Chưa có bản nộp"),
        (EMPTY, approve_submission, "Chưa có bản nộp"),
        (EMPTY, withdraw("trùng"), "Chưa có bản nộp"),
        (EMPTY, restore_submission, "Chưa có bản nộp"),
        (stand("returned"), approve_submission, "chỉ duyệt được bản đang có giá trị"),
        (stand("withdrawn"), approve_submission, "chỉ duyệt được bản đang có giá trị"),
        (stand("received"), restore_submission, "đang có giá trị"),
        (stand("received"), send_back(" \n"), "Xin điền mục “Ý kiến”."),
        (stand("received"), send_back("x" * 1001), "Mục “Ý kiến” dài quá 1000 ký tự."),
        (stand("received"), withdraw(""), "Xin điền mục “Lý do”."),
        (EMPTY, grant(LOCK, ""), "Xin điền mục “Lý do”."),
        (EMPTY, grant(OPENS), "phải sau lúc này"),
        (EMPTY, grant(DUE), "phải sau hạn chung"),
        (EMPTY, grant(LONGEST + MOMENT), "Chỉ gia hạn được đến hết"),
        (EMPTY, end_exception, "Không có gia hạn nào."),
    ],
)
def test_what_is_not_possible_is_said_in_a_sentence(before: State, step: Step, sentence: str) -> None:
    with pytest.raises(NotPossible, match=sentence.replace(".", r"\.")):
        step(before)


@pytest.mark.parametrize("until", [DUE + MOMENT, LOCK, LONGEST])
def test_an_exception_is_granted_and_ended_whether_or_not_anything_was_sent(until: datetime) -> None:
    for before in (EMPTY, stand("returned", "Thiếu A1.")):
        granted = grant(until)(before)
        assert (granted.exception_until, granted.exception_reason, granted.change) == (until, "mưa lũ", 4)
        assert end_exception(granted) == before.model_copy(update={"change": 5})
