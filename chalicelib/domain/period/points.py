"""Points to look at before a report is signed, and the office's confirmations of them.

A confirmation stands for the figures that it was given for: where one of them changes, the point is open again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from fractions import Fraction

from chalicelib.domain.period.manifest import hash_text
from chalicelib.domain.submission.records import Record
from chalicelib.domain.values import Number

MOST_LISTED = 60
"""Open points of one list. More are read by nobody; they come up as those before them are settled."""

LONGEST_NOTE = 500


class Doubt(StrEnum):
    """What is odd about a figure, the surest first.

    PART: more than the figure that includes it. RATIO: a share above the whole. LESS: a cumulative figure below what
    it includes. RANGE: outside the range that the programme calls plausible. TENFOLD: about ten, a hundred or a
    thousand times another figure. CHANGED: the province's figure is far from an earlier one. FAR: a unit's figure is
    far from those of the others.
    """

    PART = "part"
    RATIO = "ratio"
    LESS = "less"
    RANGE = "range"
    TENFOLD = "tenfold"
    CHANGED = "changed"
    FAR = "far"


NAMES: dict[str, str] = {
    Doubt.PART: "Số thành phần lớn hơn tổng",
    Doubt.RATIO: "Tỷ lệ lớn hơn 100%",
    Doubt.LESS: "Số lũy kế giảm",
    Doubt.RANGE: "Số ngoài khoảng hợp lý",
    Doubt.TENFOLD: "Gấp hoặc kém khoảng 10, 100, 1.000 lần",
    Doubt.CHANGED: "Số chung tăng, giảm mạnh",
    Doubt.FAR: "Khác nhiều so với các đơn vị cùng loại",
}

ADVICE: dict[str, str] = {
    Doubt.PART: "Đối chiếu hai chỉ tiêu trong bản nộp; nếu sai thì trả lại để đơn vị sửa.",
    Doubt.RATIO: "Đối chiếu tử số và mẫu số của từng đơn vị; nếu sai thì trả lại để đơn vị sửa.",
    Doubt.LESS: "Đối chiếu với bản nộp của kỳ trước; nếu sai thì trả lại bản nộp của kỳ có số sai.",
    Doubt.RANGE: "Xem giải trình của đơn vị, kiểm tra chữ số và đơn vị tính; nếu sai thì trả lại để đơn vị sửa.",
    Doubt.TENFOLD: "Kiểm tra có thừa, thiếu chữ số 0, nhầm dấu chấm, dấu phẩy hoặc nhầm đơn vị tính không; "
    "nếu sai thì trả lại để đơn vị sửa.",
    Doubt.CHANGED: "Xem số của từng đơn vị để biết đơn vị nào làm thay đổi và vì sao; nếu đúng thì nêu rõ lý do.",
    Doubt.FAR: "Hỏi lại đơn vị, đối chiếu với quy mô địa bàn; nếu sai thì trả lại để đơn vị sửa.",
}


@dataclass(frozen=True, slots=True)
class Point:
    """One figure to look at, beside the one that makes it look odd.

    `unit` is empty for the province's figure. `against` says what it is held against: an indicator's code, or one of
    the words of `plausibility.py`. `vouched` are the figures that a confirmation stands for. The larger `weight`, the
    odder among points of the same doubt.
    """

    doubt: Doubt
    indicator: str
    unit: str
    against: str
    figure: Number
    other: Number
    text: str
    weight: Fraction
    vouched: tuple[Number, ...]

    @property
    def key(self) -> str:
        """The same for as long as the same thing is odd, whatever the figures are."""
        return "/".join((self.doubt, self.indicator, self.unit, self.against))

    @property
    def state(self) -> str:
        """A hash of the figures that a confirmation stands for. A record that keeps it holds nothing of a workbook."""
        return hash_text("/".join(str(number) for number in self.vouched))[:32]


class Confirmation(Record):
    """The office has looked at a point and stands by its figures. Kept for good; the latest one of a point counts.

    The confirmations of a period are numbered from 1. `point` is the point's key, `state` that of its figures then.
    """

    number: int
    point: str
    state: str
    note: str
    at: datetime
    actor: str


@dataclass(frozen=True)
class Points:
    """The points of a period: those that are open, the oddest first, and those that are confirmed."""

    open: tuple[Point, ...] = ()
    confirmed: tuple[tuple[Point, Confirmation], ...] = ()

    @property
    def listed(self) -> tuple[Point, ...]:
        return self.open[:MOST_LISTED]

    @property
    def left_out(self) -> int:
        """How many open points are not listed."""
        return len(self.open) - len(self.listed)

    def __bool__(self) -> bool:
        return bool(self.open or self.confirmed)


def sort_out(points: Sequence[Point], confirmations: Iterable[Confirmation]) -> Points:
    """Tells the open points from those whose latest confirmation is for the figures of now."""
    latest = find_latest(confirmations)
    confirmed = [(each, latest[each.key]) for each in points if _is_confirmed(each, latest.get(each.key))]
    done = {each.key for each, _ in confirmed}
    return Points(tuple(each for each in points if each.key not in done), tuple(confirmed))


def find_latest(confirmations: Iterable[Confirmation]) -> dict[str, Confirmation]:
    """The latest confirmation of each point, by its key."""
    return {each.point: each for each in sorted(confirmations, key=lambda each: each.number)}


def _is_confirmed(point: Point, confirmation: Confirmation | None) -> bool:
    return confirmation is not None and confirmation.state == point.state
