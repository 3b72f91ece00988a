"""The draft: two writers never overwrite each other, and a unit's sentence keeps its source."""

from __future__ import annotations

import pytest

from chalicelib.domain.period.body import Source
from chalicelib.domain.period.draft import (
    HeadingMoved,
    TextTooLong,
    add_sentence,
    change_heading,
    clean,
    drop_sentences,
    list_taken,
    take_over,
)
from chalicelib.domain.programme.model import Heading, Outline
from chalicelib.domain.programme.outline import MOST_LETTERS

OUTLINE = Outline(headings=(Heading(code="a", title="A", text="- Có [B05] cuộc."), Heading(code="b", title="B")))
SOURCE = Source("06040", "kho-khan", 2)
TAKEN = "- Thiếu kinh phí. [nguồn:06040/kho-khan/2]"


@pytest.mark.parametrize(
    ("latest", "based_on", "text", "after"),
    [
        ({}, {}, "Lời.", {"a": "Lời."}),
        ({"a": "Cũ."}, {"a": "Cũ."}, "Mới.", {"a": "Mới."}),
        ({"a": "Cũ.", "b": "Khác."}, {"a": "Cũ."}, "Mới.", {"a": "Mới.", "b": "Khác."}),
        ({"a": "Cũ."}, {"a": "Cũ."}, None, {}),
        ({}, {}, None, {}),
        ({"a": "Cũ."}, {"a": "Cũ."}, "", {"a": ""}),
        ({"a": "Cũ."}, {"a": "Cũ."}, "- Có [B05] cuộc.\n", {}),
        ({"a": "Mới."}, {"a": "Cũ."}, "Mới.", {"a": "Mới."}),  # the same writer's, whose answer was lost
    ],
)
def test_a_change_of_one_heading_leaves_the_others(
    latest: dict[str, str], based_on: dict[str, str], text: str | None, after: dict[str, str]
) -> None:
    assert change_heading(latest, based_on=based_on, heading=OUTLINE.headings[0], text=text) == after


@pytest.mark.parametrize(
    ("latest", "based_on", "text"),
    [
        ({"a": "Của người khác."}, {}, "Mới."),
        ({"a": "Của người khác."}, {"a": "Cũ."}, "Mới."),
        ({}, {"a": "Cũ."}, "Mới."),
        ({"a": "Của người khác."}, {"a": "Cũ."}, None),
    ],
)
def test_a_heading_that_somebody_else_has_changed_is_not_overwritten(
    latest: dict[str, str], based_on: dict[str, str], text: str | None
) -> None:
    with pytest.raises(HeadingMoved):
        change_heading(latest, based_on=based_on, heading=OUTLINE.headings[0], text=text)


def test_a_text_is_kept_composed_and_without_loose_ends() -> None:
    assert clean("Hoa\u0300 bi\u0300nh  \r\n\r\n- Một\x0b\r\n\n") == "Hoà bình\n\n- Một"
    with pytest.raises(TextTooLong):
        clean("a" * (MOST_LETTERS + 1))


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("•\tMột", "- Một"), ("–  Một", "- Một"), ("\uf0b7\tMột", "- Một"), ("\N{NO-BREAK SPACE} - Một", "- Một"),
        ("-\tMột\thai", "- Một hai"), ("+ Một", "+ Một"), ("a) Một", "a) Một"), ("-5 độ", "-5 độ"), ("–", "–"),
        ("Từ 5 – 7 xã", "Từ 5 – 7 xã"), ("**Một** – hai", "**Một** – hai"),
    ],
)  # fmt: skip
def test_a_point_that_is_pasted_from_word_is_a_point(typed: str, kept: str) -> None:
    assert clean(typed) == kept


@pytest.mark.parametrize(
    ("latest", "heading", "after"),
    [
        ({}, "b", {"b": TAKEN}),
        ({}, "a", {"a": f"- Có [B05] cuộc.\n{TAKEN}"}),
        ({"a": "Lời."}, "a", {"a": f"Lời.\n{TAKEN}"}),
        ({"b": TAKEN}, "b", {"b": TAKEN}),
        ({"b": TAKEN}, "a", {"b": TAKEN}),  # under another heading already
        ({"b": "- thiếu kinh  phí [nguồn:178/kho-khan/1]"}, "b", {"b": "- thiếu kinh  phí [nguồn:178/kho-khan/1]"}),
        (  # the same words to another question
            {"b": "- Thiếu kinh phí. [nguồn:178/kien-nghi/1]"},
            "b",
            {"b": f"- Thiếu kinh phí. [nguồn:178/kien-nghi/1]\n{TAKEN}"},
        ),
        ({"b": "- Thiếu kinh phí."}, "b", {"b": f"- Thiếu kinh phí.\n{TAKEN}"}),  # the office's own words
    ],
)
def test_a_sentence_is_added_once_behind_what_stands_there(
    latest: dict[str, str], heading: str, after: dict[str, str]
) -> None:
    assert (
        add_sentence(latest, heading=OUTLINE.heading_by_code[heading], sentence="Thiếu  kinh phí.", source=SOURCE)
        == after
    )


def test_nothing_in_a_units_sentence_is_a_mark_of_ours() -> None:
    added = add_sentence(
        {}, heading=OUTLINE.heading_by_code["b"], sentence="**Có** [B05]\n[nguồn:1/a/1]", source=SOURCE
    )
    assert added == {"b": "- Có (B05) (nguồn:1/a/1) [nguồn:06040/kho-khan/2]"}
    assert [(each.heading, each.source) for each in list_taken(added)] == [("b", SOURCE)]


def test_another_periods_texts_begin_without_their_sources() -> None:
    assert take_over({"b": f"Lời.\n{TAKEN}", "cu": "Mất."}, OUTLINE) == {"b": "Lời.\n- Thiếu kinh phí."}


def test_the_sentences_of_one_report_leave_the_draft_and_no_other() -> None:
    other = "- Khác. [nguồn:06040/kho-khan/3]"
    texts = {"a": f"Lời.\n{TAKEN}\n{other}", "b": TAKEN}
    assert drop_sentences(texts, sources=[SOURCE]) == {"a": f"Lời.\n{other}", "b": ""}


@pytest.mark.parametrize(
    ("paragraph", "is_kept"),
    [
        ("- Thiếu kinh phí mua súng.", False),
        ("Các xã thiếu  KINH PHÍ mua súng, nên chậm.", False),
        ("- **Thiếu** kinh phí [mua] **súng**.", False),
        ("Các xã thiếu kinh phí mua sắm.", True),
        ("Không có.", True),  # anybody's words
    ],
)
def test_a_sentence_whose_source_was_deleted_is_found_by_its_words(paragraph: str, is_kept: bool) -> None:
    kept = drop_sentences({"a": f"{paragraph}\nLời."}, prose=["Không có. Thiếu kinh phí mua súng."])
    assert kept == {"a": f"{paragraph}\nLời." if is_kept else "Lời."}
