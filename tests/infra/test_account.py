"""The account is asked before a stage is made: its role for logs, and what earlier stacks of the name have left."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from infra.account import check_domain, choose_api_logs, choose_mail_identity, clear_leftovers, find_leftovers
from infra.deployment import Deployment, DeploymentError
from infra.local.stack import ACCOUNT, REGION
from tests.infra.test_deploy import Cloud

OURS = f"arn:aws:iam::{ACCOUNT}:role/some-name-ApiLogsRole-1ABC"


@pytest.mark.parametrize(
    ("role", "given", "chosen"),
    [
        ("", {}, "true"),
        (OURS, {}, "true"),
        (OURS.replace("some-name", "other"), {}, "false"),
        (OURS.replace("some-name", "other"), {"ManageApiLogs": "true"}, "true"),
        (OURS, {"ManageApiLogs": "false"}, "false"),
    ],
)
def test_the_role_for_logs_is_made_where_the_account_has_none_of_another(
    role: str, given: dict[str, str], chosen: str
) -> None:
    cloud = Cloud(role=role)
    assert choose_api_logs(cloud.deployment, {"x": "y"} | given) == {"x": "y", "ManageApiLogs": chosen}


def test_a_stage_that_forbids_the_missing_role_is_refused_before_anything_is_made() -> None:
    with pytest.raises(DeploymentError, match="leave ManageApiLogs out"):
        choose_api_logs(Cloud().deployment, {"ManageApiLogs": "false"})


class Missing:
    """What is not there, as boto3 says it; and what the stack has `made`, if anything."""

    made = ""

    class exceptions:  # noqa: N801
        class NotFoundException(Exception):
            """There is no such thing."""

    def describe_stack_resource(self, **_: str) -> dict[str, Any]:
        if not self.made:
            raise ClientError({"Error": {"Code": "ValidationError", "Message": "no"}}, "DescribeStackResource")
        return {"StackResourceDetail": {"ResourceStatus": "CREATE_COMPLETE", "PhysicalResourceId": self.made}}


class Senders(Missing):
    """SES with these identities, and a stack that has made one of them or none."""

    def __init__(self, *known: str, made: str = "") -> None:
        self.known, self.made = known, made

    def get_email_identity(self, *, EmailIdentity: str) -> None:  # noqa: N803
        if EmailIdentity not in self.known:
            raise self.exceptions.NotFoundException

    @property
    def deployment(self) -> Deployment:
        return Deployment("some-name", REGION, ACCOUNT, "code", lambda _: self)


@pytest.mark.parametrize(
    ("senders", "chosen"),
    [
        (Senders(), "true"),
        (Senders("khac.vn"), "true"),
        (Senders("example.vn"), "false"),
        (Senders("example.vn", made="example.vn"), "true"),
        (Senders("example.vn", "cu.vn", made="cu.vn"), "false"),
    ],
)
def test_an_identity_for_mail_is_made_where_the_account_has_none(senders: Senders, chosen: str) -> None:
    given = {"MailIdentity": "example.vn"}
    assert choose_mail_identity(senders.deployment, given) == given | {"ManageMailIdentity": chosen}


def test_without_mail_nothing_is_asked() -> None:
    assert choose_mail_identity(Senders().deployment, {"x": "y"}) == {"x": "y"}


def test_a_stage_that_forbids_the_missing_identity_is_refused() -> None:
    with pytest.raises(DeploymentError, match=r"SES has no identity example\.vn"):
        choose_mail_identity(Senders().deployment, {"MailIdentity": "example.vn", "ManageMailIdentity": "false"})


@pytest.fixture
def left(monkeypatch: pytest.MonkeyPatch) -> Iterator[Deployment]:
    """An account with an empty table, user pool, bucket and key of this name, and those of a stack `some-name-dev`."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "x")
    with mock_aws():
        client = lambda service: boto3.client(service, region_name=REGION)  # noqa: E731
        for stack in ("some-name", "some-name-dev"):
            leave(client, stack)
        yield Deployment("some-name", REGION, ACCOUNT, "code", client)


def leave(client: Any, stack: str) -> None:
    client("dynamodb").create_table(
        TableName=f"{stack}-Table-1ABC", BillingMode="PAY_PER_REQUEST", DeletionProtectionEnabled=True,
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
    )  # fmt: skip
    client("cognito-idp").create_user_pool(PoolName=f"{stack}-pv05", DeletionProtection="ACTIVE")
    place = {"LocationConstraint": REGION}
    client("s3").create_bucket(Bucket=f"{stack}-inbox-{ACCOUNT}", CreateBucketConfiguration=place)
    client("kms").create_key(Description=f"{stack} - reports, records, messages, logs")


def list_kinds(deployment: Deployment) -> list[str]:
    return [each.kind for each in find_leftovers(deployment)]


