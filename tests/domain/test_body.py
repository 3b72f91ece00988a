"""The body says what is known under the outline's headings, with the office's own words in place of the defaults."""

from __future__ import annotations

import re
from typing import ClassVar

import pytest

from chalicelib.domain.period.body import Paragraph, Piece, Source, Unsaid, find_unsaid, write_body, write_text
from chalicelib.domain.programme.model import Heading, Outline
from chalicelib.domain.programme.outline import Passage, find_text_mistakes
from tests.domain.builders import make_indicator, make_programme


class Words:
    """A is known, Z is nought, X is not known, Q is asked of nobody."""

    known: ClassVar = {"A": "1.234", "Z": "0"}

    def say(self, marker: re.Match[str]) -> str | None:
        return self.known.get(marker["code"])

    def is_positive(self, marker: re.Match[str]) -> bool:
        return self.known.get(marker["code"], "0") != "0"

    def is_asked(self, marker: re.Match[str]) -> bool:
        return marker["code"] != "Q"


PASSAGES = {Passage.REPORTING: ["- Xã: 02."], Passage.TARGETS: []}


def make_outline(*headings: tuple[int, str, str]) -> Outline:
    made = [Heading(code=title.lower(), title=title, level=level, text=text) for level, title, text in headings]
    return Outline(headings=tuple(made), nothing="Không phát sinh.", unknown="Chưa có số liệu.")


def write(outline: Outline, **texts: str) -> list[str]:
    return [paragraph.text for paragraph in write_body(outline, texts, Words(), PASSAGES)]


@pytest.mark.parametrize(
    ("headings", "said"),
    [
        ([(1, "Một", "Có [A] cuộc.")], ["MỘT", "Có 1.234 cuộc."]),
        ([(1, "Một", "Có [Z] cuộc.")], ["MỘT", "Không phát sinh."]),
        ([(1, "Một", "Có [Z!] cuộc.")], ["MỘT", "Có 0 cuộc."]),
        ([(1, "Một", "Có [Z] cuộc; [X] lượt.")], ["MỘT", "Chưa có số liệu."]),
        ([(1, "Một", "Có [Q] cuộc.")], []),
        ([(1, "Một", "Mở đầu.\nCó [Z] cuộc.")], ["MỘT", "Mở đầu."]),
        ([(1, "Một", ""), (1, "Hai", "Lời.")], ["HAI", "Lời."]),
        ([(1, "Một", ""), (2, "Hai", "Lời.")], ["MỘT", "Hai", "Lời."]),
        ([(1, "Một", ""), (2, "Hai", ""), (3, "Ba", "Lời.")], ["MỘT", "Hai", "Ba", "Lời."]),
        ([(1, "Một", ""), (2, "Hai", ""), (3, "Ba", ""), (1, "Bốn", "Lời.")], ["BỐN", "Lời."]),
        (
            [(1, "Một", ""), (2, "Hai", ""), (2, "Ba", "Lời."), (3, "Bốn", "Lời."), (1, "Năm", ""), (2, "Sáu", "Lời.")],
            ["I. MỘT", "Ba", "Lời.", "Bốn", "Lời.", "II. NĂM", "Sáu", "Lời."],
        ),
    ],
)
def test_headings_with_nothing_to_say_say_so_once_or_fall(
    headings: list[tuple[int, str, str]], said: list[str]
) -> None:
    assert write(make_outline(*headings)) == said


@pytest.mark.parametrize(
    ("own", "said"),
    [
        ({"nothing": "Không có vụ nào."}, ["I. MỘT", "Không có vụ nào.", "II. HAI", "Chưa có số liệu."]),
        ({"unknown": "Chờ số liệu."}, ["I. MỘT", "Không phát sinh.", "II. HAI", "Chờ số liệu."]),
        ({"nothing": ""}, ["HAI", "Chưa có số liệu."]),
        ({"unknown": ""}, ["MỘT", "Không phát sinh."]),
    ],
)
def test_a_heading_may_say_in_its_own_words_that_nothing_is_left(own: dict[str, str], said: list[str]) -> None:
    texts = {"Một": "Có [Z] cuộc.", "Hai": "Có [X] cuộc."}
    headings = tuple(Heading(code=title.lower(), title=title, text=text, **own) for title, text in texts.items())
    assert write(Outline(headings=headings, nothing="Không phát sinh.", unknown="Chưa có số liệu.")) == said


def test_the_offices_own_text_stands_in_place_of_the_outlines() -> None:
    outline = make_outline((1, "Một", "Có [A] cuộc."), (1, "Hai", "Có [A] buổi."))
    said = write(outline, một="Lời của PV05.\n\n- Đã tổ chức [A] cuộc.")
    assert said == ["I. MỘT", "Lời của PV05.", "- Đã tổ chức 1.234 cuộc.", "II. HAI", "Có 1.234 buổi."]


