"""A trial gets the answer that an upload would get, and leaves nothing behind but that answer, for a day."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.domain.audit import Stamp
from chalicelib.domain.issues.issue import Refused
from chalicelib.domain.programme.model import Programme
from chalicelib.domain.submission.records import Address, Link, Outcome, Trial
from chalicelib.intake.limits import MOST_AN_HOUR, TooOften, Use
from chalicelib.intake.receive import receive
from chalicelib.intake.trial import answer_trial, forget_trials, mint_trial
from chalicelib.office.programme import import_programme
from chalicelib.store import programmes, trials, uploads
from chalicelib.store.addresses import trial_key
from chalicelib.store.clients import dynamodb, s3
from chalicelib.store.errors import LinkClosed
from chalicelib.store.names import encode_text
from chalicelib.store.settings import read_settings
from tests.links import create_link
from tests.store.engine import DEATHS, Fault, Killed, broken_at, counted
from tests.store.sample import ADDRESS, FILES, LOCK, NOON, check, import_sample, now, numbered, send, workbook

ID = numbered(1)
HOUR = timedelta(hours=1)
OPENS = datetime(2022, 4, 14, 17, 0, tzinfo=UTC)
UNTIL = NOON + timedelta(days=90)


@pytest.fixture(autouse=True)
def programme(stores: None) -> Programme:
    return import_sample()


@pytest.fixture
def link(programme: Programme) -> Link:
    return create_link(programme, "178", expires=UNTIL, now=OPENS - timedelta(days=30))[1]


def post(data: bytes, trial_id: str = ID, *, address: Address = ADDRESS, **metadata: str) -> None:
    """What S3 does with the POST."""
    told = {"file-name": encode_text("báo cáo.xlsx"), "confirmed": "yes"} | metadata
    s3().put_object(Bucket=read_settings().reports, Key=trial_key(address, trial_id), Body=data, Metadata=told)


def make_copy(data: bytes, *_: object) -> bytes:
    return b"marked: " + data


def answer(link: Link, trial_id: str = ID, *, address: Address = ADDRESS, **options: Any) -> Trial | None:
    asked = {"now": NOON, "check": check, "make_copy": make_copy} | options
    programme = programmes.load_in_force("mau")
    return answer_trial(link, programme, address=address, trial_id=trial_id, **asked)


def list_kept() -> list[str]:
    """The keys of everything that trials have left, a key for each version."""
    return [version.key.rpartition("/")[2] for version in trials.list_versions()]


def list_records() -> set[str]:
    """The keys of all items but counters."""
    items = dynamodb().scan(TableName=read_settings().table)["Items"]
    return {item["pk"]["S"] + item["sk"]["S"] for item in items if not item["pk"]["S"].startswith("K#")}


# The answer


@pytest.mark.parametrize(
    ("data", "metadata"),
    [
        (workbook(A1=5), {}),
        (b"no workbook", {}),
        (b"secret plan", {}),
        (b"", {}),
        (b"x" * (uploads.MOST_BYTES + 1), {}),
        (workbook(A1=5), {"confirmed": "no"}),
    ],
    ids=["good", "wrong", "classified", "empty", "too large", "not confirmed"],
)
def test_a_trial_says_what_the_receipt_would_say(link: Link, data: bytes, metadata: dict[str, str]) -> None:
    post(data, **metadata)
    tried = answer(link)
    sent = receive(*send(data, numbered(2), **metadata), now=now, check=check)
    assert tried is not None
    assert (tried.outcome.status, tried.outcome.issues) == (sent.answer, sent.issues)
    assert (tried.outcome.sha256, tried.size, tried.file_name) == (sent.sha256, sent.size, sent.file_name)


def test_a_trial_is_held_against_what_the_unit_said_before(link: Link) -> None:
    def check_year(data: bytes, programme: Programme, **_: Any) -> Outcome:
        return check(data, programme).model_copy(update={"unit": "178", "period": "nam"})

    form = FILES["bc.toml"].replace(b"version = 1", b"version = 1\ncumulative = true")
    import_programme({**FILES, "bc.toml": form}, stamp=Stamp("pv05", NOON))
    receive(*send(workbook(A1=5), numbered(2)), now=now, check=check)
    year = ADDRESS.model_copy(update={"period": "nam"})
    post(workbook(A1=4), address=year)
    tried = answer(link, address=year, check=check_year)
    assert tried is not None
    assert [issue.code for issue in tried.outcome.issues] == ["rule.less_than_before"]


@pytest.mark.parametrize("moment", [OPENS - timedelta(days=1), NOON, LOCK + timedelta(days=1)])
def test_a_period_need_not_be_open(link: Link, programme: Programme, moment: datetime) -> None:
    minted = mint_trial(link, programme, period="6-thang", form="bc", file_name="a.xlsx", now=moment)
    post(workbook(A1=5), minted.upload_id)
    tried = answer(link, minted.upload_id, now=moment)
    assert tried is not None
    assert tried.outcome.status == "accepted"


def test_the_answer_can_be_read_again_and_the_workbook_is_checked_once(link: Link) -> None:
    looks: list[bytes] = []

    def look(data: bytes, programme: Programme, **_: Any) -> Outcome:
        looks.append(data)
        return check(data, programme)

    post(b"no workbook")
    assert answer(link, check=look) == answer(link, check=look)
    assert len(looks) == 1


@pytest.mark.parametrize(
    ("data", "kept"), [(workbook(A1=5), [f"{ID}.json"]), (b"secret plan", [])], ids=["good", "classified"]
)
def test_a_workbook_posted_again_has_an_answer_of_its_own(link: Link, data: bytes, kept: list[str]) -> None:
    post(b"no workbook")
    first = answer(link)
    post(data)
    second = answer(link)
    assert first
    assert second
    assert second.outcome.sha256 != first.outcome.sha256
    assert list_kept() == kept
    assert answer(link) == (second if kept else None)


CALLS = 9
"""More than an answer to a workbook posted again makes to the stores."""


@pytest.mark.parametrize("fault", DEATHS)
@pytest.mark.parametrize("number", range(CALLS))
def test_wherever_an_answer_is_cut_off_no_workbook_gets_the_answer_of_another(
    link: Link, fault: Fault, number: int
) -> None:
    post(b"no workbook")
    answer(link)
    post(workbook(A1=5))
    with suppress(Killed), broken_at(number, fault):
        answer(link)
    again = answer(link)
    assert again is None or again.outcome.status == "accepted"
    assert ID not in list_kept()


def test_no_answer_has_more_calls_than_are_broken(link: Link) -> None:
    post(b"no workbook")
    answer(link)
    post(workbook(A1=5))
    with counted() as calls:
        answer(link)
    assert len(calls) <= CALLS


def test_of_what_was_never_posted_there_is_no_answer(link: Link) -> None:
    assert answer(link) is None


def test_a_wrong_workbook_comes_back_marked_under_its_name(link: Link) -> None:
    post(b"no workbook")
    answer(link)
    assert trials.has_copy(ADDRESS, ID)
    assert "%C4%91%C3%A1nh%20d%E1%BA%A5u" in trials.presign_copy(ADDRESS, ID, file_name="báo cáo.xlsx").replace(
        "%25", "%"
    )


def test_without_its_copy_the_answer_stands(link: Link) -> None:
    def fail(*_: object) -> bytes:
        raise MemoryError

    post(b"no workbook")
    assert answer(link, make_copy=fail) == answer(link)
    assert not trials.has_copy(ADDRESS, ID)


# What stays


def test_no_receipt_no_submission_no_line_and_nothing_in_the_inbox(link: Link, programme: Programme) -> None:
    before = list_records()
    mint_trial(link, programme, period="6-thang", form="bc", file_name="a.xlsx", now=NOON)
    for number, data in enumerate((workbook(A1=5), b"no workbook", b"secret")):
        post(data, numbered(number))
        answer(link, numbered(number))
    assert list_records() == before
    assert list(uploads.list_uploads()) == []


def test_the_workbook_goes_with_its_answer_in_all_its_versions(link: Link) -> None:
    for data in (workbook(A1=5), workbook(A1=6)):
        post(data)
    answer(link)
    assert list_kept() == [f"{ID}.json"]


def test_of_a_classified_workbook_nothing_stays_and_its_answer_is_said_once(link: Link) -> None:
    post(b"secret plan")
    tried = answer(link)
    assert tried is not None
    assert not tried.outcome.keep_bytes
    assert list_kept() == []
    assert answer(link) is None


def test_the_workbook_goes_when_the_check_fails_too(link: Link) -> None:
    def fail(*_: object, **__: object) -> Outcome:
        raise MemoryError

    post(workbook(A1=5))
    with pytest.raises(MemoryError):
        answer(link, check=fail)
    assert list_kept() == []


def test_what_nobody_asked_for_goes_after_a_day_with_the_answers(link: Link) -> None:
    post(b"no workbook")
    answer(link)
    post(workbook(A1=5), numbered(2))
    stored = max(version.stored for version in trials.list_versions())
    assert forget_trials(now=stored + timedelta(hours=23)) == 0
    assert forget_trials(now=stored + timedelta(hours=25)) == 3
    assert list_kept() == []


def test_the_logs_name_no_file_and_no_content(link: Link, caplog: pytest.LogCaptureFixture) -> None:
    def fail(*_: object) -> bytes:
        raise MemoryError

    caplog.set_level("DEBUG", logger="chalicelib")
    post(b"no workbook")
    answer(link, make_copy=fail)
    assert "no marked copy" in caplog.text
    assert "báo cáo" not in caplog.text
    assert "no workbook" not in caplog.text


# Who may try, and how often


@pytest.mark.parametrize("asked", [{"period": "quy-9"}, {"form": "khac"}, {"form": "../x"}])
def test_what_the_unit_does_not_owe_is_not_tried(link: Link, programme: Programme, asked: dict[str, str]) -> None:
    with pytest.raises(Refused):
        mint_trial(link, programme, **{"period": "6-thang", "form": "bc", "file_name": "a", "now": NOON} | asked)  # type: ignore[arg-type]


def test_a_link_that_is_closed_tries_nothing(link: Link, programme: Programme) -> None:
    with pytest.raises(LinkClosed):
        mint_trial(link, programme, period="6-thang", form="bc", file_name="a.xlsx", now=UNTIL)


def test_preparing_a_trial_costs_a_read_of_the_counter(link: Link, programme: Programme) -> None:
    with counted() as calls:
        mint_trial(link, programme, period="6-thang", form="bc", file_name="a.xlsx", now=NOON)
    assert calls == ["GetItem"]


def test_one_link_has_so_many_trials_an_hour_and_what_is_above_is_deleted_unread(
    link: Link, programme: Programme, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(MOST_AN_HOUR, Use.TRIAL, 2)
    for number in range(3):
        post(workbook(A1=number), numbered(number))
    for number in range(2):
        answer(link, numbered(number))
    with pytest.raises(TooOften):
        answer(link, numbered(2))
    assert f"{numbered(2)}" not in list_kept()
    with pytest.raises(TooOften):
        mint_trial(link, programme, period="6-thang", form="bc", file_name="a.xlsx", now=NOON)
    assert answer(link, numbered(0))  # what was answered can be read all the same
    other = create_link(programme, "180", expires=UNTIL, now=NOON)[1]
    for one, at in ((other, NOON), (link, NOON + HOUR)):
        assert mint_trial(one, programme, period="6-thang", form="bc", file_name="a.xlsx", now=at)
