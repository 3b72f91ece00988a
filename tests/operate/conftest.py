"""A period with one accepted and one rejected upload, a link and an edition: what operators look after."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain.programme.model import Programme
from chalicelib.domain.submission.records import Receipt
from chalicelib.intake.receive import receive
from chalicelib.report.publish import publish_edition
from tests.links import create_link
from tests.store.engine import hooked, stores
from tests.store.sample import NOON, check, import_sample, now, numbered, send, workbook

__all__ = ["stores"]


def take(data: bytes, number: int) -> Receipt:
    """Sends an upload and takes it in; a rejected one gets a marked copy."""
    return receive(*send(data, numbered(number)), now=now, check=check, make_copy=lambda data, *_: b"marked " + data)


@pytest.fixture
def programme(stores: None) -> Programme:
    programme = import_sample()
    create_link(programme, "178", expires=NOON + timedelta(days=30), now=NOON, actor="thử")
    take(b"no workbook", 1)
    take(workbook(A1=5), 2)
    publish_edition("mau", period="6-thang", now=NOON, actor="thử")
    return programme


@contextmanager
def interrupted(number: int, act: Callable[[], None]) -> Iterator[None]:
    """Something else happens before the call of this number."""
    left = [number]

    def count(**_: Any) -> None:
        left[0] -= 1
        if left[0] == -1:
            act()

    with hooked("before-call", count):
        yield
