"""Prints every page and sheet of the demonstration's edition to pictures with LibreOffice."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from infra.machine import ProgramMissing, find_program
from infra.package import ROOT

EDITION = ROOT / "out" / "edition"
PICTURES = ROOT / "out" / "pictures"
DOTS_PER_INCH = 80


def main() -> None:
    try:
        soffice, pdftoppm = find_program("soffice"), find_program("pdftoppm")
    except ProgramMissing as missing:
        sys.exit(str(missing))
    editions = sorted(EDITION.glob("bao-cao-tong-hop.*"))
    if not editions:
        sys.exit(f"There is no edition under {EDITION.relative_to(ROOT)}: `make demo` makes one")
    shutil.rmtree(PICTURES, ignore_errors=True)
    PICTURES.mkdir(parents=True)
    for path in editions:
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run(
                [soffice, f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", "pdf",
                 "--outdir", folder, str(path)], check=True, capture_output=True,
            )  # fmt: skip
            pdf = Path(folder) / f"{path.stem}.pdf"
            target = PICTURES / path.suffix.removeprefix(".")
            subprocess.run([pdftoppm, "-r", str(DOTS_PER_INCH), "-png", str(pdf), str(target)], check=True)
    pages = sorted(each.name for each in PICTURES.glob("*.png"))
    sys.stdout.write(f"{len(pages)} pictures under {PICTURES.relative_to(ROOT)}\n")


if __name__ == "__main__":
    main()
