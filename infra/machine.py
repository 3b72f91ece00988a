"""The programs that the machine needs beside Python and make: `python3 -m infra.machine test` lists the missing
ones, and installs them as root.

The Makefile, CI and error messages use this one list. It runs before the environment exists, so it uses only the
standard library.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from typing import NamedTuple


class Package(NamedTuple):
    """A Debian package. `shown_by`: a program, or the module after "module:"; without one, dpkg is asked."""

    name: str
    wanted_by: frozenset[str]
    shown_by: str = ""


_ALL = frozenset({"setup", "pictures", "test", "e2e"})
_OFFICE = frozenset({"pictures", "test"})
_BROWSER = frozenset({"e2e"})

PACKAGES = (
    Package("python3-venv", _ALL, "module:ensurepip"),
    Package("git", frozenset({"test"}), "git"),
    Package("libreoffice-calc", _OFFICE, "localc"),
    Package("libreoffice-writer", _OFFICE, "lowriter"),
    Package("poppler-utils", _OFFICE, "pdftoppm"),
    Package("fonts-liberation", _OFFICE | _BROWSER),
    Package("fonts-dejavu-core", _OFFICE | _BROWSER),
    Package("default-jre-headless", frozenset({"test"}), "java"),
    Package("chromium", _BROWSER, "chromium"),
    # A Node.js from another source brings its own npm, which conflicts with Debian's.
    Package("npm", _BROWSER | {"test"}, "npm"),
)

_WITHOUT = "\n`make demo` and `make test-fast` need neither LibreOffice, nor Java, nor a browser."

_PACKAGES_BY_PROGRAM = {
    "soffice": ("libreoffice-calc", "libreoffice-writer"),
    "pdftoppm": ("poppler-utils",),
    "java": ("default-jre-headless",),
}


class ProgramMissing(Exception):
    """A program is missing on this machine; the message names its packages and how to install them."""


def find_program(name: str) -> str:
    """The path of the program. Raises ProgramMissing."""
    found = shutil.which(name)
    if found is None:
        raise ProgramMissing(f"{name} is not installed. {render_remedy(_PACKAGES_BY_PROGRAM.get(name, (name,)))}")
    return found


def render_remedy(packages: Iterable[str]) -> str:
    return f"Install it as root:\n  {' '.join(_make_command(packages))}"


def _make_command(packages: Iterable[str]) -> list[str]:
    return ["apt-get", "install", "--yes", "--no-install-recommends", *packages]


def find_missing(purposes: Iterable[str]) -> list[str]:
    """The packages that any of the purposes needs and the machine lacks."""
    return [each.name for each in PACKAGES if each.wanted_by & set(purposes) and not is_there(each)]


def is_there(package: Package) -> bool:
    if package.shown_by.startswith("module:"):
        importlib.invalidate_caches()
        return importlib.util.find_spec(package.shown_by.removeprefix("module:")) is not None
    if package.shown_by:
        return shutil.which(package.shown_by) is not None
    return _is_installed(package.name)


def _is_installed(package: str) -> bool:
    """Whether dpkg has the package; assumed true on a system without dpkg."""
    if shutil.which("dpkg-query") is None:
        return True
    asked = subprocess.run(["dpkg-query", "-W", "-f=${Status}", package], capture_output=True, text=True, check=False)
    return "ok installed" in asked.stdout


def install(packages: list[str]) -> None:
    """Runs apt-get; exits with its message if it fails."""
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["apt-get", "update", "-qq"], _make_command(packages)):
        done = subprocess.run(
            command, env=quiet, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
        )
        if done.returncode:
            sys.exit(f"{' '.join(command)} failed:\n{done.stdout}")


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python3 -m infra.machine", description="What the machine must have.")
    parser.add_argument("purposes", nargs="+", choices=sorted(_ALL), metavar="|".join(sorted(_ALL)))
    purposes = parser.parse_args().purposes
    missing = find_missing(purposes)
    if not missing:
        return
    print(f"Missing for make {' and '.join(purposes)}: {' '.join(missing)}", flush=True)
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        sys.exit(render_remedy(missing) + ("" if purposes == ["setup"] else _WITHOUT))
    print("Installing them with apt-get: a few minutes", flush=True)
    install(missing)
    left = find_missing(purposes)
    if left:
        sys.exit(f"Still missing after apt-get install: {' '.join(left)}. Is {sys.executable} Debian's Python?")


if __name__ == "__main__":
    main()
