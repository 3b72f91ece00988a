"""What storage must do for nothing to be lost: the same on every engine."""

from __future__ import annotations

import base64
import json
import secrets
import urllib.error
import urllib.request
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import pytest

from chalicelib.domain.clock import Timeliness
from chalicelib.domain.issues.issue import make_issue
from chalicelib.domain.submission.decision import Decision, decide
from chalicelib.domain.submission.records import Answer, Figure, Receipt, Review, State, Summary
from chalicelib.intake.links import MintedUpload, mint_upload, open_link
from chalicelib.intake.receive import Busy, receive
from chalicelib.intake.sweep import find_lost
from chalicelib.office.sign_in import count_attempt
from chalicelib.store import audit, objects, obligations, receipts, submissions, table, uploads
from chalicelib.store.addresses import marked_copy_key, receipt_key, upload_key
from chalicelib.store.clients import s3
from chalicelib.store.commit import commit_decision, commit_state
from chalicelib.store.errors import Conflict, ReceiptExists, StateMoved
from chalicelib.store.links import list_links
from chalicelib.store.settings import read_settings
from chalicelib.store.together import read_together
from chalicelib.store.uploads import PostForm
from tests.contract.conftest import OVER_HTTP, Engine
from tests.links import create_link, revoke_link
from tests.store.engine import counted, make_line
from tests.store.sample import (
    ADDRESS,
    NOON,
    check,
    import_sample,
    make_programme,
    make_submission,
    make_upload,
    now,
    numbered,
    send,
    workbook,
)

pytestmark = pytest.mark.promise("same-engine")

WRITERS = 12


def decide_one(number: int, state: State) -> Decision:
    data = workbook(A1=number)
    programme = make_programme()
    return decide(make_upload(number, data), check(data, programme), state, programme, now=NOON)


def commit(decision: Decision, before: State) -> str:
    try:
        commit_decision(decision, before, make_line(decision.receipt.upload_id))
    except (StateMoved, Conflict, ReceiptExists) as error:
        return type(error).__name__
    return "won"


def race(engine: Engine, tasks: list[Callable[[], Any]]) -> list[Any]:
    """All at once where the engine keeps threads apart; elsewhere in turn, each on what it had read before."""
    if not engine.isolates:
        return [task() for task in tasks]
    with ThreadPoolExecutor(len(tasks)) as pool:
        return [future.result() for future in [pool.submit(task) for task in tasks]]


# Writing what counts


def test_of_twelve_decisions_from_one_state_exactly_one_is_written(engine: Engine) -> None:
    before = obligations.find_state(ADDRESS)
    decisions = [decide_one(number, before) for number in range(WRITERS)]
    ends = race(engine, [partial(commit, decision, before) for decision in decisions])
    assert ends.count("won") == 1
    assert set(ends) <= {"won", "StateMoved", "Conflict"}
    assert len(submissions.list_revisions(ADDRESS)) == 1
    assert len(receipts.find_receipts(map(numbered, range(WRITERS)))) == 1
    assert len(audit.query_month("mau", month="2022-05")) == 1


def test_of_twelve_decisions_over_a_standing_state_exactly_one_is_written(engine: Engine) -> None:
    commit(decide_one(99, State(address=ADDRESS, change=0)), State(address=ADDRESS, change=0))
    before = obligations.find_state(ADDRESS)
    decisions = [decide_one(number, before) for number in range(WRITERS)]
    ends = race(engine, [partial(commit, decision, before) for decision in decisions])
    assert ends.count("won") == 1
    assert obligations.find_state(ADDRESS).change == 2


def test_one_decision_committed_twelve_times_has_its_effect_once(engine: Engine) -> None:
    before = obligations.find_state(ADDRESS)
    decision = decide_one(1, before)
    ends = race(engine, [lambda: commit(decision, before)] * WRITERS)
    assert set(ends) <= {"won", "ReceiptExists", "Conflict", "StateMoved"}
    assert "won" in ends
    assert obligations.find_state(ADDRESS) == decision.state
    assert receipts.find_receipt(numbered(1)) == decision.receipt


@pytest.mark.promise("one-receipt")
def test_a_receipt_is_written_once(engine: Engine) -> None:
    before = obligations.find_state(ADDRESS)
    commit_decision(decide_one(1, before), before, make_line("a"))
    after = obligations.find_state(ADDRESS)
    with pytest.raises(ReceiptExists):
        commit_decision(decide_one(1, after), after, make_line("b"))


