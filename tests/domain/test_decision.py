"""What becomes of one upload, from the state it is decided on."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.clock import Timeliness
from chalicelib.domain.issues.issue import make_issue
from chalicelib.domain.submission.decision import Decision, decide, is_tied
from chalicelib.domain.submission.records import Address, Answer, Normalisation, Outcome, Review, State, Status, Upload
from chalicelib.domain.submission.review import approve_submission, restore_submission, return_submission
from tests.domain.builders import (
    ADDRESS,
    DUE,
    GRACE,
    HOUR,
    LATE,
    LOCK,
    MOMENT,
    NOW,
    OPENS,
    hash_of,
    make_outcome,
    make_programme,
    make_state,
    make_upload,
    place,
)

PROGRAMME = make_programme()
FRESH = make_state()
WARNING = make_issue("rule.unusual", found="5", expected="kỳ trước: 90")
ERROR = make_issue("file.not_a_workbook", found="thử")
GOOD = make_outcome()
REJECTED = make_outcome(Status.REJECTED, issues=(ERROR,))


def settle(
    upload: Upload,
    state: State = FRESH,
    outcome: Outcome | None = None,
    *,
    now: datetime = NOW,
    justification: str = "",
) -> Decision:
    return decide(upload, outcome or make_outcome(), state, PROGRAMME, now=now, justification=justification)


def follow(*uploads: Upload, state: State = FRESH) -> State:
    """The state after these uploads, decided one after the other, all of them good workbooks."""
    for upload in uploads:
        state = settle(upload, state).state or state
    return state


def differing(before: State, after: State | None) -> set[str]:
    assert after is not None
    return {name for name in State.model_fields if getattr(before, name) != getattr(after, name)}


# A good workbook


def test_a_first_good_workbook_is_revision_1_with_everything_that_was_read() -> None:
    reading = Normalisation(sheet="Số liệu", cell="C4", indicator="A1", found="5 lượt", read_as="5", reason="number")
    outcome = make_outcome(
        version=3, values=place(A1=5), narratives=place(ket_qua="Tốt"), remarks={"A1": "Giảm do dịch"},
        normalisations=(reading,), issues=(WARNING,), confirmed=("khen-thuong",),
    )  # fmt: skip
    upload = make_upload(0xABCDEF, received=OPENS, confirmed_by="Nguyễn An, Chủ tịch")
    decision = settle(upload, outcome=outcome, justification="sáp nhập xã")
    submission, state, receipt = decision.submission, decision.state, decision.receipt
    assert submission is not None
    assert dict(submission) == {
        "address": upload.address, "revision": 1, "upload_id": upload.id, "programme_version": 4, "form_version": 3,
        "sha256": upload.sha256, "file_name": upload.file_name, "key": upload.key, "version_id": upload.version_id,
        "received": OPENS, "values": outcome.values, "tables": {}, "narratives": outcome.narratives,
        "remarks": {"A1": "Giảm do dịch"}, "normalisations": (reading,), "warnings": (WARNING,),
        "justification": "sáp nhập xã", "confirmed": ("khen-thuong",), "confirmed_by": "Nguyễn An, Chủ tịch",
        "purged": False,
    }  # fmt: skip
    assert state == make_state(
        change=1, revision=1, submission=submission, first_received=OPENS, last_received=OPENS,
        last_turn=upload.turn, timeliness=Timeliness.ON_TIME,
    )  # fmt: skip
    assert (receipt.answer, receipt.revision, receipt.timeliness) == (Answer.ACCEPTED, 1, Timeliness.ON_TIME)


def test_a_receipt_names_the_upload_the_bytes_and_both_clocks() -> None:
    upload = make_upload(0xABCDEF0123456789ABCDEF0123456789, received=OPENS)
    receipt = settle(upload, outcome=make_outcome(issues=(WARNING,))).receipt
    assert receipt.model_dump(exclude={"address", "issues"}) == {
        "number": "BN-ABCDEF01", "upload_id": upload.id, "answer": Answer.ACCEPTED, "received": OPENS, "decided": NOW,
        "sha256": upload.sha256, "size": upload.size, "file_name": upload.file_name, "revision": 1,
        "timeliness": Timeliness.ON_TIME, "marked_copy_key": "", "version_id": upload.version_id, "bytes_kept": True,
    }  # fmt: skip
    assert (receipt.address, receipt.issues) == (upload.address, (WARNING,))


# The three clocks


@pytest.mark.parametrize(
    ("received", "expected"),
    [
        (OPENS, Timeliness.ON_TIME),
        (DUE, Timeliness.ON_TIME),
        (LATE - MOMENT, Timeliness.ON_TIME),
        (LATE, Timeliness.LATE),
        (LOCK - MOMENT, Timeliness.LATE),
    ],
)
def test_on_time_is_before_the_due_date_and_its_grace(received: datetime, expected: Timeliness) -> None:
    assert LATE == DUE + GRACE
    decision = settle(make_upload(1, received=received))
    assert decision.state is not None
    assert (decision.receipt.timeliness, decision.state.timeliness) == (expected, expected)


@pytest.mark.parametrize(
    ("came", "until", "answer"),
    [
        (LOCK - MOMENT, None, Answer.ACCEPTED),
        (LOCK, None, Answer.REJECTED),
        (LOCK, LOCK + HOUR, Answer.ACCEPTED),
        (LOCK + HOUR - MOMENT, LOCK + HOUR, Answer.ACCEPTED),
        (LOCK + HOUR, LOCK + HOUR, Answer.REJECTED),
        (LOCK - MOMENT, DUE + HOUR, Answer.ACCEPTED),
        (LOCK, DUE + HOUR, Answer.REJECTED),
    ],
    ids=[
        "before the lock", "at the lock", "an exception is longer", "before the exception ends",
        "when the exception ends", "an exception never shortens", "a shorter exception does not help",
    ],
)  # fmt: skip
def test_nothing_is_taken_from_the_lock_on_or_the_later_end_of_the_exception(
    came: datetime, until: datetime | None, answer: Answer
) -> None:
    assert settle(make_upload(1, received=came), make_state(exception_until=until)).receipt.answer is answer


def test_a_locked_receipt_says_when_it_came_and_when_the_lock_fell_beside_what_else_was_found() -> None:
    until = LOCK + timedelta(days=2)
    state = make_state(exception_until=until)
    decision = settle(make_upload(1, received=until), state, make_outcome(issues=(WARNING,)))
    locked, other = decision.receipt.issues
    assert (locked.code, locked.found, locked.expected) == (
        "upload.locked", "07:00 ngày 17/6/2022", "07:00 ngày 17/6/2022"
    )  # fmt: skip
    assert other == WARNING
    assert (decision.submission, decision.state, decision.receipt.revision) == (None, None, 0)


def test_the_moment_of_deciding_decides_nothing() -> None:
    upload = make_upload(1, received=OPENS)
    early, late = settle(upload, now=OPENS), settle(upload, now=NOW)
    assert early.state == late.state
    assert early.receipt.model_copy(update={"decided": NOW}) == late.receipt


def test_what_came_on_paper_is_judged_by_when_the_paper_came() -> None:
    typed = make_upload(1, received=LOCK + HOUR, on_paper=OPENS)
    decision = settle(typed)
    assert decision.state is not None
    assert (decision.receipt.answer, decision.receipt.timeliness) == (Answer.ACCEPTED, Timeliness.ON_TIME)
    assert decision.receipt.received == LOCK + HOUR
    assert (decision.state.first_received, decision.state.last_received) == (OPENS, OPENS)
    assert settle(make_upload(2, received=OPENS, on_paper=LOCK)).receipt.answer is Answer.REJECTED


# Corrections, in whatever order they arrive


def test_a_correction_is_the_next_revision_and_the_first_acceptance_decides_timeliness() -> None:
    state = follow(make_upload(1, "A1=5", received=OPENS))
    decision = settle(make_upload(2, "A1=6", received=LATE), state)
    after = decision.state
    assert after is not None
    assert after.submission == decision.submission
    assert (after.revision, after.first_received, after.last_received) == (2, OPENS, LATE)
    assert decision.receipt.timeliness is after.timeliness is Timeliness.ON_TIME


def test_an_older_upload_after_a_newer_one_is_kept_and_does_not_replace_it() -> None:
    before = follow(make_upload(1, "A1=6", received=LATE)).model_copy(
        update={"review": Review.APPROVED, "comment": "đạt"}
    )
    decision = settle(make_upload(2, "A1=5", received=OPENS), before)
    assert decision.submission is not None
    assert (decision.submission.revision, decision.receipt.answer) == (2, Answer.ACCEPTED)
    assert differing(before, decision.state) == {"change", "revision", "first_received", "timeliness"}
    assert decision.state is not None
    assert (decision.state.first_received, decision.state.timeliness) == (OPENS, Timeliness.ON_TIME)


SECOND = timedelta(seconds=1)


@pytest.mark.promise("one-order")
@pytest.mark.parametrize(
    ("older", "newer"),
    [
        ({"received": OPENS}, {"received": OPENS + SECOND, "prepared": OPENS - HOUR}),
        ({"prepared": OPENS - HOUR}, {"prepared": OPENS - HOUR + MOMENT}),
        ({"prepared": OPENS - HOUR}, {"prepared": None}),
        ({"key": "inbox/a"}, {"key": "inbox/b"}),
        ({"key": "inbox/a", "followed_by": ("v2",)}, {"key": "inbox/a", "followed_by": ()}),
        ({"key": "inbox/a", "followed_by": ("v3", "v2")}, {"key": "inbox/a", "followed_by": ("v3",)}),
        ({"on_paper": OPENS, "received": LATE}, {"on_paper": OPENS, "received": LATE + SECOND}),
        ({"on_paper": OPENS, "received": LATE}, {"received": OPENS + SECOND}),
        ({"received": OPENS}, {"on_paper": OPENS, "received": LATE}),
    ],
    ids=[
        "stored later", "prepared later", "when it was prepared is not known", "the greater key",
        "the newer version of one key", "beside a third version", "two papers of one day, the one typed later",
        "a workbook after the paper came, before it was typed", "a paper and a workbook of one moment",
    ],
)  # fmt: skip
def test_of_two_uploads_of_one_moment_the_same_one_counts_whichever_is_decided_first(
    older: dict[str, Any], newer: dict[str, Any]
) -> None:
    first, second = make_upload(1, "A1=5", **older), make_upload(2, "A1=6", **newer)
    for uploads in ((first, second), (second, first)):
        state = follow(*uploads)
        assert state.submission
        assert (state.submission.sha256, state.revision) == (second.sha256, 2)


@pytest.mark.promise("one-order")
def test_a_version_that_storage_no_longer_lists_is_older_than_one_that_it_does() -> None:
    gone = make_upload(1, "A1=5", key="inbox/a")
    state = follow(gone, make_upload(2, "A1=6", key="inbox/a"))
    assert state.submission
    assert state.submission.sha256 == hash_of("A1=6")


@pytest.mark.promise("one-order")
def test_only_another_version_under_the_key_and_of_the_second_is_asked_for_in_the_listing() -> None:
    state = follow(make_upload(1, key="inbox/a"))
    assert is_tied(make_upload(2, key="inbox/a"), state)
    assert not is_tied(make_upload(2, key="inbox/a", received=OPENS + SECOND), state)
    assert not is_tied(make_upload(2, key="inbox/b"), state)
    assert not is_tied(make_upload(1, key="inbox/a"), state)
    assert not is_tied(make_upload(2, key="inbox/a"), FRESH)


@pytest.mark.parametrize("order", [(0, 1), (1, 0)], ids=["figures first", "confirmation first"])
@pytest.mark.parametrize("later", [0, 1], ids=["figures later", "confirmation later"])
def test_noughts_confirmed_without_a_workbook_never_stand_in_the_place_of_figures(
    order: tuple[int, int], later: int
) -> None:
    figures = make_upload(1, received=OPENS + HOUR * (later == 0))
    noughts = make_upload(2, "A1=0", received=OPENS + HOUR * (later == 1), confirmed_by="Nguyễn An, Chủ tịch")
    uploads = (figures, noughts)
    state = follow(*(uploads[each] for each in order))
    assert state.submission
    assert state.submission.upload_id == figures.id
    receipt = settle(noughts, follow(figures)).receipt
    assert (receipt.answer, [issue.code for issue in receipt.issues]) == (Answer.REJECTED, ["upload.counts_already"])


def test_a_confirmation_replaces_figures_that_were_returned() -> None:
    noughts = make_upload(2, "A1=0", received=OPENS + HOUR, confirmed_by="Nguyễn An, Chủ tịch")
    state = follow(noughts, state=follow(make_upload(1)).moved(review=Review.RETURNED))
    assert state.submission
    assert state.submission.upload_id == noughts.id


def test_an_older_upload_counts_where_none_stands() -> None:
    purged = make_state(change=3, revision=1, first_received=LATE, last_received=LATE, timeliness=Timeliness.LATE)
    after = follow(make_upload(2, received=OPENS), state=purged)
    assert after.submission is not None
    assert (after.revision, after.last_received) == (2, OPENS)


@pytest.mark.parametrize("review", [Review.APPROVED, Review.RETURNED, Review.WITHDRAWN])
def test_a_correction_starts_reviewing_anew(review: Review) -> None:
    sent = follow(make_upload(1, "A1=5", received=OPENS))
    after = follow(
        make_upload(2, "A1=6", received=LATE), state=sent.model_copy(update={"review": review, "comment": "sai"})
    )
    assert (after.review, after.comment) == (Review.RECEIVED, "")


HOURS = st.sampled_from([0, 1, 300, 758, 759, 760, 761])
SENT = st.tuples(st.integers(0, 2), HOURS, st.integers(0, 1), st.integers(0, 3))


@pytest.mark.promise("one-order")
@given(sent=st.lists(SENT, min_size=1, max_size=6), random=st.randoms(use_true_random=False))
def test_no_order_of_arrival_changes_what_counts(sent: list[tuple[int, int, int, int]], random: Any) -> None:
    """Six uploads with three contents, some of one second or under one key, from before the due date to the lock."""
    uploads = list_in_turn(sent)
    shuffled = random.sample(uploads, len(uploads))

    def stand(state: State) -> tuple[Any, ...]:
        counts = state.submission
        return (counts and counts.sha256, state.first_received, state.timeliness)

    assert stand(follow(*shuffled)) == stand(follow(*uploads))


def list_in_turn(sent: list[tuple[int, int, int, int]]) -> list[Upload]:
    """Uploads from (content, hour of storing, of preparing, key), in the order in which they count."""
    made = [
        make_upload(number, str(content), received=LOCK + (hours - 760) * HOUR, key=f"inbox/{key}",
                    prepared=OPENS + (4 * prepared + key) * MOMENT)
        for number, (content, hours, prepared, key) in enumerate(sent)
    ]  # fmt: skip
    # A form, and so its key, is prepared once.
    once = {upload.key: upload.prepared for upload in made}
    made = [upload.model_copy(update={"prepared": once[upload.key]}) for upload in made]
    made.sort(key=lambda upload: (upload.received, once[upload.key], upload.key))
    return [
        upload.model_copy(
            update={"followed_by": tuple(each.version_id for each in made[number + 1 :] if each.key == upload.key)}
        )
        for number, upload in enumerate(made)
    ]


# The same bytes again


@pytest.mark.parametrize(
    ("received", "changed"),
    [
        (OPENS, {"change", "last_turn"}),
        (OPENS + MOMENT, {"change", "last_received", "last_turn"}),
        (LOCK - MOMENT, {"change", "last_received", "last_turn"}),
        (LOCK, set()),
    ],
    ids=["at the same moment, next in turn", "later", "just before the lock", "after the lock"],
)
def test_bytes_that_count_already_are_already_received(received: datetime, changed: set[str]) -> None:
    before = follow(make_upload(1, received=OPENS))
    decision = settle(make_upload(2, received=received), before)
    assert (decision.receipt.answer, decision.receipt.revision) == (Answer.ALREADY_RECEIVED, 1)
    assert decision.receipt.timeliness is Timeliness.ON_TIME
    assert decision.submission is None
    assert (differing(before, decision.state) if decision.state else set()) == changed
    assert decision.state is None or decision.state.last_received == received


def test_the_same_bytes_sent_again_hold_their_place_against_what_was_sent_between() -> None:
    state = follow(
        make_upload(1, "A1=5", received=OPENS),
        make_upload(2, "A1=5", received=OPENS + 2 * HOUR),
        make_upload(3, "A1=6", received=OPENS + HOUR),
    )
    assert state.submission is not None
    assert (state.submission.sha256, state.revision) == (hash_of("A1=5"), 2)


def test_a_state_that_never_kept_its_newest_moment_goes_by_when_its_revision_was_received() -> None:
    kept_less = {"last_received": None, "last_turn": None}
    before = follow(make_upload(1, "A1=6", received=OPENS + HOUR)).model_copy(update=kept_less)
    assert follow(make_upload(2, "A1=5", received=OPENS), state=before).submission == before.submission
    assert settle(make_upload(0, "A1=6", received=OPENS + HOUR), before).state is None
    assert settle(make_upload(3, "A1=6", received=OPENS + 2 * HOUR), before).state is not None


def test_the_receipt_names_the_revision_that_the_bytes_are() -> None:
    state = follow(make_upload(1, "A1=6", received=LATE), make_upload(2, "A1=5", received=OPENS))
    assert settle(make_upload(3, "A1=6", received=LATE), state).receipt.revision == 1


@pytest.mark.parametrize("review", [Review.RETURNED, Review.WITHDRAWN])
def test_bytes_that_were_given_back_may_be_sent_again_as_they_were(review: Review) -> None:
    before = follow(make_upload(1, received=OPENS)).model_copy(update={"review": review})
    decision = settle(make_upload(2, received=OPENS + HOUR), before)
    assert (decision.receipt.answer, decision.receipt.revision) == (Answer.ACCEPTED, 2)


def test_a_revision_after_a_return_is_a_correction_until_somebody_decides() -> None:
    """One that the unit sends again meanwhile is one too; after an approval a revision is only a new one."""
    first = follow(make_upload(1, received=OPENS))
    returned = return_submission(first, "Thiếu A1.")
    second = follow(make_upload(2, "A1=6", received=OPENS + HOUR), state=returned)
    third = follow(make_upload(3, "A1=7", received=OPENS + 2 * HOUR), state=second)
    fourth = follow(make_upload(4, "A1=8", received=OPENS + 3 * HOUR), state=approve_submission(third))
    assert [state.corrects for state in (first, returned, second, third, fourth)] == [False, False, True, True, False]
    assert not restore_submission(returned).corrects


def test_bytes_received_before_the_first_acceptance_would_have_been_the_first() -> None:
    before = follow(make_upload(1, received=LATE))
    decision = settle(make_upload(2, received=OPENS), before)
    assert decision.receipt.answer is Answer.ACCEPTED
    assert decision.state is not None
    assert (decision.state.first_received, decision.state.timeliness) == (OPENS, Timeliness.ON_TIME)


def test_bytes_of_a_revision_that_no_longer_counts_are_a_correction() -> None:
    state = follow(
        make_upload(1, "A1=5", received=OPENS), make_upload(2, "A1=6", received=OPENS + HOUR),
        make_upload(3, "A1=5", received=OPENS + 2 * HOUR),
    )  # fmt: skip
    assert (state.revision, state.submission and state.submission.sha256) == (3, hash_of("A1=5"))


# A bad workbook


def test_a_rejected_workbook_leaves_a_receipt_and_the_time_of_the_attempt() -> None:
    before = follow(make_upload(1, received=OPENS))
    decision = settle(make_upload(2, "bad", received=LATE), before, REJECTED)
    assert (decision.receipt.answer, decision.receipt.revision) == (Answer.REJECTED, 0)
    assert (decision.receipt.issues, decision.receipt.timeliness) == ((ERROR,), None)
    assert decision.submission is None
    assert differing(before, decision.state) == {"change", "last_rejected"}
    assert decision.state is not None
    assert decision.state.last_rejected == LATE


def test_a_rejected_workbook_is_told_its_faults_after_the_lock_too() -> None:
    assert settle(make_upload(1, "bad", received=LOCK), outcome=REJECTED).receipt.issues == (ERROR,)


def elsewhere(**change: str) -> Address:
    return ADDRESS.model_copy(update=change)


@pytest.mark.parametrize(
    ("upload", "last"),
    [
        (make_upload(1, received=OPENS), OPENS),
        (make_upload(1, received=OPENS), OPENS + HOUR),
        (make_upload(1, received=OPENS, sha256=""), None),
        (make_upload(1, received=OPENS, address=elsewhere(period="quy-9")), None),
        (make_upload(1, received=OPENS, address=elsewhere(unit="999")), None),
    ],
    ids=["the same moment again", "older than another attempt", "without bytes", "no such period", "no such unit"],
)
def test_an_attempt_that_says_nothing_new_of_an_obligation_leaves_the_state(
    upload: Upload, last: datetime | None
) -> None:
    decision = settle(upload, make_state(last_rejected=last), REJECTED)
    assert (decision.receipt.answer, decision.state) == (Answer.REJECTED, None)


def test_a_newer_attempt_is_the_one_that_is_remembered() -> None:
    after = settle(make_upload(1, received=LATE), make_state(last_rejected=OPENS), REJECTED).state
    assert after is not None
    assert after.last_rejected == LATE


def test_of_a_classified_workbook_the_receipt_says_that_no_bytes_are_kept() -> None:
    refused = make_outcome(Status.REJECTED, issues=(ERROR,), keep_bytes=False)
    assert not settle(make_upload(1), outcome=refused).receipt.bytes_kept


def test_the_state_is_one_change_further_whatever_is_written() -> None:
    before = make_state(change=41)
    for upload, outcome in ((make_upload(1), GOOD), (make_upload(1), REJECTED)):
        after = settle(upload, before, outcome).state
        assert after is not None
        assert after.change == 42
