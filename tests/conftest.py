"""What every room's tests share: the programme of 2022 and workbooks filled in by hand."""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Generator
from typing import Any

import pytest
from hypothesis import settings

from chalicelib import folders
from chalicelib.domain.programme.model import Programme
from chalicelib.workbook.form.filling import Contents, fill_in
from infra.demo.samples import make_contents
from tests.clock import TRUE_TIME
from tests.store.engine import FAKE

for _name, _value in FAKE.items():
    os.environ.setdefault(_name, _value)
"""A client that a test makes by the way has these; one without any would be kept, and fail the tests after it."""

settings.register_profile("many", max_examples=3000, deadline=None)
"""For a night: `pytest --hypothesis-profile many`."""

SIX_MONTHS, SIX_MONTHS_FORM = "6-thang", "bao-cao-6-thang"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, Any, Any]:
    """Tokens and numbers drawn in a test are the same on every run, and others in each test: luck decides nothing.

    Those that start another process draw as that process does, from the machine.
    """
    with pytest.MonkeyPatch.context() as patch:
        if not any(item.get_closest_marker(name) for name in TRUE_TIME):
            patch.setattr("random._urandom", random.Random(item.nodeid).randbytes)  # noqa: S311 - on purpose
        return (yield)


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """In CI a test that was skipped did not show what it promises: that is a failure."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CI") and exitstatus == pytest.ExitCode.OK and reporter and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture(scope="session")
def programme() -> Programme:
    return folders.load_folder(folders.SHIPPED / "ct138-2022")


@pytest.fixture(scope="session")
def right_contents(programme: Programme) -> Callable[..., Contents]:
    """What a district would type into a form, every rule kept; `values` are laid over it."""

    def make(unit: str = "180", form: str = SIX_MONTHS_FORM, period: str = SIX_MONTHS, **values: Any) -> Contents:
        contents = make_contents(
            programme, programme.form_by_code[form], programme.unit_by_code[unit], programme.period_by_code[period]
        )
        contents.values |= values
        return contents

    return make


@pytest.fixture(scope="session")
def make_workbook(programme: Programme, right_contents: Callable[..., Contents]) -> Callable[..., bytes]:
    """A filled-in workbook: right where nothing else is said, with `values` typed over single codes."""
    from chalicelib.workbook.form.template import make_template

    def make(unit: str = "180", form: str = SIX_MONTHS_FORM, period: str = SIX_MONTHS, **values: Any) -> bytes:
        blank = make_template(
            programme, programme.form_by_code[form], programme.unit_by_code[unit], programme.period_by_code[period]
        )
        return fill_in(blank, right_contents(unit, form, period, **values))

    return make
