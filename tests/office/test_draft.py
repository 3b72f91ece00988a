"""The office's draft: kept in versions, changed by two at once without loss, and never a cause of an edition."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chalicelib.domain.audit import Action, AuditLine, Stamp, make_line
from chalicelib.domain.period.body import Source
from chalicelib.domain.period.draft import Draft, DraftVersion
from chalicelib.domain.programme.model import Heading, Outline, Programme
from chalicelib.domain.programme.outline import MOST_LETTERS
from chalicelib.office.draft import HeadingTaken, OutlinedReport, find_draft, find_start, save_heading, take_sentence
from chalicelib.office.refusals import Mistaken, Refusal, Unknown
from chalicelib.store import drafts
from tests.office.audit import read_audit
from tests.store.engine import counted

OUTLINE = Outline(headings=(Heading(code="a", title="A", text="Sẵn."), Heading(code="b", title="B")))

YEAR = timedelta(days=365)


@pytest.fixture
def report(programme: Programme) -> OutlinedReport:
    return OutlinedReport(programme, programme.periods[-1], OUTLINE)


def save(
    report: OutlinedReport, stamp: Stamp, *, heading: str = "a", text: str | None = "Lời.", based_on: int = 0
) -> int:
    """The number of the version that was made; 0 if none was."""
    kept = save_heading(report, heading=heading, text=text, based_on=based_on, stamp=stamp)
    return kept.number if kept else 0


def find_texts(report: OutlinedReport) -> dict[str, str]:
    draft = find_draft(report.programme.code, period=report.period.code)
    return draft.texts if draft else {}


def list_versions(report: OutlinedReport) -> list[DraftVersion]:
    return drafts.list_versions(report.programme.code, period=report.period.code)


def test_each_text_is_a_version_with_who_and_when_and_a_line_of_the_audit(report: OutlinedReport, stamp: Stamp) -> None:
    assert [save(report, stamp), save(report, stamp, text="Khác.", based_on=1)] == [1, 2]
    versions = list_versions(report)
    assert [(each.number, each.by, each.at, each.heading) for each in versions] == [
        (1, stamp.actor, stamp.at, "a"),
        (2, stamp.actor, stamp.at, "a"),
    ]
    kept = [drafts.find_draft(each.programme, period=each.period, number=each.number) for each in versions]
    assert [draft and draft.texts for draft in kept] == [{"a": "Lời."}, {"a": "Khác."}]
    assert sorted(read_audit("draft.saved")) == [
        (stamp.actor, "draft.saved", f"nam {number}", {"heading": "a"}) for number in (1, 2)
    ]


def test_saving_the_same_text_again_makes_no_version(report: OutlinedReport, stamp: Stamp) -> None:
    assert [save(report, stamp), save(report, stamp, based_on=1), save(report, stamp)] == [1, 0, 0]
    assert len(list_versions(report)) == 1
    assert len(read_audit("draft.saved")) == 1


@pytest.mark.parametrize("text", ["Sẵn.", "Sẵn. \r\n", None])
def test_the_outlines_text_where_there_is_no_draft_makes_none(
    report: OutlinedReport, stamp: Stamp, text: str | None
) -> None:
    assert save(report, stamp, text=text) == 0
    assert find_draft(report.programme.code, period=report.period.code) is None
    assert read_audit("draft.saved") == []


def test_the_list_of_versions_reads_no_text(report: OutlinedReport, stamp: Stamp) -> None:
    """Texts that are too large for an item lie in S3."""
    many = tuple(Heading(code=f"muc-{number}", title="Mục") for number in range(24))
    large = report._replace(outline=Outline(headings=many))
    texts = {each.code: "ộ" * MOST_LETTERS for each in many[1:]}
    draft = Draft(programme=report.programme.code, period=report.period.code, number=1, by="x", at=stamp.at,
                  heading="muc-1", texts=texts)  # fmt: skip
    drafts.put_draft(draft, make_line(Action.DRAFT_SAVED, "nam 1", programme=draft.programme, stamp=stamp))
    save(large, stamp, heading="muc-0", based_on=1)
    with counted() as calls:
        versions = list_versions(report)
    assert calls == ["Query"]
    assert [each.heading for each in versions] == ["muc-1", "muc-0"]
    assert find_texts(report) == {**texts, "muc-0": "Lời."}


def test_two_who_write_different_headings_both_keep_theirs(report: OutlinedReport, stamp: Stamp) -> None:
    save(report, stamp)
    save(report, stamp, heading="b", text="Của B.")
    assert find_texts(report) == {"a": "Lời.", "b": "Của B."}


def test_of_two_who_write_the_same_heading_the_second_is_asked(report: OutlinedReport, stamp: Stamp) -> None:
    save(report, stamp)
    with pytest.raises(HeadingTaken):
        save(report, stamp, text="Của người thứ hai.")
    assert find_texts(report) == {"a": "Lời."}
    save(report, stamp, text="Của người thứ hai.", based_on=1)
    assert find_texts(report) == {"a": "Của người thứ hai."}


def test_a_version_that_comes_between_is_kept_too(
    report: OutlinedReport, stamp: Stamp, monkeypatch: pytest.MonkeyPatch
) -> None:
    put, is_first = drafts.put_draft, [True]

    def another_is_faster(draft: Draft, line: AuditLine) -> None:
        if is_first.pop():
            is_first.append(False)
            save(report, stamp, heading="b", text="Của B.")
        else:
            is_first.append(False)
        put(draft, line)

    monkeypatch.setattr(drafts, "put_draft", another_is_faster)
    save(report, stamp)
    assert find_texts(report) == {"a": "Lời.", "b": "Của B."}


def test_a_mistake_is_told_with_its_line_and_nothing_is_kept(report: OutlinedReport, stamp: Stamp) -> None:
    with pytest.raises(Mistaken, match="dòng 2: không có chỉ tiêu mang mã B99"):
        save(report, stamp, text="Lời.\nCó [B99] cuộc.")
    with pytest.raises(Unknown):
        save(report, stamp, heading="khong-co")
    assert find_draft(report.programme.code, period=report.period.code) is None


def test_the_outlines_text_can_be_taken_again(report: OutlinedReport, stamp: Stamp) -> None:
    save(report, stamp)
    save(report, stamp, text=None, based_on=1)
    assert find_texts(report) == {}


def test_the_outlines_text_unchanged_stays_the_outlines(report: OutlinedReport, stamp: Stamp) -> None:
    save(report, stamp)
    save(report, stamp, text="Sẵn.\r\n", based_on=1)
    assert find_texts(report) == {}


def test_a_text_that_is_too_long_is_refused_in_words(report: OutlinedReport, stamp: Stamp) -> None:
    with pytest.raises(Refusal, match="không được quá"):
        save(report, stamp, text="a" * 20_001)


def test_a_units_sentence_keeps_its_source_and_is_taken_once(report: OutlinedReport, stamp: Stamp) -> None:
    for _ in range(2):
        take_sentence(report, heading="b", sentence="Thiếu.", source=Source("A1", "kho-khan", 1), stamp=stamp)
    assert find_texts(report) == {"b": "- Thiếu. [nguồn:A1/kho-khan/1]"}


def test_the_next_period_begins_with_the_text_of_the_last(report: OutlinedReport, stamp: Stamp) -> None:
    assert find_start(report) is None
    earlier = report._replace(period=report.programme.periods[0])
    save(earlier, stamp)
    start = find_start(report)
    assert start is not None
    assert (start.period, start.texts) == (earlier.period, {"a": "Lời."})
    assert find_texts(report) == {}


def test_the_first_period_of_a_programme_begins_with_the_text_of_the_same_period_of_the_one_that_it_follows(
    report: OutlinedReport, stamp: Stamp
) -> None:
    changed = {"code": "sau", "follows": report.programme.code}
    following = report._replace(programme=report.programme.model_copy(update=changed))
    assert find_start(following) is None
    save(report, stamp)
    start = find_start(following)
    assert start is not None
    assert (start.period, start.texts) == (report.period, {"a": "Lời."})
    save(following._replace(period=report.programme.periods[0]), stamp, text="Lời của chính mình.")
    start = find_start(following)
    assert start is not None
    assert start.texts == {"a": "Lời của chính mình."}


def test_a_period_of_a_new_year_begins_with_the_text_of_the_same_period_last_year(
    report: OutlinedReport, stamp: Stamp
) -> None:
    """A period of the new year with another outline, as a plan's, is no better start for the one word they share."""
    half, year = report.programme.periods
    for period, text in ((half, "Nửa năm."), (year, "Cả năm.")):
        save(report._replace(period=period), stamp, text=text)
    new = make_next_year(report.programme)
    half_now, year_now = (OutlinedReport(new, period, OUTLINE) for period in new.periods)
    assert find_start(half_now) == (half, {"a": "Nửa năm."})
    assert find_start(year_now) == (year, {"a": "Cả năm."})
    save(half_now, stamp, text="Nửa năm nay.")
    assert find_start(year_now) == (new.periods[0], {"a": "Nửa năm nay."})
    planned = new.model_copy(update={"outlines": (OUTLINE.model_copy(update={"period": half.code}),)})
    assert find_start(OutlinedReport(planned, planned.periods[1], OUTLINE)) == (year, {"a": "Cả năm."})


def make_next_year(programme: Programme) -> Programme:
    moved = [
        each.model_copy(update={"data_from": each.data_from + YEAR, "data_to": each.data_to + YEAR})
        for each in programme.periods
    ]
    return programme.model_copy(update={"code": "mau-sau", "follows": programme.code, "periods": tuple(moved)})
