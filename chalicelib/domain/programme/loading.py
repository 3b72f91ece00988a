"""Makes a `Programme` from the texts of its folder and reports every mistake with its file and row.

Pure: the caller reads the files. A folder holds `programme.toml`, `units.csv`, `indicators.csv`, one `.toml` per
form, `successions.csv` if units were reformed, and `laws.csv` for the acts that its texts cite. CSV may be separated
by commas or semicolons, with or without a byte order mark, as Excel saves it. `outline.py` reads the report's outlines.
"""

from __future__ import annotations

import csv
import io
import re
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise, zip_longest
from typing import Any, NamedTuple, TypeVar

from pydantic import ValidationError

from chalicelib.domain.clock import read_instant
from chalicelib.domain.issues.laws import Act
from chalicelib.domain.language.spelling import make_key
from chalicelib.domain.programme.expressions import Term
from chalicelib.domain.programme.kinds import Kind, find_kind
from chalicelib.domain.programme.model import (
    Form,
    FormPart,
    Indicator,
    Outline,
    Period,
    Programme,
    Section,
    Succession,
    Table,
    Unit,
)
from chalicelib.domain.programme.outline import find_outline_misfits, find_period_of_outline, is_outline, name_outline

PROGRAMME = "programme.toml"
UNITS = "units.csv"
INDICATORS = "indicators.csv"
SUCCESSIONS = "successions.csv"
LAWS = "laws.csv"

UNIT_COLUMNS = ("code", "name", "full_name", "type", "parent", "valid_from", "valid_to", "certain", "note")
INDICATOR_COLUMNS = (
    "code", "group", "label", "measure_unit", "kind", "senders", "part_of", "computed", "also",
    "valid_from", "valid_to", "source", "note",
)  # fmt: skip

_SECTION_CODE = re.compile(r"[a-z][a-z0-9-]*")

LAW_COLUMNS = (
    "number", "kind", "title", "subject", "valid_from", "valid_to", "certain", "replaced_by", "also", "note",
)  # fmt: skip
SUCCESSION_COLUMNS = ("old_code", "old_name", "old_parent", "new_code", "on")

Row = dict[str, str]
Made = TypeVar("Made")


class Problem(NamedTuple):
    """One thing to mend or to look at in a programme's files; `row` counts lines as Excel shows them, 0 for a file."""

    file: str
    row: int
    what: str

    def __str__(self) -> str:
        return f"{self.file}, dòng {self.row}: {self.what}" if self.row else f"{self.file}: {self.what}"


