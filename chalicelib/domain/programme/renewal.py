"""Renews a programme for another year: every date of `programme.toml` moves, everything else stays.

The file is edited as text, so its comments, its order and the office's own additions are kept.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from chalicelib.domain.clock import VIETNAM

_DATED = re.compile(
    r"^(?P<head>\s*(?P<key>signed|data_from|data_to|opens|due|lock)\s*=\s*)"
    r"(?P<value>\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})?)?)",
    re.MULTILINE,
)
_CODE = re.compile(r'^code\s*=\s*"(?P<code>[^"]*)"', re.MULTILINE)
_FOLLOWS = re.compile(r"^follows\s*=.*\n", re.MULTILINE)
_YEAR = re.compile(r"^year\s*=\s*(\d{4})", re.MULTILINE)
_CLOCKS = frozenset({"opens", "due", "lock"})


def renew_for_year(text: str, *, code: str, year: int) -> str:
    """`programme.toml` for another year, under its new code. Raises ValueError if the file names no year."""
    match = _YEAR.search(text)
    if match is None:
        raise ValueError("programme.toml không có dòng year")
    years = year - int(match[1])
    moved = _DATED.sub(lambda found: found["head"] + _move_years(found["value"], years), text)
    return _rename(moved, code=code, year=year)


def renew_for_deadline(text: str, *, code: str, period: str, due: datetime) -> str:
    """`programme.toml` with all dates moved by the same span, so that `period` falls due at the instant `due`.

    Clocks become date-times; windows and other dates move by that span in whole days.
    """
    part = re.search(rf'^code\s*=\s*"{re.escape(period)}"(?:(?!^\[\[)[\s\S])*?^due\s*=\s*(\S+)', text, re.MULTILINE)
    if part is None:
        raise ValueError(f"programme.toml không có kỳ “{period}” với ngày due")
    span = due.astimezone(VIETNAM).replace(tzinfo=None) - _parse(part[1])
    moved = _DATED.sub(lambda found: found["head"] + _move_span(found["key"], value=found["value"], span=span), text)
    return _rename(moved, code=code, year=due.astimezone(VIETNAM).year)


def _rename(text: str, *, code: str, year: int) -> str:
    """Sets the new code and year, and the old code as the programme that this one follows."""
    old = _CODE.search(text)
    followed = old["code"] if old else ""
    text = _FOLLOWS.sub("", text)
    text = _CODE.sub(f'code = "{code}"\nfollows = "{followed}"', text, count=1)
    return _YEAR.sub(f"year = {year}", text, count=1)


def _parse(value: str) -> datetime:
    moment = datetime.fromisoformat(value)
    return moment.astimezone(VIETNAM).replace(tzinfo=None) if moment.tzinfo else moment


def _move_years(value: str, years: int) -> str:
    day = date.fromisoformat(value[:10])
    try:
        moved = day.replace(year=day.year + years)
    except ValueError:  # 29 February in a year that is not a leap year
        moved = day.replace(year=day.year + years, day=28)
    return moved.isoformat() + value[10:]


def _move_span(key: str, *, value: str, span: timedelta) -> str:
    if key in _CLOCKS:
        return (_parse(value) + span).isoformat(timespec="seconds")
    return (date.fromisoformat(value[:10]) + timedelta(days=span.days)).isoformat()
