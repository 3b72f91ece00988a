"""What changed from one revision to the next."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.domain.submission.differences import RevisionDifference, find_differences
from chalicelib.domain.submission.records import Figure, Submission, TableRow
from chalicelib.domain.values import Value
from tests.domain.builders import make_submission

LABELS = {"A1": "Số vụ", "ket-qua": "Kết quả"}


def stand(cell: str = "C4", sheet: str = "Số liệu", **values: Value) -> dict[str, Figure]:
    return {code: Figure(value=value, sheet=sheet, cell=cell) for code, value in values.items()}


def send(revision: int, **contents: Any) -> Submission:
    return make_submission(revision, **{"values": {}, **contents})


def lines(*values: dict[str, Value], cell: str = "B5") -> tuple[TableRow, ...]:
    return tuple(TableRow(sheet="Bảng 1", values=each, cells={"ten": cell}) for each in values)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({"values": stand(A1=5)}, {"values": stand(A1=5)}, []),
        ({"values": stand(A1=5)}, {"values": stand("D9", A1=5)}, []),
        ({"values": stand(A1=5)}, {"values": stand("D9", A1=6)}, [("A1", "Số vụ", 5, 6, "Số liệu!D9")]),
        ({"values": stand(A1=0)}, {"values": {}}, [("A1", "Số vụ", 0, None, "Số liệu!C4")]),
        ({"values": {}}, {"values": stand(A1=0)}, [("A1", "Số vụ", None, 0, "Số liệu!C4")]),
        ({"values": stand(B2=1)}, {"values": stand(B2=2)}, [("B2", "B2", 1, 2, "Số liệu!C4")]),
        (
            {"narratives": {"ket-qua": Figure(value="Tốt", sheet="Thuyết minh", cell="B4")}},
            {"narratives": {"ket-qua": Figure(value="Khá", sheet="Thuyết minh", cell="B4")}},
            [("ket-qua", "Kết quả", "Tốt", "Khá", "Thuyết minh!B4")],
        ),
        ({"tables": {"to": lines({"ten": "Tổ 1"})}}, {"tables": {"to": lines({"ten": "Tổ 1"}, cell="B9")}}, []),
        (
            {"tables": {"to": lines({"ten": "Tổ 1"})}},
            {"tables": {"to": lines({"ten": "Tổ 2"})}},
            [("to", "Bảng to", "1 dòng", "1 dòng", "")],
        ),
        ({"tables": {"to": lines({"ten": "Tổ 1"})}}, {}, [("to", "Bảng to", "1 dòng", "0 dòng", "")]),
        ({}, {"tables": {"to": lines({"ten": "1"}, {"ten": "2"})}}, [("to", "Bảng to", "0 dòng", "2 dòng", "")]),
    ],
    ids=[
        "the same", "only moved", "another figure", "a figure is gone", "a figure is new", "without a label", "a text",
        "a row that only moved", "another row", "a table is gone", "a table is new",
    ],
)  # fmt: skip
def test_a_difference_names_both_values_and_where_the_later_one_stands_or_the_earlier_stood(
    before: dict[str, Any], after: dict[str, Any], expected: list[tuple[Any, ...]]
) -> None:
    found = find_differences(send(1, **before), send(2, **after), LABELS)
    assert found == tuple(RevisionDifference(*each) for each in expected)


def test_figures_come_first_then_texts_then_tables_each_in_the_order_of_the_later_revision() -> None:
    before = send(1, values=stand(A1=1, A2=2), narratives=stand(x="cũ"), tables={"to": lines({"ten": "1"})})
    after = send(2, values=stand(A3=3, A1=2), narratives=stand(y="mới"), tables={"chot": lines({"ten": "1"})})
    found = [each.code for each in find_differences(before, after, {})]
    assert found == ["A3", "A1", "A2", "y", "x", "chot", "to"]
