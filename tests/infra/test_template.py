"""What AWS is asked for: the merged template keeps data, keeps it private, and gives each function few rights."""

import html
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from chalicelib.external.mail import _RECIPIENTS
from chalicelib.intake.sweep import LASTING
from chalicelib.store import obligations
from chalicelib.store.addresses import BACKUPS, DRAFTS, INBOX, SLIPS, TRIALS, Key, edition_file_key
from chalicelib.store.records import pack
from infra.account import count_reserved
from infra.costs import ALARMS
from infra.deploy import STAGES, read_stage
from infra.package import ROOT, Package
from tests.report.samples import make_states, read_programme
from tests.store.engine import INDEX

FUNCTIONS = ("APIHandler", "Backup", "Consolidate", "Intake", "Publish", "Recheck", "Remind", "Slips", "Sweep")
BUCKETS = ("Inbox", "Reports")

Resource = dict[str, Any]


@pytest.fixture(scope="module")
def template(packaged: Package) -> dict[str, Any]:
    return dict(json.loads(packaged.template.read_text()))


@pytest.fixture(scope="module")
def resources(template: dict[str, Any]) -> dict[str, Resource]:
    return dict(template["Resources"])


WITHOUT_RESOURCES = {"xray:PutTelemetryRecords", "xray:PutTraceSegments"}
"""Actions for which AWS knows no resources, so that "*" is all that can be named."""


def find_statements(resources: dict[str, Resource], function: str) -> Iterator[dict[str, Any]]:
    """Every statement of a function's role, those under a condition of the template as well."""
    role = resources[resources[function]["Properties"]["Role"]["Fn::GetAtt"][0]]
    for policy in role["Properties"]["Policies"]:
        for statement in policy["PolicyDocument"]["Statement"]:
            yield statement["Fn::If"][1] if "Fn::If" in statement else statement


def test_functions(resources: dict[str, Resource]) -> None:
    assert sorted(n for n, r in resources.items() if r["Type"] == "AWS::Serverless::Function") == list(FUNCTIONS)


def test_every_function_has_a_role_of_its_own(resources: dict[str, Resource]) -> None:
    roles = [resources[function]["Properties"]["Role"]["Fn::GetAtt"][0] for function in FUNCTIONS]
    assert len(set(roles)) == len(FUNCTIONS)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_right_is_for_named_actions_on_our_own_resources(resources: dict[str, Resource], function: str) -> None:
    for statement in find_statements(resources, function):
        assert not [action for action in statement["Action"] if "*" in action]
        if set(statement["Action"]) <= WITHOUT_RESOURCES:
            continue
        named = statement["Resource"] if isinstance(statement["Resource"], list) else [statement["Resource"]]
        assert all(resource.keys() <= {"Fn::GetAtt", "Fn::Sub"} for resource in named)


@pytest.mark.parametrize("function", ["Intake", "Recheck", "Sweep"])
def test_who_takes_uploads_in_can_tell_what_is_missing_from_what_is_denied(
    resources: dict[str, Resource], function: str
) -> None:
    (listing,) = [each for each in find_statements(resources, function) if "s3:ListBucket" in each["Action"]]
    assert listing["Condition"] == {"StringLike": {"s3:prefix": "inbox/*"}}


def test_no_record_can_be_deleted_and_only_intake_drops_uploads(resources: dict[str, Resource]) -> None:
    """What names people may not be kept (`domain/README.md`), so intake and the sweep can drop it, by version."""
    deleting = {
        (function, action)
        for function in FUNCTIONS
        for statement in find_statements(resources, function)
        for action in statement["Action"]
        if "Delete" in action
    }
    assert deleting == {
        ("Intake", "sqs:DeleteMessage"),
        ("Intake", "s3:DeleteObjectVersion"),
        ("Sweep", "s3:DeleteObjectVersion"),
        ("Consolidate", "s3:DeleteObjectVersion"),
        ("APIHandler", "s3:DeleteObjectVersion"),
        ("APIHandler", "cognito-idp:AdminDeleteUser"),
    }


def test_the_clock_removes_files_of_drafts_and_of_no_frozen_edition(resources: dict[str, Resource]) -> None:
    (deleting,) = [each for each in find_statements(resources, "Consolidate") if "Delete" in str(each["Action"])]
    assert deleting["Resource"] == {"Fn::Sub": f"${{Reports.Arn}}/{DRAFTS}*"}
    frozen = edition_file_key("mau", period="nam", number=1, name="a.csv", sha256="0" * 64, stays=True)
    assert not frozen.startswith(DRAFTS)


