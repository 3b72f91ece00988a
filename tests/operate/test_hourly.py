"""A table that is lost comes back from its hourly backup beside the buckets, and the sweep takes in what came later."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from chalicelib.domain.audit import Stamp
from chalicelib.domain.programme.model import Programme
from chalicelib.domain.submission.records import Receipt
from chalicelib.intake.receive import receive
from chalicelib.intake.sweep import Swept, sweep
from chalicelib.office.review import Subject, approve_submission, grant_exception, return_submission
from chalicelib.office.sign_in import note_sign_in
from chalicelib.operate.backup import back_up_due, back_up_table
from chalicelib.operate.matching import NotEmpty
from chalicelib.operate.places import BackupUnusable
from chalicelib.operate.restore import restore_table
from chalicelib.operate.verify import verify
from chalicelib.store import backups, objects, obligations, programmes, table
from chalicelib.store.addresses import (
    Key,
    find_kind,
    key_of,
    link_listing_key,
    name_time,
    parse_state_key,
    receipt_key,
    revision_key,
    upload_key,
)
from chalicelib.store.clients import dynamodb
from chalicelib.store.errors import StorageError
from chalicelib.store.records import Wire, from_wire
from chalicelib.store.settings import read_settings
from tests.links import create_link
from tests.operate.conftest import interrupted
from tests.store.engine import Fault, Killed, broken_at, counted, stores
from tests.store.sample import ADDRESS, LOCK, NOON, check, import_sample, now, numbered, send, workbook

__all__ = ["stores"]

pytestmark = pytest.mark.promise("restored")

OTHER = ADDRESS.model_copy(update={"unit": "180"})
MORNING, HOUR = Stamp("pv05", NOON), timedelta(hours=1)


@pytest.fixture
def programme(stores: None) -> Programme:
    """A returned report, a rejected one, an exception and a link; and somebody has signed in to the console."""
    programme = import_sample()
    note_sign_in("hoa.tt", stamp=MORNING)
    create_link(programme, "178", expires=NOON + timedelta(days=30), now=NOON, actor="thử")
    take(workbook(A1=5), 1)
    take(b"no workbook", 2)
    return_submission(Subject(programme, ADDRESS), "Xin xem lại.", stamp=MORNING)
    grant_exception(Subject(programme, OTHER), LOCK + timedelta(days=3), "mưa lũ", stamp=MORNING)
    return programme


def take(data: bytes, number: int, *, address: Any = ADDRESS) -> Receipt:
    return receive(*send(data, numbered(number), address=address), now=now, check=check)


def read_table() -> dict[Key, Wire]:
    return {key_of(item): item for item in table.scan_items()}


def lose_table() -> None:
    for key in read_table():
        dynamodb().delete_item(TableName=read_settings().table, Key={"pk": {"S": key.pk}, "sk": {"S": key.sk}})


def sweep_all() -> Swept:
    return sweep(now=lambda: datetime.now(UTC) + HOUR, check=check)


def describe(items: dict[Key, Wire]) -> dict[Key, Wire]:
    """All items but the lines of the audit, without the times at which uploads were taken in."""
    return {
        key: {name: value for name, value in item.items() if name != "decided"}
        for key, item in items.items()
        if find_kind(key.pk) != "A"
    }


def test_but_for_what_people_decided_since_the_backup_everything_is_as_it_was(programme: Programme) -> None:
    back_up_table(now=NOON)
    kept = read_table()
    take(workbook(A1=7), 3, address=OTHER)
    take(workbook(A1=6), 4)
    take(b"no workbook either", 5)
    before = read_table()
    approve_submission(Subject(programme, OTHER), stamp=Stamp("pv05", NOON + HOUR))
    lose_table()

    restore_table()
    assert read_table() == kept
    assert sweep_all() == Swept(lost=3, taken=3, failed=0, foreign=0)
    assert describe(read_table()) == describe(before)
    assert verify(NOON).findings == []


def test_without_a_backup_the_sweep_alone_would_count_what_was_returned(programme: Programme) -> None:
    """What the backup is for."""
    returned = obligations.find_state(ADDRESS)
    lose_table()
    import_sample()
    sweep_all()
    assert (returned.counts, obligations.find_state(ADDRESS).counts) == (False, True)


def test_a_table_that_holds_anything_else_is_refused(programme: Programme) -> None:
    back_up_table(now=NOON)
    take(workbook(A1=6), 4)
    before = read_table()
    with pytest.raises(NotEmpty):
        restore_table()
    assert read_table() == before


def test_of_several_backups_the_latest_one_is_taken_or_the_one_that_is_named(programme: Programme) -> None:
    back_up_table(now=NOON)
    first = read_table()
    take(workbook(A1=6), 4)
    back_up_table(now=NOON + HOUR)
    second = read_table()
    for made, expected in (("", second), (name_time(NOON), first)):
        lose_table()
        restore_table(made)
        assert read_table() == expected
    with pytest.raises(BackupUnusable):
        restore_table("yesterday")


@pytest.mark.promise("finished")
def test_a_backup_that_was_cut_off_is_none_and_the_next_one_is_whole(
    programme: Programme, tried: Callable[[int], None]
) -> None:
    with counted() as calls:
        back_up_table(now=NOON)
    for number, _ in enumerate(calls):
        for fault in (Fault.ERROR, Fault.DIES_BEFORE, Fault.LOST):
            with broken_at(number, fault), pytest.raises((StorageError, Killed)):
                back_up_table(now=NOON + (number + 1) * HOUR)
    whole = [made for made in backups.list_finished() if made > name_time(NOON)]
    assert whole == [name_time(NOON + len(calls) * HOUR)]  # the answer that told its end was lost
    lose_table()
    restore_table(name_time(NOON))
    assert verify(NOON).findings == []
    tried(3 * len(calls))


@pytest.mark.promise("finished")
def test_a_table_that_was_restored_in_part_is_restored_whole(
    programme: Programme, tried: Callable[[int], None]
) -> None:
    back_up_table(now=NOON)
    kept = read_table()
    for number, _ in enumerate(kept):
        lose_table()
        for key in list(kept)[:number]:
            table.put_item(kept[key])
        restore_table()
        assert read_table() == kept
    tried(len(kept))


def test_what_is_written_while_the_table_is_read_is_there_as_a_whole_or_not_at_all(
    programme: Programme, tried: Callable[[int], None], is_soak: bool
) -> None:
    """One item a page; before each call of the reading another upload is taken in, and another link is made."""
    base = read_table()
    with paged(), counted() as calls:
        back_up_table(now=NOON)
    chosen = list(enumerate(calls))[:: 1 if is_soak else 3]
    for number, name in chosen:
        with paged(), interrupted(number, partial(interfere, programme)):
            back_up_table(now=NOON + number * HOUR)
        before = read_table()
        lose_table()
        restore_table()
        assert find_torn(read_table()) == [], f"before call {number}, {name}"
        assert verify(NOON).findings == []
        sweep_all()
        assert describe_uploads(read_table()) == describe_uploads(before)
        put_back(base)
    tried(len(chosen))


def put_back(base: dict[Key, Wire]) -> None:
    """The store as it was before the upload."""
    objects.delete_all_versions(read_settings().inbox, key=upload_key(OTHER, numbered(9)))
    lose_table()
    for item in base.values():
        table.put_item(item)


def interfere(programme: Programme) -> None:
    take(workbook(A1=9), 9, address=OTHER)
    create_link(programme, "180", expires=NOON + timedelta(days=30), now=NOON, actor="thử")


def describe_uploads(items: dict[Key, Wire]) -> dict[Key, Wire]:
    return {key: item for key, item in describe(items).items() if find_kind(key.pk) in "PSU"}


def find_torn(items: dict[Key, Wire]) -> list[Key]:
    """Receipts, revisions, states and links that lack what was written in the same transaction."""
    torn: list[Key] = []
    for key, item in items.items():
        if find_kind(key.pk) == "P":
            address = parse_state_key(key)
            needed = {revision_key(address, number) for number in range(1, int(from_wire(item)["revision"]) + 1)}
        elif find_kind(key.pk) == "S":
            needed = {receipt_key(item["upload_id"]["S"])}
        elif key.sk == "LINK":
            needed = {link_listing_key("mau", unit=item["unit"]["S"], token_hash=item["token_hash"]["S"])}
        else:
            continue
        torn += [key] if needed - items.keys() else []
    return torn


@contextmanager
def paged() -> Iterator[None]:
    """A scan gives one item a page."""

    def limit(params: dict[str, Any], **_: Any) -> None:
        params["Limit"] = 1

    dynamodb().meta.events.register("provide-client-params.dynamodb.Scan", limit)
    try:
        yield
    finally:
        dynamodb().meta.events.unregister("provide-client-params.dynamodb.Scan", limit)


OPENS = datetime(2022, 4, 14, 17, tzinfo=UTC)
"""The programme's first period opens, and no other one is open then."""


