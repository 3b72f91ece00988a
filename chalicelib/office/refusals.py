"""What a verb answers instead of doing what was asked: one sentence for people, at every door the same.

A page shows the sentence (`web/problems.py`), a command prints it and exits with 2 (`operate/cli.py`).

Refusal       what was asked for cannot be done as it stands
├── Mistaken  what was given has mistakes, and all of them are told
├── Moved     somebody else was faster: look again, then decide again
└── Unknown   there is no such thing
"""

from __future__ import annotations

from collections.abc import Sequence

_MOST_TOLD = 20


class Refusal(Exception):
    """`str()` gives the sentence; without one of its own, that of the class."""

    sentence = "Không thực hiện được với nội dung này."

    def __init__(self, sentence: str = "") -> None:
        super().__init__(sentence or self.sentence)


class Mistaken(Refusal):
    """`mistakes` are phrases without a full stop; the sentence has the first twenty of them."""

    def __init__(self, mistakes: Sequence[str]) -> None:
        self.mistakes = tuple(mistakes)
        told = "; ".join(self.mistakes[:_MOST_TOLD])
        more = len(self.mistakes) - _MOST_TOLD
        super().__init__(f"Chưa lưu được, vì: {told}{f'; và {more} lỗi nữa' if more > 0 else ''}.")


class Moved(Refusal):
    """What the request was made from has changed since."""

    sentence = "Có thay đổi khác vừa được ghi trước. Xin xem lại nội dung mới rồi thực hiện."


class Unknown(Refusal):
    """A programme, period, unit, form or file that there is not."""

    sentence = "Không có nội dung này."
