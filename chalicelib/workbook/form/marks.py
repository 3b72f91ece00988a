"""The marks that the template writes into a workbook, by which the reader identifies the form and its cells.

There are three, each sufficient alone: the very hidden sheet `_tonghop`, a printed line above each table of
figures, and in every sheet a hidden row of column tokens ("@ma", "@gia_tri", …) beside the column of codes.
They move with their rows and columns when a sheet is renamed or sorted, or rows and columns are inserted.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from chalicelib.domain.language.spelling import make_key

META_SHEET = "_tonghop"
LISTS_SHEET = "_danh_muc"
SUMMARY_SHEET = "Kết quả kiểm tra"
"""The sheet that a marked copy adds; ignored when the corrected workbook comes back."""

OWN_SHEETS = frozenset(make_key(name) for name in (META_SHEET, LISTS_SHEET, SUMMARY_SHEET))
"""The keys of sheets that hold no figures."""

CODE = "@ma"
VALUE = "@gia_tri"
ESTIMATE = "@uoc"
NUMBER = "@tt"
LABEL = "@chi_tieu"
MEASURE_UNIT = "@don_vi_tinh"
PREVIOUS = "@ky_truoc"
LAST_YEAR = "@cung_ky"
REMARK = "@ghi_chu"
NOTHING = "Không phát sinh"
"""What is printed beside the mark of a section; the mark's row is found by the section's code."""
TABLE_PREFIX = "@bang:"


class Identity(NamedTuple):
    """The form of a workbook, its unit and its period."""

    programme: str
    form: str
    version: int
    unit: str
    period: str


_LINE = re.compile(
    r"Mã biểu: (?P<form>[\w-]+) \| Phiên bản: (?P<version>\d{1,4}) \| Chương trình: (?P<programme>[\w-]+)"
    r" \| Đơn vị: (?P<unit>[\w-]+) \| Kỳ: (?P<period>[\w-]+)"
)


def render_line(identity: Identity) -> str:
    """The printed mark. It survives if only the sheet of figures is copied into another workbook."""
    return (
        f"Mã biểu: {identity.form} | Phiên bản: {identity.version} | Chương trình: {identity.programme}"
        f" | Đơn vị: {identity.unit} | Kỳ: {identity.period}"
    )


def parse_line(text: str) -> Identity | None:
    match = _LINE.search(text)
    if match is None:
        return None
    return Identity(match["programme"], match["form"], int(match["version"]), match["unit"], match["period"])
