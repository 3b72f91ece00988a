"""Refusals: a verb that cannot do what was asked raises one, with a sentence for people that is the same everywhere.

A page shows the sentence (`web/problems.py`), a command prints it and exits with 2 (`operate/cli.py`).

Refusal       the request cannot be carried out in the present state
├── Mistaken  the input has mistakes; all of them are listed
├── Moved     somebody else was faster: look again, then decide again
│   └── SentBefore  the same form of a page was carried out already
└── Unknown   the named programme, period, unit, form or file does not exist
"""

from __future__ import annotations

from collections.abc import Sequence

_MOST_TOLD = 20


class Refusal(Exception):
    """`str()` gives the sentence: the given one, or the sentence of the class."""

    sentence = "Không thực hiện được với nội dung này."

    def __init__(self, sentence: str = "") -> None:
        super().__init__(sentence or self.sentence)


class Mistaken(Refusal):
    """`mistakes` are phrases without a full stop; the sentence lists the first twenty."""

    def __init__(self, mistakes: Sequence[str]) -> None:
        self.mistakes = tuple(mistakes)
        told = "; ".join(self.mistakes[:_MOST_TOLD])
        more = len(self.mistakes) - _MOST_TOLD
        super().__init__(f"Chưa lưu được, vì: {told}{f'; và {more} lỗi nữa' if more > 0 else ''}.")


class Moved(Refusal):
    """The data that the request was based on has changed."""

    sentence = "Có thay đổi khác vừa được ghi trước. Xin xem lại nội dung mới rồi thực hiện."


class SentBefore(Moved):
    """The form of a page was sent before; what it asks for is not done a second time."""

    sentence = "Biểu mẫu này đã được gửi một lần rồi. Xin mở lại trang từ mục bên trên để thực hiện tiếp."


class Unknown(Refusal):
    """The programme, period, unit, form or file does not exist."""

    sentence = "Không có nội dung này."
