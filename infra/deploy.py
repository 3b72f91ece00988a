"""Deploys a stage, or removes it and keeps its data: `python -m infra.deploy up --stage prod`.

The settings of the stages are in `infra/aws/stages.toml`, or in your own file (`--settings`). Credentials and the
endpoint (`AWS_ENDPOINT_URL`) are botocore's own settings, so the same command deploys to the embedded stack.
"""

from __future__ import annotations

import argparse
import json
import shlex
import sys
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import boto3

from infra.account import (
    check_concurrency,
    check_domain,
    choose_api_logs,
    choose_mail_identity,
    clear_leftovers,
)
from infra.changes import Change, render_changes
from infra.deployment import SETTINGS, Deployment, DeploymentError
from infra.package import BUILD, ROOT, package
from infra.snapshots import NAMES, forget_versions

STAGES = ROOT / "infra" / "aws" / "stages.toml"
RUNTIMES = {"python3.12": date(2028, 10, 31), "python3.13": date(2029, 6, 30)}
"""Lambda's runtimes that the product runs on, each with the last day of AWS's support (its page "Lambda runtimes")."""


@dataclass(frozen=True)
class Stage:
    """A stage's settings. `package` is the stage of .chalice/config.json that it is packaged as: prod is production,
    local the embedded stack, which runs the functions on the Python of this machine and pins no `runtime`.
    `snap_start`: what somebody waits for starts from snapshots (infra/snapshots.py).
    """

    name: str
    stack: str
    region: str
    package: str
    runtime: str = ""
    parameters: dict[str, str] = field(default_factory=dict)
    snap_start: bool = False


def read_stage(name: str, path: Path = STAGES) -> Stage:
    """The settings of a stage. Raises DeploymentError if the file has no such stage."""
    stages = tomllib.loads(path.read_text("utf-8"))
    if name not in stages:
        raise DeploymentError(f"{path} has no stage {name}: {', '.join(stages)}")
    given = stages[name]
    parameters = {key: _render(value) for key, value in given.get("parameters", {}).items()}
    return Stage(
        name,
        given["stack"],
        given["region"],
        given.get("package", name),
        given.get("runtime", ""),
        parameters,
        snap_start=given.get("snap_start", False),
    )


