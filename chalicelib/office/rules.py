"""The life of rules: how each has done, for the console's page and the operators' command alike."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from chalicelib.domain.audit import Action, AuditLine
from chalicelib.domain.clock import list_months
from chalicelib.domain.issues.issue import Severity
from chalicelib.domain.language.vietnamese import format_day
from chalicelib.domain.period.rule_record import RuleRecord, RulesFired, record_rules
from chalicelib.domain.programme.model import Period, Programme, Rule
from chalicelib.office.refusals import Unknown
from chalicelib.store.audit import query_month

MOST_MONTHS = 24
"""So many months of the audit are read at most, the latest: one Query a month, however many units there are."""
_AFTER_LOCK = timedelta(days=60)
"""Corrections that an exception lets in after the lock are still told."""


def look_at_rules(programme: Programme, *, period: str = "", now: datetime) -> tuple[RuleRecord, ...]:
    """Each rule in the period, or in every period that has opened. Raises Unknown."""
    if period not in ("", *programme.period_by_code):
        raise Unknown(f"Chương trình {programme.code} không có kỳ “{period}”.")
    chosen = [each for each in programme.periods if each.code == period or (not period and each.opens <= now)]
    spans = [list_months(each.opens, end=min(now, each.lock + _AFTER_LOCK)) for each in chosen]
    months = {month for span in spans for month in span}
    lines = [line for month in sorted(months)[-MOST_MONTHS:] for line in query_month(programme.code, month=month)]
    return tuple(record for each in chosen for record in record_rules(programme, each, read_uploads(lines, each)))


def read_uploads(lines: Sequence[AuditLine], period: Period) -> Iterator[RulesFired]:
    """What the audit says of the period's uploads, oldest first. A line of an earlier version names no rules."""
    own = sorted((line for line in lines if line.details.get("period") == period.code), key=lambda line: line.at)
    justified = {_name_revision(line) for line in own if line.action == Action.SUBMISSION_JUSTIFIED}
    for line in own:
        if line.action in (Action.UPLOAD_ACCEPTED, Action.UPLOAD_REJECTED):
            form, unit, revision = _name_revision(line)
            is_justified = bool(line.details.get("justified")) or (form, unit, revision) in justified
            rules = frozenset(line.details.get("rules", "").split())
            yield RulesFired(form, unit, int(revision or 0), rules, is_justified)


def _name_revision(line: AuditLine) -> tuple[str, str, str]:
    details = line.details
    return details.get("form", ""), line.actor.removeprefix("unit:"), details.get("revision", "")


def describe_rule(rule: Rule, severity: Severity | None, period: Period) -> str:
    """How the rule stands in a period: "lỗi", "cảnh báo, lỗi từ ngày 01/7/2026", "đã rút từ ngày …: lý do"."""
    if rule.withdrawn:
        still = "" if severity is None else " (kỳ này đã khóa trước ngày đó nên chỉ cảnh báo)"
        return f"đã rút từ ngày {format_day(rule.withdrawn)}{still}: {rule.reason}"
    if severity is None:
        return "không áp dụng ở kỳ này"
    if rule.refuses_from and rule.is_announced(period):
        return f"cảnh báo, lỗi từ ngày {format_day(rule.refuses_from)}"
    return "lỗi" if severity is Severity.ERROR else "cảnh báo"
