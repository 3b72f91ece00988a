"""Which files of a folder count, by what they hold and by what an earlier edition of the period tells of them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chalicelib.domain.period.edition import Snapshot
from chalicelib.domain.submission.records import Edition, Outcome, Review, State, Status
from chalicelib.report.offline.folder import ReadFile
from chalicelib.report.offline.states import Gathered, Sources, gather_states
from chalicelib.report.recorded import Recorded
from tests.domain.builders import (
    ADDRESS,
    LOCK,
    NOW,
    OPENS,
    hash_of,
    make_outcome,
    make_programme,
    make_state,
    make_submission,
    place,
)

PROGRAMME = make_programme()
PLACE = PROGRAMME.code, "nam"


def read(content: str = "A1=5", unit: str = "178", *, status: Status = Status.ACCEPTED) -> Outcome:
    _, _, value = content.partition("=")
    return make_outcome(status, sha256=hash_of(content), unit=unit, values=place(A1=int(value)))


def record(*states: State) -> tuple[str, Recorded]:
    edition = Edition(programme=PROGRAMME.code, period="nam", number=1, made=LOCK, frozen=True, programme_version=4,
                      inputs=(), inputs_hash="")  # fmt: skip
    return "tong-hop.json", Recorded(edition, "Lần 1", Snapshot({}, {}), states)


def gather(files: dict[str, Outcome], *known: State) -> Gathered:
    read_files = {name: ReadFile(PROGRAMME.code, outcome) for name, outcome in files.items()}
    sources = Sources(read_files, frozenset(files), {PLACE: record(*known)} if known else {})
    return gather_states(PROGRAMME, "nam", sources, as_of=NOW)


def send(content: str, **more: object) -> State:
    sent = make_submission(revision=2, sha256=hash_of(content), upload_id="a" * 32, received=OPENS)
    return make_state(sent, **{"revision": 2, **more})  # type: ignore[arg-type]


def test_the_very_same_file_is_the_revision_that_the_edition_tells_of() -> None:
    (state,) = gather({"a.xlsx": read()}, send("A1=5")).states
    assert state.submission is not None
    assert (state.submission.revision, state.submission.received, state.timeliness) == (
        2,
        OPENS,
        send("A1=5").timeliness,
    )


def test_another_file_is_the_next_revision_received_nobody_knows_when() -> None:
    known = send("A1=4", review=Review.APPROVED, comment="đã xem")
    (state,) = gather({"a.xlsx": read()}, known).states
    assert state.submission is not None
    assert (state.revision, state.submission.revision, state.submission.received) == (3, 3, NOW)
    assert (state.review, state.comment, state.timeliness) == (Review.RECEIVED, "", known.timeliness)


@pytest.mark.parametrize(
    ("content", "review", "counts"),
    [
        ("A1=5", Review.RECEIVED, True),
        ("A1=5", Review.APPROVED, True),
        ("A1=5", Review.RETURNED, False),
        ("A1=5", Review.WITHDRAWN, False),
        ("A1=4", Review.RETURNED, True),
    ],
)
def test_a_file_that_the_office_returned_does_not_count_again(content: str, review: Review, counts: bool) -> None:
    found = gather({"a.xlsx": read()}, send(content, review=review))
    assert (found.files, bool(found.reasons)) == (("a.xlsx",) if counts else (), not counts)
    assert [state.counts for state in found.states] == [counts]


def test_who_had_sent_nothing_that_counts_stays_in_the_edition() -> None:
    refused = make_state(None, last_rejected=OPENS + timedelta(hours=1))
    kept = gather({"b.xlsx": read(unit="180")}, refused)
    assert {state.address.unit for state in kept.states} == {ADDRESS.unit, "180"}
    replaced = gather({"a.xlsx": read()}, refused)
    assert [state.revision for state in replaced.states] == [1]


def test_two_files_that_differ_are_no_report_and_equal_ones_are_one() -> None:
    differing = gather({"a.xlsx": read("A1=5"), "b.xlsx": read("A1=6"), "c.xlsx": read("A1=6", "180")})
    assert (differing.files, set(differing.reasons)) == (("c.xlsx",), {"a.xlsx", "b.xlsx"})
    assert differing.reasons["a.xlsx"] == differing.reasons["b.xlsx"]
    saved_again = read("A1=5").model_copy(update={"sha256": hash_of("again")})
    equal = gather({"a.xlsx": read("A1=5"), "b.xlsx": saved_again})
    assert (len(equal.states), equal.files, equal.reasons) == (1, ("a.xlsx", "b.xlsx"), {})


def test_what_was_refused_is_told_with_its_reasons_and_counts_nowhere() -> None:
    found = gather({"a.xlsx": read(status=Status.REJECTED)})
    assert (found.states, found.files, set(found.reasons)) == ((), (), {"a.xlsx"})
