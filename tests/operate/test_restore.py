"""A restore ends in the same stage wherever it was cut off, and touches no stage that holds anything else."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from chalicelib.intake.receive import derive_id
from chalicelib.operate.backup import back_up
from chalicelib.operate.matching import NotEmpty, match
from chalicelib.operate.renaming import name_anew, rename
from chalicelib.operate.restore import restore
from chalicelib.store import objects, table, whole
from chalicelib.store.addresses import HANDOUTS, receipt_key, revision_key
from chalicelib.store.audit import append
from chalicelib.store.clients import dynamodb, s3
from chalicelib.store.records import pack, to_wire
from chalicelib.store.settings import read_settings
from tests.store.engine import Fault, Killed, broken_at, counted, make_line, open_moto
from tests.store.sample import ADDRESS, NOON, make_submission, numbered, send, workbook

pytestmark = [pytest.mark.promise("restored"), pytest.mark.promise("finished")]

WRITING = {"PutObject", "PutItem", "PutBucketNotificationConfiguration"}
AFTER = [Fault.LOST, Fault.REPEATED, Fault.DIES_AFTER]
"""Before a call, a fault leaves what it leaves after the call before it."""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The backup of a small store that has one of each kind, and what the store held beside it."""
    with open_moto(monkeypatch):
        fill()
        back_up(tmp_path / "backup", now=NOON)
        (tmp_path / "dump.json").write_text(json.dumps(dump()))
    return tmp_path / "backup"


def fill() -> None:
    """Two versions of the same bytes under one key; records that name them, one of them partly in S3; a line."""
    (key, first), (_, second) = (send(workbook(A1=5), numbered(2)) for _ in range(2))
    kept = make_submission(1).model_copy(update={"key": key, "version_id": first})
    item, body = pack(revision_key(ADDRESS, 1), kept, largest=200)
    assert body
    objects.put_body(body.key, body.data)
    table.put_item(item)
    further = derive_id(numbered(2), version_id=second)
    table.put_item(to_wire(receipt_key(further), {"upload_id": further, "version_id": second}))
    append(make_line())


def dump() -> dict[str, Any]:
    """All items and all versions of all objects; versions bear the numbers of their age in place of their ids."""
    spots = [
        (bucket, key, versions)
        for bucket in (whole.INBOX, whole.REPORTS)
        for key, versions in whole.list_spots(bucket, leaving_out=(HANDOUTS,)).items()
    ]
    names: dict[str, str] = {}
    for _, key, versions in spots:
        for number, version in enumerate(versions):
            names |= name_anew(key, old_version=version.version_id, new_version=f"{key} {number}")
    held = [
        [bucket, *_describe(whole.read_version(bucket, key=key, version_id=version.version_id), names)]
        for bucket, key, versions in spots
        for version in versions
    ]
    items = [rename({**item, "stored_body": "stored_body" in item}, names) for item in table.scan_items()]
    return {"items": sorted(json.dumps(item, sort_keys=True) for item in items), "objects": sorted(held)}


def _describe(stored: whole.Stored, names: dict[str, str]) -> tuple[str, str]:
    """The key and the contents. The key of a stored part of a record has its hash, so that of its place is taken."""
    if not stored.key.endswith(".json.gz"):
        said = json.dumps([stored.metadata, stored.headings], sort_keys=True)
        return stored.key, f"{names[stored.version_id]} {stored.sha256} {said}"
    part = rename(json.loads(gzip.decompress(stored.data)), names)
    return stored.key.rpartition("/")[0], json.dumps(part, sort_keys=True)


def expect(folder: Path) -> dict[str, Any]:
    return dict(json.loads((folder.parent / "dump.json").read_text()))


def find_notifications() -> list[Any]:
    found = s3().get_bucket_notification_configuration(Bucket=read_settings().inbox)
    return list(found["QueueConfigurations"])


@pytest.fixture
def notify(monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[Any]]:
    """Has the inbox tell of uploads, as the template does; returns what it is told then."""

    def put() -> list[Any]:
        queue = "arn:aws:sqs:ap-southeast-1:123456789012:inbox"
        told = {
            "QueueArn": queue, "Events": ["s3:ObjectCreated:*"],
            "Filter": {"Key": {"FilterRules": [{"Name": "prefix", "Value": "inbox/"}]}},
        }  # fmt: skip
        s3().put_bucket_notification_configuration(
            Bucket=read_settings().inbox,
            NotificationConfiguration={"QueueConfigurations": [told]},  # type: ignore[list-item]
        )
        return find_notifications()

    return put


def test_cut_off_at_any_call_one_more_run_ends_in_the_same_stage(
    folder: Path,
    notify: Callable[[], list[Any]],
    monkeypatch: pytest.MonkeyPatch,
    tried: Callable[[int], None],
    is_soak: bool,
) -> None:
    with open_moto(monkeypatch):
        told = notify()
        with counted() as calls:
            restore(folder)
        assert (dump(), find_notifications()) == (expect(folder), told)
    faults = {name: list(Fault) if is_soak else AFTER if name in WRITING else [Fault.ERROR] for name in calls}
    cases = [(number, fault) for number, name in enumerate(calls) for fault in faults[name]]
    for number, fault in cases:
        case = f"{fault} at call {number}, {calls[number]}"
        with open_moto(monkeypatch):
            told = notify()
            try:
                with broken_at(number, fault):
                    restore(folder)
            except (Killed, Exception):  # noqa: S110 - whatever it was, the next run is what counts
                pass
            restore(folder)
            assert (dump(), find_notifications()) == (expect(folder), told), case
    tried(len(cases))


def _add_item() -> None:
    append(make_line("khác"))


def _change_item() -> None:
    item = next(iter(table.scan_items()))
    dynamodb().put_item(TableName=read_settings().table, Item={**item, "more": {"S": ""}})


def _add_object() -> None:
    objects.put_object("editions/x", b"x", content_type="text/plain")


def _add_version() -> None:
    send(workbook(A1=6), numbered(2))


@pytest.mark.parametrize("change", [_add_item, _change_item, _add_object, _add_version])
def test_a_stage_that_holds_anything_else_is_refused_and_left_alone(
    folder: Path, change: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_moto(monkeypatch):
        restore(folder)
        change()
        before = dump()
        with pytest.raises(NotEmpty):
            restore(folder)
        assert dump() == before


def test_a_restore_that_was_finished_changes_nothing_when_it_is_run_again(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_moto(monkeypatch):
        restore(folder)
        with counted() as calls:
            restore(folder)
        assert not set(calls) & {"PutObject", "PutItem", "DeleteObject"}
        assert dump() == expect(folder)


@pytest.mark.parametrize(
    ("wanted", "found", "places"),
    [
        ("ab", "", []),
        ("ab", "ab", [0, 1]),
        ("ab", "aab", [0, -1, 1]),
        ("aab", "aaab", [0, 1, -1, 2]),
        ("aba", "abba", [0, 1, -1, 2]),
        ("ab", "abc", None),
        ("ab", "ba", None),
        ("ab", "aba", None),
    ],
)
def test_versions_are_matched_in_the_order_of_their_age(wanted: str, found: str, places: list[int] | None) -> None:
    assert match(wanted, found=found) == places
