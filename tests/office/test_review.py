"""A decision of the office is written with its audit line, from the state that its maker saw; or not at all."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import timedelta

import pytest
from click.testing import CliRunner

from chalicelib.domain.audit import Action, Stamp, make_line
from chalicelib.domain.clock import Timeliness
from chalicelib.domain.programme.model import Branch, Programme
from chalicelib.domain.submission.records import Address, Edition, EditionInput, State
from chalicelib.intake.receive import receive
from chalicelib.office import review
from chalicelib.office.refusals import Moved, Refusal, Unknown
from chalicelib.office.review import Subject
from chalicelib.office.several import NO_ANSWER, try_each
from chalicelib.operate import cli
from chalicelib.store import obligations
from chalicelib.store.editions import put_edition
from chalicelib.store.errors import Unavailable
from tests.office.audit import read_audit
from tests.store.engine import counted
from tests.store.sample import ADDRESS, LOCK, NOON, check, now, numbered, send, workbook

OTHER = ADDRESS.model_copy(update={"unit": "180"})


@pytest.fixture
def case(programme: Programme) -> Subject:
    """A report that is in, as its reviewer sees it."""
    receive(*send(workbook(A1=7), numbered(9)), now=now, check=check)
    return look(programme)


def look(programme: Programme) -> Subject:
    return Subject(programme, ADDRESS, obligations.find_state(ADDRESS).change)


@pytest.mark.promise("nothing-lost")
def test_every_decision_leaves_the_state_and_its_line(case: Subject, stamp: Stamp) -> None:
    until = LOCK + timedelta(days=2)
    review.return_submission(case, "Thiếu A1.", stamp=stamp)
    review.restore_submission(look(case.programme), stamp=stamp)
    review.approve_submission(look(case.programme), stamp=stamp)
    review.withdraw_submission(look(case.programme), "trùng", stamp=stamp)
    review.grant_exception(look(case.programme), until, "mưa lũ", stamp=stamp)
    after = review.end_exception(look(case.programme), stamp=stamp)
    assert obligations.find_state(ADDRESS) == after
    assert (after.review, after.comment, after.exception_until) == ("withdrawn", "trùng", None)
    revision = {"revision": str(after.revision)}
    expected = {
        "submission.returned": revision | {"comment": "Thiếu A1."},
        "submission.restored": revision | {"comment": ""},
        "submission.approved": revision | {"comment": ""},
        "submission.withdrawn": revision | {"comment": "trùng"},
        "exception.granted": {"until": until.isoformat(), "reason": "mưa lũ"},
        "exception.ended": {"until": "", "reason": ""},
    }
    written = {action: (who, subject, details) for who, action, subject, details in read_audit() if who == stamp.actor}
    assert written == {action: (stamp.actor, "6-thang/bc/178", details) for action, details in expected.items()}


@pytest.mark.promise("nothing-lost")
def test_a_decision_on_an_older_state_is_refused(case: Subject, stamp: Stamp) -> None:
    review.return_submission(case, "Thiếu A1.", stamp=stamp)
    with pytest.raises(Moved):
        review.withdraw_submission(case, "trùng", stamp=stamp)
    assert obligations.find_state(ADDRESS).review == "returned"


def test_who_names_no_state_decides_on_the_one_that_is_there(case: Subject, stamp: Stamp) -> None:
    unseen = case._replace(seen=None)
    review.return_submission(unseen, "Thiếu A1.", stamp=stamp)
    assert review.restore_submission(unseen, stamp=stamp).counts


@pytest.mark.promise("nothing-lost")
def test_of_two_decisions_at_once_one_is_refused(case: Subject, stamp: Stamp, monkeypatch: pytest.MonkeyPatch) -> None:
    find_state = obligations.find_state

    def another_is_faster(address: Address) -> State:
        monkeypatch.setattr(obligations, "find_state", find_state)
        state = find_state(address)
        review.approve_submission(case, stamp=stamp)
        return state

    monkeypatch.setattr(obligations, "find_state", another_is_faster)
    with pytest.raises(Moved):
        review.return_submission(case, "Thiếu A1.", stamp=stamp)
    assert obligations.find_state(ADDRESS).review == "approved"
    assert not read_audit("submission.returned")


@pytest.mark.parametrize("wrong", [{"unit": "999"}, {"form": "khac"}, {"period": "quy-1"}, {"unit": "178#U#180"}])
def test_what_nobody_owes_is_unknown(case: Subject, stamp: Stamp, wrong: dict[str, str]) -> None:
    other = case._replace(address=ADDRESS.model_copy(update=wrong), seen=None)
    with pytest.raises(Unknown):
        review.grant_exception(other, LOCK, "mưa lũ", stamp=stamp)


def test_what_is_not_possible_changes_nothing(case: Subject, stamp: Stamp) -> None:
    before = obligations.find_state(ADDRESS)
    with pytest.raises(Refusal, match="Ý kiến"):
        review.return_submission(case, " ", stamp=stamp)
    assert obligations.find_state(ADDRESS) == before
    assert not read_audit("submission.returned")


@pytest.mark.parametrize(
    ("part", "frozen", "revision", "is_undone"),
    [("mau", True, 1, False), ("mau@B1", True, 1, False), ("mau@B2", True, 1, True), ("mau", False, 1, True),
     ("mau", True, 2, True)],
)  # fmt: skip
def test_an_approval_is_undone_until_a_frozen_edition_holds_it(
    case: Subject, stamp: Stamp, part: str, frozen: bool, revision: int, is_undone: bool
) -> None:
    """An edition of the whole, or of a branch that issues reports; what is not held by it may still be undone."""
    held = EditionInput(unit="178", form="bc", revision=revision, sha256="x", timeliness=Timeliness.ON_TIME)
    edition = Edition(programme=part, period="6-thang", number=1, made=NOON, frozen=frozen, programme_version=1,
                      inputs=(held,), inputs_hash="x")  # fmt: skip
    put_edition(edition, make_line(Action.EDITION_PUBLISHED, part, programme="mau", stamp=stamp))
    own = Branch.model_validate(case.programme.office.model_dump() | {"unit": "B1"})
    branched = case._replace(programme=case.programme.model_copy(update={"branches": (own,)}), seen=None)
    review.approve_submission(branched, stamp=stamp)
    with nullcontext() if is_undone else pytest.raises(Refusal, match="đã chốt"):  # type: ignore[attr-defined]
        review.restore_submission(branched, stamp=stamp)
    assert obligations.find_state(ADDRESS).review == ("received" if is_undone else "approved")
    review.return_submission(branched, "Thiếu A1.", stamp=stamp)  # a mistake is put right all the same


def test_who_sees_one_branch_alone_undoes_no_approval_that_another_ones_edition_holds(
    programme: Programme, case: Subject, stamp: Stamp, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A branch may stand below another one that issues reports."""
    held = EditionInput(unit="178", form="bc", revision=1, sha256="x", timeliness=Timeliness.ON_TIME)
    edition = Edition(programme="mau@B1", period="6-thang", number=1, made=NOON, frozen=True, programme_version=1,
                      inputs=(held,), inputs_hash="x")  # fmt: skip
    put_edition(edition, make_line(Action.EDITION_PUBLISHED, "mau@B1", programme="mau", stamp=stamp))
    own = Branch.model_validate(programme.office.model_dump() | {"unit": "B1"})
    whole = programme.model_copy(update={"branches": (own,)})
    monkeypatch.setattr(review, "load_in_force", lambda _: whole)
    narrowed = case._replace(programme=programme.model_copy(update={"branch": "B2"}), seen=None)
    review.approve_submission(narrowed, stamp=stamp)
    with pytest.raises(Refusal, match="đã chốt"):
        review.restore_submission(narrowed, stamp=stamp)


