"""What a form must keep to: its versions, rows, sections, windows, tables, and what is asked together."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterator, Mapping, Sequence

from chalicelib.domain.clock import local_date
from chalicelib.domain.language.spelling import make_key, suggest
from chalicelib.domain.language.vietnamese import format_day
from chalicelib.domain.programme.conditions import parse_condition
from chalicelib.domain.programme.formulas import find_rule_misfits
from chalicelib.domain.programme.indicator_misfits import find_condition_misfits
from chalicelib.domain.programme.kinds import Shape
from chalicelib.domain.programme.making import Misfit, find_later, place_below, say_unknown
from chalicelib.domain.programme.model import Form, FormPart, Indicator, Period, Programme, Section, Table, Unit
from chalicelib.domain.programme.scale_misfits import find_column_scale_misfits, find_section_scale_misfits
from chalicelib.domain.programme.windows import DataWindow

_SECTION_CODE = re.compile(r"[a-z][a-z0-9-]*")


def find_form_misfits(programme: Programme, form: Form) -> Iterator[Misfit]:
    yield from _find_version_misfits(form)
    yield from _find_row_misfits(programme, form)
    for number, section in enumerate(form.sections):
        yield from place_below(("sections", number), _find_section_misfits(programme, form, section))
    yield from _find_part_misfits(programme, form)
    for number, rule in enumerate(form.rules):
        yield from place_below(("rules", number), find_rule_misfits(programme, form, rule))
    yield from _find_table_misfits(programme, form)


def _find_version_misfits(form: Form) -> Iterator[Misfit]:
    """What came and changed is there, what went is not; versions are those up to the form's own."""
    for number, version in enumerate(form.accepts):
        if version >= form.version:
            yield Misfit(("accepts", number), f"phải là phiên bản trước phiên bản {form.version}")
    if form.accepts_until and not form.accepts:
        yield Misfit(("accepts_until",), "cần ghi các phiên bản cũ còn được nhận")
    asked = {*form.codes, *(each.code for each in form.tables), *(each.code for each in form.narratives)}
    for number, change in enumerate(form.changes):
        if not 1 < change.version <= form.version:
            yield Misfit(("changes", number, "version"), f"phải là phiên bản từ 2 đến {form.version}")
        if change.version < form.version:
            continue
        for field, is_there in (("came", True), ("changed", True), ("gone", False)):
            for code in getattr(change, field):
                if (code in asked) != is_there:
                    what = f"biểu mẫu không có “{code}”" if is_there else f"biểu mẫu vẫn có “{code}”"
                    yield Misfit(("changes", number, field), what)


def _find_row_misfits(programme: Programme, form: Form) -> Iterator[Misfit]:
    times = Counter[str]()
    for number, section in enumerate(form.sections):
        for row, code in enumerate(section.indicators):
            path = ("sections", number, "indicators", row)
            times[code] += 1
            if code not in programme.indicator_by_code:
                yield Misfit(path, say_unknown("mã chỉ tiêu", programme.indicator_by_code, code))
            if times[code] > 1:
                yield Misfit(path, f"mã chỉ tiêu “{code}” lặp lại trong biểu mẫu")
    for number, code in enumerate(form.optional):
        if code not in times:
            yield Misfit(("optional", number), f"mã “{code}” không có trong biểu mẫu{suggest(code, times)}")


def _find_section_misfits(programme: Programme, form: Form, section: Section) -> Iterator[Misfit]:
    taken = Counter(make_key(code) for code in (*form.codes, *(narrative.code for narrative in form.narratives)))
    taken.update(make_key(each.code) for each in form.sections if each.code)
    if section.code and (taken[make_key(section.code)] > 1 or not _SECTION_CODE.fullmatch(section.code)):
        what = f"“{section.code}” phải là mã riêng, chỉ gồm chữ thường không dấu, chữ số và gạch nối"
        yield Misfit(("code",), what)
    yield from find_condition_misfits(programme, parse_condition(section.asked_if))
    yield from find_section_scale_misfits(programme, form, section)
    yield from place_below(("window",), _find_window_misfits(programme, form, section))
    if section.nothing_to_report:
        yield from _find_mark_misfits(programme, form, section)


