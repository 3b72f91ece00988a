"""What AWS is asked for: the merged template keeps data, keeps it private, and gives each function few rights."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from infra.package import Package

FUNCTIONS = ("APIHandler", "Consolidate", "Intake", "Publish", "Sweep")
BUCKETS = ("Inbox", "Reports")

Resource = dict[str, Any]


@pytest.fixture(scope="module")
def template(packaged: Package) -> dict[str, Any]:
    return dict(json.loads(packaged.template.read_text()))


@pytest.fixture(scope="module")
def resources(template: dict[str, Any]) -> dict[str, Resource]:
    return dict(template["Resources"])


def find_statements(resources: dict[str, Resource], function: str) -> Iterator[dict[str, Any]]:
    role = resources[resources[function]["Properties"]["Role"]["Fn::GetAtt"][0]]
    for policy in role["Properties"]["Policies"]:
        yield from policy["PolicyDocument"]["Statement"]


def test_functions(resources: dict[str, Resource]) -> None:
    assert sorted(n for n, r in resources.items() if r["Type"] == "AWS::Serverless::Function") == list(FUNCTIONS)


def test_every_function_has_a_role_of_its_own(resources: dict[str, Resource]) -> None:
    roles = [resources[function]["Properties"]["Role"]["Fn::GetAtt"][0] for function in FUNCTIONS]
    assert len(set(roles)) == len(FUNCTIONS)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_right_is_for_named_actions_on_our_own_resources(resources: dict[str, Resource], function: str) -> None:
    for statement in find_statements(resources, function):
        assert not [action for action in statement["Action"] if "*" in action]
        named = statement["Resource"] if isinstance(statement["Resource"], list) else [statement["Resource"]]
        assert all(resource.keys() <= {"Fn::GetAtt", "Fn::Sub"} for resource in named)


def test_no_record_can_be_deleted_and_only_intake_drops_uploads(resources: dict[str, Resource]) -> None:
    """What names people may not be kept (`domain/README.md`), so intake and the sweep can drop it, by version."""
    deleting = {(function, action) for function in FUNCTIONS for statement in find_statements(resources, function)
                for action in statement["Action"] if "Delete" in action}
    assert deleting == {("Intake", "sqs:DeleteMessage"), ("Intake", "s3:DeleteObjectVersion"),
                        ("Sweep", "s3:DeleteObjectVersion")}


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_writes_its_log_where_retention_is_set(resources: dict[str, Resource], function: str) -> None:
    log = resources[function]["Properties"]["LoggingConfig"]["LogGroup"]["Ref"]
    assert resources[log]["Properties"]["RetentionInDays"]
    assert [s for s in find_statements(resources, function) if s["Resource"] == {"Fn::GetAtt": [log, "Arn"]}]


@pytest.mark.parametrize("bucket", BUCKETS)
def test_a_bucket_is_private_versioned_encrypted_and_kept(resources: dict[str, Resource], bucket: str) -> None:
    properties = resources[bucket]["Properties"]
    assert set(properties["PublicAccessBlockConfiguration"].values()) == {True}
    assert properties["VersioningConfiguration"] == {"Status": "Enabled"}
    assert properties["BucketEncryption"]
    assert resources[bucket]["DeletionPolicy"] == resources[bucket]["UpdateReplacePolicy"] == "Retain"


@pytest.mark.parametrize("bucket", BUCKETS)
def test_a_bucket_refuses_plain_http_unless_told_otherwise(template: dict[str, Any], bucket: str) -> None:
    policy = template["Resources"][f"{bucket}Policy"]
    assert policy["Condition"] == "IsTlsOnly"
    assert template["Parameters"]["Scheme"]["Default"] == "https"
    deny = policy["Properties"]["PolicyDocument"]["Statement"][0]
    assert (deny["Effect"], deny["Action"]) == ("Deny", "s3:*")
    assert deny["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_the_table_is_kept_and_can_be_put_back_to_any_minute(resources: dict[str, Resource]) -> None:
    table = resources["Table"]
    assert table["DeletionPolicy"] == table["UpdateReplacePolicy"] == "Retain"
    assert table["Properties"]["DeletionProtectionEnabled"] is True
    assert table["Properties"]["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}


def test_a_message_stays_hidden_longer_than_intake_can_take(template: dict[str, Any]) -> None:
    """AWS asks for six times the function's time-out."""
    intake = template["Resources"]["Intake"]["Properties"]
    assert template["Parameters"]["RedeliverySeconds"]["Default"] >= 6 * intake["Timeout"]
    assert intake["Events"]["IntakeSqsEventSource"]["Properties"]["Queue"] == {"Fn::Sub": "${InboxQueue.Arn}"}


def test_what_cannot_be_taken_in_is_kept_for_a_fortnight(resources: dict[str, Resource]) -> None:
    redrive = resources["InboxQueue"]["Properties"]["RedrivePolicy"]
    assert redrive["deadLetterTargetArn"] == {"Fn::GetAtt": ["DeadLetters", "Arn"]}
    assert resources["DeadLetters"]["Properties"]["MessageRetentionPeriod"] == 14 * 24 * 3600


def test_no_account_region_or_partition_is_written_out(packaged: Package) -> None:
    text = packaged.template.read_text()
    assert not re.findall(r"\b\d{12}\b|arn:aws|[a-z]{2}-[a-z]+-\d\b", text)
