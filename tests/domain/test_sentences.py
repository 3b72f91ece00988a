"""Sentences say what is known and nothing else."""

from __future__ import annotations

import re
from typing import ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.language.sentences import MARKER, find_codes, find_senders
from tests.domain.builders import say_sentence


class Words:
    """A, B and C are known, E is an estimate, Z is nought, X is not known."""

    known: ClassVar = {"A": "1.234", "B": "56", "C": "07", "E": "ước 120", "Z": "0", "ZZ": "0"}

    def say(self, marker: re.Match[str]) -> str | None:
        if marker["kind"]:
            return " (tăng 12,5%)" if marker["code"] == "A" else ""
        return self.known.get(marker["code"])

    def is_positive(self, marker: re.Match[str]) -> bool:
        return self.known.get(marker["code"], "0") != "0"

    def is_asked(self, marker: re.Match[str]) -> bool:
        return bool(marker)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("- Tổ chức [A] cuộc[A%]; phát [B] tờ[B%].", "- Tổ chức 1.234 cuộc (tăng 12,5%); phát 56 tờ."),
        ("- Tổ chức [X] cuộc; phát [B] tờ; [X] lượt; có [A] tin.", "- Phát 56 tờ; có 1.234 tin."),
        ("- Giao nộp: có [X] súng; có [B] đạn.", "- Giao nộp: có 56 đạn."),
        ("- Có [X] a; [X] b.", ""),
        ("- Phát huy vai trò của [Z] người có uy tín.", ""),
        ("- [?Z] có [Z] súng; [?B] có [B] đạn.", "- Có 56 đạn."),
        ("[?Z] Đã sơ kết; [?B] đã xây dựng xã điển hình.", "Đã xây dựng xã điển hình."),
        ("Không có số liệu nào ở đây; thế thôi.", "Không có số liệu nào ở đây; thế thôi."),
        ("Tỷ lệ [A].", "Tỷ lệ 1.234."),
        # An estimate stands before its verb
        ("- Hiện có [E] tổ; có [A] tin; mở [E] lớp.", "- Hiện ước có 120 tổ; có 1.234 tin; mở ước 120 lớp."),
        ("- Có [Z] tin; hiện có [E] tổ.", "- Hiện ước có 120 tổ."),
        # The verb of what has gone
        ("- Phát [Z] cuốn; [B] tờ rơi; làm [C] pa-nô.", "- Phát 56 tờ rơi; làm 07 pa-nô."),
        ("- Phát [Z] cuốn; [X] số; [B] tờ; [C] bản.", "- Phát 56 tờ; 07 bản."),
        ("- Phát [A] cuốn; làm [Z] pa-nô; [B] áp phích.", "- Phát 1.234 cuốn; làm 56 áp phích."),
        ("- Khen thưởng [Z] tập thể, [B] cá nhân.", "- Khen thưởng 56 cá nhân."),
        ("- Hiện có [Z] ban, [B] tổ với [C] thành viên.", "- Hiện có 56 tổ với 07 thành viên."),
        ("- Có [A] tin; giao nộp [Z] súng, [Z] lựu đạn, thu [B] đạn.", "- Có 1.234 tin; thu 56 đạn."),
        ("- Có [A] tổ; [X] tổ an ninh, trật tự với [X] người; [B] tổ.", "- Có 1.234 tổ; 56 tổ."),
        ("- Có [A] tổ an ninh, trật tự ở cơ sở với [B] người.", "- Có 1.234 tổ an ninh, trật tự ở cơ sở với 56 người."),
        ("1.1. Có [X] a; [B] b; gồm nhiều loại.", "1.1. Có 56 b; gồm nhiều loại."),
        ("- Có [A] cuộc, nhiều nhất là [B:cao nhất]; phát [Z:gồm].", "- Có 1.234 cuộc, nhiều nhất là 56."),
        # Items of a list
        ("- Có [A] tập thể, [Z] hộ, [C] cá nhân| đăng ký.", "- Có 1.234 tập thể, 07 cá nhân đăng ký."),
        ("- Có [A] tập thể, [B] hộ và [Z] cá nhân| đăng ký[A%].", "- Có 1.234 tập thể, 56 hộ đăng ký (tăng 12,5%)."),
        ("- Có [Z] tập thể, [Z] hộ| đăng ký; mở [C] lớp.", "- Mở 07 lớp."),
        # What says more about something
        ("- Tổ chức [A] cuộc, buổi[A%] với [Z] lượt người.", "- Tổ chức 1.234 cuộc, buổi (tăng 12,5%)."),
        ("- Tổ chức [Z] cuộc với [B] lượt người; phát [C] tờ.", "- Phát 07 tờ."),
        ("- Mở [A] lớp cho [B] người; trong đó có [Z] nữ.", "- Mở 1.234 lớp cho 56 người."),
        ("- Có [Z] tin; trong đó có [Z] tin giá trị; bắt [C] vụ.", "- Bắt 07 vụ."),
        ("- [A] tin đã xác minh, giải quyết, đạt tỷ lệ [Z].", "- 1.234 tin đã xác minh, giải quyết."),
        ("- Có [A] khu đăng ký, [B] khu được công nhận (tỷ lệ [Z] trên tổng số).",
         "- Có 1.234 khu đăng ký, 56 khu được công nhận."),
        ("- Có [A] khu (tỷ lệ [B] trên tổng số).", "- Có 1.234 khu (tỷ lệ 56 trên tổng số)."),
        ("- Tặng [Z] suất quà, trị giá [B] đồng; mở [A] lớp, thu hút [Z] người.", "- Mở 1.234 lớp."),
        ("- Tặng [A] suất quà, tổng trị giá [B] đồng.", "- Tặng 1.234 suất quà, tổng trị giá 56 đồng."),
        # "trong đó" and "với" reach over what they begin
        ("Xảy ra [A] vụ, trong đó có [Z] vụ cướp, [B] vụ trộm.", "Xảy ra 1.234 vụ, trong đó có 56 vụ trộm."),
        ("Xảy ra [A] vụ trong đó có [Z] vụ cướp và [B] vụ trộm.", "Xảy ra 1.234 vụ trong đó có 56 vụ trộm."),
        ("Xảy ra [A] vụ, trong đó: [Z] vụ cướp; [B] vụ trộm; [C] vụ khác.",
         "Xảy ra 1.234 vụ, trong đó: 56 vụ trộm; 07 vụ khác."),
        ("Xảy ra [A] vụ, trong đó: xử lý [Z] vụ; bàn giao [B] vụ.", "Xảy ra 1.234 vụ, trong đó: bàn giao 56 vụ."),
        ("Xảy ra [Z] vụ, trong đó: [X] vụ cướp; [B] vụ trộm.", ""),
        ("Có [A] vụ, trong đó có [Z] vụ cướp với [B] nạn nhân, [C] vụ trộm.",
         "Có 1.234 vụ, trong đó có 07 vụ trộm."),
        ("Có [A] vụ; trong đó có [Z] vụ cướp, [B] vụ trộm; bắt [C] người.",
         "Có 1.234 vụ; trong đó có 56 vụ trộm; bắt 07 người."),
        ("Mở [A] lớp cho [Z] cán bộ và [C] lượt người.", "Mở 1.234 lớp cho 07 lượt người."),
        ("Mở [Z] lớp cho [B] cán bộ và [C] lượt người.", ""),
        ("Mở [A] lớp với sự tham gia của [Z] người.", "Mở 1.234 lớp."),
        ("Xảy ra [A] vụ (trong đó [B] vụ cướp; [Z] vụ trộm).", "Xảy ra 1.234 vụ."),
        ("[Z] xã, [Z] phường| đã ký, đạt [B/A%].", ""),
        ("- [?Z] Đã sơ kết; [C] hội nghị.", "- 07 hội nghị."),
        ("- [?Z] Đã sơ kết (tại [Z] xã); [C] hội nghị.", "- 07 hội nghị."),
        ("- Làm [Z] pa-nô; l[A%]; [Z!] tờ.", "- L (tăng 12,5%); 0 tờ."),
        # Several sentences, and a space before a change
        ("- Xảy ra [Z] vụ. Thiệt hại [B] đồng. Không ai chết.", "- Thiệt hại 56 đồng. Không ai chết."),
        ("- Xảy ra [A] vụ. Thiệt hại [Z] đồng; nhẹ. Không ai chết.", "- Xảy ra 1.234 vụ."),
        ("Đã được chú trọng. Tổ chức [Z] buổi.", ""),
        ("Có [Z] vụ tại TP. Lạng Sơn, nhiều nơi.", ""),
        ("Đã có kế hoạch năm 2026. Tổ chức [Z] cuộc. Phát [B] tờ.", "Đã có kế hoạch năm 2026. Phát 56 tờ."),
        ("Mở [A] lớp đạt 95%. Tổ chức “Ngày hội”. Phát [Z] tờ. Có [B] số.",
         "Mở 1.234 lớp đạt 95%. Tổ chức “Ngày hội”. Có 56 số."),
        ("1. Theo kế hoạch của BCĐ. Mở [A] lớp! Phát [Z] tờ.", "1. Theo kế hoạch của BCĐ. Mở 1.234 lớp!"),
        ("- Có [B] buổi [B%]; [A] tờ [A%].", "- Có 56 buổi; 1.234 tờ (tăng 12,5%)."),
        # A nought that is asked for
        ("- Có [A] khu đăng ký, [Z!] khu được công nhận.", "- Có 1.234 khu đăng ký, 0 khu được công nhận."),
        ("- Có [X!] khu.", ""),
    ],
)  # fmt: skip
def test_a_sentence(written: str, said: str) -> None:
    assert say_sentence(written, Words()) == said


