"""The roster of units, and editions that did not appear."""

from __future__ import annotations

from datetime import datetime

import pytest

from chalicelib.domain.programme.loading import ProgrammeInvalid
from chalicelib.domain.programme.model import Programme
from chalicelib.operate.overdue import GRACE, count_new, find_overdue
from chalicelib.operate.rosters import read_units, replace_units
from chalicelib.report.publish import FREEZE_WITHIN, LAST_LOOK, publish_edition
from chalicelib.store import programmes
from tests.store.sample import LOCK, NOON


def test_a_new_roster_is_a_new_version(programme: Programme) -> None:
    more = read_units("mau") + "181,Bình Gia,Huyện Bình Gia,district,,,,chắc chắn,\n".encode()
    assert replace_units("mau", more, actor="pv05", now=NOON).number == programme.version + 1
    assert replace_units("mau", more, actor="pv05", now=NOON).number == programme.version + 1
    assert "181" in programmes.load_in_force("mau").unit_by_code


def test_a_roster_with_mistakes_changes_nothing(programme: Programme) -> None:
    with pytest.raises(ProgrammeInvalid):
        replace_units("mau", b"code\n", actor="pv05", now=NOON)
    assert programmes.load_in_force("mau").version == programme.version


@pytest.mark.usefixtures("programme")
@pytest.mark.parametrize(
    ("at", "overdue"),
    [(LOCK, []), (LOCK + GRACE, ["mau/6-thang"]), (LOCK + FREEZE_WITHIN, ["mau/6-thang"]), (LOCK + LAST_LOOK, [])],
)
def test_a_locked_period_without_a_frozen_edition_is_overdue(at: datetime, overdue: list[str]) -> None:
    assert find_overdue(at) == overdue


@pytest.mark.usefixtures("programme")
def test_a_frozen_edition_ends_it_and_is_counted_once() -> None:
    edition = publish_edition("mau", "6-thang", now=LOCK, actor="thử")
    assert find_overdue(LOCK + GRACE) == []
    assert count_new({"mau/6-thang": edition.number}, made=LOCK) == 1
    assert count_new({"mau/6-thang": edition.number}, made=LOCK + GRACE) == 0
