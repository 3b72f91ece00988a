"""A mark of state secrecy is what a document carries as one; talk of secrecy is none."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.submission.secrecy import find_mark_in_name, find_secrecy_mark, leave_out_lists

MARKS = {
    "MẬT": "MẬT",
    "TỐI MẬT": "TỐI MẬT",
    "TUYỆT MẬT": "TUYỆT MẬT",
    "Mật": "MẬT",
    "Tối mật": "TỐI MẬT",
    "tuyệt mật": "TUYỆT MẬT",
    "M Ậ T": "MẬT",
    "M.Ậ.T": "MẬT",
    "T Ố I   M Ậ T": "TỐI MẬT",
    "\u00a0MẬT\u200b ": "MẬT",
    "ＭẬＴ": "MẬT",
    "MẠ\u0302T": "MẬT",
    "M\u200bA\u0302\u0323\u00adＴ": "MẬT",
    "(MẬT)": "MẬT",
    "[ TỐI MẬT ]": "TỐI MẬT",
    "*** MẬT ***": "MẬT",
    "“MẬT”": "MẬT",
    "MẬT.": "MẬT",
    "MẬT - HỎA TỐC": "MẬT",
    "TỐI MẬT, KHẨN": "TỐI MẬT",
    "Độ mật: MẬT": "MẬT",
    "Độ mật: Mật": "MẬT",
    "Độ mật: mật": "MẬT",
    "Ðộ mật - Tối mật": "TỐI MẬT",
    "ĐỘ MẬT: TUYỆT MẬT": "TUYỆT MẬT",
    "Dấu chỉ mức độ mật: Mật": "MẬT",
    "Độ mật của văn bản: Mật": "MẬT",
    "Số: 05/BC-BCĐ; độ mật: Tối mật; ngày 05/5": "TỐI MẬT",
    "BAN CHỈ ĐẠO 138\nMẬT": "MẬT",
    "MẬT\nSố: 05/BC-BCĐ": "MẬT",
    "TUYỆT\nMẬT": "TUYỆT MẬT",
    "Độ mật:\nMật": "MẬT",
    "Nguyễn Văn A:\nTỐI MẬT": "TỐI MẬT",
}
IN_LEGACY_FONTS = {"tèi mËt": "TỐI MẬT", "mËt": "MẬT", "TOÁI MAÄT": "TỐI MẬT", "MAÄT": "MẬT"}
NO_MARKS = [
    "",
    "mật",
    "mật ong",
    "Mật ong",
    "đường mật",
    "Xóm Mật",
    "Mật độ dân số",
    "MẬT ĐỘ DÂN SỐ",
    "Mật khẩu",
    "bảo mật",
    "BẢO MẬT",
    "bí mật nhà nước",
    "BÍ MẬT",
    "BÍ\nMẬT",
    "TÀI LIỆU BÍ\nMẬT NHÀ NƯỚC",
    "công tác bảo vệ bí mật nhà nước",
    "Tuyên truyền bảo vệ bí mật nhà nước",
    "Kiểm tra việc quản lý tài liệu tuyệt mật",
    "Văn bản TUYỆT MẬT số 1",
    "TUYÊN TRUYỀN VỀ TÀI LIỆU TUYỆT MẬT, TỐI MẬT, MẬT THEO LUẬT",
    "- TUYỆT MẬT\n- TỐI MẬT\n- MẬT",
    "Độ mật: Mật, Tối mật hoặc Tuyệt mật",
    "Độ mật: không",
    "Độ mật: mật độ dân số cao",
    "Luật quy định ba độ mật",
    "Công tác:\nMật độ dân cư",
]


@pytest.mark.parametrize(("text", "degree"), MARKS.items())
def test_a_mark_is_found_as_documents_carry_it(text: str, degree: str) -> None:
    assert find_secrecy_mark(text) == degree
    assert find_secrecy_mark(unicodedata.normalize("NFD", text)) == degree


@pytest.mark.parametrize(("text", "degree"), IN_LEGACY_FONTS.items())
def test_a_mark_in_a_font_of_the_time_before_unicode_is_found(text: str, degree: str) -> None:
    assert find_secrecy_mark(text) == degree


@pytest.mark.parametrize("text", NO_MARKS)
def test_talk_of_secrecy_is_no_mark(text: str) -> None:
    assert find_secrecy_mark(text) == ""


@pytest.mark.parametrize(
    ("name", "degree"),
    [
        ("MẬT.xlsx", "MẬT"),
        ("MẬT - báo cáo 6 tháng.xlsx", "MẬT"),
        ("Báo cáo 6 tháng (MẬT).xlsx", "MẬT"),
        ("Báo cáo 6 tháng MẬT.xlsx", "MẬT"),
        ("TỐI MẬT Báo cáo.ods", "TỐI MẬT"),
        ("BC_MẬT.xls", "MẬT"),
        ("bc-6-thang-mật.xlsx", "MẬT"),
        ("BC 6 tháng (Mật) - bản 2.xlsx", "MẬT"),
        (unicodedata.normalize("NFD", "Tuyệt mật - bc.xlsx"), "TUYỆT MẬT"),
        ("Số liệu.xlsx", ""),
        ("Báo cáo bí mật.xlsx", ""),
        ("Báo cáo BẢO MẬT.xlsx", ""),
        ("BÁO CÁO BẢO VỆ BÍ MẬT NHÀ NƯỚC.xlsx", ""),
        ("BÍ_MẬT_NHÀ_NƯỚC.xlsx", ""),
        ("MẬT_ĐỘ_DÂN_SỐ.xlsx", ""),
        ("Mật độ dân số.xlsx", ""),
        ("tuyệt mật, tối mật, mật.xlsx", ""),
        ("BC_MAT_TRAN_TO_QUOC.xlsx", ""),
    ],
)
def test_a_name_carries_a_mark_in_a_part_of_its_own(name: str, degree: str) -> None:
    assert find_mark_in_name(name) == degree


def test_cells_beside_each_other_that_name_several_degrees_are_a_list() -> None:
    heading = {(4, 2): "TUYỆT MẬT", (4, 4): "TỐI MẬT", (4, 5): "MẬT"}
    assert leave_out_lists(heading) == {}
    assert leave_out_lists(heading | {(40, 1): "MẬT"}) == {(40, 1): "MẬT"}
    assert leave_out_lists({(1, 1): "MẬT", (2, 1): "MẬT"}) == {(1, 1): "MẬT", (2, 1): "MẬT"}


@given(st.text(alphabet="MẬTmậtỐI ệ:độ\n.,()-_", max_size=120))
def test_any_text_is_answered(text: str) -> None:
    assert find_secrecy_mark(text) in ("", "MẬT", "TỐI MẬT", "TUYỆT MẬT")
    assert find_mark_in_name(text) in ("", "MẬT", "TỐI MẬT", "TUYỆT MẬT")
