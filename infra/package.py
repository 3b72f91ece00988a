"""Packages the application for CloudFormation: `python -m infra.package --stage prod -o build/prod`.

`chalice package` does the work (`chalice_run.py`). This module adds three things. Wheels for the functions' platform
are fetched once and checked against the lock's hashes. The zip is rewritten with compiled modules and fixed dates, so
the same sources give the same bytes. If nothing has changed, nothing is done.
"""

import argparse
import fcntl
import hashlib
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
BUILD = ROOT / "build"
LOCK = ROOT / "requirements" / "runtime.txt"
OVERLAY = ROOT / "infra" / "aws" / "template.yaml"
SOURCES = (
    "app.py",
    "chalicelib",
    "forms",
    "requirements.txt",
    "requirements/runtime.txt",
    ".chalice/*.json",
    "infra/aws/template.yaml",
    "infra/chalice_run.py",
    "infra/package.py",
)

# AWS Lambda's Python 3.11 runs on Amazon Linux 2 (glibc 2.26), later versions on Amazon Linux 2023 (2.34).
GLIBC_MINOR = 26 if sys.version_info < (3, 12) else 34
MACHINES = {"x86_64": "x86_64", "arm64": "aarch64"}
# Headers, stubs and sources of compiled modules that wheels carry for compilers and type checkers.
DEAD_WEIGHT = (".pyc", ".pyi", ".pxd", ".pxi", ".pyx", ".h", ".c")
UNUSED = re.compile(
    r"aws_lambda_powertools/(event_handler/|utilities/(?!_|jmespath_utils|typing))|cffi/|pycparser"
    r"|lxml/(html|isoschematron|objectify\b)|pydantic/v1/"
)
"""Parts of libraries that nothing in the zip imports, not even in a function that is seldom called."""
EPOCH = (1980, 1, 1, 0, 0, 0)
SERVICES = ("cognito-idp", "dynamodb", "kms", "lambda", "s3", "ses", "sqs")
"""The services that the code calls; botocore describes some 400, and is carried without the others."""


@dataclass(frozen=True)
class Package:
    """The input of CloudFormation: a SAM template, and the zip that its functions share."""

    template: Path
    code: Path


def package(stage: str, out: Path) -> Package:
    """Brings `out` up to date with the sources; returns the two files."""
    made = Package(out / "sam.json", out / "deployment.zip")
    stamp = out / "stamp"
    out.mkdir(parents=True, exist_ok=True)
    with lock_build():
        mark = hash_sources(stage)
        if not (stamp.is_file() and stamp.read_text() == mark and made.template.is_file() and made.code.is_file()):
            stamp.unlink(missing_ok=True)
            build(stage, made)
            stamp.write_text(mark)
    return made


