"""A key's letter says what an item is, and whether it belongs to a period."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any

from chalicelib.store import addresses
from chalicelib.store.addresses import PEOPLE_PK, PROGRAMMES_PK, find_kind, find_period
from tests.store.sample import ADDRESS

_PLACE = (ADDRESS.programme, ADDRESS.period)
_GIVEN: dict[str, Any] = {"address": ADDRESS, "programme": ADDRESS.programme, "period": ADDRESS.period}


def list_families() -> Iterator[tuple[str, tuple[str, str] | None]]:
    """The pk of every family, with the programme and period that it names."""
    yield PROGRAMMES_PK, None
    yield PEOPLE_PK, None
    for name, make in inspect.getmembers(addresses, inspect.isfunction):
        if name.endswith("_pk"):
            wanted = inspect.signature(make).parameters
            given = {each: _GIVEN.get(each, "2026-11") for each in wanted}
            yield make(**given), _PLACE if {"address", "period"} & wanted.keys() else None


def test_of_every_item_the_key_tells_the_period_or_that_there_is_none() -> None:
    found = list(list_families())
    assert len(found) > 20
    assert [(pk, find_period(pk)) for pk, _ in found] == found


def test_each_family_has_a_letter_of_its_own_and_versions_share_theirs_with_the_list_of_programmes() -> None:
    letters = [find_kind(pk) for pk, _ in list_families()]
    assert [each for each in set(letters) if letters.count(each) > 1] == [find_kind(PROGRAMMES_PK)]
