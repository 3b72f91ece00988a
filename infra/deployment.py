"""Creates, updates and removes one CloudFormation stack, with the same steps on AWS and on the embedded stack."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError, WaiterError

from infra.changes import STACK_POLICY, Change, read_changes, render_changes
from infra.package import Package
from infra.snapshots import start_from_snapshots

SETTINGS = {
    "Table": "TONGHOP_TABLE",
    "Inbox": "TONGHOP_INBOX",
    "Reports": "TONGHOP_REPORTS",
    "Queue": "TONGHOP_QUEUE",
    "DeadLetters": "TONGHOP_DEAD_LETTERS",
    "LostRuns": "TONGHOP_LOST_RUNS",
    "Publish": "TONGHOP_PUBLISH",
    "Recheck": "TONGHOP_RECHECK",
    "Slips": "TONGHOP_SLIPS",
    "Key": "TONGHOP_KEY",
    "Users": "TONGHOP_USERS",
    "UsersClient": "TONGHOP_USERS_CLIENT",
    "ApiUrl": "TONGHOP_PAGES",
}
"""The environment variables for operators, from the template's outputs."""

_CAPABILITIES = ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"]
_WAIT = {"Delay": 1, "MaxAttempts": 1800}
_KEPT = ("Retain", "RetainExceptOnCreate")
_NEVER_THERE = ("ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "REVIEW_IN_PROGRESS")
"""The states of a stack whose creation failed. It cannot be updated, only deleted."""
_UNCHANGED = ("didn't contain changes", "No updates")
"""How CloudFormation says that a change set is empty; one with these words counts as done."""

Approve = Callable[[list[Change]], bool]
"""Decides whether the changes of an update are made."""


def _approve_all(_: list[Change]) -> bool:
    return True


def name_pages(template: dict[str, Any], parameters: Mapping[str, str]) -> None:
    """Writes the pages' own name into the API's body, if they have one.

    API Gateway closes or opens its own address with the next deployment of the API, and SAM makes one where the body
    differs. That a parameter has changed SAM does not see.
    """
    if name := parameters.get("DomainName"):
        template["Resources"]["RestAPI"]["Properties"]["DefinitionBody"]["info"]["description"] = name


class DeploymentError(RuntimeError):
    """CloudFormation refused or failed; the message is CloudFormation's."""


@dataclass(frozen=True)
class Deployment:
    """A stack by its name. `client` makes the account's clients; `code` is the bucket for the code's zip."""

    name: str
    region: str
    account: str
    code: str
    client: Callable[[str], Any]

    def apply(
        self,
        package: Package,
        parameters: Mapping[str, str],
        approve: Approve = _approve_all,
        *,
        snap_start: bool = False,
    ) -> dict[str, str]:
        """Creates or updates the stack and returns its outputs. An update without changes counts as done.

        `approve` is asked about an update. One that takes away what holds data is refused without asking.
        `snap_start`: what somebody waits for starts from snapshots.

        Writes the zip's place in S3 into the template, as `aws cloudformation package` does.
        """
        key = self._upload(package.code)
        template = json.loads(package.template.read_text())
        if snap_start:
            template = start_from_snapshots(template)
        for resource in template["Resources"].values():
            if resource["Type"] == "AWS::Serverless::Function":
                resource["Properties"]["CodeUri"] = {"Bucket": self.code, "Key": key}
        name_pages(template, parameters)
        given = [{"ParameterKey": k, "ParameterValue": v} for k, v in parameters.items()]
        self._change(json.dumps(template), given, approve)
        self._forget_old_code(key)
        return self.read_outputs()

    def is_there(self) -> bool:
        """Whether the stack exists in any state other than a failed creation."""
        return self._find_status() not in ("", *_NEVER_THERE)

    def _find_status(self) -> str:
        """CloudFormation's status of the stack; "" if there is no such stack."""
        try:
            (stack,) = self.client("cloudformation").describe_stacks(StackName=self.name)["Stacks"]
        except ClientError:
            return ""
        return str(stack["StackStatus"])

    def read_outputs(self) -> dict[str, str]:
        stack = self.client("cloudformation").describe_stacks(StackName=self.name)["Stacks"][0]
        return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}

    def find_resource(self, logical: str) -> str:
        """What AWS calls a resource of the stack; "" if the stack has none of this name, or is not there."""
        try:
            asked = {"StackName": self.name, "LogicalResourceId": logical}
            found = self.client("cloudformation").describe_stack_resource(**asked)["StackResourceDetail"]
        except ClientError:
            return ""
        is_gone = found["ResourceStatus"] == "DELETE_COMPLETE"
        return "" if is_gone else str(found.get("PhysicalResourceId", ""))

    def remove(self) -> list[str]:
        """Deletes the stack; returns the resources that CloudFormation keeps as the template demands: the data."""
        began = datetime.now(UTC)
        kept = [f"{each['LogicalResourceId']}: {each['PhysicalResourceId']}" for each in self._list_kept()]
        try:
            self._delete()
        except ClientError as error:
            raise DeploymentError(error.response["Error"]["Message"]) from error
        except WaiterError as error:
            raise DeploymentError("the stack was not removed:\n" + "\n".join(self._failures(began))) from error
        return kept

    def _list_kept(self) -> Iterator[dict[str, Any]]:
        """The resources whose DeletionPolicy keeps them."""
        cloudformation = self.client("cloudformation")
        try:
            body = cloudformation.get_template(StackName=self.name)["TemplateBody"]
            pages = cloudformation.get_paginator("list_stack_resources").paginate(StackName=self.name)
            resources = (json.loads(body) if isinstance(body, str) else body)["Resources"]
            for page in pages:
                for each in page["StackResourceSummaries"]:
                    if resources.get(each["LogicalResourceId"], {}).get("DeletionPolicy") in _KEPT:
                        yield each
        except ClientError as error:
            raise DeploymentError(error.response["Error"]["Message"]) from error

    def _upload(self, code: Path) -> str:
        """Puts the zip into the code bucket under its hash, so that new code has a new key and causes an update."""
        self._open_code_bucket()
        body = code.read_bytes()
        key = f"{hashlib.sha256(body).hexdigest()}.zip"
        self.client("s3").put_object(Bucket=self.code, Key=key, Body=body, ExpectedBucketOwner=self.account)
        return key

    def _open_code_bucket(self) -> None:
        """Makes the bucket if there is none. Refuses a bucket of that name in another account."""
        s3 = self.client("s3")
        try:
            s3.head_bucket(Bucket=self.code, ExpectedBucketOwner=self.account)
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] != HTTPStatus.NOT_FOUND:
                raise DeploymentError(f"the bucket {self.code} is not ours to use") from error
            place = {"CreateBucketConfiguration": {"LocationConstraint": self.region}}
            s3.create_bucket(Bucket=self.code, **({} if self.region == "us-east-1" else place))
            private = dict.fromkeys(
                ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True
            )
            s3.put_public_access_block(Bucket=self.code, PublicAccessBlockConfiguration=private)

    def _forget_old_code(self, current: str) -> None:
        """Deletes old zips: each change of the code makes one of some 20 MB, which is useless after the next change."""
        s3 = self.client("s3")
        for item in s3.list_objects_v2(Bucket=self.code)["Contents"]:
            if item["Key"].endswith(".zip") and item["Key"] != current:
                s3.delete_object(Bucket=self.code, Key=item["Key"])

    def _change(self, template: str, parameters: list[dict[str, str]], approve: Approve) -> None:
        s3, cloudformation = self.client("s3"), self.client("cloudformation")
        s3.put_object(Bucket=self.code, Key="template.json", Body=template.encode(), ExpectedBucketOwner=self.account)
        self._delete_failed_creation()
        began = datetime.now(UTC)
        asked = {
            "StackName": self.name,
            "TemplateURL": f"{s3.meta.endpoint_url}/{self.code}/template.json",
            "Parameters": parameters,
            "Capabilities": _CAPABILITIES,
        }
        try:
            if not self.is_there():
                cloudformation.create_stack(**asked, EnableTerminationProtection=True, StackPolicyBody=STACK_POLICY)
                waiting = "stack_create_complete"
            elif change_set := self._propose(asked, f"deploy-{began:%Y%m%d-%H%M%S}"):
                self._decide(change_set, approve)
                waiting = "stack_update_complete"
            else:
                return
        except ClientError as error:
            raise DeploymentError(f"the template was refused: {error.response['Error']['Message']}") from error
        try:
            cloudformation.get_waiter(waiting).wait(StackName=self.name, WaiterConfig=_WAIT)
        except WaiterError as error:
            raise DeploymentError("the template failed:\n" + "\n".join(self._failures(began))) from error

    def _propose(self, asked: Mapping[str, Any], name: str) -> str:
        """The id of a change set for an update; "" if there is nothing to change."""
        cloudformation = self.client("cloudformation")
        change_set = str(cloudformation.create_change_set(**asked, ChangeSetName=name, ChangeSetType="UPDATE")["Id"])
        try:
            cloudformation.get_waiter("change_set_create_complete").wait(ChangeSetName=change_set, WaiterConfig=_WAIT)
        except WaiterError as error:
            reason = cloudformation.describe_change_set(ChangeSetName=change_set).get("StatusReason", "")
            cloudformation.delete_change_set(ChangeSetName=change_set)
            if not any(words in reason for words in _UNCHANGED):
                raise DeploymentError(f"the template was refused: {reason}") from error
            return ""
        return change_set

    def _decide(self, change_set: str, approve: Approve) -> None:
        """Executes the change set if it is approved. Otherwise deletes it and raises DeploymentError."""
        cloudformation = self.client("cloudformation")
        pages = cloudformation.get_paginator("describe_change_set").paginate(ChangeSetName=change_set)
        changes = read_changes(pages)
        forbidden = [change for change in changes if change.is_forbidden]
        if forbidden or not approve(changes):
            cloudformation.delete_change_set(ChangeSetName=change_set)
            why = f"this would take away what holds data:\n{render_changes(forbidden)}" if forbidden else "not approved"
            raise DeploymentError(f"nothing was changed: {why}")
        cloudformation.set_stack_policy(StackName=self.name, StackPolicyBody=STACK_POLICY)
        cloudformation.execute_change_set(ChangeSetName=change_set)

    def _delete_failed_creation(self) -> None:
        """Deletes a stack whose creation failed. It blocks its name and holds nothing, so it can be created anew."""
        if self._find_status() in _NEVER_THERE:
            self._delete()

    def _delete(self) -> None:
        cloudformation = self.client("cloudformation")
        cloudformation.update_termination_protection(StackName=self.name, EnableTerminationProtection=False)
        cloudformation.delete_stack(StackName=self.name)
        cloudformation.get_waiter("stack_delete_complete").wait(StackName=self.name, WaiterConfig=_WAIT)

    def _failures(self, began: datetime) -> Iterator[str]:
        """The reasons of failed resources since then, in CloudFormation's words."""
        pages = self.client("cloudformation").get_paginator("describe_stack_events").paginate(StackName=self.name)
        events = [event for page in pages for event in page["StackEvents"] if event["Timestamp"] >= began]
        for event in reversed(events):
            if "FAILED" in event["ResourceStatus"] or "ROLLBACK" in event["ResourceStatus"]:
                reason = event.get("ResourceStatusReason") or event["ResourceStatus"]
                yield f"{event['LogicalResourceId']}: {reason}"
