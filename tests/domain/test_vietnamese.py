"""Figures in Vietnamese, and percentages that add up."""

from __future__ import annotations

import doctest
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain import values
from chalicelib.domain.language import vietnamese
from chalicelib.domain.language.vietnamese import format_number, format_points, join_words, share_hundred
from chalicelib.domain.period import totals
from chalicelib.domain.programme import kinds
from chalicelib.domain.submission.typed_figures import read_typed


@pytest.mark.parametrize("module", [values, vietnamese, totals])
def test_the_examples_in_the_documentation_hold(module: object) -> None:
    assert doctest.testmod(module).failed == 0  # type: ignore[arg-type]


@given(st.integers(0, 10**14))
def test_what_is_written_is_read_back_as_the_same_count(number: int) -> None:
    assert read_typed(format_number(number), kinds.FLOW).number == number


@given(st.decimals(0, 10**9, places=2, allow_nan=False))
def test_what_is_written_is_read_back_as_the_same_quantity(number: Decimal) -> None:
    reading = read_typed(format_number(number), kinds.MEASURE)
    assert reading.number == number or reading.code == "cell.ambiguous"  # "1.234" alone is refused as a quantity


@given(st.lists(st.integers(0, 500), min_size=1, max_size=6))
def test_shares_add_up_to_one_hundred(parts: list[int]) -> None:
    shares = share_hundred(parts)
    assert sum(shares) == (100 if sum(parts) else 0)
    exact = [Decimal(part) * 100 / max(1, sum(parts)) for part in parts]
    assert all(abs(share - each) < Decimal("0.1") for share, each in zip(shares, exact, strict=True))


def test_ratios_move_by_points_and_words_are_joined() -> None:
    assert format_points(Decimal("0.5"), Decimal("0.521")) == "tăng 2,1 điểm phần trăm"
    assert join_words(["A", "B", "C"]) == "A, B và C"
    assert join_words([]) == ""
