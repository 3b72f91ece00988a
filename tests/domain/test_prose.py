"""What units write in fields of prose: its sentences, the same said twice, and nothing said."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.language.prose import make_prose_key, says_nothing, split_sentences

SPLIT: list[tuple[str, list[str]]] = [
    ("Tổ chức 05 buổi. Phát 200 tờ rơi.", ["Tổ chức 05 buổi.", "Phát 200 tờ rơi."]),
    ("- Tổ chức 05 buổi;\n+ Phát 200 tờ rơi.", ["Tổ chức 05 buổi", "Phát 200 tờ rơi."]),
    ("Cụ thể: - tổ chức 05 buổi; - phát 200 tờ", ["Cụ thể: - tổ chức 05 buổi", "phát 200 tờ"]),
    ("Tổ chức 05 buổi; phát 200 tờ rơi.", ["Tổ chức 05 buổi; phát 200 tờ rơi."]),  # clauses of one sentence
    ("1. Tuyên truyền\n2.1. Kết quả đạt 95%. a) Tồn tại", ["Tuyên truyền", "Kết quả đạt 95%. a) Tồn tại"]),
    ("Tổ chức 05 buổi\r\ntại 3 xã.\r\n\r\nPhát tờ rơi", ["Tổ chức 05 buổi tại 3 xã.", "Phát tờ rơi"]),
    ("Đạt 95%. Các xã (05 xã). Thêm “Xã.” Sau đó", ["Đạt 95%.", "Các xã (05 xã).", "Thêm “Xã.”", "Sau đó"]),
    ("Từ năm 2022. Trong đó có 1.234 vụ, 12.5 tỷ", ["Từ năm 2022.", "Trong đó có 1.234 vụ, 12.5 tỷ"]),
    ("Tại TP. Lạng Sơn, Tp. Lạng Sơn, P. Vĩnh Trại", ["Tại TP. Lạng Sơn, Tp. Lạng Sơn, P. Vĩnh Trại"]),
    ("KT. TRƯỞNG BAN, đ/c. Trưởng ban, v.v. Các xã", ["KT. TRƯỞNG BAN, đ/c. Trưởng ban, v.v. Các xã"]),
    ("Của BCĐ. Các xã, NXB. Chính trị", ["Của BCĐ.", "Các xã, NXB. Chính trị"]),
    ("Giữ vững ANTT. Các xã đã làm", ["Giữ vững ANTT.", "Các xã đã làm"]),
    ("Chỉ thị 35/CT-TTg. Tổ chức tốt!  Rất tốt… Hết", ["Chỉ thị 35/CT-TTg.", "Tổ chức tốt!", "Rất tốt…", "Hết"]),
    ("Kết quả tốt. - Hạn chế: ít", ["Kết quả tốt.", "Hạn chế: ít"]),
    ("-5 vụ so với cùng kỳ", ["-5 vụ so với cùng kỳ"]),
    (" \n- \n;", []),
]


@pytest.mark.parametrize(("text", "sentences"), SPLIT)
def test_a_text_is_cut_where_its_sentences_end(text: str, sentences: list[str]) -> None:
    assert split_sentences(text) == sentences


@given(st.text(alphabet="aĐộ T.;-–!…)“ \n1%", max_size=40))
def test_no_letter_is_lost_and_none_is_added(text: str) -> None:
    """Only bullets, numbers of points and stops between points go."""
    told = "".join("".join(split_sentences(text)).split())
    assert [each for each in told if each in "ĐộT%"] == [each for each in text if each in "ĐộT%"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Thiếu kinh phí.", " thiếu  KINH phí"),
        ("Địa bàn rộng, hoà giải khó", "- Địa bàn rộng, hòa giải khó;"),
        ("Thiếu\nkinh phí", "Thiếu kinh phí…"),
        (unicodedata.normalize("NFD", "Thiếu kinh phí"), "1. Thiếu kinh phí"),
    ],
)
def test_what_differs_only_in_typing_is_the_same(one: str, other: str) -> None:
    assert make_prose_key(one) == make_prose_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Thiếu 15 người", "Thiếu 1.5 người"),
        ("Thiếu người", "Thiêu người"),
        ("Giảm -5 vụ", "Giảm 5 vụ"),
        ("3-5", "3,5"),
    ],
)
def test_what_says_something_else_is_not_the_same(one: str, other: str) -> None:
    assert make_prose_key(one) != make_prose_key(other)


LABEL = "Khó khăn, vướng mắc và nguyên nhân"


@pytest.mark.parametrize(
    "text",
    ["Không", "KHÔNG.", "không có", "Không có;", "-", " – ", "0", "Không phát sinh", "Không có gì",
     "Không có khó khăn, vướng mắc.", "- Không có khó khăn nào"],
)  # fmt: skip
def test_no_is_no_whatever_words_it_is_said_in(text: str) -> None:
    assert says_nothing(text, about=LABEL)


@pytest.mark.parametrize(
    "text",
    ["", " ", ".", "/", "x", "Có", "Chưa có", "Không đủ kinh phí", "Không có kiến nghị", "Khó khăn, vướng mắc",
     "Không có khó khăn, vướng mắc lớn", "Kinh phí không có"],
)  # fmt: skip
def test_what_says_more_than_no_is_read(text: str) -> None:
    assert not says_nothing(text, about=LABEL)