class ProgrammeInvalid(Exception):
    """The files do not make a valid programme; `problems` lists every mistake."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


def load_programme(files: Mapping[str, str], *, version: int = 0) -> Programme:
    """The programme in `files` (name to text). Raises ProgrammeInvalid.

    `{year}` in any text stands for the programme's year, so a renewed programme shows its own year.
    """
    problems = [Problem(name, 0, "thiếu tệp này") for name in (PROGRAMME, UNITS, INDICATORS) if name not in files]
    if problems:
        raise ProgrammeInvalid(problems)
    files = {name: unicodedata.normalize("NFC", text) for name, text in files.items()}
    main = _read_toml(PROGRAMME, text=files[PROGRAMME], problems=problems) or {}
    files = {name: text.replace("{year}", str(main.get("year", ""))) for name, text in files.items()}
    main = _read_toml(PROGRAMME, text=files[PROGRAMME], problems=[]) or {}
    units = _read_table(UNITS, text=files[UNITS], columns=UNIT_COLUMNS, make=_make_unit, problems=problems)
    indicators = _read_table(
        INDICATORS, text=files[INDICATORS], columns=INDICATOR_COLUMNS, make=_make_indicator, problems=problems
    )
    successions = _read_successions(files, problems)
    laws = _read_laws(files, problems)
    forms = _read_forms(files, problems)
    outlines = _read_outlines(files, problems)
    if problems:
        raise ProgrammeInvalid(problems)
    parts: dict[str, Any] = {
        "units": units, "indicators": indicators, "successions": successions, "forms": forms, "outlines": outlines,
        "laws": laws,
    }  # fmt: skip
    programme = _make_programme(main, parts, version, problems)
    if programme is not None:
        problems.extend(_find_misfits(programme, files))
    if programme is None or problems:
        raise ProgrammeInvalid(problems)
    return programme


# Reading single files


def _read_toml(name: str, *, text: str, problems: list[Problem]) -> dict[str, Any] | None:
    try:
        return tomllib.loads(text.lstrip("\ufeff"))
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        problems.append(Problem(name, int(line[1]) if line else 0, f"sai cú pháp TOML ({error})"))
        return None


def read_csv(text: str) -> list[tuple[int, Row]]:
    """The rows of a CSV as (line, values by heading), without blank rows; "," or ";" as Excel saves it.

    A short row has "" in its last columns, because Excel drops trailing separators. Values beyond the last
    heading are kept under the heading "".
    """
    text = text.lstrip("\ufeff")
    first = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=";" if first.count(";") > first.count(",") else ",")
    headings = [heading.strip() for heading in next(reader, [])]
    rows: list[tuple[int, Row]] = []
    for line, cells in enumerate(reader, start=2):
        row = dict.fromkeys(headings, "")
        for heading, cell in zip_longest(headings, cells[: len(headings)], fillvalue=""):
            row[heading] = cell.strip()
        if surplus := " ".join(cells[len(headings) :]).strip():
            row[""] = surplus
        if any(row.values()):
            rows.append((line, row))
    return rows


def _read_table(
    name: str, *, text: str, columns: Sequence[str], make: Callable[[Row], Made], problems: list[Problem]
) -> list[Made]:
    rows = read_csv(text)
    missing = [column for column in columns if rows and column not in rows[0][1]]
    if not rows or missing:
        problems.append(Problem(name, 1, f"thiếu cột {', '.join(missing)}" if missing else "không có dòng dữ liệu nào"))
        return []
    made: list[Made] = []
    for line, row in rows:
        if surplus := row.get(""):
            problems.append(
                Problem(name, line, f"thừa ô “{surplus}” sau cột cuối: ô có dấu phân cách phải đặt trong ngoặc kép")
            )
            continue
        try:
            made.append(make(row))
        except ValueError as error:
            problems.extend(Problem(name, line, what) for what in _explain(error))
    return made


def _make_unit(row: Row) -> Unit:
    return Unit(
        code=_read_unit_code(row),
        name=_required(row, "name"),
        full_name=_required(row, "full_name"),
        type=_required(row, "type"),
        parent=row["parent"],
        valid_from=read_day(row, "valid_from"),
        valid_to=read_day(row, "valid_to"),
        certain=_read_certainty(row["certain"]),
        note=row["note"],
    )


def _make_indicator(row: Row) -> Indicator:
    indicator = Indicator(
        code=_required(row, "code"),
        group=_required(row, "group"),
        label=_required(row, "label"),
        measure_unit=row["measure_unit"],
        kind=_read_kind(row["kind"]),
        senders=_split(_required(row, "senders")),
        part_of=row["part_of"],
        computed=row["computed"],
        also=_split(row["also"]),
        valid_from=read_day(row, "valid_from"),
        valid_to=read_day(row, "valid_to"),
        source=row["source"],
        note=row["note"],
        per=row.get("per", ""),
        comparable_from=read_day(row, "comparable_from") if "comparable_from" in row else None,
        certain=_read_certainty(row.get("certain", "")),
    )
    if not re.fullmatch(r"[A-Z][A-Za-z0-9_]*", indicator.code):
        raise ValueError(f"mã “{indicator.code}” phải bắt đầu bằng chữ in hoa, chỉ gồm chữ không dấu và số")
    if indicator.kind.is_quotient and not all(indicator.quotient or ("", "")):
        raise ValueError("tỷ lệ phải có cột computed dạng “tử số / mẫu số”")
    _ = indicator.formula  # a formula that cannot be read is a mistake of this row
    return indicator


def _read_successions(files: Mapping[str, str], problems: list[Problem]) -> list[Succession]:
    if SUCCESSIONS not in files:
        return []
    return _read_table(
        SUCCESSIONS, text=files[SUCCESSIONS], columns=SUCCESSION_COLUMNS, make=_make_succession, problems=problems
    )


def _make_succession(row: Row) -> Succession:
    on = read_day(row, "on")
    if on is None:
        raise ValueError("cột on không được để trống")
    return Succession(
        old=_required(row, "old_code"),
        old_name=_required(row, "old_name"),
        old_parent=row["old_parent"],
        new=_required(row, "new_code"),
        on=on,
    )


def _read_laws(files: Mapping[str, str], problems: list[Problem]) -> list[Act]:
    if LAWS not in files:
        return []
    return _read_table(LAWS, text=files[LAWS], columns=LAW_COLUMNS, make=_make_act, problems=problems)


def _make_act(row: Row) -> Act:
    """An act that says nothing of its certainty is not certain."""
    return Act(
        number=_required(row, "number"),
        kind=_required(row, "kind"),
        title=_required(row, "title"),
        subject=row["subject"],
        valid_from=read_day(row, "valid_from"),
        valid_to=read_day(row, "valid_to"),
        certain=bool(row["certain"]) and _read_certainty(row["certain"]),
        replaced_by=_split(row["replaced_by"]),
        also=_split(row["also"]),
        note=row["note"],
    )


def _required(row: Row, column: str) -> str:
    if not row[column]:
        raise ValueError(f"cột {column} không được để trống")
    return row[column]


def _read_unit_code(row: Row) -> str:
    """The statistics office's codes have 2, 3 or 5 digits; Excel turns 07012 into 7012."""
    code = _required(row, "code")
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", code):
        raise ValueError(f"mã đơn vị “{code}” chỉ được gồm chữ không dấu, chữ số, dấu chấm và gạch nối")
    if re.fullmatch(r"\d{4}", code):
        raise ValueError(f"mã đơn vị “{code}” có 4 chữ số: Excel có thể đã bỏ số 0 ở đầu (0{code})")
    return code


