"""The days that figures cover where a section of a form has a data window of its own, in the programme's words.

    đầu năm            from 1 January to the end of the period's data
    12 tháng           so many months up to the end of the period's data
    01/11 - 31/10      these days each year; the window is the one that ends in the year in which the period's data end

Two figures are compared only over windows of one kind and one length.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import MINYEAR, date, timedelta
from functools import cache
from typing import Annotated, NamedTuple

from pydantic import AfterValidator

from chalicelib.domain.language.spelling import make_key
from chalicelib.domain.language.vietnamese import format_day

EXAMPLES = ("đầu năm", "12 tháng", "01/11 - 31/10")
EXPECTED = "“đầu năm”, số tháng như “12 tháng”, hoặc ngày/tháng hằng năm như “01/11 - 31/10”"
_FROM_NEW_YEAR = frozenset(map(make_key, ("đầu năm", "từ đầu năm")))
_MONTHS = re.compile(r"(\d{1,2})\s+tháng", re.IGNORECASE | re.ASCII)
_YEARLY = re.compile(r"(\d{1,2})/(\d{1,2})\s*[-–—]\s*(\d{1,2})/(\d{1,2})", re.ASCII)
_LONGEST = 60
_LEAP_DAY = 1


class DayOfYear(NamedTuple):
    month: int
    day: int

    def find(self, year: int) -> date:
        """The day in a year; 29 February is the last day of February."""
        return date(year, self.month, min(self.day, monthrange(year, self.month)[1]))


_NEW_YEAR = DayOfYear(1, 1)


@dataclass(frozen=True, slots=True)
class WindowRule:
    """A window in its kind: so many `months`, or from a day of the year to another one; without `last`, or in months,
    to the end of the period's data."""

    months: int = 0
    first: DayOfYear = _NEW_YEAR
    last: DayOfYear | None = None

    @staticmethod
    def parse(text: str) -> WindowRule:
        """Raises ValueError."""
        written = text.strip()
        if make_key(written) in _FROM_NEW_YEAR:
            return WindowRule()
        if (match := _MONTHS.fullmatch(written)) and 1 <= int(match[1]) <= _LONGEST:
            return WindowRule(months=int(match[1]))
        if match := _YEARLY.fullmatch(written):
            day, month, last_day, last_month = map(int, match.groups())
            return WindowRule(first=_check(DayOfYear(month, day)), last=_check(DayOfYear(last_month, last_day)))
        raise ValueError(f"không đọc được “{text}”; ghi {EXPECTED}")

    def find(self, data_to: date) -> DataWindow:
        """The days of the window in a period whose data end on this day."""
        if self.months:
            return DataWindow(_go_back(data_to, self.months), data_to, self)
        last = self.last.find(data_to.year) if self.last else data_to
        first = self.first.find(last.year)
        return DataWindow(first if first <= last else self.first.find(max(MINYEAR, last.year - 1)), last, self)


@dataclass(frozen=True, slots=True)
class DataWindow:
    """The days that figures cover, both included. `rule` is None where they are the period's own."""

    first: date
    last: date
    rule: WindowRule | None = None

    def is_like(self, other: DataWindow) -> bool:
        """Whether figures of both may be compared by their windows, as far as these are of their sections' own."""
        if self.rule != other.rule:
            return False
        return self.rule is None or bool(self.rule.months) or abs(self._days - other._days) <= _LEAP_DAY

    def print_below(self, title: str) -> str:
        """The title of what covers these days, with them where they are its own."""
        if self.rule is None:
            return title
        return f"{title} (số liệu từ ngày {format_day(self.first)} đến hết ngày {format_day(self.last)})"

    @property
    def _days(self) -> int:
        return (self.last - self.first).days


def _check(day: DayOfYear) -> DayOfYear:
    """Raises ValueError."""
    try:
        date(2000, *day)
    except ValueError:
        raise ValueError(f"không có ngày {day.day:02}/{day.month:02}; ghi {EXPECTED}") from None
    return day


def _go_back(last: date, months: int) -> date:
    """The first of so many months that end with this day: whole months where it ends one."""
    month = max(MINYEAR * 12, last.year * 12 + last.month - 1 - months)
    year, index = divmod(month, 12)
    length = monthrange(year, index + 1)[1]
    ends_month = last.day == monthrange(last.year, last.month)[1]
    return date(year, index + 1, length if ends_month else min(last.day, length)) + timedelta(days=1)


parse_window: Callable[[str], WindowRule] = cache(WindowRule.parse)


def _check_text(text: str) -> str:
    if text:
        parse_window(text)
    return text


WindowText = Annotated[str, AfterValidator(_check_text)]
"""A window as a record's field: as it is written, and refused where it cannot be read."""
