"""Pictures of the sổ for the guide, printed by LibreOffice: `python -m tests.invented.pictures` writes docs/images."""

from __future__ import annotations

import io
import subprocess
import tempfile
from pathlib import Path

import openpyxl
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from infra.machine import find_program
from infra.package import ROOT
from tests.invented.schools import write_schools

PICTURES = {"Chương trình": "so-chuong-trinh", "Chỉ tiêu": "so-chi-tieu"}
DOTS_PER_INCH = 110


def main() -> None:
    for sheet, name in PICTURES.items():
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "so.xlsx"
            path.write_bytes(_keep_sheet(write_schools(), sheet))
            _print(path, ROOT / "docs" / "images" / name)


def _keep_sheet(book: bytes, name: str) -> bytes:
    """The sổ with one sheet, and of that the columns in which something is filled in."""
    workbook = openpyxl.load_workbook(io.BytesIO(book))
    for sheet in workbook.worksheets:
        if sheet.title != name:
            workbook.remove(sheet)
    _hide_empty(workbook[name])
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


def _hide_empty(page: Worksheet) -> None:
    for column in range(1, page.max_column + 1):
        if all(page.cell(row, column).value is None for row in range(2, page.max_row + 1)):
            page.column_dimensions[get_column_letter(column)].hidden = True


def _print(path: Path, picture: Path) -> None:
    """The first page, without its margins. Raises ProgramMissing."""
    soffice, pdftoppm = find_program("soffice"), find_program("pdftoppm")
    command = [soffice, "--headless", "--convert-to", "pdf", "--outdir", str(path.parent), str(path)]
    subprocess.run(command, check=True, capture_output=True)
    area = ["-x", "70", "-y", "70", "-W", "1080", "-H", "470"]
    options = ["-png", "-singlefile", "-r", str(DOTS_PER_INCH), *area]
    subprocess.run([pdftoppm, *options, str(path.with_suffix(".pdf")), str(picture)], check=True)


if __name__ == "__main__":
    main()