def read_day(row: Row, column: str) -> date | None:
    """Accepts 2024-07-01 and 01/07/2024 (day first), because Excel rewrites dates in a CSV."""
    text = row[column]
    if not text:
        return None
    if match := re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", text):
        text = f"{match[3]}-{int(match[2]):02}-{int(match[1]):02}"
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"cột {column}: “{row[column]}” không phải ngày (ghi 2024-07-01 hoặc 01/07/2024)") from None


def _read_certainty(text: str) -> bool:
    known = {"chắc chắn": True, "cần xác nhận": False, "": True}
    if text.lower() not in known:
        raise ValueError(f"cột certain: “{text}” phải là “chắc chắn” hoặc “cần xác nhận”")
    return known[text.lower()]


def _read_kind(text: str) -> Kind:
    try:
        return find_kind(text)
    except ValueError as error:
        raise ValueError(f"cột kind: {error}") from None


def _split(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split("|") if part.strip())


def _read_forms(files: Mapping[str, str], problems: list[Problem]) -> list[Form]:
    forms: list[Form] = []
    for name in sorted(files):
        if not name.endswith(".toml") or name == PROGRAMME or is_outline(name):
            continue
        raw = _read_toml(name, text=files[name], problems=problems)
        if raw is None:
            continue
        try:
            forms.append(Form(**raw))
            if f"{forms[-1].code}.toml" != name:
                problems.append(Problem(name, 0, f"code “{forms[-1].code}” phải trùng với tên tệp"))
        except ValueError as error:
            problems.extend(Problem(name, 0, what) for what in _explain(error))
    return forms


def _read_outlines(files: Mapping[str, str], problems: list[Problem]) -> list[Outline]:
    outlines: list[Outline] = []
    for name in filter(is_outline, sorted(files)):
        raw = _read_toml(name, text=files[name], problems=problems)
        try:
            if raw is not None:
                outlines.append(Outline(**raw, period=find_period_of_outline(name)))
        except (ValueError, TypeError) as error:
            problems.extend(Problem(name, 0, what) for what in _explain(error))
    return outlines


# Putting the programme together


def _make_programme(
    main: dict[str, Any], parts: Mapping[str, Any], version: int, problems: list[Problem]
) -> Programme | None:
    try:
        raw_periods = main.pop("periods", [])
        if not isinstance(raw_periods, list):
            raise TypeError("mỗi kỳ báo cáo phải mở đầu bằng [[periods]]")
        periods = tuple(_make_period(period) for period in raw_periods)
        return Programme(**main, **parts, periods=periods, version=version)
    except (ValueError, TypeError) as error:
        problems.extend(Problem(PROGRAMME, 0, what) for what in _explain(error))
        return None


def _make_period(raw: dict[str, Any]) -> Period:
    instants = {}
    for clock in ("opens", "due", "lock"):
        if not isinstance(raw.get(clock), date):
            raise TypeError(f"kỳ “{raw.get('code', '?')}”: {clock} phải là ngày, ví dụ {clock} = 2022-05-15")
        instants[clock] = read_instant(raw[clock])
    grace = timedelta(hours=raw.get("grace_hours", 0))
    period = Period(**{key: raw[key] for key in raw if key != "grace_hours"} | instants, grace=grace)
    if not period.opens < period.due <= period.lock:
        raise ValueError(f"kỳ “{period.code}”: phải theo thứ tự mở (opens), hạn (due), khóa (lock)")
    if not period.data_from <= period.data_to:
        raise ValueError(f"kỳ “{period.code}”: data_from phải không sau data_to")
    return period