@contextmanager
def lock_build() -> Iterator[None]:
    """Allows one build at a time, because Chalice keeps the zips of all stages in one place."""
    BUILD.mkdir(exist_ok=True)
    with (BUILD / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def build(stage: str, made: Package) -> None:
    """Makes both files anew."""
    architecture = find_architecture(stage)
    run_chalice(stage, architecture, fetch_wheels(architecture), made.template.parent)
    template = json.loads(made.template.read_text())
    check_merge(template["Resources"])
    write_entities(template["Resources"])
    made.template.write_text(json.dumps(template, indent=2))
    rewrite_zip(made.code)


def hash_sources(stage: str) -> str:
    """One hash over everything that determines the package."""
    total = hashlib.sha256(f"{stage} {sys.version} {platform.machine()}".encode())
    for path in iter_sources():
        total.update(f"{path.relative_to(ROOT)}\n{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return total.hexdigest()


def iter_sources() -> Iterator[Path]:
    """Every source file, in a fixed order."""
    for pattern in SOURCES:
        for top in sorted(ROOT.glob(pattern)):
            inside = sorted(top.rglob("*")) if top.is_dir() else [top]
            yield from (path for path in inside if path.is_file() and "__pycache__" not in path.parts)


def find_architecture(stage: str) -> str:
    """The stage's `lambda_architecture`, by default this machine's, on which the embedded stack runs the functions."""
    stages = json.loads((ROOT / ".chalice" / "config.json").read_text())["stages"]
    own = "arm64" if platform.machine() in {"arm64", "aarch64"} else "x86_64"
    return str(stages[stage].get("lambda_architecture", own))


def fetch_wheels(architecture: str) -> Path:
    """The locked wheels for Lambda's platform: fetched from the index once, later taken from the build directory.

    Chalice itself fetches wheels that do not fit Lambda a second time, by name and version only. With these it finds
    each wheel at once, checked by its hash.
    """
    lock = hashlib.sha256(LOCK.read_bytes()).hexdigest()[:16]
    store = BUILD / "wheels"
    wheels = store / f"{lock}-{sys.implementation.cache_tag}-{architecture}"
    if wheels.is_dir():
        return wheels
    store.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=store) as fresh:
        platforms = [f"manylinux_2_{minor}_{MACHINES[architecture]}" for minor in range(GLIBC_MINOR, 16, -1)]
        platforms += [f"manylinux2014_{MACHINES[architecture]}"]
        run(
            "pip",
            "download",
            "--quiet",
            "--require-hashes",
            "--only-binary",
            ":all:",
            "--no-deps",
            *(f"--platform={each}" for each in platforms),
            "--requirement",
            str(LOCK),
            "--dest",
            f"{fresh}/wheels",
        )
        Path(fresh, "wheels").rename(wheels)
    return wheels


def run_chalice(stage: str, architecture: str, wheels: Path, out: Path) -> None:
    """Runs `chalice package` with pip limited to our wheels, after removing the zip that Chalice may have kept."""
    shutil.rmtree(ROOT / ".chalice" / "deployments", ignore_errors=True)
    run(
        "infra.chalice_run",
        stage,
        architecture,
        str(OVERLAY),
        str(out.resolve()),
        PIP_NO_INDEX="1",
        PIP_FIND_LINKS=str(wheels.resolve()),
        AWS_DEFAULT_REGION="ap-southeast-1",
    )


def check_merge(resources: Mapping[str, Mapping[str, object]]) -> None:
    """Stops if the overlay names a function that app.py does not make, with a clearer message than CloudFormation's."""
    unmade = [name for name, resource in resources.items() if "Type" not in resource]
    if unmade:
        raise SystemExit(f"{OVERLAY.name} completes {', '.join(unmade)}, which app.py does not make")


def write_entities(resources: Mapping[str, Any]) -> None:
    """Writes the letters of the answers of API Gateway and WAF as entities, which no encoding on the way can break."""
    for answer in resources["RestAPI"]["Properties"]["GatewayResponses"].values():
        for kind, text in answer["ResponseTemplates"].items():
            answer["ResponseTemplates"][kind] = _name_letters(text)
    for body in resources["Addresses"]["Properties"]["CustomResponseBodies"].values():
        body["Content"] = _name_letters(body["Content"])


def _name_letters(text: str) -> str:
    return text.encode("ascii", "xmlcharrefreplace").decode()


def run(module: str, *arguments: str, **environment: str) -> None:
    """Runs a Python module from the project's root; shows its messages only if it fails."""
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"{module} failed:\n{done.stdout}")


def rewrite_zip(code: Path) -> None:
    """Rewrites the zip: compiled, without unneeded files, in a fixed order with fixed dates.

    Lambda's code directory is read-only, so Python would compile the modules at every cold start. The compiled files
    hold their source's hash and are not checked against it, because unpacking changes dates.
    """
    with tempfile.TemporaryDirectory(dir=code.parent) as tree:
        with zipfile.ZipFile(code) as chalice:
            chalice.extractall(tree, [name for name in chalice.namelist() if is_needed(name)])
        compile_tree(Path(tree))
        with zipfile.ZipFile(code, "w", zipfile.ZIP_DEFLATED) as fixed:
            for path in sorted(path for path in Path(tree).rglob("*") if path.is_file()):
                entry = zipfile.ZipInfo(str(path.relative_to(tree)), EPOCH)
                entry.external_attr = 0o644 << 16
                fixed.writestr(entry, path.read_bytes(), zipfile.ZIP_DEFLATED)


def is_needed(name: str) -> bool:
    """Whether a file of Chalice's zip is carried. boto3's own data describes its resources, which nobody uses."""
    if UNUSED.match(name):
        return False
    part, _, described = name.partition("/data/")
    if part == "boto3" and described:
        return False
    if part == "botocore" and "/" in described:
        return described.partition("/")[0] in SERVICES
    return not name.endswith(DEAD_WEIGHT)


def compile_tree(tree: Path) -> None:
    """Compiles in a separate process, one file after the other, with a fixed hash seed.

    The bytes of a compiled file depend on hashes and on the names that the process has interned before.
    """
    how = ["-q", "-q", "--invalidation-mode", "unchecked-hash", "-s", str(tree), "-p", "/var/task"]
    environment = {"PYTHONHASHSEED": "0", "PATH": os.environ.get("PATH", os.defpath)}
    subprocess.run([sys.executable, "-m", "compileall", *how, str(tree)], env=environment, check=False)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m infra.package", description="Package tonghop for CloudFormation.")
    parser.add_argument("--stage", default="local", help="a stage of .chalice/config.json")
    parser.add_argument("-o", "--output", type=Path, help="where to; build/<stage> by default")
    given = parser.parse_args()
    made = package(given.stage, given.output or BUILD / given.stage)
    print(f"{made.template}\n{made.code}")


if __name__ == "__main__":
    main()