def test_a_rejection_is_conditional_on_the_state_as_well(engine: Engine) -> None:
    before = obligations.find_state(ADDRESS)
    programme = make_programme()
    rejected = decide(make_upload(1, b"bad"), check(b"bad", programme), before, programme, now=NOON)
    commit_decision(decide_one(2, before), before, make_line("a"))
    with pytest.raises(StateMoved):
        commit_decision(rejected, before, make_line("b"))
    state = obligations.find_state(ADDRESS)
    commit_decision(rejected, state, make_line("c"))
    assert receipts.find_receipt(numbered(1)) == rejected.receipt


def test_nothing_of_a_refused_transaction_is_written(engine: Engine) -> None:
    before = obligations.find_state(ADDRESS)
    commit_decision(decide_one(1, before), before, make_line("a"))
    assert commit(decide_one(2, before), before) == "StateMoved"
    assert receipts.find_receipt(numbered(2)) is None
    assert len(audit.query_month("mau", month="2022-05")) == 1


def test_a_record_comes_back_exactly(engine: Engine) -> None:
    values: dict[str, Any] = {
        "whole": 10**37 + 1,
        "decimal": Decimal("0.1000000000000000055511151231257827"),
        "long": Decimal("3." + "1" * 60),
        "text": "",
        "flag": True,
        "day": "2022-05-14",
    }
    figures = {code: Figure(value=value, sheet="Số liệu", cell="E12") for code, value in values.items()}
    before = obligations.find_state(ADDRESS)
    after = State(address=ADDRESS, change=1, submission=make_submission(values=figures), first_received=NOON)
    commit_state(after, before=before, line=make_line("a"))
    assert obligations.find_state(ADDRESS) == after


def test_a_record_too_large_for_an_item_comes_back_whole(engine: Engine) -> None:
    before = obligations.find_state(ADDRESS)
    after = State(address=ADDRESS, change=1, submission=make_submission(text="Tràng Định " * 40_000))
    commit_state(after, before=before, line=make_line("a"))
    assert obligations.query_period("mau", period="6-thang") == [after]


def test_an_outline_of_a_state_is_the_state_without_what_its_submission_says(engine: Engine) -> None:
    """A list of thousands of reports asks for these; a state too large for an item comes whole."""
    small, large = (make_submission(text=text) for text in ("Không.", "Tràng Định " * 40_000))
    other = ADDRESS.model_copy(update={"unit": "180"})
    first = State(address=ADDRESS, change=1, submission=small, first_received=NOON, last_rejected=NOON)
    second = State(address=other, change=1, submission=large.model_copy(update={"address": other}))
    for after in (first, second, State(address=other.model_copy(update={"unit": "181"}), change=1, last_rejected=NOON)):
        commit_state(after, before=State(address=after.address, change=0), line=make_line(after.address.unit))
    outline, whole, empty = obligations.query_outlines("mau", period="6-thang")
    said = {"values": {}, "tables": {}, "narratives": {}}
    assert outline == first.model_copy(update={"submission": small.model_copy(update=said)})
    assert whole == second
    assert empty.submission is None
    assert obligations.query_summaries("mau", period="6-thang") == [each.summary for each in (outline, second, empty)]


def test_a_summary_of_a_state_tells_all_that_lists_judge_it_by(engine: Engine) -> None:
    """It is read by hand, field by field."""
    warned = make_submission(values={}).model_copy(
        update={"warnings": (make_issue("rule.unusual", indicator="A1"),) * 2, "confirmed": ("M1", "M2")}
    )
    state = State(
        address=ADDRESS, change=1, submission=warned, first_received=NOON, last_received=NOON + timedelta(hours=1),
        timeliness=Timeliness.LATE, review=Review.RETURNED, exception_until=NOON + timedelta(hours=2),
        last_rejected=NOON + timedelta(hours=3), corrects=True,
    )  # fmt: skip
    commit_state(state, before=State(address=ADDRESS, change=0), line=make_line("a"))
    (summary,) = obligations.query_summaries("mau", period="6-thang")
    assert summary == state.summary
    assert (summary.warnings, summary.confirmed, summary.has_report) == (2, ("M1", "M2"), True)
    assert all(value != Summary._field_defaults.get(name) for name, value in summary._asdict().items())


def test_outlines_and_marks_stand_in_the_order_of_forms_and_units_whatever_was_written_last(engine: Engine) -> None:
    addresses = [ADDRESS.model_copy(update={"unit": f"{number:03}"}) for number in range(10)]
    states = [State(address=each, change=1, submission=make_submission(text="x" * 300_000)) for each in addresses]
    for state in states:
        commit_state(state, before=State(address=state.address, change=0), line=make_line(state.address.unit))
    commit_state(states[0].moved(comment="a"), before=states[0], line=make_line("b"))
    outlines = obligations.query_outlines("mau", period="6-thang")
    marks = obligations.list_marks("mau", period="6-thang")
    assert [(state.address.unit, state.change) for state in outlines] == [
        ("000", 2),
        *((f"{number:03}", 1) for number in range(1, 10)),
    ]
    assert [mark.change for mark in marks] == ["2", *"111111111"]


