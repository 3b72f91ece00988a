"""Reads typed dates, day first, and checks them against the window that they can belong to."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from chalicelib.domain.language.spelling import fold_spaces, fold_width
from chalicelib.domain.language.vietnamese import format_day


@dataclass(frozen=True, slots=True)
class Window:
    """The days that a date may lie between, both included. A date up to a year outside is a warning, unless the
    window `is_strict`."""

    first: date
    last: date
    is_strict: bool = False


@dataclass(frozen=True)
class DateReading:
    """The day that was read, or the code of its issue; both if the day was read with a warning."""

    day: date | None = None
    code: str = ""
    expected: str = ""


_FORMS = (
    re.compile(r"(?:ngày )?(?P<d>\d{1,2})[/.\-](?P<m>\d{1,2})[/.\-](?P<y>\d{4}|\d{2})", re.IGNORECASE | re.ASCII),
    re.compile(r"ngày (?P<d>\d{1,2}) tháng (?P<m>\d{1,2}) năm (?P<y>\d{4})", re.IGNORECASE | re.ASCII),
    re.compile(r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?Z?)?", re.ASCII),
)
_YEAR = re.compile(r"(?:19|20|21)\d{2}", re.ASCII)
_A_YEAR = timedelta(days=366)
_LONGEST = 60
_EXPECTED = "ngày dạng dd/mm/yyyy, ví dụ 05/02/2022"


def read_date(text: str, window: Window | None = None) -> DateReading:
    """A date typed as text. A two-digit year is refused: 22 may be 1922 or 2022."""
    if len(text) > _LONGEST:
        return DateReading(code="cell.not_a_date", expected=_EXPECTED)
    folded = fold_spaces(fold_width(text)).lstrip("'’‘`´ ")
    if _YEAR.fullmatch(folded):
        return DateReading(code="cell.date_year_only", expected=_EXPECTED)
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


def check_window(day: date, window: Window | None) -> DateReading:
    """Reports a day outside the window, and separately one that fits with day and month swapped.

    A machine set to US dates silently turns 05/02 into 2 May, for every day up to the 12th.
    """
    if window is None or window.first <= day <= window.last:
        return DateReading(day=day)
    if day.day <= 12:
        swapped = date(day.year, day.day, day.month)
        if window.first <= swapped <= window.last:
            return DateReading(code="cell.date_swapped", expected=f"{format_day(swapped)} (nếu ngày và tháng bị đảo)")
    is_near = window.first - _A_YEAR <= day <= window.last + _A_YEAR
    return DateReading(
        day=day if is_near and not window.is_strict else None,
        code="cell.date_outside",
        expected=f"từ {format_day(window.first)} đến {format_day(window.last)}",
    )


def find_year(day: date, raw: str = "") -> str:
    """The year that was typed into a date cell instead of a day, or "".

    Excel takes 2022 for the 2022nd day and shows 14/7/1905. `raw` is the stored number, if it is known.
    """
    typed = raw if raw.isascii() and raw.isdigit() else str((day - date(1899, 12, 30)).days)
    return typed if _YEAR.fullmatch(typed) else ""
