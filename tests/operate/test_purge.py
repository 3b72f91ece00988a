"""A purge leaves that something was sent, and nothing of what it said."""

from __future__ import annotations

import gzip
import json
import zipfile
from datetime import datetime, timedelta
from io import BytesIO

import pytest

from chalicelib.domain.audit import Stamp
from chalicelib.domain.period.body import Source
from chalicelib.domain.period.draft import Draft, render_source
from chalicelib.domain.programme.model import Programme
from chalicelib.domain.submission.records import Receipt, Review, Trial
from chalicelib.intake.receive import receive
from chalicelib.office.feedback import write_remark
from chalicelib.office.purge import Purged, purge
from chalicelib.office.refusals import Unknown
from chalicelib.operate.backup import back_up_table
from chalicelib.store import (
    audit,
    drafts,
    justifications,
    objects,
    obligations,
    papers,
    prepared,
    receipts,
    table,
    trials,
    whole,
)
from chalicelib.store.addresses import justification_key, marked_copy_key, posted_scan_key
from chalicelib.store.backups import LONGEST_RUN
from chalicelib.store.errors import ConditionFailed
from chalicelib.store.feedback import find_feedback
from chalicelib.store.handouts import hand_out
from chalicelib.store.justifications import Justification, commit_justification
from chalicelib.store.notes import OfficeNote, list_notes, put_note
from chalicelib.store.records import pack
from tests.operate.conftest import interrupted, take
from tests.store.engine import Fault, Killed, broken_at, counted, make_line, open_moto, spell_out
from tests.store.sample import ADDRESS, FIELD, NOON, check, import_sample, make_programme, now, numbered, send, workbook

pytestmark = [pytest.mark.usefixtures("programme"), pytest.mark.promise("nothing-left")]


def purge_number(number: int, *, at: datetime = NOON) -> Purged:
    return purge(numbered(number), reason="tài liệu mật gửi nhầm", stamp=Stamp("pv05", at))


def test_figures_that_count_are_withdrawn_with_their_upload() -> None:
    purge_number(2)
    state = obligations.find_state(ADDRESS)
    assert state.review is Review.WITHDRAWN
    assert not state.counts
    assert state.submission
    assert state.submission.values == {}


def test_a_later_revision_still_counts() -> None:
    take(workbook(A1=6), 3)
    purge_number(2)
    state = obligations.find_state(ADDRESS)
    assert state.counts
    assert state.submission
    assert state.submission.values["A1"].value == 6


def test_a_rejected_upload_goes_with_its_marked_copy() -> None:
    purged = purge_number(1)
    assert (purged.versions, purged.editions, purged.twins) == (2, [], [])
    assert not list(whole.list_versions(whole.REPORTS, prefix="marked/"))


@pytest.mark.promise("nothing-left")
def test_a_marked_copy_that_comes_after_the_purge_is_foretold_and_goes_with_one_more_run() -> None:
    """The receipt comes before the copy that it announces, so that nothing keeps the unit from its answer."""
    event = send(b"bad", numbered(3))
    purged: list[Purged] = []

    def copy(*_: object) -> bytes:
        purged.append(purge_number(3))
        return b"marked"

    receive(*event, now=now, check=check, make_copy=copy)
    late = marked_copy_key(ADDRESS, numbered(3))
    assert purged[0].is_being_answered
    assert list(whole.list_versions(whole.REPORTS, prefix=late))
    assert purge_number(3, at=NOON + LONGEST_RUN).is_being_answered is False
    assert not list(whole.list_versions(whole.REPORTS, prefix=late))


def test_another_file_under_the_same_form_stays(programme: Programme) -> None:
    other = take(workbook(A1=8), 2)
    waiting, version = send(workbook(A1=9), numbered(2))
    assert other.upload_id != numbered(2)
    purge_number(2)
    assert receipts.find_receipt(other.upload_id) == other
    assert version in [one.version_id for one in whole.list_versions(whole.INBOX) if one.key == waiting]
    state = obligations.find_state(ADDRESS)
    assert state.submission
    assert (state.counts, state.submission.values["A1"].value) == (True, 8)


