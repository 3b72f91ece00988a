"""A backup made elsewhere comes to life in an empty embedded stack: the commands, with the environment alone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from chalicelib.operate.backup import back_up
from infra.local.stack import Stack
from infra.package import Package
from tests.infra.operating import run
from tests.infra.test_deploy import TICK
from tests.infra.test_stack import assume
from tests.operate.conftest import programme
from tests.store.engine import stores
from tests.store.sample import NOON

__all__ = ["programme", "stores"]
pytestmark = pytest.mark.stack


@pytest.fixture
def backup(programme: object, tmp_path: Path) -> Path:
    back_up(tmp_path / "backup", now=NOON)
    return tmp_path / "backup"


@pytest.fixture
def empty(packaged: Package, tmp_path: Path) -> Iterator[Stack]:
    with Stack(tmp_path / "stack") as stack:
        stack.deploy(packaged)
        yield stack


def test_a_backup_restored_into_an_empty_stack_is_verified_and_left_alone(
    backup: Path, empty: Stack, tmp_path: Path
) -> None:
    kept = run(empty, "restore", str(backup))
    assert run(empty, "verify")["findings"] == []
    answer = empty.client("lambda").invoke(FunctionName=empty.outputs["Sweep"], Payload=json.dumps(TICK).encode())
    assert json.loads(answer["Payload"].read()) == {"lost": 0, "taken": 0, "failed": 0, "foreign": 0}
    again = run(empty, "backup", str(tmp_path / "again"))
    assert {name: again[name] for name in ("items", "objects", "bytes")} == {
        name: kept[name] for name in ("items", "objects", "bytes")
    }


def test_the_inbox_tells_of_uploads_again_after_a_restore(backup: Path, empty: Stack) -> None:
    before = empty.client("s3").get_bucket_notification_configuration(Bucket=empty.outputs["Inbox"])
    run(empty, "restore", str(backup))
    after = empty.client("s3").get_bucket_notification_configuration(Bucket=empty.outputs["Inbox"])
    assert after["QueueConfigurations"] == before["QueueConfigurations"]


def test_a_table_that_is_lost_comes_back_from_the_bucket(backup: Path, empty: Stack) -> None:
    run(empty, "restore", str(backup))
    kept = run(empty, "backup")
    table = empty.client("dynamodb")
    before = table.scan(TableName=empty.outputs["Table"])["Items"]
    for item in before:
        table.delete_item(TableName=empty.outputs["Table"], Key={name: item[name] for name in ("pk", "sk")})
    assert run(empty, "restore")["made"] == kept["made"]
    after = table.scan(TableName=empty.outputs["Table"])["Items"]
    assert sorted(map(str, after)) == sorted(map(str, before))
    assert run(empty, "verify")["findings"] == []


def test_the_function_may_read_the_table_and_put_backups_and_nothing_else(empty: Stack) -> None:
    answer = empty.client("lambda").invoke(FunctionName=empty.outputs["Backup"], Payload=json.dumps(TICK).encode())
    assert json.loads(answer["Payload"].read()) == {}  # no programme is in force yet
    table, objects = (assume(empty, "Backup", service) for service in ("dynamodb", "s3"))
    reports = empty.outputs["Reports"]
    table.scan(TableName=empty.outputs["Table"])
    objects.put_object(Bucket=reports, Key="backups/x/y", Body=b"x")
    for refused in (
        lambda: table.put_item(TableName=empty.outputs["Table"], Item={"pk": {"S": "x"}, "sk": {"S": "x"}}),
        lambda: objects.put_object(Bucket=reports, Key="editions/x", Body=b"x"),
        lambda: objects.get_object(Bucket=reports, Key="backups/x/y"),
        lambda: objects.delete_object(Bucket=reports, Key="backups/x/y"),
    ):
        with pytest.raises(ClientError, match="AccessDenied"):
            refused()
