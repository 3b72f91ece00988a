"""The figures of a consolidation as they are said in sentences: "1.234", "ước 120", "3/4", " (tăng 12,5%)"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import partial

from chalicelib.domain.language.sentences import find_view
from chalicelib.domain.language.spelling import make_key
from chalicelib.domain.language.vietnamese import (
    UNCHANGED,
    format_change,
    format_count,
    format_difference,
    format_number,
    format_percent,
    format_points,
    join_words,
    lower_first,
)
from chalicelib.domain.period.consolidation import Change, Consolidation
from chalicelib.domain.period.tally import Tally
from chalicelib.domain.period.totals import ChosenCount, Total, divide_sums
from chalicelib.domain.period.views import say_view
from chalicelib.domain.period.words import say_number
from chalicelib.domain.programme.model import Indicator


@dataclass(frozen=True)
class FigureWords:
    """The province's figures as used in sentences; those of one type of units where a marker names it."""

    consolidation: Consolidation

    def say(self, marker: re.Match[str]) -> str | None:
        """None if no unit has reported the figure."""
        total = self._find_total(marker["code"], marker["sender"])
        if marker["view"]:  # one that there is not says nothing: the mistake is told beside the text
            return self._say_view(marker, total) if total else None
        if marker["base"]:
            return self._say_part(marker)
        if marker["kind"]:
            return self._say_change(total, kind=marker["kind"])
        return self._say_number(total)

    def is_positive(self, marker: re.Match[str]) -> bool:
        if marker["view"] and not self.say(marker):
            return False
        if chosen := self._find_chosen(marker):
            return chosen.units > 0
        codes = [code for code in (marker["code"], marker["base"]) if code]
        totals = [self._find_total(code, marker["sender"]) for code in codes]
        return all(total and (total.is_counted or total.at_least) for total in totals)

    def is_asked(self, marker: re.Match[str]) -> bool:
        indicator = self._tally.indicator_by_code.get(marker["code"])
        if indicator is None or indicator.quotient:
            return False
        return not marker["sender"] or self._find_total(indicator.code, marker["sender"]) is not None

    @property
    def _tally(self) -> Tally:
        return self.consolidation.tally

    def _find_total(self, code: str, sender: str | None) -> Total | None:
        """The province's figure, or that of one type of units."""
        of_types = self._tally.totals.get(code)
        if of_types is None:
            return None
        return of_types.find(sender) if sender else of_types.headline

    def _say_view(self, marker: re.Match[str], total: Total) -> str | None:
        """The words of a view; of a choice the number of units."""
        if chosen := self._find_chosen(marker):
            return format_count(chosen.units)
        view = find_view(marker)
        return say_view(view, self.consolidation, total) if view else None

    def _find_chosen(self, marker: re.Match[str]) -> ChosenCount | None:
        """The choice that the marker names behind its colon, if any unit has answered."""
        total = self._find_total(marker["code"], marker["sender"]) if marker["view"] else None
        if not total or not total.contributed:
            return None
        return next((each for each in total.chosen if make_key(each.choice) == make_key(marker["view"])), None)

    def _say_number(self, total: Total | None) -> str | None:
        """Estimates are marked: "ước 120"; of choices it says those that anybody chose."""
        if total is None:
            return None
        if total.contributed and total.chosen:
            chosen = (each for each in total.chosen if each.units)
            return join_words(f"{format_count(each.units)} đơn vị “{each.choice}”" for each in chosen)
        if total.value is None:
            return f"ít nhất {format_count(total.at_least)}" if total.at_least else None
        number = say_number(total.value, self._tally.indicator_by_code[total.indicator].kind)
        return f"ước {number}" if total.estimated else number

    def _say_part(self, marker: re.Match[str]) -> str | None:
        """ "3/4", or "75%", of two figures that the same units have reported."""
        part, whole = (self._find_total(marker[name], marker["sender"]) for name in ("code", "base"))
        if not part or not whole or part.value is None or not whole.value or part.contributed != whole.contributed:
            return None
        if marker["kind"]:
            share = divide_sums([(part.value, whole.value)])
            return None if share is None else format_percent(share)
        return f"{format_number(part.value)}/{format_number(whole.value)}"

    def _say_change(self, total: Total | None, *, kind: str) -> str:
        """ " (tăng 12,5%)", ", tăng 05 cuộc (+12,5%)"; "" if there is nothing to compare with.

        The template says once which period is compared, and over which units; a change since another one names it. A
        counted difference is said only if it is one over all units, an unchanged figure only where "%=" asks for it.
        """
        indicator = self._tally.indicator_by_code[total.indicator] if total else None
        for comparison in (self.consolidation.comparison, self.consolidation.earlier):
            if comparison and total and indicator and (change := comparison.find_change(indicator, total.unit_type)):
                is_told = comparison is self.consolidation.told_comparison
                against = "" if is_told else f" so với {lower_first(comparison.period_name)}"
                return _describe_change(indicator, change, kind=kind, against=against)
        return ""


def _describe_change(indicator: Indicator, change: Change, *, kind: str, against: str) -> str:
    if kind == "+" and not change.is_whole:
        return ""
    said = _describe_difference(indicator, change, is_counted=kind == "+")
    if said == UNCHANGED and kind != "%=":
        return ""
    return f", {said}{against}" if kind == "+" and not indicator.kind.is_quotient else f" ({said}{against})"


def _describe_difference(indicator: Indicator, change: Change, *, is_counted: bool) -> str:
    before, after, say = change.before, change.after, partial(say_number, kind=indicator.kind)
    if indicator.kind.is_quotient:
        return format_points(before, after)
    if indicator.kind.is_percent:
        return format_points(Decimal(before) / 100, Decimal(after) / 100)
    if is_counted:
        return format_difference(before, after, unit=indicator.total_unit, say=say)
    return format_change(before, after, say=say)
