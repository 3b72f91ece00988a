"""The engines that the contract runs over: moto in this process, and whatever TONGHOP_CONTRACT_ENDPOINT names.

An engine of one's own is plugged in by its endpoint, with credentials from the environment:

    TONGHOP_CONTRACT_ENDPOINT=http://127.0.0.1:4566 pytest tests/contract
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import NamedTuple

import pytest

from tests.store.engine import open_moto, open_stores

ENDPOINT = "TONGHOP_CONTRACT_ENDPOINT"


class Engine(NamedTuple):
    """What an engine can do beyond the contract: threads see each other, and a POST's policy is enforced."""

    name: str
    isolates: bool
    answers_http: bool


def _list_engines() -> list[str]:
    return ["moto", *(["endpoint"] if os.environ.get(ENDPOINT) else [])]


@pytest.fixture(params=_list_engines())
def engine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    """Empty stores on each engine."""
    if request.param == "moto":
        with open_moto(monkeypatch):
            yield Engine("moto", isolates=False, answers_http=False)
    else:
        with open_stores(monkeypatch, endpoint=os.environ[ENDPOINT]):
            yield Engine("endpoint", isolates=True, answers_http=True)
