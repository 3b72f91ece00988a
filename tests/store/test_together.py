"""What is decided from together is read with one batch, and programmes are asked whether they are the newest still."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from chalicelib.domain.audit import Stamp
from chalicelib.domain.programme.model import Programme
from chalicelib.domain.submission.records import Address, State
from chalicelib.office.programme import import_programme
from chalicelib.store import programmes, table
from chalicelib.store.addresses import version_key
from chalicelib.store.commit import commit_state
from chalicelib.store.errors import NotFound, Unavailable
from chalicelib.store.together import Known, read_together
from tests.store.engine import Fault, broken_at, counted, make_line
from tests.store.sample import ADDRESS, FILES, NOON, import_sample, make_submission, numbered

pytestmark = pytest.mark.usefixtures("stores")


def ask(line: Iterable[Programme]) -> list[Address]:
    """The state of each period of each programme."""
    return [
        ADDRESS.model_copy(update={"programme": each.code, "period": period.code})
        for each in line
        for period in each.periods
    ]


def read(code: str = "mau", *, years: int = 3) -> Known:
    return read_together(code, ask, years=years, upload_ids=[numbered(1)])


def put_in_force(old: str = "", new: str = "", *, code: str = "mau", follows: str = "") -> None:
    """The sample's programme with one text in place of another."""
    text = FILES["programme.toml"].decode().replace('code = "mau"', f'code = "{code}"').replace(old, new)
    text = f'follows = "{follows}"\n{text}' if follows else text
    import_programme(FILES | {"programme.toml": text.encode()}, stamp=Stamp("pv05", NOON))


def put_state(address: Address) -> State:
    after = State(address=address, change=1, revision=1, submission=make_submission())
    return commit_state(after, before=State(address=address, change=0), line=make_line())


def test_programmes_of_several_years_and_their_states_are_one_call() -> None:
    put_in_force(code="truoc")
    put_in_force(follows="truoc")
    before = put_state(ADDRESS.model_copy(update={"programme": "truoc"}))
    read()
    with counted() as calls:
        known = read()
    assert calls == ["BatchGetItem"]
    assert [each.code for each in known.line] == ["mau", "truoc"]
    assert known.states == {before.address: before}
    assert known.find_state(ADDRESS) == State(address=ADDRESS, change=0)
    assert known.receipts == {}


def test_where_a_newer_version_was_imported_all_is_asked_again_by_it() -> None:
    import_sample()
    read()
    asked = programmes.recall("mau")
    put_in_force('"nam"', '"ca-nam"')
    state = put_state(ADDRESS.model_copy(update={"period": "ca-nam"}))
    programmes._newest["mau"] = asked[0].version  # what another process still knows
    with counted() as calls:
        known = read()
    assert known.programme.version == 2
    assert known.states == {state.address: state}
    assert calls == ["BatchGetItem", "Query", "GetObject", "BatchGetItem"]


def test_where_a_newer_version_of_a_followed_programme_was_imported_it_is_asked_again_too() -> None:
    put_in_force(code="truoc")
    put_in_force(follows="truoc")
    read()
    stale = programmes._newest["truoc"]
    put_in_force("Chương trình mẫu", "Chương trình sửa", code="truoc")
    programmes._newest["truoc"] = stale
    assert [each.version for each in read().line] == [1, 2]


def test_a_number_that_a_restored_table_gives_to_another_version_is_not_taken_for_it() -> None:
    import_sample()
    read()
    known = programmes._newest["mau"]
    table.write([table.remove(version_key("mau", 1))], subject="x")
    put_in_force("Chương trình mẫu", "Chương trình khác")
    programmes._newest["mau"] = known
    assert read().programme.title == "Chương trình khác"


def test_a_programme_that_was_never_imported_is_named_and_found_once_it_is() -> None:
    with pytest.raises(NotFound, match="programme mau"):
        _ = read().programme
    import_sample()
    programmes._newest["mau"] = None
    assert read().programme.version == 1


def test_a_followed_programme_that_is_imported_later_is_found() -> None:
    put_in_force(follows="truoc")
    assert [each.code for each in read().line] == ["mau"]
    put_in_force(code="truoc")
    programmes._newest["truoc"] = None
    assert [each.code for each in read().line] == ["mau", "truoc"]
    assert [each.code for each in read(years=0).line] == ["mau"]


def test_a_failure_of_the_batch_is_told_once_and_by_its_kind() -> None:
    import_sample()
    read()
    with broken_at(0, Fault.ERROR), pytest.raises(Unavailable):
        read()
