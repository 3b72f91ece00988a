"""What the parts of a programme must agree on: every misfit with the path of the value that does not fit."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import pairwise

from chalicelib.domain.clock import local_date
from chalicelib.domain.language.spelling import make_key, suggest
from chalicelib.domain.language.vietnamese import format_day
from chalicelib.domain.programme.branches import list_branches
from chalicelib.domain.programme.conditions import PERIOD, UNIT_TYPE, AskedWhen, parse_condition, read_numeral
from chalicelib.domain.programme.formulas import (
    find_circle,
    find_formula_misfits,
    find_product_misfits,
    find_rule_misfits,
)
from chalicelib.domain.programme.kinds import KINDS, Method, Shape
from chalicelib.domain.programme.making import MAIN_FILE, Misfit, Path, say_unknown
from chalicelib.domain.programme.model import (
    Form,
    FormPart,
    Indicator,
    Period,
    Programme,
    Section,
    Table,
    Target,
    Unit,
)
from chalicelib.domain.programme.outline import find_outline_misfits, is_outline
from chalicelib.domain.programme.scale_misfits import (
    find_column_scale_misfits,
    find_row_scale_misfits,
    find_section_scale_misfits,
)
from chalicelib.domain.programme.windows import DataWindow

_CODE = re.compile(r"[^\W_][\w.-]{0,63}")
"""Of what stands in addresses of pages, in keys and in names of files."""

_DEVICES = {"con", "prn", "aux", "nul", *(f"{port}{digit}" for port in ("com", "lpt") for digit in "0123456789¹²³")}
"""What Windows takes for a device, with any ending."""

_SECTION_CODE = re.compile(r"[a-z][a-z0-9-]*")
_CHOICE = re.compile(r"""[^\n"\[\]{}:|]{1,100}""")
_SCOPES = ("unit", "province")


def find_misfits(programme: Programme) -> Iterator[Misfit]:
    """Everything in a programme that does not fit."""
    yield from _find_repeated(programme)
    yield from _find_unfit_codes(programme)
    yield from _find_unit_misfits(programme)
    yield from _find_act_misfits(programme)
    for number, indicator in enumerate(programme.indicators):
        yield from _below(("indicators", number), _find_indicator_misfits(programme, indicator))
    yield from find_product_misfits(programme)
    yield from _find_main_misfits(programme)
    for number, period in enumerate(programme.periods):
        yield from _below(("periods", number), _find_period_misfits(programme, period))
    for number, target in enumerate(programme.targets):
        yield from _below(("targets", number), _find_target_misfits(programme, target))
    for number, outline in enumerate(programme.outlines):
        yield from _below(("outlines", number), find_outline_misfits(programme, outline))
    for number, form in enumerate(programme.forms):
        yield from _below(("forms", number), _find_form_misfits(programme, form))


def _below(path: Path, misfits: Iterable[Misfit]) -> Iterator[Misfit]:
    yield from (Misfit((*path, *each.path), each.what) for each in misfits)


