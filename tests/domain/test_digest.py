"""The digest: what several units wrote alike is one answer, "Không" is no answer, and nothing stands for a report that
is not there."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.domain.period.body import Source
from chalicelib.domain.period.consolidate import consolidate
from chalicelib.domain.period.consolidation import Consolidation
from chalicelib.domain.period.digest import Question, find_outdated, find_taken, read_digest, search
from chalicelib.domain.period.draft import render_source
from chalicelib.domain.programme.model import Duty, Narrative
from chalicelib.domain.submission.records import Figure, Review
from tests.domain.builders import NOW, make_form, make_indicator, make_programme, make_state, make_submission, make_unit

FIELD, OTHER = Narrative(code="kho-khan", label="Khó khăn, vướng mắc"), Narrative(code="kien-nghi", label="Kiến nghị")
NAMES = {"1": "Huyện Bình Gia", "2": "Huyện Đình Lập", "3": "Huyện Chi Lăng", "4": "Thành phố Lạng Sơn"}


def gather(
    said: dict[str, str | None],
    *,
    revisions: dict[str, int] | None = None,
    returned: str = "",
    field: str = FIELD.code,
    **more: Any,
) -> Consolidation:
    """Four units, of which these have reported; None is an empty cell. `more` is of their states."""
    programme = make_programme(
        form={"narratives": (FIELD, OTHER)}, units=tuple(make_unit(code, name) for code, name in NAMES.items())
    )
    states = [
        make_state(
            make_submission(
                (revisions or {}).get(unit, 1),
                unit=unit,
                narratives={field: Figure(value=text, sheet="Thuyết minh", cell="B4")} if text is not None else {},
            ),
            review=Review.RETURNED if unit == returned else Review.RECEIVED,
            **more,
        )
        for unit, text in said.items()
    ]
    return consolidate(programme, "nam", states, as_of=NOW)


def read(said: dict[str, str | None], **more: str) -> Question:
    return read_digest(gather(said, **more))[0]


def describe(question: Question) -> tuple[list[tuple[str, str]], str, str, str]:
    """Each opinion with its units; who wrote "Không", who wrote nothing, who has not reported."""
    opinions = [(each.text, "".join(each.units)) for each in question.opinions]
    return opinions, "".join(question.declined), "".join(question.blank), "".join(question.missing)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({}, ([], "", "", "1234")),
        ({"1": "Thiếu người.", "2": "Thiếu xe."}, ([("Thiếu người.", "1"), ("Thiếu xe.", "2")], "", "", "34")),
        # typed otherwise, the same; most often said first
        ({"1": "Xa.", "2": "Hoà giải.", "3": "-  HÒA giải"}, ([("Hoà giải.", "23"), ("Xa.", "1")], "", "", "4")),
        # other words are another answer
        ({"1": "Thiếu 15", "2": "Thiếu 1,5"}, ([("Thiếu 15", "1"), ("Thiếu 1,5", "2")], "", "", "34")),
        ({"1": "Không", "2": " ", "3": None, "4": "Không có khó khăn gì."}, ([], "14", "23", "")),
        ({"1": "Không có kiến nghị"}, ([("Không có kiến nghị", "1")], "", "", "234")),
    ],
)  # fmt: skip
def test_answers_stand_side_by_side_and_silence_apart(
    said: dict[str, str | None], expected: tuple[list[tuple[str, str]], str, str, str]
) -> None:
    assert describe(read(said)) == expected


def test_a_report_that_was_returned_says_nothing_that_counts() -> None:
    assert describe(read({"1": "Thiếu.", "2": "Không"}, returned="1")) == ([], "2", "", "134")


def test_each_field_of_the_forms_is_a_question_of_its_own() -> None:
    found = read_digest(gather({"1": "Tăng kinh phí."}, field=OTHER.code))
    assert [(each.narrative.code, len(each.opinions), each.blank) for each in found] == [
        ("kho-khan", 0, ("1",)),
        ("kien-nghi", 1, ()),
    ]


def test_a_sentence_says_who_wrote_it_and_where_it_stands() -> None:
    question = read_digest(gather({"1": "Thiếu xe. Thiếu người.", "2": "Xa. Thiếu xe"}, revisions={"1": 3}))[0]
    first = question.opinions[0]
    assert first.source == Source("1", "kho-khan", 3)
    assert [(each.text, each.units) for each in question.split(first)] == [
        ("Thiếu xe.", ("1", "2")),
        ("Thiếu người.", ("1",)),
    ]
    assert question.find_sentence(first.source, 1) == "Thiếu người."
    assert question.find_sentence(first.source, 2) is None
    assert question.find_sentence(first.source._replace(revision=2), 1) is None


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ("", ([("Thiếu người.", "1"), ("Đường xa.", "2")], "3", "", "4")),
        ("nguoi", ([("Thiếu người.", "1")], "", "", "")),
        ("DUONG  lap", ([("Đường xa.", "2")], "", "", "")),  # a word of the text, and one of the unit's name
        ("lang", ([], "3", "", "4")),
        ("xa người", ([], "", "", "")),
    ],
)
def test_what_is_looked_for_is_found_without_marks(
    wanted: str, expected: tuple[list[tuple[str, str]], str, str, str]
) -> None:
    question = read({"1": "Thiếu người.", "2": "Đường xa.", "3": "Không"})
    assert describe(search(question, wanted, names=NAMES)) == expected


def taken(text: str, unit: str = "1", revision: int = 1) -> str:
    return f"- {text} {render_source(Source(unit, FIELD.code, revision))}"


def test_a_sentence_in_the_draft_is_known_however_it_is_typed() -> None:
    question = read({"1": "**Thiếu** [xe].", "2": "Xa."})
    found = find_taken({"a": f"Lời.\n{taken('thiếu (xe)')}\n- Xa."})
    keys = [sentence.key for opinion in question.opinions for sentence in question.split(opinion)]
    assert [found.get((FIELD.code, key)) for key in keys] == ["a", None]  # the other one is the office's own


SAID = {"1": "Thiếu xe. Thiếu người.", "2": "Thiếu xe."}


@pytest.mark.parametrize(
    ("line", "revision", "returned", "expected"),
    [
        (taken("Thiếu xe."), 1, "", []),
        (taken("Thiếu nhiều xe."), 1, "", []),  # in the office's words, from the report that counts
        (taken("Thiếu xe."), 2, "", []),  # the newer report says it too
        (taken("Thiếu lương."), 2, "", [("Thiếu lương.", 2, "")]),
        (taken("Thiếu xe."), 1, "1", [("Thiếu xe.", 0, "2")]),
        (taken("Thiếu xe.", unit="4"), 1, "", [("Thiếu xe.", 0, "12")]),
        ("- Thiếu lương.", 2, "", []),
    ],
)
def test_the_office_is_told_of_a_sentence_that_its_unit_no_longer_says(
    line: str, revision: int, returned: str, expected: list[tuple[str, int, str]]
) -> None:
    now = gather({**SAID}, revisions={"1": revision}, returned=returned)
    found = find_outdated({"a": f"Lời.\n{line}"}, now)
    assert [(each.taken.text.removeprefix("- "), each.revision, "".join(each.others)) for each in found] == expected


def test_two_forms_with_one_field_are_one_question() -> None:
    forms = tuple(make_form([make_indicator("A1")], code=code, narratives=(FIELD,)) for code in ("bc", "kh"))
    duties = tuple(Duty(unit_type="district", period="nam", form=form.code) for form in forms)
    programme = make_programme(forms=forms, duties=duties)
    state = make_state(make_submission(unit="178", narratives={FIELD.code: Figure(value="Xa.", sheet="T", cell="B4")}))
    question = read_digest(consolidate(programme, "nam", [state], as_of=NOW))
    assert [describe(each) for each in question] == [([("Xa.", "178")], "", "", "180")]


def test_a_folders_reports_are_read_like_received_ones() -> None:
    """Nobody knows when a file of a folder came; what it says counts all the same."""
    found = gather({"1": "Thiếu người.", "2": "thiếu người", "3": "Không"}, timeliness=None)
    assert found.inputs == ()
    assert describe(read_digest(found)[0]) == ([("Thiếu người.", "12")], "3", "", "4")
