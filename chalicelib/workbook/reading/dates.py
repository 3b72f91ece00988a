"""Decides which numbers of a workbook are dates, and reads them: number formats, serials, and ISO text.

Excel stores a date as a number of days; only the cell's number format shows that it is a date.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from typing import Final


class Calendar(Enum):
    """The day of serial 0: most workbooks count from 1900, some made on a Mac from 1904."""

    FROM_1900 = 1900
    FROM_1904 = 1904


class Style(Enum):
    """What a number format makes of a number."""

    NUMBER = "number"
    DATE = "date"
    TIME = "time"
    DURATION = "duration"


_BUILT_IN: Final[dict[int, Style]] = {
    **dict.fromkeys([*range(14, 18), 22, *range(27, 32), 36, *range(50, 59)], Style.DATE),
    **dict.fromkeys([18, 19, 20, 21, *range(32, 36), 45, 47], Style.TIME),
    46: Style.DURATION,
}
"""ECMA-376-1, 18.8.30. 27–36 and 50–58 are dates in the East Asian editions; no other edition uses them."""

_NOT_CODE: Final = re.compile(
    r'"[^"]*"?|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]|general|am/pm|a/p|e[+-]', re.IGNORECASE
)
_SECONDS: Final = re.compile(r"s+[.,]0+", re.IGNORECASE)
_DURATION: Final = re.compile(r"\[(h+|m+|s+)\]", re.IGNORECASE)
_NUMBER: Final = re.compile(r"[0#?@]")
LONGEST_CODE: Final = 512
"""Twice what Excel accepts. Matching an untrusted code of a million brackets would take hours."""
_MILLISECONDS_A_DAY: Final = 86_400_000
_MOST_SERIAL: Final = Decimal(2_958_466)
_ISO_DATE: Final = re.compile(r"(\d{4}-\d\d-\d\d)(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?)?", re.ASCII)


def style_of(format_id: int, code: str | None) -> Style:
    """What the format of this id makes of a number; `code` is the workbook's own definition of the id, if any."""
    if code is None:
        return _BUILT_IN.get(format_id, Style.NUMBER)
    return style_of_code(code)


def style_of_code(code: str) -> Style:
    """What a format code makes of a number: `dd/mm/yyyy` a date, `0" d"` and `[Red]0` a number, `[h]:mm` a duration.

    Only the first section counts, the one for positive numbers. Letters inside quotes, after a backslash and in
    brackets (colours, conditions, locales) are ignored; so is the E of `0.00E+00`.
    """
    bare = _SECONDS.sub("s", _NOT_CODE.sub(" ", code[:LONGEST_CODE])).lower().split(";")[0]
    if _DURATION.search(bare):
        return Style.DURATION
    if _NUMBER.search(bare):
        return Style.NUMBER
    if any(letter in bare for letter in "ydb"):
        return Style.DATE
    if any(letter in bare for letter in "hs"):
        return Style.TIME
    return Style.DATE if "m" in bare else Style.NUMBER


def show_serial(number: Decimal, style: Style, calendar: Calendar) -> str:
    """The ISO 8601 text of a serial, to the millisecond, or "" if the serial is not a date.

    A date is "2026-05-14" or "2026-05-14T08:30:00", a time of day "08:30:00", a duration "PT44H30M0S". Negative
    serials and those beyond the year 9999 are not dates; nor, in the 1900 calendar, are 0 and 60 (Excel shows 60 as
    the 29th of February 1900, which never existed).
    """
    if not 0 <= number < _MOST_SERIAL:
        return ""
    milliseconds = int((number * _MILLISECONDS_A_DAY).to_integral_value())
    if style is Style.DURATION:
        return _show_duration(milliseconds)
    if style is Style.TIME and milliseconds < _MILLISECONDS_A_DAY:
        return _show_time(milliseconds)
    days, rest = divmod(milliseconds, _MILLISECONDS_A_DAY)
    day = _day_of(days, calendar)
    if day is None:
        return ""
    return f"{day.isoformat()}T{_show_time(rest)}" if rest else day.isoformat()


def show_clock(milliseconds: int) -> str:
    """A time of day; a duration from 24 hours on."""
    return _show_time(milliseconds) if milliseconds < _MILLISECONDS_A_DAY else _show_duration(milliseconds)


def read_iso(text: str) -> str:
    """A date stored as ISO 8601 text, in the form of `show_serial`; "" if it is invalid or has a zone."""
    if not _ISO_DATE.fullmatch(text):
        return ""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return ""
    milliseconds = (moment - datetime.combine(moment.date(), datetime.min.time())) // timedelta(milliseconds=1)
    return f"{moment.date().isoformat()}T{_show_time(milliseconds)}" if milliseconds else moment.date().isoformat()


def _day_of(days: int, calendar: Calendar) -> date | None:
    if calendar is Calendar.FROM_1900:
        if days in (0, 60):
            return None
        first = date(1899, 12, 31) if days < 60 else date(1899, 12, 30)
    else:
        first = date(1904, 1, 1)
    try:
        return first + timedelta(days=days)
    except OverflowError:
        return None


def _show_time(milliseconds: int) -> str:
    seconds, rest = divmod(milliseconds, 1000)
    text = f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    return f"{text}.{rest:03}" if rest else text


def _show_duration(milliseconds: int) -> str:
    seconds, rest = divmod(milliseconds, 1000)
    text = f"PT{seconds // 3600}H{seconds // 60 % 60}M{seconds % 60}"
    return f"{text}.{rest:03}S" if rest else f"{text}S"