def test_the_pages_can_delete_trials_slips_and_accounts_and_nothing_else(resources: dict[str, Resource]) -> None:
    deleting = [each for each in find_statements(resources, "APIHandler") if "Delete" in str(each["Action"])]
    assert [each["Resource"] for each in deleting] == [
        [{"Fn::Sub": "${Reports.Arn}/slips/*"}, {"Fn::Sub": "${Reports.Arn}/trial/*"}],
        {"Fn::GetAtt": ["Users", "Arn"]},
    ]


def test_a_trial_is_no_upload_and_expires_with_all_its_versions(resources: dict[str, Resource]) -> None:
    inbox, reports = (resources[name]["Properties"] for name in ("Inbox", "Reports"))
    (told,) = inbox["NotificationConfiguration"]["QueueConfigurations"]
    assert told["Filter"] == {"S3Key": {"Rules": [{"Name": "prefix", "Value": INBOX}]}}
    assert "NotificationConfiguration" not in reports
    (rule,) = [each for each in reports["LifecycleConfiguration"]["Rules"] if each.get("Prefix") == TRIALS]
    assert (rule["ExpirationInDays"], rule["NoncurrentVersionExpiration"]) == (1, {"NoncurrentDays": 1})


def test_pages_alone_may_post_to_both_buckets_and_read_from_that_of_reports(resources: dict[str, Resource]) -> None:
    inbox, reports = (resources[name]["Properties"]["CorsConfiguration"]["CorsRules"] for name in ("Inbox", "Reports"))
    assert [rule["AllowedMethods"] for rule in (*inbox, *reports)] == [["POST"], ["GET", "POST"]]
    assert inbox[0] | {"AllowedMethods": ["GET", "POST"]} == reports[0]


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
    assert resources[bucket]["DeletionPolicy"] == "RetainExceptOnCreate"  # so that a failed start leaves no name taken
    assert resources[bucket]["UpdateReplacePolicy"] == "Retain"


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


def test_the_index_of_states_holds_what_is_asked_of_it_and_nothing_of_what_units_say(
    resources: dict[str, Resource],
) -> None:
    (index,) = resources["Table"]["Properties"]["LocalSecondaryIndexes"]
    held = {"sk", "change", *index["Projection"]["NonKeyAttributes"]}
    asked = {
        path.partition(".")[0]
        for path in (*obligations._OUTLINE, *obligations._SUMMARY, *obligations.StateMark._fields)
    }
    assert index == INDEX
    assert index["IndexName"] == obligations.OUTLINES
    assert held == asked
    packed = pack(Key("p", "s"), make_states(read_programme(), "6-thang")[0])
    assert packed.item.keys() - held == {"pk", "folded", "last_turn"} & packed.item.keys()


def test_what_cannot_be_taken_in_is_kept_for_a_fortnight(resources: dict[str, Resource]) -> None:
    redrive = resources["InboxQueue"]["Properties"]["RedrivePolicy"]
    assert redrive["deadLetterTargetArn"] == {"Fn::GetAtt": ["DeadLetters", "Arn"]}
    assert resources["DeadLetters"]["Properties"]["MessageRetentionPeriod"] == 14 * 24 * 3600


ASYNCHRONOUS = {
    "Backup": (0, 3600),
    "Consolidate": (0, 3600),
    "Publish": (1, 900),
    "Recheck": (0, 900),
    "Remind": (0, 300),
    "Slips": (0, 900),
    "Sweep": (0, 900),
}
"""Retries, and seconds after which a run is worth nothing: what comes by the clock has come again by then."""


def test_retries_are_chosen_and_what_is_given_up_is_kept(resources: dict[str, Resource]) -> None:
    chosen = {
        name: each["Properties"]["EventInvokeConfig"]
        for name, each in resources.items()
        if "EventInvokeConfig" in each.get("Properties", {})
    }
    found = {name: (each["MaximumRetryAttempts"], each["MaximumEventAgeInSeconds"]) for name, each in chosen.items()}
    assert found == ASYNCHRONOUS
    assert found.keys() == set(FUNCTIONS) - {"APIHandler", "Intake"}  # called by API Gateway, and by the queue
    for name, config in chosen.items():
        assert config["DestinationConfig"]["OnFailure"] == {
            "Type": "SQS", "Destination": {"Fn::GetAtt": ["LostRuns", "Arn"]},
        }  # fmt: skip
        allowed = [each for each in find_statements(resources, name) if each["Action"] == ["sqs:SendMessage"]]
        assert [each["Resource"] for each in allowed] == [{"Fn::GetAtt": ["LostRuns", "Arn"]}]
        (key,) = [each for each in find_statements(resources, name) if "kms:Decrypt" in each["Action"]]
        assert {"Fn::Sub": "sqs.${AWS::Region}.${AWS::URLSuffix}"} in key["Condition"]["StringEquals"]["kms:ViaService"]


