"""What a unit said before, and what a new report may not contradict of it.

Earlier figures are those of the period that a report's own period includes (6 months in a year), of the period just
before it, and of the same period of the programmes that this one follows, one for each year. Forms differ between
periods and programmes, so figures are matched by indicator over all forms of the unit that count. A unit that was made
of others has the sums of theirs, where each of them became part of it as a whole. A figure is held against another
only if their data windows are of one kind and length.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from types import MappingProxyType
from typing import NamedTuple

from chalicelib.domain.issues.issue import Issue, make_issue
from chalicelib.domain.language.vietnamese import format_number
from chalicelib.domain.programme.model import Form, Indicator, Period, Programme, Unit
from chalicelib.domain.submission.filled_form import Rows
from chalicelib.domain.submission.records import Address, Figure, Outcome, State
from chalicelib.domain.values import Number, Value, add_known, read_number

FiguresByCode = Mapping[str, Figure]

YEARS_HELD = 3
"""So many years back figures are held against each other; each is two keys more in an upload's batch of reads."""

_MOST_DAYS_APART = 3
_OUTLIER_FACTOR = 5
_OUTLIER_LEAST = 20
"""A figure is unusual if it is five times the earlier one (or a fifth of it) and differs by at least 20."""


class Places(NamedTuple):
    """The obligations that may hold earlier figures: of the included period, of last year, of the years before that
    (the latest first), and of the period just before. `summed` are the codes of figures that add up; they are needed
    where a place has obligations of several units, which became one. `apart` are, by place, the codes of figures that
    are not held against those of now (`_find_apart`)."""

    included: tuple[Address, ...] = ()
    last_year: tuple[Address, ...] = ()
    longer_ago: tuple[tuple[Address, ...], ...] = ()
    just_before: tuple[Address, ...] = ()
    summed: frozenset[str] = frozenset()
    apart: Mapping[Address, frozenset[str]] = MappingProxyType({})

    @property
    def all(self) -> tuple[Address, ...]:
        ago = (address for place in self.longer_ago for address in place)
        return (*self.included, *self.last_year, *ago, *self.just_before)


@dataclass(frozen=True, slots=True)
class Earlier:
    """A unit's earlier figures by indicator: of the included period, of last year, of the years before that, the latest
    first, and of the period just before."""

    included: FiguresByCode
    last_year: FiguresByCode
    longer_ago: tuple[FiguresByCode, ...] = ()
    just_before: FiguresByCode = field(default_factory=dict)

    @property
    def nearest(self) -> FiguresByCode:
        """The figures to show for comparison: the included period's, otherwise last year's."""
        return self.included or self.last_year

    @property
    def previous(self) -> FiguresByCode:
        """The figures of the period before in the course of time."""
        return self.included or self.just_before

    @property
    def years(self) -> tuple[FiguresByCode, ...]:
        """Of the same period of the years before, the latest first."""
        return (self.last_year, *self.longer_ago)


def find_places(address: Address, programme: Programme, *followed: Programme) -> Places:
    """Where to look for what the unit of `address` said before its period.

    `followed` are the programmes that `programme` follows, one for each year, the latest first, as far as they are
    known. Nothing for an address that the programme does not have.
    """
    period, form = programme.period_by_code.get(address.period), programme.form_by_code.get(address.form)
    unit = programme.find_unit(address.unit, period) if period else None
    if period is None or form is None or unit is None:
        return Places()
    now = _Holder(unit, period)
    included = programme.period_by_code.get(period.compare_with)
    just_before = None if included else _find_just_before(period, programme, *followed[:1])
    years = [_list_year(programme, before=before, form=form, now=now) for before in followed]
    places = Places(
        included=_list_obligations(programme, included, form=form, now=now) if included else (),
        last_year=years[0] if years else (),
        longer_ago=tuple(years[1:]) if any(years[1:]) else (),
        just_before=_list_obligations(*just_before, form=form, now=now) if just_before else (),
    )
    places = places._replace(apart=_find_apart(places, form, period, programme, *followed))
    if {each.unit for each in places.all} <= {unit.code}:
        return places
    return places._replace(summed=frozenset(each.code for each in programme.indicators if each.is_summed))


