"""What a verb answers instead of doing what was asked: one sentence for people, at every door the same.

A page shows the sentence (`web/problems.py`), a command prints it and exits with 2 (`operate/cli.py`).

Refusal      what was asked for cannot be done as it stands
├── Moved    somebody else was faster: look again, then decide again
└── Unknown  there is no such thing
"""

from __future__ import annotations


class Refusal(Exception):
    """`str()` gives the sentence; without one of its own, that of the class."""

    sentence = "Không thực hiện được với nội dung này."

    def __init__(self, sentence: str = "") -> None:
        super().__init__(sentence or self.sentence)


class Moved(Refusal):
    """What the request was made from has changed since."""

    sentence = "Có thay đổi khác vừa được ghi trước. Xin xem lại nội dung mới rồi thực hiện."


class Unknown(Refusal):
    """A programme, period, unit, form or file that there is not."""

    sentence = "Không có nội dung này."
