"""The kinds of indicators in one table: how a figure is typed, read, added up, compared and shown.

Every other module asks a kind for its traits and names none. A new kind is a new entry of `KINDS`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from pydantic import BeforeValidator, PlainSerializer

from chalicelib.domain.language.spelling import make_key


class Shape(StrEnum):
    """What is typed into a cell: decides how it is read, its entry field and its validation in Excel."""

    NUMBER = "number"
    FLAG = "flag"
    CHOICE = "choice"
    DATE = "date"
    TEXT = "text"


class Method(StrEnum):
    """How a total over units is made. SUM: added up; of flags, the number of "có". QUOTIENT: the ratio of two sums,
    never typed and never averaged. MEAN: the mean of the units that have the figure, to `MEAN_PLACES` decimals. NAMES:
    the number of different names in the units' lists. CHOICES: the number of units for each choice. WEIGHTED: the
    mean of shares, each weighted by the base it is a share of. NONE: no total, listed unit by unit."""

    SUM = "sum"
    QUOTIENT = "quotient"
    MEAN = "mean"
    NAMES = "names"
    CHOICES = "choices"
    WEIGHTED = "weighted"
    NONE = "none"


MEAN_PLACES = 2


@dataclass(frozen=True, slots=True)
class Kind:
    """The kind of an indicator's figure.

    `name` is used in reports. `prompt` stands beside the cell of the blank form; {unit} is the unit of measure,
    {choices} are the choices.
    A number lies between 0 and `at_most`. `is_accumulated`: figures of successive periods add up, so a cumulative
    figure never decreases. `is_stock`: a state at the period's end, comparable with any earlier one. `is_in_dong`: an
    amount in đồng, which sentences give in triệu and tỷ where nothing is lost by it. `is_percent`: typed in per cent,
    so that 12,5 is 12,5%.
    """

    code: str
    name: str
    method: Method
    prompt: str = "Ghi một số nguyên, ví dụ 12; có thể kèm đơn vị tính của dòng. Không phát sinh thì ghi 0."
    shape: Shape = Shape.NUMBER
    is_whole: bool = False
    is_accumulated: bool = False
    is_stock: bool = False
    is_in_dong: bool = False
    is_percent: bool = False
    at_most: int | None = None

    def __str__(self) -> str:
        return self.code

    @property
    def has_total(self) -> bool:
        return self.method is not Method.NONE

    @property
    def is_quotient(self) -> bool:
        """A fraction: shown as a percentage; its changes are percentage points."""
        return self.method is Method.QUOTIENT

    @property
    def is_number(self) -> bool:
        return self.shape is Shape.NUMBER


_DECIMAL_PROMPT = "Ghi một số theo {unit}, ví dụ 2,5 (dấu phẩy là dấu thập phân). Không phát sinh thì ghi 0."
FLOW = Kind("flow", "cộng dồn trong kỳ", Method.SUM, is_whole=True, is_accumulated=True)
STOCK = Kind("stock", "hiện có cuối kỳ", Method.SUM, is_whole=True, is_stock=True)
MEASURE = Kind("measure", "đo lường", Method.SUM, _DECIMAL_PROMPT)
MONEY = Kind(
    "money",
    "tiền",
    Method.SUM,
    "Ghi số tiền bằng đồng, không làm tròn, ví dụ 1.400.000.000; có thể ghi 1,4 tỷ. Không phát sinh thì ghi 0.",
    is_whole=True,
    is_accumulated=True,
    is_in_dong=True,
)
FLAG = Kind("flag", "có/không", Method.SUM, "Chọn Có hoặc Không.", Shape.FLAG)
RATIO = Kind("ratio", "tỷ lệ", Method.QUOTIENT)
SCORE = Kind("score", "điểm của từng đơn vị", Method.NONE, _DECIMAL_PROMPT)
MEAN = Kind("mean", "điểm trung bình", Method.MEAN, _DECIMAL_PROMPT)
_PERCENT_PROMPT = "Ghi theo phần trăm, ví dụ 12,5%. Số không quá 1 phải ghi kèm dấu %, ví dụ 0,5%."
PERCENT = Kind("percent", "phần trăm không cộng", Method.NONE, _PERCENT_PROMPT, is_percent=True)
PERCENT_MEAN = Kind("percent_mean", "phần trăm trung bình", Method.MEAN, _PERCENT_PROMPT, is_percent=True)
SHARE = Kind("share", "phần trăm theo số gốc", Method.WEIGHTED, _PERCENT_PROMPT, is_percent=True)
DISTINCT = Kind("distinct", "số tên khác nhau", Method.NAMES, is_whole=True)
CHOICE = Kind("choice", "lựa chọn", Method.CHOICES, "Chọn một trong: {choices}.", Shape.CHOICE)
TEXT = Kind("text", "chữ", Method.NONE, "Ghi ngắn gọn.", Shape.TEXT)
DATE = Kind("date", "ngày", Method.NONE, "Ghi đủ ngày/tháng/năm, ví dụ 05/02/2022.", Shape.DATE)

KINDS: dict[str, Kind] = {
    kind.code: kind
    for kind in (
        FLOW, STOCK, MEASURE, MONEY, FLAG, RATIO, SCORE, MEAN, PERCENT, PERCENT_MEAN, SHARE, DISTINCT, CHOICE, TEXT,
        DATE,
    )
}  # fmt: skip
"""By the code used in the programme's files."""


def find_kind(given: str | Kind) -> Kind:
    """The kind of this code or name. Raises ValueError."""
    if isinstance(given, Kind):
        return given
    kind = KINDS.get(given) or _KIND_BY_NAME.get(make_key(given))
    if kind is None:
        raise ValueError(f"“{given}” không phải là một kiểu: {', '.join(each.name for each in KINDS.values())}")
    return kind


_KIND_BY_NAME = {make_key(kind.name): kind for kind in KINDS.values()}


def find_plain_kind() -> Kind:
    """The kind as which a figure without an indicator is read: a whole number."""
    return FLOW


KindField = Annotated[Kind, BeforeValidator(find_kind), PlainSerializer(str, return_type=str)]
"""A kind as a record's field: its code in JSON."""
