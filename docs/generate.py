"""Writes the generated documents: `python -m docs.generate`. A test fails where they differ from the code."""

from __future__ import annotations

from pathlib import Path

from chalicelib.domain.issues.catalogue import AREAS, CATALOGUE, RETIRED

HERE = Path(__file__).parent
_HEAD = """# Mã lỗi và cảnh báo

Tài liệu này được sinh từ `chalicelib/domain/issues/catalogue.py` (`make docs`). Mã không đổi và không dùng lại.
Trong thông báo, phần trong ngoặc nhọn được thay bằng nội dung cụ thể; trước mỗi thông báo là địa chỉ: ô, trang tính,
tên chỉ tiêu.
"""
_TABLE_HEAD = ("| Mã | Mức | Thông báo | Nguyên nhân | Cách xử lý |", "|---|---|---|---|---|")
_SEVERITIES = {"error": "Lỗi", "warning": "Cảnh báo"}


def render_issues() -> str:
    """The catalogue as a page: one table to an area of codes."""
    parts = [_HEAD]
    for area, title in AREAS.items():
        rows = [(code, entry) for code, entry in CATALOGUE.items() if code.partition(".")[0] == area]
        if not rows:
            continue
        parts += [
            f"\n## {title} (`{area}.*`)\n",
            "| Mã | Mức | Thông báo | Nguyên nhân | Cách xử lý |",
            "|---|---|---|---|---|",
        ]
        parts += [
            f"| `{code}` | {_SEVERITIES[entry.severity]} | {entry.message} | {entry.cause} | {entry.remedy} |"
            for code, entry in rows
        ]
    if RETIRED:
        parts += ["\n## Mã đã thôi dùng\n", ", ".join(f"`{code}`" for code in sorted(RETIRED))]
    return "\n".join(parts) + "\n"


DOCUMENTS = {"issues.md": render_issues}


def main() -> None:
    for name, render in DOCUMENTS.items():
        (HERE / name).write_text(render(), "utf-8")


if __name__ == "__main__":
    main()
