"""The zip holds what the functions need, only that, and stands on its own."""

import hashlib
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from infra import package
from infra.package import ROOT, Package

# What the Lambda runtime brings along, and may therefore be missing from the zip.
OF_THE_RUNTIME = ("boto3", "botocore", "s3transfer", "dateutil", "six", "urllib3", "jmespath")
UNCHECKED_HASH = 1


@pytest.fixture(scope="module")
def code(packaged: Package) -> zipfile.ZipFile:
    return zipfile.ZipFile(packaged.code)


@pytest.fixture(scope="module")
def unpacked(code: zipfile.ZipFile, tmp_path_factory: pytest.TempPathFactory) -> Path:
    tree = tmp_path_factory.mktemp("task")
    code.extractall(tree)
    return tree


def test_every_form_is_in_the_zip(unpacked: Path) -> None:
    forms = [path for path in (ROOT / "forms").rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    assert forms
    assert all((unpacked / path.relative_to(ROOT)).read_bytes() == path.read_bytes() for path in forms)


@pytest.mark.parametrize("top", ["boto3", "botocore", "pip", "pytest", "moto", "ministack", "infra", "tests", "vendor"])
def test_what_the_functions_do_not_need_stays_out(unpacked: Path, top: str) -> None:
    assert not (unpacked / top).exists()


def test_of_chalice_only_its_runtime_is_in_the_zip(unpacked: Path) -> None:
    assert {path.name for path in (unpacked / "chalice").glob("*.py")} == {"__init__.py", "app.py"}


def test_modules_are_compiled_for_this_python_and_not_checked_against_dates(unpacked: Path) -> None:
    compiled = unpacked / "chalicelib" / "__pycache__" / f"__init__.{sys.implementation.cache_tag}.pyc"
    assert compiled.read_bytes()[4] == UNCHECKED_HASH


def test_the_application_starts_from_the_zip_and_the_lambda_runtime_alone(unpacked: Path) -> None:
    """MiniStack's workers also see the environment's own packages, so only this notices one that was left out."""
    script = f"""
import importlib.abc, sys
class Runtime(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if path is None and name.split(".")[0] in {OF_THE_RUNTIME!r}:
            return importlib.machinery.PathFinder.find_spec(name, {sys.path!r})
sys.path.insert(0, {str(unpacked)!r})
sys.meta_path.append(Runtime())
import app, pkgutil, chalicelib
for module in pkgutil.walk_packages(chalicelib.__path__, "chalicelib."):
    if not module.name.endswith(("cli", "command_words")):
        importlib.import_module(module.name)
"""
    environment = {
        "AWS_DEFAULT_REGION": "ap-southeast-1",
        **dict.fromkeys(
            (
                "TONGHOP_TABLE",
                "TONGHOP_INBOX",
                "TONGHOP_REPORTS",
                "TONGHOP_QUEUE",
                "TONGHOP_PUBLISH",
                "TONGHOP_RECHECK",
            ),
            "x",
        ),
    }
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", script],
        cwd=unpacked,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_the_same_content_gives_the_same_bytes(packaged: Package, tmp_path: Path) -> None:
    again = Path(shutil.copy(packaged.code, tmp_path))
    package.rewrite_zip(again)
    assert hashlib.sha256(again.read_bytes()).digest() == hashlib.sha256(packaged.code.read_bytes()).digest()


def test_nothing_is_built_when_nothing_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    built: list[Package] = []

    def build(_: str, made: Package) -> None:
        built.append(made)
        made.template.touch()
        made.code.touch()

    monkeypatch.setattr(package, "build", build)
    monkeypatch.setattr(package, "hash_sources", lambda stage: stage)
    assert package.package("local", tmp_path) == package.package("local", tmp_path)
    assert len(built) == 1
    package.package("prod", tmp_path)
    assert len(built) == 2


def test_an_overlay_for_a_function_that_is_not_there_is_named() -> None:
    with pytest.raises(SystemExit, match="completes Intake"):
        package.check_merge({"Intake": {"Properties": {}}, "Table": {"Type": "AWS::DynamoDB::Table"}})


def test_every_source_counts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for source in ("app.py", "forms/a/programme.toml", ".chalice/policy-api.json"):
        (tmp_path / source).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / source).write_text("one")
    monkeypatch.setattr(package, "ROOT", tmp_path)
    before = package.hash_sources("local")
    assert package.hash_sources("prod") != before
    (tmp_path / "forms/a/programme.toml").write_text("two")
    assert package.hash_sources("local") != before
