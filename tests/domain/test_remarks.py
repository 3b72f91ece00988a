"""What may be a slip in a valid programme: days that are reported twice on one form."""

from __future__ import annotations

from datetime import date

import pytest

from chalicelib.domain.programme.model import Duty
from chalicelib.domain.programme.remarks import find_remarks
from tests.domain.builders import make_period, make_programme

JANUARY = (date(2026, 1, 1), date(2026, 1, 31))


@pytest.mark.parametrize(
    ("other", "form", "is_told"),
    [
        ((date(2026, 2, 1), date(2026, 2, 28)), "bc", False),
        ((date(2026, 1, 31), date(2026, 2, 28)), "bc", True),
        (JANUARY, "bc", True),
        ((date(2026, 1, 1), date(2026, 3, 31)), "bc", False),
        ((date(2026, 1, 10), date(2026, 1, 20)), "bc", False),
        ((date(2026, 1, 31), date(2026, 2, 28)), "khac", False),
    ],
    ids=["the next month", "a day twice", "the same days", "its quarter", "a part of it", "another form"],
)
def test_days_that_are_reported_twice_on_one_form_are_told(other: tuple[date, date], form: str, is_told: bool) -> None:
    periods = [
        make_period(code=code, data_from=first, data_to=last)
        for code, (first, last) in {"nam": JANUARY, "kia": other}.items()
    ]
    duties = (
        Duty(unit_type="district", period="nam", form="bc"),
        Duty(unit_type="district", period="kia", form=form),
    )
    told = {remark.path: remark.what for remark in find_remarks(make_programme(periods=periods, duties=duties))}
    what = "số liệu kỳ “Năm 2022” (kia) trùng ngày với kỳ “Năm 2022” (nam)"
    assert told.get(("periods", 1, "data_from")) == (what if is_told else None)
