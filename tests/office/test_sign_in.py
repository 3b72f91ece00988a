"""Who fails too often has to wait, and nobody else."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from chalicelib.domain.audit import SYSTEM, Stamp
from chalicelib.office.sign_in import count_attempt, forgive_attempt, note_sign_in
from tests.office.audit import read_audit
from tests.store.sample import NOON

HERE, ELSEWHERE = "192.0.2.1", "192.0.2.2"


def attempt(times: int, *, names: int = 1, address: str = HERE, now: datetime = NOON) -> list[bool]:
    return [count_attempt(f"an{number % names}", address=address, now=now) for number in range(times)]


@pytest.mark.usefixtures("stores")
@pytest.mark.promise("isolated")
def test_a_name_waits_after_eight_failures_from_one_address() -> None:
    assert attempt(9) == [True] * 8 + [False]
    assert not count_attempt("AN0", address=HERE, now=NOON)
    assert attempt(1, address=ELSEWHERE) == [True], "a stranger's failures keep nobody out elsewhere"
    assert count_attempt("an1", address=HERE, now=NOON)
    assert attempt(1, now=NOON + timedelta(minutes=15)) == [True]


@pytest.mark.usefixtures("stores")
@pytest.mark.promise("isolated")
def test_an_address_waits_after_thirty_failures_under_any_names() -> None:
    assert all(attempt(30, names=10))
    assert not count_attempt("binh", address=HERE, now=NOON)
    assert count_attempt("binh", address=ELSEWHERE, now=NOON)


@pytest.mark.usefixtures("stores")
def test_attempts_that_did_not_fail_count_for_nothing() -> None:
    for _ in range(40):
        assert count_attempt("an", address=HERE, now=NOON)
        forgive_attempt("an", address=HERE, now=NOON)
    assert attempt(8) == [True] * 8


@pytest.mark.usefixtures("stores")
def test_who_came_in_is_in_the_audit_of_no_programme() -> None:
    note_sign_in("an", stamp=Stamp("pv05:an", NOON))
    assert read_audit(programme=SYSTEM) == [("pv05:an", "console.signed_in", "an", {})]
