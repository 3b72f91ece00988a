"""What a form is told: of cells that are empty, totals typed over, texts, rules, and the unit's own earlier figures."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from chalicelib.domain.issues.issue import Issue, Severity
from chalicelib.domain.programme.model import Narrative, Rule, Table
from chalicelib.domain.submission import checks
from chalicelib.domain.submission.cells import MOST_OF_REMARK
from chalicelib.domain.submission.earlier import Earlier, check_earlier
from chalicelib.domain.submission.filled_form import AskedCell, FilledForm, compute_totals
from chalicelib.domain.submission.records import Figure, TableRow
from chalicelib.domain.values import Value
from tests.domain.builders import make_form, make_indicator, make_period, place

Figures = dict[str, Figure]
DAY = timedelta(days=1)

ROWS = (
    make_indicator("A1"),
    make_indicator("A2"),
    make_indicator("A3", computed="A1 + A2"),
    make_indicator("A4", computed="A3 + A1"),
    make_indicator("A5", "ratio", computed="A1/A2"),
    make_indicator("A6", "stock"),
    make_indicator("A7", "money"),
    make_indicator("A8", "flag"),
    make_indicator("A9", "text"),
)
CELLS = {row.code: f"C{number}" for number, row in enumerate(ROWS, 4)}
TABLE = Table.model_validate({
    "code": "to", "title": "Tổ tự quản", "columns": (
        {"code": "ten", "label": "Tên", "kind": "text", "required": True},
        {"code": "nguoi", "label": "Số người", "kind": "flow"},
    ),
})  # fmt: skip
OTHER = TABLE.model_copy(update={"code": "chot", "title": "Chốt"})
PROSE = Narrative(code="ket-qua", label="Kết quả", max_length=10)


def fill(values: dict[str, Value], *, cells: dict[str, AskedCell] | None = None, **more: Any) -> FilledForm:
    """The form as it was read, totals computed. A figure stands in its cell; what has none stands in a blank one."""
    found = {code: AskedCell("Số liệu", cell, is_blank=code not in values) for code, cell in CELLS.items()}
    figures = {code: Figure(value=value, sheet="Số liệu", cell=CELLS[code]) for code, value in values.items()}
    form = more.pop("form", {})
    given = {"form": make_form(ROWS, **form), "period": make_period(), "rows": ROWS, "tables": (), "values": figures}
    return compute_totals(FilledForm(**{**given, "cells": {**found, **(cells or {})}, **more}))


WHOLE: dict[str, Value] = {"A1": 6, "A2": 3, "A6": 1, "A7": 1000, "A8": True, "A9": "12/KH"}


def check(filled: FilledForm) -> list[Issue]:
    return checks.check_form(filled)


def hold(filled: FilledForm, *, included: Figures | None = None, last_year: Figures | None = None) -> list[Issue]:
    """What is told of the form beside the unit's earlier figures."""
    before = Earlier(included or {}, last_year or {})
    return check_earlier(filled.form, filled.rows, now=filled.values, before=before)


def told(filled: FilledForm) -> list[tuple[str, str, str]]:
    return [(issue.code, issue.cell, issue.indicator) for issue in check(filled)]


def test_a_whole_form_is_told_nothing() -> None:
    assert told(fill(WHOLE)) == []


# Totals


@pytest.mark.parametrize(
    ("values", "computed"),
    [
        ({"A1": 6, "A2": 3}, {"A3": 9, "A4": 15, "A5": 2}),
        ({"A1": 0, "A2": 0}, {"A3": 0, "A4": 0}),
        ({"A1": Decimal("0.5"), "A2": Decimal("1.5")}, {"A3": 2, "A4": Decimal("2.5"), "A5": Decimal(1) / 3}),
        ({"A1": 6}, {}),
        ({"A2": 6}, {}),
        ({}, {}),
    ],
    ids=["whole", "nothing to divide by", "decimals", "a part is missing", "the other part", "nothing"],
)
def test_totals_and_ratios_come_from_their_parts(values: dict[str, Value], computed: dict[str, Value]) -> None:
    filled = fill(values)
    assert {code: figure.value for code, figure in filled.computed.items()} == computed
    assert {code: figure.value for code, figure in filled.values.items()} == {
        **values, **{code: value for code, value in computed.items() if code != "A5"}
    }  # fmt: skip
    assert all(figure.cell == CELLS[code] for code, figure in filled.computed.items())


