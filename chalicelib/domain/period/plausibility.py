"""Finds the figures of a period that a person should look at before the report is signed.

Nothing is judged wrong here. A missing figure is not zero and is held against nothing. Earlier figures are those that
`comparison.py` allows to be compared. The thresholds are chosen so that a period of eleven or of sixty-five units gives
a list that is read to its end.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import partial
from statistics import median
from typing import NamedTuple

from chalicelib.domain.language.vietnamese import (
    format_count,
    format_difference,
    format_money,
    format_number,
    format_percent,
    format_points,
    lower_first,
)
from chalicelib.domain.period.consolidation import Comparison, Consolidation
from chalicelib.domain.period.edition import Difference, EditionInfo, read_kept
from chalicelib.domain.period.points import Confirmation, Doubt, Point, sort_out
from chalicelib.domain.period.tally import Tally
from chalicelib.domain.period.totals import FigureState
from chalicelib.domain.period.words import say_number
from chalicelib.domain.programme.model import Indicator
from chalicelib.domain.submission.attention import find_least
from chalicelib.domain.values import Number, add_known, read_number, simplify

FACTOR = Fraction(2)
FACTOR_OF_STOCK = Fraction(3, 2)
"""The province's figure is odd if it doubles or halves. What exists at a period's end changes more slowly."""

SHARE = Fraction(1, 5)
"""A ratio of the province is odd if it moves by a fifth of the whole."""

FOLDS = (10, 100, 1000)
NEAR = Fraction(1, 10)
"""A slip of a digit is rarely exact, because the true figure has moved as well: 3.135 became 33.100."""

LEAST_OF_SLIP = 5
"""From 1 to 10 a figure may rise without anybody's slip."""

FEWEST = 6
"""Of fewer units no middle can be told."""

FAR = 10
"""So many times the median distance of units from their middle. Counts of units of unlike size spread widely: of
sixty-five units whose figures differ twofold by themselves, it leaves less than one figure in a hundred."""

FAR_OF_SLIP = 3
"""A tenfold figure stands out from a narrower spread."""

NARROWEST = Fraction(1, 10)
"""The least spread, as a share of the middle: where all units say nearly the same, a tenth is no distance."""

EDITION, LAST_YEAR, INCLUDED, OTHERS, RANGE = "edition", "last-year", "included", "others", "range"
"""What a figure is held against: the last edition, the same period of last year, the period that this one includes, the
other units of its type, the range that the programme calls plausible."""


def add_points(
    edition: EditionInfo, consolidation: Consolidation, confirmations: Sequence[Confirmation] = ()
) -> EditionInfo:
    """The edition with its points, open and confirmed."""
    points = find_points(consolidation, edition.differences)
    return replace(edition, points=sort_out(points, confirmations))


def find_points(consolidation: Consolidation, differences: Sequence[Difference] = ()) -> tuple[Point, ...]:
    """All points of a period, the surest and oddest first. `differences` are those from the last edition."""
    held = _list_held(consolidation, differences)
    tally = consolidation.tally
    slips = list(_find_slips(tally, held))
    outside = list(_find_outside(tally))
    told = {(each.indicator, each.unit) for each in (*slips, *outside)}
    points = [
        *_find_parts(tally),
        *_find_ratios(tally),
        *_find_lessened(consolidation),
        *outside,
        *slips,
        *_find_jumps(consolidation, held),
        *(each for each in find_outliers(tally) if (each.indicator, each.unit) not in told),
    ]
    order = list(Doubt)
    return tuple(sorted(points, key=lambda each: (order.index(each.doubt), -each.weight)))


class Held(NamedTuple):
    """Earlier figures of the same units that figures are held against: their name in sentences, and the numbers by
    indicator, then by unit. `comparison` is the comparison that they come from."""

    against: str
    name: str
    numbers: Mapping[str, Mapping[str, Number]]
    comparison: Comparison | None = None


def _list_held(consolidation: Consolidation, differences: Sequence[Difference]) -> list[Held]:
    """The nearest first: the last edition, last year, the included period."""
    held = [Held(EDITION, "lần phát hành trước", _read_earlier(consolidation.tally, differences))]
    for against, comparison in ((LAST_YEAR, consolidation.comparison), (INCLUDED, consolidation.earlier)):
        if comparison is not None:
            said = {each.code for each in consolidation.tally.indicators if comparison.says_something_of(each)}
            numbers = {code: own for code, own in comparison.own.items() if code in said}
            held.append(Held(against, lower_first(comparison.period_name), numbers, comparison))
    return held