def test_a_query_over_several_megabytes_is_whole(engine: Engine) -> None:
    for number in range(10):
        address = ADDRESS.model_copy(update={"unit": f"{number:03}"})
        after = State(address=address, change=1, submission=make_submission(text="x" * 300_000))
        commit_state(after, before=State(address=address, change=0), line=make_line(str(number)))
    assert [state.address.unit for state in obligations.query_period("mau", period="6-thang")] == [
        f"{number:03}" for number in range(10)
    ]


def test_a_hundred_and_one_keys_are_all_found(engine: Engine) -> None:
    ids = [numbered(number) for number in range(101)]
    for upload_id in ids:
        table.write([table.put(receipt_key(upload_id), make_receipt(upload_id), broken=ReceiptExists)], subject="x")
    assert set(receipts.find_receipts([*ids, numbered(999)])) == set(ids)


def test_what_an_upload_is_judged_by_is_read_with_one_call(engine: Engine) -> None:
    """Records of several kinds, one of them too large for an item and two that do not exist."""
    import_sample()
    decision = decide_one(1, State(address=ADDRESS, change=0))
    commit_decision(decision, State(address=ADDRESS, change=0), make_line("a"))
    year = ADDRESS.model_copy(update={"period": "nam"})
    large = State(address=year, change=1, submission=make_submission(text="Tràng Định " * 40_000))
    commit_state(large, before=State(address=year, change=0), line=make_line("b"))
    with counted() as calls:
        known = read_together("mau", lambda _: [ADDRESS, year], years=3, upload_ids=[numbered(1), numbered(2)])
    assert calls == ["BatchGetItem", "GetObject"]
    assert known.programme.version == 1
    assert known.states == {ADDRESS: decision.state, year: large}
    assert known.receipts == {numbered(1): decision.receipt}


def make_receipt(upload_id: str) -> Receipt:
    return decide_one(1, State(address=ADDRESS, change=0)).receipt.model_copy(update={"upload_id": upload_id})


# Uploads


def test_every_version_under_a_key_is_kept_listed_and_read(engine: Engine) -> None:
    sent = [send(data, numbered(1)) for data in (b"one", b"two")]
    assert [uploads.read_upload(*one).data for one in sent] == [b"one", b"two"]
    assert uploads.read_upload(sent[0][0]).data == b"two"
    assert {(version.key, version.version_id) for version in uploads.list_uploads()} == set(sent)
    uploads.delete_upload(*sent[0])
    uploads.delete_upload(*sent[0])
    assert [(version.key, version.version_id) for version in uploads.list_uploads()] == sent[1:]
    with pytest.raises(uploads.UploadMissing):
        uploads.read_upload(*sent[0])
    uploads.delete_upload(*sent[1])
    with pytest.raises(uploads.UploadMissing):
        uploads.read_upload(sent[0][0])


def test_an_object_stored_without_a_type_is_told_as_bytes(engine: Engine) -> None:
    key, _ = send(b"one", numbered(1))
    (told,) = objects.read_object(read_settings().inbox, key=key).headings.values()
    assert told in ("binary/octet-stream", "application/octet-stream")  # S3's own, and MiniStack's


def test_an_upload_is_taken_in_once_however_often(engine: Engine) -> None:
    import_sample()
    key, version_id = send(workbook(A1=5), numbered(1))

    def take() -> Receipt | None:
        try:
            return receive(key, version_id, now=now, check=check)
        except Busy:
            return None

    answers = {answer.model_dump_json() for answer in race(engine, [take] * WRITERS) if answer}
    assert len(answers) == 1
    assert obligations.find_state(ADDRESS).change == 1
    assert find_lost(list(uploads.list_uploads())) == []


def test_twelve_uploads_of_one_unit_at_once_are_twelve_revisions(engine: Engine) -> None:
    import_sample()
    sent = [
        send(workbook(A1=number), numbered(number), received=NOON + timedelta(minutes=number))
        for number in range(WRITERS)
    ]

    def take(key: str, version_id: str) -> Answer:
        while True:  # a message that ends in Busy is delivered again
            try:
                return receive(key, version_id, now=now, check=check).answer
            except Busy:
                continue

    ends = race(engine, [partial(take, *one) for one in sent])
    state = obligations.find_state(ADDRESS)
    assert ends == [Answer.ACCEPTED] * WRITERS
    assert [revision.revision for revision in submissions.list_revisions(ADDRESS)] == list(range(1, WRITERS + 1))
    assert state.submission is not None
    assert (state.change, state.submission.values["A1"].value, state.first_received) == (WRITERS, WRITERS - 1, NOON)


