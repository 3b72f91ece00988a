"""The tests' clock and chance: what a run is told is what its tests and their modules see."""

from __future__ import annotations

import secrets
import time
from datetime import UTC, datetime, timedelta

import pytest

from tests.clock import parse_instant

IMPORTED = datetime.now(UTC)


def test_every_test_begins_at_the_instant_of_the_run(pytestconfig: pytest.Config) -> None:
    given = pytestconfig.getoption("--clock")
    assert given <= datetime.now(UTC) < given + timedelta(minutes=1)
    assert given.timestamp() <= time.time() < given.timestamp() + 60


def test_modules_are_imported_at_that_instant_too(pytestconfig: pytest.Config) -> None:
    assert timedelta(0) <= IMPORTED - pytestconfig.getoption("--clock") < timedelta(minutes=5)


def test_an_instant_says_which_one_it_is() -> None:
    assert parse_instant("2026-12-31T23:59:30+07:00") == datetime(2026, 12, 31, 16, 59, 30, tzinfo=UTC)
    with pytest.raises(ValueError, match="offset"):
        parse_instant("2026-12-31T23:59:30")


def test_what_a_test_draws_by_chance_is_the_same_on_every_run() -> None:
    assert secrets.token_hex(4) == "a7d12c9c"
