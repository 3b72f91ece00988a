"""Sentences say what is known and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.report.document.sentences import MARKER, render_sentence


class Words:
    """B05 and B12 are known, Z is nought, X is not known."""

    def __init__(self) -> None:
        self.known = {"B05": "1.234", "B12": "56", "Z": "0"}

    def number(self, code: str) -> str | None:
        return self.known.get(code)

    def change(self, code: str) -> str:
        return " (tăng 12,5%)" if code == "B05" else ""

    def is_positive(self, code: str) -> bool:
        return self.known.get(code, "0") != "0"


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("- Tổ chức [B05] cuộc[B05%]; phát [B12] tờ[B12%].", "- Tổ chức 1.234 cuộc (tăng 12,5%); phát 56 tờ."),
        ("- Tổ chức [X] cuộc; phát [B12] tờ; [X] lượt; có [B05] tin.", "- Phát 56 tờ; có 1.234 tin."),
        ("- Giao nộp: có [X] súng; có [B12] đạn.", "- Giao nộp: có 56 đạn."),
        ("- Có [X] a; [X] b.", ""),
        ("- [?Z] có [Z] súng; [?B12] có [B12] đạn.", "- Có 56 đạn."),
        ("[?Z] Đã sơ kết; [?B12] đã xây dựng xã điển hình.", "Đã xây dựng xã điển hình."),
        ("1.1. Có [X] a; [B05] b; gồm nhiều loại.", "1.1. 1.234 b; gồm nhiều loại."),
        ("Không có số liệu nào ở đây; thế thôi.", "Không có số liệu nào ở đây; thế thôi."),
        ("Tỷ lệ [B05].", "Tỷ lệ 1.234."),
    ],
)
def test_a_sentence(written: str, said: str) -> None:
    assert render_sentence(written, Words()) == said


clauses = st.lists(st.sampled_from(["có [B05] a", "[X] b[X%]", "phát [B12] c[B12%]", "[?Z] d", "e"]), min_size=1)


@given(clauses)
def test_no_marker_and_no_unknown_figure_is_ever_left(parts: list[str]) -> None:
    said = render_sentence(f"- {'; '.join(parts)}.", Words())
    assert not MARKER.search(said)
    assert ";;" not in said
    assert ";." not in said
    assert " b" not in said.replace(" bb", "")
