"""Records come back from storage exactly as they went in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from chalicelib.domain.audit import AuditLine
from chalicelib.domain.submission.records import Figure, Link, State, Submission, TableRow
from chalicelib.store import records
from chalicelib.store.addresses import Key
from chalicelib.store.errors import Damaged
from chalicelib.store.records import SAID, body_keys, from_wire, measure, pack, plain, to_wire, unpack
from tests.report.samples import make_states, read_programme
from tests.store.sample import ADDRESS, NOON, make_submission

KEY = Key("S#mau#6-thang#bc#178", "R#000001")

numbers = st.integers(-(10**60), 10**60) | st.decimals(allow_nan=False, allow_infinity=False)
words = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
values = st.booleans() | numbers | words


class Loose(BaseModel):
    value: Any


def back(model: type[Any], record: BaseModel, largest: int = records.LARGEST_ITEM) -> Any:
    packed = pack(KEY, record, largest=largest)
    stored = {packed.body.key: packed.body.data} if packed.body else {}
    return unpack(model, packed.item, stored.__getitem__)


@given(value=values)
@pytest.mark.promise("nothing-lost")
def test_every_value_comes_back_equal_and_of_its_kind(value: Any) -> None:
    figure = Figure(value=value, sheet="Số liệu", cell="E12")
    found = back(Figure, figure)
    assert found == figure
    assert type(found.value) is type(figure.value)


@given(
    figures=st.dictionaries(words, values, max_size=8),
    cells=st.dictionaries(words, words, max_size=4),
    largest=st.sampled_from([records.LARGEST_ITEM, 0]),
)
@pytest.mark.promise("nothing-lost")
def test_a_whole_submission_comes_back_from_the_item_or_from_its_body(
    figures: dict[str, Any], cells: dict[str, str], largest: int
) -> None:
    row = TableRow(sheet="Bảng", values=figures, cells=cells)
    submission = make_submission(
        values={code: Figure(value=value, sheet="", cell="A1") for code, value in figures.items()}
    ).model_copy(update={"tables": {"mo-hinh": (row, row)}})
    assert back(Submission, submission, largest) == submission


@pytest.mark.parametrize(
    "number",
    [
        Decimal("1.10"),
        Decimal("-0"),
        Decimal("1E+125"),
        Decimal("1E+300"),
        Decimal("1." + "1" * 60),
        10**40,
        10**38 - 1,
    ],
)
def test_no_number_is_rounded(number: Decimal | int) -> None:
    assert back(Figure, Figure(value=number, sheet="", cell="A1")).value == number


def test_an_empty_text_is_kept_and_nothing_is_left_out() -> None:
    line = AuditLine(at=NOON, actor="", action="", subject="", programme="", details={"": ""})
    assert back(AuditLine, line) == line


def test_what_is_none_is_not_written() -> None:
    link = Link(token_hash="x", programme="mau", unit="178", created=NOON, expires=NOON)  # noqa: S106 - of no token
    assert "revoked" not in from_wire(pack(KEY, link).item)
    assert back(Link, link) == link


def test_a_time_is_written_in_utc_with_its_offset() -> None:
    there = datetime(2022, 5, 15, 0, 0, tzinfo=timezone(timedelta(hours=7)))
    assert plain(there) == "2022-05-14T17:00:00+00:00"
    assert back(State, State(address=ADDRESS, change=1, first_received=there)).first_received == there.astimezone(UTC)


@pytest.mark.parametrize(
    "value", [1.5, datetime(2022, 5, 15), b"x", {1, 2}, Decimal("NaN"), Decimal("Infinity"), object()]
)
def test_what_no_record_may_hold_is_refused(value: Any) -> None:
    with pytest.raises(TypeError, match="no record may hold"):
        pack(KEY, Loose(value={"inner": [value]}))


def test_fields_of_newer_code_are_passed_over() -> None:
    packed = pack(KEY, State(address=ADDRESS, change=1))
    newer = packed.item | {"invented_later": {"S": "x"}}
    assert unpack(State, newer, lambda _: b"") == State(address=ADDRESS, change=1)


def test_an_item_that_would_be_too_large_keeps_what_is_small_and_points_to_the_rest() -> None:
    state = State(address=ADDRESS, change=7, submission=make_submission(text="ế" * 200_000), comment="xem lại")
    packed = pack(KEY, state)
    assert packed.body is not None
    item = from_wire(packed.item)
    assert (item["change"], item["comment"]) == (7, "xem lại")
    assert "submission" not in item
    assert measure(item) < 2_000
    assert body_keys(packed.item) == (packed.body.key,)
    assert packed.body.key.startswith("records/S/mau/6-thang/bc/178/R/000001/")
    assert pack(KEY, state).body == packed.body


def test_a_body_that_has_changed_is_noticed() -> None:
    packed = pack(KEY, make_submission(text="a"), largest=0)
    assert packed.body is not None
    with pytest.raises(Damaged):
        unpack(Submission, packed.item, lambda _: packed.body.data[:-1] if packed.body else b"")


@given(value=st.recursive(values, lambda inner: st.lists(inner) | st.dictionaries(words, inner), max_leaves=20))
def test_the_estimate_of_a_size_is_never_below_what_dynamodb_counts(value: Any) -> None:
    written = plain(value)
    assert measure(written) >= _true_size(written)


def _true_size(value: Any) -> int:
    """As the DynamoDB guide counts: a number takes a byte for two digits, one more, and one for the sign."""
    if isinstance(value, str):
        return len(value.encode())
    if isinstance(value, bool):
        return 1
    if isinstance(value, Decimal):
        return (len(value.as_tuple().digits) + 1) // 2 + 1 + (value < 0)
    if isinstance(value, dict):
        return 3 + sum(1 + len(name.encode()) + _true_size(inner) for name, inner in value.items())
    return 3 + sum(1 + _true_size(inner) for inner in value)


def test_what_a_submission_says_is_a_quarter_of_its_size_and_nothing_else_is_hidden() -> None:
    programme = read_programme()
    (state,) = make_states(programme, "6-thang")[:1]
    fields = {name: value for name, value in plain(state.model_dump()).items() if value is not None}
    packed = pack(KEY, state)
    item = from_wire(packed.item)
    assert unpack(State, packed.item, lambda _: b"") == state
    assert set(SAID).isdisjoint(name for name in item["submission"] if item["submission"][name])
    assert item["submission"]["sha256"] == state.submission.sha256  # type: ignore[union-attr]
    assert measure(item) < measure(fields) / 3


def test_records_of_earlier_versions_are_read_as_they_were_written() -> None:
    submission = make_submission(values={"B05": Figure(value=Decimal("1.5"), sheet="Số liệu", cell="E12")})
    for record in (submission, State(address=ADDRESS, change=1, submission=submission)):
        fields = {name: value for name, value in plain(record.model_dump()).items() if value is not None}
        assert unpack(type(record), to_wire(KEY, fields), lambda _: b"") == record
