"""The data of an edition are written piece by piece, in the bytes that the standard library's indentation gives."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from unittest import mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.submission.records import Review
from chalicelib.report import readable_json
from chalicelib.report.readable_json import iter_json, iter_records

PLAIN = st.none() | st.booleans() | st.integers() | st.text() | st.sampled_from(Review)
VALUES = st.recursive(
    PLAIN, lambda parts: st.lists(parts) | st.tuples(parts) | st.dictionaries(st.text(), parts), max_leaves=30
)


@given(VALUES)
def test_any_value_is_written_as_the_standard_library_indents_it(value: Any) -> None:
    assert "".join(iter_json(value)) == json.dumps(value, ensure_ascii=False, indent=1)


@given(st.dictionaries(st.text(), st.lists(VALUES)))
def test_an_iterator_is_written_as_a_list(lists: dict[str, list[Any]]) -> None:
    iterators = {name: iter(each) for name, each in lists.items()}
    assert "".join(iter_json(iterators)) == json.dumps(lists, ensure_ascii=False, indent=1)


def test_instants_and_exact_numbers_are_text() -> None:
    row = {"at": datetime(2022, 5, 14, 8, tzinfo=UTC), "value": Decimal("1.50")}
    assert json.loads("".join(iter_json([row]))) == [{"at": "2022-05-14T08:00:00+00:00", "value": "1.50"}]


def test_more_records_than_are_written_at_once_stand_one_below_the_other() -> None:
    records = [{"a": number, "b": "},\n   {"} for number in range(1_001)]
    assert "".join(iter_json({"c": iter(records)})) == json.dumps({"c": records}, ensure_ascii=False, indent=1)


RECORDS = st.lists(st.dictionaries(st.text(), PLAIN.filter(lambda each: not isinstance(each, Review)), min_size=1))


@given(RECORDS, RECORDS, st.integers(min_value=1, max_value=50))
def test_the_records_of_a_list_are_read_back(one: list[Any], other: list[Any], at_once: int) -> None:
    written = "".join(iter_json({"a": one, "b": {"a": other}, "c": iter(other)})).encode(errors="backslashreplace")
    with mock.patch.object(readable_json, "_BYTES_AT_ONCE", at_once):
        assert list(iter_records(written, "a")) == one
        assert list(iter_records(written, "c")) == other


def test_a_list_that_is_not_there_is_not_found() -> None:
    with pytest.raises(ValueError, match="not found"):
        list(iter_records(b'{\n "b": {\n  "a": [\n   1\n  ]\n }\n}', "a"))