def test_what_an_earlier_stack_left_empty_is_named_and_removed_if_somebody_says_so(
    left: Deployment, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(DeploymentError, match=f"some-name-inbox-{ACCOUNT}"):
        clear_leftovers(left, lambda _: False)
    assert "table some-name-Table-1ABC: empty" in capsys.readouterr().out
    assert list_kinds(left) == ["table", "user pool", "bucket", "key"]
    clear_leftovers(left, lambda _: True)
    assert list_kinds(left) == []
    assert left.client("dynamodb").list_tables()["TableNames"] == ["some-name-dev-Table-1ABC"]


def test_what_holds_anything_stays_and_so_does_the_key_it_needs(left: Deployment) -> None:
    left.client("dynamodb").put_item(TableName="some-name-Table-1ABC", Item={"pk": {"S": "x"}})
    pool = next(each.name for each in find_leftovers(left) if each.kind == "user pool")
    left.client("cognito-idp").admin_create_user(UserPoolId=pool, Username="an")
    clear_leftovers(left, lambda _: True)
    assert list_kinds(left) == ["table", "user pool", "key"]


def test_a_bucket_with_a_deleted_object_is_not_empty(left: Deployment) -> None:
    """The bytes of its earlier version are there."""
    s3, bucket = left.client("s3"), f"some-name-inbox-{ACCOUNT}"
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    s3.put_object(Bucket=bucket, Key="x", Body=b"x")
    s3.delete_object(Bucket=bucket, Key="x")
    with pytest.raises(DeploymentError, match="restore a backup"):
        clear_leftovers(left, lambda _: True)
    assert list_kinds(left) == ["bucket", "key"]


def test_what_came_while_somebody_was_asked_is_not_removed(left: Deployment) -> None:
    def ask(_: str) -> bool:
        left.client("dynamodb").put_item(TableName="some-name-Table-1ABC", Item={"pk": {"S": "x"}})
        return True

    clear_leftovers(left, ask)
    assert list_kinds(left) == ["table", "key"]


def test_what_cannot_be_read_counts_as_full(left: Deployment, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(service: str) -> Any:
        client = boto3.client(service, region_name=REGION)
        if service == "dynamodb":
            monkeypatch.setattr(client, "scan", lambda **_: client.describe_table(TableName="not-there"))
        return client

    with_refusal = Deployment(left.name, left.region, left.account, left.code, refuse)
    clear_leftovers(with_refusal, lambda _: True)
    assert list_kinds(left) == ["table", "key"]


NAME = "baocao.example.vn"
ARN = f"arn:aws:acm:{REGION}:{ACCOUNT}:certificate/1"


class Certificates(Missing):
    """ACM with one certificate, and API Gateway with a name or none, which this stack has made or another."""

    def __init__(self, *, taken: str = "", made: str = "", **described: Any) -> None:
        self.meta, self.taken, self.made = SimpleNamespace(region_name=REGION), taken, made
        self.described = {
            "DomainName": NAME,
            "Status": "ISSUED",
            "NotAfter": datetime(9999, 1, 1, tzinfo=UTC),
        } | described

    def get_domain_name(self, *, domainName: str) -> None:  # noqa: N803
        if domainName != self.taken:
            raise self.exceptions.NotFoundException

    def describe_certificate(self, **_: str) -> dict[str, Any]:
        return {"Certificate": self.described}

    @property
    def deployment(self) -> Deployment:
        return Deployment("some-name", REGION, ACCOUNT, "code", lambda _: self)


@pytest.mark.parametrize(
    "described", [{}, {"DomainName": "example.vn", "SubjectAlternativeNames": ["example.vn", "*.example.vn"]}]
)
def test_a_certificate_that_is_issued_for_the_name_serves_it(described: dict[str, Any]) -> None:
    check_domain(Certificates(**described).deployment, {"DomainName": NAME, "CertificateArn": ARN})


def test_a_name_of_another_stack_is_refused_and_ones_own_is_not() -> None:
    given = {"DomainName": NAME, "CertificateArn": ARN}
    check_domain(Certificates(taken=NAME, made=NAME).deployment, given)
    with pytest.raises(DeploymentError, match="another stack of this account has"):
        check_domain(Certificates(taken=NAME).deployment, given)


def test_pages_without_a_name_need_no_certificate() -> None:
    check_domain(Certificates().deployment, {"DomainName": "", "CertificateArn": ""})


RECORD = {"Name": "_a.baocao.example.vn.", "Type": "CNAME", "Value": "_b.acm-validations.aws."}


@pytest.mark.parametrize(
    ("described", "given", "words"),
    [
        ({}, {"CertificateArn": ""}, "set together"),
        ({}, {"DomainName": ""}, "set together"),
        ({}, {"CertificateArn": ARN.replace(REGION, "us-east-1")}, f"none of ACM in {REGION}"),
        ({"DomainName": "*.vn"}, {}, r"it is for \*\.vn"),
        ({"DomainName": "khac.example.vn"}, {}, "it is for khac.example.vn"),
        ({"Status": "EXPIRED"}, {}, "it is EXPIRED, not ISSUED$"),
        ({"NotAfter": datetime(2020, 1, 2, tzinfo=UTC)}, {}, "ended on 2020-01-02"),
        (
            {"Status": "PENDING_VALIDATION", "DomainValidationOptions": [{"ResourceRecord": RECORD}]},
            {},
            "its DNS needs: _a.baocao.example.vn. CNAME _b.acm-validations.aws.",
        ),
    ],
)
def test_a_name_without_a_certificate_is_refused_in_words(
    described: dict[str, Any], given: dict[str, str], words: str
) -> None:
    with pytest.raises(DeploymentError, match=words):
        check_domain(Certificates(**described).deployment, {"DomainName": NAME, "CertificateArn": ARN} | given)


def test_a_certificate_that_is_not_there_is_told_in_the_words_of_acm(left: Deployment) -> None:
    with pytest.raises(DeploymentError, match="certificate/1 not found"):
        check_domain(left, {"DomainName": NAME, "CertificateArn": ARN})
