"""A state has one word, wherever it is shown."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from decimal import Decimal
from enum import StrEnum
from pathlib import Path

import pytest

from chalicelib.domain.clock import Timeliness
from chalicelib.domain.period import words
from chalicelib.domain.period.consolidation import Phase
from chalicelib.domain.period.targets import ConditionResult, TargetState
from chalicelib.domain.period.timeliness import Standing
from chalicelib.domain.period.totals import FigureState, UnitFigure
from chalicelib.domain.programme import kinds
from chalicelib.domain.programme.kinds import KINDS, Kind
from chalicelib.domain.submission.records import Review
from chalicelib.domain.values import Number, Value
from tests.domain.builders import make_indicator

PRODUCT = Path(__file__).parents[2] / "chalicelib"
TABLES: dict[type[StrEnum], Mapping[object, str]] = {
    Timeliness: words.TIMELINESS, Standing: words.STANDING, Review: words.REVIEW, TargetState: words.TARGET,
    FigureState: words.FIGURE, Phase: words.PHASE,
}  # fmt: skip


@pytest.mark.parametrize("states", TABLES)
def test_every_state_has_its_own_word(states: type[StrEnum]) -> None:
    table = TABLES[states]
    assert set(table) == set(states)
    assert all(table.values())
    assert len(set(table.values())) == len(table)


def test_every_kind_has_its_own_name() -> None:
    assert len({kind.name for kind in KINDS.values()}) == len(KINDS)
    assert all(kind.name and kind.prompt for kind in KINDS.values())


def test_no_other_module_has_a_table_of_words() -> None:
    found = {
        f"{path.relative_to(PRODUCT)}:{line}"
        for path in PRODUCT.rglob("*.py") if path.name != "words.py"
        for line in find_tables(ast.parse(path.read_text("utf-8")))
    }  # fmt: skip
    assert found == set()


def find_tables(tree: ast.AST) -> Iterator[int]:
    """Lines where two states or more stand beside a Vietnamese word each, as a dict or as pairs."""
    for node in ast.walk(tree):
        pairs: list[tuple[ast.expr | None, ast.expr]] = []
        if isinstance(node, ast.Dict):
            pairs = list(zip(node.keys, node.values, strict=True))
        elif isinstance(node, ast.Tuple | ast.List):
            pairs = [(each.elts[0], each.elts[1]) for each in node.elts
                     if isinstance(each, ast.Tuple) and len(each.elts) == 2]  # fmt: skip
        if sum(is_state(key) and is_word(value) for key, value in pairs) > 1:
            yield node.lineno


def is_state(node: ast.expr | None) -> bool:
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        return node.value.id in {states.__name__ for states in TABLES}
    return isinstance(node, ast.Constant) and node.value in {state for states in TABLES for state in states}


def is_word(node: ast.expr) -> bool:
    texts = [each.value for each in ast.walk(node) if isinstance(each, ast.Constant) and isinstance(each.value, str)]
    return any(not text.isascii() for text in texts)


@pytest.mark.parametrize(
    "source",
    [
        '{Review.RETURNED: "Trả lại", Review.APPROVED: "Đã duyệt"}',
        '{"late": "Muộn", "on_time": "Đúng hạn"}',
        '((TargetState.UNMET, "chưa đạt"), (TargetState.MET, "đạt"))',
        '{Standing.LATE: Label("Muộn", "bad"), Standing.MISSING: Label("Chưa có", "bad")}',
    ],
)
def test_a_second_table_would_be_found(source: str) -> None:
    assert list(find_tables(ast.parse(source))) == [1]


@pytest.mark.parametrize("folder", ["report", "domain/period", "web"])
def test_a_word_of_a_state_is_not_written_out(folder: str) -> None:
    """Not as a text of its own; within a sentence it may stand. An action of the audit is no state."""
    known = {word.lower() for table in TABLES.values() for word in table.values()}
    for path in (PRODUCT / folder).rglob("*.py"):
        if path.name not in ("words.py", "audit_words.py"):
            constants = [node.value for node in ast.walk(ast.parse(path.read_text("utf-8")))
                         if isinstance(node, ast.Constant) and isinstance(node.value, str)]  # fmt: skip
            assert {text for text in constants if text.lower() in known} == set(), path


@pytest.mark.parametrize(
    ("value", "kind", "printed"),
    [
        (1234, kinds.FLOW, "1.234"),
        (True, kinds.FLAG, "Có"),
        ("2022-05-14", kinds.DATE, "14/5/2022"),
        ("2022-05-14", kinds.TEXT, "2022-05-14"),
        ("chưa rõ", kinds.DATE, "chưa rõ"),
        (None, kinds.FLOW, ""),
    ],
)
def test_a_value_is_printed_as_its_kind_is(value: Value | None, kind: Kind, printed: str) -> None:
    assert words.print_value(value, kind) == printed


def test_a_share_is_printed_as_a_percentage_and_an_estimate_says_so() -> None:
    figure = UnitFigure("F56", "180", "nam", FigureState.KNOWN, value=1, estimated=True)
    assert words.print_figure(figure, make_indicator("F56", "ratio")) == "100% (ước)"
    assert words.print_figure(figure, make_indicator("F56")) == "1 (ước)"
    assert words.print_figure(UnitFigure("F56", "180", "nam", FigureState.MISSING), make_indicator("F56")) == "thiếu"


@pytest.mark.parametrize(
    ("kept", "kind", "printed"),
    [
        (1500, kinds.FLOW, "1.500"),
        ("12.5", kinds.MEASURE, "12,5"),
        ("12 (ước)", kinds.FLOW, "12 (ước)"),
        ("0.125", kinds.RATIO, "12,5%"),
        ("2022-02-05", kinds.DATE, "05/02/2022"),
        (True, kinds.FLAG, "Có"),
        (None, kinds.FLOW, ""),
        ("Đúng hạn (bản nộp 2)", None, "Đúng hạn (bản nộp 2)"),
    ],
)
def test_a_value_that_an_edition_keeps_is_printed_as_a_figure_is(
    kept: Value | None, kind: Kind | None, printed: str
) -> None:
    assert words.print_kept(kept, kind) == printed


@pytest.mark.parametrize(
    ("before", "after", "kind", "difference", "growth"),
    [
        (1000, 2200, kinds.FLOW, "+1.200", "+120%"),
        (6, 3, kinds.FLOW, "-3", "-50%"),
        (0, 3, kinds.FLOW, "+3", ""),
        (100_000, 100_001, kinds.FLOW, "+1", "dưới 0,1%"),
        (Decimal("1.5"), 2, kinds.MEASURE, "+0,5", "+33,3%"),
        (Decimal("0.5"), Decimal("0.521"), kinds.RATIO, "+2,1 điểm phần trăm", ""),
        (Decimal("0.5"), Decimal("0.50001"), kinds.RATIO, "dưới 0,1 điểm phần trăm", ""),
        (None, 3, kinds.FLOW, "", ""),
        (3, None, None, "", ""),
        (2, 3, None, "+1", "+50%"),
    ],
)
def test_a_difference_has_its_sign_and_its_share(
    before: Number | None, after: Number | None, kind: Kind | None, difference: str, growth: str
) -> None:
    assert words.print_difference(before, after, kind) == difference
    assert words.print_growth(before, after, kind) == growth


@pytest.mark.parametrize(
    ("value", "needed", "estimated", "shown"),
    [
        (1, 2, False, "01/02"), (0, 1, False, "0/01"), (Decimal("0.5"), 1, True, "0,5/01 (ước)"),
        (None, 2, False, "chưa có số liệu, cần 02"), (1, None, False, "01, chưa rõ mức cần đạt"),
        (None, None, False, "chưa có số liệu"),
    ],
)  # fmt: skip
def test_what_was_reached_of_a_target_is_told_in_words(
    value: Number | None, needed: Number | None, estimated: bool, shown: str
) -> None:
    assert words.print_condition(ConditionResult("A1", value, needed, TargetState.UNKNOWN, estimated)) == shown
