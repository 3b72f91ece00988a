"""A filled-in workbook as its sender goes on to change it."""

from __future__ import annotations

import io
from collections.abc import Callable

from openpyxl import Workbook, load_workbook

Edit = Callable[[Workbook], None]


def edit(data: bytes, change: Edit) -> bytes:
    workbook = load_workbook(io.BytesIO(data))
    change(workbook)
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()
