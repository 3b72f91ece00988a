"""The one clock of the tests, a plugin: `pytest --clock 2026-12-31T16:59:30Z` runs them as if it were that instant.

Without the option it is always the same morning in Viet Nam, so the hour of a run decides nothing. The clock is set
before the first module of tests is imported, and set again for each test; from there it goes on as clocks do.
Tests that start another process keep the true time, since the other process has no other: the embedded stack's, the
browser's.
"""

from __future__ import annotations

from collections.abc import Generator
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine

MORNING = "2026-11-24T03:00:00Z"
TRUE_TIME = ("stack", "browser")
"""The markers of tests that keep the true time."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--clock", type=parse_instant, default=MORNING, help="the instant at which each test begins")


def parse_instant(text: str) -> datetime:
    """Raises ValueError where `text` does not say which instant it is: one without an offset is nobody's."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text} has no offset")
    return moment.astimezone(UTC)


def _travel(config: pytest.Config) -> time_machine.travel:
    return time_machine.travel(config.known_args_namespace.clock)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None]:
    with _travel(early_config):
        yield


@pytest.hookimpl(wrapper=True)
def pytest_collection(session: pytest.Session) -> Generator[None, Any, Any]:
    with _travel(session.config):
        return (yield)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What is packaged is packaged by processes of its own."""
    for item in items:
        if "packaged" in getattr(item, "fixturenames", ()):
            item.add_marker("process")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, Any, Any]:
    if any(item.get_closest_marker(name) for name in TRUE_TIME):
        return (yield)
    with _travel(item.config):
        return (yield)
