"""What holds of a stage in its account: `python -m infra.aws_check --stage prod` (`make aws-check STAGE=prod`).

Reads only. Each line is something that no emulator shows: what AWS must do for us, whether it does, and what to do
where it does not.
"""

from __future__ import annotations

import argparse
import json
import socket
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from botocore.exceptions import BotoCoreError, ClientError

from infra.account import find_certificate_faults
from infra.deploy import STAGES, open_deployment, read_stage
from infra.deployment import Deployment, DeploymentError

_KEY_RIGHTS = {"kms:Decrypt", "kms:GenerateDataKey"}
_LOGS = ("api", "intake", "sweep", "consolidate")
_LOOKED_BACK = timedelta(days=1)


class Place(NamedTuple):
    """Where to look: the stack's outputs, its resources by logical name, and the account's clients."""

    name: str
    account: str
    outputs: dict[str, str]
    resources: dict[str, str]
    client: Callable[[str], Any]


class Check(NamedTuple):
    """`find_faults` gives what does not hold, in words; nothing if all is well."""

    what: str
    find_faults: Callable[[Place], Iterator[str]]
    fallback: str


class Row(NamedTuple):
    """`holds` is None where AWS did not tell."""

    what: str
    holds: bool | None
    seen: str
    fallback: str


def find_event_faults(place: Place) -> Iterator[str]:
    found = place.client("s3").get_bucket_notification_configuration(Bucket=place.outputs["Inbox"])
    queue = place.client("sqs").get_queue_attributes(QueueUrl=place.outputs["Queue"], AttributeNames=["All"])
    attributes = queue["Attributes"]
    told = [each for each in found.get("QueueConfigurations", []) if each["QueueArn"] == attributes["QueueArn"]]
    if not any({"Name": "prefix", "Value": "inbox/"} in _list_rules(each) for each in told):
        yield "the inbox does not tell the queue of inbox/"
    if attributes.get("KmsMasterKeyId") != place.outputs["Key"]:
        yield "the queue is not under the stack's key"
    if "s3.amazonaws.com" not in attributes.get("Policy", ""):
        yield "the queue's policy does not let S3 send"
    policy = place.client("kms").get_key_policy(KeyId=place.outputs["Key"], PolicyName="default")["Policy"]
    if "s3.amazonaws.com" not in policy:
        yield "the key's policy does not let S3 use it"


def _list_rules(notification: dict[str, Any]) -> list[dict[str, str]]:
    rules = notification.get("Filter", {}).get("Key", {}).get("FilterRules", [])
    return [{"Name": rule["Name"].lower(), "Value": rule["Value"]} for rule in rules]


def find_table_faults(place: Place) -> Iterator[str]:
    table = place.client("dynamodb").describe_table(TableName=place.outputs["Table"])["Table"]
    described = table.get("SSEDescription", {})
    if (described.get("Status"), described.get("KMSMasterKeyArn")) != ("ENABLED", place.outputs["Key"]):
        yield "the table is not under the stack's key"
    iam = place.client("iam")
    for logical, role in place.resources.items():
        if logical.endswith("Role") and logical != "ApiLogsRole":
            for policy in iam.list_role_policies(RoleName=role)["PolicyNames"]:
                document = iam.get_role_policy(RoleName=role, PolicyName=policy)["PolicyDocument"]
                rights = {right for each in document["Statement"] for right in each["Action"] if right[:4] == "kms:"}
                if rights != _KEY_RIGHTS:
                    yield f"{logical} has {', '.join(sorted(rights)) or 'no right to the key'}"
    since = int((datetime.now(UTC) - _LOOKED_BACK).timestamp() * 1000)
    for log in _LOGS:
        lines = place.client("logs").filter_log_events(
            logGroupName=f"/{place.name}/{log}", filterPattern='"AccessDenied"', startTime=since, limit=1
        )
        if lines["events"]:
            yield f"/{place.name}/{log} says AccessDenied since yesterday"