def test_a_further_version_goes_alone() -> None:
    other = take(workbook(A1=8), 2)
    purge(other.upload_id, reason="tài liệu mật gửi nhầm", stamp=Stamp("pv05", NOON))
    left = [version.version_id for version in whole.list_versions(whole.INBOX) if numbered(2) in version.key]
    first = receipts.find_receipt(numbered(2))
    assert first
    assert left == [first.version_id]


def test_the_same_bytes_sent_again_are_named_and_stay() -> None:
    again = take(workbook(A1=5), 3)
    purged = purge_number(3)
    assert (purged.twins, purged.editions) == ([numbered(2)], [])
    state = obligations.find_state(ADDRESS)
    assert (again.revision, state.counts) == (1, True)
    assert purge_number(2).twins == [numbered(3)]


def test_again_it_does_no_harm() -> None:
    purge_number(2)
    assert purge_number(2, at=NOON + timedelta(seconds=1)).versions == 0


MARK = 7_654_321
"""Stands in every content of the upload that is purged."""


def _send_marked(monkeypatch: pytest.MonkeyPatch) -> None:
    """An upload whose contents lie in as many places as there are, its records too large for items."""
    import_sample()
    monkeypatch.setitem(pack.__kwdefaults__ or {}, "largest", 200)
    known = prepared.Prepared(upload_id=numbered(2), prepared=NOON, file_name=f"{MARK}.xlsx")
    prepared.put_prepared(ADDRESS, known, make_line("upload.prepared"))
    marked = workbook(SAID, A1=MARK)
    receipt = receive(*send(marked, numbered(2), file_name=f"{MARK}.xlsx"), now=now, check=check)
    objects.put_object(marked_copy_key(ADDRESS, numbered(2)), b"%d" % MARK, content_type="text/plain")
    _keep_scan()
    for minute in range(3):
        _justify(receipt, minute)
    _note(f"Vì sao {MARK}?", minute=1)
    hand_out(b"%d" % MARK, file_name="Danh sách lỗi.xlsx")
    outcome = check(marked, make_programme())
    trials.put_answer(ADDRESS, numbered(7), Trial(outcome=outcome, checked=NOON, file_name="", size=0))
    _write_drafts(receipt)
    back_up_table(now=NOON - timedelta(hours=1))
    receive(*send(workbook(A1=6), numbered(4)), now=now, check=check)
    back_up_table(now=NOON)
    assert len(_find_marks()) > 13


SAID = f"Còn thiếu {MARK} người."


def _write_drafts(receipt: Receipt) -> None:
    """A sentence was taken, a word added to it, and its source deleted; the draft of the year began with that one."""
    source = Source(ADDRESS.unit, FIELD, receipt.revision)
    taken = f"Toàn tỉnh: {SAID} {render_source(source)}"
    texts = [f"Lời đầu.\n- {SAID} {render_source(source)}", f"Lời đầu.\n- {taken}", f"Lời đầu.\n- {SAID[:-1]}, còn nữa"]
    for number, text in enumerate(texts, start=1):
        _put_draft(ADDRESS.period, number, text)
    _put_draft("nam", 1, texts[-1])


def _put_draft(period: str, number: int, text: str) -> None:
    made = {
        "programme": ADDRESS.programme,
        "period": period,
        "number": number,
        "by": "pv05",
        "at": NOON,
        "heading": FIELD,
    }
    drafts.put_draft(Draft.model_validate(made | {"texts": {FIELD: text}}), make_line(f"draft.saved {period} {number}"))


