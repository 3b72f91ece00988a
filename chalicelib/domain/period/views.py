"""What is said of a figure in place of its number: who has the most or the least of it, the names that are listed, and
how it stands to the programme's target."""

from __future__ import annotations

from collections.abc import Iterator

from chalicelib.domain.language.sentences import View
from chalicelib.domain.language.vietnamese import format_count, format_money, format_percent
from chalicelib.domain.period.consolidation import Consolidation
from chalicelib.domain.period.targets import TargetResult
from chalicelib.domain.period.totals import divide_sums
from chalicelib.domain.programme.kinds import Method
from chalicelib.domain.values import Number

MOST_UNITS = 3
"""Units named as those with the most or the least."""


def say_view(view: View, consolidation: Consolidation, *, code: str, sender: str) -> str | None:
    """The words; None if there is nothing to say. `sender` is a type of units, "" for the headline's."""
    if view is View.NAMES:
        return "; ".join(each.name for each in consolidation.tally.names) if _is_of_names(consolidation, code) else None
    if view is View.TARGET:
        return _say_target(consolidation, code=code, sender=sender)
    return _say_units(consolidation, code=code, sender=sender, is_highest=view is View.HIGHEST)


def _is_of_names(consolidation: Consolidation, code: str) -> bool:
    indicator = consolidation.programme.indicator_by_code.get(code)
    return indicator is not None and indicator.kind.method is Method.NAMES


def _say_units(consolidation: Consolidation, *, code: str, sender: str, is_highest: bool) -> str | None:
    """ "Trạm A (120), trạm B (98)": with ties, and only where more units are known than could be named."""
    tally = consolidation.tally
    figures = tally.figures.get(code, {})
    asked = [(unit.name, figures[unit.code]) for unit in tally.units_of(sender or tally.programme.headline)
             if unit.code in figures]  # fmt: skip
    known = [(number, name) for name, figure in asked if (number := figure.number) is not None]
    if len(known) <= MOST_UNITS:
        return None
    ranked = sorted(known, key=_get_number, reverse=is_highest)
    last = ranked[MOST_UNITS - 1][0]
    named = [pair for pair in ranked if (pair[0] >= last if is_highest else pair[0] <= last)]
    if len(named) > 2 * MOST_UNITS:
        return None
    is_money = tally.programme.indicator_by_code[code].kind.is_in_dong
    return ", ".join(f"{name} ({format_money(number) if is_money else format_count(number)})" for number, name in named)


def _get_number(pair: tuple[Number, str]) -> Number:
    return pair[0]


def _find_targets(consolidation: Consolidation, *, code: str, sender: str) -> Iterator[TargetResult]:
    """The targets of one type of units, or those of the province and of the type whose figure is the province's."""
    headline = consolidation.tally.headline(code)
    unit_type = sender or (headline.unit_type if headline else "")
    for result in consolidation.targets:
        if result.target.scope == "province":
            if not sender:
                yield result
        elif result.target.unit_type == unit_type:
            yield result


def _say_target(consolidation: Consolidation, *, code: str, sender: str) -> str | None:
    """ "vượt 43% so với chỉ tiêu", "đạt 80% chỉ tiêu" of what the units concerned have to reach together.

    A target of one type of units says nothing of what another type has reached.
    """
    for result in _find_targets(consolidation, code=code, sender=sender):
        reached = [each for unit in result.units for each in unit.conditions if each.indicator == code]
        known = [
            (each.value, each.at_least) for each in reached if each.value is not None and each.at_least is not None
        ]
        done, needed = sum(value for value, _ in known), sum(least for _, least in known)
        if len(known) < len(reached) or not needed:
            continue
        if done == needed:
            return "đạt chỉ tiêu"
        share = divide_sums([(done, needed)])
        if share is not None:
            return (
                f"vượt {format_percent(share - 1)} so với chỉ tiêu"
                if share > 1
                else f"đạt {format_percent(share)} chỉ tiêu"
            )
    return None
