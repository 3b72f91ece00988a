"""What the parts of a programme must agree on: every misfit with the path of the value that does not fit.

Indicators and forms have modules of their own: `indicator_misfits.py`, `form_misfits.py`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from datetime import date
from itertools import pairwise

from chalicelib.domain.programme.branches import list_branches
from chalicelib.domain.programme.form_misfits import find_form_misfits
from chalicelib.domain.programme.formulas import find_product_misfits
from chalicelib.domain.programme.indicator_misfits import find_indicator_misfits
from chalicelib.domain.programme.making import (
    MAIN_FILE,
    Misfit,
    Path,
    find_later,
    place_below,
    say_each_unknown,
    say_unknown,
)
from chalicelib.domain.programme.model import MOST_LEVELS, Period, Programme, Target
from chalicelib.domain.programme.outline import find_outline_misfits
from chalicelib.domain.programme.outline_files import is_outline

_CODE = re.compile(r"[^\W_][\w.-]{0,63}")
"""Of what stands in addresses of pages, in keys and in names of files."""

_DEVICES = {"con", "prn", "aux", "nul", *(f"{port}{digit}" for port in ("com", "lpt") for digit in "0123456789¹²³")}
"""What Windows takes for a device, with any ending."""

_SCOPES = ("unit", "province")


def find_misfits(programme: Programme) -> Iterator[Misfit]:
    """Everything in a programme that does not fit."""
    yield from _find_repeated(programme)
    yield from _find_unfit_codes(programme)
    yield from _find_unit_misfits(programme)
    yield from _find_act_misfits(programme)
    for number, indicator in enumerate(programme.indicators):
        yield from place_below(("indicators", number), find_indicator_misfits(programme, indicator))
    yield from find_product_misfits(programme)
    yield from _find_main_misfits(programme)
    for number, period in enumerate(programme.periods):
        yield from place_below(("periods", number), _find_period_misfits(programme, period))
    for number, target in enumerate(programme.targets):
        yield from place_below(("targets", number), _find_target_misfits(programme, target))
    for number, outline in enumerate(programme.outlines):
        yield from place_below(("outlines", number), find_outline_misfits(programme, outline))
    for number, form in enumerate(programme.forms):
        yield from place_below(("forms", number), find_form_misfits(programme, form))


def _find_repeated(programme: Programme) -> Iterator[Misfit]:
    for name in ("indicators", "periods", "forms", "targets"):
        for number, code in find_later([entry.code for entry in getattr(programme, name)]):
            yield Misfit((name, number, "code"), f"mã “{code}” lặp lại")
    units = sorted(enumerate(programme.units), key=lambda entry: (entry[1].code, entry[1].valid_from or date.min))
    for (_, earlier), (number, later) in pairwise(units):
        if earlier.code == later.code and (earlier.valid_to or date.max) >= (later.valid_from or date.min):
            yield Misfit(("units", number, "code"), f"mã đơn vị “{later.code}” lặp lại trong cùng thời gian")


def _find_unfit_codes(programme: Programme) -> Iterator[Misfit]:
    coded: list[tuple[Path, str]] = [((), programme.code)]
    coded += [(("periods", number), each.code) for number, each in enumerate(programme.periods)]
    coded += [(("forms", number), each.code) for number, each in enumerate(programme.forms)]
    for path, code in coded:
        if not _CODE.fullmatch(code):
            yield Misfit((*path, "code"), f"mã “{code}” chỉ được gồm chữ, chữ số, dấu chấm và gạch nối")
    coded += [(("units", number), each.code) for number, each in enumerate(programme.units)]
    for path, code in coded:
        yield from (Misfit((*path, "code"), what) for what in _find_unfit_names(code))
    yield from _find_taken_names(programme)


def _find_unfit_names(code: str) -> Iterator[str]:
    """Why no file or folder can be called by a code on Windows, where offices keep them.

    https://learn.microsoft.com/en-us/windows/win32/fileio/naming-a-file
    """
    if code.partition(".")[0].casefold() in _DEVICES:
        yield f"mã “{code}” là tên Windows giữ riêng, không đặt cho tệp được; ghi mã khác, ví dụ “ma-{code}”"
    if code.endswith("."):
        yield f"mã “{code}” không được kết thúc bằng dấu chấm: Windows bỏ dấu này ở tên tệp"


def _find_taken_names(programme: Programme) -> Iterator[Misfit]:
    """Each form has a file that is called by its code: none that holds something else, on any kind of disk."""
    taken = {MAIN_FILE}
    for number, form in enumerate(programme.forms):
        name = f"{form.code}.toml".casefold()
        if name in taken or is_outline(name):
            yield Misfit(("forms", number, "code"), f"mã “{form.code}” trùng với tên một tệp khác của chương trình")
        taken.add(name)


def _find_act_misfits(programme: Programme) -> Iterator[Misfit]:
    for number, code in find_later([act.number for act in programme.laws]):
        yield Misfit(("laws", number, "number"), f"“{code}” lặp lại")
    for number, act in enumerate(programme.laws):
        if act.valid_from and act.valid_to and act.valid_from > act.valid_to:
            yield Misfit(("laws", number, "valid_to"), "ngày cuối trước ngày đầu")
        if act.number in act.replaced_by:
            yield Misfit(("laws", number, "replaced_by"), "văn bản không tự thay thế mình")


def _find_unit_misfits(programme: Programme) -> Iterator[Misfit]:
    known = programme.unit_by_code
    above = (unit.parent for unit in programme.units if unit.parent and unit.parent not in known)
    unknown = say_each_unknown("đơn vị cấp trên", known, above)
    for number, unit in enumerate(programme.units):
        if unit.type not in programme.unit_types:
            yield Misfit(("units", number, "type"), say_unknown("loại đơn vị", programme.unit_types, unit.type))
        if unit.valid_from and unit.valid_to and unit.valid_from > unit.valid_to:
            yield Misfit(("units", number, "valid_to"), "ngày cuối trước ngày đầu")
        if unit.parent in unknown:
            yield Misfit(("units", number, "parent"), unknown[unit.parent])
            continue
        above_it = programme.list_above(unit)
        if unit.code in above_it:
            yield Misfit(("units", number, "parent"), f"đơn vị “{unit.code}” không thể ở dưới chính mình")
        elif len(above_it) > MOST_LEVELS:
            yield Misfit(("units", number, "parent"), f"đơn vị “{unit.code}” ở dưới quá {MOST_LEVELS} cấp")


def _find_main_misfits(programme: Programme) -> Iterator[Misfit]:
    if programme.headline not in programme.unit_types:
        yield Misfit(("headline",), say_unknown("loại đơn vị", programme.unit_types, programme.headline))
    for unit_type in programme.letterheads:
        if unit_type not in programme.unit_types:
            yield Misfit(("letterheads", unit_type), say_unknown("loại đơn vị", programme.unit_types, unit_type))
    yield from place_below(("charts",), _find_chart_misfits(programme))
    yield from _find_branch_misfits(programme)
    known: dict[str, tuple[str, Collection[str]]] = {
        "unit_type": ("loại đơn vị", programme.unit_types), "period": ("kỳ", programme.period_by_code),
        "form": ("biểu mẫu", programme.form_by_code),
    }  # fmt: skip
    for number, duty in enumerate(programme.duties):
        for field, (what, codes) in known.items():
            if getattr(duty, field) not in codes:
                yield Misfit(("duties", number, field), say_unknown(what, codes, getattr(duty, field)))


def _find_branch_misfits(programme: Programme) -> Iterator[Misfit]:
    """A branch is a unit above others, and issues one report; the whole programme is no branch."""
    if programme.branch:
        yield Misfit(("branch",), "không biết khóa này")
    for number, code in find_later([each.unit for each in programme.branches]):
        yield Misfit(("branches", number, "unit"), f"mã “{code}” lặp lại")
    known = set(list_branches(programme))
    for number, each in enumerate(programme.branches):
        if each.unit not in known:
            yield Misfit(("branches", number, "unit"), f"không có đơn vị nào trực thuộc “{each.unit}”")


def _find_chart_misfits(programme: Programme) -> Iterator[Misfit]:
    """Only figures that have a total can be drawn."""
    for number, code in enumerate(programme.charts):
        indicator = programme.indicator_by_code.get(code)
        if indicator is None:
            yield Misfit((number,), say_unknown("mã chỉ tiêu", programme.indicator_by_code, code))
        elif not indicator.is_drawable:
            what = f"chỉ vẽ được số cộng lại được và tỷ lệ; {code} là “{indicator.kind.name}”"
            yield Misfit((number,), what)


def _find_period_misfits(programme: Programme, period: Period) -> Iterator[Misfit]:
    """A period may include only a period that ends earlier."""
    order = "phải theo thứ tự mở, hạn, khóa"
    if not period.opens < period.due:
        yield Misfit(("due",), order)
    elif not period.due <= period.lock:
        yield Misfit(("lock",), order)
    if not period.data_from <= period.data_to:
        yield Misfit(("data_to",), "ngày cuối của số liệu phải không trước ngày đầu")
    earlier = programme.period_by_code.get(period.compare_with)
    if period.compare_with and earlier is None:
        yield Misfit(("compare_with",), say_unknown("kỳ", programme.period_by_code, period.compare_with))
    elif earlier is not None and earlier.data_to >= period.data_to:
        yield Misfit(("compare_with",), "phải là kỳ có số liệu đến một ngày sớm hơn")


def _find_target_misfits(programme: Programme, target: Target) -> Iterator[Misfit]:
    if target.scope not in _SCOPES:
        yield Misfit(("scope",), "phải là “unit” (từng đơn vị) hoặc “province” (cả chương trình)")
    for number, condition in enumerate(target.conditions):
        for field in ("indicator", "at_least"):
            code = getattr(condition, field)
            if isinstance(code, str) and code not in programme.indicator_by_code:
                what = say_unknown("mã chỉ tiêu", programme.indicator_by_code, code)
                yield Misfit(("conditions", number, field), what)
        for unit in condition.units:
            if unit not in programme.unit_by_code:
                what = say_unknown("đơn vị", programme.unit_by_code, unit)
                yield Misfit(("conditions", number, "units"), what)
    for period in target.periods:
        if period not in programme.period_by_code:
            yield Misfit(("periods",), say_unknown("kỳ", programme.period_by_code, period))
