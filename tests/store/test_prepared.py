"""Prepared uploads are listed by obligation and by unit, each with one Query; those of earlier versions are found."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chalicelib.domain.submission.records import Address
from chalicelib.store import prepared, table
from chalicelib.store.addresses import Key, name_former_prepared, prepared_key, render_time
from chalicelib.store.errors import ConditionFailed
from chalicelib.store.prepared import Prepared
from tests.store.engine import counted, make_line
from tests.store.sample import ADDRESS, NOON, numbered

pytestmark = pytest.mark.usefixtures("stores")

YEAR = ADDRESS.model_copy(update={"period": "nam"})
LONGER = ADDRESS.model_copy(update={"form": "bc-2"})
NEIGHBOUR = ADDRESS.model_copy(update={"unit": "17"})


def put(address: Address, number: int) -> Prepared:
    made = Prepared(upload_id=numbered(number), prepared=NOON + timedelta(minutes=number), file_name="a.xlsx")
    prepared.put_prepared(address, made, make_line(str(number)))
    return made


def test_the_latest_of_all_obligations_of_a_unit_are_one_query() -> None:
    own = [put(ADDRESS, number) for number in range(4)]
    others = {address: put(address, 10) for address in (YEAR, LONGER, NEIGHBOUR)}
    with counted() as calls:
        found = prepared.list_latest_of_unit("mau", unit="178", most=3)
    assert calls == ["Query"]
    assert found == {ADDRESS: own[:0:-1], YEAR: [others[YEAR]], LONGER: [others[LONGER]]}
    assert prepared.list_latest(ADDRESS, 2) == own[:1:-1]


def test_those_that_an_earlier_version_kept_are_found_where_nothing_may_be_left() -> None:
    """A purge empties the names of their files."""
    new = put(ADDRESS, 1)
    old = Prepared(upload_id=numbered(2), prepared=NOON, file_name="b.xlsx")
    key = Key(name_former_prepared(ADDRESS), f"{render_time(NOON)}#{old.upload_id}")
    table.write([table.put(key, old, broken=ConditionFailed)], subject="x")
    assert list(prepared.list_with_keys(ADDRESS)) == [
        (prepared_key(ADDRESS, new.prepared, new.upload_id), new),
        (key, old),
    ]