def _find_window_misfits(programme: Programme, form: Form, section: Section) -> Iterator[Misfit]:
    """What a section's own data window does not fit in each period in which it is asked."""
    for period in (each for each in programme.periods if programme.is_asked(form, section, each)):
        own = section.find_window(period)
        if own.last > period.data_to and not (form.estimates and own.last < local_date(period.lock)):
            yield Misfit((), _tell_open_window(own, period))
        torn = (_find_torn_window(programme, code, section, period) for code in section.indicators)
        yield from (Misfit((), f"{what}, trong kỳ “{period.name}”") for what in torn if what)


def _tell_open_window(own: DataWindow, period: Period) -> str:
    return (
        f"kết thúc ngày {format_day(own.last)}, sau ngày cuối số liệu {format_day(period.data_to)} của kỳ "
        f"“{period.name}”; chỉ được khi biểu mẫu nhận số ước và kỳ chưa khóa khi đó"
    )


def _find_torn_window(programme: Programme, code: str, section: Section, period: Period) -> str:
    """A figure that is asked over other days too, or that is made or a part of what is counted over others; "" if
    none."""
    own, indicator = section.find_window(period), programme.indicator_by_code.get(code)
    if own.rule != programme.find_window(code, period).rule:
        return f"{code} được hỏi ở hai mục với hai khoảng thời gian lấy số liệu khác nhau"
    related = (*indicator.parts, indicator.part_of) if indicator else ()
    for other in filter(None, map(programme.indicator_by_code.get, related)):
        if other.kind.is_accumulated and own.rule != programme.find_window(other.code, period).rule:
            return f"{code} và {other.code} lấy số liệu của hai khoảng thời gian khác nhau"
    return ""


def _find_mark_misfits(programme: Programme, form: Form, section: Section) -> Iterator[Misfit]:
    """Only what adds up over time can be nothing; a stock, a measure or a word has to be stated."""
    if not section.code:
        yield Misfit(("nothing_to_report",), "cần có mã của mục")
    for code in section.indicators:
        indicator = programme.indicator_by_code.get(code)
        if indicator and not (indicator.kind.is_accumulated or indicator.kind.is_quotient):
            what = f"chỉ dùng cho số cộng dồn trong kỳ; {code} là “{indicator.kind.name}”"
            yield Misfit(("nothing_to_report",), what)
    for number, table in enumerate(section.tables):
        if table not in form.table_codes:
            yield Misfit(("tables", number), say_unknown("bảng", form.table_codes, table))


def _find_part_misfits(programme: Programme, form: Form) -> Iterator[Misfit]:
    """What is switched on by period: the periods exist, and what belongs together is asked together."""
    for name in ("sections", "tables", "narratives"):
        parts: Sequence[FormPart] = getattr(form, name)
        for number, part in enumerate(parts):
            for code in sorted(set(part.periods or ()) - set(programme.period_by_code)):
                yield Misfit((name, number, "periods"), say_unknown("kỳ", programme.period_by_code, code))
    tables = {table.code: table for table in form.tables}
    for number, section in enumerate(form.sections):
        for code in sorted(set(section.tables) & set(tables)):
            if tables[code].periods != section.periods:
                yield Misfit(("sections", number, "tables"), f"bảng “{code}” phải được thu ở đúng các kỳ của mục")
    for period in programme.periods:
        yield from _find_torn_totals(programme, form, period)
    yield from dict.fromkeys(_find_torn_rows(programme, form))


def _find_torn_totals(programme: Programme, form: Form, period: Period) -> Iterator[Misfit]:
    """A total is asked only where all its parts are: its cell is a formula over their cells."""
    rows = {
        code: ("sections", number, "indicators", row)
        for number, section in enumerate(form.sections)
        if section.is_asked_in(period)
        for row, code in enumerate(section.indicators)
    }
    for code in filter(programme.indicator_by_code.get, rows):
        for part in programme.indicator_by_code[code].parts:
            if part not in rows and part in programme.indicator_by_code:
                yield Misfit(rows[code], f"thiếu {part} trong kỳ “{period.name}” để tính {code}")


