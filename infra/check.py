"""Checks a package before deployment: `python -m infra.check` runs cfn-lint and checkov on the final template, and
checks the zip.

The final template is the result of SAM's transform, made here by SAM's own translator. cfn-lint and checkov are
installed in their own environment, `.venv-infra`, because checkov pins old packages. Each finding of checkov is
either mended or accepted in `aws/findings.toml` with a reason. A reason without a finding is a fault too.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tomllib
import zipfile
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

from samtranslator.translator.transform import transform

from infra.package import BUILD, ROOT, Package, package

TOOLS = ROOT / ".venv-infra" / "bin"
ACCEPTED = ROOT / "infra" / "aws" / "findings.toml"
REPORT = ROOT / "build" / "infra-check"
LARGEST_UNZIPPED = 71_000_000
LARGEST_ZIP = 50_000_000
NOT_OURS = ("tests", "infra", "pytest", "moto", "ministack", "pip", "checkov")


class Finding(NamedTuple):
    """One finding of checkov."""

    check: str
    resource: str


class _NoManagedPolicies:
    """Replaces SAM's request to AWS for the managed policies; our template names none by its short name."""

    def load(self) -> dict[str, str]:
        return {}


def translate(template: Path, out: Path) -> Path:
    """The template as CloudFormation sees it after SAM's transform."""
    given = json.loads(template.read_text())
    for resource in given["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            resource["Properties"]["CodeUri"] = {"Bucket": "code", "Key": "deployment.zip"}
    os.environ.setdefault("AWS_DEFAULT_REGION", "ap-southeast-1")  # SAM requires it; the result does not depend on it
    final = transform(given, {}, _NoManagedPolicies())
    path = out / "cloudformation.json"
    path.write_text(json.dumps(final, indent=1))
    return path


def run_linter(*templates: Path) -> list[str]:
    """The output of cfn-lint, line by line."""
    done = run("cfn-lint", "--format", "parseable", *map(str, templates))
    return done.stdout.splitlines() + done.stderr.splitlines()


def run_checkov(template: Path) -> tuple[int, set[Finding]]:
    """The number of passed checks, and the findings. Runs without network access."""
    done = run(
        "checkov", "--framework", "cloudformation", "--skip-download", "--quiet", "-o", "json", "-f", str(template)
    )
    report: dict[str, Any] = json.loads(done.stdout)
    failed = {
        Finding(each["check_id"], each["resource"].partition(".")[2]) for each in report["results"]["failed_checks"]
    }
    return int(report["summary"]["passed"]), failed


def run(tool: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    if not (TOOLS / tool).is_file():
        raise SystemExit(f"{tool} is not installed: `make .venv-infra/.done` does it")
    return subprocess.run([TOOLS / tool, *arguments], cwd=ROOT, capture_output=True, text=True, check=False)


def read_accepted(path: Path = ACCEPTED) -> dict[Finding, str]:
    """The reason of each accepted finding."""
    tables = tomllib.loads(path.read_text("utf-8"))["accepted"]
    return {
        Finding(table["check"], resource): str(table["reason"]) for table in tables for resource in table["resources"]
    }


def weigh(code: Path) -> tuple[int, Counter[str]]:
    """The unpacked size of the zip in bytes, and the size of each top directory."""
    sizes: Counter[str] = Counter()
    with zipfile.ZipFile(code) as opened:
        for entry in opened.infolist():
            sizes[entry.filename.partition("/")[0]] += entry.file_size
    return sizes.total(), sizes


def check_code(code: Path) -> list[str]:
    """The faults of the zip."""
    unpacked, sizes = weigh(code)
    faults = [f"{name} is in the zip" for name in NOT_OURS if name in sizes]
    if unpacked > LARGEST_UNZIPPED:
        faults.append(f"{unpacked / 1e6:.1f} MB unpacked, more than {LARGEST_UNZIPPED / 1e6:.0f}")
    if code.stat().st_size > LARGEST_ZIP:
        faults.append(f"{code.stat().st_size / 1e6:.1f} MB zipped: Lambda takes 50")
    return faults


def check(made: Package) -> list[str]:
    """The faults of a package; prints what was checked."""
    REPORT.mkdir(parents=True, exist_ok=True)
    final = translate(made.template, REPORT)
    linted = run_linter(made.template, final)
    passed, failed = run_checkov(final)
    accepted = read_accepted()
    unpacked, sizes = weigh(made.code)
    print(f"cfn-lint: {len(linted)} findings in {made.template.name} and {final.name}")
    print(f"checkov: {passed} checks passed, {len(failed)} findings, {len(failed & accepted.keys())} of them explained")
    print(f"zip: {made.code.stat().st_size / 1e6:.1f} MB, {unpacked / 1e6:.1f} MB unpacked; what takes the room:")
    for name, size in sizes.most_common(12):
        print(f"  {size / 1e6:6.2f} MB  {name}")
    return [
        *linted,
        *(f"checkov: {finding.check} {finding.resource}" for finding in sorted(failed - accepted.keys())),
        *(f"explained, but no finding: {each.check} {each.resource}" for each in sorted(accepted.keys() - failed)),
        *check_code(made.code),
    ]


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m infra.check", description="Check what would be deployed.")
    parser.add_argument("--stage", default="local")
    given = parser.parse_args()
    faults = check(package(given.stage, BUILD / given.stage))
    sys.exit("\n".join(faults) if faults else 0)


if __name__ == "__main__":
    main()
