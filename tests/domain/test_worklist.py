"""Every report that is due lies in one tray of the worklist, and is found by what people ask for."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.issues.issue import make_issue
from chalicelib.domain.period.worklist import (
    Flag,
    Order,
    Row,
    Sought,
    Tray,
    count_flags,
    count_trays,
    find_next,
    find_wanted,
    list_rows,
)
from chalicelib.domain.submission.letters import Moment, Progress, Reminder
from chalicelib.domain.submission.records import Review, State
from tests.domain.builders import (
    DUE,
    HOUR,
    LATE,
    OPENS,
    make_period,
    make_programme,
    make_state,
    make_submission,
    make_unit,
)

PERIOD = make_period()
NAMES = {"178": "Lạng Sơn", "180": "Tràng Định", "181": "Bình Gia", "182": "Đình Lập", "183": "Hữu Lũng"}
PROGRAMME = make_programme(units=tuple(make_unit(code, name) for code, name in NAMES.items()))
NOW = DUE


def stand(unit: str, review: str = "received", *, received: int = 1, **more: object) -> State:
    """The unit's report came so many hours after the opening, and this was decided."""
    warnings = more.pop("warnings", ())
    sent = make_submission(unit=unit, received=OPENS + received * HOUR, warnings=warnings)
    return make_state(sent, review=Review(review), **more)


def try_in_vain(unit: str) -> State:
    empty = make_state(last_rejected=OPENS + 9 * HOUR)
    return empty.model_copy(update={"address": empty.address.model_copy(update={"unit": unit}), "change": 1})


def list_all(*states: State, **more: object) -> tuple[Row, ...]:
    return list_rows(PROGRAMME, PERIOD, [state.summary for state in states], **{"now": NOW} | more)


@pytest.mark.parametrize(
    ("state", "tray"),
    [
        (None, Tray.MISSING),
        (try_in_vain("178"), Tray.MISSING),
        (stand("178"), Tray.TO_LOOK),
        (stand("178", "approved"), Tray.APPROVED),
        (stand("178", "returned"), Tray.RETURNED),
        (stand("178", "withdrawn"), Tray.WITHDRAWN),
    ],
)
def test_a_report_stands_in_one_place(state: State | None, tray: Tray) -> None:
    row = list_all(*([state] if state else []))[0]
    assert (row.key, row.name, row.tray) == ("bc/178", "Huyện Lạng Sơn", tray)


@given(st.lists(st.sampled_from(["", "vain", *Review]), min_size=5, max_size=5), st.sets(st.sampled_from(list(NAMES))))
def test_the_numbers_of_the_places_add_up_to_what_is_due(reviews: list[str], sent_for_nothing: set[str]) -> None:
    """Reports that are not due stand apart, whatever was decided of them."""
    owing = make_programme(units=tuple(
        make_unit(code, name, "department" if code in sent_for_nothing else "district") for code, name in NAMES.items()
    ))  # fmt: skip
    states = [
        try_in_vain(unit) if review == "vain" else stand(unit, review)
        for unit, review in zip(NAMES, reviews, strict=True) if review
    ]  # fmt: skip
    rows = list_rows(owing, PERIOD, [state.summary for state in states], now=NOW)
    counts = count_trays(rows)
    due = len(owing.obligations(PERIOD.code))
    assert sum(counts.values()) - counts[Tray.EXTRA] == due == len(NAMES) - len(sent_for_nothing)
    assert len({row.key for row in rows}) == len(rows)
    assert sorted(row.key for tray in Tray for row in find_wanted(rows, Sought(tray=tray))) == sorted(
        row.key for row in rows
    )


