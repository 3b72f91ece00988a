"""What is said of a figure in place of its number: who has the most or the least of it, the names that are listed, the
units that say "có", and how it stands to the programme's target."""

from __future__ import annotations

from chalicelib.domain.language.sentences import View
from chalicelib.domain.language.vietnamese import format_percent
from chalicelib.domain.period.consolidation import Consolidation
from chalicelib.domain.period.tally import Tally
from chalicelib.domain.period.targets import TargetResult
from chalicelib.domain.period.totals import Total, UnitFigure, divide_sums
from chalicelib.domain.period.words import MOST_NAMED, say_number
from chalicelib.domain.programme.kinds import Method, Shape
from chalicelib.domain.programme.model import Target
from chalicelib.domain.values import Number, add_known

MOST_UNITS = 3
"""Units named as those with the most or the least."""


def say_view(view: View, consolidation: Consolidation, total: Total) -> str | None:
    """The words about the figure whose total this is, and about the units that it is of; None if there is nothing to
    say."""
    if view is View.TARGET:
        return _say_target(consolidation, total)
    if view is View.NAMES:
        return _say_names(consolidation.tally, total)
    return _say_units(consolidation.tally, total, is_highest=view is View.HIGHEST)


def _list_asked(tally: Tally, total: Total) -> list[tuple[str, UnitFigure]]:
    """The units that are asked for the figure, each with its own."""
    figures = tally.figures[total.indicator]
    return [(unit.code, figures[unit.code]) for unit in tally.units_of(total.unit_type) if unit.code in figures]


def _say_names(tally: Tally, total: Total) -> str | None:
    """The names that units list, if they list all that they count; of a flag the units that say "có"."""
    kind = tally.indicator_by_code[total.indicator].kind
    if kind.method is Method.NAMES:
        listed = [each.name for each in tally.names if not set(each.units).isdisjoint(total.contributed)]
        return "; ".join(listed) if listed and len(listed) == total.value else None
    named = [unit for unit, figure in _list_asked(tally, total) if figure.value is True]
    return tally.name_units(named) if kind.shape is Shape.FLAG and 0 < len(named) <= MOST_NAMED else None


def _say_units(tally: Tally, total: Total, *, is_highest: bool) -> str | None:
    """ "Trạm A (120), trạm B (98)": with ties, and only where more units are known than could be named."""
    indicator = tally.indicator_by_code[total.indicator]
    known = [(number, unit) for unit, figure in _list_asked(tally, total) if (number := figure.number) is not None]
    if len(known) <= MOST_UNITS or not indicator.is_drawable:
        return None
    ranked = sorted(known, key=_get_number, reverse=is_highest)
    last = ranked[MOST_UNITS - 1][0]
    named = [pair for pair in ranked if (pair[0] >= last if is_highest else pair[0] <= last)]
    if len(named) > 2 * MOST_UNITS:
        return None
    return ", ".join(f"{tally.name_shortly(unit)} ({say_number(number, indicator.kind)})" for number, unit in named)


def _get_number(pair: tuple[Number, str]) -> Number:
    return pair[0]


def _say_target(consolidation: Consolidation, total: Total) -> str | None:
    """ "vượt 43% so với chỉ tiêu", "đạt 80% chỉ tiêu" of what the units concerned have to reach together."""
    is_headline = total == consolidation.tally.headline(total.indicator)
    own = (each for each in consolidation.targets if _is_of(each.target, total.unit_type, is_headline=is_headline))
    return next((said for each in own if (said := _say_result(each, total.indicator))), None)


def _is_of(target: Target, unit_type: str, *, is_headline: bool) -> bool:
    """A target of one type of units says nothing of what another type has reached; one of the province is of its
    figure."""
    return is_headline if target.scope == "province" else target.unit_type == unit_type


def _say_result(result: TargetResult, code: str) -> str | None:
    """None where a unit concerned has not reported, or nothing is asked."""
    conditions = [each for unit in result.units for each in unit.conditions if each.indicator == code]
    known = [(each.value, each.at_least) for each in conditions if None not in (each.value, each.at_least)]
    done, needed = add_known(value for value, _ in known), add_known(least for _, least in known)
    share = None if len(known) < len(conditions) else divide_sums([(done, needed)])
    if share is None or share == 1:
        return None if share is None else "đạt chỉ tiêu"
    return f"vượt {format_percent(share - 1)} so với chỉ tiêu" if share > 1 else f"đạt {format_percent(share)} chỉ tiêu"