@pytest.mark.parametrize("engine", [OVER_HTTP], indirect=True)  # an update of moto's is no single step
@pytest.mark.promise("isolated", "same-engine")
def test_of_forty_attempts_at_once_to_sign_in_as_many_are_made_as_one_after_the_other(engine: Engine) -> None:
    def try_once(_: int) -> bool:
        return count_attempt("an", address="192.0.2.1", now=NOON)

    with ThreadPoolExecutor(WRITERS) as pool:
        made = list(pool.map(try_once, range(40)))
    assert made.count(True) == 8


def test_a_link_opens_until_it_is_revoked(engine: Engine) -> None:
    token, link = create_link(import_sample(), "178", expires=NOON + timedelta(days=1), now=NOON, actor="pv05")
    opened = open_link(token, NOON)
    assert opened is not None
    assert opened.token_hash == link.token_hash
    revoke_link(link, now=NOON, actor="pv05")
    assert open_link(token, NOON) is None
    assert [each.revoked for each in list_links("mau")] == [NOON]


@pytest.mark.promise("one-order", "same-engine")
def test_versions_of_one_second_are_listed_with_the_newest_first(engine: Engine) -> None:
    versions = [send(workbook(A1=number), numbered(1))[1] for number in range(4)]
    send(workbook(A1=9), numbered(2))
    key = upload_key(ADDRESS, numbered(1))
    assert [uploads.list_followers(key, each) for each in versions] == [versions[:each:-1] for each in range(4)]


@pytest.mark.parametrize("engine", [OVER_HTTP], indirect=True)
def test_a_posted_form_becomes_an_upload_with_its_particulars(engine: Engine) -> None:
    programme = import_sample()
    _, link = create_link(programme, "178", expires=NOON + timedelta(days=1), now=NOON, actor="pv05")
    minted = mint_upload(link, programme, period="6-thang", form="bc", file_name="báo+cáo %.xlsx", now=NOON)
    assert post(minted.url, list(minted.fields.items()), workbook(A1=5)) == 201
    stored = uploads.read_upload(minted.key)
    assert stored.data == workbook(A1=5)
    told = uploads.Particulars("báo+cáo %.xlsx", is_unclassified=True, prepared=NOON)
    assert uploads.read_particulars(stored) == told


@pytest.mark.parametrize("engine", [OVER_HTTP], indirect=True)
def test_a_form_without_a_name_takes_that_of_the_file(engine: Engine) -> None:
    programme = import_sample()
    _, link = create_link(programme, "178", expires=NOON + timedelta(days=1), now=NOON, actor="pv05")
    minted = mint_upload(link, programme, period="6-thang", form="bc", file_name="", now=NOON)
    assert post(minted.url, list(minted.fields.items()), workbook(A1=5), file_name="báo cáo %41.xlsx") == 201
    assert uploads.read_particulars(uploads.read_upload(minted.key)).file_name == "báo cáo %41.xlsx"


ELSEWHERE = "inbox/mau/6-thang/bc/180/" + "0" * 32


def set_to(**fields: str) -> Callable[[PostForm], list[tuple[str, str]]]:
    """The form's fields with these values; "_" in a name stands for "-"."""
    return lambda form: list((form.fields | {name.replace("_", "-"): value for name, value in fields.items()}).items())


def without(name: str) -> Callable[[PostForm], list[tuple[str, str]]]:
    return lambda form: [field for field in form.fields.items() if field[0] != name]


def renamed(name: str, *, to: str, value: str) -> Callable[[PostForm], list[tuple[str, str]]]:
    return lambda form: [*without(name)(form), (to, value)]


def sent_twice(name: str, value: str) -> Callable[[PostForm], list[tuple[str, str]]]:
    return lambda form: [(name, value), *form.fields.items(), (name, value)]


def loosen_policy(form: PostForm) -> list[tuple[str, str]]:
    """The policy allows any size, under the signature of the one that was signed."""
    policy = json.loads(base64.b64decode(form.fields["policy"]))
    policy["conditions"] = [each for each in policy["conditions"] if "content-length-range" not in each]
    return set_to(policy=base64.b64encode(json.dumps(policy).encode()).decode())(form)


