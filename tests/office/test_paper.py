"""A report on paper ends as an upload like any other, with its scan beside it; or nothing is written at all."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError

from chalicelib.domain.audit import Stamp
from chalicelib.domain.programme.model import Programme
from chalicelib.domain.submission.records import Receipt
from chalicelib.intake.check import check_workbook
from chalicelib.intake.receive import receive
from chalicelib.office import paper
from chalicelib.office.paper import PaperEntry, Scan
from chalicelib.office.refusals import Refusal, SentBefore, Unknown
from chalicelib.store import obligations, papers, prepared, whole
from chalicelib.store.addresses import upload_key
from chalicelib.store.clients import s3
from chalicelib.store.errors import StorageError
from chalicelib.store.papers import Paper
from chalicelib.store.settings import read_settings
from chalicelib.workbook.form.filling import Contents, read_back
from tests.office.audit import read_audit
from tests.store.engine import Fault, Killed, broken_at, counted, hooked
from tests.store.sample import ADDRESS, DUE, NOON, check, now, numbered, send, workbook

POSTED = f"handouts/scans/{'a' * 32}"
CAME = NOON - timedelta(days=2)


def put_scan(key: str = POSTED, data: bytes = b"%PDF-1.7") -> None:
    s3().put_object(Bucket=read_settings().reports, Key=key, Body=data)


@pytest.fixture
def entry(programme: Programme) -> PaperEntry:
    put_scan()
    return PaperEntry(
        programme=programme,
        period=programme.period_by_code[ADDRESS.period],
        form=programme.form_by_code[ADDRESS.form],
        unit=programme.unit_by_code[ADDRESS.unit],
        scan=paper.read_scan(POSTED),
        typed=Contents(values={"A1": "12"}),
        received=CAME,
        is_unclassified=True,
    )


def take_in(made: Paper) -> Receipt:
    return receive(upload_key(ADDRESS, made.upload_id), now=now, check=check_workbook)


def test_an_entry_is_accepted_and_judged_by_when_the_paper_came(entry: PaperEntry, stamp: Stamp) -> None:
    assert entry.address == ADDRESS
    late = stamp._replace(at=DUE + timedelta(days=3))
    made = paper.enter(entry, form_number=numbered(40), stamp=late)
    receipt = take_in(made)
    assert (receipt.answer, receipt.timeliness, receipt.issues) == ("accepted", "on_time", ())
    assert obligations.find_state(ADDRESS).first_received == CAME
    assert papers.find_paper(ADDRESS, made.upload_id) == made
    assert (made.actor, made.entered, made.scan_type) == (stamp.actor, late.at, ".pdf")
    details = {"period": "6-thang", "form": "bc", "unit": "178", "received": CAME.isoformat()}
    assert read_audit("submission.entered") == [(stamp.actor, "submission.entered", made.upload_id, details)]


def test_the_scan_is_kept_where_it_does_not_go_by_itself(entry: PaperEntry, stamp: Stamp) -> None:
    made = paper.enter(entry, form_number=numbered(40), stamp=stamp)
    assert made.scan_key == POSTED.replace("handouts/", "records/")
    again = paper.enter(entry._replace(scan=paper.read_scan(made.scan_key)), form_number=numbered(41), stamp=stamp)
    assert (again.scan_key, again.upload_id == made.upload_id) == (made.scan_key, False)


@pytest.mark.promise("one-order")
def test_older_paper_does_not_take_the_place_of_a_newer_workbook(entry: PaperEntry, stamp: Stamp) -> None:
    receive(*send(workbook(A1=7), numbered(9)), now=now, check=check)
    before = obligations.find_state(ADDRESS).submission
    assert before
    receipt = take_in(paper.enter(entry, form_number=numbered(40), stamp=stamp))
    assert receipt.revision == before.revision + 1
    assert obligations.find_state(ADDRESS).submission == before


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda entry: entry._replace(is_unclassified=False), "xác nhận: bản giấy không chứa bí mật"),
        (lambda entry: entry._replace(received=NOON + timedelta(seconds=1)), "không thể sau lúc này"),
        (lambda entry: entry._replace(received=entry.period.opens - timedelta(days=1)), "chưa mở"),
    ],
)
@pytest.mark.promise("finished")
def test_an_entry_that_is_refused_writes_nothing_and_uses_up_no_form(
    entry: PaperEntry, stamp: Stamp, change: Callable[[PaperEntry], PaperEntry], sentence: str
) -> None:
    with pytest.raises(Refusal, match=sentence):
        paper.enter(change(entry), form_number=numbered(40), stamp=stamp)
    assert_nothing_is_there()
    assert paper.enter(entry, form_number=numbered(40), stamp=stamp)


@pytest.mark.promise("one-receipt")
def test_a_form_is_entered_once_and_a_further_one_is_another_upload(entry: PaperEntry, stamp: Stamp) -> None:
    made = paper.enter(entry, form_number=numbered(40), stamp=stamp)
    with pytest.raises(SentBefore):
        paper.enter(entry, form_number=numbered(40), stamp=stamp)
    other = paper.enter(entry, form_number=numbered(41), stamp=stamp)
    assert set(papers.list_papers(ADDRESS)) == {made.upload_id, other.upload_id}


def change_figures(entry: PaperEntry) -> PaperEntry:
    return entry._replace(typed=Contents(values={"A1": "13"}), received=entry.received - timedelta(hours=2))


@pytest.mark.promise("finished")
def test_a_form_that_is_changed_before_it_is_sent_again_loses_nothing(entry: PaperEntry, stamp: Stamp) -> None:
    made = paper.enter(entry, form_number=numbered(40), stamp=stamp)
    changed = paper.enter(change_figures(entry), form_number=numbered(40), stamp=stamp)
    assert [take_in(each).answer for each in (made, changed)] == ["accepted", "accepted"]


@pytest.mark.parametrize("number", range(8))
@pytest.mark.promise("finished")
def test_of_two_entries_at_once_in_one_form_each_has_its_own_scan_and_day(
    entry: PaperEntry, stamp: Stamp, number: int
) -> None:
    """The other one is entered between two calls of the first."""
    other, left = change_figures(entry), number

    def overtake(**_: Any) -> None:
        nonlocal left
        left -= 1
        if left == -1:
            paper.enter(other, form_number=numbered(40), stamp=stamp)

    with hooked("before-call", overtake):
        paper.enter(entry, form_number=numbered(40), stamp=stamp)
    entered = {}
    for version in whole.list_versions(whole.INBOX):
        found = papers.find_paper(ADDRESS, version.key.rpartition("/")[2])
        data = s3().get_object(Bucket=read_settings().inbox, Key=version.key)["Body"].read()
        entered[read_back(data).values["A1"]] = found and found.received
    assert entered == {"12": entry.received} | ({"13": other.received} if left < 0 else {})


def assert_nothing_is_there() -> None:
    assert papers.list_papers(ADDRESS) == {}
    assert prepared.list_latest(ADDRESS) == []
    assert not read_audit("submission.entered")
    assert not list(whole.list_versions(whole.REPORTS, prefix="records/scans/"))


def cut_off(number: int, enter: Callable[[], Paper]) -> Paper | None:
    try:
        with broken_at(number, Fault.DIES_AFTER):
            return enter()
    except Killed:
        return None


CALLS = 8
"""More than entering a report makes to the stores."""


@pytest.mark.parametrize("number", range(CALLS))
@pytest.mark.promise("finished")
def test_wherever_it_is_cut_off_the_same_form_sent_again_is_one_upload_with_its_origin(
    entry: PaperEntry, stamp: Stamp, number: int
) -> None:
    first = cut_off(number, lambda: paper.enter(entry, form_number=numbered(40), stamp=stamp))
    later = stamp._replace(at=stamp.at + timedelta(minutes=1))
    try:
        made = paper.enter(entry, form_number=numbered(40), stamp=later)
    except SentBefore:
        made = None
    versions = list(whole.list_versions(whole.INBOX, prefix="inbox/mau/6-thang/bc/178/"))
    assert len(versions) == 1
    upload_id = versions[0].key.rpartition("/")[2]
    found = papers.find_paper(ADDRESS, upload_id)
    assert found
    assert made is None or made == found
    assert first is None or first == found
    assert papers.read_scan_type(found.scan_key) == ".pdf"
    assert [line[2] for line in read_audit("submission.entered")] == [upload_id]
    assert [known.upload_id for known in prepared.list_latest(ADDRESS)] == [upload_id]


def test_no_entry_has_more_calls_than_are_broken(entry: PaperEntry, stamp: Stamp) -> None:
    with counted() as calls:
        paper.enter(entry, form_number=numbered(40), stamp=stamp)
    assert len(calls) <= CALLS


@pytest.mark.promise("finished")
def test_a_lost_answer_makes_no_second_version(entry: PaperEntry, stamp: Stamp) -> None:
    """The form is sent again, because its first answer did not come."""
    lost: list[str] = []

    def lose(model: Any, http_response: Any, **_: Any) -> None:
        if model.name == "PutObject" and not lost:
            lost.append(model.name)
            raise ReadTimeoutError(endpoint_url="s3")

    with hooked("after-call", lose), pytest.raises(StorageError):
        paper.enter(entry, form_number=numbered(40), stamp=stamp)
    with pytest.raises(SentBefore):
        paper.enter(entry, form_number=numbered(40), stamp=stamp)
    assert len(list(whole.list_versions(whole.INBOX))) == 1


@pytest.mark.promise("finished")
def test_a_request_that_is_repeated_makes_no_second_version(entry: PaperEntry, stamp: Stamp) -> None:
    """The client of storage sends a request again by itself where the answer was lost."""

    def repeat(operation: Any, attempts: int, **_: Any) -> float | None:
        return 0.0 if operation.name == "PutObject" and attempts == 1 else None

    with hooked("needs-retry", repeat):
        paper.enter(entry, form_number=numbered(40), stamp=stamp)
    assert len(list(whole.list_versions(whole.INBOX))) == 1


@pytest.mark.parametrize("key", ["", "handouts/x", f"records/{'a' * 64}", f"{POSTED}/..", f"handouts/scans/{'A' * 32}"])
def test_a_key_of_no_scan_is_unknown(key: str) -> None:
    with pytest.raises(Unknown):
        paper.read_scan(key)


@pytest.mark.usefixtures("programme")
@pytest.mark.parametrize(("data", "kind"), [(b"%PDF-1.4", ".pdf"), (b"\xff\xd8\xff", ".jpg"), (b"PK\x03\x04", "")])
def test_a_scan_is_a_picture_of_the_paper(data: bytes, kind: str) -> None:
    put_scan(data=data)
    if kind:
        assert paper.read_scan(POSTED) == Scan(POSTED, kind)
    else:
        with pytest.raises(Refusal, match="PDF"):
            paper.read_scan(POSTED)
