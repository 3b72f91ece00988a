"""Scripts of others in our pages: `make scripts` fetches them anew from npm, as `requirements/scripts.toml` names them.

They are kept in the repository, unchanged and with their licences, so that neither a build nor a page needs npm.
"""

from __future__ import annotations

import hashlib
import subprocess
import tarfile
import tempfile
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from infra.supply.locks import REQUIREMENTS, ROOT

VENDOR = ROOT / "chalicelib" / "web" / "static" / "vendor"
README = VENDOR / "README.md"


class Script(NamedTuple):
    """A package of npm. `sha256` is its archive's, `files` are the names here by their paths in the archive."""

    name: str
    version: str
    licence: str
    sha256: str
    source: str
    what: str
    files: Mapping[str, str]


def read_scripts(path: Path = REQUIREMENTS / "scripts.toml") -> list[Script]:
    return [Script(name, **table) for name, table in tomllib.loads(path.read_text("utf-8")).items()]


def make_parts(scripts: list[Script]) -> list[dict[str, Any]]:
    """The scripts as components of a CycloneDX bill. The functions carry them."""
    return [
        {
            "type": "library", "name": each.name, "version": each.version, "scope": "required",
            "bom-ref": f"npm {each.name}=={each.version}", "purl": f"pkg:npm/{each.name}@{each.version}",
            "licenses": [{"license": {"id": each.licence}}], "hashes": [{"alg": "SHA-256", "content": each.sha256}],
        }
        for each in scripts
    ]  # fmt: skip


def render_readme(scripts: list[Script]) -> str:
    """What lies in the folder: versions, licences, sources."""
    return "\n".join(
        (
            "# Scripts of others\n",
            "Served to the console's pages as they are, from our own origin. Written by `make scripts` from",
            "`requirements/scripts.toml`, which holds the hash of each archive.\n",
            "| script | version | licence | source | for |",
            "|---|---|---|---|---|",
            *(f"| {each.name} | {each.version} | {each.licence} | {each.source} | {each.what} |" for each in scripts),
            "\nSHA-256 of the files:\n",
            *(f"- `{name}`: `{hash_file(VENDOR / name)}`" for each in scripts for name in each.files.values()),
            "",
        )
    )


def hash_file(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def fetch(script: Script) -> Iterator[Path]:
    """Puts the files of one package into the folder. Raises SystemExit where the archive is another."""
    with tempfile.TemporaryDirectory() as folder:
        command = ["npm", "pack", "--silent", "--pack-destination", folder, f"{script.name}@{script.version}"]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        (archive,) = Path(folder).iterdir()
        if hash_file(archive) != script.sha256:
            raise SystemExit(f"npm's {script.name} {script.version} is not the one that was looked at")
        with tarfile.open(archive) as packed:
            for inside, name in script.files.items():
                stored = packed.extractfile(f"package/{inside}")
                assert stored is not None  # noqa: S101 - the archive is one that was looked at
                (VENDOR / name).write_bytes(stored.read())
                yield VENDOR / name


def main() -> None:
    """The command line: fetches all scripts and writes the folder's README.md."""
    scripts = read_scripts()
    for path in (path for script in scripts for path in fetch(script)):
        print(path.relative_to(ROOT))
    README.write_text(render_readme(scripts), "utf-8")


if __name__ == "__main__":
    main()
