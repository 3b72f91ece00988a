"""What the consolidated report notes about a unit: each finding, where it appears and where it does not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from chalicelib.domain.issues.issue import make_issue
from chalicelib.domain.period.consolidate import consolidate
from chalicelib.domain.period.consolidation import Finding
from chalicelib.domain.programme.model import Duty, Programme, Target
from chalicelib.domain.submission.records import Figure, Review, State, TableRow
from chalicelib.domain.values import Value
from tests.domain.builders import (
    DUE,
    LATE,
    LOCK,
    OPENS,
    make_form,
    make_indicator,
    make_period,
    make_programme,
    make_state,
    make_submission,
    make_unit,
    place,
)

HERE = (make_unit("178", "Lạng Sơn"),)
ALONE = make_programme(units=HERE)


def find(*states: State, programme: Programme = ALONE, at: datetime = LOCK, period: str = "nam") -> list[Finding]:
    return list(consolidate(programme, period, states, as_of=at).findings)


def send(unit: str = "178", *, review: Review = Review.RECEIVED, received: datetime = OPENS, **more: Any) -> State:
    changed = {name: more.pop(name) for name in ("comment", "last_rejected") if name in more}
    return make_state(make_submission(unit=unit, received=received, **more), review=review, **changed)


def test_of_a_report_that_came_in_time_nothing_is_noted() -> None:
    assert find(send()) == []


# Reporting


REFUSED = " Đã gửi tệp nhưng chưa đạt yêu cầu."


@pytest.mark.parametrize(
    ("states", "at", "code", "text"),
    [
        ((), LATE, "report.missing", "Báo cáo năm: chưa gửi."),
        ((), DUE, "report.missing", "Báo cáo năm: chưa gửi (chưa hết hạn)."),
        ((make_state(last_rejected=OPENS),), LATE, "report.missing", f"Báo cáo năm: chưa gửi.{REFUSED}"),
        ((send(received=LATE),), LOCK, "report.late", "Báo cáo năm: gửi muộn, lúc 19:00 15/5/2022."),
        ((send(review=Review.RETURNED, comment="thiếu bảng kê"),), LOCK, "report.returned",
         "Báo cáo năm: đã trả lại để bổ sung: thiếu bảng kê."),
        ((send(review=Review.RETURNED, last_rejected=DUE),), LOCK, "report.returned",
         f"Báo cáo năm: đã trả lại để bổ sung.{REFUSED}"),
        ((send(review=Review.WITHDRAWN, received=LATE),), LOCK, "report.returned",
         "Báo cáo năm: đã trả lại để bổ sung."),
    ],
    ids=["missing", "not yet owed", "refused", "late", "returned", "returned and refused", "withdrawn"],
)  # fmt: skip
def test_what_is_noted_of_an_obligation(states: tuple[State, ...], at: datetime, code: str, text: str) -> None:
    assert find(*states, at=at) == [Finding(code, "178", "bc", text)]


def test_a_file_without_a_receipt_time_is_not_called_late() -> None:
    assert find(send(received=LATE).model_copy(update={"timeliness": None, "first_received": None})) == []


UNOWED = make_programme(units=HERE, duties=(Duty(unit_type="district", period="nam", form="bc", enabled=False),))
UNASKED = Finding("report.unasked", "178", "bc", "Báo cáo năm: kỳ này không phải nộp mà vẫn gửi.")


@pytest.mark.parametrize(
    ("states", "codes"),
    [
        ((send(),), ["report.unasked"]),
        ((send(received=LATE),), ["report.late", "report.unasked"]),
        ((send(review=Review.RETURNED),), ["report.returned", "report.unasked"]),
        ((), []),
        ((make_state(last_rejected=OPENS),), []),
    ],
)
def test_what_was_sent_without_being_owed_is_said_so(states: tuple[State, ...], codes: list[str]) -> None:
    found = find(*states, programme=UNOWED)
    assert [each.code for each in found] == codes
    assert not codes or found[-1] == UNASKED


def test_a_code_that_the_period_does_not_know_is_noted_and_counts_nowhere() -> None:
    assert find(send(), send("999")) == [
        Finding("unit.unknown", "999", "", "Mã đơn vị không có trong kỳ này; số liệu không được tính.")
    ]


@pytest.mark.parametrize(
    ("compare_with", "cumulative", "is_noted"),
    [("6-thang", False, True), ("6-thang", True, False), ("", False, False)],
)
def test_a_year_whose_form_covers_only_its_second_half_is_noted(
    compare_with: str, cumulative: bool, is_noted: bool
) -> None:
    periods = (make_period(compare_with=compare_with),)
    programme = make_programme(units=HERE, periods=periods, form={"cumulative": cumulative})
    found = find(send(), programme=programme)
    assert [(each.code, each.unit, each.subject) for each in found] == [("period.not_cumulative", "", "")] * is_noted


def test_one_form_that_includes_the_earlier_period_is_enough_and_without_a_form_there_is_nothing_to_note() -> None:
    rows = (make_indicator("A1"),)
    periods = (make_period(compare_with="6-thang"),)
    forms = (make_form(rows), make_form(rows, code="bc2", cumulative=True))
    duties = tuple(Duty(unit_type="district", period="nam", form=form.code) for form in forms)
    both = make_programme(rows, units=HERE, periods=periods, forms=forms, duties=duties)
    assert {each.code for each in find(programme=both)} == {"report.missing"}
    assert find(programme=make_programme(units=HERE, periods=periods, duties=())) == []


# Figures


def test_an_estimate_is_noted_until_it_is_settled() -> None:
    guessed = {"A1": Figure(value=5, sheet="Số liệu", cell="C4", estimated=True)}
    assert find(send(values=guessed)) == [
        Finding("figure.estimated", "178", "A1", "Chỉ tiêu A1: số ước, chưa có số chính thức.")
    ]


@pytest.mark.parametrize(("other", "codes"), [(5, []), (6, ["figure.conflict"])])
def test_two_forms_of_a_unit_that_say_different_things_are_noted(other: int, codes: list[str]) -> None:
    rows = (make_indicator("A1"),)
    forms = (make_form(rows), make_form(rows, code="bc2", title="Phụ lục"))
    duties = tuple(Duty(unit_type="district", period="nam", form=form.code) for form in forms)
    programme = make_programme(rows, units=HERE, forms=forms, duties=duties)
    second = send(values=place(A1=other))
    second = second.model_copy(update={"address": second.address.model_copy(update={"form": "bc2"})})
    assert second.submission is not None
    second = second.model_copy(update={"submission": second.submission.model_copy(update={"address": second.address})})
    found = find(send(values=place(A1=5)), second, programme=programme)
    assert [(each.code, each.unit, each.subject) for each in found] == [(code, "178", "A1") for code in codes]


NAMES = {
    "code": "mo-hinh", "title": "Bảng kê", "columns": (
        {"code": "ten", "label": "Tên", "kind": "text"}, {"code": "so", "label": "Số", "kind": "stock"},
    ), "names": ("ten",),
}  # fmt: skip


def list_names(count: int) -> dict[str, tuple[TableRow, ...]]:
    cells = {"ten": "B5", "so": "C5"}
    named: Iterator[dict[str, Value]] = ({"ten": f"Tổ {number}", "so": 1} for number in range(count))
    return {"mo-hinh": tuple(TableRow(sheet="Bảng 1", values=values, cells=cells) for values in named)}


@pytest.mark.parametrize(
    ("reported", "listed", "bounds"), [(2, 2, ""), (3, 2, ""), (2, 0, "từ 2 đến 4"), (3, 1, "từ 3 đến 4")]
)
def test_names_that_are_not_all_listed_bound_their_number(reported: int, listed: int, bounds: str) -> None:
    programme = make_programme((make_indicator("A1", "distinct"),), form={"tables": (NAMES,)})
    found = find(
        send("178", values=place(A1=reported), tables=list_names(listed)),
        send("180", values=place(A1=2), tables=list_names(2)),
        programme=programme,
    )
    text = f"Chỉ tiêu A1: bảng kê chưa đủ tên nên chỉ xác định được trong khoảng {bounds}."
    assert found == ([Finding("figure.names_incomplete", "", "A1", text)] if bounds else [])


def test_of_names_that_nobody_reported_there_is_no_bound() -> None:
    programme = make_programme((make_indicator("A1", "distinct"),), units=HERE, form={"tables": (NAMES,)})
    assert [each.code for each in find(programme=programme)] == ["report.missing"]


# Units of several types


@pytest.mark.parametrize(("district", "department", "is_noted"), [(5, 3, True), (0, 3, False), (5, 0, False)])
def test_what_units_of_two_types_report_is_not_added_up_and_said(
    district: int, department: int, is_noted: bool
) -> None:
    rows = (make_indicator("A1", senders=("district", "department")),)
    units = (*HERE, make_unit("SYT", "Sở Y tế", "department"))
    duties = tuple(Duty(unit_type=each, period="nam", form="bc") for each in ("district", "department"))
    programme = make_programme(rows, units=units, duties=duties)
    found = find(send(values=place(A1=district)), send("SYT", values=place(A1=department)), programme=programme)
    text = "Chỉ tiêu A1: Huyện và Sở cùng báo cáo; số của từng loại để riêng, không cộng vào nhau."
    assert found == [Finding("figure.reported_twice", "", "A1", text)] * is_noted


def test_a_type_that_reports_nought_is_not_named_among_those_that_report_twice() -> None:
    types = {"district": "Huyện", "department": "Sở", "guard": "Biên phòng"}
    units = (*HERE, make_unit("SYT", "Sở Y tế", "department"), make_unit("BP", "Biên phòng", "guard"))
    duties = tuple(Duty(unit_type=each, period="nam", form="bc") for each in types)
    rows = (make_indicator("A1", senders=tuple(types)),)
    programme = make_programme(rows, units=units, duties=duties, unit_types=types)
    sent = [send(unit, values=place(A1=count)) for unit, count in (("178", 5), ("SYT", 0), ("BP", 2))]
    (found,) = find(*sent, programme=programme)
    assert "Huyện và Biên phòng cùng báo cáo" in found.text


# Targets


def aim(*conditions: dict[str, Any], periods: tuple[str, ...] = ("nam",)) -> Programme:
    target = Target.model_validate({
        "code": "T1", "title": "Ít nhất 2", "scope": "unit", "unit_type": "district", "conditions": conditions,
        "periods": periods,
    })  # fmt: skip
    rows = (make_indicator("A1"), make_indicator("A2", "measure"))
    later = make_period(code="sau", due=LOCK, lock=LOCK)
    form = {"optional": ("A1", "A2")}
    return make_programme(rows, units=HERE, targets=(target,), periods=(make_period(), later), form=form)


TWO = {"indicator": "A1", "at_least": 2}


@pytest.mark.parametrize(
    ("conditions", "periods", "values", "expected"),
    [
        ((TWO,), ("nam",), {"A1": 2}, None),
        ((TWO,), ("nam",), {"A1": 1}, ("unmet", "chưa đạt (Chỉ tiêu A1: 01/02).")),
        ((TWO,), ("nam", "sau"), {"A1": 1}, ("in_progress", "đang thực hiện (Chỉ tiêu A1: 01/02).")),
        ((TWO,), ("nam",), {}, ("unknown", "thiếu số liệu (Chỉ tiêu A1: chưa có số liệu, cần 02).")),
        (({"indicator": "A1", "at_least": "A2"},), ("nam",), {"A1": 1},
         ("unknown", "thiếu số liệu (Chỉ tiêu A1: 01, chưa rõ mức cần đạt).")),
        (({"indicator": "A1", "at_least": "A2"},), ("nam",), {"A1": 1, "A2": 0}, None),
        ((TWO, {"indicator": "A2", "at_least": 1}), ("nam",), {"A1": 12, "A2": Decimal("0.5")},
         ("unmet", "chưa đạt (Chỉ tiêu A2: 0,5/01).")),
        ((TWO, {"indicator": "A2", "at_least": 1}), ("nam",), {"A1": 1},
         ("unmet", "chưa đạt (Chỉ tiêu A1: 01/02; Chỉ tiêu A2: chưa có số liệu, cần 01).")),
    ],
    ids=["met", "unmet", "in progress", "no figure", "nothing to measure by", "not applicable", "one of two",
         "unmet weighs more than unknown"],
)  # fmt: skip
def test_a_target_that_is_not_met_is_noted_with_what_falls_short(
    conditions: tuple[dict[str, Any], ...], periods: tuple[str, ...], values: dict[str, Value],
    expected: tuple[str, str] | None,
) -> None:  # fmt: skip
    found = find(send(values=place(**values)), programme=aim(*conditions, periods=periods))
    told = [expected] if expected else []
    assert found == [Finding(f"target.{state}", "178", "T1", f"Chỉ tiêu “Ít nhất 2”: {text}") for state, text in told]


# What was warned of when it was sent

UNUSUAL = make_issue("rule.unusual", sheet="Số liệu", cell="C4", indicator="A1", found="90", expected="kỳ trước: 5")
OVERALL = make_issue("rule.broken", text="Chưa khớp.", found="5", expected="A1 <= 4", rule="R1")


@pytest.mark.parametrize(("justification", "behind"), [("", ""), ("sáp nhập xã", " Đơn vị giải trình: “sáp nhập xã”")])
def test_a_warning_is_noted_with_the_units_justification(justification: str, behind: str) -> None:
    assert find(send(warnings=(UNUSUAL, OVERALL), justification=justification)) == [
        Finding("submission.warning", "178", "A1", UNUSUAL.message + behind),
        Finding("submission.warning", "178", "bc", OVERALL.message + behind),
    ]


def test_warnings_of_a_revision_that_does_not_count_are_not_noted() -> None:
    found = find(send(warnings=(UNUSUAL,), review=Review.RETURNED))
    assert [each.code for each in found] == ["report.returned"]


def test_findings_come_in_the_order_of_reporting_figures_targets_and_warnings() -> None:
    guessed = {"A1": Figure(value=1, sheet="Số liệu", cell="C4", estimated=True)}
    found = find(send(received=LATE, values=guessed, warnings=(UNUSUAL,)), send("999"), programme=aim(TWO))
    assert [each.code for each in found] == [
        "report.late", "unit.unknown", "figure.estimated", "target.unmet", "submission.warning",
    ]  # fmt: skip
