"""The console's page of a period, over the stores in memory that the tests have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from benchmarks.measure import Figures, take_turns, timed
from benchmarks.names import FEW, FEW_UNITS, OURS
from benchmarks.samples import PERIOD
from chalicelib.domain.audit import Stamp
from chalicelib.office.programme import import_programme
from chalicelib.store import programmes, table
from chalicelib.store.addresses import state_key
from chalicelib.store.errors import StateMoved
from infra.demo.programme import DEMO_CODE, read_demo_files
from tests.report.samples import add_districts, make_states
from tests.store.engine import mocked
from tests.store.memory import LONG_PAGE, open_memory
from tests.web.client import Browser
from tests.web.people import set_up_pool, sign_in


def measure_period(units: int, *, rounds: int) -> Figures:
    """The page on which the office begins its day, each of its units with a report. Without the network: the store
    answers at once, and what is measured is what the function does with its answers."""
    with open_console({"it": FEW, "nhieu": units}) as browser:
        turns = {name: timed(partial(open_page, browser, code)) for name, code in ((FEW_UNITS, "it"), (OURS, "nhieu"))}
        return take_turns(turns, rounds=rounds)


def open_page(browser: Browser, code: str) -> None:
    """The page of a period of this programme."""
    assert browser.get(f"/pv05/ky/{code}/{PERIOD}").status == 200  # noqa: S101 - another page would be another figure


@contextmanager
def open_console(units: Mapping[str, int]) -> Iterator[Browser]:
    """An editor before a console with these programmes, each of so many units with a report."""
    with ExitStack() as stack:
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        patch.setattr("tests.web.client.find_trade_words_on", lambda _: [])  # what the tests ask of a page's words
        stack.enter_context(mocked())
        stack.enter_context(open_memory(patch, page=LONG_PAGE))
        set_up_pool(patch)
        for code, number in units.items():
            keep_programme(code, number)
        browser = stack.enter_context(Browser())
        sign_in(browser, "editor")
        yield browser


def keep_programme(code: str, units: int) -> None:
    """A programme in force, its period due in five days, and the reports of its units."""
    now = datetime.now(UTC)
    files = add_districts(read_demo_files(now + timedelta(days=5)), units - FEW)
    named = {name: text.replace(DEMO_CODE, code).encode() for name, text in files.items()}
    import_programme(named, stamp=Stamp("bench", now))
    for state in make_states(programmes.load_in_force(code), PERIOD):
        table.write([table.put(state_key(state.address), state, broken=StateMoved)], subject="bench")
