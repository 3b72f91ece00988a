"""Verification says nothing of a whole store, and names what is missing, changed or too much in a damaged one."""

from __future__ import annotations

from datetime import timedelta

import boto3
import pytest

from chalicelib.domain.audit import Stamp
from chalicelib.operate.verify import verify
from chalicelib.store import editions, receipts, submissions, uploads, whole
from chalicelib.store.addresses import Key, revision_key, state_key, upload_key
from chalicelib.store.clients import dynamodb, s3
from chalicelib.store.settings import read_settings
from tests.operate.conftest import take
from tests.store.sample import ADDRESS, NOON, numbered, send, workbook

pytestmark = pytest.mark.usefixtures("programme")


def codes() -> set[str]:
    return {finding.code for finding in verify(NOON).findings}


def remove(key: Key) -> None:
    dynamodb().delete_item(TableName=read_settings().table, Key={"pk": {"S": key.pk}, "sk": {"S": key.sk}})


def test_a_whole_store_has_no_findings() -> None:
    assert verify(NOON).findings == []
    kinds = ("receipts", "revisions", "states", "editions", "versions", "uploads")
    assert tuple(verify(NOON).counts[kind] for kind in kinds) == (2, 1, 1, 1, 1, 2)


def test_bytes_that_are_gone() -> None:
    for version in list(uploads.list_uploads(upload_key(ADDRESS, numbered(2)))):
        uploads.delete_upload(version.key, version.version_id)
    assert codes() == {"receipt.bytes_missing"}


@pytest.mark.promise("nothing-left")
def test_bytes_that_the_law_forbids_to_keep_may_not_be_there() -> None:
    receipt = take(b"secret thing", 3)
    assert codes() == set()
    _, version = send(b"secret thing", numbered(3))
    dynamodb().update_item(
        TableName=read_settings().table, Key={"pk": {"S": f"U#{receipt.upload_id}"}, "sk": {"S": "RECEIPT"}},
        UpdateExpression="SET version_id = :v", ExpressionAttributeValues={":v": {"S": version}},
    )  # fmt: skip
    assert codes() == {"receipt.bytes_kept"}


def test_an_upload_without_a_receipt_once_the_sweep_had_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    from chalicelib.operate import verify as module

    monkeypatch.setattr(module, "UNANSWERED_AFTER", timedelta(days=-36500))
    send(workbook(A1=7), numbered(4))
    assert codes() == {"upload.unanswered"}


def test_an_object_that_this_system_never_minted() -> None:
    s3().put_object(Bucket=read_settings().inbox, Key="inbox/of nobody's", Body=b"x")
    assert codes() == {"inbox.foreign"}


def test_a_revision_that_is_gone() -> None:
    remove(revision_key(ADDRESS, 1))
    assert codes() == {"receipt.revision", "obligation.revision", "edition.input"}


def test_an_obligation_that_is_gone() -> None:
    remove(state_key(ADDRESS))
    assert codes() == {"revision.obligation"}


def test_a_file_of_an_edition_that_has_changed() -> None:
    edition = editions.find_latest_edition("mau", period="6-thang")
    assert edition
    s3().put_object(Bucket=read_settings().reports, Key=next(iter(edition.files.values())), Body=b"x")
    assert codes() == {"edition.file"}


def test_a_purged_upload_leaves_a_store_that_verifies() -> None:
    from chalicelib.office.purge import purge

    purged = purge(numbered(2), reason="thử", stamp=Stamp("thử", NOON))
    assert (purged.versions, purged.editions) == (1, ["6-thang/1"])
    assert codes() == set()
    kept = receipts.find_receipt(numbered(2))
    assert kept
    assert (kept.bytes_kept, kept.file_name, kept.revision) == (False, "", 1)
    revision = submissions.find_revision(ADDRESS, 1)
    assert revision
    assert revision.values == {}


def test_an_inbox_that_a_restore_left_silent() -> None:
    told = {
        "QueueArn": "arn:aws:sqs:ap-southeast-1:123456789012:inbox",
        "Events": ["s3:ObjectCreated:*"],
        "Filter": {"Key": {"FilterRules": [{"Name": "prefix", "Value": "inbox/"}]}},
    }
    sqs = boto3.client("sqs", region_name="ap-southeast-1")
    sqs.create_queue(QueueName="inbox")
    s3().put_bucket_notification_configuration(
        Bucket=read_settings().inbox, NotificationConfiguration={"QueueConfigurations": [told]}
    )
    assert codes() == set()
    with whole.silence():
        assert codes() == {"inbox.silent"}
    assert codes() == set()
