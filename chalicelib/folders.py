"""Programmes as folders on disk: those shipped with the code, and the office's own."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from chalicelib.domain.programme.loading import PROGRAMME, decode_text, load_programme
from chalicelib.domain.programme.model import Programme

SHIPPED = Path(__file__).parent.parent / "forms"
_WORD = (".docx", ".doc", ".docm", ".dotx")
KEPT = (Path("var") / "forms", SHIPPED.parent / "var" / "forms")


def read_folder(folder: Path) -> dict[str, str]:
    """The texts of a programme's folder. Raises OSError, or ProgrammeInvalid for a file that is not UTF-8."""
    paths = sorted(path for path in folder.iterdir() if path.suffix in (".toml", ".csv"))
    return {path.name: _read_text(path) for path in paths}


def _read_text(path: Path) -> str:
    """With ends of lines as Python has them."""
    return decode_text(path.name, path.read_bytes()).replace("\r\n", "\n").replace("\r", "\n")


def read_documents(folder: Path) -> dict[str, bytes]:
    """The Word files of a programme's folder, templates for the most part, without the lock files of open ones."""
    found = sorted(path for path in folder.iterdir() if path.suffix.lower() in _WORD and not path.name.startswith("~$"))
    return {path.name: path.read_bytes() for path in found}


def find_folders() -> Iterator[Path]:
    """Every programme folder, in this order: those named in TONGHOP_FORMS, the office's own (below the current
    directory or beside the code), the shipped ones."""
    named = [Path(part) for part in os.environ.get("TONGHOP_FORMS", "").split(os.pathsep) if part]
    for root in dict.fromkeys(root.resolve() for root in (*named, *KEPT, SHIPPED)):
        if (root / PROGRAMME).is_file():
            yield root
        elif root.is_dir():
            yield from (folder for folder in sorted(root.iterdir()) if (folder / PROGRAMME).is_file())


def find_folder(code: str) -> Path | None:
    """The folder named `code`, or `code` itself if it is a path to a folder."""
    if (Path(code) / PROGRAMME).is_file():
        return Path(code)
    return next((folder for folder in find_folders() if folder.name == code), None)


def load_folder(folder: Path) -> Programme:
    """The programme in a folder. Raises ProgrammeInvalid with every mistake, file and row."""
    return load_programme(read_folder(folder))


def find_default() -> str:
    """The programme to use when none is named: the first shipped one, by name."""
    return min(path.parent.name for path in SHIPPED.glob(f"*/{PROGRAMME}"))
