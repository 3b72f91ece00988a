"""The charts of the console: how many reports had arrived by each day, up to and after the deadline; a figure over the
years."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import count

from chalicelib.domain.clock import local_date
from chalicelib.domain.language.vietnamese import format_day
from chalicelib.domain.period.timeliness import ObligationStatus
from chalicelib.domain.programme.model import Period
from chalicelib.domain.values import Number

WIDTH, HEIGHT = 960, 240
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 52, 28, 30
_LABEL = 100
"""So wide is a day's label with room around it."""

_STEPS = (1, 2, 5)
_MOST_LINES = 4


@dataclass(frozen=True)
class Tick:
    """A label on an axis at a distance from its start."""

    at: float
    text: str


@dataclass(frozen=True)
class Chart:
    """The points of a step line in SVG coordinates, with axes and labels. `rows` hold the same data for a table."""

    line: str
    expected: int
    expected_y: float
    due_x: float
    today_x: float | None
    days: tuple[Tick, ...]
    counts: tuple[Tick, ...]
    rows: tuple[tuple[str, int, int], ...]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = _LEFT
    right: int = WIDTH - _RIGHT
    bottom: int = HEIGHT - _BOTTOM
    top: int = _TOP


@dataclass(frozen=True)
class Columns:
    """A small chart: its columns as x, y, width and height."""

    columns: tuple[tuple[float, float, float, float], ...]
    width: int
    height: int


def draw_columns(numbers: Sequence[Number]) -> Columns:
    """A column for each number, the greatest as high as the chart; a nought is a line.

    >>> draw_columns([1, 2]).columns
    ((0.0, 18.0, 34.0, 18.0), (40.0, 0.0, 34.0, 36.0))
    """
    most, step, height = max(numbers, default=0) or 1, 40, 36
    heights = [max(round(float(height * number / most), 1), 1.0) for number in numbers]
    placed = ((float(step * place), round(height - each, 1), step - 6.0, each) for place, each in enumerate(heights))
    return Columns(tuple(placed), step * max(len(numbers), 1), height)


def draw_arrivals(period: Period, statuses: Sequence[ObligationStatus], now: datetime) -> Chart:
    """Draws arrivals by the day (in Viet Nam) of the first accepted revision, without reports that are not owed."""
    owed = [status for status in statuses if status.is_expected]
    came = sorted(local_date(status.first_received) for status in owed if status.first_received)
    last_day = local_date(period.due - timedelta(microseconds=1))
    first = min([local_date(period.opens), last_day - timedelta(days=1), *came[:1]])
    end = max([last_day, *came[-1:], min(local_date(now), local_date(period.lock))]) + timedelta(days=1)
    span, top = (end - first).days, max(len(owed), 1)

    def x(day: date, *, late: bool = False) -> float:
        share = ((day - first).days + late) / span
        return round(_LEFT + share * (WIDTH - _LEFT - _RIGHT), 1)

    def y(number: int) -> float:
        return round(HEIGHT - _BOTTOM - number / top * (HEIGHT - _BOTTOM - _TOP), 1)

    today = local_date(now)
    shown_until = min(max(today, first, *came[-1:]), end - timedelta(days=1))
    return Chart(
        line=_draw_steps(came, x, y, first, shown_until),
        expected=len(owed),
        expected_y=y(len(owed)),
        due_x=x(last_day, late=True),
        today_x=x(today) if first <= today < end else None,
        days=tuple(Tick(x(day), format_day(day)) for day in _pick_days(first, span)),
        counts=tuple(Tick(y(number), str(number)) for number in pick_counts(len(owed))),
        rows=_count_days(came),
    )


def _draw_steps(came: Sequence[date], x, y, first: date, last: date) -> str:  # type: ignore[no-untyped-def]
    """One step a day, however many reports came on it."""
    points = [(x(first), y(0))]
    for day, number in {day: number for number, day in enumerate(came, start=1)}.items():
        points += [(x(day), points[-1][1]), (x(day), y(number))]
    points.append((x(last, late=True), points[-1][1]))
    return " ".join(f"{across},{down}" for across, down in points)


def _pick_days(first: date, span: int) -> list[date]:
    """Days at even distances, so far apart that their labels do not touch."""
    step = max(1, -(-span * _LABEL // (WIDTH - _LEFT - _RIGHT)))
    return [first + timedelta(days=number) for number in range(0, span, step)]


def pick_counts(top: int) -> list[int]:
    """Round numbers at even distances, and the top itself, which no other one is close to.

    >>> pick_counts(65), pick_counts(11), pick_counts(250), pick_counts(1), pick_counts(0)
    ([0, 20, 40, 65], [0, 5, 11], [0, 100, 250], [0, 1], [0])
    """
    step = next(step * 10**zeros for zeros in count() for step in _STEPS if top <= _MOST_LINES * step * 10**zeros)
    return [*(number for number in range(0, top, step) if top - number > step / 2 or not number), top]


def _count_days(came: Sequence[date]) -> tuple[tuple[str, int, int], ...]:
    """Each day, the number of reports on it, and the number up to its end."""
    days = sorted(set(came))
    return tuple((format_day(day), came.count(day), sum(1 for each in came if each <= day)) for day in days)