def _find_apart(
    places: Places, form: Form, period: Period, programme: Programme, *followed: Programme
) -> dict[Address, frozenset[str]]:
    """By place, the codes of the form whose figures there are not held against those of now: their data windows are of
    another kind or length, or they were kept in another unit of measure.

    A figure with a data window of its own never includes that of the period within its period. A state at the end of a
    period has no window, so windows do not set it apart.
    """
    sides = {each.code: each for each in (*followed, programme)}
    otherwise = {code: _list_kept_otherwise(form, programme, before=side) for code, side in sides.items()}
    own = set[str]().union(*(each.windowed_codes for each in sides.values()))
    windowed = [code for code in form.codes if code in own and not programme.indicator_by_code[code].kind.is_stock]
    apart = {}
    for place in places.all if windowed or any(otherwise.values()) else ():
        side, is_included = sides[place.programme], place in places.included
        then = side.period_by_code[place.period]
        pairs = ((code, side.find_window(code, then), programme.find_window(code, period)) for code in windowed)
        apart[place] = (
            frozenset(
                code for code, old, now in pairs if not old.is_like(now) or (is_included and now.rule is not None)
            )
            | otherwise[place.programme]
        )
    return apart


def _list_kept_otherwise(form: Form, programme: Programme, *, before: Programme) -> frozenset[str]:
    """The codes of the form whose figures the programme `before` kept in another unit of measure than `programme`."""
    pairs = ((programme.indicator_by_code[code], before.indicator_by_code.get(code)) for code in form.codes)
    return frozenset(
        now.code for now, old in pairs if old and old.kind.is_number and not now.is_measured_in(old.measure_unit)
    )


def _find_just_before(period: Period, *programmes: Programme) -> tuple[Programme, Period] | None:
    """The period that ends on the day before this one begins and is about as long, with its programme."""
    for programme in programmes:
        for each in programme.periods:
            if each.data_to + timedelta(days=1) == period.data_from and _is_as_long(each, other=period):
                return programme, each
    return None


def _is_as_long(one: Period, *, other: Period) -> bool:
    """Months and quarters are not all of one length."""
    lengths = [(each.data_to - each.data_from).days for each in (one, other)]
    return max(lengths) - min(lengths) <= _MOST_DAYS_APART


def _list_year(programme: Programme, *, before: Programme, form: Form, now: _Holder) -> tuple[Address, ...]:
    """The obligations of the same period in a programme of another year: the unit's own, or, where units became part of
    it since, those of all of them."""
    period = before.period_by_code.get(now.period.code)
    if period is None:
        return ()
    joined = _find_joined(programme, before=before, period=period, now=now)
    if joined is None:
        return _list_obligations(before, period, form=form, now=now)
    return tuple(place for unit in joined for place in _list_places(before, period, form=form, unit=unit))


def _find_joined(programme: Programme, *, before: Programme, period: Period, now: _Holder) -> tuple[str, ...] | None:
    """The units of then of which the unit is made by now; None if no reform touched it, () where one of them was
    divided or did not report then, so that their sum would not be its figure."""
    since = [each for each in programme.successions if period.data_to < each.on <= now.period.data_to]
    old = dict.fromkeys(each.old for each in since if each.new == now.unit.code)
    if not old:
        return None
    is_whole = all(each.new == now.unit.code for each in since if each.old in old)
    is_known = all(before.find_unit(code, period) for code in old)
    return tuple(old) if is_whole and is_known else ()


class _Holder(NamedTuple):
    """The unit that holds a unit code at the end of a period's data window."""

    unit: Unit
    period: Period


def _list_obligations(programme: Programme, period: Period, *, form: Form, now: _Holder) -> tuple[Address, ...]:
    """The unit's obligations for `period` over all forms that share an indicator with `form`.

    None where another unit held the code then: a code that is given anew stands for somebody else's figures.
    """
    then = programme.find_same(now.unit, period, on=now.period.data_to)
    return _list_places(programme, period, form=form, unit=then.code) if then else ()


def _list_places(programme: Programme, period: Period, *, form: Form, unit: str) -> tuple[Address, ...]:
    wanted = set(form.codes)
    return tuple(
        Address(programme=programme.code, period=period.code, form=other.code, unit=unit)
        for other in programme.forms
        if wanted & set(other.codes)
    )


def take_earlier(places: Places, states: Mapping[Address, State]) -> Earlier:
    """The figures that stand at `places`; an address without a state holds none."""

    def take(addresses: Iterable[Address]) -> FiguresByCode:
        by_unit: dict[str, list[State]] = {}
        for address in addresses:
            by_unit.setdefault(address.unit, []).extend([states[address]] if address in states else [])
        return _add_units([_take_figures(own, places.apart) for own in by_unit.values()], places.summed)

    return Earlier(
        included=take(places.included),
        last_year=take(places.last_year),
        longer_ago=tuple(map(take, places.longer_ago)),
        just_before=take(places.just_before),
    )


def _add_units(figures: Sequence[FiguresByCode], summed: frozenset[str]) -> FiguresByCode:
    """The figures of one unit, or the sums over several: of what adds up and each of them has told."""
    if len(figures) == 1:
        return figures[0]
    shared = set.intersection(*(set(own) for own in figures)) & summed if figures else set()
    totals = {code: add_known(read_number(own[code].value) for own in figures) for code in sorted(shared)}
    return {code: Figure(value=total, sheet="", cell="") for code, total in totals.items() if total is not None}


