"""A stage comes up, is updated in place from the version before with its data kept, and goes with its data kept."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from chalicelib.domain.clock import local_date, read_instant
from chalicelib.domain.programme.loading import load_programme
from infra.account import check_concurrency, check_domain, find_leftovers
from infra.changes import STACK_POLICY
from infra.check import translate
from infra.demo.programme import DEMO_CODE, DEMO_FORM, DEMO_PERIOD, read_demo_files
from infra.demo.samples import make_sample
from infra.demo.sending import obtain_post, send
from infra.deploy import STAGES, DeploymentError, Stage, check_settings, read_stage, tell_address, up
from infra.deployment import Deployment, name_pages
from infra.local.stack import ACCOUNT, DEPLOYMENTS, NAME, REGION, Stack
from infra.package import BUILD, ROOT, Package
from tests.infra.operating import run
from tests.office.returned import RETURNED, make_event

TICK = dict.fromkeys(("version", "account", "region", "detail-type", "source", "time", "id"), "x") | {
    "detail": {},
    "resources": [],
}
"""A schedule's event, as Chalice reads it."""

PREVIOUS = os.environ.get("PREVIOUS", "")


def run_git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip() if done.returncode == 0 else ""


@pytest.fixture(scope="session")
def before(tmp_path_factory: pytest.TempPathFactory) -> Package:
    """The version before, packaged by its own code: PREVIOUS, or the last tag, or the commit before."""
    version = PREVIOUS or run_git("describe", "--tags", "--abbrev=0") or run_git("rev-parse", "--verify", "HEAD~1")
    if not version:
        pytest.skip("no version before this one is at hand: set PREVIOUS to a commit")
    tree = tmp_path_factory.mktemp("before")
    archive = subprocess.run(["git", "archive", version], cwd=ROOT, capture_output=True, check=True).stdout
    subprocess.run(["tar", "-x"], cwd=tree, input=archive, check=True)
    (tree / "build").mkdir()
    (tree / "build" / "wheels").symlink_to(BUILD / "wheels")
    command = [sys.executable, "-m", "infra.package", "--stage", "local", "-o", "build/local"]
    subprocess.run(command, cwd=tree, check=True, env={**os.environ, "PYTHONPATH": str(tree)})
    return Package(tree / "build" / "local" / "sam.json", tree / "build" / "local" / "deployment.zip")


@pytest.mark.stack
def test_an_update_from_the_version_before_keeps_what_was_stored(
    before: Package, packaged: Package, tmp_path: Path
) -> None:
    with Stack(tmp_path / "stack") as stack:
        old = stack.deploy(before)
        put(stack, old)
        link, outcome = report(stack, tmp_path)
        new = stack.deploy(packaged)
        found = run(stack, "verify", codes=(0, 1))["findings"]
        assert found == [{"code": "inbox.foreign", "subject": "kept"}]  # which this test put there itself
        # MiniStack gives the API a new id where its properties change, which CloudFormation does in place.
        link, outcome = (address.replace(old["RestAPIId"], new["RestAPIId"]) for address in (link, outcome))
        assert ask(link).count("Đã nhận") >= 1
        assert "Biên nhận số" in ask(outcome)
        assert {name: new[name] for name in ("Table", "Inbox", "Reports")} == {
            name: old[name] for name in ("Table", "Inbox", "Reports")
        }
        assert is_kept(stack, old)
        answer = stack.client("lambda").invoke(FunctionName=new["Sweep"], Payload=json.dumps(TICK).encode())
        assert answer.get("FunctionError") is None, answer["Payload"].read()


