"""The engines that the contract runs over: moto, our own in memory, MiniStack, AWS's DynamoDB Local.

Another engine is plugged in by its endpoint, with credentials from the environment:

    TONGHOP_CONTRACT_ENDPOINT=http://127.0.0.1:4566 pytest tests/contract

Where it has buckets alone, as Ceph RGW has, TONGHOP_CONTRACT_BUCKETS_ALONE=1 puts the table on DynamoDB Local.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack
from typing import NamedTuple

import pytest

from infra.local.stack import Stack
from tests.contract.dynamodb_local import open_dynamodb_local, standing_in_for_empty_texts
from tests.store.engine import open_moto, open_stores
from tests.store.memory import open_memory

ENDPOINT = "TONGHOP_CONTRACT_ENDPOINT"
BUCKETS_ALONE = "TONGHOP_CONTRACT_BUCKETS_ALONE"


class Engine(NamedTuple):
    """What an engine can do beyond the contract: threads see each other."""

    name: str
    isolates: bool


@pytest.fixture(scope="session")
def contract_endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The endpoint that was named, or MiniStack with nothing deployed into it."""
    if os.environ.get(ENDPOINT):
        yield os.environ[ENDPOINT]
        return
    with Stack(tmp_path_factory.mktemp("contract")) as stack:
        yield stack.endpoint


@pytest.fixture(scope="session")
def dynamodb_local() -> Iterator[str]:
    with open_dynamodb_local() as endpoint:
        yield endpoint


MOTO, MEMORY, DYNAMODB_LOCAL = "moto", "memory", "dynamodb-local"
OVER_HTTP = pytest.param("ministack", marks=pytest.mark.stack)


@pytest.fixture(
    params=[MOTO, MEMORY, OVER_HTTP, pytest.param(DYNAMODB_LOCAL, marks=[pytest.mark.java, pytest.mark.stack])]
)
def engine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    """Empty stores on each engine."""
    with ExitStack() as opened:
        if request.param == MOTO:
            opened.enter_context(open_moto(monkeypatch))
        elif request.param == MEMORY:
            opened.enter_context(open_memory(monkeypatch))
        else:
            endpoint = request.getfixturevalue("contract_endpoint")
            apart = request.param == DYNAMODB_LOCAL or BUCKETS_ALONE in os.environ
            table = request.getfixturevalue("dynamodb_local") if apart else ""
            opened.enter_context(open_stores(monkeypatch, endpoint=endpoint, dynamodb=table))
            if apart:
                opened.enter_context(standing_in_for_empty_texts())
        yield Engine(request.param, isolates=request.param not in (MOTO, MEMORY))
