"""The bill of parts: `make sbom` has cyclonedx-py look at each environment, and holds every part's licence against
`requirements/licences.toml` and docs/licences.md.

The product's own bill is `out/sbom/tonghop.json` (CycloneDX): what the functions carry has the scope "required", what
only builds and tests "excluded".
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

from infra.supply.licences import PAGE, Declared, check, read_rules, render_page
from infra.supply.locks import ROOT, list_direct, list_pins, make_plain
from infra.supply.scripts import make_parts, read_scripts

OUT = ROOT / "out" / "sbom"
ENVIRONMENTS = {"tonghop": ".venv", "infra": ".venv-infra", "supply": ".venv-supply"}
NODE = ROOT / "build" / "e2e" / "node_modules"
CHALICE = "chalice"
"""It puts its own runtime part beside what the requirements bring."""


def make_bill(name: str, environment: Path) -> dict[str, Any]:
    """What cyclonedx-py finds in an environment, with its licences as the packages state them."""
    out = OUT / f"{name}.json"
    out.parent.mkdir(parents=True, exist_ok=True)
    tool, python = ROOT / ".venv-supply/bin/cyclonedx-py", environment / "bin/python"
    command = [tool, "environment", python, "--pyproject", ROOT / "pyproject.toml", "--output-reproducible"]
    options = ("--short-PURLs", "--no-validate", "-o", out)  # to validate a bill takes half a minute
    subprocess.run(list(map(str, (*command, *options))), check=True, stderr=subprocess.DEVNULL)
    bill: dict[str, Any] = json.loads(out.read_text("utf-8"))
    return bill


def mark_scopes(bill: dict[str, Any]) -> None:
    """Says of each part whether the functions carry it, and which parts the product itself asks for.

    The scripts of its pages are in no environment, and join the bill here.
    """
    carried = {pin.name for pin in list_pins("runtime")} | {CHALICE}
    asked = list_direct("runtime") | {CHALICE}
    for part in bill["components"]:
        part["scope"] = "required" if make_plain(part["name"]) in carried else "excluded"
    root = bill["metadata"]["component"]["bom-ref"]
    direct = sorted(part["bom-ref"] for part in bill["components"] if make_plain(part["name"]) in asked)
    bill["dependencies"] = [each for each in bill["dependencies"] if each["ref"] != root]
    scripts = make_parts(read_scripts())
    bill["components"] += scripts
    bill["dependencies"].append({"ref": root, "dependsOn": [*direct, *(part["bom-ref"] for part in scripts)]})


def list_declared(bills: list[dict[str, Any]]) -> Declared:
    """By package what it states in any environment."""
    found: Declared = defaultdict(set)
    for part in (part for bill in bills for part in bill["components"]):
        for each in part.get("licenses", []):
            found[make_plain(part["name"])].add(
                each.get("expression") or each["license"].get("id") or each["license"]["name"]
            )
    return found


def list_declared_by_node() -> Declared:
    """What the packages say that npm has installed: those asked for, and those that they bring."""
    found: Declared = defaultdict(set)
    for path in NODE.glob("**/package.json"):
        stated = json.loads(path.read_text("utf-8"))
        if "name" in stated and "version" in stated:  # a folder of a package may have a file of its own
            found[f"npm {stated['name']}"] |= {stated["license"]} if isinstance(stated.get("license"), str) else set()
    return found


def main() -> None:
    """The command line: writes the bills, then the page with `--write`, and fails on a licence that is not allowed."""
    parser = argparse.ArgumentParser(prog="python -m infra.supply.bill", description="List what the product holds.")
    parser.add_argument("--write", action="store_true", help="write docs/licences.md anew")
    given = parser.parse_args()
    bills = {name: make_bill(name, ROOT / folder) for name, folder in ENVIRONMENTS.items()}
    mark_scopes(bills["tonghop"])
    (OUT / "tonghop.json").write_text(json.dumps(bills["tonghop"], indent=1) + "\n", "utf-8")
    rules, declared = read_rules(), list_declared(list(bills.values())) | list_declared_by_node()
    if given.write:
        PAGE.write_text(render_page(rules, declared), "utf-8")
    faults = check(rules, declared)
    parts = len(bills["tonghop"]["components"])
    print(f"{OUT.relative_to(ROOT)}: {parts} parts of the product and its tests, {len(declared)} with all tools;")
    print(f"licences that are not allowed, not known or not on the page: {len(faults)}")
    sys.exit("\n".join(faults) if faults else 0)


if __name__ == "__main__":
    main()
