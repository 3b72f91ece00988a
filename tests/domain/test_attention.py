"""What of a submission deserves a look before it is approved, and in which order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from chalicelib.domain.issues.issue import Issue, make_issue
from chalicelib.domain.submission.attention import Attention, find_attention
from chalicelib.domain.submission.earlier import Earlier
from chalicelib.domain.submission.records import Figure, Submission, TableRow
from chalicelib.domain.values import Value
from tests.domain.builders import make_indicator, make_submission

ROWS = (
    make_indicator("A1"), make_indicator("A2"), make_indicator("A3", "stock"), make_indicator("A4", "money"),
    make_indicator("A5", "text"),
)  # fmt: skip
LABELS = {"A1": "Số vụ", "van": "Kết quả", "to": "Danh sách tổ"}


def stand(values: Mapping[str, Value]) -> dict[str, Figure]:
    return {code: Figure(value=value, sheet="Số liệu", cell="C4") for code, value in values.items()}


def send(values: Mapping[str, Value], revision: int = 1, **more: Any) -> Submission:
    return make_submission(revision, **{"values": stand(values), **more})


def warn(code: str) -> Issue:
    return make_issue("rule.unusual", sheet="Số liệu", cell="C4", indicator=code, label=code, found="1", expected="2")


def look(
    revision: Submission, *, previous: Submission | None = None, last_year: Mapping[str, Value] | None = None,
    included: Mapping[str, Value] | None = None,
) -> Attention:  # fmt: skip
    earlier = Earlier(included=stand(included or {}), last_year=stand(last_year or {}))
    return find_attention(ROWS, revision, earlier, previous=previous, labels=LABELS)


def find_reasons(found: Attention) -> list[tuple[str, bool, bool, bool]]:
    return [(each.code, bool(each.warnings), bool(each.change), each.is_far) for each in found.concerns]


def test_warnings_come_first_then_changes_then_what_is_far_each_in_the_order_of_the_form() -> None:
    now = send({"A1": 100, "A2": 7, "A3": 9, "A4": 5}, 2, warnings=(warn("A4"), warn("A3"), warn("")))
    before = send({"A1": 100, "A2": 8, "A3": 8, "A4": 5})
    found = look(now, previous=before, last_year={"A1": 50, "A2": 7})
    assert find_reasons(found) == [
        ("A3", True, True, False), ("A4", True, False, False), ("A2", False, True, False), ("A1", False, False, True),
    ]  # fmt: skip
    assert [each.indicator for each in found.warnings] == [""]
    assert found.number == 5


@pytest.mark.parametrize(
    ("code", "now", "then", "is_far"),
    [
        ("A1", 40, 20, True),
        ("A1", 20, 40, True),
        ("A1", 39, 20, False),
        ("A1", 19, 0, False),
        ("A1", 20, 0, True),
        ("A1", 10, 3, False),
        ("A4", 30_000_000, 15_000_000, False),
        ("A4", 40_000_000, 20_000_000, True),
        ("A5", "nhiều", "ít", False),
    ],
    ids=[
        "doubled",
        "halved",
        "less than double",
        "from none to few",
        "from none to many",
        "small counts",
        "little money",
        "much money",
        "a text",
    ],
)
def test_a_number_is_far_where_it_has_doubled_or_halved_and_is_no_small_one(
    code: str, now: Value, then: Value, is_far: bool
) -> None:
    assert bool(look(send({code: now}), last_year={code: then}).concerns) is is_far


def test_what_is_missing_on_one_side_is_far_from_nothing() -> None:
    assert look(send({"A1": 100}), last_year={"A2": 1}).number == 0


def test_what_adds_up_over_the_year_is_not_held_against_a_part_of_it() -> None:
    now = send({"A1": 400, "A3": 400})
    assert find_reasons(look(now, included={"A1": 200, "A3": 200})) == [("A3", False, False, True)]
    assert find_reasons(look(now, included={"A1": 200}, last_year={"A1": 50})) == [("A1", False, False, True)]


def test_beside_other_units_a_figure_is_looked_at_where_nothing_is_known_from_before() -> None:
    now = send({"A1": 400, "A2": 1}, warnings=(warn("A2"),))
    found = find_attention(ROWS, now, Earlier({}, {}), previous=None, labels=LABELS, beside={"A1": "gấp khoảng 10 lần"})
    assert [(each.code, each.beside) for each in found.concerns] == [("A2", ""), ("A1", "gấp khoảng 10 lần")]


def test_changed_texts_and_lists_are_told_by_their_names() -> None:
    said = {"van": Figure(value="Tốt", sheet="Thuyết minh", cell="B4")}
    rows = {"to": (TableRow(sheet="Bảng 1", values={"ten": "Tổ 1"}, cells={"ten": "B5"}),)}
    found = look(send({}, 2, narratives=said, tables=rows), previous=send({}))
    assert [(each.label, each.after) for each in found.changes] == [("Kết quả", "Tốt"), ("Danh sách tổ", "1 dòng")]


def test_a_first_revision_and_one_after_a_purged_one_have_changed_nothing() -> None:
    assert look(send({"A1": 1})).number == 0
    assert look(send({"A1": 1}, 2), previous=send({}, purged=True)).number == 0
