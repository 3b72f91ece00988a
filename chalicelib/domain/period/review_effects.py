"""What a decision of the office on reports does: to what counts, to what their units may still send. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from chalicelib.domain.language.vietnamese import render_instant
from chalicelib.domain.period.effects import Effect
from chalicelib.domain.programme.model import Period
from chalicelib.domain.submission.admission import find_end
from chalicelib.domain.submission.records import Review, State


class Decided(NamedTuple):
    """One obligation before and after a decision; `name` says which it is.

    `is_frozen`: a frozen edition holds the revision that counted before.
    """

    name: str
    before: State
    after: State
    is_frozen: bool = False


def find_review_effects(decided: Sequence[Decided], period: Period, *, at: datetime) -> tuple[Effect, ...]:
    """What the decision does, losses first."""
    found = (*_find_counted(decided), *_find_asked(decided, period, at), *_find_until(decided, period, at))
    return tuple(sorted(found, key=lambda effect: not effect.is_loss))


def _find_counted(decided: Sequence[Decided]) -> Iterator[Effect]:
    lost = [each for each in decided if each.before.counts and not each.after.counts]
    yield from _tell(
        "{n} báo cáo không còn tính là đã nộp, số liệu không còn được tổng hợp; bản nộp vẫn được giữ",
        lost,
        is_loss=True,
    )
    gained = [each for each in decided if each.after.counts and not each.before.counts]
    yield from _tell("{n} báo cáo lại tính là đã nộp và được tổng hợp", gained)
    reopened = [each for each in decided if each.before.review is Review.APPROVED is not each.after.review]
    yield from _tell("{n} báo cáo thôi được duyệt; muốn có lại phải xem xét và duyệt lại", reopened, is_loss=True)
    frozen = [each for each in (*lost, *gained) if each.is_frozen]
    yield from _tell(
        "{n} báo cáo nằm trong lần phát hành đã chốt, lần đó giữ nguyên; báo cáo bổ sung nêu thay đổi", frozen
    )


def _find_asked(decided: Sequence[Decided], period: Period, at: datetime) -> Iterator[Effect]:
    """What the units are asked from now on, or no longer."""
    asked = [each for each in decided if _is_becoming(each, Review.RETURNED)]
    yield from _tell("{n} đơn vị thấy ý kiến trên trang của mình và được yêu cầu gửi bản đã sửa", asked)
    shut = [each for each in asked if at >= find_end(each.after, period)]
    yield from _tell("{n} đơn vị không gửi được bản đã sửa vì kỳ đã khóa; cần gia hạn cho đơn vị", shut, is_loss=True)
    withdrawn = [each for each in decided if _is_becoming(each, Review.WITHDRAWN)]
    yield from _tell("{n} đơn vị thấy lý do rút trên trang của mình; hệ thống không yêu cầu gửi lại", withdrawn)
    said = [each for each in decided if each.before.comment and not each.after.comment]
    yield from _tell("{n} ý kiến trả lại hoặc lý do rút không còn hiện trên trang của đơn vị", said)


def _is_becoming(decided: Decided, review: Review) -> bool:
    return decided.after.review is review is not decided.before.review


def _find_until(decided: Sequence[Decided], period: Period, at: datetime) -> Iterator[Effect]:
    moved: dict[tuple[datetime, datetime], list[Decided]] = {}
    for each in decided:
        if each.before.exception_until != each.after.exception_until:
            moved.setdefault((find_end(each.before, period), find_end(each.after, period)), []).append(each)
    for (before, after), concerned in moved.items():
        sentence, is_loss = _say_end(before, after=after, at=at)
        yield from _tell(sentence, concerned, is_loss=is_loss)


def _say_end(before: datetime, *, after: datetime, at: datetime) -> tuple[str, bool]:
    """The sentence, and whether something is lost."""
    was, now = render_instant(before), render_instant(after)
    if before == after:
        return f"{{n}} báo cáo: thời hạn gửi vẫn là lúc khóa kỳ {now}", False
    if after > before:
        return f"{{n}} báo cáo gửi được đến {now}", False
    if at >= after:
        return f"{{n}} báo cáo không gửi được nữa kể từ bây giờ (trước đó gửi được đến {was})", True
    return f"{{n}} báo cáo chỉ còn gửi được đến {now}, thay vì {was}", True


def _tell(sentence: str, concerned: Sequence[Decided], *, is_loss: bool = False) -> Iterator[Effect]:
    if concerned:
        yield Effect(sentence.format(n=len(concerned)), tuple(each.name for each in concerned), is_loss)