def _render(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def check_settings(stage: Stage, *, python: str, today: date) -> None:
    """Raises DeploymentError for settings that a stage must not go out with. `python` is the one that packages."""
    if stage.package == "prod" and not stage.parameters.get("AlarmEmail"):
        raise DeploymentError("production needs AlarmEmail: without an address nobody is told of an alarm")
    if stage.package == "local":
        return
    if stage.parameters.get("PagesOrigin"):
        raise DeploymentError("PagesOrigin is for the embedded stack: name the pages by DomainName and CertificateArn")
    _check_sender(stage.parameters.get("MailFrom", ""), stage.parameters.get("MailIdentity", ""))
    if RUNTIMES.get(stage.runtime, date.min) < today:
        supported = ", ".join(name for name, until in RUNTIMES.items() if until >= today)
        raise DeploymentError(f"stage {stage.name} says runtime = {stage.runtime!r}; Lambda supports: {supported}")
    if stage.runtime != python:
        raise DeploymentError(
            f"stage {stage.name} runs on {stage.runtime}, and this is {python}, which would package its own compiled "
            f"modules: rm -r .venv; make setup PYTHON={stage.runtime}"
        )


def _check_sender(sender: str, identity: str) -> None:
    """Raises DeploymentError unless letters come from an address of the identity: itself, its domain or one below."""
    parts = sender.rpartition("@")[2].split(".")
    if sender and identity not in (sender, *(".".join(parts[start:]) for start in range(len(parts)))):
        raise DeploymentError(f"MailFrom = {sender!r} is no address of MailIdentity = {identity!r}")


def open_deployment(stage: Stage) -> Deployment:
    """The stage's stack in the account of the current credentials."""
    session = boto3.Session(region_name=stage.region)
    account = session.client("sts").get_caller_identity()["Account"]

    def make_client(service: str) -> Any:
        return session.client(service)  # type: ignore[call-overload]

    return Deployment(stage.stack, stage.region, account, f"{stage.stack}-code-{account}", make_client)


def up(stage: Stage, *, is_approved: bool = False) -> None:
    """Packages, deploys, and prints the address of the pages."""
    ours = f"python{sys.version_info.major}.{sys.version_info.minor}"
    check_settings(stage, python=ours, today=datetime.now(UTC).date())
    made, deployment = package(stage.package, BUILD / stage.package), open_deployment(stage)
    check_domain(deployment, stage.parameters)
    check_concurrency(deployment, json.loads(made.template.read_text()), stage.parameters)
    parameters = choose_mail_identity(deployment, choose_api_logs(deployment, stage.parameters))
    if not deployment.is_there():
        clear_leftovers(deployment, ask_at_terminal)
    outputs = deployment.apply(
        made,
        parameters,
        lambda changes: approve(changes, is_approved=is_approved),
        snap_start=stage.snap_start,
    )
    for output in NAMES:
        forget_versions(deployment.client("lambda"), outputs[output])
    print("\n".join(tell_address(stage, outputs)))


def tell_address(stage: Stage, outputs: Mapping[str, str]) -> Iterator[str]:
    """The pages' address, and what has to be known of it before links to it are printed on paper."""
    yield f"pages: {outputs['ApiUrl']}"
    if "DomainTarget" in outputs:
        yield f"its DNS needs: {stage.parameters['DomainName']} CNAME {outputs['DomainTarget']}"
    elif stage.package != "local":
        yield (
            "this address is API Gateway's and goes with the stack: links and QR codes that are printed now lead "
            "nowhere after it. For slips on paper set DomainName first (infra/aws/README.md)"
        )


def approve(changes: list[Change], *, is_approved: bool) -> bool:
    """Prints what an update would do; it is done if that was approved before, or is now by somebody at the terminal."""
    print(f"an update of the stack (--yes, or make … YES=1, makes it unasked):\n{render_changes(changes)}", flush=True)
    return is_approved or ask_at_terminal("make these changes?")


def ask_at_terminal(question: str) -> bool:
    """Whether somebody at the terminal says yes; False where there is no terminal."""
    if not sys.stdin.isatty():
        return False
    return input(f"{question} [y/N] ").strip().lower() in ("y", "yes")


def down(stage: Stage, confirm: str) -> None:
    """Removes the stack; its data stays."""
    if confirm != stage.stack:
        raise DeploymentError(f"to remove it, confirm with the stack's name: {stage.stack}")
    print("kept:\n" + "\n".join(f"  {line}" for line in open_deployment(stage).remove()))


def print_environment(stage: Stage) -> None:
    """Prints the environment that `tonghop operate` needs."""
    outputs = open_deployment(stage).read_outputs()
    for setting in ("AWS_REGION", "AWS_DEFAULT_REGION"):  # boto3 reads the second
        print(f"export {setting}={shlex.quote(stage.region)}")
    for output, setting in SETTINGS.items():
        if output in outputs:
            print(f"export {setting}={shlex.quote(outputs[output])}")


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m infra.deploy", description="Deploy or remove a stage.")
    parser.add_argument("action", choices=["up", "down", "env"])
    parser.add_argument("--stage", required=True)
    parser.add_argument("--settings", type=Path, default=STAGES)
    parser.add_argument("--yes", action="store_true", help="for up: make the changes of an update without asking")
    parser.add_argument("--confirm", default="", help="for down: the stack's name")
    given = parser.parse_args()
    try:
        stage = read_stage(given.stage, given.settings)
        match given.action:
            case "up":
                up(stage, is_approved=given.yes)
            case "down":
                down(stage, given.confirm)
            case "env":
                print_environment(stage)
    except DeploymentError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
