"""A round of reminders writes to each unit that is missing once, by whatever channel reaches it."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta

import pytest

from chalicelib.domain.audit import Action, Stamp, make_line
from chalicelib.domain.period.contacts import Contact
from chalicelib.domain.period.letter_texts import fill_places, render_letter
from chalicelib.domain.programme.model import Period, Programme
from chalicelib.domain.submission.letters import PATIENCE, LetterText, Moment, Progress
from chalicelib.external.channel import NotTaken
from chalicelib.office import letters as post
from chalicelib.office import reminders as office
from chalicelib.office import texts
from chalicelib.office.letters import Result
from chalicelib.office.refusals import Refusal
from chalicelib.office.reminders import send_round
from chalicelib.store import letters, programmes
from chalicelib.store.contacts import put_contact
from chalicelib.store.errors import Denied, StorageError, Throttled, Unavailable
from chalicelib.store.letters import list_reminders
from tests.office.audit import read_audit
from tests.office.channel import Crash, Fake, crash
from tests.store.engine import DEATHS, Fault, Killed, broken_at, counted
from tests.store.sample import LOCK, NOON

pytestmark = pytest.mark.promise("told")


@pytest.fixture
def period(programme: Programme, stamp: Stamp) -> Period:
    """A period in which both units are missing; each has a telephone, and no address of mail."""
    for unit in ("178", "180"):
        line = make_line(Action.CONTACT_CHANGED, f"unit:{unit}", programme="mau", stamp=stamp)
        put_contact("mau", Contact(unit=unit, phone=f"0205 {unit}"), line)
    return programme.period_by_code["6-thang"]


def send(programme: Programme, period: Period, channel: Fake, *, stamp: Stamp, most: int = 9) -> Result:
    return send_round(programme, period, Moment.MIDWAY, stamp=stamp, most=most, channels=[channel])


def test_any_channel_takes_a_round_through_and_each_unit_is_written_to_once(
    programme: Programme, period: Period, stamp: Stamp
) -> None:
    channel = Fake()
    assert send(programme, period, channel, stamp=stamp, most=1) == Result(sent=1, left=1)
    assert send(programme, period, channel, stamp=stamp) == Result(sent=1)
    assert send(programme, period, channel, stamp=stamp) == Result()
    assert channel.sent == ["0205 178", "0205 180"]
    assert [subject for _, subject, _ in channel.letters] == ["Đôn đốc nộp Báo cáo"] * 2
    assert "Kính gửi: Huyện Tràng Định" in channel.letters[1][2]
    details = {"period": "6-thang", "form": "bc", "moment": "midway"}
    assert sorted(read_audit("reminder.sent")) == [
        (stamp.actor, "reminder.sent", "unit:178", details),
        (stamp.actor, "reminder.sent", "unit:180", details),
    ]


def test_what_is_not_taken_stops_no_other_letter_and_is_tried_again(
    programme: Programme, period: Period, stamp: Stamp
) -> None:
    def refuse(to: str) -> None:
        if to == "0205 178":
            raise NotTaken("InvalidParameterValue")

    assert send(programme, period, Fake(refuse), stamp=stamp) == Result(sent=1, failed=1)
    later = Stamp(stamp.actor, NOON + timedelta(minutes=1))
    channel = Fake()
    assert send(programme, period, channel, stamp=later) == Result(sent=1)
    assert channel.sent == ["0205 178"]
    (failed,) = read_audit("reminder.failed")
    assert failed[3]["reason"] == "InvalidParameterValue"
    assert "0205" not in str([line for line in read_audit() if line[1].startswith("reminder.")])


@pytest.mark.parametrize("error", [Throttled("mail"), Denied("mail")])
def test_a_letter_that_surely_did_not_leave_is_tried_again(
    programme: Programme, period: Period, stamp: Stamp, error: StorageError
) -> None:
    def fail(_: str) -> None:
        raise error

    assert send(programme, period, Fake(fail), stamp=stamp) == Result(failed=2)
    assert {line[3]["reason"] for line in read_audit("reminder.failed")} == {type(error).__name__}
    assert send(programme, period, Fake(), stamp=Stamp(stamp.actor, NOON + PATIENCE)) == Result(sent=2)


# Three states


def tell_progress(now: datetime) -> dict[str, Progress | str]:
    found = list_reminders("mau", period="6-thang")
    return {each.unit: "unclear" if each.is_unclear(now) else each.progress for each in found}


def test_a_crash_between_claim_and_letter_is_shown_and_never_doubled_by_itself(
    programme: Programme, period: Period, stamp: Stamp
) -> None:
    with pytest.raises(Crash):
        send(programme, period, Fake(crash), stamp=stamp)
    assert tell_progress(NOON) == {"178": Progress.CLAIMED}
    later = Stamp(stamp.actor, NOON + PATIENCE)
    assert tell_progress(later.at) == {"178": "unclear"}
    channel = Fake()
    assert send(programme, period, channel, stamp=later) == Result(sent=1)
    assert channel.sent == ["0205 180"]
    assert tell_progress(later.at) == {"178": "unclear", "180": Progress.SENT}


def test_a_person_may_send_an_unclear_letter_again_once(programme: Programme, period: Period, stamp: Stamp) -> None:
    with pytest.raises(Crash):
        send(programme, period, Fake(crash), stamp=stamp)
    channel, later = Fake(), Stamp(stamp.actor, NOON + PATIENCE)
    assert office.send_now(programme, period, stamp=stamp, again=True, channels=[channel]) == Result()
    assert office.send_now(programme, period, stamp=later, again=True, channels=[channel]) == Result(sent=1)
    assert office.send_now(programme, period, stamp=later, again=True, channels=[channel]) == Result()
    assert channel.sent == ["0205 178"]


def test_two_persons_send_an_unclear_letter_again_once(programme: Programme, period: Period, stamp: Stamp) -> None:
    with pytest.raises(Crash):
        send(programme, period, Fake(crash), stamp=stamp)
    later, other = Stamp(stamp.actor, NOON + PATIENCE), Fake()

    def send_too(_: str) -> None:
        office.send_now(programme, period, stamp=later, again=True, channels=[other])

    office.send_now(programme, period, stamp=later, again=True, channels=[Fake(send_too)])
    assert other.sent == []


def test_a_channel_that_does_not_answer_leaves_it_unclear(programme: Programme, period: Period, stamp: Stamp) -> None:
    def fail(_: str) -> None:
        raise Unavailable("channel")

    assert send(programme, period, Fake(fail), stamp=stamp) == Result(failed=2)
    assert tell_progress(NOON + PATIENCE) == {"178": "unclear", "180": "unclear"}
    assert {line[3]["reason"] for line in read_audit("letter.unclear")} == {"Unavailable"}
    assert send(programme, period, Fake(), stamp=Stamp(stamp.actor, NOON + PATIENCE)) == Result()


@pytest.mark.parametrize("error", [NotTaken("x"), Unavailable("x"), RuntimeError("x"), TimeoutError()])
def test_a_fault_in_one_letter_stops_no_other(
    programme: Programme, period: Period, stamp: Stamp, error: Exception
) -> None:
    def fail(to: str) -> None:
        if to == "0205 178":
            raise error

    channel = Fake(fail)
    assert send(programme, period, channel, stamp=stamp) == Result(sent=1, failed=1)
    assert channel.sent == ["0205 180"]


def test_a_fault_of_storage_in_one_letter_stops_no_other(
    programme: Programme, period: Period, stamp: Stamp, monkeypatch: pytest.MonkeyPatch
) -> None:
    faults = iter([True])

    def fail(*_: object, **__: object) -> None:
        if next(faults, False):
            raise Unavailable("letter")
        move(*_, **__)  # type: ignore[arg-type]

    move = letters.move
    monkeypatch.setattr(letters, "move", fail)
    channel = Fake()
    assert send(programme, period, channel, stamp=stamp) == Result(sent=1, failed=1)
    assert channel.sent == ["0205 180"]


@pytest.mark.parametrize("fault", [*DEATHS, Fault.LOST])
@pytest.mark.parametrize("number", range(16))
def test_a_fault_at_any_call_doubles_no_reminder_and_none_counts_as_sent_that_is_not(
    period: Period, number: int, fault: Fault
) -> None:
    channel = Fake()
    with suppress(Killed, StorageError), broken_at(number, fault):
        office.send_due(now=NOON, channels=[channel])
    office.send_due(now=NOON + PATIENCE, channels=[channel])
    progress = tell_progress(NOON + 2 * PATIENCE)
    assert set(progress) == {"178", "180"}
    told = [unit for unit, each in progress.items() if each is Progress.SENT]
    assert len(told) >= 1, "one fault stops one letter"
    assert set(progress.values()) <= {Progress.SENT, "unclear"}
    assert len(channel.sent) == len(set(channel.sent))
    assert {f"0205 {unit}" for unit in told} <= set(channel.sent)


def test_no_round_has_more_calls_than_are_broken(period: Period) -> None:
    with counted() as calls:
        office.send_due(now=NOON, channels=[Fake()])
    assert len(calls) <= 16


def test_a_round_that_cannot_be_begun_stops_no_other(period: Period, monkeypatch: pytest.MonkeyPatch) -> None:
    def load(code: str) -> Programme:
        if code == "hong":
            raise Unavailable("G#hong")
        return load_in_force(code)

    load_in_force = programmes.load_in_force
    monkeypatch.setattr(programmes, "list_programmes", lambda: ["hong", "mau"])
    monkeypatch.setattr(programmes, "load_in_force", load)
    assert office.send_due(now=NOON, channels=[Fake()]) == Result(sent=2, failed=1)


def test_the_clock_tries_what_failed_again_the_next_morning_and_not_at_each_pass_of_this_one(period: Period) -> None:
    def refuse(_: str) -> None:
        raise NotTaken("InvalidParameterValue")

    assert office.send_due(now=NOON, channels=[Fake(refuse)]).failed == 2
    assert office.send_due(now=NOON + timedelta(minutes=5), channels=[Fake()]) == Result()
    assert office.send_due(now=NOON + timedelta(days=1), channels=[Fake()]) == Result(sent=2)


def test_two_rounds_at_once_send_each_letter_once(programme: Programme, period: Period, stamp: Stamp) -> None:
    other = Fake()
    later = stamp._replace(at=stamp.at + timedelta(microseconds=1))
    own = Fake(lambda _: None if other.sent else count.append(send(programme, period, other, stamp=later)))
    count: list[Result] = []
    assert send(programme, period, own, stamp=stamp) == Result(sent=1)
    assert count == [Result(sent=1)]
    assert sorted(own.sent + other.sent) == ["0205 178", "0205 180"]


@pytest.mark.parametrize(
    ("contact", "reached"),
    [(Contact(unit="178", phone="1"), "1"), (Contact(unit="178", mail="a@b.vn"), ""), (None, "")],
)
def test_the_first_channel_that_is_ready_and_has_an_address_is_used(contact: Contact | None, reached: str) -> None:
    off, on = Fake(ready=False), Fake()
    way = post.find_way(contact, [off, on])
    assert (way.address if way else "") == reached
    assert way is None or way.channel is on
    assert [post.can_send(channels) for channels in ([off], [off, on], [])] == [False, True, False]


@pytest.mark.usefixtures("period")
@pytest.mark.parametrize(
    ("at", "ready", "cause"),
    [
        (LOCK, True, "kỳ đã khóa"),
        (NOON - timedelta(days=90), True, "kỳ chưa mở"),
        (NOON, False, "chưa khai báo địa chỉ gửi thư"),
    ],
)
def test_nothing_is_sent_now_where_it_cannot_be_and_the_one_cause_is_named(
    programme: Programme, at: datetime, ready: bool, cause: str
) -> None:
    with pytest.raises(Refusal, match=f"chưa gửi được thư nhắc: {cause}"):
        office.send_now(
            programme, programme.period_by_code["6-thang"], stamp=Stamp("thử", at), channels=[Fake(ready=ready)]
        )


def test_whom_a_person_chooses_is_reminded_and_nobody_twice_a_day(
    programme: Programme, period: Period, stamp: Stamp
) -> None:
    """Also who got the letter of this moment by the clock: the last moment lasts for weeks."""
    assert send(programme, period, Fake(), stamp=stamp) == Result(sent=2)
    wanted, channel = [("178", "bc"), ("180", "bc")], Fake()
    soon, later = (Stamp(stamp.actor, NOON + timedelta(hours=hours)) for hours in (1, 24))
    told = office.remind_now(programme, period, wanted, stamp=soon, channels=[channel])
    assert {reason.partition(";")[0] for reason in told.values()} == {"Đã được nhắc lúc 12:00 ngày 10/5/2022"}
    assert office.remind_now(programme, period, wanted[1:], stamp=later, channels=[channel]) == {}
    assert channel.sent == ["0205 180"]
    (_, line) = [line for line in read_audit("reminder.sent") if line[2] == "unit:180"]
    assert line[3] == {"period": "6-thang", "form": "bc", "moment": "midway"}


def test_who_was_chosen_and_not_written_to_is_named_with_the_reason(
    programme: Programme, period: Period, stamp: Stamp, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(to: str) -> None:
        if to == "0205 178":
            raise NotTaken("InvalidParameterValue")

    wanted = [("178", "bc"), ("180", "bc"), ("180", "khong-co")]
    told = office.remind_now(programme, period, wanted, stamp=stamp, channels=[Fake(refuse)])
    assert list(told) == [("178", "bc"), ("180", "khong-co")]
    assert "chưa gửi được" in told["178", "bc"]
    assert "Không còn thiếu" in told["180", "khong-co"]
    channel = Fake()
    later = Stamp(stamp.actor, NOON + timedelta(minutes=1))
    assert office.remind_now(programme, period, wanted[:1], stamp=later, channels=[channel]) == {}
    monkeypatch.setattr(channel, "find_address", lambda _: "")
    assert (
        "xin gọi điện"
        in office.remind_now(programme, period, wanted[1:2], stamp=later, channels=[channel])["180", "bc"]
    )
    with pytest.raises(Refusal, match="chưa gửi được thư nhắc"):
        office.remind_now(programme, period, wanted, stamp=stamp, channels=[])


def test_the_clock_sends_nothing_without_a_channel(period: Period) -> None:
    assert office.send_due(now=NOON, channels=[Fake(ready=False)]) == Result()


def test_the_clock_sends_the_moment_that_has_come(period: Period) -> None:
    channel = Fake()
    assert office.send_due(now=NOON, channels=[channel]) == Result(sent=2)
    assert {line[0] for line in read_audit("reminder.sent")} == {"schedule"}


# Texts


def test_a_text_of_pv05s_own_is_sent_until_the_one_that_ships_is_restored(
    programme: Programme, period: Period, stamp: Stamp
) -> None:
    shipped = texts.find_texts("mau")[Moment.MIDWAY]
    own = LetterText(moment=Moment.MIDWAY, subject="Nhắc {bao_cao}", body="Gửi {don_vi}: {han} <b>")
    texts.change_text("mau", own, stamp=stamp)
    assert texts.find_texts("mau")[Moment.MIDWAY] == own
    (first, _) = office.find_missing(programme, period, [])
    subject, body = render_letter(own, fill_places(programme, period, first.unit, first.form))
    assert (subject, body) == ("Nhắc Báo cáo", "Gửi Thành phố Lạng Sơn: trước ngày 15/5/2022 <b>")
    texts.restore_text("mau", Moment.MIDWAY, stamp=stamp)
    assert texts.find_texts("mau")[Moment.MIDWAY] == shipped
    told = [line[2:] for line in read_audit("texts.changed")]
    assert sorted(told, key=str) == [("midway", {"what": "khôi phục mẫu gốc"}), ("midway", {})]


@pytest.mark.parametrize(
    ("subject", "body", "said"),
    [("Nhắc", "{khong_co} {{7*7}}", "{khong_co}, {7*7}"), ("{don_vi", "x", "{"), ("Nhắc", "}", "}")],
)
def test_a_text_that_cannot_be_filled_in_is_refused(
    programme: Programme, stamp: Stamp, subject: str, body: str, said: str
) -> None:
    with pytest.raises(Refusal) as refused:
        texts.change_text("mau", LetterText(moment=Moment.EVE, subject=subject, body=body), stamp=stamp)
    assert f"không dùng được: {said}" in str(refused.value)
    assert read_audit("texts.changed") == []
