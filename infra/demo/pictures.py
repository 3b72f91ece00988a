"""Prints every page and sheet of editions to pictures with LibreOffice: `python -m infra.demo.pictures [FOLDER…]`.

Without a folder, those of the demonstration's edition; otherwise those of every edition below the folders, each beside
its files.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from infra.machine import ProgramMissing, find_program
from infra.package import ROOT

EDITION = ROOT / "out" / "edition"
PICTURES = ROOT / "out" / "pictures"
PRINTED = ("bao-cao-tong-hop.docx", "bao-cao-tong-hop.xlsx")
DOTS_PER_INCH = 80


def main() -> None:
    try:
        if len(sys.argv) > 1:
            count = sum(print_below(Path(folder)) for folder in sys.argv[1:])
        else:
            shutil.rmtree(PICTURES, ignore_errors=True)
            count = print_edition(EDITION, PICTURES)
    except ProgramMissing as missing:
        sys.exit(str(missing))
    if not count:
        sys.exit("There is no edition to print: `make demo` makes one under out/edition")
    sys.stdout.write(f"{count} pictures\n")


def print_below(folder: Path) -> int:
    """How many pictures of the editions below the folder were made. Raises ProgramMissing."""
    editions = sorted({path.parent for name in PRINTED for path in folder.rglob(name)})
    for edition in editions:
        shutil.rmtree(edition / "pictures", ignore_errors=True)
    return sum(print_edition(edition, edition / "pictures") for edition in editions)


def print_edition(edition: Path, pictures: Path) -> int:
    """How many pictures of one edition were made. Raises ProgramMissing."""
    soffice, pdftoppm = find_program("soffice"), find_program("pdftoppm")
    with tempfile.TemporaryDirectory() as folder:
        for pdf in _print_to_pdf(soffice, (edition / name for name in PRINTED), Path(folder)):
            pictures.mkdir(parents=True, exist_ok=True)
            subprocess.run([pdftoppm, "-r", str(DOTS_PER_INCH), "-png", str(pdf), str(pictures / pdf.parent.name)],
                           check=True)  # fmt: skip
    return len(list(pictures.glob("*.png")))


def _print_to_pdf(soffice: str, paths: Iterable[Path], folder: Path) -> Iterable[Path]:
    """A PDF of each of the files that there are, in a folder named after the file's kind."""
    for path in filter(Path.is_file, paths):
        place = folder / path.suffix.removeprefix(".")
        subprocess.run(
            [soffice, f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", "pdf",
             "--outdir", str(place), str(path)], check=True, capture_output=True,
        )  # fmt: skip
        yield place / f"{path.stem}.pdf"


if __name__ == "__main__":
    main()