def _take_figures(states: Iterable[State], apart: Mapping[Address, frozenset[str]]) -> FiguresByCode:
    """The figures of states that count, but for those `apart`. An indicator with different figures on two forms has
    none: never guess."""
    found: dict[str, Figure] = {}
    torn: set[str] = set()
    for state in states:
        if state.submission is None or not state.counts:
            continue
        told = state.submission.values.items()
        for code, figure in (each for each in told if each[0] not in apart.get(state.address, ())):
            if found.setdefault(code, figure).value != figure.value:
                torn.add(code)
    return {code: figure for code, figure in found.items() if code not in torn}


def hold_against(outcome: Outcome, programme: Programme, earlier: Earlier) -> Outcome:
    """The outcome with an issue for each figure that contradicts an earlier one or is far from it.

    A workbook whose figures were not read as a whole (`Outcome.is_read`) stays as it is.
    """
    form, period = programme.form_by_code.get(outcome.form), programme.period_by_code.get(outcome.period)
    unit = programme.find_unit(outcome.unit, period) if period else None
    if form is None or period is None or unit is None or not outcome.is_read:
        return outcome
    rows = programme.rows(form, unit, period)
    return outcome.with_issues(check_earlier(form, rows, now=outcome.values, before=earlier))


def check_earlier(form: Form, rows: Rows, *, now: FiguresByCode, before: Earlier) -> list[Issue]:
    """What the figures of a form contradict of earlier ones, and which are far from those of the years before."""
    included = _check_included(form, rows, now, before=before.included) if form.cumulative else ()
    return [*included, *_check_years(form, rows, now, years=before.years)]


def _check_included(form: Form, rows: Rows, now: FiguresByCode, *, before: FiguresByCode) -> Iterator[Issue]:
    """Where figures are cumulative, what was counted up to the earlier period cannot have become less."""
    for indicator, figure, new, old in _pair(rows, now, before=before):
        if indicator.kind.is_accumulated and new < old:
            told = _say(form, indicator, old)
            yield _issue_at("rule.less_than_before", form, indicator, figure, expected=told)


def _check_years(form: Form, rows: Rows, now: FiguresByCode, *, years: Sequence[FiguresByCode]) -> Iterator[Issue]:
    """Figures far from all of the unit's own of the years before: a warning, which takes a justification."""
    before: dict[str, list[Number]] = {}
    for year in years:
        for indicator, _, _, old in _pair(rows, now, before=year):
            before.setdefault(indicator.code, []).append(old)
    for indicator in (row for row in rows if row.code in before and not row.computed):
        figure, known = now[indicator.code], before[indicator.code]
        new = read_number(figure.value)
        if new is not None and _is_far(new, known):
            listed = "; ".join(_say(form, indicator, each) for each in known)
            told = f"{'các ' * (len(known) > 1)}kỳ trước: {listed}"
            yield _issue_at("rule.unusual", form, indicator, figure, expected=told)


def _is_far(new: Number, old: Sequence[Number]) -> bool:
    """Whether it is unusual beside the nearest of several: a figure between two of them is not."""
    low, high = min(old), max(old)
    return not low <= new <= high and _is_unusual(new, old=low if new < low else high)


def _pair(
    rows: Rows, now: FiguresByCode, *, before: FiguresByCode
) -> Iterator[tuple[Indicator, Figure, Number, Number]]:
    """Every indicator that is a number now and before: its figure now, and both numbers."""
    for indicator in rows:
        figure, other = now.get(indicator.code), before.get(indicator.code)
        if figure is None or other is None:
            continue
        new, old = read_number(figure.value), read_number(other.value)
        if new is not None and old is not None:
            yield indicator, figure, new, old


def _is_unusual(new: Number, *, old: Number) -> bool:
    low, high = sorted((new, old))
    return high - low >= _OUTLIER_LEAST and high >= _OUTLIER_FACTOR * low


def _say(form: Form, indicator: Indicator, value: Value) -> str:
    """A figure, in the unit in which the form asks for it."""
    scale, number = form.find_scale(indicator), read_number(value)
    return f"{format_number(scale.ask(number))} {scale.asked}" if scale and number is not None else str(value)


def _issue_at(code: str, form: Form, indicator: Indicator, figure: Figure, *, expected: str) -> Issue:
    return make_issue(
        code,
        sheet=figure.sheet,
        cell=figure.cell,
        indicator=indicator.code,
        label=indicator.label,
        found=_say(form, indicator, figure.value),
        expected=expected,
    )