def _read_earlier(tally: Tally, differences: Sequence[Difference]) -> dict[str, dict[str, Number]]:
    """The numbers of the last edition that are others by now. A figure that was not known then is not among them."""
    found: dict[str, dict[str, Number]] = {}
    summed = {each.code for each in tally.indicators if each.is_summed}
    for each in differences:
        if each.indicator in summed and (number := read_number(read_kept(each.before))) is not None:
            found.setdefault(each.indicator, {})[each.unit] = number
    return found


def _read_numbers(tally: Tally, code: str) -> dict[str, Number]:
    """The known numbers of an indicator, by unit."""
    return {
        unit: figure.number
        for unit, figure in tally.figures.get(code, {}).items()
        if figure.state is FigureState.KNOWN and figure.number is not None
    }


# What contradicts itself


def _find_parts(tally: Tally) -> Iterator[Point]:
    """Figures above the one that includes them, which need not be the next one: that may be missing."""
    by_code = tally.indicator_by_code
    for indicator in (each for each in tally.indicators if each.part_of and each.is_summed):
        wholes = [(whole, _read_numbers(tally, whole.code)) for whole in _list_wholes(indicator, by_code)]
        for unit, part in _read_numbers(tally, indicator.code).items():
            whole, number = next(((each, known[unit]) for each, known in wholes if unit in known), (indicator, part))
            if part > number:
                text = f"{_say(indicator, part)}, trong khi {_quote(whole)} là {_say(whole, number)}."
                yield _make(Doubt.PART, indicator, unit, (part, number), against=whole.code, text=text)
        yield from _find_printed_part(tally, indicator, by_code.get(indicator.part_of))


def _list_wholes(indicator: Indicator, by_code: Mapping[str, Indicator]) -> list[Indicator]:
    """The figures that include this one, the nearest first."""
    wholes: list[Indicator] = []
    while (whole := by_code.get(indicator.part_of)) and whole not in wholes:
        wholes.append(whole)
        indicator = whole
    return [each for each in wholes if each.is_summed]


def _find_printed_part(tally: Tally, indicator: Indicator, whole: Indicator | None) -> Iterator[Point]:
    """A total that would be printed above the one that includes it, because units lack the latter."""
    part, total = tally.headline(indicator.code), tally.headline(whole.code) if whole else None
    if not whole or not part or not total or part.value is None or total.value is None or part.value <= total.value:
        return
    alone = set(part.contributed) - set(total.contributed)
    if alone:
        text = (
            f"{_say(indicator, part.value)}, trong khi {_quote(whole)} là {_say(whole, total.value)}: "
            f"{format_count(len(alone))} đơn vị có số này mà không có tổng."
        )
        yield _make(Doubt.PART, indicator, "", (part.value, total.value), against=whole.code, text=text)


def _find_ratios(tally: Tally) -> Iterator[Point]:
    """Ratios of the province above 1, of a part to what includes it; others may be above 1."""
    by_code = tally.indicator_by_code
    for indicator in tally.indicators:
        above, below = (by_code.get(code) for code in indicator.quotient or ("", ""))
        total = tally.headline(indicator.code)
        if above and below in _list_wholes(above, by_code) and total and total.value is not None and total.value > 1:
            text = f"{format_percent(total.value)}, trong khi số này không thể quá 100%."
            yield _make(Doubt.RATIO, indicator, "", (total.value, 1), against=below.code, text=text)


def _find_lessened(consolidation: Consolidation) -> Iterator[Point]:
    """Figures of a cumulative form below what the unit counted up to the period that this one includes."""
    tally, earlier = consolidation.tally, consolidation.earlier
    for indicator in (each for each in tally.indicators if each.kind.is_accumulated and earlier):
        numbers = _read_numbers(tally, indicator.code)
        for unit, before in (earlier.own.get(indicator.code, {}) if earlier else {}).items():
            now = numbers.get(unit)
            form = tally.figures[indicator.code][unit].form
            if earlier and now is not None and now < before and tally.programme.form_by_code[form].cumulative:
                named = lower_first(earlier.period_name)
                text = f"{_say(indicator, now)}, trong khi {named} đã là {_say(indicator, before)}."
                yield _make(Doubt.LESS, indicator, unit, (now, before), against=INCLUDED, text=text)


def _find_outside(tally: Tally) -> Iterator[Point]:
    """Figures of units outside the range that is plausible for units of their type."""
    for indicator in (each for each in tally.indicators if each.plausible):
        numbers = _read_numbers(tally, indicator.code)
        for unit_type in tally.unit_types:
            within = indicator.find_range(unit_type)
            for unit in (each.code for each in tally.units_of(unit_type) if each.code in numbers and within):
                number = numbers[unit]
                if within and (bound := within.find_passed(number)) is not None:
                    text = f"{_say(indicator, number)}; khoảng hợp lý: {within.say(indicator.measure_unit)}."
                    yield _make(Doubt.RANGE, indicator, unit, (number, bound), against=RANGE, text=text)