def test_the_sweep_ends_within_its_function_and_before_the_next(resources: dict[str, Resource]) -> None:
    sweep, intake = (resources[name]["Properties"]["Timeout"] for name in ("Sweep", "Intake"))
    assert LASTING.total_seconds() + 2 * intake <= sweep <= 15 * 60


def test_no_account_region_or_partition_is_written_out(packaged: Package) -> None:
    text = packaged.template.read_text()
    assert not re.findall(r"\b\d{12}\b|arn:aws|[a-z]{2}-[a-z]+-\d\b", text)


@pytest.mark.parametrize("bucket", BUCKETS)
def test_what_is_stored_is_under_our_own_key(resources: dict[str, Resource], bucket: str) -> None:
    key = {"Fn::GetAtt": ["Key", "Arn"]}
    (rule,) = resources[bucket]["Properties"]["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert rule["ServerSideEncryptionByDefault"] == {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}
    assert resources["Table"]["Properties"]["SSESpecification"]["KMSMasterKeyId"] == key
    assert resources["Key"]["Properties"]["EnableKeyRotation"] is True


def test_what_is_kept_when_the_stack_is_removed(resources: dict[str, Resource]) -> None:
    kept = {name for name, resource in resources.items() if resource.get("DeletionPolicy", "").startswith("Retain")}
    users = {"Users", "UsersClient", "ViewerGroup", "EditorGroup", "PlannerGroup", "AdminGroup"}
    policies = {"InboxPolicy", "ReportsPolicy", "AccessPolicy"}  # what is kept stays private, and over TLS only
    shared = {"ApiLogsRole", "ApiLogsAccount", "Mail"}  # others may use them by then
    assert kept == {"Table", "Inbox", "Reports", "Access", "Key"} | shared | users | policies


def test_the_pages_have_one_stage_and_no_trace_of_addresses(resources: dict[str, Resource]) -> None:
    """SAM adds one without limits and access log unless it is told the version of OpenAPI."""
    api = resources["RestAPI"]["Properties"]
    assert api["OpenApiVersion"] == "2.0"
    assert {"Ref": "ApiLogsAccount"} in api["Variables"]["LogsAccount"][
        "Fn::If"
    ]  # the stage waits until logs may be written
    assert resources["ApiLogsAccount"]["DependsOn"] == "RestAPI"
    assert api["TracingEnabled"] is False
    assert api["DisableExecuteApiEndpoint"] == {"Fn::If": ["HasOwnDomain", True, False]}  # links name one address
    assert {each["Type"] for each in resources.values() if "Stage" in each["Type"]} == set()


def test_a_name_of_their_own_is_the_pages_only_address(
    template: dict[str, Any], resources: dict[str, Resource]
) -> None:
    """In links, on slips, in letters and for the buckets' CORS; API Gateway's own is closed."""
    assert {name for name, each in resources.items() if each.get("Condition") == "HasOwnDomain"} == {
        "Domain", "DomainOfPages",
    }  # fmt: skip
    assert resources["Domain"]["Properties"]["EndpointConfiguration"] == {"Types": ["REGIONAL"]}
    assert "BasePath" not in resources["DomainOfPages"]["Properties"]  # a link has no /api
    assert template["Outputs"]["DomainTarget"]["Condition"] == "HasOwnDomain"
    own = {"Fn::Sub": "https://${DomainName}"}
    settings = template["Globals"]["Function"]["Environment"]["Variables"]
    said = [settings["TONGHOP_PAGES_ORIGIN"], template["Outputs"]["ApiUrl"]["Value"]]
    for bucket in BUCKETS:
        for rule in resources[bucket]["Properties"]["CorsConfiguration"]["CorsRules"]:
            said += rule["AllowedOrigins"]
    assert all(each["Fn::If"][:2] == ["HasOwnDomain", own] for each in said)


def test_answers_of_the_gateway_survive_any_encoding(resources: dict[str, Resource]) -> None:
    answers = resources["RestAPI"]["Properties"]["GatewayResponses"]
    texts = [text for each in answers.values() for text in each["ResponseTemplates"].values()]
    assert len(texts) == 2 * len(answers) == 8
    assert all(text.isascii() for text in texts)
    assert any("Hệ thống tạm gián đoạn" in html.unescape(text) for text in texts)


def test_a_budget_comes_after_the_right_to_tell_the_topic(resources: dict[str, Resource]) -> None:
    assert resources["Budget"]["DependsOn"] == "AlarmsPolicy"


def test_a_burst_is_not_above_what_is_answered_at_once(template: dict[str, Any]) -> None:
    defaults = {name: each.get("Default") for name, each in template["Parameters"].items()}
    assert defaults["RequestsAtOnce"] <= defaults["PagesConcurrency"]


def test_the_stages_say_how_much_is_reserved(template: dict[str, Any]) -> None:
    reserved = count_reserved(template, read_stage("prod").parameters)
    assert f"{reserved} of the account's quota" in STAGES.read_text("utf-8")
    assert f"{reserved + 100} or more" in STAGES.read_text("utf-8")


def test_only_counters_die_by_themselves(resources: dict[str, Resource]) -> None:
    assert resources["Table"]["Properties"]["TimeToLiveSpecification"]["AttributeName"] == "expires_at"


def test_nothing_that_was_sent_or_published_expires(resources: dict[str, Resource]) -> None:
    rules = resources["Reports"]["Properties"]["LifecycleConfiguration"]["Rules"]
    expiring = {
        (bucket, rule.get("Prefix", ""))
        for bucket in BUCKETS
        for rule in resources[bucket]["Properties"]["LifecycleConfiguration"]["Rules"]
        if {"ExpirationInDays", "NoncurrentVersionExpiration"} & rule.keys()
    }
    prefixes = ("handouts/", "marked/", TRIALS, SLIPS, BACKUPS, DRAFTS)
    assert expiring == {("Reports", prefix) for prefix in prefixes}
    drafts = next(rule for rule in rules if rule.get("Prefix") == DRAFTS)
    assert "ExpirationInDays" not in drafts  # what is removed is written down by whoever removes it


def test_nobody_signs_up_and_everybody_has_a_second_factor(resources: dict[str, Resource]) -> None:
    pool = resources["Users"]["Properties"]
    assert pool["AdminCreateUserConfig"] == {"AllowAdminCreateUserOnly": True}
    assert (pool["MfaConfiguration"], pool["EnabledMfas"]) == ("ON", ["SOFTWARE_TOKEN_MFA"])


@pytest.mark.parametrize("function", ["APIHandler", "Remind"])
def test_letters_come_from_the_one_address_and_their_fate_is_told(
    template: dict[str, Any], resources: dict[str, Resource], function: str
) -> None:
    """In SES's sandbox the receiver's identity is asked for too: the right holds the sender's address instead."""
    (sending,) = [each for each in find_statements(resources, function) if each["Action"] == ["ses:SendEmail"]]
    assert sending["Condition"] == {"StringEquals": {"ses:FromAddress": {"Ref": "MailFrom"}}}
    assert [each["Fn::Sub"].partition("${AWS::AccountId}:")[2] for each in sending["Resource"]] == [
        "configuration-set/${AWS::StackName}", "identity/*",
    ]  # fmt: skip
    settings = resources[function]["Properties"]["Environment"]["Variables"]
    assert settings["TONGHOP_MAIL_EVENTS"] == {"Fn::If": ["HasMail", {"Ref": "MailEvents"}, ""]}


def test_letters_that_come_back_are_told_to_the_queue_those_of_this_stack_alone(resources: dict[str, Resource]) -> None:
    assert resources["MailEvents"]["Properties"]["Name"] == {"Ref": "AWS::StackName"}
    told = resources["MailEventsToBus"]["Properties"]["EventDestination"]
    assert (told["Enabled"], told["MatchingEventTypes"]) == (True, ["bounce", "complaint"])
    rule = resources["LettersReturned"]["Properties"]
    assert rule["EventPattern"]["detail-type"] == list(_RECIPIENTS)
    assert rule["EventPattern"]["detail"] == {"mail": {"tags": {"ses:configuration-set": [{"Ref": "AWS::StackName"}]}}}
    assert [each["Arn"] for each in rule["Targets"]] == [{"Fn::GetAtt": ["InboxQueue", "Arn"]}]
    uploads, letters = resources["InboxQueuePolicy"]["Properties"]["PolicyDocument"]["Statement"]
    assert letters["Fn::If"][0] == "HasMail"
    allowed = letters["Fn::If"][1]
    assert allowed["Condition"] == {"ArnEquals": {"aws:SourceArn": {"Fn::GetAtt": ["LettersReturned", "Arn"]}}}
    assert uploads["Principal"] == {"Service": "s3.amazonaws.com"}


def test_every_alarm_tells_somebody_and_has_its_place_in_the_runbook(resources: dict[str, Resource]) -> None:
    alarms = {name: each["Properties"] for name, each in resources.items() if each["Type"] == "AWS::CloudWatch::Alarm"}
    runbook = (ROOT / "docs" / "operations.md").read_text()
    for name, alarm in alarms.items():
        assert alarm["AlarmActions"] == [{"Ref": "Alarms"}]
        assert f"docs/operations.md#{name.lower()}" in alarm["AlarmDescription"]
        assert f"### {name}\n" in runbook
    assert set(re.findall(r"^### (\w+)$", runbook, re.MULTILINE)) == set(alarms) | {"Budget"}


def test_an_error_of_each_function_raises_an_alarm(resources: dict[str, Resource]) -> None:
    """That of the pages is told by API Gateway (`PagesFail`)."""
    alarms = [each["Properties"] for each in resources.values() if each["Type"] == "AWS::CloudWatch::Alarm"]
    watched = {alarm["Dimensions"][0]["Value"]["Ref"] for alarm in alarms if alarm["MetricName"] == "Errors"}
    assert watched == set(FUNCTIONS) - {"APIHandler"}
    assert len(alarms) == ALARMS


def test_the_dashboard_is_json(resources: dict[str, Resource]) -> None:
    body = json.loads(resources["Dashboard"]["Properties"]["DashboardBody"]["Fn::Sub"])
    assert len(body["widgets"]) == 8


def test_the_access_log_holds_no_path(resources: dict[str, Resource]) -> None:
    """A unit's path holds its secret; what API Gateway calls resourcePath is the route's pattern."""
    written = json.loads(resources["RestAPI"]["Properties"]["AccessLogSetting"]["Format"])
    assert "$context.path" not in written.values()
    (settings,) = resources["RestAPI"]["Properties"]["MethodSettings"]
    assert (settings["LoggingLevel"], settings["DataTraceEnabled"]) == ("OFF", False)


def test_the_functions_leave_room_for_others(resources: dict[str, Resource]) -> None:
    for function in FUNCTIONS:
        assert resources[function]["Properties"]["ReservedConcurrentExecutions"]["Fn::If"][0] == "ReservesConcurrency"
    intake = resources["Intake"]["Properties"]
    scaling = intake["Events"]["IntakeSqsEventSource"]["Properties"]["ScalingConfig"]
    assert scaling["MaximumConcurrency"] == intake["ReservedConcurrentExecutions"]["Fn::If"][1]


def test_one_address_can_be_kept_from_using_up_the_limits_of_all(resources: dict[str, Resource]) -> None:
    """As a setting, since WAF has a price. It answers as API Gateway does and keeps no sample of paths."""
    acl = resources["Addresses"]
    assert acl["Condition"] == resources["AddressesOfPages"]["Condition"] == "LimitsAddresses"
    [rule] = acl["Properties"]["Rules"]
    assert rule["Statement"]["RateBasedStatement"]["AggregateKeyType"] == "IP"
    answer = rule["Action"]["Block"]["CustomResponse"]
    own = resources["RestAPI"]["Properties"]["GatewayResponses"]["THROTTLED"]
    assert answer["ResponseCode"] == own["StatusCode"]
    body = acl["Properties"]["CustomResponseBodies"][answer["CustomResponseBodyKey"]]["Content"]
    assert body == own["ResponseTemplates"]["text/html"]
    for each in (rule, acl["Properties"]):
        assert each["VisibilityConfig"]["SampledRequestsEnabled"] is False


def test_the_parts_of_a_workbook_of_ten_thousand_units_have_room(resources: dict[str, Resource]) -> None:
    """1.2 GB of text wait in files until they are packed; Lambda gives 512 MB unless it is asked."""
    for function in ("Consolidate", "Publish"):
        assert resources[function]["Properties"]["EphemeralStorage"] == {"Size": 2048}
