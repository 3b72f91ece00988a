"""A district's schools report their safety every month: answers, percentages, rows that are asked by an answer."""

from __future__ import annotations

from datetime import date
from typing import Any

from chalicelib.domain.programme.model import Unit
from tests.invented.officer import PERIOD_HEADINGS, Mistakes, Row, Sheet, write_book

CODE = "truong-an-toan"
_MAIN = {
    "Mã chương trình": CODE, "Năm": 2026,
    "Tên chương trình": "Kế hoạch xây dựng trường học an toàn năm {year}",
    "Số văn bản": "45/KH-UBND", "Ngày ký": "12/12/2025", "Cơ quan cấp trên": "UBND XÃ BÌNH AN",
    "Tên cơ quan (chữ in hoa)": "PHÒNG VĂN HÓA - XÃ HỘI", "Tên cơ quan trong câu": "Phòng Văn hóa - Xã hội",
    "Tên viết tắt": "VHXH", "Nơi ban hành": "Bình An", "Đầu mối hỗ trợ": "Bà Lê Thị Thu, chuyên viên",
    "Điện thoại hỗ trợ": "0200 000 001", "Chức vụ người ký": "TRƯỞNG PHÒNG",
    "Họ tên người ký": "(trống)", "Kính gửi": "UBND xã Bình An", "Nơi nhận": "Hiệu trưởng các trường\nLưu: VHXH",
    "Chỉ tiêu vẽ biểu đồ": "B01, A03",
}  # fmt: skip

_NAMES = (
    "Hoa Sen", "Hướng Dương", "Ánh Dương", "Sơn Ca", "Họa Mi", "Tuổi Thơ", "Bình Minh", "Kim Đồng", "Lê Văn Tám",
    "Võ Thị Sáu", "Trần Quốc Toản", "Nguyễn Bá Ngọc", "Lý Tự Trọng", "Phan Bội Châu", "Nguyễn Du", "Chu Văn An",
    "Nguyễn Trãi", "Lê Lợi", "Quang Trung", "Hai Bà Trưng",
)  # fmt: skip
UNITS = tuple(
    (f"T{number:02}", name, f"{'Trường Tiểu học' if number <= 12 else 'Trường THCS'} {name}", "truong")
    for number, name in enumerate(_NAMES, start=1)
)

_INDICATORS = (
    ("A01", "I. Học sinh", "Số học sinh đang học", "học sinh", "hiện có cuối kỳ"),
    ("A02", "I. Học sinh", "Số học sinh được học kỹ năng an toàn", "học sinh", "hiện có cuối kỳ", "A01"),
    ("A03", "I. Học sinh", "Tỷ lệ học sinh được học kỹ năng an toàn", "%", "tỷ lệ", "", "A02 / A01"),
    ("B01", "II. Tai nạn thương tích", "Số vụ tai nạn thương tích", "vụ", "cộng dồn trong kỳ"),
    ("B02", "II. Tai nạn thương tích", "Số vụ phải đến cơ sở y tế", "vụ", "cộng dồn trong kỳ", "B01", "", "B01 > 0"),
    ("B03", "II. Tai nạn thương tích", "Nơi xảy ra nhiều nhất", "", "lựa chọn", "", "", "B01 > 0",
     "Sân trường\nLớp học\nĐường đi học"),
    ("C01", "III. Phòng cháy", "Phương án chữa cháy còn hiệu lực", "", "có/không"),
    ("C02", "III. Phòng cháy", "Ngày diễn tập gần nhất", "", "ngày", "", "", "C01 = Có"),
    ("C03", "III. Phòng cháy", "Số bình chữa cháy", "bình", "hiện có cuối kỳ"),
    ("C04", "III. Phòng cháy", "Số bình còn hạn kiểm định", "bình", "hiện có cuối kỳ", "C03"),
    ("C05", "III. Phòng cháy", "Tỷ lệ bình còn hạn kiểm định", "%", "tỷ lệ", "", "C04 / C03"),
    ("D01", "IV. Bếp ăn", "Trường có bếp ăn bán trú", "", "có/không"),
    ("D02", "IV. Bếp ăn", "Số suất ăn phục vụ", "suất", "cộng dồn trong kỳ", "", "", "D01 = Có"),
    ("D03", "IV. Bếp ăn", "Số ngày không lưu mẫu thức ăn", "ngày", "cộng dồn trong kỳ", "", "", "D01 = Có"),
)  # fmt: skip


def write_schools(code: str = CODE, *, periods: tuple[Row, ...] = ()) -> bytes:
    """`periods` are rows of the sheet Kỳ, each in the place of a month that the rule makes."""
    rows = tuple((*row[:5], "truong", *row[5:]) for row in _INDICATORS)
    return write_book(
        _MAIN | {"Mã chương trình": code},
        {
            "Loại đơn vị": Sheet("Mã | Tên loại", (("truong", "Trường học"),)),
            "Đơn vị": Sheet("Mã | Tên gọi | Tên đầy đủ | Loại", UNITS),
            "Kỳ lặp lại": Sheet(
                "Mã | Tên kỳ | Lặp lại | Ngày cuối được gửi",
                (("thang-{number}", "Tháng {number} năm {year}", "tháng", 5),),
            ),
            "Kỳ": Sheet(PERIOD_HEADINGS, periods),
            "Chỉ tiêu": Sheet(
                "Mã | Nhóm | Nội dung | Đơn vị tính | Kiểu | Nơi báo cáo | Trong đó của | Cách tính | Chỉ hỏi khi"
                " | Lựa chọn",
                rows,
            ),
            "Quy tắc": Sheet(
                "Mã | Phép đối chiếu | Lời nhắc đơn vị | Mức",
                (("suat-an", "D02 <= 31 * A01", "Số suất ăn nhiều hơn mỗi học sinh một suất mỗi ngày.", "cảnh báo"),),
            ),
            "Thuyết minh": Sheet("Mã | Nội dung | Gợi ý", (("kien-nghi", "Khó khăn, kiến nghị", "Ghi ngắn gọn."),)),
        },
    )


PERIOD = "thang-3"
WRONG: Mistakes = {
    "T03": ({"A02": 999}, "rule.broken"),
    "T08": ({"C03": "khoảng 12"}, "cell.approximate"),
    "T11": ({"B01": None}, "cell.missing"),
    "T15": ({"C02": "tháng trước"}, "cell.not_a_date"),
}


def make_values(unit: Unit) -> dict[str, Any]:
    """As many pupils as the school has; an accident in every third one, no kitchen where pupils are older."""
    number = int(unit.code[1:])
    pupils, cylinders, has_kitchen = 180 + 13 * number, 6 + number % 5, number <= 12
    values: dict[str, Any] = {
        "A01": pupils, "A02": pupils - 9 * (number % 7), "B01": int(number % 3 == 0), "C01": number % 6 != 0,
        "C03": cylinders, "C04": cylinders - number % 3, "D01": has_kitchen,
    }  # fmt: skip
    values |= {"B02": 0, "B03": "Sân trường" if number % 2 else "Lớp học"} if values["B01"] else {}
    values |= {"C02": date(2026, 3, 1 + number)} if values["C01"] else {}
    return values | ({"D02": pupils * 20, "D03": 0} if has_kitchen else {})