def _explain(error: Exception) -> Iterator[str]:
    """What is wrong, one line each: pydantic's errors in words, or the message of another ValueError."""
    if not isinstance(error, ValidationError):
        yield str(error)
        return
    for detail in error.errors():
        where = ".".join(str(part) for part in detail["loc"])
        known = {
            "missing": "thiếu", "extra_forbidden": "không biết khóa này",
            "bool_type": "ghi true hoặc false", "bool_parsing": "ghi true hoặc false",
        }  # fmt: skip
        told = detail["msg"].removeprefix("Value error, ")  # how pydantic opens what a validator of ours says
        yield f"{where}: {known.get(detail['type'], told)}"


# What the files must agree on


def _find_misfits(programme: Programme, files: Mapping[str, str]) -> Iterator[Problem]:
    lines = {name: {row.get("code", ""): line for line, row in read_csv(files[name])} for name in (UNITS, INDICATORS)}
    yield from _find_repeated(programme, lines)
    yield from _find_unit_misfits(programme, lines[UNITS])
    yield from _find_indicator_misfits(programme, lines[INDICATORS])
    yield from _find_programme_misfits(programme)
    for outline in programme.outlines:
        name = name_outline(outline.period)
        yield from (Problem(name, 0, what) for what in find_outline_misfits(programme, outline))
    for form in programme.forms:
        yield from _find_form_misfits(programme, form)


def _find_repeated(programme: Programme, lines: Mapping[str, Mapping[str, int]]) -> Iterator[Problem]:
    for code, times in Counter(indicator.code for indicator in programme.indicators).items():
        if times > 1:
            yield Problem(INDICATORS, lines[INDICATORS][code], f"mã chỉ tiêu “{code}” lặp lại")
    for name, codes in (("kỳ", programme.periods), ("biểu mẫu", programme.forms), ("chỉ tiêu T", programme.targets)):
        for code, times in Counter(entry.code for entry in codes).items():
            if times > 1:
                yield Problem(PROGRAMME, 0, f"{name} “{code}” lặp lại")
    units = sorted(programme.units, key=lambda unit: (unit.code, unit.valid_from or date.min))
    for earlier, later in pairwise(units):
        if earlier.code == later.code and (earlier.valid_to or date.max) >= (later.valid_from or date.min):
            yield Problem(UNITS, lines[UNITS][later.code], f"mã đơn vị “{later.code}” lặp lại trong cùng thời gian")


def _find_unit_misfits(programme: Programme, lines: Mapping[str, int]) -> Iterator[Problem]:
    for unit in programme.units:
        if unit.type not in programme.unit_types:
            yield Problem(UNITS, lines[unit.code], f"loại đơn vị “{unit.type}” không có trong programme.toml")
        if unit.valid_from and unit.valid_to and unit.valid_from > unit.valid_to:
            yield Problem(UNITS, lines[unit.code], "valid_from sau valid_to")


def _find_indicator_misfits(programme: Programme, lines: Mapping[str, int]) -> Iterator[Problem]:
    known = programme.indicator_by_code
    for indicator in programme.indicators:
        for code in (indicator.part_of, *indicator.parts):
            if code and code not in known:
                yield Problem(INDICATORS, lines[indicator.code], f"nhắc đến mã chỉ tiêu không có: “{code}”")
        base = known.get(indicator.per)
        if indicator.per and not (base and base.is_summed and base != indicator):
            what = f"cột per: “{indicator.per}” phải là mã của một chỉ tiêu khác, kiểu số, cộng được"
            yield Problem(INDICATORS, lines[indicator.code], what)
        for sender in indicator.senders:
            name, _, code = sender.partition(":")
            if sender not in programme.unit_types and not (name == "unit" and code in programme.unit_by_code):
                yield Problem(INDICATORS, lines[indicator.code], f"cột senders: không có “{sender}”")


