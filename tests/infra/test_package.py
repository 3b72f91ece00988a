"""The zip holds what the functions need, only that, and stands on its own."""

import ast
import hashlib
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import boto3
import botocore
import pytest

from infra import package
from infra.package import ROOT, SERVICES, UNUSED, Package

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


@pytest.mark.parametrize("top", ["pip", "pytest", "moto", "ministack", "infra", "tests", "vendor"])
def test_what_the_functions_do_not_need_stays_out(unpacked: Path, top: str) -> None:
    assert not (unpacked / top).exists()


def test_of_chalice_only_its_runtime_is_in_the_zip(unpacked: Path) -> None:
    assert {path.name for path in (unpacked / "chalice").glob("*.py")} == {"__init__.py", "app.py"}


def test_modules_are_compiled_for_this_python_and_not_checked_against_dates(unpacked: Path) -> None:
    compiled = unpacked / "chalicelib" / "__pycache__" / f"__init__.{sys.implementation.cache_tag}.pyc"
    assert compiled.read_bytes()[4] == UNCHECKED_HASH


def test_the_boto3_that_runs_is_the_one_that_is_tested(unpacked: Path) -> None:
    for name, tested in (("boto3", boto3.__version__), ("botocore", botocore.__version__)):
        assert f"__version__ = '{tested}'" in (unpacked / name / "__init__.py").read_text().replace('"', "'")


def test_botocore_describes_the_services_that_the_code_calls_and_no_other(unpacked: Path) -> None:
    code = "".join(path.read_text() for path in (ROOT / "chalicelib").rglob("*.py"))
    assert set(re.findall(r'boto3\.client\("([a-z0-9-]+)"', code)) == set(SERVICES)
    described = {path.name for path in (unpacked / "botocore" / "data").iterdir() if path.is_dir()}
    assert described == set(SERVICES)


def test_the_application_starts_from_the_zip_alone(unpacked: Path) -> None:
    """MiniStack's workers also see the environment's own packages, so only this notices one that was left out."""
    script = f"""
import importlib, sys
sys.path.insert(0, {str(unpacked)!r})
import app, boto3, docxtpl, jwt, openpyxl, pkgutil, segno, xlsxwriter, chalicelib
from cryptography.hazmat.primitives.asymmetric import rsa
for service in {SERVICES!r}:
    boto3.client(service)
key = rsa.generate_private_key(65537, 2048)
assert jwt.decode(jwt.encode({{"sub": "x"}}, key, "RS256"), key.public_key(), ["RS256"]) == {{"sub": "x"}}
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
                "TONGHOP_SLIPS",
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


SELDOM_IMPORTED = {
    ("pydantic/_internal/_generate_schema.py", "pydantic.v1.BaseModel"),  # to warn of a model of version 1
    (
        "aws_lambda_powertools/shared/functions.py",  # to write a model into a line of the log; we write none
        "aws_lambda_powertools.event_handler.openapi.compat._model_dump",
    ),
}


def test_nothing_in_the_zip_imports_what_was_left_out_of_it(unpacked: Path) -> None:
    """Wherever the import stands; `SELDOM_IMPORTED` says what is never reached."""
    assert not any(UNUSED.match(str(path.relative_to(unpacked))) for path in unpacked.rglob("*") if path.is_file())
    imports = {
        (str(path.relative_to(unpacked)), name)
        for path in unpacked.rglob("*.py")
        if NAMED.search(code := path.read_text())
        for name in list_imported(path.relative_to(unpacked), code)
    }
    assert {(path, name) for path, name in imports if UNUSED.match(f"{name.replace('.', '/')}/")} == SELDOM_IMPORTED


NAMED = re.compile(r"\b(event_handler|utilities|cffi|pycparser|lxml|html|isoschematron|objectify|v1)\b")
"""Parsing the other files takes long."""


def list_imported(path: Path, code: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        if isinstance(node, ast.ImportFrom):
            above = path.parts[: -node.level] if node.level else ()
            yield from (".".join(filter(None, (*above, node.module, each.name))) for each in node.names)


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
