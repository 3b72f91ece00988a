"""A ministry's half-year report over 34 provinces and their communes: two levels, 3,319 units, made by a script."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from chalicelib.domain.programme.model import Unit
from tests.invented.officer import PERIOD_HEADINGS, Mistakes, Row, Sheet, write_book

CODE = "nuoc-sach"
_MAIN = {
    "Mã chương trình": CODE, "Năm": 2026, "Tên chương trình": "Chương trình nước sạch nông thôn năm {year}",
    "Số văn bản": "210/QĐ-BNNMT", "Ngày ký": "02/01/2026", "Cơ quan cấp trên": "(trống)",
    "Tên cơ quan (chữ in hoa)": "BỘ NÔNG NGHIỆP VÀ MÔI TRƯỜNG", "Tên cơ quan trong câu": "Bộ Nông nghiệp và Môi trường",
    "Tên viết tắt": "BNNMT", "Nơi ban hành": "Hà Nội", "Đầu mối hỗ trợ": "Cục Quản lý công trình thủy lợi",
    "Quyền hạn ký": "KT. BỘ TRƯỞNG", "Chức vụ người ký": "THỨ TRƯỞNG", "Họ tên người ký": "(trống)",
    "Kính gửi": "Thủ tướng Chính phủ", "Nơi nhận": "- Như trên;\n- UBND các tỉnh, thành phố;\n- Lưu: VT.",
    "Loại đơn vị tính số chung": "xa", "Chỉ tiêu vẽ biểu đồ": "N03",
}  # fmt: skip

PROVINCES = 34
COMMUNES = 3_285
_TYPES = (("tinh", "Tỉnh, thành phố"), ("xa", "Xã, phường, đặc khu"))
_INDICATORS = (
    ("N01", "I. Cấp nước", "Số hộ nông thôn", "hộ", "hiện có cuối kỳ", "xa"),
    ("N02", "I. Cấp nước", "Số hộ được dùng nước sạch", "hộ", "hiện có cuối kỳ", "xa", "N01"),
    ("N03", "I. Cấp nước", "Tỷ lệ hộ được dùng nước sạch", "%", "tỷ lệ", "xa", "", "N02 / N01"),
    ("N04", "I. Cấp nước", "Số công trình cấp nước ngừng hoạt động", "công trình", "hiện có cuối kỳ", "xa"),
    ("P01", "II. Chỉ đạo", "Số cuộc kiểm tra của tỉnh", "cuộc", "cộng dồn trong kỳ", "tinh"),
    ("P02", "II. Chỉ đạo", "Kinh phí đã giải ngân", "đồng", "tiền", "tinh"),
)


def list_units() -> Iterator[Row]:
    """Provinces with codes of two digits, each followed by its communes with codes of five."""
    for number in range(1, PROVINCES + 1):
        province = f"{number:02}"
        yield province, f"Tỉnh {province}", f"Tỉnh {province}", "tinh"
        for commune in range(number, COMMUNES + 1, PROVINCES):
            yield f"{commune:05}", f"Xã {commune:04}", f"Xã {commune:04}", "xa", province


def write_ministry(code: str = CODE, *, periods: tuple[Row, ...] = ()) -> bytes:
    """`periods` are rows of the sheet Kỳ, each in the place of a half-year that the rule makes."""
    return write_book(
        _MAIN | {"Mã chương trình": code},
        {
            "Loại đơn vị": Sheet("Mã | Tên loại", _TYPES),
            "Đơn vị": Sheet("Mã | Tên gọi | Tên đầy đủ | Loại | Cấp trên", tuple(list_units())),
            "Kỳ lặp lại": Sheet(
                "Mã | Tên kỳ | Lặp lại | Ngày cuối được gửi",
                (("nua-{number}", "6 tháng lần {number} năm {year}", "6 tháng", 15),),
            ),
            "Kỳ": Sheet(PERIOD_HEADINGS, periods),
            "Chỉ tiêu": Sheet(
                "Mã | Nhóm | Nội dung | Đơn vị tính | Kiểu | Nơi báo cáo | Trong đó của | Cách tính", _INDICATORS
            ),
        },
    )


PERIOD = "nua-1"
WRONG: Mistakes = {"00035": ({"N02": 9_000}, "rule.broken")}


def make_values(unit: Unit) -> dict[str, Any]:
    number = int(unit.code)
    if unit.type == "tinh":
        return {"P01": number % 9, "P02": number * 150_000_000}
    households = 1_200 + number % 700
    return {"N01": households, "N02": households * (70 + number % 30) // 100, "N04": number % 2}
