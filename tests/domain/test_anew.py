"""What a kept workbook would come out as today: what was accepted, what it is read as now → what is said of it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from chalicelib.domain.issues.issue import Issue, Severity, make_issue
from chalicelib.domain.submission.anew import (
    MOST_TOLD,
    Anew,
    Verdict,
    compare_anew,
    list_reasons,
    note_unchecked,
    write_comment,
)
from chalicelib.domain.submission.records import Figure, Outcome, State, Status, Submission, TableRow
from tests.store.sample import ADDRESS, make_submission

LABELS = {"A1": "Số lượt người", "A2": "Số buổi", "ten": "Tên", "ghi-chu": "Nhận xét"}


def figure(value: Any, cell: str = "E12", *, estimated: bool = False) -> Figure:
    return Figure(value=value, sheet="Số liệu", cell=cell, estimated=estimated)


def row(name: str, line: int) -> TableRow:
    return TableRow(sheet="Vụ việc", values={"ten": name}, cells={"ten": f"B{line}"})


def warning(cell: str = "E12", found: str = "5") -> Issue:
    return make_issue("rule.unusual", sheet="Số liệu", cell=cell, indicator="A1", found=found, expected="kỳ trước: 900")


ERROR = make_issue("cell.missing", sheet="Số liệu", cell="E13", indicator="A2", label="Số buổi")

KEPT: dict[str, Any] = {
    "values": {"A1": figure(5)},
    "narratives": {"ghi-chu": figure("tốt", "B20")},
    "remarks": {"A1": "theo công an xã"},
    "tables": {"vu-viec": (row("một", 3), row("hai", 4))},
    "warnings": (warning(),),
}


def hold(kept: Submission, *, is_paper: bool = False, sha256: str = "", **now: Any) -> Anew:
    """The outcome says what was accepted, except for what `now` says of today."""
    fields = {name: getattr(kept, name) for name in ("values", "narratives", "remarks", "tables", "confirmed")}
    outcome = Outcome(
        **{"status": Status.ACCEPTED, "sha256": sha256 or kept.sha256, "issues": kept.warnings, **fields, **now}
    )
    return compare_anew(State(address=ADDRESS, change=3, submission=kept), outcome, labels=LABELS, is_paper=is_paper)


@pytest.fixture
def kept() -> Submission:
    return make_submission().model_copy(update=KEPT)


READ_OTHERWISE: list[tuple[str, dict[str, Any], tuple[str, str, str, str]]] = [
    ("a figure", {"values": {"A1": figure(6)}}, ("Số lượt người", "Số liệu!E12", "5", "6")),
    (
        "a figure that is exact",
        {"values": {"A1": figure(Decimal("0.5"))}},
        ("Số lượt người", "Số liệu!E12", "5", "0,5"),
    ),
    ("an estimate", {"values": {"A1": figure(5, estimated=True)}}, ("Số lượt người", "Số liệu!E12", "5", "ước 5")),
    ("a figure that is gone", {"values": {}}, ("Số lượt người", "Số liệu!E12", "5", "–")),
    (
        "a figure that was not asked for",
        {"values": {"A1": figure(5), "A2": figure(0, "E13")}},
        ("Số buổi", "Số liệu!E13", "–", "0"),
    ),
    ("a text", {"narratives": {"ghi-chu": figure("rất tốt", "B20")}}, ("Nhận xét", "Số liệu!B20", "tốt", "rất tốt")),
    ("a remark", {"remarks": {}}, ("Ghi chú: Số lượt người", "Số liệu", "theo công an xã", "–")),
    ("a section's mark", {"confirmed": ("B",)}, ("Không phát sinh: mục B", "", "–", "Có")),
    ("a row of a table", {"tables": {"vu-viec": (row("một", 3), row("ba", 4))}}, ("Tên", "Vụ việc!B4", "hai", "ba")),
]


@pytest.mark.parametrize(("name", "now", "told"), READ_OTHERWISE, ids=[case[0] for case in READ_OTHERWISE])
def test_what_is_read_otherwise_is_told_with_its_cell_before_and_after(
    kept: Submission, name: str, now: dict[str, Any], told: tuple[str, ...]
) -> None:
    anew = hold(kept, **now)
    (found,) = anew.differences
    assert (anew.verdict, anew.is_otherwise) == (Verdict.OTHER_FIGURES, True)
    assert (found.label, found.cell, found.before, found.after) == told


VERDICTS: list[tuple[str, dict[str, Any], Verdict, bool]] = [
    ("nothing differs", {}, Verdict.SAME, False),
    ("a warning in other words", {"issues": (warning(found="6"),)}, Verdict.SAME, False),
    ("a warning is gone", {"issues": ()}, Verdict.OTHER_WARNINGS, True),
    ("a warning is new", {"issues": (warning(), warning("E13"))}, Verdict.OTHER_WARNINGS, True),
    ("an error", {"status": Status.REJECTED, "issues": (ERROR,), "values": {}}, Verdict.REJECTED, True),
    ("a mark", {"status": Status.REJECTED, "issues": (ERROR,), "keep_bytes": False}, Verdict.CLASSIFIED, True),
    ("other bytes", {"sha256": "0" * 64}, Verdict.MISSING, True),
]


@pytest.mark.parametrize(("name", "now", "verdict", "otherwise"), VERDICTS, ids=[case[0] for case in VERDICTS])
def test_the_verdict_is_the_gravest_thing(
    kept: Submission, name: str, now: dict[str, Any], verdict: Verdict, otherwise: bool
) -> None:
    anew = hold(kept, **now)
    assert (anew.verdict, anew.is_otherwise) == (verdict, otherwise)


def test_of_a_workbook_that_would_be_rejected_the_errors_are_told_and_no_half_read_figures(kept: Submission) -> None:
    anew = hold(kept, status=Status.REJECTED, issues=(ERROR, warning("E99")), values={})
    assert (anew.errors, anew.differences, anew.new_warnings) == ((ERROR,), (), ())


def test_what_is_new_and_what_is_gone_are_told_apart(kept: Submission) -> None:
    anew = hold(kept, issues=(warning("E13"),))
    assert (anew.new_warnings, anew.gone_warnings) == ((warning("E13"),), (warning(),))


ASKED: list[tuple[str, dict[str, Any], bool]] = [
    ("an error", {"status": Status.REJECTED, "issues": (ERROR,)}, True),
    ("a figure", {"values": {"A1": figure(6)}}, True),
    ("a new warning", {"issues": (warning(), warning("E13"))}, True),
    ("other bytes", {"sha256": "0" * 64}, True),
    ("only a warning that is gone", {"issues": ()}, False),
    ("nothing", {}, False),
    ("an error in what the office typed in", {"status": Status.REJECTED, "issues": (ERROR,), "is_paper": True}, False),
    ("a mark of secrecy", {"status": Status.REJECTED, "issues": (ERROR,), "keep_bytes": False}, False),
]


@pytest.mark.parametrize(("name", "now", "may"), ASKED, ids=[case[0] for case in ASKED])
def test_a_unit_is_asked_for_what_it_can_correct_itself(
    kept: Submission, name: str, now: dict[str, Any], may: bool
) -> None:
    assert hold(kept, **now).may_be_asked is may


@pytest.mark.parametrize("verdict", [Verdict.ERASED, Verdict.NOT_COUNTED])
def test_nobody_is_asked_for_what_was_not_checked(kept: Submission, verdict: Verdict) -> None:
    anew = note_unchecked(State(address=ADDRESS, change=3, submission=kept), verdict)
    assert (anew.may_be_asked, anew.is_otherwise) == (False, False)


def test_a_comment_quotes_nothing_that_stands_in_a_cell(kept: Submission) -> None:
    issue = make_issue("rule.unusual", sheet="Số liệu", cell="E12", label="Số buổi", found="987", expected="1")
    for anew in (
        hold(kept, status=Status.REJECTED, issues=(issue.model_copy(update={"severity": Severity.ERROR}),)),
        hold(kept, issues=(issue, *kept.warnings)),
        hold(kept, values={"A1": figure(987)}),
    ):
        assert "987" in " ".join(list_reasons(anew))
        assert "987" not in write_comment(anew)


def test_a_comment_holds_the_reasons_with_their_cells(kept: Submission) -> None:
    comment = write_comment(hold(kept, status=Status.REJECTED, issues=(ERROR,)))
    assert "(1) Ô E13, trang tính “Số liệu” (Số buổi):" in comment
    assert comment.endswith("Đề nghị sửa và nộp lại.")


@pytest.mark.parametrize("many", [1, 7, MOST_TOLD, 200])
def test_a_comment_is_never_too_long_to_be_sent_and_says_how_many_more_there_are(kept: Submission, many: int) -> None:
    errors = tuple(
        make_issue("cell.missing", sheet="S" * 40, cell=f"E{number}", label="x" * 300) for number in range(many)
    )
    anew = hold(kept, status=Status.REJECTED, issues=errors)
    comment = write_comment(anew)
    assert len(comment) <= 1000
    told = comment.count("trang tính")
    assert told >= 1
    assert (f"và {many - told} nội dung khác" in comment) is (told < many)


def test_the_reason_for_missing_bytes_is_said(kept: Submission) -> None:
    anew = note_unchecked(State(address=ADDRESS, change=3, submission=kept), Verdict.MISSING)
    assert list_reasons(anew) == ["không còn đọc được tệp gốc đã nhận"]
