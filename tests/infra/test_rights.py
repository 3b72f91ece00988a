"""What functions do seldom, done once here, so that each of their rights is seen to be used (`rights.py` compares).

Records too large for an item, which other tests have one or two of, are all records here.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from chalicelib.domain.submission.records import Receipt
from chalicelib.intake.receive import receive
from chalicelib.intake.sweep import sweep
from chalicelib.intake.trial import forget_trials
from chalicelib.office.recheck import recheck_period
from chalicelib.report.publish import publish_due, publish_edition
from chalicelib.store import objects, papers, programmes, records, table, trials, uploads, whole
from chalicelib.store.addresses import SCANS, trial_key
from chalicelib.store.clients import dynamodb
from chalicelib.store.settings import read_settings
from tests.infra import rights
from tests.infra.rights import Call
from tests.store.engine import stores
from tests.store.sample import ADDRESS, LOCK, NOON, check, import_sample, now, numbered, send, workbook

__all__ = ["stores"]


@pytest.fixture(autouse=True)
def small_items(stores: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """An item holds 100 bytes; the rest of each record lies in S3."""
    monkeypatch.setattr(table, "pack", partial(records.pack, largest=100))
    import_sample()
    programmes.forget()


def take(data: bytes, number: int) -> Receipt:
    return receive(*send(data, numbered(number)), now=now, check=check, make_copy=lambda data, *_: b"marked " + data)


def test_intake_reads_and_keeps_large_records() -> None:
    assert [take(workbook(A1=figure), figure).revision for figure in (1, 2)] == [1, 2]


def test_intake_orders_two_versions_of_one_second() -> None:
    assert [take(workbook(A1=figure), 1).revision for figure in (1, 2)] == [1, 2]


def test_the_sweep_takes_in_what_is_accepted_rejected_and_not_to_be_kept() -> None:
    for number, data in enumerate((workbook(A1=1), workbook(A1=2), b"no workbook", b"secret"), start=1):
        send(data, numbered(number))

    def later() -> object:
        return datetime.now(UTC) + timedelta(hours=1)

    swept = sweep(now=later, check=check, make_copy=lambda data, *_: b"marked " + data)  # type: ignore[arg-type]
    assert (swept.lost, swept.failed) == (4, 0)


@pytest.mark.parametrize("taken_in_by", ["intake", "sweep"])
def test_both_drop_the_scan_of_a_classified_paper(taken_in_by: str) -> None:
    scan = f"{SCANS}{'a' * 32}"
    objects.put_object(scan, b"%PDF-", content_type="application/pdf")
    papers.put_paper(ADDRESS, papers.Paper(upload_id=numbered(1), scan_key=scan, entered=NOON, actor="pv05"))
    if taken_in_by == "intake":
        take(b"secret", 1)
    else:
        send(b"secret", numbered(1))
        sweep(now=lambda: datetime.now(UTC) + timedelta(hours=1), check=check)
    assert not list(whole.list_versions(whole.REPORTS, prefix=SCANS))


def test_editions_are_made_of_large_records() -> None:
    take(workbook(A1=1), 1)
    publish_edition("mau", period="6-thang", now=NOON, actor="thử")
    take(workbook(A1=2), 2)
    programmes.forget()
    assert publish_edition("mau", period="6-thang", now=NOON, actor="thử").number == 2


def test_the_schedule_makes_them_too() -> None:
    take(workbook(A1=1), 1)
    assert publish_due(now=NOON) == {"mau/6-thang": 1}
    take(workbook(A1=2), 2)
    programmes.forget()
    assert publish_due(now=LOCK) == {"mau/6-thang": 2}


def test_a_recheck_reads_large_records_earlier_ones_and_says_what_is_missing() -> None:
    year = ADDRESS.model_copy(update={"period": "nam"})
    take(workbook(A1=1), 1)
    key, version_id = send(workbook(A1=2), numbered(2), address=year)
    receive(key, version_id, now=now, check=check)
    programmes.forget()
    assert recheck_period("mau", period="nam", now=NOON, actor="thử", check=check).counts == {"same": 1}
    uploads.delete_upload(key, version_id)
    assert recheck_period("mau", period="nam", now=NOON, actor="thử", check=check).counts == {"missing": 1}


# The comparison itself


def test_a_call_that_no_policy_allows_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rights, "calls", {Call("Sweep", "dynamodb:DeleteItem", "Table")})
    assert rights.find_denied(rights.read_rights()) == [Call("Sweep", "dynamodb:DeleteItem", "Table")]


def test_what_happens_in_the_midst_of_a_functions_work_is_not_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    def meanwhile() -> list[objects.StoredVersion]:
        objects.put_object(trial_key(ADDRESS, numbered(1)), b"", content_type="text/plain")
        take(workbook(A1=1), 1)
        return []

    monkeypatch.setattr(rights, "calls", set())
    monkeypatch.setattr(trials, "list_versions", meanwhile)
    forget_trials(now=NOON)
    assert {call.function for call in rights.calls} == {"Intake"}


def test_a_right_outside_of_its_prefix_is_no_right(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        rights, "calls", {Call("APIHandler", "s3:PutObject", f"Inbox/{place}/x") for place in ("inbox", "else")}
    )
    assert [call.resource for call in rights.find_denied(rights.read_rights())] == ["Inbox/else/x"]


def test_a_right_that_nothing_uses_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rights, "calls", set())
    unused = rights.find_unused(rights.read_rights())
    assert "Intake: dynamodb:PutItem on Table" in unused
    assert not [right for right in unused if "sqs:" in right or "kms:" in right]


def test_what_a_test_calls_by_itself_is_nobodys() -> None:
    dynamodb().describe_table(TableName=read_settings().table)
    assert not [call for call in rights.calls if call.action == "dynamodb:DescribeTable"]
