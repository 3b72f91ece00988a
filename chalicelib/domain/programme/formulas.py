"""What computed figures and rules must keep to: they name what is there, and no score is added up by silence."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from chalicelib.domain.issues.issue import Severity
from chalicelib.domain.language.spelling import suggest
from chalicelib.domain.programme.expressions import MOST_FACTORS_IN_ALL, Operand, Requirement, Sum
from chalicelib.domain.programme.kinds import MEAN, MEASURE, SCORE, Method
from chalicelib.domain.programme.making import Misfit, say_unknown
from chalicelib.domain.programme.model import Form, Indicator, Programme, Rule, order_computed


def find_formula_misfits(programme: Programme, indicator: Indicator) -> Iterator[Misfit]:
    """What does not fit in how an indicator is computed and banded. Unknown codes are told elsewhere."""
    if indicator.computed and not indicator.kind.is_number:
        yield Misfit(("computed",), f"chỉ tính được số; kiểu của dòng này là “{indicator.kind.name}”")
    if indicator.bands and not indicator.kind.is_number:
        yield Misfit(("bands",), f"chỉ xếp loại được số; kiểu của dòng này là “{indicator.kind.name}”")
    if circle := find_circle(indicator.code, programme.list_parts):
        yield Misfit(("computed",), f"cách tính vòng tròn: {' → '.join(circle)}")
    if indicator.formula:
        yield from (Misfit(("computed",), what) for what in _check_formula(programme, indicator, indicator.formula))
    if indicator.bands and indicator.is_summed:
        yield Misfit(("bands",), _NOT_SUMMED.format(what="xếp loại"))


_NOT_SUMMED = (
    f"số có {{what}} không cộng được giữa các đơn vị: ghi kiểu “{MEAN.name}” (lấy trung bình) hoặc “{SCORE.name}”"
)


def _check_formula(programme: Programme, indicator: Indicator, formula: Sum) -> Iterator[str]:
    if formula.tables:
        yield "cách tính chỉ gồm mã chỉ tiêu, số và các phép tính; không lấy từ bảng kê"
    elif not formula.codes:
        yield "cách tính phải có ít nhất một mã chỉ tiêu"
    if indicator.kind.is_whole and not formula.is_whole:
        kinds = f"“{MEASURE.name}”, “{MEAN.name}” hoặc “{SCORE.name}”"
        yield f"kiểu “{indicator.kind.name}” là số nguyên mà cách tính có hệ số lẻ: ghi kiểu {kinds}"
    if indicator.is_summed and formula.is_capped:
        yield _NOT_SUMMED.format(what="min, max")
    for part in filter(None, map(programme.indicator_by_code.get, formula.codes)):
        if not part.is_countable:
            yield f"chỉ tính được từ số và từ có/không; {part.code} là “{part.kind.name}”"
        elif indicator.is_summed and not part.is_summed and part.kind.method is not Method.SUM:
            kinds = f"“{MEAN.name}” hoặc “{SCORE.name}”"
            yield f"{part.code} là “{part.kind.name}”, không cộng vào tổng được: ghi kiểu {kinds}"


def find_product_misfits(programme: Programme) -> Iterator[Misfit]:
    """Products that have too many factors with those of the figures that they take: short formulas over each other
    make numbers of any length."""
    degrees = _find_degrees(programme)
    for number, indicator in enumerate(programme.indicators):
        if degrees.get(indicator.code, 0) > MOST_FACTORS_IN_ALL:
            yield Misfit(("indicators", number, "computed"), _TOO_MANY_FACTORS)
    for number, form in enumerate(programme.forms):
        for place, rule in enumerate(form.rules):
            if any(side.find_degree(degrees) > MOST_FACTORS_IN_ALL for side in _list_sides(rule)):
                yield Misfit(("forms", number, "rules", place, "check"), _TOO_MANY_FACTORS)


_TOO_MANY_FACTORS = (
    f"nhân quá {MOST_FACTORS_IN_ALL} thừa số với nhau, tính cả trong cách tính của các chỉ tiêu được lấy: "
    "bỏ bớt phép nhân ở đây hoặc ở các chỉ tiêu đó"
)


def _find_degrees(programme: Programme) -> dict[str, int]:
    """Of each computed figure how many factors it is made of, up to the first that has too many; a ratio is rounded, so
    it is one."""
    degrees: dict[str, int] = {}
    for each in order_computed(programme.indicators):
        if each.formula and all(degrees.get(code, 0) <= MOST_FACTORS_IN_ALL for code in each.parts):
            degrees[each.code] = each.formula.find_degree(degrees)
    return degrees


def _list_sides(rule: Rule) -> tuple[Sum, ...]:
    """The two sides of a rule; () of one that cannot be read, which is told elsewhere."""
    try:
        return rule.requirement.left, rule.requirement.right
    except ValueError:
        return ()


def find_circle(start: str, follow: Callable[[str], Iterable[str]]) -> tuple[str, ...]:
    """A way from a code back to itself; () if there is none.

    >>> find_circle("a", {"a": "b", "b": "cd", "c": "", "d": "a"}.__getitem__)
    ('a', 'b', 'd', 'a')
    """
    came_from: dict[str, str] = {}
    reached = [start]
    for last in reached:  # grows
        for code in follow(last):
            if code == start:
                return (*_go_back(last, came_from), code)
            if code not in came_from:
                came_from[code] = last
                reached.append(code)
    return ()


def _go_back(last: str, came_from: Mapping[str, str]) -> tuple[str, ...]:
    """The way to the code from where it began."""
    way = [last]
    while way[-1] in came_from:
        way.append(came_from[way[-1]])
    return tuple(reversed(way))


# Rules


def find_rule_misfits(programme: Programme, form: Form, rule: Rule) -> Iterator[Misfit]:
    yield from _check_days(rule)
    try:
        requirement: Requirement = rule.requirement
    except ValueError as error:
        yield Misfit(("check",), str(error))
        return
    for code in requirement.codes:
        if code not in programme.indicator_by_code:
            yield Misfit(("check",), say_unknown("mã chỉ tiêu", programme.indicator_by_code, code))
        elif code not in form.codes:
            yield Misfit(("check",), f"biểu mẫu không hỏi chỉ tiêu “{code}”, nên không đối chiếu được")
        elif not programme.indicator_by_code[code].is_countable:
            yield Misfit(("check",), f"{code} là “{programme.indicator_by_code[code].kind.name}”, không đối chiếu được")
    yield from (Misfit(("check",), what) for what in _check_tables(form, requirement.tables))


def _check_days(rule: Rule) -> Iterator[Misfit]:
    """The days of a rule come one after the other, and whoever withdraws it says why."""
    first, refuses, last = rule.valid_from, rule.refuses_from, rule.valid_to
    if first and last and first > last:
        yield Misfit(("valid_to",), "ngày cuối trước ngày đầu")
    if refuses and rule.severity is not Severity.ERROR:
        yield Misfit(("refuses_from",), "chỉ ghi cho quy tắc có mức “lỗi”")
    if refuses and first and refuses <= first:
        yield Misfit(("refuses_from",), "phải sau ngày có hiệu lực: trước ngày này quy tắc chỉ cảnh báo")
    if refuses and last and refuses > last:
        yield Misfit(("refuses_from",), "phải không sau ngày cuối có hiệu lực")
    if rule.withdrawn and not rule.reason.strip():
        yield Misfit(("reason",), "rút quy tắc phải ghi lý do")
    if rule.reason and not rule.withdrawn:
        yield Misfit(("withdrawn",), "có lý do rút mà chưa ghi ngày rút")


def _check_tables(form: Form, operands: Iterable[Operand]) -> Iterator[str]:
    tables = {table.code: {column.code: column.choices for column in table.columns} for table in form.tables}
    for operand in operands:
        if operand.table not in tables:
            yield say_unknown("bảng", tables, operand.table)
            continue
        columns = tables[operand.table]
        key, value = operand.where or ("", "")
        for column in (operand.column, key):
            if column and column not in columns:
                yield f"bảng “{operand.table}” không có cột “{column}”{suggest(column, columns)}"
        if columns.get(key) and value not in columns[key]:
            yield f"cột “{key}” của bảng “{operand.table}” không có lựa chọn “{value}”{suggest(value, columns[key])}"
