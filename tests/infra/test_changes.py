"""An update is shown before it is made; one that takes away what holds data is refused, by us and by the stack."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.stub import ANY, Stubber

from infra.changes import GUARDED, STACK_POLICY, Change, read_changes, render_changes
from infra.deployment import Deployment, DeploymentError
from infra.local.stack import ACCOUNT, REGION
from infra.package import Package

ID = "arn:aws:cloudformation:x:000000000000:changeSet/deploy-1/2"


def make_change(action: str, name: str, kind: str, replacement: str = "") -> dict[str, Any]:
    given = {"Action": action, "LogicalResourceId": name, "ResourceType": kind}
    return {"Type": "Resource", "ResourceChange": given | ({"Replacement": replacement} if replacement else {})}


def test_what_takes_away_stands_first() -> None:
    pages = [
        {"Changes": [make_change("Modify", "Sweep", "AWS::Lambda::Function", "False")]},
        {"Changes": [
            make_change("Add", "Lost", "AWS::SQS::Queue"),
            make_change("Remove", "Old", "AWS::SQS::Queue"),
            make_change("Modify", "Table", "AWS::DynamoDB::Table", "True"),
            make_change("Modify", "Users", "AWS::Cognito::UserPool", "Conditional"),
        ]},
    ]  # fmt: skip
    changes = read_changes(pages)
    assert [change.verb for change in changes] == ["removed", "replaced", "perhaps replaced", "added", "changed"]
    assert [change.name for change in changes] == ["Old", "Table", "Users", "Lost", "Sweep"]
    assert [change.name for change in changes if change.is_forbidden] == ["Table"]
    assert render_changes(changes).splitlines()[0] == "  removed           Old (AWS::SQS::Queue)"


@pytest.mark.parametrize("kind", GUARDED)
@pytest.mark.parametrize("verb", ["removed", "replaced"])
def test_what_holds_data_is_neither_removed_nor_replaced(kind: str, verb: str) -> None:
    assert Change(verb, "x", kind).is_forbidden
    assert not Change(verb, "x", "AWS::SQS::Queue").is_forbidden
    denied = json.loads(STACK_POLICY)["Statement"][1]
    assert kind in denied["Condition"]["StringEquals"]["ResourceType"]
    assert denied["Action"] == ["Update:Replace", "Update:Delete"]


class Update:
    """AWS's answers to the update of a stack that stands, call by call."""

    def __init__(self, folder: Path) -> None:
        self.clients = {service: boto3.client(service, region_name=REGION) for service in ("cloudformation", "s3")}
        self.stubs = {service: Stubber(client) for service, client in self.clients.items()}
        template, code = folder / "sam.json", folder / "deployment.zip"
        template.write_text(json.dumps({"Resources": {}}))
        code.write_bytes(b"")
        self.package = Package(template, code)
        for operation in ("head_bucket", "put_object", "put_object"):
            self.answer("s3", operation, {})
        self.answer("s3", "list_objects_v2", {"Contents": []})
        stands = {"Stacks": [{"StackName": "x", "CreationTime": "2026-11-26", "StackStatus": "CREATE_COMPLETE"}]}
        self.answer("cloudformation", "describe_stacks", stands)
        self.answer("cloudformation", "describe_stacks", stands)
        self.answer("cloudformation", "create_change_set", {"Id": ID})

    def answer(self, service: str, operation: str, given: dict[str, Any], **asked: Any) -> None:
        self.stubs[service].add_response(operation, given, asked or None)

    def describe(self, *changes: dict[str, Any], status: str = "CREATE_COMPLETE", reason: str = "") -> None:
        """Once for the waiter, once for us."""
        for _ in range(2):
            given = {"Status": status, "StatusReason": reason, "Changes": list(changes)}
            self.answer("cloudformation", "describe_change_set", given, ChangeSetName=ID)

    def apply(self, approve: Any) -> dict[str, str]:
        for stub in self.stubs.values():
            stub.activate()
        deployment = Deployment("some-name", REGION, ACCOUNT, "code", self.clients.__getitem__)
        return deployment.apply(self.package, {}, approve)


@pytest.fixture
def update(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Update]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "x")
    made = Update(tmp_path)
    yield made
    made.stubs["cloudformation"].assert_no_pending_responses()


def test_an_update_is_shown_and_then_executed_under_the_stacks_policy(update: Update) -> None:
    update.describe(make_change("Modify", "Sweep", "AWS::Lambda::Function", "False"))
    update.answer("cloudformation", "set_stack_policy", {}, StackName="some-name", StackPolicyBody=STACK_POLICY)
    update.answer("cloudformation", "execute_change_set", {}, ChangeSetName=ID)
    after = {"StackName": "x", "CreationTime": "2026-11-26", "StackStatus": "UPDATE_COMPLETE", "Outputs": []}
    for _ in range(2):
        update.answer("cloudformation", "describe_stacks", {"Stacks": [after]}, StackName=ANY)
    shown: list[list[Change]] = []

    def approve(changes: list[Change]) -> bool:
        shown.append(changes)
        return True

    update.apply(approve)
    assert shown == [[Change("changed", "Sweep", "AWS::Lambda::Function")]]


def test_an_update_that_nobody_approves_changes_nothing(update: Update) -> None:
    update.describe(make_change("Modify", "Sweep", "AWS::Lambda::Function", "False"))
    update.answer("cloudformation", "delete_change_set", {}, ChangeSetName=ID)
    with pytest.raises(DeploymentError, match="not approved"):
        update.apply(lambda _: False)


def test_an_update_that_takes_the_table_away_is_refused_without_asking(update: Update) -> None:
    update.describe(make_change("Remove", "Table", "AWS::DynamoDB::Table"))
    update.answer("cloudformation", "delete_change_set", {}, ChangeSetName=ID)
    with pytest.raises(DeploymentError, match=r"removed +Table"):
        update.apply(lambda _: pytest.fail("asked"))


def test_a_template_that_aws_cannot_read_is_refused_in_its_words(update: Update) -> None:
    update.describe(status="FAILED", reason="Transform failed")
    update.answer("cloudformation", "delete_change_set", {}, ChangeSetName=ID)
    with pytest.raises(DeploymentError, match="Transform failed"):
        update.apply(lambda _: True)


def test_an_update_without_changes_is_done(update: Update) -> None:
    update.describe(status="FAILED", reason="The submitted information didn't contain changes.")
    update.answer("cloudformation", "delete_change_set", {}, ChangeSetName=ID)
    stands = {"StackName": "x", "CreationTime": "2026-11-26", "StackStatus": "CREATE_COMPLETE", "Outputs": []}
    update.answer("cloudformation", "describe_stacks", {"Stacks": [stands]})
    assert update.apply(lambda _: pytest.fail("asked")) == {}