# What is odd beside earlier figures


def _find_slips(tally: Tally, held: Sequence[Held]) -> Iterator[Point]:
    """Figures of units about ten, a hundred or a thousand times their own earlier one, or that part of it."""
    for indicator in (each for each in tally.indicators if each.is_summed and not each.computed):
        for unit, now in _read_numbers(tally, indicator.code).items():
            known = ((each, own[unit]) for each in held if unit in (own := each.numbers.get(indicator.code, {})))
            found = next(
                ((each, before, fold) for each, before in known if (fold := find_fold(now, beside=before))), None
            )
            if found:
                each, before, fold = found
                said = f"{each.name}: {_say(indicator, before)}"
                text = f"{_say(indicator, now)}; {said}, {_say_fold(now, before, fold)}."
                yield _make(Doubt.TENFOLD, indicator, unit, (now, before), against=each.against, text=text)


def find_fold(figure: Number | Fraction, *, beside: Number | Fraction) -> int:
    """10, 100 or 1000 if the larger one is about so many times the smaller one; 0 if it is not.

    >>> [find_fold(33100, beside=other) for other in (3135, 3_350_000, 5000, 0)]
    [10, 100, 0, 0]
    """
    low, high = sorted((Fraction(figure), Fraction(beside)))
    if low < LEAST_OF_SLIP:
        return 0
    return next((fold for fold in FOLDS if fold * (1 - NEAR) <= high / low <= fold / (1 - NEAR)), 0)


def _find_jumps(consolidation: Consolidation, held: Sequence[Held]) -> Iterator[Point]:
    """The province's figures that are far from earlier ones, each over the units known on both sides."""
    by_code = consolidation.tally.indicator_by_code
    for each in held:
        for code, (before, after, units) in _list_sums(consolidation.tally, each).items():
            indicator = by_code[code]
            if _is_jump(indicator, before, after):
                change = _say_change(indicator, before, after)
                basis = f"tính trên {format_count(units)} đơn vị có ở cả hai bên"
                text = f"{_say(indicator, after)}; {each.name}: {_say(indicator, before)}, {change} ({basis})."
                yield _make(Doubt.CHANGED, indicator, "", (after, before), against=each.against, text=text)


class Sums(NamedTuple):
    """The sums of the same units before and after, and how many they are."""

    before: Number
    after: Number
    units: int


def _list_sums(tally: Tally, held: Held) -> dict[str, Sums]:
    if held.comparison:
        return {
            each.code: Sums(change.before, change.after, len(change.units))
            for each in tally.indicators
            if (change := held.comparison.find_change(each))
        }
    return {code: sums for code, own in held.numbers.items() if (sums := _sum_since(tally, code, own))}


def _sum_since(tally: Tally, code: str, earlier: Mapping[str, Number]) -> Sums | None:
    """The sums since the last edition, over the units of the headline: those without an earlier number are as then."""
    total, now = tally.headline(code), _read_numbers(tally, code)
    units = [unit for unit in total.contributed if unit in now] if total else []
    before, after = add_known(earlier.get(unit, now[unit]) for unit in units), add_known(now[unit] for unit in units)
    return None if before is None or after is None else Sums(before, after, len(units))


def _is_jump(indicator: Indicator, before: Number, after: Number) -> bool:
    low, high = sorted((Fraction(before), Fraction(after)))
    if indicator.kind.is_quotient:
        return high - low >= SHARE
    factor = FACTOR_OF_STOCK if indicator.kind.is_stock else FACTOR
    return high - low >= find_least(indicator) and high >= factor * low


# What is odd beside the other units

Sized = tuple[Number, Number]
"""A unit's number, and the base by which units are comparable: 1 where the programme names none."""


class Middle(NamedTuple):
    """The median per base of the units that have any, and the median distance from it."""

    rate: Fraction
    spread: Fraction
    units: int


class AmongOthers(NamedTuple):
    """A unit's number beside what the middle is for its size, and the spread there. `is_lone_nought`: all others have
    some."""

    sized: Sized
    expected: Fraction
    spread: Fraction
    units: int
    is_lone_nought: bool

    @property
    def distance(self) -> Fraction:
        return abs(Fraction(self.sized[0]) - self.expected)


def find_outliers(tally: Tally) -> Iterator[Point]:
    """Figures of units far from those of the others of their type. Nothing earlier is needed for it."""
    by_code = tally.indicator_by_code
    for indicator in (each for each in tally.indicators if each.is_summed and not each.computed):
        base, numbers = by_code.get(indicator.per), _read_numbers(tally, indicator.code)
        bases = _read_numbers(tally, base.code) if base else dict.fromkeys(numbers, 1)
        for unit_type in tally.unit_types:
            own = [unit.code for unit in tally.units_of(unit_type) if unit.code in numbers and bases.get(unit.code)]
            for unit, each in hold_beside({unit: (numbers[unit], bases[unit]) for unit in own}).items():
                yield from _judge_beside(indicator, unit, each, base=base)


