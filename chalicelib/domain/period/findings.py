"""Findings: what the consolidated report notes about a unit, in Vietnamese. A finding is never a sender's error."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from chalicelib.domain.issues.issue import Issue
from chalicelib.domain.language.vietnamese import format_moment, join_words
from chalicelib.domain.period import words
from chalicelib.domain.period.consolidation import Finding
from chalicelib.domain.period.tally import Tally
from chalicelib.domain.period.targets import TargetResult, TargetState
from chalicelib.domain.period.timeliness import ObligationStatus, Reporting, Standing
from chalicelib.domain.period.totals import FigureState


def find_findings(
    tally: Tally,
    reporting: Reporting,
    targets: Sequence[TargetResult],
    *,
    is_due: bool,
    warnings: Mapping[tuple[str, str], tuple[Issue, ...]],
) -> Iterator[Finding]:
    """All findings in this order: reporting, figures, targets, warnings given when the reports were sent.

    `warnings` are those of the submissions that count, by unit and form.
    """
    titles = {form.code: form.title for form in tally.programme.forms}
    for status in reporting.statuses:
        yield from _note_status(status, titles[status.form], is_due=is_due)
    for unit in reporting.outsiders:
        yield Finding("unit.unknown", unit, "", "Mã đơn vị không có trong kỳ này; số liệu không được tính.")
    if tally.period.compare_with and tally.forms and not tally.is_cumulative:
        text = "Biểu của kỳ không tính lũy kế: số liệu chỉ gồm kỳ này; chỉ tiêu của Chương trình xét gộp cả kỳ trước."
        yield Finding("period.not_cumulative", "", "", text)
    yield from _note_figures(tally)
    for target in targets:
        yield from _note_target(tally, target)
    for (unit, form), issues in warnings.items():
        for issue in issues:
            reason = reporting.status_by_key[unit, form].justification
            given = f" Đơn vị giải trình: “{reason}”" if reason else ""
            yield Finding("submission.warning", unit, issue.indicator or form, issue.message + given)


def _note_status(status: ObligationStatus, form: str, *, is_due: bool) -> Iterator[Finding]:
    refused = " Đã gửi tệp nhưng chưa đạt yêu cầu." if status.was_refused else ""
    if status.is_returned:
        why = f": {status.comment}" if status.comment else ""
        yield Finding("report.returned", status.unit, status.form, f"{form}: đã trả lại để bổ sung{why}.{refused}")
    elif status.standing is Standing.MISSING and status.is_expected:
        due = "chưa gửi" if is_due else "chưa gửi (chưa hết hạn)"
        yield Finding("report.missing", status.unit, status.form, f"{form}: {due}.{refused}")
    elif status.standing is Standing.LATE and status.first_received:
        when = format_moment(status.first_received)
        yield Finding("report.late", status.unit, status.form, f"{form}: gửi muộn, lúc {when}.")
    if not status.is_expected:
        yield Finding("report.unasked", status.unit, status.form, f"{form}: kỳ này không phải nộp mà vẫn gửi.")


def _note_figures(tally: Tally) -> Iterator[Finding]:
    labels = {indicator.code: indicator.label for indicator in tally.indicators}
    for code, by_unit in tally.figures.items():
        for unit, figure in by_unit.items():
            if figure.estimated:
                yield Finding("figure.estimated", unit, code, f"{labels[code]}: số ước, chưa có số chính thức.")
            elif figure.state is FigureState.CONFLICT:
                yield Finding("figure.conflict", unit, code, f"{labels[code]}: hai biểu của đơn vị ghi khác nhau.")
    for indicator in tally.indicators:
        total = tally.totals[indicator.code]
        counted = total.headline
        if counted and counted.value is None and counted.at_least:
            bounds = f"từ {counted.at_least} đến {counted.at_most}"
            text = f"{indicator.label}: bảng kê chưa đủ tên nên chỉ xác định được trong khoảng {bounds}."
            yield Finding("figure.names_incomplete", "", indicator.code, text)
        if total.is_reported_twice:
            counted_ones = (each.unit_type for each in total.subtotals if each.is_counted)
            types = join_words(tally.programme.unit_types[unit_type] for unit_type in counted_ones)
            text = f"{indicator.label}: {types} cùng báo cáo; số của từng loại để riêng, không cộng vào nhau."
            yield Finding("figure.reported_twice", "", indicator.code, text)


_NOTED = (TargetState.UNMET, TargetState.IN_PROGRESS, TargetState.UNKNOWN)


def _note_target(tally: Tally, result: TargetResult) -> Iterator[Finding]:
    labels = {code: indicator.label for code, indicator in tally.programme.indicator_by_code.items()}
    for unit in result.units:
        if unit.state in _NOTED:
            short = [condition for condition in unit.conditions if condition.state in _NOTED]
            shown = "; ".join(f"{labels[each.indicator]}: {words.print_condition(each)}" for each in short)
            text = f"Chỉ tiêu “{result.target.title}”: {words.TARGET[unit.state].lower()} ({shown})."
            yield Finding(f"target.{unit.state}", unit.unit, result.target.code, text)
