"""Number cells: the number that Excel shows, or an error."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from chalicelib.domain.programme import kinds
from chalicelib.domain.programme.kinds import Kind
from chalicelib.domain.submission.numbers import find_day, read_stored


@pytest.mark.parametrize(
    ("stored", "kind", "number"),
    [
        ("1234", kinds.FLOW, 1234),
        ("1234.0", kinds.FLOW, 1234),
        ("1E3", kinds.FLOW, 1000),
        ("2.9999999999999996", kinds.FLOW, 3),
        ("0.30000000000000004", kinds.MEASURE, Decimal("0.3")),
        ("13.85", kinds.MEASURE, Decimal("13.85")),
    ],
)
def test_a_number_cell_is_what_excel_shows(stored: str, kind: Kind, number: int | Decimal) -> None:
    assert read_stored(stored, kind).number == number


@pytest.mark.parametrize(
    ("stored", "code"),
    [
        ("1.234", "cell.not_whole"),
        ("-1", "cell.negative"),
        ("1e999", "cell.number_too_large"),
        ("inf", "cell.number_damaged"),
        ("NaN", "cell.number_damaged"),
        ("1_000", "cell.number_damaged"),
        ("１２", "cell.number_damaged"),
        ("0x10", "cell.number_damaged"),
        ("", "cell.number_damaged"),
    ],
)
def test_a_number_cell_that_is_no_count_is_an_error(stored: str, code: str) -> None:
    assert read_stored(stored, kinds.FLOW).code == code


@pytest.mark.parametrize(
    ("stored", "day"),
    [
        ("44693", date(2022, 5, 12)),
        ("44562", date(2022, 1, 1)),
        ("44926", date(2022, 12, 31)),
        ("44561", None),
        ("44927", None),
        ("44693.5", None),
        ("4469", None),
        ("٤٤٦٩٣", None),
    ],
)
def test_a_number_that_is_a_day_of_the_year_is_known(stored: str, day: date | None) -> None:
    assert find_day(stored, date(2022, 1, 1), date(2022, 12, 31)) == day
