"""The files of an edition: their names and purposes."""

from __future__ import annotations

WORKBOOK = "bao-cao-tong-hop.xlsx"
DOCUMENT = "bao-cao-tong-hop.docx"
PDF = "bao-cao-tong-hop.pdf"
"""Beside the others where somebody asked for it; no edition of the store has it."""
JSON = "tong-hop.json"
FIGURES, TOTALS, TARGETS, STATUS, TEXTS = (
    "so-lieu.csv", "tong-hop.csv", "chi-tieu.csv", "tinh-hinh-nop.csv", "thuyet-minh.csv",
)  # fmt: skip
PACKAGE = "datapackage.json"

_ANY = "Tệp"
_TITLES = {
    WORKBOOK: "Sổ tổng hợp: số liệu, chỉ tiêu, tình hình nộp, nguồn của từng số (Excel)",
    DOCUMENT: "Báo cáo trình ký (Word)",
    PDF: "Báo cáo trình ký (PDF)",
    JSON: "Toàn bộ nội dung cho máy đọc (JSON)",
    FIGURES: "Từng số liệu của từng đơn vị (CSV)",
    TOTALS: "Các tổng (CSV)",
    TARGETS: "Chỉ tiêu của Chương trình (CSV)",
    STATUS: "Tình hình nộp (CSV)",
    TEXTS: "Phần thuyết minh của các đơn vị (CSV)",
    PACKAGE: "Mô tả các tệp CSV (Data Package)",
}


def name_table(code: str) -> str:
    """The file name of a repeating table of the forms."""
    return f"bang-{code}.csv"


def is_of_edition(name: str) -> bool:
    """Whether a file of this name is one that editions have."""
    return describe_file(name) != _ANY


def describe_file(name: str) -> str:
    """The description of any file of an edition, including files that only an earlier version of the code made."""
    if name in _TITLES:
        return _TITLES[name]
    return "Bảng kê của các đơn vị (CSV)" if name.endswith(".csv") else _ANY