def _find_misplaced_periods(programme: Programme) -> Iterator[Problem]:
    """A period may include only a period that ends earlier."""
    for period in programme.periods:
        earlier = programme.period_by_code.get(period.compare_with)
        if period.compare_with and earlier is None:
            yield Problem(PROGRAMME, 0, f"kỳ “{period.code}”: compare_with “{period.compare_with}” không có")
        elif earlier is not None and earlier.data_to >= period.data_to:
            yield Problem(PROGRAMME, 0, f"kỳ “{period.code}”: compare_with phải là kỳ có data_to sớm hơn")


def _find_programme_misfits(programme: Programme) -> Iterator[Problem]:
    for key, unit_types in (("headline", [programme.headline]), ("letterheads", programme.letterheads)):
        for unit_type in unit_types:
            if unit_type not in programme.unit_types:
                yield Problem(PROGRAMME, 0, f"{key}: không có loại đơn vị “{unit_type}”")
    yield from _find_misplaced_periods(programme)
    yield from _find_chart_misfits(programme)
    for duty in programme.duties:
        where = f"nghĩa vụ {duty.unit_type}, {duty.period}, {duty.form}"
        for what, known in (
            (duty.unit_type, programme.unit_types),
            (duty.period, programme.period_by_code),
            (duty.form, programme.form_by_code),
        ):
            if what not in known:
                yield Problem(PROGRAMME, 0, f"{where}: không có “{what}”")
    for target in programme.targets:
        yield from _find_target_misfits(programme, target.code)


def _find_chart_misfits(programme: Programme) -> Iterator[Problem]:
    """Only figures that have a total can be drawn."""
    for code in programme.charts:
        indicator = programme.indicator_by_code.get(code)
        if indicator is None:
            yield Problem(PROGRAMME, 0, f"charts: không có mã chỉ tiêu “{code}”")
        elif not indicator.is_drawable:
            what = f"charts: chỉ vẽ được số cộng lại được và tỷ lệ; {code} là “{indicator.kind.name}”"
            yield Problem(PROGRAMME, 0, what)


def _find_target_misfits(programme: Programme, code: str) -> Iterator[Problem]:
    target = next(target for target in programme.targets if target.code == code)
    if target.scope not in ("unit", "province"):
        yield Problem(PROGRAMME, 0, f"chỉ tiêu {code}: scope phải là “unit” hoặc “province”")
    for condition in target.conditions:
        needed = [condition.indicator, *([condition.at_least] if isinstance(condition.at_least, str) else [])]
        for indicator in needed:
            if indicator not in programme.indicator_by_code:
                yield Problem(PROGRAMME, 0, f"chỉ tiêu {code}: không có mã chỉ tiêu “{indicator}”")
        for unit in condition.units:
            if unit not in programme.unit_by_code:
                yield Problem(PROGRAMME, 0, f"chỉ tiêu {code}: không có đơn vị “{unit}”")
    for period in target.periods:
        if period not in programme.period_by_code:
            yield Problem(PROGRAMME, 0, f"chỉ tiêu {code}: không có kỳ “{period}”")


def _find_form_misfits(programme: Programme, form: Form) -> Iterator[Problem]:
    whats = (
        *_find_row_misfits(programme, form),
        *_find_section_misfits(programme, form),
        *_find_part_misfits(programme, form),
        *_find_rule_misfits(programme, form),
        *_find_table_misfits(programme, form),
    )
    yield from (Problem(f"{form.code}.toml", 0, what) for what in whats)


def _find_row_misfits(programme: Programme, form: Form) -> Iterator[str]:
    for code, times in Counter(form.codes).items():
        if code not in programme.indicator_by_code:
            yield f"không có mã chỉ tiêu “{code}” trong {INDICATORS}"
        if times > 1:
            yield f"mã chỉ tiêu “{code}” lặp lại trong biểu mẫu"
    for code in form.optional:
        if code not in form.codes:
            yield f"optional: mã “{code}” không có trong biểu mẫu"


def _find_section_misfits(programme: Programme, form: Form) -> Iterator[str]:
    taken = Counter(make_key(code) for code in (*form.codes, *(narrative.code for narrative in form.narratives)))
    taken.update(make_key(section.code) for section in form.sections if section.code)
    for section in form.sections:
        where = f"mục “{section.title}”"
        if section.code and (taken[make_key(section.code)] > 1 or not _SECTION_CODE.fullmatch(section.code)):
            yield f"{where}: code “{section.code}” phải là mã riêng, chỉ gồm chữ thường không dấu, chữ số và gạch nối"
        if section.nothing_to_report:
            yield from (f"{where}: {what}" for what in _find_mark_misfits(programme, form, section))


