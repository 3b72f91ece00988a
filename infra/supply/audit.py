"""The search for known faults in the locked packages: `make audit`, on a machine that reaches PyPI.

pip-audit ends well where it has looked up nothing: a package that its source does not know is skipped, and a source
without data gives no faults. So a package that was not looked up is a failure here, and the source is first asked about
a package that is known to have faults.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from infra.supply.locks import REQUIREMENTS, ROOT, SETS, list_pins, make_plain

FAULTY = "jinja2==2.4.1"
"""Its templates leave their sandbox (CVE-2016-10745): a source that says nothing of it has no data."""
INCLUDED = ("runtime", "local")
"""Sets that another includes."""


def run_tool(requirements: Path, *options: str) -> dict[str, Any]:
    """What pip-audit says of a file; it installs nothing. Raises SystemExit where it gave no answer at all."""
    tool = ROOT / ".venv-supply" / "bin" / "pip-audit"
    command = [str(tool), "--format", "json", "--progress-spinner", "off", "--disable-pip", *options]
    done = subprocess.run([*command, "-r", str(requirements)], capture_output=True, text=True, check=False)
    try:
        report: dict[str, Any] = json.loads(done.stdout)
    except ValueError:
        raise SystemExit(f"pip-audit gave no answer:\n{done.stderr.strip()[-2000:]}") from None
    return report


def list_faults(report: dict[str, Any], *, wanted: Iterable[str]) -> list[str]:
    """What is wrong with the packages, and which were not looked up; `wanted` are the names that must have been."""
    parts = report.get("dependencies", [])
    faults = [f"not looked up: {part['name']}: {part['skip_reason']}" for part in parts if "skip_reason" in part]
    faults += [
        f"{part['name']} {part['version']}: {fault['id']}, mended in {', '.join(fault['fix_versions']) or 'none'}"
        for part in parts
        for fault in part.get("vulns", [])
    ]
    looked_up = {make_plain(part["name"]) for part in parts}
    return faults + [f"not looked up: {name}" for name in sorted({*wanted} - looked_up)]


def has_data(report: dict[str, Any]) -> bool:
    """Whether the source knew the faults of the faulty package."""
    return any(part.get("vulns") for part in report.get("dependencies", []))


def ask_source() -> None:
    """Raises SystemExit where the source does not know what everybody knows."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as asked:
        asked.write(f"{FAULTY}\n")
        asked.flush()
        if not has_data(run_tool(Path(asked.name), "--no-deps")):
            raise SystemExit(f"The source knows no fault of {FAULTY}: it has no data, and nothing was looked up.")


def main() -> None:
    """The command line: exits 1 with the faults."""
    ask_source()
    faults: list[str] = []
    for name in SETS:
        if name not in INCLUDED:
            wanted = {pin.name for pin in list_pins(name) if not pin.marker}
            faults += list_faults(run_tool(REQUIREMENTS / f"{name}.txt", "--require-hashes"), wanted=wanted)
    if faults:
        sys.exit("\n".join(dict.fromkeys(faults)))
    print("Every locked package was looked up; no fault is known.")


if __name__ == "__main__":
    main()
