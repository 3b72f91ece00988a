"""Periods that recur: a rule of the programme stands for the months, quarters, halves or the year of its year.

NĐ 09/2019/NĐ-CP, Điều 11, 12 names reports by the month, quarter, half and year. A period that the programme writes
out is an exception: it takes the place of the one that a rule makes under the same code.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from chalicelib.domain.programme.making import Misfit, PartsInvalid, Path, Raw, are_records, make_record, no_records

MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}
"""What a rule's `every` may be, with its months."""
MONTH_NAMES = dict(zip(MONTHS, ("tháng", "quý", "6 tháng", "năm"), strict=True))
_ROMAN = ("", "I", "II", "III", "IV")


def _check_span(every: str) -> str:
    if every not in MONTHS:
        raise ValueError(f"phải là một trong: {', '.join(MONTHS)}")
    return every


class Recurrence(BaseModel):
    """A rule for the periods of a year.

    `last_day` is the last day of a month on which a report is in time, `cut_day` the last day of the data: of the
    month, where it has fewer days. `{number}` and `{roman}` in code and name stand for the period's number in the year.
    With `cumulative`, a period includes those before it in the year. `opens_before` and `lock_after` are days.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str
    name: str
    every: Annotated[str, AfterValidator(_check_span)]
    last_day: int = Field(ge=1, le=31)
    cut_day: int = Field(default=31, ge=1, le=31)
    opens_before: int = Field(default=15, ge=1, le=366)
    lock_after: int = Field(default=30, ge=0, le=366)
    grace_hours: int = Field(default=0, ge=0)
    cumulative: bool = False
    source: str = ""
    confirm: str = ""


def expand_periods(raw: Raw) -> tuple[Raw, tuple[Path, ...]]:
    """The parts with their rules written out as periods, and where each period comes from.

    Raises PartsInvalid for a rule that cannot be read.
    """
    rules, written = raw.get("recurring", []), raw.get("periods", [])
    rest = {key: value for key, value in raw.items() if key != "recurring"}
    if not are_records(rules):
        raise PartsInvalid([no_records("recurring")])
    if not are_records(written):
        return rest, ()  # what is wrong with them is told where periods are made
    periods: list[tuple[Path, Raw]] = [(("periods", number), period) for number, period in enumerate(written)]
    known = {period.get("code") for period in written}
    for number, raw_rule in enumerate(rules):
        path = ("recurring", number)
        rule: Recurrence = make_record(partial(Recurrence.model_validate, raw_rule), path)
        made = _make_periods(rule, raw.get("year"))
        periods += [(path, period) for period in made if period["code"] not in known]
    if rules:
        periods.sort(key=lambda each: str(each[1].get("due")))
    return rest | {"periods": [period for _, period in periods]}, tuple(path for path, _ in periods)


def trace(misfit: Misfit, origins: tuple[Path, ...]) -> Misfit:
    """The misfit of a period where the programme writes it: in the period or in its rule."""
    part, *rest = misfit.path or ("",)
    if part != "periods" or not rest:
        return misfit
    return Misfit((*origins[int(rest[0])], *rest[1:]), misfit.what)


def _make_periods(rule: Recurrence, year: Any) -> Iterator[dict[str, Any]]:
    if not isinstance(year, int) or not 1900 <= year <= 9000:
        return
    step, before = MONTHS[rule.every], ""
    for number in range(1, 12 // step + 1):
        period = _make_period(rule, year, number=number, step=step)
        yield period | ({"compare_with": before} if rule.cumulative and before else {})
        before = period["code"]


def _make_period(rule: Recurrence, year: int, *, number: int, step: int) -> dict[str, Any]:
    words = {"number": str(number), "roman": _ROMAN[number] if number < len(_ROMAN) else str(number)}
    first = year * 12 + (1 if rule.cumulative else (number - 1) * step + 1)
    data_to = _find_day(year * 12 + number * step, day=rule.cut_day)
    last = _find_next(data_to, day=rule.last_day)
    due = last + timedelta(days=1)
    return {
        "code": _fill(rule.code, words), "name": _fill(rule.name, words),
        "data_from": _find_day(first - 1, day=rule.cut_day) + timedelta(days=1), "data_to": data_to,
        "opens": due - timedelta(days=rule.opens_before), "due": due, "lock": due + timedelta(days=rule.lock_after),
        "grace_hours": rule.grace_hours, "source": rule.source, "confirm": rule.confirm,
    }  # fmt: skip


def _fill(text: str, words: dict[str, str]) -> str:
    for name, word in words.items():
        text = text.replace(f"{{{name}}}", word)
    return text


def _find_day(month: int, *, day: int) -> date:
    """The day of a month, or its last one; months are counted on through the years, from 1 in January of the year 0."""
    year, index = divmod(month - 1, 12)
    return date(year, index + 1, min(day, monthrange(year, index + 1)[1]))


def _find_next(after: date, *, day: int) -> date:
    """The first day after `after` that is this day of its month."""
    month = after.year * 12 + after.month
    this = _find_day(month, day=day)
    return this if this > after else _find_day(month + 1, day=day)
