"""Clocks and duties: what is moved or switched is in force, with its line in the audit, and nothing else changes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.domain.audit import Stamp
from chalicelib.domain.programme.model import Duty, Programme
from chalicelib.office.changes import make_change
from chalicelib.office.duties import Clocks, move_clocks, switch_duty
from chalicelib.office.refusals import Mistaken, Moved, Unknown
from chalicelib.store import programmes
from chalicelib.store.audit import query_month

OPENS = datetime(2022, 4, 20, 1, 0, tzinfo=UTC)
DUE, LOCK = OPENS + timedelta(days=10), OPENS + timedelta(days=20)
DUTY = Duty(unit_type="district", period="6-thang", form="bc", enabled=False)


def audited() -> str:
    """What was changed; the import of the sample, of the same moment, tells nothing."""
    lines = query_month("mau", month="2022-05")
    return next(line.details["what"] for line in lines if "what" in line.details)


def test_the_clocks_of_one_period_are_moved(programme: Programme, stamp: Stamp) -> None:
    change = move_clocks(programme, programme.period_by_code["6-thang"], Clocks(OPENS, DUE, LOCK, 12))
    make_change(programme, change, stamp=stamp)
    moved = programmes.load_in_force("mau").period_by_code
    half = moved["6-thang"]
    assert (half.opens, half.due, half.lock, half.grace) == (OPENS, DUE, LOCK, timedelta(hours=12))
    assert moved["nam"] == programme.period_by_code["nam"]
    assert audited().startswith("6 tháng: Mở 08:00 ngày 20/")


@pytest.mark.parametrize("clocks", [Clocks(DUE, OPENS, LOCK), Clocks(OPENS, LOCK, DUE), Clocks(OPENS, OPENS, LOCK)])
def test_clocks_out_of_order_are_refused(programme: Programme, stamp: Stamp, clocks: Clocks) -> None:
    with pytest.raises(Mistaken, match="phải theo thứ tự mở"):
        make_change(programme, move_clocks(programme, programme.period_by_code["6-thang"], clocks), stamp=stamp)


def test_a_duty_is_switched_off_and_not_from_an_old_version(programme: Programme, stamp: Stamp) -> None:
    make_change(programme, switch_duty(programme, DUTY), stamp=stamp)
    assert programmes.load_in_force("mau").obligations("6-thang") == ()
    assert audited() == "tắt báo cáo phải nộp: Báo cáo, Huyện, thành phố, 6 tháng"
    with pytest.raises(Moved):
        make_change(programme, switch_duty(programme, DUTY.model_copy(update={"period": "nam"})), stamp=stamp)


@pytest.mark.parametrize("wrong", [{"unit_type": "x"}, {"period": "x"}, {"form": "x"}])
def test_a_duty_of_what_is_not_there_is_unknown(programme: Programme, wrong: dict[str, str]) -> None:
    with pytest.raises(Unknown):
        switch_duty(programme, DUTY.model_copy(update=wrong))