def _find_later(codes: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Where a code stands again, with the code."""
    seen: set[str] = set()
    for number, code in enumerate(codes):
        if code in seen:
            yield number, code
        seen.add(code)


def _find_repeated(programme: Programme) -> Iterator[Misfit]:
    for name in ("indicators", "periods", "forms", "targets"):
        for number, code in _find_later([entry.code for entry in getattr(programme, name)]):
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
    for number, code in _find_later([act.number for act in programme.laws]):
        yield Misfit(("laws", number, "number"), f"“{code}” lặp lại")
    for number, act in enumerate(programme.laws):
        if act.valid_from and act.valid_to and act.valid_from > act.valid_to:
            yield Misfit(("laws", number, "valid_to"), "ngày cuối trước ngày đầu")
        if act.number in act.replaced_by:
            yield Misfit(("laws", number, "replaced_by"), "văn bản không tự thay thế mình")


def _find_unit_misfits(programme: Programme) -> Iterator[Misfit]:
    for number, unit in enumerate(programme.units):
        if unit.type not in programme.unit_types:
            yield Misfit(("units", number, "type"), say_unknown("loại đơn vị", programme.unit_types, unit.type))
        if unit.valid_from and unit.valid_to and unit.valid_from > unit.valid_to:
            yield Misfit(("units", number, "valid_to"), "ngày cuối trước ngày đầu")
        if unit.parent and unit.parent not in programme.unit_by_code:
            yield Misfit(
                ("units", number, "parent"), say_unknown("đơn vị cấp trên", programme.unit_by_code, unit.parent)
            )
        elif unit.code in programme.list_above(unit):
            yield Misfit(("units", number, "parent"), f"đơn vị “{unit.code}” không thể ở dưới chính mình")


def _find_indicator_misfits(programme: Programme, indicator: Indicator) -> Iterator[Misfit]:
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
    yield from _find_condition_misfits(programme, parse_condition(indicator.asked_if))
    yield from _find_choice_misfits(indicator)
    yield from _find_range_misfits(programme, indicator)
    yield from find_row_scale_misfits(indicator)
    for sender in indicator.senders:
        name, _, code = sender.partition(":")
        if sender not in programme.unit_types and not (name == "unit" and code in programme.unit_by_code):
            units = (f"unit:{code}" for code in programme.unit_by_code)
            yield Misfit(("senders",), say_unknown("nơi báo cáo", [*programme.unit_types, *units], sender))


def _find_condition_misfits(programme: Programme, condition: AskedWhen) -> Iterator[Misfit]:
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
    for _, key in _find_later([make_key(choice) for choice in indicator.choices]):
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


def _find_main_misfits(programme: Programme) -> Iterator[Misfit]:
    if programme.headline not in programme.unit_types:
        yield Misfit(("headline",), say_unknown("loại đơn vị", programme.unit_types, programme.headline))
    for unit_type in programme.letterheads:
        if unit_type not in programme.unit_types:
            yield Misfit(("letterheads", unit_type), say_unknown("loại đơn vị", programme.unit_types, unit_type))
    yield from _below(("charts",), _find_chart_misfits(programme))
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
    for number, code in _find_later([each.unit for each in programme.branches]):
        yield Misfit(("branches", number, "unit"), f"mã “{code}” lặp lại")
    for number, each in enumerate(programme.branches):
        if each.unit not in list_branches(programme):
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


# Forms


def _find_form_misfits(programme: Programme, form: Form) -> Iterator[Misfit]:
    yield from _find_version_misfits(form)
    yield from _find_row_misfits(programme, form)
    for number, section in enumerate(form.sections):
        yield from _below(("sections", number), _find_section_misfits(programme, form, section))
    yield from _find_part_misfits(programme, form)
    for number, rule in enumerate(form.rules):
        yield from _below(("rules", number), find_rule_misfits(programme, form, rule))
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
    yield from _find_condition_misfits(programme, parse_condition(section.asked_if))
    yield from find_section_scale_misfits(programme, form, section)
    yield from _below(("window",), _find_window_misfits(programme, form, section))
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
        rows = programme.rows(form, unit, period)
        printed = {code for section in form.sections if section.is_asked_in(period) for code in section.indicators}
        for number, row in enumerate(rows):
            wrong = [*_find_unasked_codes(programme, form, rows[: number + 1])]
            wrong += _find_lost_parts(form, row, {each.code: each for each in rows}, printed)
            yield from (Misfit(places[row.code], f"{what}, {where}") for what in wrong)


def _find_unasked_codes(programme: Programme, form: Form, rows: Sequence[Indicator]) -> Iterator[str]:
    """What the condition of the last row needs, and does not stand above it."""
    *above, row = rows
    for code in form.find_condition(row).on_form.codes:
        if code in programme.indicator_by_code and code not in {each.code for each in above}:
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
    for index, code in _find_later([code for _, _, code in parts]):
        yield Misfit((*parts[index][:2], "code"), f"mã “{code}” lặp lại trong các bảng và thuyết minh")
    for index, code in _find_later([rule.id for rule in form.rules]):
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
