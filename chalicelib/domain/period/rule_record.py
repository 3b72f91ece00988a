"""How the rules of a form have done in a period: how often they fired, were justified, or led to a correction.

What is proposed is for a person to decide; fixed thresholds say what is worth a look.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

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


class RulesFired(NamedTuple):
    """An upload of one report: the revision that it became, 0 for none, and the rules that fired in it."""

    form: str
    unit: str
    revision: int
    rules: frozenset[str]
    is_justified: bool


def record_rules(programme: Programme, period: Period, uploads: Iterable[RulesFired]) -> tuple[RuleRecord, ...]:
    """Each rule of each form that is owed in the period; of a branch, over its units alone. `uploads` come in order."""
    units = {unit.code for unit in programme.units}
    reports: dict[tuple[str, str], list[RulesFired]] = {}
    for each in uploads:
        if each.unit in units:
            reports.setdefault((each.form, each.unit), []).append(each)
    owed = {duty.form for duty in programme.duties if duty.period == period.code}
    return tuple(
        _record(period, form, rule, [sent for (code, _), sent in reports.items() if code == form.code])
        for form in programme.forms
        if form.code in owed
        for rule in form.rules
    )


def _record(period: Period, form: Form, rule: Rule, reports: Sequence[Sequence[RulesFired]]) -> RuleRecord:
    ends = [end for sent in reports for end in _find_end(sent, rule.id)]
    return RuleRecord(
        period, form, rule, rule.find_severity(period), len(reports),
        fired=len(ends), justified=ends.count("justified"), corrected=ends.count("corrected"),
    )  # fmt: skip


def _find_end(sent: Sequence[RulesFired], rule: str) -> Iterator[str]:
    """How it ended in a report in which the rule fired: by a later accepted upload in which it does not, by a
    justification, or not yet."""
    fired = [number for number, each in enumerate(sent) if rule in each.rules]
    if fired:
        last = sent[fired[-1]]
        is_corrected = any(each.revision for each in sent[fired[-1] + 1 :])
        yield "corrected" if is_corrected else "justified" if last.revision and last.is_justified else "open"