@pytest.mark.parametrize(
    ("state", "flags"),
    [
        (stand("178"), set()),
        (stand("178", corrects=True), {Flag.CORRECTED}),
        (stand("178", warnings=(make_issue("rule.unusual", indicator="A1"),)), {Flag.WARNED}),
        (stand("178", last_rejected=OPENS), set()),
        (stand("178", last_rejected=OPENS + 2 * HOUR), {Flag.REFUSED}),
        (stand("178", last_received=OPENS + 3 * HOUR, last_rejected=OPENS + 2 * HOUR), set()),
        (try_in_vain("178"), {Flag.REFUSED}),
        (stand("178", received=(LATE - OPENS) // HOUR), {Flag.LATE}),
        (stand("178", exception_until=NOW + HOUR), {Flag.EXCEPTED}),
        (stand("178", exception_until=NOW), set()),
    ],
)
def test_marks_say_what_else_there_is_to_see(state: State, flags: set[Flag]) -> None:
    rows = list_all(state)
    assert rows[0].flags == flags
    assert set(count_flags(rows)) == flags


@pytest.mark.parametrize(
    ("state", "progress", "is_flagged"),
    [
        (None, "sent", True),
        (None, "failed", False),
        (stand("178"), "sent", False),
        (stand("178", "returned"), "sent", True),
    ],
)
def test_who_was_reminded_and_has_not_answered_is_flagged(state: State | None, progress: str, is_flagged: bool) -> None:
    letters = [
        Reminder(unit="178", form="bc", moment=moment, at=OPENS + hours * HOUR, progress=Progress(progress))
        for hours, moment in ((5, Moment.MIDWAY), (2, Moment.OPENING))
    ]
    row = list_all(*([state] if state else []), reminders=letters)[0]
    assert (Flag.REMINDED in row.flags, row.reminded) == (is_flagged, OPENS + 5 * HOUR if is_flagged else None)


ROWS = list_all(
    stand("178", "approved", received=9), stand("180", received=4), stand("181", received=2, corrects=False),
    try_in_vain("183"), stand("182", received=7, corrects=True),
)  # fmt: skip


@pytest.mark.parametrize(
    ("wanted", "units"),
    [
        (Sought(), ["182", "181", "180", "183", "178"]),
        (Sought(order=Order.ROSTER), ["178", "180", "181", "182", "183"]),
        (Sought(order=Order.LATEST), ["178", "182", "180", "181", "183"]),
        (Sought(tray=Tray.TO_LOOK), ["182", "181", "180"]),
        (Sought(flag=Flag.REFUSED), ["183"]),
        (Sought(tray=Tray.TO_LOOK, flag=Flag.REFUSED), []),
        (Sought(words="dinh lap"), ["182"]),
        (Sought(words="ĐÌNH"), ["182", "180"]),
        (Sought(words="  huyen   dinh "), ["182", "180"]),
        (Sought(words="181"), ["181"]),
        (Sought(words="khong co"), []),
        (Sought(form="bc", unit_type="district", words="gia"), ["181"]),
        (Sought(form="khac"), []),
        (Sought(unit_type="department"), []),
    ],
)
def test_the_list_is_narrowed_and_ordered(wanted: Sought, units: list[str]) -> None:
    assert [row.status.unit for row in find_wanted(ROWS, wanted)] == units


@pytest.mark.parametrize(
    ("key", "found"), [("bc/182", "181"), ("bc/180", "182"), ("bc/178", "182"), ("bc/khac", "182"), ("", "182")]
)
def test_after_a_report_comes_the_next_one_that_waits_and_after_the_last_the_first(key: str, found: str) -> None:
    row = find_next(find_wanted(ROWS, Sought()), key)
    assert row is not None
    assert row.status.unit == found


def test_after_the_only_one_that_waits_comes_none() -> None:
    assert find_next(find_wanted(list_all(stand("178")), Sought()), "bc/178") is None


def test_a_unit_that_the_period_does_not_know_is_not_in_the_list() -> None:
    gone = make_unit("999", "Cũ").model_copy(update={"valid_to": PERIOD.data_to - timedelta(days=1)})
    programme = make_programme(units=(*PROGRAMME.units, gone))
    assert "bc/999" not in {row.key for row in list_rows(programme, PERIOD, [stand("999").summary], now=NOW)}