def _keep_scan() -> None:
    posted = posted_scan_key(numbered(5))
    objects.put_object(posted, b"%%PDF-%d" % MARK, content_type="application/pdf")
    scan = papers.keep_scan(posted)
    papers.put_paper(ADDRESS, papers.Paper(upload_id=numbered(2), scan_key=scan, entered=NOON, actor="pv05"))


def _note(text: str, *, minute: int) -> None:
    at = NOON + timedelta(minutes=minute)
    note = OfficeNote(address=ADDRESS, at=at, actor="pv05:an", revision=1, text=text)
    put_note(note, make_line(f"note.written {minute}"))


def _justify(receipt: Receipt, minute: int) -> None:
    said = Justification(
        address=ADDRESS, revision=receipt.revision, at=NOON + timedelta(minutes=minute), text=f"Do {MARK}"
    )
    commit_justification(said, obligations.find_state(ADDRESS), make_line(f"submission.justified {minute}"))


def _find_marks() -> list[str]:
    """Where the mark stands: in items, keys, and versions of objects."""
    found = [item["pk"]["S"] for item in table.scan_items() if str(MARK) in spell_out(str(item))]
    for bucket in (whole.INBOX, whole.REPORTS):
        for version in whole.list_versions(bucket):
            data = whole.read_version(bucket, key=version.key, version_id=version.version_id).data
            if str(MARK).encode() in _open(version.key, data):
                found.append(version.key)
    return found


def _open(key: str, data: bytes) -> bytes:
    """What is in an object, its compression undone."""
    if key.endswith(".gz"):
        return spell_out(gzip.decompress(data).decode()).encode()
    if zipfile.is_zipfile(BytesIO(data)):
        with zipfile.ZipFile(BytesIO(data)) as archive:
            return b"".join(archive.read(name) for name in archive.namelist())
    return data