def report(stack: Stack, folder: Path) -> tuple[str, str]:
    """A unit reports and an edition is made of it; gives the unit's page and that of the outcome."""
    files = read_demo_files(read_instant(local_date(datetime.now(UTC)) + timedelta(days=5)))
    (folder / DEMO_CODE).mkdir()
    for name, text in files.items():
        (folder / DEMO_CODE / name).write_text(text, "utf-8")
    run(stack, "import", str(folder / DEMO_CODE))
    run(stack, "links", "create", DEMO_CODE, "--unit", "181", "-o", str(folder / "links.csv"))
    (link,) = re.findall(r"http\S+/nop/[\w-]+", (folder / "links.csv").read_text("utf-8"))
    link = f"{stack.outputs['ApiUrl']}/nop/{link.rpartition('/')[2]}"
    programme = load_programme(files)
    form, period = programme.form_by_code[DEMO_FORM], programme.period_by_code[DEMO_PERIOD]
    post = obtain_post(link, DEMO_PERIOD, DEMO_FORM, "a.xlsx")
    send(post, "a.xlsx", make_sample(programme, form, programme.unit_by_code["181"], period))
    outcome = f"{link}/ket-qua/{DEMO_PERIOD}/{DEMO_FORM}/{post.upload_id}"
    deadline = time.monotonic() + 60
    while "Biên nhận số" not in ask(outcome):
        assert time.monotonic() < deadline, list(stack.logs("intake"))
        time.sleep(0.3)
    asked = json.dumps({"programme": DEMO_CODE, "period": DEMO_PERIOD}).encode()
    answer = stack.client("lambda").invoke(FunctionName=stack.outputs["Publish"], Payload=asked)
    assert json.loads(answer["Payload"].read())["number"] == 1
    return link, outcome


def ask(address: str | urllib.request.Request) -> str:
    with urllib.request.urlopen(address) as answer:  # noqa: S310 - of this test's own stack
        return str(answer.read().decode())


@pytest.fixture
def stage(packaged: Package, tmp_path: Path) -> Iterator[tuple[Stack, Path]]:
    """An embedded stack with nothing in it, and the settings of a stage that goes there."""
    assert packaged.code.is_file()
    settings = tmp_path / "stages.toml"
    settings.write_text(
        f'[here]\nstack = "some-name"\nregion = "{REGION}"\npackage = "local"\n[here.parameters]\nScheme = "http"\n'
        'AlarmEmail = "canh-bao@example.vn"\nMailIdentity = "example.vn"\nRedeliverySeconds = 5\n'
    )
    with Stack(tmp_path / "stack") as stack:
        yield stack, settings


