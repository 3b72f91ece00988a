"""How an issue is told: in parts, numbered, what blocks first; older receipts as far as they say it."""

from __future__ import annotations

import pytest

from chalicelib.domain.issues.catalogue import CATALOGUE
from chalicelib.domain.issues.issue import Issue, Severity, make_issue
from chalicelib.domain.issues.telling import HEADINGS, group_by_kind, tell_issues

PLACE = {"sheet": "Số liệu", "cell": "E12", "label": "Số vụ"}


@pytest.mark.parametrize(
    ("issue", "found", "needed", "remedy"),
    [
        (
            make_issue("cell.ambiguous", **PLACE, found="1.5", expected="con số viết đủ"),
            "1.5", "con số viết đủ", "Ghi lại con số, không để hiểu hai cách.",
        ),
        (
            make_issue("cell.missing", **PLACE),
            "(để trống)", "số liệu; không phát sinh thì ghi 0", "Điền số liệu; nếu không phát sinh, ghi 0.",
        ),
        (
            make_issue("rule.less_than_before", **PLACE, found="8", expected="10"),
            "8", "không nhỏ hơn 10, số đã báo cáo ở kỳ trước",
            "Kiểm tra lại; nếu số của kỳ trước sai, gửi bổ sung báo cáo kỳ đó trước.",
        ),
        (
            make_issue("rule.broken", **PLACE, found="8; 10", text="Số A phải bằng số B.", rule="BC-07"),
            "8; 10", "Số A phải bằng số B.", "Đối chiếu và sửa các ô đã nêu.",
        ),
        (
            make_issue("cell.missing", **PLACE).model_copy(update={"sentence": "", "remedy": "", "needed": ""}),
            "(để trống)",
            "Ô E12, trang tính “Số liệu” (Số vụ): Ô còn trống. Điền số liệu; nếu không phát sinh, ghi 0.", "",
        ),
    ],
    ids=["what is needed", "blank", "an earlier period", "a rule of the form", "a receipt of before"],
)  # fmt: skip
def test_what_stands_there_what_is_needed_and_how_to_mend_it_are_told_apart(
    issue: Issue, found: str, needed: str, remedy: str
) -> None:
    (told,) = tell_issues([issue])
    assert told.parts == ("1", "Lỗi", "Số liệu", "E12", "Số vụ", found, needed, remedy)
    assert len(told.parts) == len(HEADINGS)


def test_a_forms_rule_is_named_in_the_whole_message_alone() -> None:
    issue = make_issue("rule.broken", **PLACE, found="8; 10", text="Số A phải bằng số B.", rule="BC-07")
    assert "BC-07" in issue.message
    assert "BC-07" not in " ".join(tell_issues([issue])[0].parts) + issue.sentence


@pytest.mark.parametrize("takes_estimates", [True, False])
def test_the_column_of_estimates_is_spoken_of_where_the_form_has_one(takes_estimates: bool) -> None:
    issue = make_issue("cell.approximate", **PLACE, found="hơn 500", takes_estimates=takes_estimates)
    assert ("cột “Ước”" in issue.remedy) is takes_estimates
    assert issue.remedy in issue.message


def test_what_blocks_comes_first_and_is_numbered_through() -> None:
    warning, error = make_issue("sheet.hidden", sheet="Số liệu"), make_issue("cell.missing", **PLACE)
    told = tell_issues([warning, error, warning])
    assert [(one.number, one.issue.severity) for one in told] == [
        (1, Severity.ERROR), (2, Severity.WARNING), (3, Severity.WARNING),
    ]  # fmt: skip
    groups = group_by_kind(told)
    assert [(group.kind, len(group.issues)) for group in groups] == [("Ô còn trống", 1), ("Trang tính đang ẩn", 2)]


@pytest.mark.parametrize("code", [*CATALOGUE, "cell.of_another_time", "odd"])
def test_every_code_has_a_heading_to_be_counted_under(code: str) -> None:
    (told,) = tell_issues([Issue(code=code, severity=Severity.ERROR, message="Có lỗi.")])
    assert told.kind
    assert told.needed == "Có lỗi."


@pytest.mark.parametrize("code", CATALOGUE)
def test_a_remedy_and_a_reason_are_said_as_they_stand(code: str) -> None:
    """Only the sentence and what is needed have places for what was found."""
    entry = CATALOGUE[code]
    assert "{" not in entry.remedy + entry.cause
