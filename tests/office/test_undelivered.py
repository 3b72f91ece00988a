"""A letter that does not arrive marks the contact, and the address gets no further one until somebody has looked."""

from __future__ import annotations

import json
import logging
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain.audit import Action, Stamp, make_line
from chalicelib.domain.period.contacts import Contact, Reason
from chalicelib.domain.programme.model import Programme
from chalicelib.external import mail
from chalicelib.external.mail import MailUnreadable, parse_event
from chalicelib.office import contacts, reminders, undelivered
from chalicelib.office.letters import find_way
from chalicelib.office.undelivered import take_event
from chalicelib.store.contacts import ContactMoved, find_contact, put_contact
from chalicelib.store.letters import list_reminders
from tests.office.audit import read_audit
from tests.office.returned import RETURNED, make_complaint, make_event
from tests.store.sample import NOON

pytestmark = pytest.mark.promise("told")

LATER = NOON + timedelta(hours=1)


@pytest.fixture(autouse=True)
def known(programme: Programme, stamp: Stamp, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two units with addresses of mail, one with a telephone alone, and mail set up."""
    monkeypatch.setenv("TONGHOP_MAIL_FROM", "pv05@example.vn")
    for unit, address in (("178", RETURNED), ("180", "khac@example.vn"), ("181", "")):
        line = make_line(Action.CONTACT_CHANGED, f"unit:{unit}", programme="mau", stamp=stamp)
        put_contact("mau", Contact(unit=unit, name="An", mail=address), line)


def find(unit: str = "178") -> Contact:
    contact = find_contact("mau", unit=unit)
    assert contact
    return contact


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (make_event(), Reason.REFUSED),
        (make_event(f"<{RETURNED.upper()}>"), Reason.REFUSED),
        (make_event(subtype="OnAccountSuppressionList"), Reason.SUPPRESSED),
        (make_complaint(), Reason.COMPLAINED),
    ],
)
def test_a_returned_letter_marks_the_contact_and_no_letter_follows(body: str, reason: Reason) -> None:
    assert find_way(find())
    assert take_event(body, now=LATER)
    failing = find().failing
    assert failing
    assert (failing.reason, failing.sent) == (reason, NOON)
    assert find_way(find()) is None
    assert find_way(find("180"))
    assert read_audit("contact.unreached") == [("intake", "contact.unreached", "unit:178", {"kind": reason})]


def test_every_unit_with_the_address_is_marked(programme: Programme, stamp: Stamp) -> None:
    contacts.change_contact(programme, Contact(unit="180", mail=RETURNED.title()), stamp=stamp)
    take_event(make_event(), now=LATER)
    assert all(find(unit).failing for unit in ("178", "180"))


@pytest.mark.parametrize("written", [f"<{RETURNED}>", f"Văn thư <{RETURNED}>", f" {RETURNED.upper()} "])
def test_an_address_with_a_name_or_in_brackets_is_the_address(written: str) -> None:
    take_event(make_event(written), now=LATER)
    assert find().failing


def test_the_same_event_and_a_second_letters_are_noted_once() -> None:
    for body in (make_event(), make_event(), make_event(sent=LATER), make_complaint()):
        assert take_event(body, now=LATER)
    assert len(read_audit("contact.unreached")) == 1


@pytest.mark.parametrize(
    "body", [make_event("la@example.vn"), make_event(""), make_event(kind="Transient"), make_event(kind="Undetermined")]
)
def test_an_unknown_address_and_what_may_pass_mark_nobody(body: str) -> None:
    assert take_event(body, now=LATER)
    assert not find().trouble
    assert read_audit("contact.unreached") == []


def test_the_mark_goes_with_the_address(programme: Programme, stamp: Stamp) -> None:
    take_event(make_event(), now=LATER)
    contacts.change_contact(programme, Contact(unit="178", name="Bình", phone="0205 381", mail=RETURNED), stamp=stamp)
    assert find().failing
    contacts.change_contact(programme, Contact(unit="178", name="Bình", mail="moi@example.vn"), stamp=stamp)
    assert not find().trouble
    assert find_way(find())


def test_a_workbook_of_the_roster_with_the_same_address_changes_nothing(programme: Programme) -> None:
    take_event(make_event(), now=LATER)
    sheet = [["Mã", *contacts.COLUMNS.values()], ["178", "An", "", RETURNED], ["180", "An", "", "moi@example.vn"]]
    assert [each.unit for each in contacts.read_changes(programme, sheet)] == ["180"]


def test_an_address_that_is_believed_again_is_written_to_until_a_later_letter_returns(programme: Programme) -> None:
    take_event(make_event(), now=LATER)
    stamp = Stamp("pv05:an", LATER)
    contacts.change_contact(programme, Contact(unit="178", mail=RETURNED), stamp=stamp, is_believed=True)
    assert find_way(find())
    take_event(make_event(sent=LATER - timedelta(minutes=1)), now=LATER)  # a letter from before
    assert find_way(find())
    take_event(make_event(sent=LATER + timedelta(minutes=1)), now=LATER)
    assert find_way(find()) is None


def test_an_address_that_changes_meanwhile_is_not_marked(
    programme: Programme, stamp: Stamp, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = find()
    contacts.change_contact(programme, Contact(unit="178", mail="moi@example.vn"), stamp=stamp)
    with monkeypatch.context() as late:
        late.setattr(undelivered, "find_contacts", lambda _: {"178": before})
        with pytest.raises(ContactMoved):
            take_event(make_event(), now=LATER)
    assert take_event(make_event(), now=LATER)  # as the queue delivers it again
    assert not find().trouble


def test_who_is_reminded_by_hand_is_told_why_no_letter_goes(
    programme: Programme, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_event(make_event(), now=LATER)
    sent: list[str] = []
    monkeypatch.setattr(mail, "send", lambda to, **_: sent.append(to))
    period = programme.period_by_code["6-thang"]
    stamp = Stamp("pv05:an", NOON)
    reasons = reminders.remind_now(programme, period, [("178", "bc")], stamp=stamp)
    assert reasons["178", "bc"] == "Thư không tới: địa chỉ không nhận thư, ngày 10/5/2022; xin gọi điện."
    reminders.send_now(programme, period, stamp=stamp)
    assert sent == ["khac@example.vn"]
    assert [each.unit for each in list_reminders("mau", period="6-thang")] == ["180"]


@pytest.mark.parametrize(
    "changed",
    [
        {"detail": None},
        {"detail": [RETURNED]},
        {"detail": {"bounce": RETURNED}},
        {"detail": {"bounce": {"bouncedRecipients": [RETURNED]}}},
        {"detail": {"bounce": {"bouncedRecipients": [{"emailAddress": 1}]}}},
        {"detail": {"bounce": {"bouncedRecipients": [{"emailAddress": RETURNED}] * 51}}},
        {"detail": {"bounce": {"bouncedRecipients": [{"emailAddress": RETURNED}]}, "mail": {"timestamp": RETURNED}}},
        {"detail": {"bounce": {"bouncedRecipients": []}, "mail": {"timestamp": "0001-01-01T00:00:00+23:59"}}},
        {"detail-type": "Email Opened"},
        {"detail-type": [RETURNED]},
    ],
)
def test_a_hostile_event_is_refused_and_nothing_of_it_is_told(
    changed: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG), pytest.raises(MailUnreadable) as refused:
        take_event(make_event(**changed), now=LATER)
    assert RETURNED not in f"{refused.value!r} {refused.value.__cause__!r} {caplog.text}"
    assert not find().trouble


@pytest.mark.parametrize("body", ["", "{", "[]", "null", "[" * 200_000, json.dumps({"Records": []}), '{"source": 1}'])
def test_what_is_no_event_of_mail_is_left_to_others(body: str) -> None:
    assert parse_event(body) is None
    assert not take_event(body, now=LATER)