def test_computing_gives_a_new_form_and_leaves_the_one_it_was_given() -> None:
    read = FilledForm(
        form=make_form(ROWS), period=make_period(), rows=ROWS, tables=(), cells=fill({}).cells, values=place(A1=1, A2=2)
    )
    assert set(compute_totals(read).values) == {"A1", "A2", "A3", "A4"}
    assert (set(read.values), read.computed) == ({"A1", "A2"}, {})


def test_a_total_whose_cell_was_not_found_is_not_computed() -> None:
    filled = fill({"A1": 6, "A2": 3})
    without = FilledForm(
        form=filled.form, period=filled.period, rows=ROWS, tables=(), values=place(A1=6, A2=3),
        cells={code: cell for code, cell in filled.cells.items() if code != "A3"},
    )  # fmt: skip
    assert set(compute_totals(without).computed) == {"A5"}


def test_a_ratio_is_no_part_of_a_total() -> None:
    beyond = make_indicator("A0", computed="A5 + A1")
    filled = fill({"A1": 6, "A2": 3}, rows=(*ROWS, beyond), cells={"A0": AskedCell("Số liệu", "C20")})
    assert set(filled.computed) == {"A3", "A4", "A5"}


@pytest.mark.parametrize(
    ("stored", "is_formula", "codes"),
    [
        ("9", False, []),
        ("9.0", True, []),
        ("9.000000000001", True, []),
        ("9.00000000001", True, ["total.stale"]),
        ("8", True, ["total.stale"]),
        ("10", False, ["total.differs"]),
        ("0x9", False, ["total.differs"]),
        ("", True, []),
    ],
)
def test_what_stands_in_a_total_is_held_against_its_parts(stored: str, is_formula: bool, codes: list[str]) -> None:
    cell = AskedCell("Số liệu", "C6", stored=stored, is_formula=is_formula)
    issues = check(fill(WHOLE, cells={"A3": cell}))
    assert [issue.code for issue in issues] == codes
    assert all((each.found, each.expected, each.label) == (stored, "9", "Chỉ tiêu A3") for each in issues)
    assert all((each.sheet, each.cell, each.indicator) == ("Số liệu", "C6", "A3") for each in issues)


def test_a_total_of_nothing_is_exactly_nothing() -> None:
    for stored, codes in {"0": [], "0.0": [], "0.1": ["total.differs"]}.items():
        cell = AskedCell("Số liệu", "C6", stored=stored)
        assert [issue.code for issue in check(fill({**WHOLE, "A1": 0, "A2": 0}, cells={"A3": cell}))] == codes


def test_a_ratio_is_held_against_its_parts_too() -> None:
    cell = AskedCell("Số liệu", "C8", stored="3", is_formula=True)
    assert told(fill(WHOLE, cells={"A5": cell})) == [("total.stale", "C8", "A5")]


# Empty cells


def test_every_empty_cell_that_is_asked_for_is_told_once_but_no_total_and_nothing_optional() -> None:
    assert told(fill({"A1": 0}, form={"optional": ("A6", "A9")})) == [
        ("cell.missing", CELLS[code], code) for code in ("A2", "A7", "A8")
    ]


def test_what_was_not_found_or_not_readable_is_not_called_empty() -> None:
    filled = fill({"A1": 0}, cells={"A2": AskedCell("Số liệu", "C5")}, form={"optional": ("A6", "A7", "A8", "A9")})
    assert told(filled) == []
    assert told(FilledForm(form=filled.form, period=filled.period, rows=ROWS, tables=(), cells={}, values={})) == []


@pytest.mark.parametrize(
    ("required", "blank", "codes"),
    [(True, True, ["text.missing"]), (True, False, []), (False, True, [])],
)
def test_prose_is_missing_only_where_it_is_required(required: bool, blank: bool, codes: list[str]) -> None:
    prose = PROSE.model_copy(update={"required": required})
    cells = {"ket-qua": AskedCell("Thuyết minh", "B4", is_blank=blank)}
    issues = check(fill(WHOLE, form={"narratives": (prose,)}, cells=cells))
    assert [issue.code for issue in issues] == codes
    assert all((each.sheet, each.cell, each.label) == ("Thuyết minh", "B4", "Kết quả") for each in issues)