def _find_torn_rows(programme: Programme, form: Form) -> Iterator[Misfit]:
    """What a row needs on the same sheet of whoever fills it in: the parts of a total, the answers of a condition."""
    places = {
        code: ("sections", number, "indicators", row)
        for number, section in enumerate(form.sections)
        for row, code in enumerate(section.indicators)
    }
    if not places.keys() <= programme.indicator_by_code.keys():
        return
    for unit, period in _list_senders(programme, form):
        where = f"trên biểu của loại đơn vị “{programme.unit_types.get(unit.type, unit.type)}”, kỳ “{period.name}”"
        asked, above = {each.code: each for each in programme.rows(form, unit, period)}, set[str]()
        printed = {code for section in form.sections if section.is_asked_in(period) for code in section.indicators}
        for code, row in asked.items():
            wrong = [*_find_unasked_codes(programme, form, row, above), *_find_lost_parts(form, row, asked, printed)]
            yield from (Misfit(places[code], f"{what}, {where}") for what in wrong)
            above.add(code)


def _find_unasked_codes(programme: Programme, form: Form, row: Indicator, above: Container[str]) -> Iterator[str]:
    """What the condition of a row needs, and does not stand above it."""
    for code in form.find_condition(row).on_form.codes:
        if code in programme.indicator_by_code and code not in above:
            yield f"điều kiện của {row.code} cần {code} ở phía trên"


def _find_lost_parts(
    form: Form, row: Indicator, asked: Mapping[str, Indicator], printed: Container[str]
) -> Iterator[str]:
    """Parts of a total that are asked of others only, or not always."""
    for code in filter(printed.__contains__, row.parts):
        if code not in asked:
            yield f"thiếu {code} để tính {row.code}"
        elif row.formula and not _is_asked_with(asked[code], form, total=row):
            yield f"{code} có khi không phải ghi nên không cộng được vào {row.code}"


def _is_asked_with(part: Indicator, form: Form, *, total: Indicator) -> bool:
    """Whether a part is asked wherever its total is: otherwise its blank would leave the total unknown."""
    needed = form.find_condition(part).on_form
    return not needed or needed == form.find_condition(total).on_form


def _list_senders(programme: Programme, form: Form) -> Iterator[tuple[Unit, Period]]:
    """One unit of each type that owes the form, and those that are asked for something alone, with each period."""
    alone = {sender.partition(":")[2] for each in programme.indicators for sender in each.senders if ":" in sender}
    for period in programme.periods:
        types = {duty.unit_type for duty in programme.duties if (duty.form, duty.period) == (form.code, period.code)}
        for unit in programme.units:
            if unit.type in types and unit.is_valid_on(period.data_to):
                types -= set() if unit.code in alone else {unit.type}
                yield unit, period


def _find_table_misfits(programme: Programme, form: Form) -> Iterator[Misfit]:
    parts = [("tables", number, each.code) for number, each in enumerate(form.tables)]
    parts += [("narratives", number, each.code) for number, each in enumerate(form.narratives)]
    for index, code in find_later([code for _, _, code in parts]):
        yield Misfit((*parts[index][:2], "code"), f"mã “{code}” lặp lại trong các bảng và thuyết minh")
    for index, code in find_later([rule.id for rule in form.rules]):
        yield Misfit(("rules", index, "id"), f"mã “{code}” lặp lại")
    for number, table in enumerate(form.tables):
        for sender in table.senders:
            if sender not in programme.unit_types:
                yield Misfit(("tables", number, "senders"), say_unknown("loại đơn vị", programme.unit_types, sender))
        for place, column in enumerate(table.columns):
            if column.kind.shape is Shape.CHOICE and not column.choices:
                yield Misfit(("tables", number, "columns", place, "choices"), "cột kiểu lựa chọn phải có lựa chọn")
    yield from find_column_scale_misfits(form.tables)
    yield from _find_name_misfits(form.tables)


def _find_name_misfits(tables: Sequence[Table]) -> Iterator[Misfit]:
    for number, table in enumerate(tables):
        for place, column in enumerate(table.names):
            columns = [each.code for each in table.columns]
            if column not in columns:
                yield Misfit(("tables", number, "names", place), say_unknown("cột", columns, column))
    naming = [number for number, table in enumerate(tables) if table.names]
    if len(naming) > 1:
        codes = ", ".join(tables[number].code for number in naming)
        yield Misfit(
            ("tables", naming[1], "names"), f"chỉ một bảng được có cột đặt tên, ở đây có {len(naming)}: {codes}"
        )
