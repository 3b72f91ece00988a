"""What does not fit in the units in which forms ask: each is larger than the one in which the figure is kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from chalicelib.domain.language.spelling import suggest
from chalicelib.domain.programme.conditions import AskedWhen
from chalicelib.domain.programme.making import Misfit
from chalicelib.domain.programme.model import Column, Form, Indicator, Programme, Section, Table
from chalicelib.domain.programme.scales import find_places, find_scale, is_word_of_other, list_larger


def find_row_scale_misfits(indicator: Indicator) -> Iterator[Misfit]:
    yield from (Misfit(("also",), what) for what in _find_other_spellings(indicator))
    if not indicator.asked_in:
        return
    if not indicator.is_scalable:
        yield Misfit(("asked_in",), _tell_unscalable(indicator))
    elif not find_scale(indicator.asked_in, indicator.measure_unit):
        yield Misfit(("asked_in",), _tell_no_scale(indicator.asked_in, unit=indicator.measure_unit))


def _find_other_spellings(indicator: Indicator) -> Iterator[str]:
    """A larger unit that stood as a spelling would be read as the row's own."""
    own = indicator.measure_unit
    for spelling in indicator.also:
        if find_places(spelling, measured=own) or is_word_of_other(spelling, measured=own):
            yield f"“{spelling}” không phải cách ghi khác của “{own}” mà là đơn vị lớn hơn hoặc nhỏ hơn"


def _tell_unscalable(indicator: Indicator) -> str:
    what = "dòng có xếp loại" if indicator.bands else f"kiểu “{indicator.kind.name}”"
    return f"{what} không hỏi theo đơn vị khác được; {indicator.code} phải hỏi theo “{indicator.measure_unit}”"


def _tell_no_scale(asked_in: str, *, unit: str) -> str:
    if not unit.strip():
        return f"dòng chưa ghi đơn vị tính, nên không hỏi theo “{asked_in}” được"
    larger, places = list_larger(unit), find_places(asked_in, measured=unit)
    known = f"; đơn vị lớn hơn có thể ghi: {', '.join(larger)}" if larger else ""
    if places is not None:
        return f"“{asked_in}” không lớn hơn “{unit}” là đơn vị tính{known}"
    return f"không rõ “{asked_in}” gấp bao nhiêu lần “{unit}”{suggest(asked_in, larger)}{known}"


def find_section_scale_misfits(programme: Programme, form: Form, section: Section) -> Iterator[Misfit]:
    rows = [programme.indicator_by_code.get(code) for code in section.indicators]
    if section.asked_in:
        yield from (Misfit(("asked_in",), what) for what in _find_unlike(section.asked_in, list(filter(None, rows))))
    for place, row in enumerate(rows):
        if row and (condition := form.find_condition(row).on_form):
            told = _find_torn_conditions(programme, form, condition)
            yield from (Misfit(("indicators", place), f"{what} (dòng {row.code})") for what in told)


def _find_unlike(asked_in: str, rows: Sequence[Indicator]) -> Iterator[str]:
    """Each row of the section that is counted in such units is asked in the section's."""
    counted = [
        (row, places) for row in rows if (places := find_places(asked_in, measured=row.measure_unit)) is not None
    ]
    if not any(places > 0 and row.is_scalable for row, places in counted):
        known = dict.fromkeys(unit for row in rows if row.is_scalable for unit in list_larger(row.measure_unit))
        yield f"không dòng nào của mục có đơn vị tính đổi được sang “{asked_in}”{suggest(asked_in, known)}"
    for row, places in counted:
        if places < 0:
            yield f"“{asked_in}” nhỏ hơn “{row.measure_unit}” là đơn vị tính của {row.code}"
        elif places > 0 and not row.is_scalable:
            yield _tell_unscalable(row)
        elif row.asked_in and find_places(row.asked_in, measured=asked_in):
            yield f"{row.code} được hỏi theo “{row.asked_in}” mà mục hỏi theo “{asked_in}”"


def _find_torn_conditions(programme: Programme, form: Form, condition: AskedWhen) -> Iterator[str]:
    """What is compared in a condition stands on the form in one unit; there a number would not say of which it is."""
    for answer in condition.answers:
        row = programme.indicator_by_code.get(answer.code)
        if row and form.find_scale(row) and any(answer.numbers):
            yield _tell_torn(str(answer))
    for written, requirement in condition.requirements:
        rows = [row for row in map(programme.indicator_by_code.get, requirement.codes) if row]
        scales = {form.find_scale(row) for row in rows}
        if scales != {None} and (len(scales) > 1 or any(term.constant for term in requirement.terms)):
            yield _tell_torn(written)


def _tell_torn(written: str) -> str:
    return f"điều kiện “{written}” có dòng được hỏi theo đơn vị khác đơn vị tính; chỉ so được với 0"


def find_column_scale_misfits(tables: Sequence[Table]) -> Iterator[Misfit]:
    for number, table in enumerate(tables):
        for place, column in enumerate(table.columns):
            if column.asked_in and (what := _tell_unfit_column(column)):
                yield Misfit(("tables", number, "columns", place, "asked_in"), what)


def _tell_unfit_column(column: Column) -> str:
    if not column.kind.is_number or column.kind.is_percent or column.choices:
        return f"kiểu “{column.kind.name}” không hỏi theo đơn vị khác được"
    return "" if column.scale else _tell_no_scale(column.asked_in, unit=column.measure_unit)


# What may be a slip


def find_mixed_scales(programme: Programme) -> Iterator[Misfit]:
    """Sections and tables that ask for one thing in several units, one of which is not the one in which it is kept."""
    for number, form in enumerate(programme.forms):
        for place, section in enumerate(form.sections):
            rows = [row for row in map(programme.indicator_by_code.get, section.indicators) if row]
            if any(form.find_scale(row) for row in rows):
                units = [form.find_asked_unit(row) for row in rows]
                yield from _tell_mixed(("forms", number, "sections", place, "title"), units, "mục")
        for place, table in enumerate(form.tables):
            if any(column.scale for column in table.columns):
                units = [column.asked_unit for column in table.columns if column.kind.is_number]
                yield from _tell_mixed(("forms", number, "tables", place, "title"), units, "bảng")


def _tell_mixed(path: tuple[str | int, ...], units: Iterable[str], where: str) -> Iterator[Misfit]:
    different = list(dict.fromkeys(units))
    mixed = [unit for unit in different if any(find_places(unit, measured=other) for other in different)]
    if mixed:
        yield Misfit(path, f"{where} hỏi theo nhiều đơn vị: {', '.join(mixed)}; nơi báo cáo dễ ghi nhầm")
