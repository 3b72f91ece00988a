"""What may be a slip in a programme that is valid: parts that nothing uses, units that look like each other.

None of it keeps a programme out; whoever writes one is told, at the place.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from itertools import chain

from chalicelib.domain.programme.making import Misfit
from chalicelib.domain.programme.model import Period, Programme, Unit
from chalicelib.domain.programme.scale_misfits import find_mixed_scales


def find_remarks(programme: Programme) -> Iterator[Misfit]:
    """Everything to look at again, each at its path."""
    gathered = (
        _find_idle_types, _find_idle_parts, _find_overlaps, _find_unasked, _find_same_names, _find_short_codes,
        find_mixed_scales,
    )  # fmt: skip
    return chain.from_iterable(find(programme) for find in gathered)


def _find_idle_types(programme: Programme) -> Iterator[Misfit]:
    """Told at each name that the type has: whatever is looked for by this code is none of the units."""
    used = {unit.type for unit in programme.units}
    for code, name in programme.unit_types.items():
        if code not in used:
            yield Misfit(("unit_types", code), f"không có đơn vị nào thuộc loại “{name}” ({code})")


def _find_idle_parts(programme: Programme) -> Iterator[Misfit]:
    periods = {duty.period for duty in programme.duties}
    forms = {duty.form for duty in programme.duties}
    for number, period in enumerate(programme.periods):
        if period.code not in periods:
            yield Misfit(
                ("periods", number, "code"),
                f"không loại đơn vị nào phải gửi báo cáo ở kỳ “{period.name}” ({period.code})",
            )
    for number, form in enumerate(programme.forms):
        if form.code not in forms:
            yield Misfit(
                ("forms", number, "code"), f"không loại đơn vị nào phải gửi biểu mẫu “{form.title}” ({form.code})"
            )


def _find_overlaps(programme: Programme) -> Iterator[Misfit]:
    """Days that the same units report twice on the same form, in periods of which neither holds the other."""
    periods = {period.code: set[tuple[str, str]]() for period in programme.periods}
    for duty in programme.duties:
        periods.get(duty.period, set()).add((duty.unit_type, duty.form))
    for number, later in enumerate(programme.periods):
        for earlier in programme.periods[:number]:
            if periods[earlier.code] & periods[later.code] and _is_crossed(earlier, other=later):
                what = f"số liệu kỳ “{later.name}” ({later.code}) trùng ngày với kỳ “{earlier.name}” ({earlier.code})"
                yield Misfit(("periods", number, "data_from"), what)


def _is_crossed(one: Period, *, other: Period) -> bool:
    """Whether they share days, and neither is a part of the other; the same days are shared too."""
    first, second = (one.data_from, one.data_to), (other.data_from, other.data_to)
    is_part = first != second and (
        (first[0] <= second[0] and second[1] <= first[1]) or (second[0] <= first[0] and first[1] <= second[1])
    )
    return first[0] <= second[1] and second[0] <= first[1] and not is_part


def _find_unasked(programme: Programme) -> Iterator[Misfit]:
    asked = {code for form in programme.forms for code in form.codes}
    for number, indicator in enumerate(programme.indicators):
        if indicator.code not in asked:
            yield Misfit(("indicators", number, "code"), f"không biểu mẫu nào hỏi chỉ tiêu “{indicator.code}”")


def _find_same_names(programme: Programme) -> Iterator[Misfit]:
    """Units of one name below the same unit above; the same code at another time is the same unit."""
    earlier: dict[tuple[str, str], str] = {}
    for number, unit in enumerate(programme.units):
        first = earlier.setdefault((unit.full_name, unit.parent), unit.code)
        if first != unit.code:
            what = f"“{unit.full_name}” trùng tên với đơn vị mang mã {first}"
            yield Misfit(("units", number, "full_name"), what)


def _find_short_codes(programme: Programme) -> Iterator[Misfit]:
    """Codes of digits that lack one to be as long as the others of their type: Excel drops a nought at the front."""
    by_type: dict[str, list[Unit]] = defaultdict(list)
    for unit in programme.units:
        by_type[unit.type].append(unit)
    usual = {unit_type: _find_usual_length(unit.code for unit in units) for unit_type, units in by_type.items()}
    for number, unit in enumerate(programme.units):
        if unit.code.isdecimal() and len(unit.code) + 1 == usual[unit.type]:
            what = f"mã “{unit.code}” thiếu một chữ số: Excel có thể đã bỏ số 0 ở đầu (0{unit.code})"
            yield Misfit(("units", number, "code"), what)


def _find_usual_length(codes: Iterable[str]) -> int:
    """The length of most codes of digits; 0 without any."""
    lengths = Counter(len(code) for code in codes if code.isdecimal())
    return max(lengths, key=lambda length: (lengths[length], length), default=0)
