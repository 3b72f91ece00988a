"""A plugin that says which promise was tried how often: `pytest --promises` runs their tests and prints a table.

A test names its promise by a marker, and how many cases it tried by the fixture `tried`; a test without it is one case.
`--promise CODE` runs those of one; `--table` prints the table after a run of all tests. `--soak` runs the full load:
hypothesis's profile "soak" and the tests that are marked `soak`, which are left out otherwise. `--record` keeps what
each file of tests found, or each test where tests are named, in docs/promises.json for the page of the docs: so a full
load, of hours, can be run in parts.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable
from dataclasses import asdict
from datetime import date

import pytest
from hypothesis import settings

from tests.promises.catalogue import PROMISES
from tests.promises.results import Tried, add_up, keep_run


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--promises", action="store_true", help="only tests of promises, and a table of what they tried")
    parser.addoption("--promise", choices=PROMISES, help="only the tests of this promise")
    parser.addoption("--table", action="store_true", help="all tests, and the table of promises")
    parser.addoption("--soak", action="store_true", help="the full load")
    parser.addoption("--record", action="store_true", help="keep the table of promises for the docs")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "promise(code): holds a promise of tests/promises/catalogue.py")
    config.addinivalue_line("markers", "soak: only under the full load, `make soak`")
    if config.getoption("--soak"):
        settings.register_profile("soak", max_examples=100_000, deadline=None)
        settings.load_profile("soak")
    if not hasattr(config, "workerinput") and (config.getoption("--promises") or config.getoption("--table")):
        config.pluginmanager.register(Table(config), "table of promises")


@pytest.fixture
def tried(request: pytest.FixtureRequest) -> Callable[[int], None]:
    """Adds to the number of cases that the test has tried."""

    def add(cases: int = 1) -> None:
        request.node.user_properties.append(("cases", cases))

    return add


@pytest.fixture
def is_soak(pytestconfig: pytest.Config) -> bool:
    """Whether the full load is asked for."""
    return bool(pytestconfig.getoption("--soak"))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    left_out = [item for item in items if not _is_wanted(config, item)]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if _is_wanted(config, item)]


def _is_wanted(config: pytest.Config, item: pytest.Item) -> bool:
    if item.get_closest_marker("soak") and not config.getoption("--soak"):
        return False
    promises, one = list_promises(item), config.getoption("--promise")
    return one in promises if one else bool(promises) or not config.getoption("--promises")


def list_promises(item: pytest.Item) -> list[str]:
    """Raises KeyError for a promise that the catalogue does not have."""
    codes = dict.fromkeys(str(code) for mark in item.iter_markers("promise") for code in mark.args)
    assert all(PROMISES[code] for code in codes)
    return list(codes)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    item.user_properties += [("promise", code) for code in list_promises(item)]


class Table:
    """Collects what the tests report, in the process that has the terminal."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.found: dict[str, dict[str, Tried]] = defaultdict(lambda: defaultdict(Tried))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when != "call" and not report.failed:
            return
        cases = sum(value for name, value in report.user_properties if name == "cases" and isinstance(value, int))
        for name, code in report.user_properties:
            if name == "promise":
                one = self.found[self._find_place(report.nodeid)][str(code)]
                one.tests += report.when == "call"
                one.cases += (cases or 1) * (report.when == "call")
                one.failures += report.failed

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter, exitstatus: int) -> None:
        terminalreporter.section("promises")
        terminalreporter.write_line(f"{'promise':18}{'tests':>7}{'cases':>9}{'failed':>8}")
        for code, one in add_up(self.found.values()).items():
            terminalreporter.write_line(f"{code:18}{one.tests:7}{one.cases:9}{one.failures:8}  {PROMISES[code]}")
        ended = exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED)
        if self.config.getoption("--record") and ended and self._is_whole():
            self._record()

    def _find_place(self, test: str) -> str:
        """As what a test's result is kept: the file, or the test itself where it was named."""
        return test if any("::" in path for path in self.config.args) else test.partition("::")[0]

    def _is_whole(self) -> bool:
        """Whether every place ran with all its tests of promises: neither words nor a promise chose among them."""
        return not any(map(self.config.getoption, ("--promise", "keyword", "deselect", "maxfail")))

    def _record(self) -> None:
        run = {"date": date.today().isoformat(), "processors": os.cpu_count()}
        found = {
            place: run | {"found": {code: asdict(one) for code, one in own.items()}}
            for place, own in self.found.items()
        }
        keep_run("soak" if self.config.getoption("--soak") else "promises", found)
