"""A plugin (`pytest -p tests.infra.rights`) that compares the calls of the whole suite with the policies.

Every AWS call that a function of ours makes is allowed by its policy in the template, and every right is used.

Calls are collected by hooks of botocore's on all clients, moto's, the embedded stack's, and those that the engine in
memory answers before they are signed; pre-signing is a call too. Which function makes a call is told by the outermost
of the use cases on the stack; calls of tests themselves and of operators' commands are nobody's. What runs in
MiniStack's workers is another process: there IAM itself refuses.
"""

from __future__ import annotations

import json
import os
import sys
from collections import defaultdict
from collections.abc import Iterator
from fnmatch import fnmatchcase
from functools import cache
from itertools import takewhile
from pathlib import Path
from types import CodeType, FrameType
from typing import Any, NamedTuple
from urllib.parse import parse_qs, unquote, urlsplit

import botocore.handlers
import pytest

from infra.package import BUILD, ROOT, package
from tests.infra.test_template import FUNCTIONS, find_statements

ENTRIES = {
    ("web/dispatch.py", "call"): "APIHandler",
    ("intake/receive.py", "receive"): "Intake",
    ("intake/sweep.py", "sweep"): "Sweep",
    ("intake/sweep.py", "is_inbox_told"): "Sweep",
    ("intake/trial.py", "forget_trials"): "Sweep",
    ("office/slips.py", "forget_slips"): "Sweep",
    ("operate/overdue.py", "find_overdue"): "Sweep",
    ("operate/overdue.py", "read_editions"): "Consolidate",
    ("office/reminders.py", "send_due"): "Remind",
    ("office/outcome_letters.py", "send_due"): "Remind",
    ("report/publish.py", "publish_due"): "Consolidate",
    ("report/publish.py", "publish_edition"): "Publish",
    ("office/recheck.py", "recheck_period"): "Recheck",
    ("office/undelivered.py", "take_event"): "Intake",
    ("office/draft_files.py", "remove_drafts_daily"): "Consolidate",
    ("office/slips.py", "make_slips"): "Slips",
    ("operate/backup.py", "back_up_due"): "Backup",
}
"""Where a function's work begins: the handlers in app.py do no more than call these."""

NOBODYS = {
    ("store/handouts.py", "_find_origin"): "the host of an address is read; nothing is posted to its key",
}
"""Calls within these are no function's, whoever began them."""

MAIL = {"Source": "identity/*", "ConfigurationSetName": "configuration-set/${AWS::StackName}"}
"""What a letter asks SES for, by its parameters: identities, in the sandbox the receiver's too, while the policy holds
the sender's address; and the set by which SES tells of returned letters.
"""

BY_SERVICES = {
    "kms:Decrypt": "S3, DynamoDB and SQS ask for it in the function's name",
    "kms:GenerateDataKey": "the same",
    "logs:CreateLogStream": "Lambda writes what the function prints",
    "logs:PutLogEvents": "the same",
    "sqs:ChangeMessageVisibility": "Lambda takes the messages",
    "sqs:DeleteMessage": "the same",
    "sqs:GetQueueAttributes": "the same",
    "sqs:ReceiveMessage": "the same",
    "sqs:SendMessage": "Lambda keeps what it gives up, with the function's rights",
    "xray:PutTelemetryRecords": "Lambda sends the traces",
    "xray:PutTraceSegments": "the same",
    "s3:ListBucket": 'without it S3 says "denied" of what is not there, and nobody could tell the two apart',
    "s3:PutObjectRetention": "part of PutObject where EditionLockDays says so",
}
"""Actions that a policy must allow though our code never calls them, and why."""

_PARTS = {"Put": "PutItem", "Update": "UpdateItem", "ConditionCheck": "ConditionCheckItem", "Delete": "DeleteItem"}


class Call(NamedTuple):
    """One action on one resource, "Reports/editions/…" or "Table", by one function."""

    function: str
    action: str
    resource: str