def find_answer_faults(place: Place) -> Iterator[str]:
    answers = place.client("apigateway").get_gateway_responses(restApiId=place.resources["RestAPI"], limit=50)["items"]
    ours = [each for each in answers if not each.get("defaultResponse")]
    if len(ours) < 4:
        yield f"{len(ours)} of 4 answers are set"
    for each in ours:
        texts = each.get("responseTemplates", {}).values()
        if not all(text.isascii() and "&#" in text for text in texts):
            yield f"{each['responseType']} has letters that are no entities"


def find_alarm_faults(place: Place) -> Iterator[str]:
    topic = place.outputs["Alarms"]
    policy = place.client("sns").get_topic_attributes(TopicArn=topic)["Attributes"].get("Policy", "")
    yield from (
        f"{name} may not tell the topic" for name in ("cloudwatch", "budgets") if f"{name}.amazonaws" not in policy
    )
    subscribed = place.client("sns").list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    if not [each for each in subscribed if each["SubscriptionArn"].startswith("arn:")]:
        yield "no address has confirmed that it takes alarms"
    if "Budget" in place.resources:
        place.client("budgets").describe_budget(AccountId=place.account, BudgetName=place.name)


def find_log_faults(place: Place) -> Iterator[str]:
    role = place.client("apigateway").get_account().get("cloudwatchRoleArn", "")
    if not role:
        yield "API Gateway has no role for logs here"
        return
    trusted = place.client("iam").get_role(RoleName=role.rpartition("/")[2])["Role"]["AssumeRolePolicyDocument"]
    if "apigateway.amazonaws.com" not in json.dumps(trusted):
        yield f"{role} does not trust API Gateway"


def find_pool_faults(place: Place) -> Iterator[str]:
    cognito, pool = place.client("cognito-idp"), place.outputs["Users"]
    described = cognito.describe_user_pool(UserPoolId=pool)["UserPool"]
    if described.get("MfaConfiguration") != "ON":
        yield "a second factor is not required"
    client = cognito.describe_user_pool_client(UserPoolId=pool, ClientId=place.outputs["UsersClient"])
    if "ALLOW_USER_PASSWORD_AUTH" not in client["UserPoolClient"].get("ExplicitAuthFlows", []):
        yield "the pages may not sign anybody in"
    admins = cognito.list_users_in_group(UserPoolId=pool, GroupName="admin")["Users"]
    confirmed = [each for each in admins if each["UserStatus"] == "CONFIRMED"]
    if len(confirmed) < 2:
        yield f"{len(confirmed)} administrators have done their first sign-in, two are needed"


def find_name_faults(place: Place) -> Iterator[str]:
    if "Domain" not in place.resources:
        yield "the pages have API Gateway's own address, which goes with the stack, and the links on paper with it"
        return
    gateway, name = place.client("apigateway"), place.resources["Domain"]
    described = gateway.get_domain_name(domainName=name)
    if described.get("domainNameStatus", "AVAILABLE") != "AVAILABLE":
        yield f"{name} is {described['domainNameStatus']}"
    yield from find_certificate_faults(place.client("acm"), name, described["regionalCertificateArn"])
    mapped = gateway.get_base_path_mappings(domainName=name).get("items", [])
    if (place.resources["RestAPI"], "api") not in [(each["restApiId"], each["stage"]) for each in mapped]:
        yield f"{name} does not lead to the pages"
    target = place.outputs["DomainTarget"]
    if not _find_addresses(name) & _find_addresses(target):
        yield f"{name} does not point to {target}"


def find_mail_faults(place: Place) -> Iterator[str]:
    """None where a stage has no mail, which is a choice."""
    if "MailEvents" not in place.resources:
        return
    ses, name, events = place.client("sesv2"), place.outputs["MailIdentity"], place.resources["MailEvents"]
    identity = ses.get_email_identity(EmailIdentity=name)
    if not identity["VerifiedForSendingStatus"]:
        yield f"{name} is not verified"
    elif identity.get("DkimAttributes", {}).get("Status") != "SUCCESS":
        yield f"{name} does not sign its letters (DKIM)"
    if not ses.get_account()["ProductionAccessEnabled"]:
        yield "SES is in its sandbox: letters reach verified addresses alone"
    told = ses.get_configuration_set_event_destinations(ConfigurationSetName=events)["EventDestinations"]
    if not any({"BOUNCE", "COMPLAINT"} <= set(each["MatchingEventTypes"]) and each["Enabled"] for each in told):
        yield "letters that come back are not told"
    rule = place.client("events").describe_rule(Name=place.resources["LettersReturned"])
    if rule["State"] != "ENABLED":
        yield "the rule for letters that come back is off"