def test_an_empty_text_of_the_offices_takes_the_heading_away() -> None:
    assert write(make_outline((1, "Một", "Có [A] cuộc."), (1, "Hai", "Lời.")), một="") == ["HAI", "Lời."]


def test_lines_of_the_periods_state_are_written_out() -> None:
    outline = make_outline((1, "Một", "Đầu.\n[Tình hình gửi báo cáo]"), (1, "Hai", "[kết quả thực hiện chỉ tiêu]"))
    assert write(outline) == ["MỘT", "Đầu.", "- Xã: 02."]


@pytest.mark.parametrize(
    ("line", "pieces"),
    [
        ("Có **[A] cuộc** lớn.", [Piece("Có "), Piece("1.234", is_bold=True, code="A"), Piece(" cuộc", is_bold=True),
                                  Piece(" lớn.")]),
        ("**Đậm**", [Piece("Đậm", is_bold=True)]),
        ("2 ** 3 và 4 ** 5", [Piece("2 ** 3 và 4 ** 5")]),
        ("{{ ky }} <b>[A]</b>", [Piece("{{ ky }} <b>"), Piece("1.234", code="A"), Piece("</b>")]),
        ("[A]", [Piece("1.234", code="A")]),
        ("**[A]**; phát [Z] tờ", [Piece("1.234", is_bold=True, code="A")]),
    ],
)  # fmt: skip
def test_pieces_keep_their_type_and_know_their_indicator(line: str, pieces: list[Piece]) -> None:
    assert list(write_text("mot", text=line, words=Words(), passages={})) == [Paragraph("mot", 0, tuple(pieces))]


def test_a_sentence_keeps_its_source_which_is_not_printed() -> None:
    (paragraph,) = write_text("mot", text="Còn khó khăn. [nguồn:06040/kho-khan/2]", words=Words(), passages={})
    assert paragraph.text == "Còn khó khăn."
    assert paragraph.sources == (Source("06040", "kho-khan", 2),)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Có [A] cuộc với [A!] lượt.", {}),
        ("Có [Z] cuộc; [X] lượt; [Z] buổi.", {Unsaid.NOUGHT: ("[Z]",), Unsaid.UNKNOWN: ("[X]",)}),
        ("Có [Z!] cuộc, [X!] lượt.", {Unsaid.UNKNOWN: ("[X!]",)}),
        ("[?Z] Đã sơ kết.", {Unsaid.NOUGHT: ("[?Z]",)}),
        ("Có [A] cuộc[X%], [Z/A] buổi.", {Unsaid.NOT_COMPARED: ("[X%]",), Unsaid.NOUGHT: ("[Z/A]",)}),
        ("Nhiều nhất: [X:cao nhất].", {Unsaid.NOT_ENOUGH: ("[X:cao nhất]",)}),
        ("Có [Q] cuộc.", {Unsaid.UNKNOWN: ("[Q]",)}),
    ],
)
def test_the_marks_that_say_nothing_now_are_told_with_the_reason(
    text: str, told: dict[Unsaid, tuple[str, ...]]
) -> None:
    assert find_unsaid(text, Words()) == told


def test_a_source_with_a_number_that_no_report_has_is_a_word_like_others() -> None:
    line = f"Lời. [nguồn:06040/kho-khan/{'9' * 5000}]"
    (paragraph,) = write_text("mot", text=line, words=Words(), passages={})
    assert (paragraph.text, paragraph.sources) == (line, ())


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("Có [A] cuộc[A%], [A/A@district%]; [?A] [A:cao nhất][A!].", []),
        ("Có [b05] cuộc.", ["“[b05]”"]),
        ("Có [A ] cuộc, [A@xã phường] buổi, [] lượt.", ["“[A ]”", "“[A@xã phường]”", "“[]”"]),
        ("Có [A cuộc; A] lượt (xem [A]).", ["“[A cuộc; A]”"]),
        ("Có [A cuộc", ["“[A cuộc”"]),
        ("Có A] cuộc", ["“]”"]),
        ("Còn khó khăn. [nguồn:06040/kho-khan/2]", []),
        ("Còn khó khăn. [nguồn: kho-khan]", ["“[nguồn: kho-khan]”"]),
        ("[tình hình gửi báo cáo]", []),
        ("[tình hình]", ["không có nội dung “[tình hình]”"]),
    ],
)
def test_what_stands_in_square_brackets_and_is_no_mark_is_told(line: str, told: list[str]) -> None:
    programme = make_programme([make_indicator("A")])
    found = [what for _, what in find_text_mistakes(programme, line)]
    assert [what[: len(begin)] for what, begin in zip(found, told, strict=True)] == told
