"""What the head of office reads before signing: sentences and names as a careful official writes them."""

from __future__ import annotations

from functools import cache

import pytest

from chalicelib.domain.period.body import find_outline, write_body
from chalicelib.domain.period.consolidation import Consolidation
from chalicelib.domain.period.figure_words import FigureWords
from chalicelib.domain.programme.outline import Passage
from chalicelib.report.document.wording import make_context, write_passages
from tests.report.documents import SITUATIONS, Situation


@cache
def find_situation(name: str) -> Situation:
    return SITUATIONS[name]()


def find(name: str) -> Consolidation:
    return find_situation(name).consolidation


def read_body(name: str) -> list[str]:
    made = find(name)
    return [each.text for each in write_body(find_outline(made.tally), {}, FigureWords(made), write_passages(made))]


def test_a_body_keeps_its_capitals_and_a_type_of_units_has_none_within_a_sentence() -> None:
    context = make_context(find("noughts"), find_situation("noughts").edition)
    assert context["nguon_so_lieu"] == (
        "13/13 báo cáo của xã, phường; 20/20 báo cáo của sở, ban, ngành, đoàn thể; "
        "01/01 báo cáo của Bộ đội Biên phòng; 02/02 báo cáo của Ban Chỉ đạo 138 tỉnh, Công an tỉnh"
    )


def test_a_target_that_concerns_nobody_is_not_counted() -> None:
    said = write_passages(find("noughts"))[Passage.TARGETS]
    assert said
    assert all(text.endswith(": Không phát sinh.") for text in said)


def test_units_without_a_report_are_named_once_and_not_with_every_target() -> None:
    passages = write_passages(find("four-of-eleven"))
    assert sum("Cao Lộc, Văn Quan, Bắc Sơn" in text for text in passages[Passage.REPORTING]) == 1
    targets = passages[Passage.TARGETS]
    assert not [text for text in targets if "Cao Lộc" in text]
    assert targets[0].endswith(". 07 đơn vị thiếu số liệu.")


def test_the_line_of_all_types_names_no_unit_again() -> None:
    *_, commune, _, everyone = ["", *write_passages(find("sixty-five-communes"))[Passage.REPORTING]]
    assert commune.endswith("chưa có 01 (1,5%): Thất Khê.")
    assert everyone == "- Tổng cộng: phải gửi 67 báo cáo; đúng hạn 66 (98,5%); chưa có 01 (1,5%)."


def test_a_heading_of_which_nothing_is_asked_falls() -> None:
    body = read_body("sixty-five-communes")
    assert not [text for text in body if "an ninh biên giới" in text or text == "Chưa có số liệu."]


@pytest.mark.parametrize("name", ["full", "four-of-eleven", "sixty-five-communes", "two-levels"])
def test_no_sentence_has_brackets_side_by_side_or_an_estimate_behind_its_verb(name: str) -> None:
    body = read_body(name)
    assert not [text for text in body if ") (" in text or "có ước" in text or "()" in text]


def test_the_opening_tells_once_what_changes_are_measured_against() -> None:
    """The year of 2026 has no year before: what stands at its end is compared with the middle of the year."""
    context = make_context(find("full"), find_situation("full").edition)
    assert context["so_sanh"] == {"co": True, "ky": "6 tháng đầu năm 2026", "da_chia": ""}
    body = read_body("full")
    assert any("(tăng " in text for text in body)
    assert not [text for text in body if "so với 6 tháng" in text]


def test_places_within_a_sentence_have_a_small_letter() -> None:
    context = make_context(find("sixty-five-communes"), find_situation("sixty-five-communes").edition)
    assert context["so_sanh"]["da_chia"] == "xã Bính Xá, xã Kiên Mộc"
