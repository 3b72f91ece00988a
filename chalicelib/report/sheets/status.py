"""The sheets of reporting and of targets: every obligation with its file, rates, and each unit's results."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from xlsxwriter.utility import xl_range, xl_range_abs

from chalicelib.domain.language.vietnamese import format_count, format_moment
from chalicelib.domain.period import words
from chalicelib.domain.period.consolidation import Consolidation
from chalicelib.domain.period.targets import PROVINCE, ConditionResult, TargetState, UnitResult
from chalicelib.domain.period.timeliness import ALL_TYPES, ObligationStatus, Rate, Standing
from chalicelib.domain.programme.model import Unit
from chalicelib.domain.submission.records import Review
from chalicelib.report.sheets.figures import PERCENT
from chalicelib.report.sheets.layout import Layout
from chalicelib.report.sheets.styles import SheetWriter, fit_width

TARGET_STYLES = {
    TargetState.UNMET: "bad", TargetState.UNKNOWN: "doubtful", TargetState.IN_PROGRESS: "doubtful",
    TargetState.MET: "good",
}  # fmt: skip
STATUS_HEAD = 3
TARGETS_HEAD = 3
UNASKED = " (không phải nộp)"

# Reporting


class StatusColumn(NamedTuple):
    """A column of the list of obligations."""

    label: str
    width: float
    read: Callable[[Unit, ObligationStatus], str]
    style: str = "label"
    is_printed: bool = True


UNIT, TYPE, STANDING, REVIEW = "Đơn vị", "Loại đơn vị", "Tình trạng", "Xử lý"


def _list_columns(consolidation: Consolidation, plan: Layout) -> Iterator[StatusColumn]:
    """What is told of an obligation; notes and moved deadlines only where there are some."""
    programme, statuses = consolidation.programme, consolidation.reporting.statuses
    types, forms = programme.unit_types, programme.form_by_code
    type_width = fit_width(types.values(), 14)
    form_width = fit_width((form.title for form in consolidation.tally.forms), 14)
    yield StatusColumn("Mã", 9, lambda unit, _: unit.code, "centre")
    yield StatusColumn(UNIT, 30, lambda unit, _: unit.full_name)
    if plan.has_parents:
        yield StatusColumn("Trực thuộc", 22, lambda unit, _: plan.name_parent(unit))
    yield StatusColumn(TYPE, type_width, lambda unit, each: types[unit.type] + ("" if each.is_expected else UNASKED))
    yield StatusColumn("Biểu", form_width, lambda _, each: forms[each.form].title)
    yield StatusColumn(STANDING, 11, lambda _, each: words.STANDING[each.standing], "centre")
    yield StatusColumn("Nhận lần đầu", 16, lambda _, each: _tell(each.first_received))
    yield StatusColumn("Bản nộp", 8, lambda _, each: str(each.revision or ""), "centre")
    yield StatusColumn("Nhận bản này", 16, lambda _, each: _tell(each.received))
    yield StatusColumn(REVIEW, 10, lambda _, each: words.REVIEW[each.review] if each.review else "")
    if any(note for each in statuses for note in _iter_notes(consolidation, each)):
        yield StatusColumn("Ý kiến, lý do", 32, lambda _, each: "; ".join(_iter_notes(consolidation, each)))
    if any(each.exception_until for each in statuses):
        yield StatusColumn("Được gia hạn đến", 16, lambda _, each: _tell(each.exception_until))
    yield StatusColumn("Tệp", 30, lambda _, each: each.file_name, is_printed=False)
    yield StatusColumn("Mã lượt nộp", 34, lambda _, each: each.upload_id, "mono", is_printed=False)
    yield StatusColumn("SHA-256 của tệp", 66, lambda _, each: each.sha256, "mono", is_printed=False)


def _tell(moment: datetime | None) -> str:
    return format_moment(moment) if moment else ""


def _iter_notes(consolidation: Consolidation, status: ObligationStatus) -> Iterator[str]:
    yield from (note for note in (status.comment, status.justification, status.exception_reason) if note)
    if titles := consolidation.programme.form_by_code[status.form].name_sections(status.confirmed):
        yield f"{words.CONFIRMED}: {'; '.join(titles)}"
    if status.was_refused:
        yield "đã gửi tệp nhưng chưa đạt yêu cầu"


def write_statuses(sheet: SheetWriter, consolidation: Consolidation, plan: Layout) -> None:
    """Writes every obligation, then rates per unit type as live counts."""
    sheet.heading(
        "TÌNH HÌNH GỬI BÁO CÁO",
        subtitle=f"{consolidation.period.name}. Đúng hạn tính theo lần nhận đầu tiên được chấp nhận.",
    )
    columns = list(_list_columns(consolidation, plan))
    labels = [column.label for column in columns]
    sheet.head(STATUS_HEAD, labels)
    sheet.widths(*(column.width for column in columns))
    statuses = consolidation.reporting.statuses
    for row, status in enumerate(statuses, start=STATUS_HEAD + 1):
        unit = consolidation.tally.unit_by_code[status.unit]
        for number, column in enumerate(columns):
            sheet.text(row, number, column.read(unit, status), style=column.style)
    last = STATUS_HEAD + max(1, len(statuses))
    _mark_standings(sheet, labels, last)
    sheet.freeze(STATUS_HEAD + 1, 2)
    sheet.raw.autofilter(STATUS_HEAD, 0, last, len(columns) - 1)
    _Rates(sheet, consolidation, labels, last).write()
    printed = sum(column.is_printed for column in columns) - 1
    sheet.print_to(last + 5 + len(consolidation.reporting.rates), printed)


def _mark_standings(sheet: SheetWriter, labels: list[str], last: int) -> None:
    first, last_column = labels.index(STANDING), labels.index(REVIEW)
    for word, style in (
        (words.STANDING[Standing.MISSING], "bad"), (words.STANDING[Standing.LATE], "bad"),
        (words.REVIEW[Review.RETURNED], "doubtful"), (words.STANDING[Standing.ON_TIME], "good"),
    ):  # fmt: skip
        sheet.raw.conditional_format(
            STATUS_HEAD + 1, first, last, last_column,
            {"type": "cell", "criteria": "==", "value": f'"{word}"', "format": sheet.styles.get(style)},
        )  # fmt: skip


class Count(NamedTuple):
    """A column of the rates: its number, and the formula that counts it among the obligations `kept`."""

    label: str
    number: Callable[[Rate], int]
    formula: Callable[[str], str]
    is_always_there: bool = False


@dataclass(frozen=True)
class _Rates:
    """The counts below the list of obligations, by type of unit; what no unit is, has no column."""

    sheet: SheetWriter
    consolidation: Consolidation
    labels: list[str]
    last: int

    def write(self) -> None:
        head = self.last + 3
        self.sheet.text(head - 1, 1, "Tỷ lệ theo loại đơn vị", style="bold")
        overall = self.consolidation.reporting.rates[-1]
        counts = [each for each in self._list_counts() if each.is_always_there or each.number(overall)]
        is_judged = not overall.unjudged
        labels = [TYPE, *(each.label for each in counts), *(["Tỷ lệ đúng hạn"] if is_judged else [])]
        for column, label in enumerate(labels, start=1):
            self.sheet.text(head, column, label, style="head")
        for row, rate in enumerate(self.consolidation.reporting.rates, start=head + 1):
            self._write_rate(row, rate, counts)
            if is_judged:
                self._write_share(row, rate, 2 + len(counts))

    def _list_counts(self) -> Iterator[Count]:
        standings, reviews = self._range(STANDING), self._range(REVIEW)
        on_time, late, unjudged, missing = (
            words.STANDING[each] for each in (Standing.ON_TIME, Standing.LATE, Standing.RECEIVED, Standing.MISSING)
        )
        returned, withdrawn, approved = (
            words.REVIEW[each] for each in (Review.RETURNED, Review.WITHDRAWN, Review.APPROVED)
        )
        yield Count("Phải gửi", lambda rate: rate.expected, lambda kept: f"=COUNTIFS({kept})", is_always_there=True)
        yield Count(on_time, lambda rate: rate.on_time, _counting(standings, on_time), is_always_there=True)
        yield Count(late, lambda rate: rate.late, _counting(standings, late))
        yield Count("Không xét hạn", lambda rate: rate.unjudged, _counting(standings, unjudged))
        yield Count(missing, lambda rate: rate.missing, _counting(standings, missing))
        yield Count(returned, lambda rate: rate.returned, _counting(reviews, returned, withdrawn))
        yield Count(approved, lambda rate: rate.approved, _counting(reviews, approved))

    def _range(self, label: str) -> str:
        column = self.labels.index(label)
        return str(xl_range_abs(STATUS_HEAD + 1, column, self.last, column))

    def _write_rate(self, row: int, rate: Rate, counts: list[Count]) -> None:
        """Live counts over the list above. Submissions that are not owed have another type in that list."""
        types = self._range(TYPE)
        is_all = rate.unit_type == ALL_TYPES
        name = "Tất cả" if is_all else self.consolidation.programme.unit_types[rate.unit_type]
        kept = f'{types},"<>*{UNASKED.strip(" ()")}*"' if is_all else f"{types},B{row + 1}"
        self.sheet.text(row, 1, name, style="label")
        for column, count in enumerate(counts, start=2):
            self.sheet.formula(row, column, count.formula(f'{kept},{types},"<>"'), count.number(rate))

    def _write_share(self, row: int, rate: Rate, column: int) -> None:
        """The share of those on time, who stand right after those expected."""
        value = rate.on_time / rate.expected if rate.expected else ""
        formula = f'=IF(C{row + 1}=0,"",D{row + 1}/C{row + 1})'
        self.sheet.raw.write_formula(row, column, formula, self.sheet.styles.get("total", num_format=PERCENT), value)


def _counting(cells: str, *found: str) -> Callable[[str], str]:
    """The formula that counts, among those `kept`, the cells with any of these words."""
    return lambda kept: "=" + "+".join(f'COUNTIFS({kept},{cells},"{word}")' for word in found)


# Targets


def write_targets(sheet: SheetWriter, consolidation: Consolidation, plan: Layout) -> None:
    """Units are rows, targets are columns: the state with the value reached; live counts below."""
    note = "Không đạt là nhận xét của báo cáo, không phải lỗi của bản nộp."
    sheet.heading("CHỈ TIÊU CỦA CHƯƠNG TRÌNH", subtitle=f"{consolidation.period.name}. {note}")
    sheet.head(TARGETS_HEAD, ["Đơn vị", *(result.target.code for result in consolidation.targets)])
    sheet.widths(30, *[22.0] * len(consolidation.targets))
    sheet.text(TARGETS_HEAD + 1, 0, "Nội dung", style="head")
    for column, result in enumerate(consolidation.targets, start=1):
        sheet.text(TARGETS_HEAD + 1, column, result.target.title, style="head")
    first = TARGETS_HEAD + 2
    names = target_units(consolidation)
    own = [{each.unit: each for each in result.units} for result in consolidation.targets]
    for row, (unit, name) in enumerate(names, start=first):
        sheet.text(row, 0, plan.consolidation.tally.name_fully(unit) if unit else name, style="label")
        for column, by_unit in enumerate(own, start=1):
            is_asked = unit in by_unit
            shown = describe_result(by_unit[unit]) if is_asked else ""
            sheet.text(row, column, shown, style="centre" if is_asked else "unasked")
    last = first + max(1, len(names)) - 1
    _write_target_counts(sheet, consolidation, first, last)
    for state, style in TARGET_STYLES.items():
        rule = {"type": "text", "criteria": "begins with", "value": words.TARGET[state]}
        mark = rule | {"format": sheet.styles.get(style)}
        sheet.raw.conditional_format(first, 1, last, max(1, len(consolidation.targets)), mark)
    sheet.freeze(TARGETS_HEAD + 2, 1, head=TARGETS_HEAD)


def target_units(consolidation: Consolidation) -> list[tuple[str, str]]:
    """Code and name of every unit that a target concerns; the whole ("") comes last."""
    concerned = {each.unit for result in consolidation.targets for each in result.units}
    names = [(unit.code, consolidation.programme.name_fully(unit)) for unit in consolidation.programme.units
             if unit.code in concerned and unit.is_valid_on(consolidation.period.data_to)]  # fmt: skip
    return names + ([(PROVINCE, f"Toàn {consolidation.programme.breadth}")] if PROVINCE in concerned else [])


def describe_result(result: UnitResult) -> str:
    """ "Chưa đạt: 01/02", with every condition; estimates are marked. "Không phát sinh" has nothing to reach."""
    if result.state is TargetState.NOT_APPLICABLE:
        return words.TARGET[result.state]
    return f"{words.TARGET[result.state]}: {'; '.join(map(_describe_condition, result.conditions))}"


def _describe_condition(condition: ConditionResult) -> str:
    """As brief as a table's cell needs it: the state beside it says that figures are missing."""
    if condition.at_least is None:
        return "chưa đủ số liệu"
    if condition.value is None:
        return f"cần {format_count(condition.at_least)}"
    return words.print_condition(condition)


COUNTED_STATES = (TargetState.MET, TargetState.UNMET, TargetState.IN_PROGRESS, TargetState.UNKNOWN)


def list_states(consolidation: Consolidation) -> list[TargetState]:
    """The states that any unit is in; met and not met come first."""
    found = {each.state for result in consolidation.targets for each in result.units}
    return [state for state in COUNTED_STATES if state in found]


def _write_target_counts(sheet: SheetWriter, consolidation: Consolidation, first: int, last: int) -> None:
    for offset, state in enumerate(list_states(consolidation), start=1):
        sheet.text(last + offset, 0, f"Số đơn vị: {words.TARGET[state].lower()}", style="section")
        for column, result in enumerate(consolidation.targets, start=1):
            cells = xl_range(first, column, last, column)
            number = len(result.of_state(state))
            sheet.formula(last + offset, column, f'=COUNTIF({cells},"{words.TARGET[state]}:*")', number)