def row(cells: dict[str, str] | None = None, **values: Value) -> TableRow:
    return TableRow(sheet="Bảng 1", values=values, cells=cells or {"ten": "B5", "nguoi": "C5"})


@pytest.mark.parametrize(
    ("line", "unreadable", "found"),
    [
        (row(ten="Tổ 1"), set(), []),
        (row(nguoi=5), set(), [("table.cell_missing", "B5")]),
        (row(nguoi=5), {("Bảng 1", "B5")}, []),
        (row(nguoi=5), {("Số liệu", "B5")}, [("table.cell_missing", "B5")]),
        (row({"nguoi": "C5"}, nguoi=5), set(), [("table.cell_missing", "")]),
    ],
    ids=["complete", "empty", "told already", "another sheet's cell", "a column that was not found"],
)
def test_a_row_that_was_begun_has_its_required_columns(
    line: TableRow, unreadable: set[tuple[str, str]], found: list[tuple[str, str]]
) -> None:
    filled = fill(WHOLE, tables=(TABLE,), table_rows={"to": (line,)}, unreadable=frozenset(unreadable))
    assert [(issue.code, issue.cell) for issue in check(filled)] == found
    assert all((issue.sheet, issue.label) == ("Bảng 1", "Tên") for issue in check(filled))


# Texts


@pytest.mark.parametrize(("text", "codes"), [("0123456789"[:9] + "x", []), ("quá dài rồi", ["text.too_long"])])
def test_prose_is_no_longer_than_the_form_allows(text: str, codes: list[str]) -> None:
    prose = {"ket-qua": Figure(value=text, sheet="Thuyết minh", cell="B4")}
    issues = check(fill(WHOLE, form={"narratives": (PROSE,)}, narratives=prose))
    assert [issue.code for issue in issues] == codes
    for issue in issues:
        assert (issue.sheet, issue.cell, issue.indicator, issue.label) == ("Thuyết minh", "B4", "ket-qua", "Kết quả")
        assert (issue.found, issue.expected) == ("11 ký tự", "10 ký tự")


@pytest.mark.parametrize(("more", "found"), [(0, []), (1, [("text.too_long", "B4", "1001 ký tự")])])
def test_a_text_in_a_table_is_no_longer_than_a_remark(more: int, found: list[tuple[str, str, str]]) -> None:
    row = TableRow(sheet="Bảng 1", cells={"ten": "B4"}, values={"ten": "a" * (MOST_OF_REMARK + more)})
    issues = check(fill(WHOLE, tables=(TABLE,), table_rows={"to": (row,)}))
    assert [(issue.code, issue.cell, issue.found) for issue in issues] == found


PHONE, CITIZEN = "gọi 0912345678", "CCCD 020099001234"


@pytest.mark.parametrize(
    ("more", "found"),
    [
        ({"values": {**WHOLE, "A9": PHONE}}, ("text.phone_number", "Số liệu", "C12")),
        ({"narratives": {"ket-qua": Figure(value=CITIZEN, sheet="Thuyết minh", cell="B4")}},
         ("text.citizen_number", "Thuyết minh", "B4")),
        ({"table_rows": {"to": (row(ten=PHONE, nguoi=5),)}}, ("text.phone_number", "Bảng 1", "B5")),
    ],
    ids=["a figure", "prose", "a table"],
)  # fmt: skip
def test_a_number_that_names_a_person_is_found_in_any_text(more: dict[str, Any], found: tuple[str, ...]) -> None:
    values = more.pop("values", WHOLE)
    assert [(each.code, each.sheet, each.cell) for each in check(fill(values, **more))] == [found]


def test_a_figure_that_looks_like_a_telephone_number_is_a_figure() -> None:
    assert told(fill({**WHOLE, "A7": 912345678})) == []


# A form's own rules


