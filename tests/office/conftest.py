"""Fixtures of the tests of the office's verbs: a small programme in force, and who acts when."""

from __future__ import annotations

import pytest

from chalicelib.domain.audit import Stamp
from chalicelib.domain.programme.model import Programme
from tests.store.memory import stores
from tests.store.sample import NOON, import_sample

__all__ = ["stores"]


@pytest.fixture
def stamp() -> Stamp:
    return Stamp("pv05:an", NOON)


@pytest.fixture
def programme(stores: None) -> Programme:
    return import_sample()