def test_codes_and_senders_are_found() -> None:
    written = "- [A/B] vụ, đạt [A/B%]; [C@xã]; [?Z] có [Z+]."
    assert find_codes(written) == ("A", "B", "A", "B", "C", "Z", "Z")
    assert find_senders(written) == ("xã",)


ends = st.sampled_from(
    [
        "",
        " a",
        " a (tỷ lệ [Z] b)",
        " với [Z] c",
        " cho [B] d",
        ", đạt [X] e",
        "[A%]",
        ", [Z] f, [C] g| h",
        " với [Z] m và [B] n",
        ", trong đó có [Z] q, [C] r",
        " (có [B] s; [Z] t)",
        ". Có [C] u",
    ]
)
begins = st.sampled_from(["có [A]", "[X]", "phát [B]", "[Z]", "[?Z] k", "trong đó có [C]", "l", "[Z!]", "làm [Z]"])
clauses = st.lists(st.builds(str.__add__, begins, ends), min_size=1, max_size=6)


@given(clauses)
def test_nothing_unknown_and_no_mark_is_ever_left(parts: list[str]) -> None:
    said = say_sentence(f"- {'; '.join(parts)}.", Words())
    assert not MARKER.search(said)
    assert not re.search(r"[;,]\s*[;,.]|\(\s*\)|  |\|", said)
    assert said.count("(") == said.count(")")
    assert said == "" or said.endswith(".")
    kept = re.findall(r"\d[\d.]*\d|\d", said)
    assert set(kept) <= {"1.234", "56", "07", "0", "12", "5"}
    assert ("0" in kept) <= ("[Z!]" in "".join(parts))