class Request(NamedTuple):
    """What botocore is about to send."""

    url: str
    data: bytes
    context: dict[str, Any]


calls: set[Call] = set()


def note(event_name: str, request: Any = None, params: Any = None, **_: Any) -> None:
    """The hook: runs where a call is about to be made, and where its request is about to be signed."""
    function = find_function()
    if function:
        request = request or Request(params["url"], params["body"], params["context"])
        service, operation = event_name.split(".")[1:3]
        calls.update(Call(function, action, resource) for action, resource in name_actions(service, operation, request))


def find_function() -> str:
    """The function whose work this is, or nothing.

    What a test calls is that test's, also in the midst of a function's work: frames count up to the first of a test.
    """
    places = (place for code in walk_frames() if code is not note.__code__ and (place := find_place(code)))
    ours = takewhile(lambda place: not place.is_test, places)
    found = ""
    for place in ours:
        if place.named in NOBODYS:
            return ""
        if place.named in ENTRIES:
            found = ENTRIES[place.named]
        elif place.is_command:
            found = ""
    return found


class Place(NamedTuple):
    """Where a piece of our code stands: "web/dispatch.py" and the function."""

    named: tuple[str, str]
    is_test: bool
    is_command: bool


@cache
def find_place(code: CodeType) -> Place | None:
    """Nothing where the code is not ours. It is asked for every frame of every call."""
    path = Path(code.co_filename)
    if not path.is_relative_to(ROOT) or ".venv" in path.parts:
        return None
    named = f"{path.parent.name}/{path.name}", code.co_name
    return Place(named, path.is_relative_to(ROOT / "tests"), path.parent == ROOT / "chalicelib" / "operate")


def walk_frames() -> Iterator[CodeType]:
    """From the caller of the hook outwards."""
    frame: FrameType | None = sys._getframe(3)
    while frame:
        yield frame.f_code
        frame = frame.f_back


def name_actions(service: str, operation: str, request: Any) -> Iterator[tuple[str, str]]:
    """The IAM actions of a request and the resources that they are about."""
    if service == "dynamodb":
        index = json.loads(request.data).get("IndexName", "")
        named = f"Table/index/{index}" if index else "Table"
        yield from ((f"dynamodb:{action}", named) for action in name_parts(operation, request))
    elif service == "s3":
        yield name_s3_action(operation, request)
    elif service == "lambda":
        name = urlsplit(request.url).path.split("/functions/")[1].partition("/")[0]
        settings = {"Recheck": "TONGHOP_RECHECK", "Slips": "TONGHOP_SLIPS"}
        called = next((each for each, setting in settings.items() if name == os.environ.get(setting)), "Publish")
        yield "lambda:InvokeFunction", called
    elif service == "ses":
        yield from ((f"ses:{operation}", resource) for part, resource in MAIL.items() if part in str(request.data))
    elif service not in ("cognito-idp", "cognito-identity-provider"):
        yield f"{service}:{operation}", ""
    elif operation.startswith(("Admin", "List", "Create")):  # public operations are not signed, and need no right
        yield f"cognito-idp:{operation}", "Users"


def name_parts(operation: str, request: Any) -> list[str]:
    if operation != "TransactWriteItems":
        return [operation]
    return [_PARTS[kind] for item in json.loads(request.data)["TransactItems"] for kind in item]


def name_s3_action(operation: str, request: Any) -> tuple[str, str]:
    bucket, key, query = split_url(request.url)
    key = key or request.context.get("s3-presign-post-fields", {}).get("key", "")
    has_version = "versionId" in query
    action = {
        "GetObject": "GetObjectVersion" if has_version else "GetObject",
        "HeadObject": "GetObject",
        "DeleteObject": "DeleteObjectVersion" if has_version else "DeleteObject",
        "GetBucketNotificationConfiguration": "GetBucketNotification",
        "ListObjectVersions": "ListBucketVersions",
        "CopyObject": "PutObject",  # and GetObject of what is copied, which the same pages read besides
    }.get(operation, operation)
    return f"s3:{action}", f"{bucket}/{key}" if key else bucket


