"""The office's decisions about an obligation, as pure steps from one state to the next."""

from __future__ import annotations

from datetime import datetime, timedelta

from chalicelib.domain.language.vietnamese import render_deadline, render_instant
from chalicelib.domain.programme.model import Period
from chalicelib.domain.submission.records import Review, State


class NotPossible(ValueError):
    """The obligation's state does not allow this step; the message is for people."""


_LONGEST = timedelta(days=366)
LAST_LOOK = timedelta(days=400)
"""For this long after its lock a period is looked at by schedules: every exception ends earlier."""

_MOST_CHARACTERS = 1000
_NOTHING = "Chưa có bản nộp nào để thực hiện việc này."


def return_submission(before: State, comment: str) -> State:
    """Returns the report for correction. It does not count until a new revision comes. The unit sees `comment`."""
    return _review(before, Review.RETURNED, _check_text(comment, label="Ý kiến"))


def approve_submission(before: State) -> State:
    if before.review in (Review.RETURNED, Review.WITHDRAWN):
        raise NotPossible("Bản nộp đã bị trả lại hoặc đã rút; chỉ duyệt được bản đang có giá trị.")
    return _review(before, Review.APPROVED, "")


def withdraw_submission(before: State, reason: str) -> State:
    """Takes the report out without asking for another; nothing is deleted."""
    return _review(before, Review.WITHDRAWN, _check_text(reason, label="Lý do"))


def restore_submission(before: State) -> State:
    """Restores what was received: it counts again."""
    if before.submission is not None and before.review is Review.RECEIVED:
        raise NotPossible("Bản nộp đang có giá trị.")
    if before.submission is not None and before.submission.purged:
        raise NotPossible(
            "Nội dung bản nộp đã bị xóa theo quy định về bảo vệ bí mật nhà nước, không khôi phục được. "
            "Xin đề nghị đơn vị gửi bản khác."
        )
    return _review(before, Review.RECEIVED, "")


def grant_exception(before: State, until: datetime, reason: str, *, period: Period, now: datetime) -> State:
    """Lets this unit send this form until then, despite the period's lock; at most a year beyond the lock."""
    if until <= now:
        raise NotPossible("Thời điểm gia hạn phải sau lúc này.")
    if until <= period.due:
        raise NotPossible(f"Thời điểm gia hạn phải sau hạn chung ({render_deadline(period.due)}).")
    if until > period.lock + _LONGEST:
        raise NotPossible(f"Chỉ gia hạn được đến hết {render_instant(period.lock + _LONGEST)}.")
    return before.moved(exception_until=until, exception_reason=_check_text(reason, label="Lý do"))


def end_exception(before: State) -> State:
    if before.exception_until is None:
        raise NotPossible("Không có gia hạn nào.")
    return before.moved(exception_until=None, exception_reason="")


def _review(before: State, review: Review, comment: str) -> State:
    if before.submission is None:
        raise NotPossible(_NOTHING)
    return before.moved(review=review, comment=comment, corrects=False)


def _check_text(text: str, *, label: str) -> str:
    """The comment without surrounding blanks."""
    text = text.strip()
    if not text:
        raise NotPossible(f"Xin điền mục “{label}”.")
    if len(text) > _MOST_CHARACTERS:
        raise NotPossible(f"Mục “{label}” dài quá {_MOST_CHARACTERS} ký tự.")
    return text
