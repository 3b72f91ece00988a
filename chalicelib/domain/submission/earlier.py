"""What a unit said before, and what a new report may not contradict of it.

Two sets of earlier figures matter: those of the period that a report's own period includes (6 months in a year), and
those of the same period of the programme that this one follows. Forms differ between periods and programmes, so
figures are matched by indicator over all forms of the unit that count.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from chalicelib.domain.issues.issue import Issue, make_issue
from chalicelib.domain.programme.model import Form, Indicator, Period, Programme, Unit
from chalicelib.domain.submission.filled_form import Rows
from chalicelib.domain.submission.records import Address, Figure, Outcome, State
from chalicelib.domain.values import Number, read_number

FiguresByCode = Mapping[str, Figure]

_OUTLIER_FACTOR = 5
_OUTLIER_LEAST = 20
"""A figure is unusual if it is five times the earlier one (or a fifth of it) and differs by at least 20."""


class Places(NamedTuple):
    """The obligations that may hold earlier figures: of the included period, and of last year."""

    included: tuple[Address, ...] = ()
    last_year: tuple[Address, ...] = ()


@dataclass(frozen=True, slots=True)
class Earlier:
    """A unit's earlier figures by indicator: of the included period, and of last year."""

    included: FiguresByCode
    last_year: FiguresByCode

    @property
    def nearest(self) -> FiguresByCode:
        """The figures to show for comparison: the included period's, otherwise last year's."""
        return self.included or self.last_year


def find_places(address: Address, programme: Programme, before: Programme | None = None) -> Places:
    """Where to look for what the unit of `address` said before its period.

    `before` is the programme that `programme` follows, where it is known. Nothing for an address that the programme
    does not have.
    """
    period, form = programme.period_by_code.get(address.period), programme.form_by_code.get(address.form)
    unit = programme.find_unit(address.unit, period) if period else None
    if period is None or form is None or unit is None:
        return Places()
    now = _Holder(unit, period)
    included = programme.period_by_code.get(period.compare_with)
    last_year = before.period_by_code.get(period.code) if before else None
    return Places(
        included=_list_obligations(programme, included, form=form, now=now) if included else (),
        last_year=_list_obligations(before, last_year, form=form, now=now) if before and last_year else (),
    )


class _Holder(NamedTuple):
    """The unit that holds a unit code at the end of a period's data window."""

    unit: Unit
    period: Period


def _list_obligations(programme: Programme, period: Period, *, form: Form, now: _Holder) -> tuple[Address, ...]:
    """The unit's obligations for `period` over all forms that share an indicator with `form`.

    None where another unit held the code then: a code that is given anew stands for somebody else's figures.
    """
    then = programme.find_unit(now.unit.code, period)
    if then is None or not (then.is_valid_on(now.period.data_to) and now.unit.is_valid_on(period.data_to)):
        return ()
    wanted = set(form.codes)
    return tuple(
        Address(programme=programme.code, period=period.code, form=other.code, unit=then.code)
        for other in programme.forms
        if wanted & set(other.codes)
    )


def take_earlier(places: Places, states: Mapping[Address, State]) -> Earlier:
    """The figures that stand at `places`; an address without a state holds none."""
    return Earlier(
        included=_take_figures(states[address] for address in places.included if address in states),
        last_year=_take_figures(states[address] for address in places.last_year if address in states),
    )


def _take_figures(states: Iterable[State]) -> FiguresByCode:
    """The figures of states that count. An indicator with different figures on two forms has none: never guess."""
    found: dict[str, Figure] = {}
    torn: set[str] = set()
    for state in states:
        if state.submission is None or not state.counts:
            continue
        for code, figure in state.submission.values.items():
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
    """What the figures of a form contradict of earlier ones, and which of them are far from last year's."""
    included = _check_included(rows, now, before=before.included) if form.cumulative else ()
    return [*included, *_check_last_year(rows, now, before=before.last_year)]


def _check_included(rows: Rows, now: FiguresByCode, *, before: FiguresByCode) -> Iterator[Issue]:
    """Where figures are cumulative, what was counted up to the earlier period cannot have become less."""
    for indicator, figure, new, old in _pair(rows, now, before=before):
        if indicator.kind.is_accumulated and new < old:
            yield _issue_at("rule.less_than_before", indicator, figure, expected=f"không nhỏ hơn {old}")


def _check_last_year(rows: Rows, now: FiguresByCode, *, before: FiguresByCode) -> Iterator[Issue]:
    """Figures far from the unit's own last ones: a warning, which takes a justification."""
    for indicator, figure, new, old in _pair(rows, now, before=before):
        if not indicator.computed and _is_unusual(new, old=old):
            yield _issue_at("rule.unusual", indicator, figure, expected=f"kỳ trước: {old}")


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


def _issue_at(code: str, indicator: Indicator, figure: Figure, *, expected: str) -> Issue:
    return make_issue(
        code,
        sheet=figure.sheet,
        cell=figure.cell,
        indicator=indicator.code,
        label=indicator.label,
        found=str(figure.value),
        expected=expected,
    )