TAMPERED: dict[str, Callable[[PostForm], list[tuple[str, str]]]] = {
    "another unit's key": set_to(key=ELSEWHERE),
    "a key outside of the inbox": set_to(key="editions/mau/1.xlsx"),
    "a key with the file's name": set_to(key="inbox/${filename}"),
    "the key in other case": renamed("key", to="KEY", value=ELSEWHERE),
    "the key twice": sent_twice("key", ELSEWHERE),
    "another type": set_to(Content_Type="text/html"),
    "what was confirmed": set_to(x_amz_meta_confirmed="no"),
    "another file name": set_to(x_amz_meta_file_name="khac.xlsx"),
    "no file name": without("x-amz-meta-file-name"),
    "metadata more": set_to(x_amz_meta_extra="1"),
    "confirmed by somebody": set_to(x_amz_meta_confirmed_by="Nguyen An"),
    "a field more": set_to(acl="public-read"),
    "a redirect": set_to(success_action_redirect="https://example.invalid/"),
    "another signature": set_to(x_amz_signature="0" * 64),
    "no signature": without("x-amz-signature"),
    "no policy": without("policy"),
    "an empty policy": set_to(policy=""),
    "another policy": loosen_policy,
    "another signer": set_to(x_amz_credential="other/20260101/ap-southeast-1/s3/aws4_request"),
}


@pytest.fixture
def minted(engine: Engine) -> MintedUpload:
    programme = import_sample()
    _, link = create_link(programme, "178", expires=NOON + timedelta(days=1), now=NOON, actor="pv05")
    return mint_upload(link, programme, period="6-thang", form="bc", file_name="a.xlsx", now=NOON)


@pytest.mark.parametrize("engine", [OVER_HTTP], indirect=True)
@pytest.mark.parametrize("tamper", TAMPERED.values(), ids=TAMPERED)
def test_a_form_that_was_tampered_with_stores_nothing(
    minted: MintedUpload, tamper: Callable[[PostForm], list[tuple[str, str]]]
) -> None:
    assert 400 <= post(minted.url, tamper(PostForm(minted.url, minted.fields)), workbook(A1=5)) < 500
    assert list(uploads.list_uploads()) == []


@pytest.mark.parametrize("engine", [OVER_HTTP], indirect=True)
@pytest.mark.parametrize("data", [b"", b"x" * (uploads.MOST_BYTES + 1)], ids=["nothing", "too much"])
def test_a_form_takes_a_file_of_the_allowed_size_only(minted: MintedUpload, data: bytes) -> None:
    assert 400 <= post(minted.url, list(minted.fields.items()), data) < 500
    assert list(uploads.list_uploads()) == []


@pytest.mark.parametrize("engine", [OVER_HTTP], indirect=True)
def test_a_form_is_good_for_its_own_bucket_only(minted: MintedUpload) -> None:
    settings = read_settings()
    url = minted.url.replace(settings.inbox, settings.reports)
    assert url != minted.url
    assert 400 <= post(url, list(minted.fields.items()), workbook(A1=5)) < 500
    assert s3().list_object_versions(Bucket=settings.reports, Prefix="inbox/").get("Versions", []) == []


@pytest.mark.parametrize("engine", [OVER_HTTP], indirect=True)
def test_a_form_is_good_for_its_time_only(minted: MintedUpload) -> None:
    over = s3().generate_presigned_post(read_settings().inbox, minted.key, ExpiresIn=-60)
    assert 400 <= post(over["url"], list(over["fields"].items()), workbook(A1=5)) < 500
    assert list(uploads.list_uploads()) == []


@pytest.mark.parametrize("engine", [OVER_HTTP], indirect=True)
def test_a_download_is_the_bytes_under_their_name(engine: Engine) -> None:
    key = marked_copy_key(ADDRESS, numbered(1))
    uploads.put_marked_copy(key, b"PK\x00")
    with urllib.request.urlopen(uploads.presign_report(key, file_name="Tổng hợp.xlsx")) as answer:  # noqa: S310
        assert answer.read() == b"PK\x00"
        assert "filename*=UTF-8''T%E1%BB%95ng" in answer.headers["Content-Disposition"]


def post(url: str, fields: list[tuple[str, str]], data: bytes, *, file_name: str = "x") -> int:
    boundary = secrets.token_hex(16)
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in fields
    ]
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{file_name}"\r\n\r\n'
    body = "".join([*parts, head]).encode() + data + f"\r\n--{boundary}--\r\n".encode()
    headers = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
    request = urllib.request.Request(url, data=body, headers=headers)  # noqa: S310 - an engine of this test
    try:
        with urllib.request.urlopen(request) as answer:  # noqa: S310
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