def _find_mark_misfits(programme: Programme, form: Form, section: Section) -> Iterator[str]:
    """Only what adds up over time can be nothing; a stock, a measure or a word has to be stated."""
    if not section.code:
        yield "nothing_to_report cần có code"
    for code in section.indicators:
        indicator = programme.indicator_by_code.get(code)
        if indicator and not (indicator.kind.is_accumulated or indicator.kind.is_quotient):
            yield f"nothing_to_report chỉ dùng cho số cộng dồn trong kỳ; {code} là “{indicator.kind.name}”"
    for table in set(section.tables) - {table.code for table in form.tables}:
        yield f"tables: không có bảng “{table}”"


def _find_part_misfits(programme: Programme, form: Form) -> Iterator[str]:
    """What is switched on by period: the periods exist, and what belongs together is asked together."""
    named: dict[str, FormPart] = {f"mục “{each.title}”": each for each in form.sections}
    named |= {f"bảng “{each.code}”": each for each in form.tables}
    named |= {f"“{each.code}”": each for each in form.narratives}
    for name, part in named.items():
        for code in set(part.periods or ()) - set(programme.period_by_code):
            yield f"{name}: periods không có kỳ “{code}”"
    tables = {table.code: table for table in form.tables}
    for section in form.sections:
        for code in set(section.tables) & set(tables):
            if tables[code].periods != section.periods:
                yield f"mục “{section.title}”: bảng “{code}” phải có periods như mục"
    for period in programme.periods:
        yield from _find_torn_totals(programme, form, period)


def _find_torn_totals(programme: Programme, form: Form, period: Period) -> Iterator[str]:
    """A total is asked only where all its parts are: its cell is a formula over their cells."""
    asked = {code for section in form.sections if section.is_asked_in(period) for code in section.indicators}
    for code in sorted(asked & set(programme.indicator_by_code)):
        for part in programme.indicator_by_code[code].parts:
            if part not in asked:
                yield f"{code}: thiếu {part} trong kỳ “{period.code}” để tính"


def _find_rule_misfits(programme: Programme, form: Form) -> Iterator[str]:
    for rule_id, times in Counter(rule.id for rule in form.rules).items():
        if times > 1:
            yield f"mã quy tắc “{rule_id}” lặp lại"
    for rule in form.rules:
        try:
            requirement = rule.requirement
        except ValueError as error:
            yield f"quy tắc {rule.id}: {error}"
            continue
        for code in requirement.codes:
            if code not in programme.indicator_by_code:
                yield f"quy tắc {rule.id}: không có mã chỉ tiêu “{code}”"
        yield from (f"quy tắc {rule.id}: {what}" for what in _find_term_misfits(form, requirement.tables))


def _find_table_misfits(programme: Programme, form: Form) -> Iterator[str]:
    codes = [*(table.code for table in form.tables), *(narrative.code for narrative in form.narratives)]
    for code, times in Counter(codes).items():
        if times > 1:
            yield f"mã bảng hoặc mục thuyết minh “{code}” lặp lại"
    for table in form.tables:
        for sender in table.senders:
            if sender not in programme.unit_types:
                yield f"bảng “{table.code}”: senders không có “{sender}”"
    yield from _find_name_misfits(form.tables)


def _find_name_misfits(tables: Sequence[Table]) -> Iterator[str]:
    for table in tables:
        for column in set(table.names) - {column.code for column in table.columns}:
            yield f"bảng “{table.code}”: names không có cột “{column}”"
    naming = [table.code for table in tables if table.names]
    if len(naming) > 1:
        yield f"chỉ một bảng được có names, ở đây có {len(naming)}: {', '.join(naming)}"


def _find_term_misfits(form: Form, terms: Iterable[Term]) -> Iterator[str]:
    tables = {table.code: {column.code: column.choices for column in table.columns} for table in form.tables}
    for term in terms:
        if term.table not in tables:
            yield f"không có bảng “{term.table}”"
            continue
        columns = tables[term.table]
        key, value = term.where or ("", "")
        for column in (term.column, key):
            if column and column not in columns:
                yield f"bảng “{term.table}” không có cột “{column}”"
        if columns.get(key) and value not in columns[key]:
            yield f"cột “{key}” của bảng “{term.table}” không có lựa chọn “{value}”"


__all__ = ["INDICATOR_COLUMNS", "UNIT_COLUMNS", "Problem", "ProgrammeInvalid", "load_programme", "read_csv"]
