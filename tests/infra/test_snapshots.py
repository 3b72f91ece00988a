"""A stage with `snap_start`: what somebody waits for is called through an alias, from a snapshot; old versions go."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import boto3
import pytest
from moto import mock_aws
from samtranslator.translator.transform import transform

from infra.package import ROOT, Package
from infra.snapshots import ALIAS, AWAITED, forget_versions, start_from_snapshots
from tests.infra.test_imports import list_imports
from tests.store.engine import FAKE


class NoPolicies:
    """SAM asks for AWS's managed policies, of which the template has none."""

    def load(self) -> dict[str, str]:
        return {}


@pytest.fixture(scope="module")
def translated(packaged: Package) -> dict[str, Any]:
    """What CloudFormation makes of the template with snapshots."""
    template = start_from_snapshots(json.loads(packaged.template.read_text()))
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            resource["Properties"]["CodeUri"] = {"Bucket": "code", "Key": "some.zip"}
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("AWS_DEFAULT_REGION", "ap-southeast-1")
        return dict(transform(template, {}, NoPolicies())["Resources"])


def test_what_somebody_waits_for_has_a_snapshot_and_nothing_else(translated: dict[str, Any]) -> None:
    functions = {name: each for name, each in translated.items() if each["Type"] == "AWS::Lambda::Function"}
    assert {name for name, each in functions.items() if "SnapStart" in each["Properties"]} == set(AWAITED)
    aliases = [each["Properties"] for each in translated.values() if each["Type"] == "AWS::Lambda::Alias"]
    assert sorted(each["FunctionName"]["Ref"] for each in aliases) == sorted(AWAITED)
    assert {each["Name"] for each in aliases} == {ALIAS}


def test_requests_and_messages_come_to_the_alias(translated: dict[str, Any]) -> None:
    pages, intake = (f"{name}Alias{ALIAS}" for name in AWAITED)
    api = json.dumps(translated["RestAPI"])
    assert api.count(f"functions/${{{pages}}}/invocations") == api.count("/invocations")
    assert translated["APIHandlerInvokePermission"]["Properties"]["FunctionName"] == {"Ref": pages}
    queues = [each for each in translated.values() if each["Type"] == "AWS::Lambda::EventSourceMapping"]
    assert [each["Properties"]["FunctionName"] for each in queues] == [{"Ref": intake}]


def test_the_shipped_template_calls_the_functions_themselves(packaged: Package) -> None:
    assert "SnapStart" not in packaged.template.read_text()


def test_versions_that_nothing_calls_are_deleted(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in FAKE.items():
        monkeypatch.setenv(name, value)
    with mock_aws():
        functions = boto3.client("lambda", region_name="ap-southeast-1")
        trust = json.dumps({"Version": "2012-10-17", "Statement": []})
        role = boto3.client("iam").create_role(RoleName="some", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
        functions.create_function(
            FunctionName="pages", Runtime="python3.13", Role=role, Handler="app.app", Code={"ZipFile": b"0"}
        )
        for number in range(3):
            functions.update_function_code(FunctionName="pages", ZipFile=b"%d" % number, Publish=True)
        functions.create_alias(FunctionName="pages", Name=ALIAS, FunctionVersion="3")
        forget_versions(functions, "pages")
        assert _list_versions(functions) == ["$LATEST", "3"]
        functions.delete_alias(FunctionName="pages", Name=ALIAS)  # the setting is taken back
        forget_versions(functions, "pages")
        assert _list_versions(functions) == ["$LATEST"]


def _list_versions(functions: Any) -> list[str]:
    return [each["Version"] for each in functions.list_versions_by_function(FunctionName="pages")["Versions"]]


@pytest.mark.parametrize(("way", "is_filled"), [("snap-start", True), ("on-demand", False)])
def test_a_snapshot_holds_what_calls_import_and_no_client(way: str, is_filled: bool) -> None:
    modules = {line.split()[1] for line in list_imports("intake").splitlines()}
    code = (
        "import app, sys\n"
        "print('chalicelib.web.console.period' in sys.modules)\n"
        f"print({modules} <= sys.modules.keys())\n"
        "clients = sys.modules.get('chalicelib.store.clients')\n"
        "print(sum(each.cache_info().currsize for each in vars(clients).values() if hasattr(each, 'cache_info'))"
        " if clients else 0)"
    )
    told = {**os.environ, "AWS_LAMBDA_INITIALIZATION_TYPE": way}
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=told, capture_output=True, text=True, check=True)
    assert run.stdout.split() == [str(is_filled), str(is_filled), "0"]
