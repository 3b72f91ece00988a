"""How the rules of a form have done in a period: how often they fired, were justified, or led to a correction.

It is told from the audit alone: each upload's line names the rules that fired. What is proposed is for a person to
decide; fixed thresholds say what is worth a look.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from chalicelib.domain.audit import Action, AuditLine
from chalicelib.domain.issues.issue import Severity
from chalicelib.domain.programme.model import Form, Period, Programme, Rule

FEWEST_REPORTS = 5
"""Of fewer reports nothing is proposed."""
OFTEN, NEARLY_ALL = 0.5, 0.8

SOFTEN = "Báo ở phần lớn báo cáo và gần như đều được giải trình: xem lại quy tắc hoặc lời nhắc."
REWORD = "Báo ở phần lớn báo cáo mà ít đơn vị sửa hoặc giải trình: xem lại lời nhắc."
HARDEN = "Đơn vị được nhắc gần như đều sửa: có thể nâng thành lỗi, báo trước bằng “Lỗi từ ngày”."


class RuleRecord(NamedTuple):
    """A rule of a form in one period. `severity` is None where it is not checked there; `fired`, `justified` and
    `corrected` count reports of units out of `reports`, each report once."""

    period: Period
    form: Form
    rule: Rule
    severity: Severity | None
    reports: int
    fired: int = 0
    justified: int = 0
    corrected: int = 0

    @property
    def proposal(self) -> str:
        """What to look at; "" for nothing."""
        if self.severity is None or self.rule.withdrawn or self.reports < FEWEST_REPORTS or not self.fired:
            return ""
        is_often = self.fired >= OFTEN * self.reports
        if is_often and self.justified >= NEARLY_ALL * self.fired:
            return SOFTEN
        if is_often and self.justified + self.corrected <= (1 - NEARLY_ALL) * self.fired:
            return REWORD
        is_heeded = self.fired >= FEWEST_REPORTS and self.corrected >= NEARLY_ALL * self.fired
        return HARDEN if is_heeded and self.rule.severity is Severity.WARNING else ""


class _Sent(NamedTuple):
    """An upload of one report: the revision that it became, 0 for none, and the rules that fired."""

    revision: int
    rules: frozenset[str]
    is_justified: bool


def record_rules(programme: Programme, period: Period, lines: Iterable[AuditLine]) -> tuple[RuleRecord, ...]:
    """Each rule of each form that is owed in the period; of a branch, over its units alone."""
    reports = _gather_reports(programme, period, lines)
    owed = {duty.form for duty in programme.duties if duty.period == period.code}
    return tuple(
        _record(period, form, rule, [sent for (code, _), sent in reports.items() if code == form.code])
        for form in programme.forms
        if form.code in owed
        for rule in form.rules
    )


def _gather_reports(
    programme: Programme, period: Period, lines: Iterable[AuditLine]
) -> dict[tuple[str, str], list[_Sent]]:
    """The uploads of each form and unit, oldest first. A line of another time of the product names no rules."""
    units = {f"unit:{unit.code}": unit.code for unit in programme.units}
    own = [line for line in lines if line.details.get("period") == period.code and line.actor in units]
    justified = {
        (line.details.get("form", ""), units[line.actor], line.details.get("revision", ""))
        for line in own
        if line.action == Action.SUBMISSION_JUSTIFIED
    }
    reports: dict[tuple[str, str], list[_Sent]] = {}
    for line in sorted(own, key=lambda line: line.at):
        if line.action in (Action.UPLOAD_ACCEPTED, Action.UPLOAD_REJECTED):
            form, unit, revision = line.details.get("form", ""), units[line.actor], line.details.get("revision", "")
            is_justified = bool(line.details.get("justified")) or (form, unit, revision) in justified
            rules = frozenset(line.details.get("rules", "").split())
            reports.setdefault((form, unit), []).append(_Sent(int(revision or 0), rules, is_justified))
    return reports


def _record(period: Period, form: Form, rule: Rule, reports: Sequence[Sequence[_Sent]]) -> RuleRecord:
    ends = [end for sent in reports for end in _find_end(sent, rule.id)]
    return RuleRecord(
        period, form, rule, rule.find_severity(period), len(reports),
        fired=len(ends), justified=ends.count("justified"), corrected=ends.count("corrected"),
    )  # fmt: skip


def _find_end(sent: Sequence[_Sent], rule: str) -> Iterator[str]:
    """How it ended in a report in which the rule fired: by a later accepted upload in which it does not, by a
    justification, or not yet."""
    fired = [number for number, each in enumerate(sent) if rule in each.rules]
    if fired:
        last = sent[fired[-1]]
        is_corrected = any(each.revision for each in sent[fired[-1] + 1 :])
        yield "corrected" if is_corrected else "justified" if last.revision and last.is_justified else "open"
