"""A province's communes report their digital services to a department every quarter, and are scored and banded."""

from __future__ import annotations

from typing import Any

from chalicelib.domain.programme.model import Unit
from tests.invented.officer import PERIOD_HEADINGS, Mistakes, Row, Sheet, write_book

CODE = "dich-vu-so"
_MAIN = {
    "Mã chương trình": CODE, "Năm": 2026,
    "Tên chương trình": "Kế hoạch cung cấp dịch vụ công trực tuyến năm {year}",
    "Số văn bản": "18/KH-UBND", "Ngày ký": "20/01/2026", "Cơ quan cấp trên": "UBND TỈNH HẢI MINH",
    "Tên cơ quan (chữ in hoa)": "SỞ KHOA HỌC VÀ CÔNG NGHỆ", "Tên cơ quan trong câu": "Sở Khoa học và Công nghệ",
    "Tên viết tắt": "SKHCN", "Nơi ban hành": "Hải Minh", "Đầu mối hỗ trợ": "Phòng Chuyển đổi số",
    "Chức vụ người ký": "GIÁM ĐỐC", "Họ tên người ký": "(trống)",
    "Kính gửi": "UBND tỉnh Hải Minh", "Nơi nhận": "- Như trên;\n- UBND các xã, phường;\n- Lưu: VT.",
    "Chỉ tiêu vẽ biểu đồ": "A03, D01",
}  # fmt: skip

_NAMES = (
    "An Bình", "An Hòa", "Bình Minh", "Cẩm Sơn", "Đông Hải", "Đồng Tiến", "Hải Châu", "Hòa Lạc", "Hưng Long",
    "Kim Liên", "Long Sơn", "Minh Tân", "Nam Giang", "Phú Thịnh", "Quang Trung", "Tân Lập", "Thanh Hà", "Vạn Xuân",
)  # fmt: skip
UNITS = tuple(
    (f"{30001 + 3 * number}", name, f"{'Phường' if number < 3 else 'Xã'} {name}", "cap-xa")
    for number, name in enumerate(_NAMES)
)

_SCORE = "min(60; 0,5 * A02) + min(25; 5 * B01) + min(15; 3 * C01)"
_INDICATORS = (
    ("A01", "I. Hồ sơ", "Số hồ sơ tiếp nhận", "hồ sơ", "cộng dồn trong kỳ"),
    ("A02", "I. Hồ sơ", "Số hồ sơ tiếp nhận trực tuyến", "hồ sơ", "cộng dồn trong kỳ", "A01"),
    ("A03", "I. Hồ sơ", "Tỷ lệ hồ sơ trực tuyến", "%", "tỷ lệ", "", "A02 / A01", "Tốt từ 70%\nKhá từ 50%\nChưa đạt"),
    ("A04", "I. Hồ sơ", "Phí, lệ phí nộp trực tuyến", "đồng", "tiền"),
    ("B01", "II. Tuyên truyền", "Số buổi hướng dẫn Nhân dân", "buổi", "cộng dồn trong kỳ"),
    ("C01", "III. Nhân lực", "Số Tổ công nghệ số cộng đồng đang hoạt động", "tổ", "hiện có cuối kỳ"),
    ("D01", "IV. Điểm", "Điểm cung cấp dịch vụ công", "điểm", "điểm trung bình", "", _SCORE,
     "Tốt từ 80\nKhá từ 65\nTrung bình từ 50\nYếu"),
)  # fmt: skip


def write_communes(code: str = CODE, *, periods: tuple[Row, ...] = ()) -> bytes:
    """`periods` are rows of the sheet Kỳ, each in the place of a quarter that the rule makes."""
    rows = tuple((*row[:5], "cap-xa", *row[5:]) for row in _INDICATORS)
    return write_book(
        _MAIN | {"Mã chương trình": code},
        {
            "Loại đơn vị": Sheet("Mã | Tên loại", (("cap-xa", "Xã, phường"),)),
            "Đơn vị": Sheet("Mã | Tên gọi | Tên đầy đủ | Loại", UNITS),
            "Kỳ lặp lại": Sheet(
                "Mã | Tên kỳ | Lặp lại | Ngày cuối được gửi | Ngày chốt số liệu",
                (("quy-{number}", "Quý {roman} năm {year}", "quý", 20, 14),),
            ),
            "Kỳ": Sheet(PERIOD_HEADINGS, periods),
            "Chỉ tiêu": Sheet(
                "Mã | Nhóm | Nội dung | Đơn vị tính | Kiểu | Nơi báo cáo | Trong đó của | Cách tính | Xếp loại", rows
            ),
        },
    )


PERIOD = "quy-1"
WRONG: Mistakes = {
    "30007": ({"A02": 500}, "rule.broken"),
    "30016": ({"A04": "1,5 triệu hoặc hơn"}, "cell.other_unit"),
    "30028": ({"C01": None}, "cell.missing"),
}


def make_values(unit: Unit) -> dict[str, Any]:
    number = (int(unit.code) - 30001) // 3
    files = 120 + 7 * number
    return {
        "A01": files, "A02": files * (40 + 3 * number) // 100, "A04": files * 15_000, "B01": 1 + number % 5,
        "C01": 2 + number % 4,
    }  # fmt: skip
