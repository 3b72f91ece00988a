"""Links of many units at once, the roster of units, and editions that did not appear."""

from __future__ import annotations

import csv
import io
from datetime import datetime, timedelta

import pytest

from chalicelib.domain.programme.loading import ProgrammeInvalid
from chalicelib.domain.programme.model import Programme
from chalicelib.intake.links import open_link
from chalicelib.operate.link_lists import issue, render_csv, revoke, rotate
from chalicelib.operate.overdue import GRACE, count_new, find_overdue
from chalicelib.operate.rosters import read_units, replace_units
from chalicelib.report.publish import FREEZE_WITHIN, LAST_LOOK, publish_edition
from chalicelib.store import programmes
from tests.store.sample import LOCK, NOON

EXPIRES = NOON + timedelta(days=30)


def test_every_unit_gets_a_link_that_opens(programme: Programme) -> None:
    issued = issue(programme, ["178", "180"], expires=EXPIRES, actor="thử", now=NOON)
    opened = [open_link(each.token, NOON) for each in issued]
    assert [link.unit for link in opened if link] == ["178", "180"]


def test_rotation_closes_the_old_links_of_these_units_alone(programme: Programme) -> None:
    old = issue(programme, ["178", "180"], expires=EXPIRES, actor="thử", now=NOON)
    new = rotate(programme, ["178"], expires=EXPIRES, actor="thử", now=NOON)
    assert [open_link(each.token, NOON) is not None for each in (*old, *new)] == [False, True, True]


def test_revoked_links_are_counted(programme: Programme) -> None:
    issue(programme, ["178"], expires=EXPIRES, actor="thử", now=NOON)
    assert revoke(programme, ["178"], actor="thử", now=NOON) == 2
    assert revoke(programme, ["178"], actor="thử", now=NOON) == 0


def test_the_list_opens_in_excel_and_holds_whole_links(programme: Programme) -> None:
    issued = issue(programme, ["178"], expires=EXPIRES, actor="thử", now=NOON)
    text = render_csv(issued, "https://nop.example/api/")
    assert text.startswith("\ufeff")
    row = list(csv.reader(io.StringIO(text)))[1]
    assert row[:3] == ["178", "Thành phố Lạng Sơn", f"https://nop.example/api/nop/{issued[0].token}"]


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