def deploy(stack: Stack, settings: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The command, as an operator runs it: where AWS is, the environment alone says."""
    environment = {**os.environ, **stack.environment}
    command = [sys.executable, "-m", "infra.deploy", *arguments, "--stage", "here", "--settings", str(settings)]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.stack
def test_one_command_deploys_and_one_removes_with_the_data_kept(stage: tuple[Stack, Path]) -> None:
    stack, settings = stage
    done = deploy(stack, settings, "up")
    assert done.returncode == 0, done.stderr
    assert deploy(stack, settings, "up").returncode == 0  # again changes nothing
    settings.write_text(settings.read_text() + "HandoutDays = 3\n")
    refused = deploy(stack, settings, "up")
    assert "not approved" in refused.stderr
    assert re.search(r"changed +SweepRole \(AWS::IAM::Role\)", refused.stdout)
    done = deploy(stack, settings, "up", "--yes")
    assert done.returncode == 0, done.stderr
    policy = stack.client("cloudformation").get_stack_policy(StackName="some-name")["StackPolicyBody"]
    assert json.loads(policy) == json.loads(STACK_POLICY)
    exports = dict(line[7:].split("=", 1) for line in deploy(stack, settings, "env").stdout.splitlines())
    outputs = {name: exports[f"TONGHOP_{name.upper()}"] for name in ("Table", "Inbox", "Reports")}
    put(stack, outputs)

    assert "confirm" in deploy(stack, settings, "down").stderr
    done = deploy(stack, settings, "down", "--confirm", "some-name")
    assert done.returncode == 0, done.stderr
    groups = stack.client("cognito-idp").list_groups(UserPoolId=exports["TONGHOP_USERS"])["Groups"]
    assert {group["GroupName"] for group in groups} == {"viewer", "editor", "planner", "admin"}
    assert outputs["Table"] in done.stdout
    assert is_kept(stack, outputs)
    assert stack.client("lambda").list_functions()["Functions"] == []
    with pytest.raises(ClientError, match="does not exist"):
        stack.client("cloudformation").describe_stacks(StackName="some-name")


@pytest.mark.stack
def test_what_a_failed_creation_leaves_is_named_by_the_next_one_which_succeeds(
    packaged: Package, stage: tuple[Stack, Path], tmp_path: Path
) -> None:
    stack, settings = stage
    template = json.loads(packaged.template.read_text())
    template["Resources"]["Broken"] = {
        "Type": "AWS::Lambda::EventInvokeConfig", "DependsOn": ["Table", "Users"],
        "Properties": {"FunctionName": "not-there", "Qualifier": "$LATEST"},
    }  # fmt: skip
    broken = tmp_path / "broken.json"
    broken.write_text(json.dumps(template))
    failing = Deployment("some-name", REGION, ACCOUNT, "some-name-code", stack.client)
    with pytest.raises(DeploymentError, match="Broken"):
        failing.apply(Package(broken, packaged.code), {"Scheme": "http"})
    assert [each.kind for each in find_leftovers(failing)] == ["table", "user pool", "key"]
    done = deploy(stack, settings, "up")
    assert done.returncode == 0, done.stderr
    assert re.search(r"table some-name-Table-\S+: empty", done.stdout)
    assert "removed" not in done.stdout  # nobody was there to ask


@pytest.mark.stack
def test_a_stage_with_every_option_on_and_off_comes_up(packaged: Package, tmp_path: Path) -> None:
    """Budgets are not known to MiniStack; everything else that is a choice is made the other way here."""
    with Stack(tmp_path) as stack:
        stack.deploy(packaged)
        outputs = stack.deploy(
            packaged, EditionLockDays="1", EditionLockMode="COMPLIANCE", ManageApiLogs="false", LogRetentionDays="7",
            ReserveConcurrency="false", AlarmEmail="canh-bao@example.vn", MailIdentity="example.vn",
            MailFrom="pv05@example.vn", HandoutDays="1", MarkedCopyDays="30",
        )  # fmt: skip
        for name, setting in (("Publish", "TONGHOP_EDITION_LOCK"), ("Remind", "TONGHOP_MAIL_FROM")):
            settings = stack.client("lambda").get_function_configuration(FunctionName=outputs[name])
            assert settings["Environment"]["Variables"][setting] in ("COMPLIANCE:1", "pv05@example.vn")


@pytest.mark.stack
def test_a_letter_that_comes_back_reaches_the_contact(packaged: Package, tmp_path: Path) -> None:
    """MiniStack's SES sends no events, and nobody may put one in its name: the test speaks for EventBridge."""
    with Stack(tmp_path / "stack") as stack:
        stack.deploy(packaged, MailIdentity="example.vn", MailFrom="pv05@example.vn")
        files = read_demo_files(read_instant(local_date(datetime.now(UTC)) + timedelta(days=5)))
        (tmp_path / DEMO_CODE).mkdir()
        for name, text in files.items():
            (tmp_path / DEMO_CODE / name).write_text(text, "utf-8")
        run(stack, "import", str(tmp_path / DEMO_CODE))
        contact = {"unit": "181", "name": "", "phone": "", "mail": RETURNED}
        item = {"pk": f"C#{DEMO_CODE}", "sk": "U#181"} | contact
        table = stack.client("dynamodb")
        name = stack.outputs["Table"]
        table.put_item(TableName=name, Item={key: {"S": value} for key, value in item.items()})
        body = make_event(sent=datetime.now(UTC))
        stack.client("sqs").send_message(QueueUrl=stack.outputs["Queue"], MessageBody=body)
        deadline = time.monotonic() + 60
        key = {"pk": {"S": item["pk"]}, "sk": {"S": item["sk"]}}
        while "trouble" not in table.get_item(TableName=name, Key=key)["Item"]:
            assert time.monotonic() < deadline, list(stack.logs("intake"))
            time.sleep(0.3)
        assert RETURNED not in "".join(map(str, stack.logs("intake")))


@pytest.mark.stack
def test_the_pages_get_a_name_of_their_own_and_give_it_up_again(packaged: Package, tmp_path: Path) -> None:
    """MiniStack has neither DNS nor TLS: the name comes in the request alone."""
    name = "baocao.example.vn"
    with Stack(tmp_path) as stack:
        before = stack.deploy(packaged)
        acm = stack.client("acm")
        arn = acm.request_certificate(DomainName=name, ValidationMethod="DNS")["CertificateArn"]
        deployment = Deployment(NAME, REGION, ACCOUNT, DEPLOYMENTS, stack.client)
        check_domain(deployment, {"DomainName": name, "CertificateArn": arn})
        named = stack.deploy(packaged, DomainName=name, CertificateArn=arn)
        assert named["DomainTarget"]
        settings = stack.client("lambda").get_function_configuration(FunctionName=named["Publish"])
        assert settings["Environment"]["Variables"]["TONGHOP_PAGES_ORIGIN"] == f"https://{name}"
        (mapping,) = stack.client("apigateway").get_base_path_mappings(domainName=name)["items"]
        assert (mapping["restApiId"], mapping["stage"]) == (named["RestAPIId"], "api")
        asked = urllib.request.Request(f"{stack.endpoint}/huong-dan", headers={"Host": name})  # noqa: S310 - the test's own
        assert "Hướng dẫn" in ask(asked)
        assert "DomainTarget" not in stack.deploy(packaged)
        assert stack.client("apigateway").get_domain_names()["items"] == []
        assert before["Table"] == stack.outputs["Table"]


def put(stack: Stack, outputs: dict[str, str]) -> None:
    stack.client("dynamodb").put_item(TableName=outputs["Table"], Item={"pk": {"S": "x"}, "sk": {"S": "x"}})
    for bucket in ("Inbox", "Reports"):
        stack.client("s3").put_object(Bucket=outputs[bucket], Key="kept", Body=b"bytes")


def is_kept(stack: Stack, outputs: dict[str, str]) -> bool:
    key = {"pk": {"S": "x"}, "sk": {"S": "x"}}
    bodies = [stack.client("s3").get_object(Bucket=outputs[b], Key="kept")["Body"].read() for b in ("Inbox", "Reports")]
    found = stack.client("dynamodb").get_item(TableName=outputs["Table"], Key=key)
    return bodies == [b"bytes", b"bytes"] and "Item" in found


@pytest.mark.parametrize("name", ["dev", "prod"])
def test_the_stages_of_the_project_can_be_read(name: str) -> None:
    stage = read_stage(name)
    assert stage.parameters["ReserveConcurrency"] in ("true", "false")


PRODUCTION = Stage("prod", "tonghop", REGION, "prod", "python3.13", {"AlarmEmail": "canh-bao@example.vn"})
TODAY = date(2026, 11, 26)


def test_production_goes_out_with_an_address_for_alarms_and_the_pinned_python() -> None:
    check_settings(PRODUCTION, python="python3.13", today=TODAY)


@pytest.mark.parametrize(
    ("changed", "python", "today", "words"),
    [
        ({"parameters": {"AlarmEmail": ""}}, "python3.13", TODAY, "AlarmEmail"),
        ({"parameters": {"AlarmEmail": "x", "MailFrom": "a@b.vn"}}, "python3.13", TODAY, "no address of MailIdentity"),
        ({"package": "dev", "parameters": {"PagesOrigin": "https://x.vn"}}, "python3.13", TODAY, "by DomainName"),
        ({}, "python3.11", TODAY, "make setup PYTHON=python3.13"),
        ({"runtime": "python3.9"}, "python3.9", TODAY, "supports: python3.12, python3.13"),
        ({"runtime": ""}, "python3.13", TODAY, "supports: python3.12, python3.13"),
        ({}, "python3.13", date(2029, 7, 1), "supports: $"),
    ],
)
def test_production_is_refused_in_words(changed: dict[str, Any], python: str, today: date, words: str) -> None:
    with pytest.raises(DeploymentError, match=words):
        check_settings(replace(PRODUCTION, **changed), python=python, today=today)


def test_whoever_deploys_is_told_how_long_the_pages_keep_their_address() -> None:
    told = "\n".join(tell_address(PRODUCTION, {"ApiUrl": "https://1.execute-api"}))
    assert "QR codes that are printed now lead nowhere" in told
    named = replace(PRODUCTION, parameters={"DomainName": "baocao.example.vn"})
    told = "\n".join(tell_address(named, {"ApiUrl": "https://baocao.example.vn", "DomainTarget": "d-1.example.com"}))
    assert told == "pages: https://baocao.example.vn\nits DNS needs: baocao.example.vn CNAME d-1.example.com"


def test_the_api_is_deployed_anew_where_its_name_is_switched_on_or_off(packaged: Package, tmp_path: Path) -> None:
    """Closing API Gateway's own address, and opening it again, takes effect with a deployment."""

    def find_deployment(**parameters: str) -> str:
        template = json.loads(packaged.template.read_text())
        name_pages(template, parameters)
        given = tmp_path / "sam.json"
        given.write_text(json.dumps(template))
        final = json.loads(translate(given, tmp_path).read_text())["Resources"]
        (name,) = [name for name, each in final.items() if each["Type"] == "AWS::ApiGateway::Deployment"]
        return name

    assert find_deployment() == find_deployment(DomainName="") == find_deployment(LogLevel="DEBUG")
    assert len({find_deployment(), find_deployment(DomainName="a.vn"), find_deployment(DomainName="b.vn")}) == 3


@pytest.mark.parametrize(
    ("identity", "is_taken"),
    [
        ("pv05.example.vn", True),
        ("example.vn", True),
        ("a@pv05.example.vn", True),
        ("05.example.vn", False),
        ("", False),
    ],
)
def test_letters_come_from_an_address_of_the_identity(identity: str, is_taken: bool) -> None:
    parameters = {"AlarmEmail": "x", "MailFrom": "a@pv05.example.vn", "MailIdentity": identity}
    if is_taken:
        check_settings(replace(PRODUCTION, parameters=parameters), python="python3.13", today=TODAY)
    else:
        with pytest.raises(DeploymentError, match="no address of MailIdentity"):
            check_settings(replace(PRODUCTION, parameters=parameters), python="python3.13", today=TODAY)


def test_the_command_refuses_before_it_packages() -> None:
    with pytest.raises(DeploymentError, match="AlarmEmail"):
        up(read_stage("prod"))


@pytest.mark.parametrize("name", ["dev", "prod"])
def test_the_stages_of_the_project_pin_a_supported_runtime(name: str) -> None:
    stage = replace(read_stage(name), parameters={"AlarmEmail": "canh-bao@example.vn"})
    check_settings(stage, python=stage.runtime, today=TODAY)


def test_a_stage_that_is_not_there_is_named() -> None:
    with pytest.raises(DeploymentError, match="elsewhere"):
        read_stage("elsewhere")


def test_a_stage_sets_only_what_the_template_knows(packaged: Package) -> None:
    known = json.loads(packaged.template.read_text())["Parameters"]
    assert all(read_stage(name).parameters.keys() <= known.keys() for name in ("dev", "prod"))
    assert STAGES.is_file()
    assert shutil.which("git")


class Cloud:
    """As much of AWS as a deployment asks before it changes anything."""

    def __init__(self, *, free: int = 1000, status: str = "", role: str = "") -> None:
        self.free, self.status, self.role = free, status, role
        self.called: list[str] = []

    def get_account_settings(self) -> dict[str, Any]:
        return {"AccountLimit": {"UnreservedConcurrentExecutions": self.free}}

    def get_account(self) -> dict[str, str]:
        return {"cloudwatchRoleArn": self.role} if self.role else {}

    def describe_stacks(self, **_: str) -> dict[str, Any]:
        if not self.status:
            raise ClientError({"Error": {"Code": "ValidationError", "Message": "does not exist"}}, "DescribeStacks")
        return {"Stacks": [{"StackStatus": self.status}]}

    def get_waiter(self, name: str) -> Any:
        return SimpleNamespace(wait=lambda **_: self.called.append(name))

    def __getattr__(self, name: str) -> Any:
        return lambda **_: self.called.append(name)

    @property
    def deployment(self) -> Deployment:
        return Deployment("some-name", REGION, "000000000000", "code", lambda _: self)


@pytest.mark.parametrize(
    ("free", "status", "is_enough"), [(158, "", True), (157, "", False), (100, "CREATE_COMPLETE", True)]
)
def test_concurrency_is_reserved_only_where_the_account_has_it(
    packaged: Package, free: int, status: str, is_enough: bool
) -> None:
    """What a stack that stands has reserved already is not asked for again."""
    template = json.loads(packaged.template.read_text())
    asked = Cloud(free=free, status=status).deployment
    if is_enough:
        check_concurrency(asked, template, {})
    else:
        with pytest.raises(DeploymentError, match="57 executions at once, 58 are asked for"):
            check_concurrency(asked, template, {})


def test_a_start_that_failed_is_cleared_away_before_the_next() -> None:
    cloud = Cloud(status="ROLLBACK_COMPLETE")
    cloud.deployment._delete_failed_creation()
    assert cloud.called == ["update_termination_protection", "delete_stack", "stack_delete_complete"]
    cloud = Cloud(status="UPDATE_ROLLBACK_COMPLETE")
    cloud.deployment._delete_failed_creation()
    assert cloud.called == []
