"""Which licences the parts have and may have: the rules stand in `requirements/licences.toml`, the list in
docs/licences.md.

A package that states its licence clearly is taken at its word: all that it states must be allowed. One that states
none, or several of which one may be chosen, or that is not installed on every system, has its line in the rules, with
the reason.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from infra.supply.locks import REQUIREMENTS, ROOT, SETS, find_sets, list_npm
from infra.supply.scripts import read_scripts

PAGE = ROOT / "docs" / "licences.md"
_OF_CLASSIFIER = "License :: "

Declared = dict[str, set[str]]
"""By package the licences that it states."""


class Rules(NamedTuple):
    """The rules: why a licence is allowed, what a package's words mean, and what was looked up by hand."""

    allowed: dict[str, str]
    means: dict[str, str]
    found: dict[str, dict[str, str]]


def read_rules(path: Path = REQUIREMENTS / "licences.toml") -> Rules:
    tables = tomllib.loads(path.read_text("utf-8"))
    return Rules(allowed=tables["allowed"], means=tables["means"], found=tables["found"])


def read_licence(rules: Rules, stated: set[str]) -> str:
    """One expression of what a package states; classifiers count only where it says nothing more exact."""
    exact = {each for each in stated if not each.startswith(_OF_CLASSIFIER)} or stated
    return " AND ".join(sorted(rules.means.get(each, each) for each in exact))


def is_allowed(rules: Rules, licence: str) -> bool:
    """Of what is joined by OR one suffices; of what is joined by AND all are needed."""
    parts = [re.split(r"\s+OR\s+", part) for part in re.split(r"\s+AND\s+", licence.replace("(", "").replace(")", ""))]
    return all(any(each in rules.allowed for each in part) for part in parts)


def find_licence(rules: Rules, declared: Declared, name: str) -> str:
    """The licence of a package; empty if neither the package nor the rules know it."""
    return rules.found[name]["licence"] if name in rules.found else read_licence(rules, declared.get(name, set()))


def check(rules: Rules, declared: Declared) -> list[str]:
    """What is wrong: a licence that is unknown or not allowed, a line of the rules that nothing needs, an old page."""
    names = {*find_sets(), *(pin.name for pin in list_npm())}
    brought = {name for name in (*declared, *rules.found) if name.startswith("npm ")}
    licences = {name: find_licence(rules, declared, name) for name in sorted(names | brought)}
    carried = {f"npm {script.name}": script.licence for script in read_scripts()}
    stated = (licences | carried).items()
    faults = [f"{name}: {each or 'no licence known'}" for name, each in stated if not is_allowed(rules, each)]
    faults += [f"{name}: looked up, but no part" for name in sorted(rules.found.keys() - licences.keys())]
    if PAGE.read_text("utf-8") != render_page(rules, declared):
        faults.append(f"{PAGE.name} is not what the environments say: `make licences`")
    return faults


def render_page(rules: Rules, declared: Declared) -> str:
    """The page: the licences with their reasons, then a row to each part."""
    return "\n".join([*_render_allowed(rules), *_render_parts(rules, declared), *_render_found(rules), ""])


def _render_allowed(rules: Rules) -> Iterator[str]:
    yield from (
        "# Licences of what the product is made of\n",
        "Generated from what the installed packages state, by `make licences`. `make sbom` fails where a package has a",
        "licence that is not allowed here, or none, and where this page is out of date; it writes the bill of parts",
        "(CycloneDX) to `out/sbom/tonghop.json`, in which what the functions carry has the scope “required”.\n",
        "## What is allowed, and why\n",
        "| licence | why |",
        "|---|---|",
    )
    yield from (f"| {licence} | {why} |" for licence, why in sorted(rules.allowed.items()))


def _render_parts(rules: Rules, declared: Declared) -> Iterator[str]:
    yield from ("\n## The parts\n", "| part | version | licence | for |", "|---|---|---|---|")
    for name, versions in sorted(find_sets().items()):
        for version, sets in versions.items():
            wanted = "; ".join(SETS[each] for each in sets)
            yield f"| {name} | {version} | {find_licence(rules, declared, name)} | {wanted} |"
    for pin in list_npm():
        yield f"| {pin.name} | {pin.version} | {rules.found[pin.name]['licence']} | tests, fetched for them |"
    for script in read_scripts():
        yield f"| npm {script.name} | {script.version} | {script.licence} | carried by the pages, unchanged |"


def _render_found(rules: Rules) -> Iterator[str]:
    yield from ("\n## Looked up by hand\n", "| part | licence | why |", "|---|---|---|")
    yield from (f"| {name} | {each['licence']} | {each['why']} |" for name, each in sorted(rules.found.items()))