def rule(text: str, severity: Severity = Severity.ERROR) -> dict[str, Any]:
    return {"rules": (Rule(id="R1", check=text, message="Số trong đó không lớn hơn tổng.", severity=severity),)}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("A2 <= A1", None),
        ("A1 == A2 + A2", None),
        ("A1 <= A2", "A1 = 6 (ô C4); A2 = 3 (ô C5)"),
        ("A3 <= A6 + 2", "A3 = 9 (ô C6); A6 = 1 (ô C9); 2"),
        ("A7 <= A8", "A7 = 1.000 (ô C10); A8 = Có (ô C11)"),
        ("count(to) == A2", "bảng “Tổ tự quản”: 2; A2 = 3 (ô C5)"),
        ("A2 == 9 - sum(to.nguoi)", "A2 = 3 (ô C5); 9; bảng “Tổ tự quản”: 7"),
        ("sum(to.nguoi) == 7", None),
        ("A1 <= B9", None),
        ("count(khac) == 5", None),
        ("A5 <= 1", None),
        ("A2 * 2 + A6 * 0,5 <= A1", "A2 = 3 (ô C5); A6 = 1 (ô C9); A1 = 6 (ô C4)"),
        ("A1 <= A2 * 1000", None),
        ("max(A1, 2 * A2) <= min(A7, 5)", "A1 = 6 (ô C4); A2 = 3 (ô C5); A7 = 1.000 (ô C10)"),
    ],
)
def test_a_broken_rule_shows_its_operands_and_their_cells(text: str, found: str | None) -> None:
    lines = (row(ten="Tổ 1", nguoi=5), row(ten="Tổ 2", nguoi=2))
    issues = check(fill(WHOLE, form=rule(text), tables=(OTHER, TABLE), table_rows={"to": lines}))
    assert [issue.found for issue in issues] == ([found] if found else [])
    assert all((issue.code, issue.expected) == ("rule.broken", text) for issue in issues)
    assert all("Số trong đó không lớn hơn tổng." in issue.message for issue in issues)


LOCK_DAY = make_period().lock.date()
DATA_TO = make_period().data_to


@pytest.mark.parametrize(
    ("days", "taken"),
    [
        ({}, "error"),
        ({"valid_from": DATA_TO}, "error"),
        ({"valid_from": DATA_TO + DAY}, None),
        ({"valid_to": DATA_TO}, "error"),
        ({"valid_to": DATA_TO - DAY}, None),
        ({"refuses_from": DATA_TO}, "error"),
        ({"refuses_from": DATA_TO + DAY}, "announced"),
        ({"valid_from": DATA_TO + DAY, "refuses_from": DATA_TO + 2 * DAY}, None),
        ({"withdrawn": DATA_TO, "reason": "Chưa phù hợp."}, None),
        ({"withdrawn": LOCK_DAY, "reason": "Chưa phù hợp."}, None),
        ({"withdrawn": LOCK_DAY + 2 * DAY, "reason": "Chưa phù hợp."}, "warning"),
        ({"withdrawn": LOCK_DAY + 2 * DAY, "reason": "…", "refuses_from": DATA_TO + DAY}, "warning"),
    ],
    ids=["always", "from this period on", "from the next one on", "to this period", "to the last one",
         "refuses from this period on", "warns at first", "neither yet", "withdrawn before it opened",
         "withdrawn while it was open", "withdrawn once it was locked", "withdrawn before it refused"],
)  # fmt: skip
def test_the_days_of_a_rule_are_held_against_the_period(days: dict[str, Any], taken: str | None) -> None:
    """By nothing else: not by when a report was sent or is checked, so that every door gives the same answer."""
    given = Rule(id="R1", check="A1 <= A2", message="Sai.", **days)
    issues = check(fill(WHOLE, form={"rules": (given,)}))
    severity = {"announced": "warning"}.get(taken or "", taken)
    assert [(issue.severity.value, issue.code) for issue in issues] == (
        [(severity, "rule.announced" if taken == "announced" else "rule.broken")] if taken else []
    )


def test_a_rule_that_only_warns_says_from_when_it_refuses() -> None:
    given = Rule(id="R1", check="A1 <= A2", message="Sai.", refuses_from=date(2026, 7, 1))
    (issue,) = check(fill(WHOLE, form={"rules": (given,)}))
    assert "Kỳ này chỉ cảnh báo; ở các kỳ chốt số liệu từ ngày 01/7/2026, đây là lỗi." in issue.message


def test_a_rule_points_to_its_first_cell_and_weighs_what_the_form_says() -> None:
    (issue,) = check(fill(WHOLE, form=rule("A1 <= A2", Severity.WARNING)))
    assert (issue.severity, issue.sheet, issue.cell, issue.indicator) == (Severity.WARNING, "Số liệu", "C4", "A1")
    assert issue.label == "Chỉ tiêu A1"


