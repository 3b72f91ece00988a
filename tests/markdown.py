"""Workbooks written as markdown: a heading names a sheet, a table is its cells from A1 on.

    ## Số liệu
    | @ma | @gia_tri |
    | A01 | 12       |
    | A02 | '1.234   |

A cell that reads as a number is a number, one that begins with ' is text, one with = a formula without a
stored value, anything else text; ¦ stands for a | in a text. `(ẩn)` behind a sheet's name hides the sheet.
"""

from __future__ import annotations

import io
import re

from openpyxl import Workbook

_NUMBER = re.compile(r"-?\d+(\.\d+)?")


def make_xlsx(text: str) -> bytes:
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    sheet = None
    row = 0
    for line in (each.strip() for each in text.splitlines()):
        if line.startswith("## "):
            name = line[3:]
            sheet = workbook.create_sheet(name.removesuffix(" (ẩn)"))
            sheet.sheet_state = "hidden" if name.endswith(" (ẩn)") else "visible"
            row = 0
        elif line.startswith("|") and sheet is not None:
            row += 1
            for column, cell in enumerate(line.strip("|").split("|"), start=1):
                if cell.strip():
                    _put(sheet.cell(row, column), cell.strip())
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


def _put(cell: object, text: str) -> None:
    if _NUMBER.fullmatch(text):
        cell.value = float(text) if "." in text else int(text)  # type: ignore[attr-defined]
    else:
        cell.value = text.removeprefix("'").replace("¦", "|")  # type: ignore[attr-defined]
        if not text.startswith("="):
            cell.data_type = "s"  # type: ignore[attr-defined]
