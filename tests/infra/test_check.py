"""The final template has no finding without a reason, and the zip holds no more than it should."""

from __future__ import annotations

import json
import shutil
import zipfile
from pathlib import Path

import pytest

from infra import check
from infra.check import Finding, check_code, read_accepted, run_linter, translate
from infra.package import Package

needs_tools = pytest.mark.tools  # cfn-lint and checkov, in an environment of their own


@needs_tools
def test_nothing_is_found_that_is_not_explained(packaged: Package) -> None:
    assert check.check(packaged) == []


@needs_tools
def test_a_mistake_in_the_template_is_found(packaged: Package, tmp_path: Path) -> None:
    template = json.loads(packaged.template.read_text())
    template["Resources"]["Table"]["Properties"]["BilingMode"] = "x"
    broken = tmp_path / "broken.json"
    broken.write_text(json.dumps(template))
    assert any("BilingMode" in line for line in run_linter(broken))


@needs_tools
def test_a_bucket_that_is_not_private_is_found(packaged: Package, tmp_path: Path) -> None:
    template = json.loads(packaged.template.read_text())
    del template["Resources"]["Inbox"]["Properties"]["PublicAccessBlockConfiguration"]
    open_one = tmp_path / "open.json"
    open_one.write_text(json.dumps(template))
    _, failed = check.run_checkov(translate(open_one, tmp_path))
    assert {resource for _, resource in failed - read_accepted().keys()} == {"Inbox"}


def test_every_reason_says_something() -> None:
    assert all(len(reason) > 40 for reason in read_accepted().values())
    assert all(isinstance(finding, Finding) for finding in read_accepted())


def test_what_does_not_belong_into_the_zip_is_found(packaged: Package, tmp_path: Path) -> None:
    code = Path(shutil.copy(packaged.code, tmp_path))
    assert check_code(code) == []
    with zipfile.ZipFile(code, "a") as opened:
        opened.writestr("moto/core.py", b"")
        opened.writestr("huge", b"x" * check.LARGEST_UNZIPPED, zipfile.ZIP_DEFLATED)
    assert next(iter(check_code(code))).split()[0] == "moto"
    assert len(check_code(code)) == 2
