"""The office's letters on paper: urging what is missing, returning what is to be mended; as one Word document.

The system sends none of them and keeps none: whoever signs adds number and date.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from enum import StrEnum

from chalicelib.domain.audit import Action, Stamp, make_line
from chalicelib.domain.clock import local_date
from chalicelib.domain.period.official_letters import (
    Occasion,
    OfficialLetter,
    list_returned,
    return_each,
    return_together,
    urge_each,
    urge_together,
)
from chalicelib.domain.programme.model import Period, Programme
from chalicelib.office.refusals import Refusal
from chalicelib.office.reminders import find_missing
from chalicelib.store import obligations
from chalicelib.store.audit import append
from chalicelib.store.handouts import hand_out

MOST_LETTERS = 300
"""Letters in one document, which a page's function makes within its half minute."""


class LetterKind(StrEnum):
    """What letters are made for."""

    URGING = "urging"
    RETURNING = "returning"


def make_letters(
    programme: Programme, period: Period, kind: LetterKind, *, together: bool, by: date | None, stamp: Stamp
) -> str:
    """An address that serves the letters as a Word document: one to all (`together`), or one to each unit.

    `by` is the last day that the office gives. Refuses a day that is past, and where there is nobody to write to.
    """
    from chalicelib.report.document.official_letter import render_letters  # imported here: slow to import

    if by and by < local_date(stamp.at):
        raise Refusal("Ngày đề nghị gửi phải từ hôm nay trở đi.")
    occasion = Occasion(programme, period, stamp.at, by)
    find = _find_urging if kind is LetterKind.URGING else _find_returning
    letters = find(occasion, together=together)
    if len(letters) > MOST_LETTERS:
        raise Refusal(
            f"Mỗi lần soạn nhiều nhất {MOST_LETTERS} công văn riêng, mà có {len(letters)} đơn vị. "
            "Xin soạn một công văn chung kèm danh sách."
        )
    data = render_letters(letters, programme, now=stamp.at)
    details = {"letters": str(len(letters)), "kind": kind.value}
    append(make_line(Action.LETTER_WRITTEN, period.code, programme=programme.code, stamp=stamp, **details))
    return hand_out(data, file_name=f"{_FILES[kind]}-{period.code}.docx")


_FILES = {LetterKind.URGING: "cong-van-don-doc", LetterKind.RETURNING: "cong-van-tra-lai"}


def _find_urging(occasion: Occasion, *, together: bool) -> Sequence[OfficialLetter]:
    if occasion.at < occasion.period.opens:
        raise Refusal("Kỳ chưa mở, nên chưa đôn đốc.")
    if not (missing := find_missing(occasion.programme, occasion.period, [])):
        raise Refusal("Mọi đơn vị đều đã nộp.")
    return [urge_together(occasion, missing)] if together else urge_each(occasion, missing)


def _find_returning(occasion: Occasion, *, together: bool) -> Sequence[OfficialLetter]:
    programme, period = occasion.programme, occasion.period
    states = obligations.query_outlines(programme.code, period=period.code)
    if not (returned := list(list_returned(programme, period, states))):
        raise Refusal("Không có báo cáo nào đang trả lại để chỉnh lý, bổ sung.")
    return [return_together(occasion, returned)] if together else return_each(occasion, returned)
