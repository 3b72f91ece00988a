"""What an indicator must keep to: its parts, percentages, choices, range, and the condition on which it is asked."""

from __future__ import annotations

import re
from collections.abc import Iterator

from chalicelib.domain.language.spelling import make_key, suggest
from chalicelib.domain.programme.conditions import PERIOD, UNIT_TYPE, AskedWhen, parse_condition, read_numeral
from chalicelib.domain.programme.formulas import find_circle, find_formula_misfits
from chalicelib.domain.programme.kinds import KINDS, Method, Shape
from chalicelib.domain.programme.making import Misfit, find_later, say_unknown
from chalicelib.domain.programme.model import Indicator, Programme
from chalicelib.domain.programme.scale_misfits import find_row_scale_misfits

_CHOICE = re.compile(r"""[^\n"\[\]{}:|]{1,100}""")


def find_indicator_misfits(programme: Programme, indicator: Indicator) -> Iterator[Misfit]:
    known = programme.indicator_by_code
    for column, codes in (("part_of", [indicator.part_of]), ("computed", indicator.parts)):
        for code in codes:
            if code and code not in known:
                yield Misfit((column,), say_unknown("mã chỉ tiêu", known, code))
    if circle := find_circle(indicator.code, programme.list_wholes):
        yield Misfit(("part_of",), f"“trong đó” vòng tròn: {' → '.join(circle)}")
    yield from find_formula_misfits(programme, indicator)
    yield from _find_percent_misfits(programme, indicator)
    base = known.get(indicator.per)
    if indicator.per and not (base and base.is_summed and base != indicator):
        yield Misfit(("per",), f"“{indicator.per}” phải là mã của một chỉ tiêu khác, kiểu số, cộng được")
    yield from find_condition_misfits(programme, parse_condition(indicator.asked_if))
    yield from _find_choice_misfits(indicator)
    yield from _find_range_misfits(programme, indicator)
    yield from find_row_scale_misfits(indicator)
    for sender in indicator.senders:
        name, _, code = sender.partition(":")
        if sender not in programme.unit_types and not (name == "unit" and code in programme.unit_by_code):
            units = (f"unit:{code}" for code in programme.unit_by_code)
            yield Misfit(("senders",), say_unknown("nơi báo cáo", [*programme.unit_types, *units], sender))


def find_condition_misfits(programme: Programme, condition: AskedWhen) -> Iterator[Misfit]:
    """What a condition names and the programme does not have; rows are looked up in each form."""
    for asked, known in ((PERIOD, programme.period_by_code), (UNIT_TYPE, programme.unit_types)):
        for code in condition.list_named(asked):
            if code not in known:
                yield Misfit(("asked_if",), say_unknown(asked, known, code))
    for code in condition.codes:
        if code not in programme.indicator_by_code:
            yield Misfit(("asked_if",), say_unknown("mã chỉ tiêu", programme.indicator_by_code, code))
    for answer in condition.answers:
        row = programme.indicator_by_code.get(answer.code)
        yield from (
            Misfit(("asked_if",), what) for word in answer.words if row for what in _find_word_misfits(row, word)
        )
    for code in (code for _, each in condition.requirements for code in each.codes):
        row = programme.indicator_by_code.get(code)
        if row and not _is_comparable(row):
            what = f"{code} là “{row.kind.name}”, không so được với số"
            yield Misfit(("asked_if",), what + (f"; ghi như “{code} = {row.words[0]}”" if row.words else ""))


def _is_comparable(row: Indicator) -> bool:
    """Whether a condition can hold its answer against a number; a ratio is no answer."""
    return row.is_countable and not row.kind.is_quotient


def _find_word_misfits(row: Indicator, word: str) -> Iterator[str]:
    """What a row is never answered by. A number is read as in a formula: 7,5 and 1000."""
    if _is_comparable(row) and read_numeral(word) is not None:
        return
    if row.words:
        if word not in row.words:
            yield f"{row.code} không có lựa chọn “{word}”{suggest(word, row.words)}"
    elif not _is_comparable(row):
        yield f"{row.code} là “{row.kind.name}”, không dùng làm điều kiện được"
    elif word[:1].isdecimal():
        yield f"“{word}” không phải là số; ghi như 1000 hoặc 7,5"
    else:
        what = f"{row.code} là “{row.kind.name}”, không trả lời bằng lựa chọn"
        yield f"{what}; ghi như “{row.code} > 0” hoặc “{row.code} = 5”"


_PERCENTS = ", ".join(f"“{kind.name}”" for kind in KINDS.values() if kind.is_percent)


def _find_percent_misfits(programme: Programme, indicator: Indicator) -> Iterator[Misfit]:
    """Percentages are never added up, and stand in no formula: their cells hold fractions."""
    is_in_percent, kind = indicator.measure_unit.strip() == "%", indicator.kind
    if is_in_percent and kind.is_number and kind.has_total and not (kind.is_percent or kind.is_quotient):
        yield Misfit(("kind",), f"số phần trăm không cộng được; {indicator.code} phải là tỷ lệ hoặc {_PERCENTS}")
    if kind.is_percent and not is_in_percent:
        yield Misfit(("measure_unit",), f"kiểu “{kind.name}” phải có đơn vị tính là %")
    if kind.method is Method.WEIGHTED and not indicator.per:
        yield Misfit(("per",), f"kiểu “{kind.name}” phải ghi mã của số gốc")
    parts = filter(None, map(programme.indicator_by_code.get, indicator.parts))
    if (kind.is_percent and indicator.computed) or any(part.kind.is_percent for part in parts):
        yield Misfit(("computed",), "số phần trăm không dùng trong công thức")


def _find_choice_misfits(indicator: Indicator) -> Iterator[Misfit]:
    """Each choice is a short line that is like no other, and can stand in a formula, a marker and a list."""
    is_chosen = indicator.kind.shape is Shape.CHOICE
    if is_chosen and len(indicator.choices) < 2:
        yield Misfit(("choices",), "kiểu lựa chọn phải có ít nhất hai lựa chọn")
    if indicator.choices and not is_chosen:
        yield Misfit(("choices",), f"chỉ dùng cho kiểu lựa chọn; {indicator.code} là “{indicator.kind.name}”")
    for _, key in find_later([make_key(choice) for choice in indicator.choices]):
        yield Misfit(("choices",), f"lựa chọn “{key}” lặp lại")
    for choice in indicator.choices:
        if not _CHOICE.fullmatch(choice):
            what = (
                f"lựa chọn “{choice}” phải có từ 1 đến 100 ký tự, không có ngoặc kép, ngoặc vuông, ngoặc nhọn, hai chấm"
            )
            yield Misfit(("choices",), what)


def _find_range_misfits(programme: Programme, indicator: Indicator) -> Iterator[Misfit]:
    """Only numbers lie in a range, and it is of a type of units that there is."""
    if indicator.plausible and not indicator.kind.is_number:
        yield Misfit(("plausible",), f"chỉ số mới có khoảng hợp lý; {indicator.code} là “{indicator.kind.name}”")
    for each in indicator.ranges:
        if each.unit_type and each.unit_type not in programme.unit_types:
            yield Misfit(("plausible",), say_unknown("loại đơn vị", programme.unit_types, each.unit_type))
