"""The engines that the contract runs over: moto and our own in memory, in this process, and MiniStack.

Another engine is plugged in by its endpoint, with credentials from the environment:

    TONGHOP_CONTRACT_ENDPOINT=http://127.0.0.1:4566 pytest tests/contract
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import NamedTuple

import pytest

from infra.local.stack import Stack
from tests.store.engine import open_moto, open_stores
from tests.store.memory import open_memory

ENDPOINT = "TONGHOP_CONTRACT_ENDPOINT"


class Engine(NamedTuple):
    """What an engine can do beyond the contract: threads see each other, and a POST's policy is enforced."""

    name: str
    isolates: bool
    answers_http: bool


@pytest.fixture(scope="session")
def contract_endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The endpoint that was named, or MiniStack with nothing deployed into it."""
    if os.environ.get(ENDPOINT):
        yield os.environ[ENDPOINT]
        return
    with Stack(tmp_path_factory.mktemp("contract")) as stack:
        yield stack.endpoint


MOTO, MEMORY = "moto", "memory"
OVER_HTTP = pytest.param("ministack", marks=pytest.mark.stack)


@pytest.fixture(params=[MOTO, MEMORY, OVER_HTTP])
def engine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    """Empty stores on each engine."""
    if request.param == MOTO:
        with open_moto(monkeypatch):
            yield Engine(MOTO, isolates=False, answers_http=False)
    elif request.param == MEMORY:
        with open_memory(monkeypatch):
            yield Engine(MEMORY, isolates=False, answers_http=False)
    else:
        with open_stores(monkeypatch, endpoint=request.getfixturevalue("contract_endpoint")):
            yield Engine(request.param, isolates=True, answers_http=True)
