"""The unit's contact is told by letter how an upload ended: after the receipt, once, and without a figure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta

import pytest

from chalicelib.domain.audit import Action, Stamp, make_line
from chalicelib.domain.clock import VIETNAM
from chalicelib.domain.period.contacts import Contact
from chalicelib.domain.programme.model import Programme
from chalicelib.domain.submission.letters import PATIENCE, TRIED_AGAIN, LetterText, Moment, Progress
from chalicelib.domain.submission.records import Address, Receipt
from chalicelib.external.channel import NotTaken
from chalicelib.intake.receive import receive
from chalicelib.office import outcome_letters, texts
from chalicelib.office.letters import Result
from chalicelib.office.outcome_letters import WITHIN
from chalicelib.office.programme import import_programme
from chalicelib.office.purge import purge
from chalicelib.office.refusals import Refusal
from chalicelib.store import papers, programmes, table, uploads, whole
from chalicelib.store.addresses import upload_key
from chalicelib.store.contacts import put_contact
from chalicelib.store.errors import StorageError, Throttled, Unavailable
from chalicelib.store.letters import list_outcome_letters
from tests.office.audit import read_audit
from tests.office.channel import Crash, Fake, crash
from tests.store.engine import DEATHS, Fault, Killed, broken_at, counted
from tests.store.memory import stores
from tests.store.sample import ADDRESS, FILES, LOCK, NOON, check, numbered, send, workbook

pytestmark = pytest.mark.promise("told")

__all__ = ["stores"]

HEAD = b'headline = "district"\n'
WANTED: Mapping[str, bytes] = FILES | {
    "programme.toml": FILES["programme.toml"].replace(HEAD, HEAD + b"outcome_letters = true\n")
}
SECOND = timedelta(seconds=1)
OTHER = ADDRESS.model_copy(update={"unit": "180"})


@pytest.fixture
def programme(stores: None) -> Programme:
    """The sample programme with letters; only Lạng Sơn has a contact."""
    stamp = Stamp("pv05:an", NOON)
    import_programme(WANTED, stamp=stamp)
    line = make_line(Action.CONTACT_CHANGED, "unit:178", programme="mau", stamp=stamp)
    put_contact("mau", Contact(unit="178", phone="0205 178"), line)
    return programmes.load_in_force("mau")


def take_in(data: bytes, number: int, *, address: Address = ADDRESS, now: datetime = NOON) -> Receipt:
    key, version = send(data, numbered(number), address=address, received=now)
    return receive(key, version, now=lambda: now, check=check)


def pass_by(channel: Fake, *, now: datetime = NOON) -> Result:
    return outcome_letters.send_due(now=now, channels=[channel])


def tell_progress() -> list[Progress]:
    return [each.progress for each in list_outcome_letters("mau", period="6-thang")]


# What is sent


@pytest.mark.usefixtures("programme")
@pytest.mark.parametrize(
    ("data", "now", "subject", "said", "unsaid"),
    [
        (workbook(A1=4711), NOON, "Đã tiếp nhận Báo cáo", "lúc 12:00 ngày 10/5/2022 (đúng hạn). Số cảnh báo: 0", ""),
        (workbook(A1=4711), LOCK - timedelta(days=9), "Đã tiếp nhận Báo cáo", "(muộn)", ""),
        (b"4711", NOON, "Cần sửa Báo cáo", "cần sửa 1 lỗi, 0 cảnh báo", ""),
        (b"secret 4711", NOON, "Không tiếp nhận Báo cáo", "liên hệ PV05", "lỗi"),
        (workbook(A1=4711), LOCK, "Không tiếp nhận Báo cáo", "liên hệ PV05", "lỗi"),
    ],
)
def test_the_contact_is_told_how_the_upload_ended(
    data: bytes, now: datetime, subject: str, said: str, unsaid: str
) -> None:
    receipt, channel = take_in(data, 1, now=now), Fake()
    assert pass_by(channel, now=now) == Result(sent=1)
    ((to, own, body),) = channel.letters
    assert (to, own) == ("0205 178", subject)
    assert said in body
    assert not unsaid or unsaid not in body
    assert f"Biên nhận số {receipt.number}" in body
    assert "Kính gửi: Thành phố Lạng Sơn" in body
    assert "6 tháng" in body
    assert "4711" not in body
    assert "/nop/" not in body
    assert "{" not in body
    ((actor, _, about, details),) = read_audit("outcome.sent", month=f"{now.astimezone(VIETNAM):%Y-%m}")
    assert (actor, about, details["receipt"]) == ("schedule", "unit:178", receipt.number)


@pytest.mark.usefixtures("programme")
def test_any_number_of_passes_sends_each_letter_once() -> None:
    take_in(workbook(A1=1), 1)
    take_in(b"wrong", 2)
    channel = Fake()
    assert outcome_letters.send_due(now=NOON, most=1, channels=[channel]) == Result(sent=1, left=1)
    assert pass_by(channel) == Result(sent=1)
    assert pass_by(channel) == Result()
    assert [subject for _, subject, _ in channel.letters] == ["Đã tiếp nhận Báo cáo", "Cần sửa Báo cáo"]


@pytest.mark.usefixtures("programme")
def test_two_passes_at_once_send_each_letter_once() -> None:
    take_in(workbook(A1=1), 1)
    other = Fake()
    own = Fake(lambda _: None if other.sent else found.append(pass_by(other)))
    found: list[Result] = []
    assert pass_by(own) == Result(sent=1)
    assert found == [Result()]


@pytest.mark.usefixtures("programme")
def test_the_same_bytes_again_are_no_second_letter() -> None:
    take_in(workbook(A1=1), 1)
    take_in(workbook(A1=1), 2)
    assert tell_progress() == [Progress.DUE]


@pytest.mark.usefixtures("programme")
def test_an_event_delivered_twice_is_one_letter() -> None:
    key, version = send(workbook(A1=1), numbered(1))
    for _ in range(2):
        receive(key, version, now=lambda: NOON, check=check)
    assert tell_progress() == [Progress.DUE]


@pytest.mark.usefixtures("programme")
def test_figures_entered_from_paper_are_no_letter() -> None:
    paper = papers.Paper(upload_id=numbered(1), scan_key="", entered=NOON, actor="pv05:an", received=NOON)
    papers.put_paper(ADDRESS, paper)
    particulars = uploads.Particulars("giấy.xlsx", is_unclassified=True, is_paper=True)
    uploads.put_entered(ADDRESS, numbered(1), workbook(A1=1), particulars)
    receive(upload_key(ADDRESS, numbered(1)), now=lambda: NOON, check=check)
    assert tell_progress() == []


@pytest.mark.usefixtures("programme")
def test_a_unit_without_a_contact_gets_none_and_that_is_kept() -> None:
    take_in(workbook(A1=1), 1, address=OTHER)
    channel = Fake()
    assert [pass_by(channel), pass_by(channel)] == [Result(), Result()]
    assert (channel.sent, tell_progress()) == ([], [Progress.UNADDRESSED])


def test_a_programme_that_does_not_want_letters_notes_none(stores: None) -> None:
    import_programme(FILES, stamp=Stamp("pv05:an", NOON))
    take_in(workbook(A1=1), 1)
    assert tell_progress() == []


@pytest.mark.usefixtures("programme")
def test_nothing_is_sent_once_the_programme_wants_none() -> None:
    take_in(workbook(A1=1), 1)
    import_programme(FILES, stamp=Stamp("pv05:an", NOON + timedelta(minutes=1)))
    programmes.forget()
    channel = Fake()
    assert (pass_by(channel), channel.sent) == (Result(), [])


@pytest.mark.usefixtures("programme")
def test_a_text_of_pv05s_own_is_sent() -> None:
    own = LetterText(moment=Moment.RECEIVED, subject="Biên nhận {bien_nhan}", body="{don_vi}: {dung_han}")
    texts.change_text("mau", own, stamp=Stamp("pv05:an", NOON))
    receipt, channel = take_in(workbook(A1=1), 1), Fake()
    pass_by(channel)
    assert channel.letters == [("0205 178", f"Biên nhận {receipt.number}", "Thành phố Lạng Sơn: đúng hạn")]


def test_a_text_about_a_classified_file_cannot_count_its_mistakes() -> None:
    own = LetterText(moment=Moment.NOT_TAKEN, subject="Không nhận", body="{so_loi}")
    with pytest.raises(Refusal, match="so_loi"):
        texts.change_text("mau", own, stamp=Stamp("pv05:an", NOON))


# What intake does for it


@pytest.mark.usefixtures("programme")
def test_the_note_costs_intake_no_call_and_holds_neither_figure_nor_address() -> None:
    key, version = send(workbook(A1=4711), numbered(1))
    programmes.load_in_force("mau")
    with counted() as with_letter:
        receive(key, version, now=lambda: NOON, check=check)
    import_programme(FILES, stamp=Stamp("pv05:an", NOON + timedelta(minutes=1)))
    programmes.load_in_force("mau")
    key, version = send(workbook(A1=4711), numbered(2), address=OTHER)
    with counted() as without:
        receive(key, version, now=lambda: NOON, check=check)
    assert with_letter == without
    (noted,) = [str(item) for item in table.scan_items() if item["pk"]["S"].startswith("O#")]
    assert "4711" not in noted
    assert "0205" not in noted


# What goes wrong


@pytest.mark.usefixtures("programme")
@pytest.mark.parametrize(
    ("error", "progress"), [(NotTaken("MessageRejected"), Progress.FAILED), (Unavailable("mail"), Progress.CLAIMED)]
)
def test_what_failed_is_left_to_a_person(error: Exception, progress: Progress) -> None:
    take_in(workbook(A1=1), 1)

    def fail(_: str) -> None:
        raise error

    assert pass_by(Fake(fail)) == Result(failed=1)
    later, channel = NOON + PATIENCE, Fake()
    assert (tell_progress(), pass_by(channel, now=later)) == ([progress], Result())
    assert send_left(channel, now=later) == Result(sent=1)
    assert send_left(channel, now=later) == Result()
    assert channel.sent == ["0205 178"]


@pytest.mark.usefixtures("programme")
def test_a_crash_between_claim_and_letter_is_unclear() -> None:
    take_in(workbook(A1=1), 1)
    with pytest.raises(Crash):
        pass_by(Fake(crash))
    (letter,) = list_outcome_letters("mau", period="6-thang")
    assert [letter.is_unclear(NOON), letter.is_unclear(NOON + PATIENCE)] == [False, True]
    assert pass_by(Fake(), now=NOON + PATIENCE) == Result()


@pytest.mark.usefixtures("programme")
def test_a_fault_in_one_letter_stops_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    for number in (1, 2, 3):
        take_in(workbook(A1=number), number)
    find = outcome_letters.receipts.find_receipt
    faults = iter([False, True])

    def fail(upload_id: str) -> Receipt | None:
        if next(faults, False):
            raise Unavailable("receipt")
        return find(upload_id)

    monkeypatch.setattr(outcome_letters.receipts, "find_receipt", fail)
    channel = Fake()
    assert pass_by(channel) == Result(sent=2, failed=1)
    assert pass_by(channel) == Result(sent=1)


@pytest.mark.usefixtures("programme")
def test_what_surely_did_not_leave_is_sent_again_by_the_clock_after_some_hours_and_for_two_days() -> None:
    take_in(workbook(A1=1), 1)

    def refuse(_: str) -> None:
        raise Throttled("mail")

    assert pass_by(Fake(refuse)) == Result(failed=1)
    assert pass_by(Fake(refuse), now=NOON + TRIED_AGAIN - SECOND) == Result()
    assert pass_by(Fake(refuse), now=NOON + TRIED_AGAIN) == Result(failed=1)
    channel = Fake()
    assert pass_by(channel, now=NOON + TRIED_AGAIN + SECOND) == Result()
    assert pass_by(channel, now=NOON + 2 * TRIED_AGAIN) == Result(sent=1)
    assert pass_by(channel, now=NOON + 3 * TRIED_AGAIN) == Result()
    take_in(workbook(A1=2), 2)
    assert pass_by(Fake(refuse)) == Result(failed=1)
    assert pass_by(Fake(refuse), now=NOON + WITHIN + SECOND) == Result()


@pytest.mark.usefixtures("programme")
@pytest.mark.parametrize("fault", [*DEATHS, Fault.LOST])
def test_a_fault_at_any_call_doubles_no_letter_and_none_counts_as_sent_that_is_not(
    fault: Fault, tried: Callable[[int], None]
) -> None:
    take_in(workbook(A1=0), 0)
    with counted() as calls:
        pass_by(Fake())
    later = NOON + PATIENCE
    for number in range(len(calls) + 4):
        sent = {take_in(workbook(A1=2 * number + each), 2 * number + each).upload_id for each in (1, 2)}
        channel = Fake()
        with suppress(Killed, StorageError), broken_at(number, fault):
            pass_by(channel)
        pass_by(channel, now=later)
        found = [each for each in list_outcome_letters("mau", period="6-thang") if each.upload_id in sent]
        assert {each.progress for each in found} <= {Progress.SENT, Progress.CLAIMED}
        told = [each for each in found if each.progress is Progress.SENT]
        assert len(told) <= len(channel.sent) <= 2
        assert len(found) - len(told) <= 1, "one fault stops one letter"
        send_left(channel, now=later)
        assert set(tell_progress()) == {Progress.SENT}
        tried(1)


@pytest.mark.usefixtures("programme")
def test_what_is_long_past_is_not_sent_by_the_clock() -> None:
    take_in(workbook(A1=1), 1)
    channel, later = Fake(), NOON + WITHIN + timedelta(minutes=1)
    assert (pass_by(channel, now=later), channel.sent) == (Result(), [])
    assert send_left(channel, now=later) == Result(sent=1)


@pytest.mark.usefixtures("programme")
def test_without_a_channel_the_clock_asks_storage_for_nothing_and_a_person_is_told() -> None:
    take_in(workbook(A1=1), 1)
    with counted() as calls:
        assert pass_by(Fake(ready=False)) == Result()
    assert calls == []
    with pytest.raises(Refusal, match="Chưa khai báo địa chỉ gửi thư"):
        send_left(Fake(ready=False), now=NOON)


def send_left(channel: Fake, *, now: datetime) -> Result:
    programme = programmes.load_in_force("mau")
    period = programme.period_by_code["6-thang"]
    return outcome_letters.send_left(programme, period, stamp=Stamp("pv05:an", now), channels=[channel])


# A purge


@pytest.mark.usefixtures("programme")
@pytest.mark.parametrize("is_sent", [False, True])
def test_a_purge_leaves_nothing_of_the_letter(is_sent: bool) -> None:
    take_in(workbook(A1=1), 1)
    channel = Fake()
    if is_sent:
        pass_by(channel)
    purge(numbered(1), reason="mật", stamp=Stamp("operator:an", NOON))
    assert tell_progress() == []
    assert not list(whole.list_versions(whole.REPORTS, prefix="records/O/"))
    assert pass_by(channel) == Result()


@pytest.mark.usefixtures("programme")
def test_a_letter_purged_while_it_is_sent_does_not_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    take_in(workbook(A1=1), 1)
    stamp = Stamp("operator:an", NOON)
    pass_by(Fake(lambda _: void(purge(numbered(1), reason="mật", stamp=stamp))))
    assert tell_progress() == []


def void(_: object) -> None:
    return
