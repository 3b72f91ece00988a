"""`make aws-check` says of a stage what holds, reads only, and never takes silence for a fault."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from infra.aws_check import (
    CHECKS,
    Check,
    Place,
    _look,
    find_answer_faults,
    find_event_faults,
    find_mail_faults,
    find_name_faults,
    look,
    open_place,
    render,
)
from infra.deployment import Deployment
from infra.local.stack import ACCOUNT, DEPLOYMENTS, NAME, REGION, Stack

KEY, QUEUE = "arn:aws:kms:x:1:key/1", "arn:aws:sqs:x:1:q"


class Cloud:
    """Answers of AWS by operation; every service is this one."""

    meta: Any = None

    def __init__(self, **answers: Any) -> None:
        self.answers = answers

    def __getattr__(self, name: str) -> Any:
        return lambda **_: self.answers[name]

    @property
    def place(self) -> Place:
        outputs = {"Inbox": "inbox", "Queue": "queue", "Key": KEY}
        return Place("some-name", "1", outputs, {"RestAPI": "x"}, lambda _: self)


def make_events(prefix: str = "inbox/", key: str = KEY, sender: str = "s3.amazonaws.com") -> Cloud:
    rules = {"FilterRules": [{"Name": "Prefix", "Value": prefix}]}
    return Cloud(
        get_bucket_notification_configuration={"QueueConfigurations": [{"QueueArn": QUEUE, "Filter": {"Key": rules}}]},
        get_queue_attributes={"Attributes": {"QueueArn": QUEUE, "KmsMasterKeyId": key, "Policy": sender}},
        get_key_policy={"Policy": sender},
    )


def test_events_that_come_hold() -> None:
    assert list(find_event_faults(make_events().place)) == []


@pytest.mark.parametrize(
    ("cloud", "count"),
    [(make_events(prefix="silent/inbox/"), 1), (make_events(key="alias/aws/sqs"), 1), (make_events(sender=""), 2)],
)
def test_events_that_cannot_come_are_told(cloud: Cloud, count: int) -> None:
    assert len(list(find_event_faults(cloud.place))) == count


def test_answers_without_entities_are_told() -> None:
    answer = {"responseType": "THROTTLED", "responseTemplates": {"text/html": "Đang đông"}}
    good = [{"responseType": str(n), "responseTemplates": {"text/html": "&#272;"}} for n in range(3)]
    cloud = Cloud(get_gateway_responses={"items": [answer, *good, {"defaultResponse": True}]})
    assert list(find_answer_faults(cloud.place)) == ["THROTTLED has letters that are no entities"]


def make_name(monkeypatch: pytest.MonkeyPatch, *, api: str = "x", resolves: bool = True) -> Place:
    """Pages under their own name, as AWS and DNS describe it."""

    def resolve(host: str, _: int) -> list[Any]:
        if not resolves:
            raise OSError
        return [(0, 0, 0, "", ("192.0.2.1", 443))]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    arn = f"arn:aws:acm:{REGION}:1:certificate/1"
    certificate = {"DomainName": "baocao.example.vn", "Status": "ISSUED", "NotAfter": datetime(9999, 1, 1, tzinfo=UTC)}
    cloud = Cloud(
        get_domain_name={"regionalCertificateArn": arn}, describe_certificate={"Certificate": certificate},
        get_base_path_mappings={"items": [{"restApiId": api, "stage": "api"}]},
    )  # fmt: skip
    cloud.meta = SimpleNamespace(region_name=REGION)
    resources = {"RestAPI": "x", "Domain": "baocao.example.vn"}
    return Place("some-name", "1", {"DomainTarget": "d-1.example.com"}, resources, lambda _: cloud)


def test_a_name_that_leads_to_the_pages_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    assert list(find_name_faults(make_name(monkeypatch))) == []


@pytest.mark.parametrize(
    ("changed", "words"), [({"api": "other"}, "does not lead"), ({"resolves": False}, "does not point to d-1")]
)
def test_a_name_that_leads_nowhere_is_told(
    monkeypatch: pytest.MonkeyPatch, changed: dict[str, Any], words: str
) -> None:
    (fault,) = find_name_faults(make_name(monkeypatch, **changed))
    assert words in fault


def test_pages_without_a_name_are_told_what_paper_loses() -> None:
    (fault,) = find_name_faults(Cloud().place)
    assert "goes with the stack" in fault


def make_mail(**changed: Any) -> Place:
    """Mail as SES and EventBridge describe it where all is well."""
    told = {"Enabled": True, "MatchingEventTypes": ["BOUNCE", "COMPLAINT"]}
    answers = {
        "get_email_identity": {"VerifiedForSendingStatus": True, "DkimAttributes": {"Status": "SUCCESS"}},
        "get_account": {"ProductionAccessEnabled": True},
        "get_configuration_set_event_destinations": {"EventDestinations": [told]},
        "describe_rule": {"State": "ENABLED"},
    }
    resources = {"MailEvents": "some-name", "LettersReturned": "some-rule"}
    return Place("some-name", "1", {"MailIdentity": "example.vn"}, resources, lambda _: Cloud(**answers | changed))


def test_mail_that_works_holds_and_so_does_none() -> None:
    assert list(find_mail_faults(make_mail())) == []
    assert list(find_mail_faults(Cloud().place)) == []


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"get_email_identity": {"VerifiedForSendingStatus": False}}, "example.vn is not verified"),
        ({"get_email_identity": {"VerifiedForSendingStatus": True}}, "does not sign"),
        ({"get_account": {"ProductionAccessEnabled": False}}, "sandbox"),
        ({"get_configuration_set_event_destinations": {"EventDestinations": []}}, "are not told"),
        ({"describe_rule": {"State": "DISABLED"}}, "is off"),
    ],
)
def test_mail_that_does_not_work_is_told(changed: dict[str, Any], words: str) -> None:
    (fault,) = find_mail_faults(make_mail(**changed))
    assert words in fault


def test_what_aws_does_not_tell_is_no_fault() -> None:
    def refuse(_: Place) -> Iterator[str]:
        raise ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "GetKeyPolicy")
        yield ""

    row = _look(Check("something", refuse, "do that"), Cloud().place)
    assert row.holds is None
    assert render([row]).splitlines()[0].split() == ["?", "something"]
    assert "else: do that" in render([row])


def test_every_check_says_what_to_do_where_it_does_not_hold() -> None:
    assert all(len(check.fallback) > 30 for check in CHECKS)


@pytest.mark.stack
def test_the_embedded_stack_shows_what_an_emulator_can(stack: Stack) -> None:
    deployment = Deployment(NAME, REGION, ACCOUNT, DEPLOYMENTS, stack.client)
    rows = look(open_place(deployment))
    assert {row.what for row in rows if row.holds} == {
        "S3 tells the encrypted queue of uploads", "API Gateway may write its access log",
        "letters leave signed, and those that come back are told",  # there is no mail
    }  # fmt: skip
    seen = "\n".join(row.seen for row in rows)
    assert "no address has confirmed that it takes alarms" in seen
    assert "0 administrators have done their first sign-in" in seen
    assert "the links on paper with it" in seen
    assert "Role has" not in seen  # MiniStack sets neither SSEDescription as AWS does, nor the gateway's answers