def test_wherever_a_run_is_cut_off_one_more_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cut off before a call that only reads, a run leaves what it leaves before the next one that writes."""
    with open_moto(monkeypatch):
        _send_marked(monkeypatch)
        with counted() as calls:
            purge_number(2)
        _check_that_nothing_is_left("not cut off")
    writes = [number for number, name in enumerate(calls) if name in ("TransactWriteItems", "DeleteObject")]
    assert len(writes) > 14
    for number in writes:
        with open_moto(monkeypatch):
            _send_marked(monkeypatch)
            with broken_at(number, Fault.DIES_BEFORE), pytest.raises(Killed):
                purge_number(2)
            again = purge_number(2, at=NOON + timedelta(seconds=1))
            assert again.drafts == ["6-thang/1", "6-thang/2", "6-thang/3", "nam/1"]
            _check_that_nothing_is_left(f"cut off before call {number}")


def test_a_sentence_taken_while_the_purge_runs_goes_too(monkeypatch: pytest.MonkeyPatch) -> None:
    with open_moto(monkeypatch):
        _send_marked(monkeypatch)
        with counted() as calls:
            purge_number(2)
    emptied = [number for number, name in enumerate(calls, start=1) if name == "TransactWriteItems"][-1]
    text = f"- {SAID} {render_source(Source(ADDRESS.unit, FIELD, 1))}"
    with open_moto(monkeypatch):
        _send_marked(monkeypatch)
        with interrupted(emptied, lambda: _put_draft(ADDRESS.period, 4, text)):
            assert purge_number(2).drafts[3] == f"{ADDRESS.period}/4"
        assert _find_marks() == []


def _check_that_nothing_is_left(case: str) -> None:
    assert _find_marks() == [], case
    kept = [each for period in (ADDRESS.period, "nam") for each in drafts.list_versions("mau", period=period)]
    texts = [drafts.find_draft(each.programme, period=each.period, number=each.number) for each in kept]
    assert [draft and draft.texts for draft in texts] == [{FIELD: "Lời đầu."}] * 4, case
    state = obligations.find_state(ADDRESS)
    assert state.submission
    assert (state.counts, state.submission.values["A1"].value) == (True, 6), case


def test_a_backup_that_is_being_made_meanwhile_is_told_and_goes_with_one_more_run(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with open_moto(monkeypatch):
        _send_marked(monkeypatch)
        with counted() as calls:
            back_up_table(now=NOON)
        part = calls.index("PutObject", 1)
        purged: list[Purged] = []
        with interrupted(part, lambda: purged.append(purge_number(2))):
            back_up_table(now=NOON)
        assert purged[0].is_being_made
        assert _find_marks()  # the backup had read the table before the purge
        assert purge_number(2, at=NOON + timedelta(minutes=5)).is_being_made is False
        _check_that_nothing_is_left("a backup meanwhile")


def test_more_justifications_than_one_transaction_takes_are_emptied() -> None:
    texts = [
        Justification(address=ADDRESS, revision=1, at=NOON + timedelta(minutes=minute), text="Do mưa lũ")
        for minute in range(101)
    ]
    writes = [table.put(justification_key(ADDRESS, 1, said.at), said, broken=ConditionFailed) for said in texts]
    table.write(writes[:60], subject="thử")
    table.write(writes[60:], subject="thử")
    purge_number(2)
    assert [said.text for said in justifications.list_all(ADDRESS, 1)] == [""] * 101


def test_the_audit_line_tells_who_and_why_and_nothing_of_the_contents() -> None:
    purge_number(2)
    line = next(line for line in audit.query_month("mau", month="2022-05") if line.action == "upload.purged")
    assert (line.actor, line.details["reason"]) == ("pv05", "tài liệu mật gửi nhầm")
    left = spell_out(json.dumps(list(table.scan_items()), ensure_ascii=False))
    assert left.count("báo cáo.xlsx") == 1  # the other upload's
    assert '"A1"' not in left


def test_the_scan_the_files_name_and_the_justifications_go_too() -> None:
    scan = "records/scans/" + "a" * 32
    objects.put_object(scan, b"%PDF-", content_type="application/pdf")
    papers.put_paper(ADDRESS, papers.Paper(upload_id=numbered(2), scan_key=scan, entered=NOON, actor="pv05"))
    known = prepared.Prepared(upload_id=numbered(2), prepared=NOON, file_name="kế hoạch mật.xlsx")
    prepared.put_prepared(ADDRESS, known, make_line("upload.prepared"))
    said = Justification(address=ADDRESS, revision=1, at=NOON, text="nội dung mật")
    commit_justification(said, obligations.find_state(ADDRESS), make_line("submission.justified"))
    purge_number(2)
    assert not list(whole.list_versions(whole.REPORTS, prefix=scan))
    left = [item for item in table.scan_items() if not item["pk"]["S"].startswith("A#")]
    assert "mật" not in spell_out(json.dumps(left, ensure_ascii=False))


def test_of_the_offices_notes_those_since_the_upload_came_are_emptied() -> None:
    for minute, text in ((-600, "gọi trước khi nộp"), (600, "nội dung mật")):
        _note(text, minute=minute)
    purge_number(2)
    assert [note.text for note in list_notes(ADDRESS)] == ["gọi trước khi nộp", ""]


@pytest.mark.parametrize(("minute", "left"), [(-600, "gọi trước khi nộp"), (600, "")])
def test_the_offices_remark_to_the_unit_is_emptied_if_it_came_after_the_upload(minute: int, left: str) -> None:
    programme = make_programme()
    period, stamp = programme.period_by_code[ADDRESS.period], Stamp("pv05:an", NOON + timedelta(minutes=minute))
    write_remark(programme, period, ADDRESS.unit, text="gọi trước khi nộp", seen=0, stamp=stamp)
    purge_number(2)
    assert find_feedback("mau", period=ADDRESS.period, unit=ADDRESS.unit).remark == left


def test_what_has_no_receipt_is_not_purged() -> None:
    with pytest.raises(Unknown):
        purge_number(9)
