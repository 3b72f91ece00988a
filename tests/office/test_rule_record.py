"""How rules have done, told from the audit: each report once, whatever was sent in which order."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest

from chalicelib.domain.audit import Action, AuditLine, Stamp, make_line
from chalicelib.domain.clock import local_date
from chalicelib.domain.language.vietnamese import format_day
from chalicelib.domain.period import rule_record
from chalicelib.domain.period.rule_record import RuleRecord, record_rules
from chalicelib.domain.programme.model import Programme, Rule
from chalicelib.office.rules import describe_rule, read_uploads
from tests.domain.builders import HOUR, OPENS, make_indicator, make_programme, make_unit

UNITS = [f"{number:03}" for number in range(10)]


def make(**rule: Any) -> Programme:
    rules = (Rule(id="R1", check="A1 <= A2", message="Sai.", **rule), Rule(id="R2", check="A2 <= A1", message="Sai."))
    return make_programme(
        (make_indicator("A1"), make_indicator("A2")),
        form={"rules": rules},
        units=tuple(make_unit(code, code) for code in UNITS),
    )


def tell(unit: str, *ways: str) -> list[AuditLine]:
    """The lines of a unit: "-R1" is rejected because of R1, "+R1" accepted with its warning, "+" accepted without any,
    "+R1!" justified at once, "!" justified afterwards."""
    lines, revision = [], 0
    for number, way in enumerate(ways):
        stamp = Stamp(f"unit:{unit}", OPENS + number * HOUR)
        details = {"period": "nam", "form": "bc", "revision": str(revision)}
        if way == "!":
            lines.append(make_line(Action.SUBMISSION_JUSTIFIED, "x", programme="mau", stamp=stamp, **details))
            continue
        revision += way[0] == "+"
        details |= {"revision": str(revision if way[0] == "+" else 0)}
        details |= {"rules": way[1:].rstrip("!")} if way[1:] else {}
        details |= {"justified": "1"} if way.endswith("!") else {}
        action = Action.UPLOAD_ACCEPTED if way[0] == "+" else Action.UPLOAD_REJECTED
        lines.append(make_line(action, "x", programme="mau", stamp=stamp, **details))
    return lines


def record(lines: Sequence[AuditLine], **rule: Any) -> RuleRecord:
    programme = make(**rule)
    period = programme.periods[0]
    return record_rules(programme, period, read_uploads(lines, period))[0]


@pytest.mark.parametrize(
    ("ways", "counts"),
    [
        (("+",), (1, 0, 0, 0)),
        (("-R1",), (1, 1, 0, 0)),
        (("-R1", "+"), (1, 1, 0, 1)),
        (("-R1", "-R1 R2", "+"), (1, 1, 0, 1)),
        (("-R1", "-R2"), (1, 1, 0, 0)),
        (("+R1", "+"), (1, 1, 0, 1)),
        (("+R1",), (1, 1, 0, 0)),
        (("+R1", "!"), (1, 1, 1, 0)),
        (("+R1!",), (1, 1, 1, 0)),
        (("+R1", "!", "+R1"), (1, 1, 0, 0)),
        (("+R1", "!", "+"), (1, 1, 0, 1)),
        (("+", "-R1"), (1, 1, 0, 0)),
        (("+R2", "!"), (1, 0, 0, 0)),
        ((), (0, 0, 0, 0)),
    ],
)
def test_a_report_counts_once_by_how_the_rule_ended_in_it(ways: tuple[str, ...], counts: tuple[int, ...]) -> None:
    found = record(tell(UNITS[0], *ways)[::-1])  # lines come in any order
    assert (found.reports, found.fired, found.justified, found.corrected) == counts


def test_another_period_and_a_unit_of_no_such_code_are_not_counted() -> None:
    lines = [*tell("999", "-R1"), *(line.model_copy(update={"details": line.details | {"period": "khac"}})
                                    for line in tell(UNITS[0], "-R1"))]  # fmt: skip
    assert record(lines).reports == 0


@pytest.mark.parametrize(
    ("ways", "rule", "proposal"),
    [
        ([("+R1", "!")] * 8 + [("+",)] * 2, {}, rule_record.SOFTEN),
        ([("+R1", "!")] * 3 + [("+",)] * 7, {}, ""),
        ([("+R1",)] * 8 + [("+",)] * 2, {}, rule_record.REWORD),
        ([("+R1", "+")] * 6 + [("+",)] * 4, {"severity": "warning"}, rule_record.HARDEN),
        ([("-R1", "+")] * 6 + [("+",)] * 4, {}, ""),
        ([("+R1", "!")] * 4, {}, ""),
        ([("+R1", "!")] * 8, {"withdrawn": date(2026, 1, 1), "reason": "Chưa phù hợp."}, ""),
        ([("+",)] * 10, {}, ""),
    ],
    ids=["always justified", "seldom", "left as it is", "always corrected", "refuses already", "too few reports",
         "withdrawn", "never fired"],
)  # fmt: skip
def test_what_is_worth_a_look_is_proposed(ways: list[tuple[str, ...]], rule: dict[str, Any], proposal: str) -> None:
    lines = [line for unit, own in zip(UNITS, ways, strict=False) for line in tell(unit, *own)]
    assert record(lines, **rule).proposal == proposal


@pytest.mark.parametrize(
    ("withdrawn_after_lock", "told"),
    [
        (-1, "đã rút từ ngày {}: Trùng."),
        (1, "đã rút từ ngày {} (kỳ này đã khóa trước ngày đó nên chỉ cảnh báo): Trùng."),
    ],
)
def test_a_withdrawn_rule_says_whether_it_still_warns_in_the_period(withdrawn_after_lock: int, told: str) -> None:
    programme = make()
    (period,) = programme.periods
    day = local_date(period.lock) + timedelta(days=withdrawn_after_lock)
    rule = Rule(id="R1", check="A1 <= A2", message="Sai.", withdrawn=day, reason="Trùng.")
    assert describe_rule(rule, rule.find_severity(period), period) == told.format(format_day(day))
