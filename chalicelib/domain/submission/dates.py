"""Dates as they are typed, day first, and read within the window that they can belong to."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from chalicelib.domain.language.spelling import fold_spaces, fold_width
from chalicelib.domain.language.vietnamese import format_day


@dataclass(frozen=True)
class DateReading:
    """The day that was read, or the code of what is wrong with it."""

    day: date | None = None
    code: str = ""
    expected: str = ""


_FORMS = (
    re.compile(r"(?:ngày )?(?P<d>\d{1,2})[/.\-](?P<m>\d{1,2})[/.\-](?P<y>\d{4}|\d{2})", re.IGNORECASE | re.ASCII),
    re.compile(r"ngày (?P<d>\d{1,2}) tháng (?P<m>\d{1,2}) năm (?P<y>\d{4})", re.IGNORECASE | re.ASCII),
    re.compile(r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?Z?)?", re.ASCII),
)
_EXPECTED = "ngày dạng dd/mm/yyyy, ví dụ 05/02/2022"


def read_date(text: str, window: tuple[date, date] | None = None) -> DateReading:
    """A date typed as text. A year of two digits is refused: 22 may be 1922 as well as 2022."""
    folded = fold_spaces(fold_width(text))
    match = next((found for form in _FORMS if (found := form.fullmatch(folded))), None)
    if match is None:
        return DateReading(code="cell.not_a_date", expected=_EXPECTED)
    if len(match["y"]) != 4:
        return DateReading(code="cell.date_ambiguous", expected="năm đủ bốn chữ số")
    try:
        day = date(int(match["y"]), int(match["m"]), int(match["d"]))
    except ValueError:
        return DateReading(code="cell.not_a_date", expected=_EXPECTED)
    return check_window(day, window)


def check_window(day: date, window: tuple[date, date] | None) -> DateReading:
    """A day outside the window is an error; one that fits with day and month swapped is named as such.

    A machine set to US dates turns 05/02 into 2 May without a word, for every day up to the 12th.
    """
    if window is None or window[0] <= day <= window[1]:
        return DateReading(day=day)
    expected = f"từ {format_day(window[0])} đến {format_day(window[1])}"
    if day.day <= 12:
        swapped = date(day.year, day.day, day.month)
        if window[0] <= swapped <= window[1]:
            return DateReading(code="cell.date_swapped", expected=f"{format_day(swapped)} (nếu ngày và tháng bị đảo)")
    return DateReading(code="cell.date_outside", expected=expected)