@pytest.mark.parametrize(
    ("at", "hours", "is_made"),
    [
        (OPENS - HOUR, 1, False),
        (OPENS, 1, True),
        (OPENS + 3 * HOUR, 1, True),
        (OPENS + 3 * HOUR, 4, True),
        (OPENS + 4 * HOUR, 4, False),
        (OPENS, 0, False),
        (LOCK + timedelta(days=7) - HOUR, 1, True),
        (LOCK + timedelta(days=7), 1, False),
        (LOCK + timedelta(days=7, hours=1), 1, True),
        (LOCK + timedelta(days=7, hours=1), 0, False),
    ],
)
def test_one_is_made_every_so_many_hours_while_a_period_is_open_and_otherwise_once_a_day(
    programme: Programme, at: datetime, hours: int, is_made: bool
) -> None:
    assert (back_up_due(now=at, hours=hours) is not None) is is_made
    assert bool(backups.list_finished()) is is_made


def test_where_no_programme_is_in_force_there_is_nothing_to_keep(stores: None) -> None:
    assert back_up_due(now=LOCK + timedelta(days=7, hours=1), hours=1) is None


def test_a_record_that_is_gone_is_asked_for_once_and_stops_no_backup(programme: Programme) -> None:
    dynamodb().delete_item(
        TableName=read_settings().table,
        Key={"pk": {"S": receipt_key(numbered(1)).pk}, "sk": {"S": receipt_key(numbered(1)).sk}},
    )
    programmes.forget()
    with counted() as calls:
        back_up_due(now=OPENS, hours=1)
    assert calls.count("BatchGetItem") == 1
    assert backups.list_finished() == [name_time(OPENS)]
