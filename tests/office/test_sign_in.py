"""Who fails too often has to wait, and nobody else."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chalicelib.domain.audit import SYSTEM, Stamp
from chalicelib.office.sign_in import has_failed_too_often, note_failure, note_sign_in
from tests.office.audit import read_audit
from tests.store.sample import NOON

HERE, ELSEWHERE = "192.0.2.1", "192.0.2.2"


def fail(times: int, *, names: int = 1) -> None:
    for number in range(times):
        note_failure(f"an{number % names}", address=HERE, now=NOON)


@pytest.mark.usefixtures("stores")
def test_a_name_waits_after_eight_failures_from_one_address() -> None:
    fail(7)
    assert not has_failed_too_often("an0", address=HERE, now=NOON)
    fail(1)
    assert has_failed_too_often("AN0", address=HERE, now=NOON)
    assert not has_failed_too_often("an0", address=ELSEWHERE, now=NOON), (
        "a stranger's failures keep nobody out elsewhere"
    )
    assert not has_failed_too_often("an1", address=HERE, now=NOON)
    assert not has_failed_too_often("an0", address=HERE, now=NOON + timedelta(minutes=15))


@pytest.mark.usefixtures("stores")
def test_an_address_waits_after_thirty_failures_under_any_names() -> None:
    fail(30, names=10)
    assert has_failed_too_often("binh", address=HERE, now=NOON)
    assert not has_failed_too_often("binh", address=ELSEWHERE, now=NOON)


@pytest.mark.usefixtures("stores")
def test_who_came_in_is_in_the_audit_of_no_programme() -> None:
    note_sign_in("an", stamp=Stamp("pv05:an", NOON))
    assert read_audit(programme=SYSTEM) == [("pv05:an", "console.signed_in", "an", {})]
