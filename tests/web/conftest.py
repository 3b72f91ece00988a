"""Fixtures of the tests of the pages: a programme in force, links, and a client without a network."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from chalicelib.domain.audit import Stamp
from chalicelib.domain.clock import local_date, read_instant
from chalicelib.domain.programme.model import Programme
from chalicelib.office.programme import import_programme
from chalicelib.store import programmes
from chalicelib.web import request as web_request
from infra.demo.programme import DEMO_CODE, read_demo_files
from tests.links import create_link
from tests.store.memory import stores
from tests.web.client import Browser
from tests.web.people import set_up_pool

__all__ = ["stores"]

NOW = datetime.now(UTC).replace(microsecond=0)
"""Storage tells the time of its own clock, so that of the pages stands still at the true time."""

DUE = read_instant(local_date(NOW) + timedelta(days=5))


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> datetime:
    """The clock of the pages goes on by a microsecond a look, so that what is prepared later comes later.

    Two uploads that storage takes in within one second are told apart by the times at which they were prepared.
    """
    looks = count()
    monkeypatch.setattr(web_request, "read_now", lambda: NOW + timedelta(microseconds=next(looks)))
    return NOW


@pytest.fixture(autouse=True)
def pool(monkeypatch: pytest.MonkeyPatch) -> None:
    set_up_pool(monkeypatch)


@pytest.fixture
def programme(stores: None, now: datetime) -> Programme:
    """The programme of 2022 in force, its 6-month report due in five days."""
    files = {name: text.encode() for name, text in read_demo_files(DUE).items()}
    import_programme(files, stamp=Stamp("thử", now))
    return programmes.load_in_force(DEMO_CODE)


@pytest.fixture
def browser(programme: Programme) -> Iterator[Browser]:
    with Browser() as made:
        yield made


@pytest.fixture
def token(programme: Programme, now: datetime) -> str:
    """The link of Bình Gia."""
    made, _ = create_link(programme, "181", expires=now + timedelta(days=60), now=now, actor="thử")
    return made
