"""Links of the units: what the office makes, renews and closes, whichever door it comes through."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta

import pytest

from chalicelib.domain.audit import Stamp
from chalicelib.domain.programme.model import Programme
from chalicelib.domain.submission.records import Link, LinkState
from chalicelib.intake.links import open_link
from chalicelib.office import links
from chalicelib.office.links import AlreadyClosed, ExpiryPast, NewLink, Shortened, UnitUnknown
from chalicelib.office.refusals import Moved, Refusal, Unknown
from chalicelib.store.links import list_links
from tests.office.audit import read_audit
from tests.store.engine import DEATHS, Fault, Killed, broken_at, counted, hooked
from tests.store.sample import NOON, make_programme

HOUR = timedelta(hours=1)
UNTIL = NOON + timedelta(days=90)
CLOSED = Link(token_hash="a" * 64, programme="mau", unit="178", created=NOON, expires=UNTIL, revoked=NOON)


def create(programme: Programme, *codes: str, stamp: Stamp, expires: datetime = UNTIL) -> list[NewLink]:
    return links.create_links(programme, links.find_units(programme, codes), expires=expires, stamp=stamp)


def confirm(made: list[NewLink], *, stamp: Stamp, replaced: Sequence[NewLink] = ()) -> None:
    links.confirm_given(
        "mau", [new.link.name for new in made], replaced=[old.link.name for old in replaced], stamp=stamp
    )


def opens(new: NewLink, at: datetime = NOON) -> bool:
    return open_link(new.token, at) is not None


@pytest.mark.promise("told")
def test_every_unit_gets_a_link_of_its_own_that_opens(programme: Programme, stamp: Stamp) -> None:
    made = create(programme, "178", "180", stamp=stamp)
    opened = [open_link(new.token, NOON) for new in made]
    assert [link.unit for link in opened if link] == ["178", "180"]


def test_links_of_one_unit_have_different_tokens(programme: Programme, stamp: Stamp) -> None:
    assert len({create(programme, "178", stamp=stamp)[0].token for _ in range(3)}) == 3
    assert len(list_links("mau")) == 3


def test_a_renewed_link_keeps_its_token(programme: Programme, stamp: Stamp) -> None:
    (new,) = create(programme, "178", stamp=stamp)
    assert not opens(new, UNTIL)
    links.renew_links([new.link], expires=UNTIL + HOUR, stamp=stamp)
    assert opens(new, UNTIL)


@pytest.mark.promise("told")
def test_a_renewal_never_shortens(programme: Programme, stamp: Stamp) -> None:
    (long,) = create(programme, "178", stamp=stamp, expires=UNTIL + HOUR)
    (short,) = create(programme, "180", stamp=stamp)
    before = read_audit()
    with pytest.raises(Shortened, match="dùng được đến hết ngày"):
        links.renew_links([long.link], expires=UNTIL, stamp=stamp)
    assert read_audit() == before
    assert links.renew_links([long.link, short.link], expires=UNTIL + HOUR / 2, stamp=stamp) == (1, 1)
    assert [link.expires for link in list_links("mau")] == [UNTIL + HOUR, UNTIL + HOUR / 2]


@pytest.mark.promise("told")
def test_of_two_who_renew_at_once_none_shortens_what_the_other_wrote(programme: Programme, stamp: Stamp) -> None:
    (new,) = create(programme, "178", stamp=stamp)
    links.renew_links([new.link], expires=UNTIL + 3 * HOUR, stamp=stamp)
    with pytest.raises(Moved):  # it was read before, and would be shortened now
        links.renew_links([new.link], expires=UNTIL + 2 * HOUR, stamp=stamp)
    assert [link.expires for link in list_links("mau")] == [UNTIL + 3 * HOUR]


@pytest.mark.promise("finished")
def test_a_renewal_whose_answer_was_lost_is_asked_for_again_and_stands_once(programme: Programme, stamp: Stamp) -> None:
    (new,) = create(programme, "178", stamp=stamp)
    for renewed in (1, 0):
        assert links.renew_links(list_links("mau"), expires=UNTIL + HOUR, stamp=stamp).renewed == renewed
    assert [line[1] for line in read_audit()].count("link.renewed") == 1
    assert opens(new, UNTIL)


def test_old_links_go_on_until_they_are_closed_and_those_of_other_units_after_it(
    programme: Programme, stamp: Stamp
) -> None:
    before = create(programme, "178", "180", stamp=stamp)
    confirm(before, stamp=stamp)
    new = create(programme, "178", stamp=stamp)
    assert [opens(each) for each in (*before, *new)] == [True, True, True]
    for _ in range(2):  # it may be cut off, and is asked for again
        confirm(new, stamp=stamp, replaced=before[:1])
    assert [opens(each) for each in (*before, *new)] == [False, True, True]


def test_only_valid_links_are_found(programme: Programme, stamp: Stamp) -> None:
    revoked, valid = create(programme, "178", stamp=stamp) + create(programme, "178", stamp=stamp)
    (other,) = create(programme, "180", stamp=stamp)
    links.revoke_links([revoked.link], stamp=stamp)
    assert [link.name for link in links.find_valid("mau", NOON, units=[valid.unit])] == [valid.link.name]
    assert [link.name for link in links.find_valid("mau", NOON)] == [valid.link.name, other.link.name]
    assert links.find_valid("mau", UNTIL) == []


def test_the_audit_tells_of_every_step_and_never_of_a_token(programme: Programme, stamp: Stamp) -> None:
    (new,) = create(programme, "178", stamp=stamp)
    confirm([new], stamp=stamp)
    links.renew_links([new.link], expires=UNTIL + HOUR, stamp=stamp)
    links.revoke_links([new.link], stamp=stamp)
    told = [line for line in read_audit() if line[1].startswith("link.")]
    of = {"link": new.link.name}
    assert sorted(told) == [
        (stamp.actor, "link.created", "unit:178", of | {"expires": UNTIL.isoformat()}),
        (stamp.actor, "link.given", "unit:178", of),
        (stamp.actor, "link.renewed", "unit:178", of | {"expires": (UNTIL + HOUR).isoformat()}),
        (stamp.actor, "link.revoked", "unit:178", of),
    ]
    assert new.token not in str(read_audit())
    assert new.link.token_hash not in str(read_audit())


def test_more_links_than_a_batch_holds_are_made_and_listed(programme: Programme, stamp: Stamp) -> None:
    for _ in range(51):
        create(programme, "178", "180", stamp=stamp)
    with counted() as calls:
        found = list_links("mau")
    assert [link.unit for link in found] == ["178"] * 51 + ["180"] * 51
    assert calls == ["Query", "BatchGetItem", "BatchGetItem"]


def test_a_slip_names_the_unit_the_whole_link_and_its_last_day(programme: Programme, stamp: Stamp) -> None:
    midnight = datetime.fromisoformat("2022-12-15T00:00:00+07:00")
    (new,) = create(programme, "178", stamp=stamp, expires=midnight)
    url = f"https://nop.example/api/nop/{new.token}"
    row = ("178", "Thành phố Lạng Sơn", url, "14/12/2022")
    assert list(links.list_cells([new], "https://nop.example/api/")) == [row]


# Whether somebody has it


@pytest.mark.promise("told")
def test_a_link_that_nobody_confirmed_or_opened_is_made_again_and_the_lost_one_is_revoked(
    programme: Programme, stamp: Stamp
) -> None:
    lost = create(programme, "178", "180", stamp=stamp)
    assert [each.code for each in links.list_without(programme, NOON)] == ["178", "180"]
    made = create(programme, "178", "180", stamp=stamp)
    assert len(links.find_valid("mau", NOON)) == 4
    confirm(made, stamp=stamp)
    assert [opens(each) for each in (*lost, *made)] == [False, False, True, True]


@pytest.mark.promise("told")
def test_links_that_were_made_later_are_not_taken_for_lost(programme: Programme, stamp: Stamp) -> None:
    """A page that was open before confirms the earlier ones; the later ones wait in a file."""
    lost, earlier, other = (create(programme, "178", stamp=Stamp(stamp.actor, NOON + HOUR * at)) for at in (0, 1, 2))
    later = create(programme, "178", "180", stamp=Stamp(stamp.actor, NOON + HOUR * 3))
    confirm(earlier, stamp=stamp)
    assert {link.name for link in list_links("mau") if link.revoked} == {new.link.name for new in lost}
    confirm(later, stamp=stamp)
    assert {link.name for link in list_links("mau") if link.revoked} == {new.link.name for new in (*lost, *other)}


@pytest.mark.promise("told")
def test_a_link_that_was_opened_is_held_by_its_unit_and_never_revoked_as_lost(
    programme: Programme, stamp: Stamp
) -> None:
    (printed,) = create(programme, "178", stamp=stamp)
    assert opens(printed)
    assert [each.code for each in links.list_without(programme, NOON)] == ["180"]
    confirm(create(programme, "178", stamp=stamp), stamp=stamp)
    assert opens(printed)


@pytest.mark.promise("told")
def test_a_list_whose_links_were_revoked_meanwhile_cannot_be_confirmed(programme: Programme, stamp: Stamp) -> None:
    first = create(programme, "178", "180", stamp=stamp)
    second = create(programme, "178", stamp=stamp)
    confirm(second, stamp=stamp)
    before = read_audit()
    with pytest.raises(AlreadyClosed):
        confirm(first, stamp=stamp)
    assert read_audit() == before
    confirm(first[1:], stamp=stamp)
    assert links.find_valid("mau", NOON) == [link for link in list_links("mau") if link.given and not link.revoked]


def test_what_is_confirmed_is_not_compared_with_every_link(
    programme: Programme, stamp: Stamp, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost, made = ([*create(programme, "178", "180", stamp=stamp)] for _ in range(2))
    compared: list[object] = []
    monkeypatch.setattr(Link, "__eq__", lambda *both: bool(compared.append(both)))
    confirm(made, stamp=stamp)
    assert compared == []
    assert [opens(each) for each in (*lost, *made)] == [False, False, True, True]


@pytest.mark.promise("told")
def test_of_two_who_confirm_at_once_each_keeps_what_it_was_told(
    programme: Programme, stamp: Stamp, tried: Callable[[int], None]
) -> None:
    calls = list_calls_of_confirming(programme, stamp)
    for number in range(len(calls)):
        links.revoke_links(links.find_valid("mau", NOON), stamp=stamp)
        create(programme, "178", stamp=stamp)
        ours, theirs = (create(programme, "178", stamp=stamp) for _ in range(2))
        with meanwhile(number, lambda theirs=theirs: confirm_if_open(theirs, stamp)) as answers:
            answers.append(confirm_if_open(ours, stamp))
        assert [opens(*made) for made in (theirs, ours)] == answers, calls[number]
        assert any(answers), calls[number]
    tried(len(calls))


@pytest.mark.promise("told")
def test_a_link_that_its_unit_opens_while_another_is_confirmed_is_not_revoked(
    programme: Programme, stamp: Stamp, tried: Callable[[int], None]
) -> None:
    calls = list_calls_of_confirming(programme, stamp)
    for number in range(len(calls)):
        (slip,), made = (create(programme, "178", stamp=stamp) for _ in range(2))
        with meanwhile(number, lambda slip=slip: opens(slip)) as answers:
            confirm(made, stamp=stamp)
        assert opens(slip) == answers[0], calls[number]
    tried(len(calls))


def list_calls_of_confirming(programme: Programme, stamp: Stamp) -> list[str]:
    """The calls by which one link is confirmed and another one, which nobody has, revoked."""
    _, made = (create(programme, "178", stamp=stamp) for _ in range(2))
    with counted() as calls:
        confirm(made, stamp=stamp)
    return calls


@contextmanager
def meanwhile(number: int, act: Callable[[], bool]) -> Iterator[list[bool]]:
    """What somebody else does just before our call of this number (from 0), and what came of it."""
    answers: list[bool] = []
    seen = itertools.count()

    def come_between(**_: object) -> None:
        if next(seen) == number:
            answers.append(act())

    with hooked("before-call", come_between):
        yield answers


def confirm_if_open(made: list[NewLink], stamp: Stamp) -> bool:
    try:
        confirm(made, stamp=stamp)
    except AlreadyClosed:
        return False
    return True


@pytest.mark.promise("told", "finished")
@pytest.mark.parametrize("fault", DEATHS)
def test_making_that_is_cut_off_at_any_call_is_finished_by_one_more_run(
    programme: Programme, stamp: Stamp, fault: Fault, tried: Callable[[int], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chalicelib.store.links._MOST_WRITES", 3)
    with counted() as calls:
        hand_out(programme, stamp, [])
    for number in range(len(calls)):
        links.revoke_links(links.find_valid("mau", NOON), stamp=stamp)
        written: list[NewLink] = []
        with suppress(Killed), broken_at(number, fault):
            hand_out(programme, stamp, written)
        with suppress(Refusal):  # where only the last answer was lost
            hand_out(programme, stamp, written)
        valid = links.find_valid("mau", NOON)
        assert {link.token_hash for link in valid} <= {new.link.token_hash for new in written}, calls[number]
        assert sorted(link.unit for link in valid if link.is_held(NOON)) == ["178", "180"], calls[number]
    tried(len(calls))


def hand_out(programme: Programme, stamp: Stamp, written: list[NewLink]) -> None:
    """Makes links for those without one, writes them down, and says so."""
    made = links.create_links(programme, links.list_without(programme, NOON), expires=UNTIL, stamp=stamp)
    written += made
    confirm(made, stamp=stamp)


def test_a_link_of_an_earlier_version_is_held() -> None:
    kept = {"token_hash": "a" * 64, "programme": "mau", "unit": "178", "created": NOON, "expires": UNTIL}
    assert Link.model_validate(kept).is_held(NOON)


# For whom


def test_links_are_for_the_units_that_owe_something(programme: Programme, stamp: Stamp) -> None:
    assert [unit.code for unit in links.list_owing(programme)] == ["178", "180"]
    nobody_owes = programme.model_copy(update={"duties": ()})
    assert links.list_owing(nobody_owes) == []
    assert [unit.code for unit in links.list_owing(nobody_owes, also=["180"])] == ["180"]


@pytest.mark.promise("told")
def test_those_without_a_valid_link_are_found(programme: Programme, stamp: Stamp) -> None:
    confirm(create(programme, "178", stamp=stamp), stamp=stamp)
    assert [unit.code for unit in links.list_without(programme, NOON)] == ["180"]
    assert [unit.code for unit in links.list_without(programme, UNTIL)] == ["178", "180"]
    confirm(create(programme, "180", stamp=stamp), stamp=stamp)
    with pytest.raises(Refusal, match="đều đã có đường dẫn"):
        links.list_without(programme, NOON)


@pytest.mark.parametrize(
    ("codes", "refusal", "said"),
    [(["178", "998", "999"], UnitUnknown, "998, 999"), ([], Refusal, "chọn đơn vị"), ([""], Refusal, "chọn đơn vị")],
)
def test_units_that_cannot_be_chosen_are_refused(codes: list[str], refusal: type[Refusal], said: str) -> None:
    with pytest.raises(refusal, match=said):
        links.find_units(make_programme(), codes)


def test_a_unit_that_is_named_twice_gets_one_link() -> None:
    assert [unit.code for unit in links.find_units(make_programme(), ["180", "178", "180"])] == ["180", "178"]


# What is refused


@pytest.mark.parametrize("expires", [NOON, NOON - HOUR])
@pytest.mark.parametrize(
    "ask",
    [
        lambda programme, expires, stamp: create(programme, "178", stamp=stamp, expires=expires),
        lambda _, expires, stamp: links.renew_links([CLOSED], expires=expires, stamp=stamp),
    ],
)
def test_no_link_ends_in_the_past(
    programme: Programme, stamp: Stamp, expires: datetime, ask: Callable[..., object]
) -> None:
    with pytest.raises(ExpiryPast):
        ask(programme, expires, stamp)
    assert list_links("mau") == []


def test_a_closed_link_is_neither_renewed_nor_closed_again(programme: Programme, stamp: Stamp) -> None:
    (new,) = create(programme, "178", stamp=stamp)
    links.revoke_links([new.link], stamp=stamp)
    lines = read_audit()
    later = stamp._replace(at=stamp.at + HOUR)  # in the same instant it would be the same transaction, sent again
    with pytest.raises(AlreadyClosed):
        links.revoke_links([new.link], stamp=later)
    with pytest.raises(Moved):
        links.renew_links([new.link], expires=UNTIL + HOUR, stamp=later)
    assert read_audit() == lines


@pytest.mark.usefixtures("programme")
def test_a_link_that_there_is_not_cannot_be_found() -> None:
    with pytest.raises(Unknown):
        links.find_link("mau", name="0" * 12)
    with pytest.raises(Unknown):
        links.find_links("mau", ["0" * 12])
    with pytest.raises(Refusal, match="chọn đường dẫn"):
        links.find_links("mau", [])


@pytest.mark.parametrize(
    ("link", "at", "state"),
    [
        (CLOSED, NOON, LinkState.REVOKED),
        (CLOSED.model_copy(update={"revoked": None}), UNTIL - HOUR, LinkState.VALID),
        (CLOSED.model_copy(update={"revoked": None}), UNTIL, LinkState.EXPIRED),
        (CLOSED.model_copy(update={"revoked": None, "given": False}), UNTIL - HOUR, LinkState.NOT_GIVEN),
        (CLOSED.model_copy(update={"revoked": None, "given": False}), UNTIL, LinkState.EXPIRED),
    ],
)
def test_every_state_of_a_link_has_its_word(link: Link, at: datetime, state: LinkState) -> None:
    assert link.state(at) is state
    assert links.STATES[state]