def hold_beside(sized: Mapping[str, Sized]) -> dict[str, AmongOthers]:
    """Each unit beside the middle of all; empty for too few."""
    middle = find_middle(list(sized.values()))
    if middle is None:
        return {}
    noughts = sum(1 for number, _ in sized.values() if not number)
    return {
        unit: AmongOthers(
            each, middle.rate * Fraction(each[1]), middle.spread * Fraction(each[1]), middle.units,
            is_lone_nought=not each[0] and noughts == 1,
        )
        for unit, each in sized.items() if each[0] or noughts == 1
    }  # fmt: skip


def find_middle(sized: Sequence[Sized]) -> Middle | None:
    """The middle of those that are not nought; None of too few.

    Of many figures most units have none, as of a border: what they say is no measure for those that have some. A single
    wrong figure cannot move the middle, nor widen the spread.
    """
    rates = [Fraction(number) / Fraction(base) for number, base in sized if number]
    if len(rates) < FEWEST:
        return None
    middle = median(rates)
    return Middle(middle, max(median(abs(rate - middle) for rate in rates), middle * NARROWEST), len(rates))


def _judge_beside(indicator: Indicator, unit: str, beside: AmongOthers, *, base: Indicator | None) -> Iterator[Point]:
    number, size = beside.sized
    least = find_least(indicator)
    doubt = _find_doubt(beside) if beside.distance >= least else None
    if doubt is None:
        return
    fold = find_fold(number, beside=beside.expected) if doubt is Doubt.TENFOLD else 0
    more = f", {_say_fold(number, beside.expected, fold)}" if fold else ""
    by = f" tính theo {lower_first(base.label)}" if base else ""
    who = (
        f"{format_count(beside.units)} đơn vị khác cùng loại, đơn vị nào cũng có"
        if beside.is_lone_nought
        else f"{format_count(beside.units)} đơn vị cùng loại"
    )
    expected = _round(beside.expected, is_whole=indicator.kind.is_whole)
    text = f"{_say(indicator, number)}; mức giữa của {who}{by}: {_say(indicator, expected)}{more}."
    weight = beside.distance / max(beside.spread, Fraction(least, FAR))
    yield Point(
        doubt, indicator.code, unit, OTHERS, number, expected, text, weight, (number, size) if base else (number,)
    )


def _find_doubt(beside: AmongOthers) -> Doubt | None:
    if find_fold(beside.sized[0], beside=beside.expected) and beside.distance > FAR_OF_SLIP * beside.spread:
        return Doubt.TENFOLD
    return Doubt.FAR if beside.is_lone_nought or beside.distance > FAR * beside.spread else None


# Points and their words


def _make(
    doubt: Doubt, indicator: Indicator, unit: str, figures: tuple[Number, Number], *, against: str, text: str
) -> Point:
    """A point that stands for both of its figures. The further they are apart, the odder."""
    low, high = sorted(Fraction(each) for each in figures)
    weight = high / max(low, Fraction(1)) if not indicator.kind.is_quotient else high - low
    return Point(doubt, indicator.code, unit, against, *figures, text, weight, figures)


def _say(indicator: Indicator, number: Number) -> str:
    """ "1.234 cuộc", "12,5%", "1,4 tỷ đồng"."""
    if indicator.kind.is_quotient:
        return format_percent(number)
    figure = format_money(number) if indicator.kind.is_in_dong else format_number(number)
    return f"{figure} {indicator.measure_unit}".rstrip()


def _say_change(indicator: Indicator, before: Number, after: Number) -> str:
    if indicator.kind.is_quotient:
        return format_points(before, after)
    return format_difference(before, after, unit=indicator.measure_unit, say=partial(say_number, kind=indicator.kind))


def _say_fold(figure: Number, other: Number | Fraction, fold: int) -> str:
    return f"gấp khoảng {format_number(fold)} lần" if figure > other else f"chỉ bằng khoảng 1/{format_number(fold)}"


def _quote(indicator: Indicator) -> str:
    return f"“{indicator.label}”"


def _round(number: Fraction, *, is_whole: bool) -> Number:
    """The middle as it is said: a whole number, or one decimal."""
    exact = Decimal(number.numerator) / Decimal(number.denominator)
    return simplify(exact.quantize(Decimal(1) if is_whole else Decimal("0.1"), rounding=ROUND_HALF_UP))
