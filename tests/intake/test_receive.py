"""One upload becomes one receipt, whatever happens on the way."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest

from chalicelib.domain.clock import Timeliness
from chalicelib.domain.issues.issue import Refused, Severity, make_issue, refuse
from chalicelib.domain.programme.model import Programme
from chalicelib.domain.submission.records import Address, Answer, Outcome, Receipt
from chalicelib.intake import receive as receiving
from chalicelib.intake.events import Arrival, EventUnreadable, parse_events
from chalicelib.intake.receive import receive
from chalicelib.store import audit, obligations, receipts, submissions, uploads
from chalicelib.store.addresses import KeyUnreadable, decode_key, parse_key, upload_key
from chalicelib.store.errors import Denied, Throttled, Unavailable
from chalicelib.workbook.reading.guard import guard
from tests.store.engine import DEATHS, Fault, Killed, broken_at, counted, hooked
from tests.store.memory import Contents, Memory
from tests.store.sample import (
    ADDRESS,
    DUE,
    LOCK,
    NOON,
    check,
    grant_exception,
    import_sample,
    now,
    numbered,
    send,
    workbook,
)

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _programme(stores: None) -> None:
    import_sample()


def take(key: str, version_id: str = "", **options: Any) -> Receipt:
    return receive(key, version_id, **({"now": now, "check": check} | options))


def make_copy(data: bytes, *_: object) -> bytes:
    return b"marked: " + data


def standing(address: Address = ADDRESS) -> dict[str, Any]:
    """The figures that count, and what is known of when they came."""
    state = obligations.find_state(address)
    submission = state.submission
    return {
        "figures": {code: figure.value for code, figure in submission.values.items()} if submission else None,
        "first": state.first_received,
        "timeliness": state.timeliness,
    }


# What an upload ends in


def test_a_good_workbook_is_accepted_as_revision_1() -> None:
    receipt = take(*send(workbook(A1=5), numbered(1)))
    assert (receipt.answer, receipt.revision, receipt.timeliness) == (Answer.ACCEPTED, 1, Timeliness.ON_TIME)
    assert receipt.file_name == "báo cáo.xlsx"
    assert receipts.find_receipt(numbered(1)) == receipt
    assert submissions.list_revisions(ADDRESS) == [obligations.find_state(ADDRESS).submission]


def test_the_audit_line_names_the_upload_and_no_figure() -> None:
    take(*send(workbook(A1=987654), numbered(1)))
    lines = audit.query_month("mau", month="2022-05")
    assert {line.action for line in lines} == {"programme.imported", "upload.accepted"}  # both in one instant
    assert "987654" not in lines[-1].model_dump_json()


def test_the_audit_line_names_the_rules_that_fired_each_once_and_whether_they_were_justified() -> None:
    def warn(data: bytes, programme: Programme, **more: Any) -> Outcome:
        broken = [
            make_issue("rule.broken", severity=Severity.WARNING, text="Sai.", found="5", rule=rule)
            for rule in ("R1", "R2", "R1")
        ]
        return check(data, programme, **more).with_issues(broken)

    take(*send(workbook(A1=5), numbered(1)), check=warn)
    take(*send(workbook(A1=6), numbered(2)))
    lines = [line for line in audit.query_month("mau", month="2022-05") if line.action == "upload.accepted"]
    details = {line.details["revision"]: (line.details.get("rules"), line.details.get("justified")) for line in lines}
    assert details == {"1": ("R1 R2", None), "2": (None, None)}


@pytest.mark.promise("one-order")
def test_a_bad_workbook_never_replaces_a_good_one() -> None:
    take(*send(workbook(A1=5), numbered(1)))
    before = obligations.find_state(ADDRESS)
    receipt = take(*send(b"bad", numbered(2)))
    assert (receipt.answer, receipt.revision) == (Answer.REJECTED, 0)
    after = obligations.find_state(ADDRESS)
    assert after.last_rejected == receipt.received
    assert after == before.moved(last_rejected=receipt.received)


def test_a_rejected_workbook_comes_back_with_its_issues_marked() -> None:
    receipt = take(*send(b"bad", numbered(1)), make_copy=make_copy)
    assert uploads.read_report(receipt.marked_copy_key) == b"marked: bad"


def fail_to_copy(*_: object) -> bytes:
    raise MemoryError


@pytest.mark.parametrize("make", [lambda *_: None, fail_to_copy], ids=["no copy", "the copy fails"])
@pytest.mark.promise("nothing-lost")
def test_whatever_happens_to_the_copy_the_receipt_stands(make: Any) -> None:
    receipt = take(*send(b"bad", numbered(1)), make_copy=make)
    assert receipts.find_receipt(numbered(1)) == receipt
    assert receipt.answer is Answer.REJECTED
    assert not uploads.has_marked_copy(receipt)


@pytest.mark.promise("one-receipt")
def test_a_copy_that_ends_the_process_leaves_a_receipt_behind_and_is_not_tried_again() -> None:
    def die(*_: object) -> bytes:
        raise SystemExit

    sent = send(b"bad", numbered(1))
    with pytest.raises(SystemExit):
        take(*sent, make_copy=die)
    assert take(*sent, make_copy=die) == receipts.find_receipt(numbered(1))


def test_a_file_that_is_no_workbook_is_promised_no_copy() -> None:
    def refuse_file(data: bytes, programme: Programme, **_: Any) -> Outcome:
        raise refuse("file.empty")

    assert take(*send(b"x", numbered(1)), check=refuse_file, make_copy=make_copy).marked_copy_key == ""


def test_an_accepted_workbook_is_not_marked() -> None:
    assert take(*send(workbook(A1=5), numbered(1)), make_copy=make_copy).marked_copy_key == ""


def test_a_refusal_by_the_check_is_a_receipt() -> None:
    def refuse_all(data: bytes, programme: Programme, **_: Any) -> Outcome:
        raise refuse("file.not_a_workbook", found="thử")

    receipt = take(*send(b"PK", numbered(1)), check=refuse_all)
    assert [issue.code for issue in receipt.issues] == ["file.not_a_workbook"]


@pytest.mark.promise("nothing-lost")
def test_a_corrected_file_is_the_next_revision_and_both_stay() -> None:
    take(*send(workbook(A1=5), numbered(1)))
    take(*send(workbook(A1=6), numbered(2), received=NOON + HOUR))
    assert standing()["figures"] == {"A1": 6}
    assert [revision.values["A1"].value for revision in submissions.list_revisions(ADDRESS)] == [5, 6]


# The three clocks


@pytest.mark.parametrize(
    ("received", "timeliness"),
    [(DUE - timedelta(microseconds=1), Timeliness.ON_TIME), (DUE, Timeliness.LATE)],
)
def test_storage_decides_on_time_or_late_at_midnight_in_viet_nam(received: datetime, timeliness: Timeliness) -> None:
    assert take(*send(workbook(A1=5), numbered(1), received=received)).timeliness is timeliness


def test_an_exception_moves_the_lock_of_one_obligation() -> None:
    grant_exception(LOCK + 24 * HOUR)
    assert take(*send(workbook(A1=5), numbered(1), received=LOCK + HOUR)).answer is Answer.ACCEPTED
    assert take(*send(workbook(A1=6), numbered(2), received=LOCK + 24 * HOUR)).answer is Answer.REJECTED
    other = ADDRESS.model_copy(update={"unit": "180"})
    assert take(*send(workbook(A1=5), numbered(3), address=other, received=LOCK + HOUR)).answer is Answer.REJECTED


# What the pre-signed POST promises is asked again


@pytest.mark.parametrize(
    ("data", "options", "code"),
    [
        (b"", {}, "file.empty"),
        (b"x" * (uploads.MOST_BYTES + 1), {}, "file.too_large"),
        (workbook(A1=5), {"confirmed": "no"}, "upload.not_confirmed"),
        (workbook(A1=5), {"address": ADDRESS.model_copy(update={"form": "khac"})}, "upload.not_owed"),
        (workbook(A1=5), {"address": ADDRESS.model_copy(update={"period": "quy-9"})}, "upload.not_owed"),
        (workbook(A1=5), {"address": ADDRESS.model_copy(update={"unit": "999"})}, "upload.not_owed"),
    ],
    ids=["empty", "too large", "not confirmed", "another form", "another period", "another unit"],
)
@pytest.mark.promise("one-receipt")
def test_what_should_not_have_come_through_ends_in_a_receipt(data: bytes, options: dict[str, Any], code: str) -> None:
    receipt = take(*send(data, numbered(1), **options), make_copy=make_copy)
    assert [issue.code for issue in receipt.issues] == [code]


def test_too_large_a_file_is_told_in_the_readers_words() -> None:
    data = b"x" * (uploads.MOST_BYTES + 1)
    with pytest.raises(Refused) as refused:
        guard(data)
    assert take(*send(data, numbered(1))).issues == (refused.value.issue,)
    assert "10,1 MB" in refused.value.issue.message


def test_too_large_a_file_is_not_read() -> None:
    with counted() as calls:
        receipt = take(*send(b"x" * (uploads.MOST_BYTES + 1), numbered(1)))
    assert (receipt.sha256, receipt.size) == ("", uploads.MOST_BYTES + 1)
    assert "PutObject" in calls  # the sending itself: no marked copy was made of it
    assert calls.count("PutObject") == 1


@pytest.mark.parametrize(
    "key",
    [
        "inbox/mau/6-thang/bc/178/zz",
        "inbox/mau/6-thang/bc/../" + "0" * 32,
        "inbox/mau/6-thang/bc/178/" + "0" * 32 + "/x",
        "inbox/mau/6-thang/bc/178/" + "0" * 32 + "\n",
        "marked/mau/6-thang/bc/178/" + "0" * 32,
        "inbox/mau#x/6-thang/bc/178/" + "0" * 32,
        "",
    ],
)
def test_a_key_that_was_never_minted_is_refused(key: str) -> None:
    with pytest.raises(KeyUnreadable):
        take(key)


# Events come twice, late, and out of order


@pytest.mark.promise("one-receipt")
def test_an_event_ten_times_is_one_receipt() -> None:
    key, version_id = send(workbook(A1=5), numbered(1))
    answers = {take(key, version_id).model_dump_json() for _ in range(10)}
    assert len(answers) == 1
    assert len(submissions.list_revisions(ADDRESS)) == 1
    assert obligations.find_state(ADDRESS).change == 1


def test_a_redelivery_costs_one_read() -> None:
    key, version_id = send(workbook(A1=5), numbered(1))
    take(key, version_id)
    with counted() as calls:
        take(key, version_id)
    assert calls == ["BatchGetItem"]


@pytest.mark.promise("one-receipt")
def test_the_same_form_posted_twice_gives_each_version_its_own_receipt() -> None:
    key, first = send(workbook(A1=5), numbered(1))
    _, second = send(workbook(A1=6), numbered(1), received=NOON + HOUR)
    answers = [take(key, version).upload_id for version in (second, first, second, first)]
    assert answers[0] == numbered(1)
    assert len(set(answers)) == 2
    assert answers[:2] == answers[2:]
    assert standing()["figures"] == {"A1": 6}


SECOND = timedelta(seconds=1)
IN_TURN = [
    (1, {"A1": 1}, NOON - SECOND, NOON - HOUR),
    (9, {"A1": 2}, NOON, NOON - 3 * SECOND),
    (2, {"A1": 3}, NOON, NOON - 2 * SECOND),
    (2, {"A1": 2}, NOON, NOON - 2 * SECOND),
    (3, {"A1": 4}, NOON, NOON - 2 * SECOND),
]
"""Uploads of one second but for the first, in the order in which they count: key, figures, stored, prepared."""


@pytest.mark.promise("one-order")
@pytest.mark.parametrize(
    "order",
    [
        *itertools.permutations(range(len(IN_TURN) - 1)),
        *(pytest.param(each, marks=pytest.mark.soak) for each in itertools.permutations(range(len(IN_TURN)))),
    ],
    ids=str,
)
def test_of_uploads_of_one_second_the_same_one_counts_in_whatever_order_they_are_taken_in(
    order: tuple[int, ...],
) -> None:
    sent = {
        number: send(workbook(**figures), numbered(key), received=stored, prepared=prepared)
        for number, (key, figures, stored, prepared) in enumerate(IN_TURN)
        if number in order
    }
    for number in order:
        take(*sent[number])
    stands = standing()
    assert (stands["figures"], stands["first"]) == (IN_TURN[max(order)][1], IN_TURN[min(order)][2])


@pytest.mark.promise("one-order")
def test_storage_is_asked_for_its_listing_only_where_one_form_was_posted_twice_in_one_second() -> None:
    sent = [send(workbook(A1=1), numbered(1)), send(workbook(A1=2), numbered(1)), send(workbook(A1=3), numbered(2))]
    counts = []
    for each in sent:
        with counted() as calls:
            take(*each)
        counts.append(calls.count("ListObjectVersions"))
    assert counts == [0, 1, 0]


def test_a_double_click_is_answered_already_received() -> None:
    key, first = send(workbook(A1=5), numbered(1))
    _, second = send(workbook(A1=5), numbered(1))
    assert [take(key, version).answer for version in (first, second)] == [Answer.ACCEPTED, Answer.ALREADY_RECEIVED]


def test_the_version_of_the_event_is_read_and_not_the_latest() -> None:
    key, first = send(workbook(A1=5), numbered(1))
    send(workbook(A1=6), numbered(1), received=NOON + HOUR)
    take(key, first)
    assert standing()["figures"] == {"A1": 5}


def test_an_event_without_a_version_means_the_latest() -> None:
    key, version_id = send(workbook(A1=5), numbered(1))
    assert take(key).version_id == version_id


@pytest.mark.promise("one-receipt")
def test_another_delivery_that_is_faster_wins() -> None:
    key, version_id = send(workbook(A1=5), numbered(1))
    other: list[Receipt] = []

    def overtake(data: bytes, programme: Programme, **_: Any) -> Outcome:
        if not other:
            other.append(take(key, version_id))
        return check(data, programme)

    assert take(key, version_id, check=overtake) == other[0]
    assert len(submissions.list_revisions(ADDRESS)) == 1


@pytest.mark.promise("nothing-lost")
def test_another_upload_that_is_faster_makes_this_one_the_next_revision() -> None:
    sent = [send(workbook(A1=number), numbered(number)) for number in (1, 2)]
    looks: list[bytes] = []

    def overtake(data: bytes, programme: Programme, **_: Any) -> Outcome:
        looks.append(data)
        if len(looks) == 1:
            take(*sent[1])
        return check(data, programme)

    assert take(*sent[0], check=overtake).revision == 2
    assert len(looks) == 2


def test_one_that_is_overtaken_every_time_gives_up_for_now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receiving, "_PAUSES", (0.0, 0.0, 0.0))
    numbers = itertools.count(2)

    def overtake(data: bytes, programme: Programme, **_: Any) -> Outcome:
        number = next(numbers)
        take(*send(workbook(A1=number), numbered(number)))
        return check(data, programme)

    sent = send(workbook(A1=1), numbered(1))
    with pytest.raises(receiving.Busy):
        take(*sent, check=overtake)
    assert take(*sent).answer is Answer.ACCEPTED


def test_an_upload_that_is_gone_is_tried_again_and_then_named() -> None:
    key, version_id = send(workbook(A1=5), numbered(1))
    uploads.delete_upload(key, version_id)
    for attempt in (1, 2):
        with pytest.raises(uploads.UploadMissing):
            take(key, version_id, attempt=attempt)
    receipt = take(key, version_id, attempt=3)
    assert [issue.code for issue in receipt.issues] == ["upload.missing"]


# Nothing classified is kept


@pytest.mark.promise("nothing-left")
def test_of_a_classified_workbook_no_byte_stays() -> None:
    key, version_id = send(b"secret plan", numbered(1))
    receipt = take(key, version_id, make_copy=make_copy)
    assert (receipt.bytes_kept, receipt.marked_copy_key) == (False, "")
    assert list(uploads.list_uploads()) == []
    assert take(key, version_id) == receipt


def test_the_name_that_came_with_an_upload_is_shown_to_the_check() -> None:
    names: list[str] = []

    def note_name(data: bytes, programme: Programme, *, file_name: str = "", **_: Any) -> Outcome:
        names.append(file_name)
        return check(data, programme)

    take(*send(workbook(A1=5), numbered(1), file_name="Báo cáo - MẬT.xlsx"), check=note_name)
    assert names == ["Báo cáo - MẬT.xlsx"]


@pytest.mark.promise("nothing-left")
def test_a_classified_version_takes_no_other_version_with_it() -> None:
    key, classified = send(b"secret plan", numbered(1))
    _, good = send(workbook(A1=5), numbered(1))
    take(key, classified)
    assert take(key, good).answer is Answer.ACCEPTED
    assert [version.version_id for version in uploads.list_uploads()] == [good]


# The process may end anywhere

SCENARIOS: dict[str, Callable[[], tuple[str, str]]] = {
    "first revision": lambda: send(workbook(A1=5), numbered(1)),
    "second revision": lambda: send(workbook(A1=6), numbered(1), received=NOON + HOUR),
    "same file": lambda: send(workbook(A1=4), numbered(1), received=NOON + HOUR),
    "rejected": lambda: send(b"bad", numbered(1)),
    "classified": lambda: send(b"secret plan", numbered(1)),
    "too large for an item": lambda: send(
        workbook(**{f"A{number:01000}": number for number in range(400)}), numbered(1)
    ),
}


def _prepare(scenario: str) -> None:
    if scenario in ("second revision", "same file"):
        take(*send(workbook(A1=4), numbered(9)))


def _everything() -> dict[str, Any]:
    return {
        "receipt": _comparable(receipts.find_receipt(numbered(1))),
        "state": standing(),
        "change": obligations.find_state(ADDRESS).change,
        "revisions": [(revision.revision, len(revision.values)) for revision in submissions.list_revisions(ADDRESS)],
        "lines": sorted(line.action for line in audit.query_month("mau", month="2022-05")),
        "uploads": len(list(uploads.list_uploads())),
    }


def _comparable(receipt: Receipt | None) -> Any:
    return receipt and receipt.model_dump(exclude={"version_id"})


@pytest.mark.parametrize("scenario", SCENARIOS)
@pytest.mark.parametrize("fault", DEATHS)
@pytest.mark.parametrize("number", range(8))
@pytest.mark.promise("finished")
def test_a_process_broken_at_any_call_leaves_what_redelivery_completes(
    scenario: str, fault: Fault, number: int, stores: Memory
) -> None:
    _prepare(scenario)
    key, version_id = SCENARIOS[scenario]()
    try:
        with broken_at(number, fault):
            take(key, version_id, make_copy=make_copy)
    except Killed:
        take(key, version_id, make_copy=make_copy)
    found = _everything()
    if scenario not in _WHOLE:
        _WHOLE[scenario] = _play_whole(scenario, stores)
    assert found == _WHOLE[scenario]


_WHOLE: dict[str, Any] = {}
"""What each scenario comes to when nothing ends its process."""


def _play_whole(scenario: str, stores: Memory) -> dict[str, Any]:
    stores.contents = Contents()
    import_sample()
    _prepare(scenario)
    take(*SCENARIOS[scenario](), make_copy=make_copy)
    return _everything()


def test_no_scenario_has_more_calls_than_the_kill_matrix_tries() -> None:
    for scenario, make in SCENARIOS.items():
        sent = make()
        with counted() as calls:
            take(*sent, make_copy=make_copy)
        assert len(calls) <= 8, scenario


@pytest.mark.promise("one-receipt")
def test_an_answer_that_is_lost_after_the_commit_does_no_harm() -> None:
    key, version_id = send(workbook(A1=5), numbered(1))

    def lose(model: Any, **_: Any) -> None:
        if model.name == "TransactWriteItems":
            from botocore.exceptions import ReadTimeoutError

            raise ReadTimeoutError(endpoint_url="https://dynamodb")

    with hooked("after-call", lose), pytest.raises(Unavailable):
        take(key, version_id)
    assert take(key, version_id).revision == 1
    assert obligations.find_state(ADDRESS).change == 1


def test_a_key_that_is_denied_is_our_fault_and_the_message_stays() -> None:
    key, version_id = send(workbook(A1=5), numbered(1))

    def deny(model: Any, parsed: Any, http_response: Any, **_: Any) -> None:
        if model.name == "GetObject":
            parsed["Error"] = {"Code": "KMS.DisabledException", "Message": ""}
            http_response.status_code = 400

    with hooked("after-call", deny), pytest.raises(Denied):
        take(key, version_id)
    assert receipts.find_receipt(numbered(1)) is None


# What it costs


def test_a_warm_receive_of_an_accepted_workbook_is_three_calls() -> None:
    sent = send(workbook(A1=5), numbered(1))
    with counted() as calls:
        take(*sent)
    assert calls == ["BatchGetItem", "GetObject", "TransactWriteItems"]


def test_a_rejected_one_stores_its_marked_copy_besides() -> None:
    sent = send(b"bad", numbered(1))
    with counted() as calls:
        take(*sent, make_copy=make_copy)
    assert calls == ["BatchGetItem", "GetObject", "TransactWriteItems", "PutObject"]


def test_a_period_that_includes_another_reads_its_states_with_the_rest() -> None:
    sent = send(workbook(A1=5), numbered(1), address=ADDRESS.model_copy(update={"period": "nam"}))
    with counted() as calls:
        take(*sent)
    assert calls == ["BatchGetItem", "GetObject", "TransactWriteItems"]


@pytest.mark.promise("nothing-lost")
@pytest.mark.parametrize("fault", [Fault.ERROR, Fault.THROTTLED, Fault.LOST])
def test_where_what_an_upload_is_judged_by_cannot_be_read_nothing_is_written(fault: Fault, stores: Memory) -> None:
    sent, before = send(workbook(A1=5), numbered(1)), len(stores.journal)
    with broken_at(0, fault), pytest.raises((Unavailable, Throttled)), counted() as calls:
        take(*sent)
    assert set(calls) <= {"BatchGetItem"}
    assert stores.journal[before:] == []
    assert take(*sent).answer is Answer.ACCEPTED


# Reading events


def event(key: str = "a", **changes: Any) -> dict[str, Any]:
    entity = {"key": key, "versionId": "v1"}
    return {"eventVersion": "2.1", "eventName": "ObjectCreated:Post", "s3": {"object": entity}} | changes


def encode(key: str) -> str:
    """A key as S3 writes it into an event."""
    return quote(key, safe="/")


def body(*records: Any) -> str:
    return json.dumps({"Records": records})


def test_every_record_of_a_message_is_read() -> None:
    assert parse_events(body(event("a"), event("b"))) == [Arrival("a", "v1"), Arrival("b", "v1")]


@pytest.mark.parametrize(
    "key", ["inbox/a b", "inbox/a+b", "inbox/100%/x", "inbox/Tràng Định/ế", "inbox/a%2Fb", "inbox/a\nb"]
)
def test_a_key_survives_the_way_through_an_event(key: str) -> None:
    assert decode_key(encode(key)) == key
    assert parse_events(body(event(encode(key)))) == [Arrival(key, "v1")]


def test_a_plus_is_a_space_and_a_slash_may_be_encoded() -> None:
    assert parse_events(body(event("inbox%2Fa+b"))) == [Arrival("inbox/a b", "v1")]


def test_a_minted_key_survives_the_way_through_an_event() -> None:
    key = upload_key(ADDRESS, numbered(7))
    assert parse_key(parse_events(body(event(encode(key))))[0].key) == (ADDRESS, numbered(7))


def test_an_event_may_lack_a_version() -> None:
    assert parse_events(body(event(s3={"object": {"key": "a"}}))) == [Arrival("a", "")]


@pytest.mark.parametrize(
    "text",
    [
        json.dumps({"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "x"}),
        body(),
        body(event(eventName="ObjectRemoved:Delete")),
        body(event(eventName="s3:ObjectRemoved:DeleteMarkerCreated")),
        body(event(eventVersion="3.0")),
    ],
    ids=["test event", "no records", "removed", "marked as deleted", "another major version"],
)
def test_what_is_no_arrival_is_passed_over(text: str) -> None:
    assert parse_events(text) == []


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "no JSON"),
        ("<xml/>", "no JSON"),
        ("[]", "no JSON object"),
        ("null", "no JSON object"),
        ("{}", "no list of Records"),
        (json.dumps({"Records": "x"}), "no list of Records"),
        (body("x"), "no eventName"),
        (body({"eventName": "ObjectCreated:Put"}), "no eventVersion"),
        (body(event(s3={})), "no object"),
        (body(event(s3={"object": {"key": 5}})), "no key"),
    ],
)
def test_what_cannot_be_read_says_why(text: str, reason: str) -> None:
    with pytest.raises(EventUnreadable, match=reason):
        parse_events(text)
