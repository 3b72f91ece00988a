"""What lies in the inbox without a receipt is found and taken in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.domain.programme.model import Programme
from chalicelib.domain.submission.records import Outcome
from chalicelib.intake import sweep as sweeping
from chalicelib.intake.receive import receive
from chalicelib.intake.sweep import Swept, sweep
from chalicelib.store import obligations, papers, receipts, uploads, whole
from chalicelib.store.addresses import posted_scan_key, upload_key
from chalicelib.store.clients import s3
from chalicelib.store.objects import StoredVersion
from chalicelib.store.settings import read_settings
from tests.store.engine import Killed, counted, hooked
from tests.store.sample import ADDRESS, NOON, check, import_sample, now, numbered, send, workbook

pytestmark = pytest.mark.promise("finished")


@pytest.fixture(autouse=True)
def _programme(stores: None) -> None:
    import_sample()


def in_an_hour() -> datetime:
    return datetime.now(UTC) + timedelta(hours=1)


def run(**options: Any) -> Swept:
    return sweep(**({"now": in_an_hour, "check": check} | options))


def test_a_lost_event_is_made_good() -> None:
    send(workbook(A1=5), numbered(1))
    assert run() == Swept(lost=1, taken=1, failed=0, foreign=0)
    assert obligations.find_state(ADDRESS).revision == 1
    assert run() == Swept(lost=0, taken=0, failed=0, foreign=0)


def test_a_lost_upload_is_judged_by_when_it_was_stored() -> None:
    send(workbook(A1=5), numbered(1))
    run()
    assert obligations.find_state(ADDRESS).first_received == NOON


def test_what_has_just_come_is_left_to_its_event() -> None:
    send(workbook(A1=5), numbered(1))
    assert run(now=lambda: datetime.now(UTC)).lost == 0


def test_what_has_its_receipt_is_left_alone() -> None:
    for number in range(3):
        receive(*send(workbook(A1=number), numbered(number)), now=now, check=check)
    with counted() as calls:
        assert run() == Swept(lost=0, taken=0, failed=0, foreign=0)
    assert calls == ["ListObjectVersions", "BatchGetItem"]


def test_a_second_version_under_one_key_is_found_too() -> None:
    receive(*send(workbook(A1=1), numbered(1)), now=now, check=check)
    send(workbook(A1=2), numbered(1), received=NOON + timedelta(hours=1))
    assert run().taken == 1
    state = obligations.find_state(ADDRESS)
    assert state.submission is not None
    assert state.submission.values["A1"].value == 2
    assert run().lost == 0


def test_bytes_that_may_not_be_kept_go_with_the_next_run_where_deleting_was_cut_off() -> None:
    for number in (1, 2):  # the second is a further version under the first one's key
        key, version = send(b"secret %d" % number, numbered(1))
        with pytest.raises(Killed), killed_at_delete():
            receive(key, version, now=now, check=check)
    assert len(list(uploads.list_uploads())) == 2
    assert run().taken == 2
    assert list(uploads.list_uploads()) == []


def test_a_scan_that_may_not_be_kept_goes_as_it_is_kept_and_as_it_was_posted() -> None:
    posted = posted_scan_key(numbered(5))
    s3().put_object(Bucket=read_settings().reports, Key=posted, Body=b"%PDF-")
    scan = papers.keep_scan(posted)
    papers.put_paper(ADDRESS, papers.Paper(upload_id=numbered(1), scan_key=scan, entered=NOON, actor="pv05"))
    send(b"secret", numbered(1))
    assert run().taken == 1
    assert list(whole.list_versions(whole.REPORTS, prefix="handouts/")) == []
    assert list(whole.list_versions(whole.REPORTS, prefix="records/scans/")) == []


@contextmanager
def killed_at_delete() -> Iterator[None]:
    def kill(model: Any, **_: Any) -> None:
        if model.name == "DeleteObject":
            raise Killed

    with hooked("before-call", kill):
        yield


def test_a_run_ends_in_time_and_the_next_one_goes_on() -> None:
    for number in range(5):
        send(workbook(A1=number), numbered(number))
    began = in_an_hour()
    minutes = iter(range(0, 100, 3))

    def tick() -> datetime:
        return began + timedelta(minutes=next(minutes))

    first = run(now=tick, lasting=timedelta(minutes=10))
    assert 1 <= first.taken < 5
    assert first.lost == 5
    assert run(lasting=timedelta(0)).taken == 1  # whatever the time is, one is tried
    assert run().lost == 4 - first.taken


def test_receipts_are_looked_up_in_batches_whatever_their_number(monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory holds one batch: the next page of the listing is read when the batch before is done with."""
    stored = in_an_hour() - timedelta(hours=1)
    listed: list[int] = []
    looked_up: list[int] = []

    def list_many() -> Iterator[StoredVersion]:
        for number in range(3 * sweeping.BATCH):
            listed.append(number)
            yield StoredVersion(upload_key(ADDRESS, numbered(number)), "v", stored, 1)

    def find(versions: Sequence[StoredVersion]) -> list[StoredVersion]:
        looked_up.append(len(versions))
        assert len(listed) == sum(looked_up)
        return []

    monkeypatch.setattr(uploads, "list_uploads", lambda _: list_many())
    monkeypatch.setattr(sweeping, "find_lost", find)
    assert run().lost == 0
    assert looked_up == [sweeping.BATCH] * 3


def test_no_more_than_can_be_taken_is_kept_in_mind(monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(5):
        send(workbook(A1=number), numbered(number))
    monkeypatch.setattr(sweeping, "BATCH", 2)
    monkeypatch.setattr(sweeping, "MOST_FOUND", 3)
    assert run() == Swept(lost=4, taken=4, failed=0, foreign=0)
    assert run().taken == 1


def test_an_inbox_that_tells_nobody_is_noticed() -> None:
    assert not sweeping.is_inbox_told()
    told = {"QueueArn": "arn:aws:sqs:ap-southeast-1:000000000000:q", "Events": ["s3:ObjectCreated:*"]}
    rules = {"Filter": {"Key": {"FilterRules": [{"Name": "prefix", "Value": "inbox/"}]}}}
    inbox = read_settings().inbox
    s3().put_bucket_notification_configuration(
        Bucket=inbox, NotificationConfiguration={"QueueConfigurations": [told | rules]}, SkipDestinationValidation=True
    )
    assert sweeping.is_inbox_told()
    with whole.silence():
        assert not sweeping.is_inbox_told()
    assert sweeping.is_inbox_told()


def test_one_that_cannot_be_taken_in_stops_no_other() -> None:
    def fail(data: bytes, programme: Programme, **given: Any) -> Outcome:
        if b"666" in data:
            raise RuntimeError("poison")
        return check(data, programme)

    for number, figure in enumerate((1, 666, 2)):
        send(workbook(A1=figure), numbered(number))
    assert run(check=fail) == Swept(lost=3, taken=2, failed=1, foreign=0)
    assert receipts.find_receipt(numbered(1)) is None


def test_a_foreign_object_is_counted_and_passed_over() -> None:
    s3().put_object(Bucket=read_settings().inbox, Key="inbox/readme.txt", Body=b"x")
    assert run() == Swept(lost=0, taken=0, failed=0, foreign=1)
