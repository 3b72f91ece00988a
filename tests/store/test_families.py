"""Programmes, editions, the audit and the states of a period, as they are kept."""

from __future__ import annotations

import base64
import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.domain.audit import Stamp
from chalicelib.domain.programme.loading import ProgrammeInvalid
from chalicelib.domain.submission.records import Address, Edition, State
from chalicelib.store import audit, editions, obligations, programmes, table
from chalicelib.store.addresses import Key, KeyUnreadable, link_key, upload_key
from chalicelib.store.commit import commit_state
from chalicelib.store.errors import EditionExists, NotFound, StateMoved, Throttled
from chalicelib.store.settings import read_settings
from tests.store.engine import counted, hooked, make_line
from tests.store.sample import ADDRESS, FILES, NOON, make_submission

pytestmark = pytest.mark.usefixtures("stores")


def put_state(unit: str, text: str = "") -> None:
    address = ADDRESS.model_copy(update={"unit": unit})
    before = State(address=address, change=0)
    after = State(address=address, change=1, revision=1, submission=make_submission(text=text))
    commit_state(after, before=before, line=make_line(unit))


# The states of a period


def test_a_consolidation_gathers_a_period_with_one_query() -> None:
    for unit in ("178", "180", "181"):
        put_state(unit)
    with counted() as calls:
        states = obligations.query_period("mau", period="6-thang")
    assert [state.address.unit for state in states] == ["178", "180", "181"]
    assert calls == ["Query"]


def test_a_period_larger_than_a_page_is_read_whole() -> None:
    for number in range(10):
        put_state(f"{number:03}", text=base64.b64encode(random.Random(number).randbytes(187_500)).decode())  # noqa: S311
    with counted() as calls:
        states = obligations.query_period("mau", period="6-thang")
    assert len(states) == 10
    assert set(calls) == {"Query"}
    assert len(calls) in (3, 4)  # a page is a megabyte: three or four of these states, as the engine counts


def test_an_empty_page_is_not_the_end() -> None:
    put_state("178")
    pages = iter([True, False])

    def empty(model: Any, parsed: Any, **_: Any) -> None:
        if model.name == "Query" and next(pages):
            parsed["Items"] = []
            parsed["LastEvaluatedKey"] = {"pk": {"S": "P#mau#6-thang"}, "sk": {"S": "F#a"}}

    with hooked("after-call", empty):
        assert len(obligations.query_period("mau", period="6-thang")) == 1


def test_a_state_too_large_for_an_item_is_one_read_more() -> None:
    put_state("178", text="ế" * 300_000)
    put_state("180")
    with counted() as calls:
        states = obligations.query_period("mau", period="6-thang")
    assert calls == ["Query", "GetObject"]
    assert states[0].submission is not None
    assert len(str(states[0].submission.narratives["ghi-chu"].value)) == 300_000


def test_a_large_state_may_be_followed_by_another() -> None:
    put_state("178", text="ế" * 300_000)
    before = obligations.find_state(ADDRESS)
    after = before.model_copy(update={"change": 2, "comment": "xem lại"})
    commit_state(after, before=before, line=make_line("a"))
    assert obligations.find_state(ADDRESS) == after


def test_an_obligation_that_nothing_happened_to_has_the_empty_state() -> None:
    assert obligations.find_state(ADDRESS) == State(address=ADDRESS, change=0)
    assert obligations.query_period("mau", period="6-thang") == []


@pytest.mark.promise("nothing-lost")
def test_a_state_is_written_over_the_one_it_was_decided_from_only() -> None:
    put_state("178")
    before = obligations.find_state(ADDRESS)
    after = before.model_copy(update={"change": 2})
    commit_state(after, before=before, line=make_line("a"))
    with pytest.raises(StateMoved):
        commit_state(after.model_copy(update={"comment": "x"}), before=before, line=make_line("b"))
    with pytest.raises(ValueError, match="before it"):
        commit_state(after, before=after, line=make_line("c"))


# Programmes


@pytest.mark.parametrize("load", [lambda: programmes.load_in_force("x"), lambda: programmes.load_version("x", 1)])
def test_an_unknown_programme_is_named(load: Callable[[], Any]) -> None:
    with pytest.raises(NotFound, match="programme x"):
        load()


# Editions


