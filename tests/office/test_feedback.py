"""The office's remark to a unit is written by one person at a time; the unit's look is noted once for each edition."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chalicelib.domain.audit import Stamp
from chalicelib.domain.programme.model import Period, Programme
from chalicelib.domain.submission.records import Edition
from chalicelib.intake.feedback import note_opening
from chalicelib.office.feedback import write_remark
from chalicelib.office.refusals import Moved, Unknown
from chalicelib.store.feedback import find_feedback, list_feedback
from tests.links import create_link
from tests.office.audit import read_audit
from tests.store.engine import Fault, broken_at, counted
from tests.store.sample import NOON

LATER = NOON + timedelta(hours=1)


@pytest.fixture
def period(programme: Programme) -> Period:
    return programme.period_by_code["6-thang"]


def write(programme: Programme, period: Period, text: str, *, stamp: Stamp, seen: int = 0, unit: str = "178") -> None:
    write_remark(programme, period, unit, text=text, seen=seen, stamp=stamp)


def make_edition(number: int = 1) -> Edition:
    return Edition(
        programme="mau", period="6-thang", number=number, made=NOON, frozen=True, programme_version=1, inputs=(),
        inputs_hash="x",
    )  # fmt: skip


def look(programme: Programme, *, edition: int = 1) -> None:
    _, link = create_link(programme, "178", expires=NOON + timedelta(days=9), now=NOON)
    known = find_feedback("mau", period="6-thang", unit="178")
    note_opening(link, known, make_edition(edition), now=LATER)


@pytest.mark.promise("told")
def test_a_remark_is_kept_and_audited_without_its_words(programme: Programme, period: Period, stamp: Stamp) -> None:
    write(programme, period, "Số liệu tốt.", stamp=stamp)
    assert list_feedback("mau", period="6-thang")["178"].remark == "Số liệu tốt."
    assert read_audit("remark.written") == [(stamp.actor, "remark.written", "unit:178", {"period": "6-thang"})]


@pytest.mark.promise("told")
def test_of_two_who_write_at_once_the_second_sees_first_what_the_other_wrote(
    programme: Programme, period: Period, stamp: Stamp
) -> None:
    write(programme, period, "Một.", stamp=stamp)
    with pytest.raises(Moved):
        write(programme, period, "Hai.", stamp=stamp)
    write(programme, period, "Hai.", seen=1, stamp=stamp)
    assert find_feedback("mau", period="6-thang", unit="178").remark == "Hai."


@pytest.mark.promise("finished")
def test_a_remark_whose_answer_was_lost_is_written_again_and_stands_once(
    programme: Programme, period: Period, stamp: Stamp
) -> None:
    for _ in range(2):
        write(programme, period, "Một.", stamp=stamp)
    assert len(read_audit("remark.written")) == 1


def test_a_unit_that_the_period_has_not_is_refused(programme: Programme, period: Period, stamp: Stamp) -> None:
    with pytest.raises(Unknown):
        write(programme, period, "Một.", unit="999", stamp=stamp)


@pytest.mark.promise("told")
def test_a_look_is_noted_once_for_each_edition(programme: Programme, period: Period) -> None:
    for edition in (1, 1, 2):
        look(programme, edition=edition)
    assert find_feedback("mau", period="6-thang", unit="178").opened == {"1": LATER, "2": LATER}
    assert sorted(details["edition"] for *_, details in read_audit("feedback.opened")) == ["1", "2"]


def test_a_units_look_stands_in_the_way_of_no_remark(programme: Programme, period: Period, stamp: Stamp) -> None:
    write(programme, period, "Một.", stamp=stamp)
    look(programme)
    write(programme, period, "Hai.", seen=1, stamp=stamp)
    known = find_feedback("mau", period="6-thang", unit="178")
    assert (known.remark, known.find_opening(1)) == ("Hai.", LATER)


def test_a_look_that_cannot_be_noted_keeps_nobody_from_looking(programme: Programme, period: Period) -> None:
    _, link = create_link(programme, "178", expires=NOON + timedelta(days=9), now=NOON)
    known = find_feedback("mau", period="6-thang", unit="178")
    with counted() as calls, broken_at(0, Fault.ERROR):
        note_opening(link, known, make_edition(), now=LATER)
    assert len(calls) == 1
    assert read_audit("feedback.opened") == []