def _find_addresses(host: str) -> set[str]:
    """The addresses of a host; none where DNS does not know it."""
    try:
        return {str(found[4][0]) for found in socket.getaddrinfo(host, 443)}
    except OSError:
        return set()


CHECKS = (
    Check(
        "S3 tells the encrypted queue of uploads",
        find_event_faults,
        "until it does, the sweep takes uploads in 15 minutes later; encrypt the queue by SqsManagedSseEnabled instead",
    ),
    Check(
        "DynamoDB works under the key with two rights",
        find_table_faults,
        "add kms:DescribeKey and kms:CreateGrant (Bool kms:GrantIsForAWSResource) to .chalice/policy-*.json",
    ),
    Check(
        "API Gateway's own answers keep their diacritics",
        find_answer_faults,
        "take the texts' diacritics off in template.yaml: they are what people see of an outage",
    ),
    Check(
        "the topic takes alarms and the budget's messages",
        find_alarm_faults,
        "confirm the link in AWS's message; a refused budget: deploy with MonthlyBudgetUsd = 0, then again with it",
    ),
    Check(
        "API Gateway may write its access log",
        find_log_faults,
        "a new role is known after some minutes: deploy again; else set the role in API Gateway's console, Settings",
    ),
    Check(
        "Cognito's first steps: password, second factor",
        find_pool_faults,
        "operate users add; a first password is good for 7 days: operate users password NAME gives another",
    ),
    Check(
        "the pages have a name of their own, which leads to them",
        find_name_faults,
        "set DomainName and CertificateArn before slips are printed; the office's DNS needs NAME CNAME DomainTarget",
    ),
    Check(
        "letters leave signed, and those that come back are told",
        find_mail_faults,
        "DKIM's three CNAME records into the office's DNS, and a request to AWS to leave the sandbox (README.md, Mail)",
    ),
)


def open_place(deployment: Deployment) -> Place:
    """Raises ClientError if the stack is not there."""
    pages = (
        deployment.client("cloudformation").get_paginator("list_stack_resources").paginate(StackName=deployment.name)
    )
    resources = {
        each["LogicalResourceId"]: each.get("PhysicalResourceId", "")
        for page in pages
        for each in page["StackResourceSummaries"]
    }
    return Place(deployment.name, deployment.account, deployment.read_outputs(), resources, deployment.client)


def look(place: Place) -> list[Row]:
    """One line for each check. What AWS refuses to tell is no fault."""
    return [_look(check, place) for check in CHECKS]


def _look(check: Check, place: Place) -> Row:
    try:
        faults = list(check.find_faults(place))
    except (ClientError, BotoCoreError) as error:
        return Row(check.what, None, f"not seen: {error}", check.fallback)
    return Row(check.what, not faults, "; ".join(faults), check.fallback)


def render(rows: list[Row]) -> str:
    """A table to print: what holds stands in one line, the others with what was seen and what to do."""
    words = {True: "holds", False: "NO", None: "?"}
    lines: list[str] = []
    for row in rows:
        lines.append(f"{words[row.holds]:<6} {row.what}")
        if row.seen:
            lines.append(f"       seen: {row.seen}")
        lines.append(f"       else: {row.fallback}")
    return "\n".join(lines)


def main() -> None:
    """The command line. Exit code 1 if something does not hold."""
    parser = argparse.ArgumentParser(prog="python -m infra.aws_check", description="What holds of a stage on AWS.")
    parser.add_argument("--stage", required=True)
    parser.add_argument("--settings", type=Path, default=STAGES)
    given = parser.parse_args()
    try:
        rows = look(open_place(open_deployment(read_stage(given.stage, given.settings))))
    except (DeploymentError, ClientError) as error:
        sys.exit(str(error))
    print(render(rows))
    sys.exit(any(row.holds is False for row in rows))


if __name__ == "__main__":
    main()
