"""What is locked: every package with its version, and which set of requirements takes it."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
REQUIREMENTS = ROOT / "requirements"

SETS = {
    "runtime": "carried by the Lambda functions",
    "local": "the command line and the embedded stack",
    "develop": "tests, lint and types",
    "infra": "checks of the template",
    "supply": "this list and the search for known faults",
}
"""The sets of requirements, each after those that it includes, and what takes it."""

_LOCKED = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;]+)(?: ; ([^\\\n]+?))? \\$", re.MULTILINE)
_NAMED = re.compile(r"^([A-Za-z0-9._-]+)", re.MULTILINE)
_NPM = re.compile(r" ((?:@[\w.-]+/)?[\w.-]+)@(\d[\w.-]*)")


class Pin(NamedTuple):
    """One line of a lock file."""

    name: str
    version: str
    marker: str = ""


def make_plain(name: str) -> str:
    """The one spelling of a package's name (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def list_pins(name: str) -> list[Pin]:
    """What a set of requirements locks."""
    found = _LOCKED.findall((REQUIREMENTS / f"{name}.txt").read_text("utf-8"))
    return [Pin(make_plain(package), version, marker) for package, version, marker in found]


def list_direct(name: str) -> set[str]:
    """What a set of requirements asks for by name."""
    return {make_plain(found) for found in _NAMED.findall((REQUIREMENTS / f"{name}.in").read_text("utf-8"))}


def list_npm() -> list[Pin]:
    """What npm fetches for the tests: the Makefile names it. It locks nothing further."""
    lines = (ROOT / "Makefile").read_text("utf-8").splitlines()
    asked = " ".join(line for line in lines if line.startswith("\t@npm "))
    return [Pin(f"npm {name}", version) for name, version in _NPM.findall(asked)]


def find_sets() -> dict[str, dict[str, list[str]]]:
    """By package and version the sets that take it; a set that another includes stands for both."""
    found: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for name in SETS:
        for pin in list_pins(name):
            if not (name in ("local", "develop") and found[pin.name][pin.version]):
                found[pin.name][pin.version].append(name)
    return found