def test_of_several_one_that_fails_stops_no_other_and_is_told(case: Subject, stamp: Stamp) -> None:
    def fail(subject: Subject) -> None:
        if subject.seen == 7:
            raise Unavailable("table")
        review.approve_submission(subject, stamp=stamp)

    several = [case._replace(seen=7), case._replace(seen=99), case]
    refused = try_each(several, fail)
    assert [(each.seen, reason) for each, reason in refused] == [(7, NO_ANSWER), (99, Moved.sentence)]
    assert obligations.find_state(ADDRESS).review == "approved"


def test_of_several_approvals_the_frozen_editions_are_read_once(
    programme: Programme, case: Subject, stamp: Stamp
) -> None:
    receive(*send(workbook(A1=7), numbered(8), address=OTHER), now=now, check=check)
    several = [case._replace(seen=None), Subject(programme, OTHER)]
    assert review.decide_each(several, review.APPROVING, stamp=stamp) == []
    change = review.prepare_decisions(several, review.restoring(), stamp=stamp)
    with counted() as calls:
        assert [effect.is_loss for effect in change.preview().effects] == [True]
        assert change.make() == []
    assert calls.count("Query") == 1
    assert {obligations.find_state(each).review for each in (ADDRESS, OTHER)} == {"received"}


def test_operators_have_the_same_verbs(case: Subject, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli, "_now", lambda: NOON)
    place = ["mau", "6-thang", "bc", "178"]

    def run(*words: str) -> State:
        done = CliRunner().invoke(cli.operate, ["--actor", "operator:an", *words], catch_exceptions=False)
        assert (done.exit_code, done.output) == (0, "")
        return obligations.find_state(ADDRESS)

    assert run("review", "return", *place, "--comment", "Thiếu A1.").comment == "Thiếu A1."
    assert run("review", "restore", *place).review == "received"
    assert run("review", "approve", *place).review == "approved"
    assert run("review", "withdraw", *place, "--reason", "trùng").review == "withdrawn"
    granted = run("exception", "grant", *place, "--until", "2022-06-20T17:00", "--reason", "mưa lũ")
    assert granted.exception_until == NOON.replace(month=6, day=20, hour=10)
    assert run("exception", "end", *place).exception_until is None
    assert len([line for line in read_audit() if line[0] == "operator:an"]) == 6
