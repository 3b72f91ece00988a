"""The province's figures of two editions: what changed, and whether the same units stand behind both."""

from __future__ import annotations

from decimal import Decimal

import pytest

from chalicelib.domain.period.headline import Headline, HeadlineChange, find_headline_changes

OLD = {"B": Headline(10, 3), "A": Headline(5, 3), "C": Headline(None, 0), "GONE": Headline(1, 1)}
NEW = {"A": Headline(7, 4), "B": Headline(10, 4), "C": Headline(2, 1), "COME": Headline(Decimal("0.5"), 1)}


def test_only_figures_that_differ_are_listed_in_the_order_asked_for() -> None:
    changes = list(find_headline_changes(OLD, NEW, order=["C", "A", "B"]))
    assert [(each.indicator, each.values) for each in changes] == [
        ("C", (None, 2)), ("A", (5, 7)), ("GONE", (1, None)), ("COME", (None, Decimal("0.5"))),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("before", "after", "is_other"),
    [
        (Headline(5, 3), Headline(7, 3), False),
        (Headline(5, 3), Headline(7, 4), True),
        (Headline(5, 3, frozenset({"a"})), Headline(7, 3, frozenset({"b"})), True),
        (None, Headline(7, 4), False),
    ],
)
def test_a_difference_over_other_units_is_told_from_one_over_the_same(
    before: Headline | None, after: Headline, is_other: bool
) -> None:
    assert HeadlineChange("A", before, after).is_of_other_units == is_other