def test_a_rule_made_after_a_version_was_put_in_force_leaves_it_in_force() -> None:
    files = {**FILES, "units.csv": FILES["units.csv"].replace(b"178,", b"nul,")}  # a name that is refused today
    with pytest.raises(ProgrammeInvalid):
        programmes.make_programme(files)
    version = programmes.make_version("mau", 1, files=files, stamp=Stamp("thử", NOON))
    programmes.put_version(version, files, make_line("mau"))
    assert [unit.code for unit in programmes.load_in_force("mau").units] == ["nul", "180"]


def make_edition(number: int, reason: str = "") -> Edition:
    return Edition(
        programme="mau",
        period="6-thang",
        number=number,
        made=NOON,
        frozen=True,
        programme_version=1,
        inputs=(),
        inputs_hash="x",
        files={"a.xlsx": "editions/a"},
        reason=reason,
    )


def test_editions_stand_in_the_order_of_their_numbers() -> None:
    for number in (1, 2, 9, 10, 11):
        editions.put_edition(make_edition(number), make_line(str(number)))
    assert [edition.number for edition in editions.list_editions("mau", period="6-thang")] == [1, 2, 9, 10, 11]
    assert editions.find_latest_edition("mau", period="6-thang") == make_edition(11)
    assert editions.find_edition("mau", period="6-thang", number=9) == make_edition(9)
    assert editions.find_latest_edition("mau", period="nam") is None


@pytest.mark.promise("frozen")
def test_the_number_of_an_edition_is_taken_once() -> None:
    editions.put_edition(make_edition(1), make_line("a"))
    with pytest.raises(EditionExists):
        editions.put_edition(make_edition(1, reason="khác"), make_line("b"))
    assert editions.find_edition("mau", period="6-thang", number=1) == make_edition(1)


# The audit


def test_audit_lines_of_a_month_stand_in_their_order() -> None:
    for hours in (5, 1, 3):
        audit.append(make_line(str(hours), at=NOON + timedelta(hours=hours)))
    assert [line.action for line in audit.query_month("mau", month="2022-05")] == ["1", "3", "5"]


def test_a_month_begins_at_midnight_in_viet_nam() -> None:
    audit.append(make_line("tháng 6", at=datetime(2022, 5, 31, 17, 0, tzinfo=UTC)))
    audit.append(make_line("tháng 5", at=datetime(2022, 5, 31, 16, 59, tzinfo=UTC)))
    assert [line.action for line in audit.query_month("mau", month="2022-06")] == ["tháng 6"]


def test_two_lines_of_one_moment_are_both_kept_and_one_line_twice_is_one() -> None:
    for action in ("a", "b", "a"):
        audit.append(make_line(action))
    assert len(audit.query_month("mau", month="2022-05")) == 2


# Batches and keys


def test_keys_left_unprocessed_are_asked_for_again() -> None:
    keys = [put_key(number) for number in range(4)]
    first = iter([True, False])

    def hold_back(model: Any, parsed: Any, **_: Any) -> None:
        if model.name == "BatchGetItem" and next(first):
            items = parsed["Responses"][read_settings().table]
            held = items.pop()
            parsed["UnprocessedKeys"] = {read_settings().table: {"Keys": [{"pk": held["pk"], "sk": held["sk"]}]}}

    with hooked("after-call", hold_back):
        assert set(table.find_items(keys)) == set(keys)


def test_keys_never_processed_are_an_error_and_no_missing_items(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "_BATCH_ROUNDS", 2)
    key = put_key(1)

    def hold_back(model: Any, parsed: Any, **_: Any) -> None:
        if model.name == "BatchGetItem":
            parsed["Responses"] = {}
            parsed["UnprocessedKeys"] = {read_settings().table: {"Keys": [{"pk": {"S": key.pk}, "sk": {"S": key.sk}}]}}

    with hooked("after-call", hold_back), pytest.raises(Throttled):
        table.find_items([key])


def put_key(number: int) -> Key:
    key = link_key(f"hash-{number}")
    table.write([table.put_fields(key, {"a": 1})], subject="x")
    return key


@pytest.mark.parametrize("code", ["", "a#b", "a/b", "..", "Tràng Định", "x" * 65])
def test_a_code_that_cannot_stand_in_a_key_is_refused(code: str) -> None:
    with pytest.raises(KeyUnreadable):
        upload_key(Address(programme="mau", period="6-thang", form=code, unit="178"), "0" * 32)