def test_a_rule_may_name_everything_that_is_asked() -> None:
    filled = fill(WHOLE, form=rule("A1 <= count(to) + A2"), rows=ROWS[:2], tables=(TABLE,))
    assert told(filled) == [("rule.broken", "C4", "A1")]


def test_a_rule_over_tables_alone_points_to_the_form() -> None:
    (issue,) = check(fill(WHOLE, form=rule("count(to) == 1"), tables=(TABLE,)))
    assert (issue.sheet, issue.cell, issue.indicator, issue.label) == ("", "", "", "")


def test_a_rule_says_nothing_of_what_is_missing() -> None:
    values = {code: value for code, value in WHOLE.items() if code != "A6"}
    assert told(fill(values, form={**rule("A1 <= A6"), "optional": ("A6",)})) == []


# The period that this one includes, and the year before


@pytest.mark.parametrize(
    ("cumulative", "values", "before", "codes"),
    [
        (True, {"A1": 5}, {"A1": 6}, ["A1"]),
        (True, {"A1": 6}, {"A1": 6}, []),
        (True, {"A7": 1}, {"A7": 2}, ["A7"]),
        (True, {"A6": 1}, {"A6": 2}, []),
        (True, {"A8": False}, {"A8": True}, []),
        (True, {"A1": 1, "A2": 2}, {"A3": 5}, ["A3"]),
        (True, {"A1": 5}, {}, []),
        (True, {}, {"A1": 6}, []),
        (True, {"A1": "năm"}, {"A1": 6}, []),
        (False, {"A1": 5}, {"A1": 6}, []),
    ],
    ids=["less", "as many", "money", "a stock may fall", "a flag", "a total", "nothing before", "nothing now",
         "no number", "not cumulative"],
)  # fmt: skip
def test_what_was_counted_cannot_have_become_less(
    cumulative: bool, values: dict[str, Value], before: dict[str, Value], codes: list[str]
) -> None:
    optional = tuple(row.code for row in ROWS)
    filled = fill(values, form={"cumulative": cumulative, "optional": optional})
    issues = hold(filled, included=place(**before))
    assert [(issue.code, issue.indicator) for issue in issues] == [("rule.less_than_before", code) for code in codes]
    for issue in issues:
        old = before[issue.indicator]
        assert issue.expected == f"{old}"
        assert (issue.found, issue.cell) == (str(filled.values[issue.indicator].value), CELLS[issue.indicator])
        assert issue.severity is Severity.ERROR


@pytest.mark.parametrize(
    ("new", "old", "is_unusual"),
    [
        (100, 20, True),
        (20, 100, True),
        (99, 20, False),
        (25, 5, True),
        (24, 4, True),
        (23, 4, False),
        (20, 0, True),
        (19, 0, False),
        (0, 20, True),
        (Decimal("25.5"), 5, True),
        ("100", 20, False),
        (True, 100, False),
    ],
)
def test_a_figure_is_unusual_five_times_its_predecessor_and_twenty_apart(
    new: Value, old: Value, is_unusual: bool
) -> None:
    issues = hold(fill({**WHOLE, "A6": new}), last_year=place(A6=old))
    assert [issue.code for issue in issues] == ["rule.unusual"] * is_unusual
    assert all((each.severity, each.expected) == (Severity.WARNING, f"kỳ trước: {old}") for each in issues)


def test_a_total_is_not_unusual_beside_its_parts() -> None:
    assert hold(fill(WHOLE), last_year=place(A3=900)) == []


def test_everything_is_told_in_one_pass_in_one_order() -> None:
    filled = fill(
        {"A1": 100, "A2": 3, "A6": 1, "A7": 1, "A9": PHONE},
        form={**rule("A1 <= A2"), "cumulative": True},
        cells={"A3": AskedCell("Số liệu", "C6", stored="1")},
    )
    told_later = hold(filled, included=place(A7=5), last_year=place(A1=1))
    assert [issue.code for issue in [*check(filled), *told_later]] == [
        "cell.missing", "total.differs", "text.phone_number", "rule.broken", "rule.less_than_before", "rule.unusual",
    ]  # fmt: skip