def split_url(url: str) -> tuple[str, str, dict[str, list[str]]]:
    """Which of our buckets, which key, what is asked: for both ways in which S3 spells addresses."""
    parts = urlsplit(url)
    for bucket, setting in (("Inbox", "TONGHOP_INBOX"), ("Reports", "TONGHOP_REPORTS")):
        name = os.environ.get(setting, "?")
        query = parse_qs(parts.query, keep_blank_values=True)
        if parts.netloc.startswith(f"{name}."):
            return bucket, unquote(parts.path[1:]), query
        if parts.path == f"/{name}" or parts.path.startswith(f"/{name}/"):
            return bucket, unquote(parts.path[len(name) + 2 :]), query
    return "?", unquote(parts.path), {}


# Judging


def read_rights() -> dict[str, list[tuple[str, str]]]:
    """Which actions on which resources (patterns) each function may do, as the final template has it."""
    template = json.loads(package("local", BUILD / "local").template.read_text())
    rights: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for function in FUNCTIONS:
        for statement in find_statements(template["Resources"], function):
            named = statement["Resource"] if isinstance(statement["Resource"], list) else [statement["Resource"]]
            rights[function] += [(action, spell(each)) for action in statement["Action"] for each in named]
    return rights


def spell(resource: Any) -> str:
    if isinstance(resource, str):
        return resource
    if "Fn::GetAtt" in resource:
        return str(resource["Fn::GetAtt"][0])
    if resource["Fn::Sub"].startswith("arn:"):
        return str(resource["Fn::Sub"]).partition("${AWS::AccountId}:")[2]
    return str(resource["Fn::Sub"]).replace("${", "").replace(".Arn}", "")


def find_denied(rights: dict[str, list[tuple[str, str]]]) -> list[Call]:
    return sorted(
        call
        for call in calls
        if not any(
            action == call.action and fnmatchcase(call.resource, pattern) for action, pattern in rights[call.function]
        )
    )


def find_unused(rights: dict[str, list[tuple[str, str]]]) -> list[str]:
    """Rights that no call has used: an action, or one of the places in which it is allowed."""
    return sorted(
        f"{function}: {action} on {pattern}"
        for function, allowed in rights.items()
        for action, pattern in allowed
        if action not in BY_SERVICES
        and not any(
            (call.function, call.action) == (function, action) and fnmatchcase(call.resource, pattern) for call in calls
        )
    )


botocore.handlers.BUILTIN_HANDLERS += [("before-call.*.*", note), ("before-sign.*.*", note)]


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fails the run where a call is not allowed, or a right is not used. Workers of xdist only tell what they saw."""
    BUILD.mkdir(exist_ok=True)
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if worker:
        (BUILD / f"calls-{worker}.json").write_text(json.dumps(sorted(calls)))
        return
    for path in BUILD.glob("calls-*.json"):
        calls.update(Call(*each) for each in json.loads(path.read_text()))
        path.unlink()
    rights = read_rights()
    denied, unused = find_denied(rights), find_unused(rights)
    (BUILD / "calls.json").write_text(json.dumps(sorted(calls), indent=1))
    kinds = {(call.function, call.action) for call in calls}
    print(f"\nrights: {len(kinds)} actions of functions, seen on {len(calls)} resources")
    for call in denied:
        print(f"NOT ALLOWED  {call.function}: {call.action} on {call.resource}")
    for right in unused:
        print(f"NOT USED     {right}")
    if (denied or unused) and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_sessionstart() -> None:
    """What an earlier run was cut off with is not of this one."""
    if not os.environ.get("PYTEST_XDIST_WORKER"):
        for path in BUILD.glob("calls-*.json"):
            path.unlink()
