"""A purge leaves that something was sent, and nothing of what it said."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pytest

from chalicelib.domain.audit import Stamp
from chalicelib.domain.submission.records import Review
from chalicelib.office.purge import Purged, purge
from chalicelib.office.refusals import Unknown
from chalicelib.store import audit, objects, obligations, papers, prepared, table, uploads, whole
from chalicelib.store.justifications import Justification, commit_justification
from tests.operate.conftest import take
from tests.store.engine import Killed, make_line
from tests.store.sample import ADDRESS, NOON, numbered, workbook

pytestmark = pytest.mark.usefixtures("programme")


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
    versions, editions = purge_number(1)
    assert (versions, editions) == (2, [])
    assert not list(whole.list_versions(whole.REPORTS, prefix="marked/"))


def test_a_second_file_under_the_same_form_goes_too() -> None:
    other = take(workbook(A1=8), 2)
    assert other.upload_id != numbered(2)
    purge_number(2)
    assert [version.key for version in whole.list_versions(whole.INBOX) if numbered(2) in version.key] == []


def test_again_it_does_no_harm() -> None:
    purge_number(2)
    assert purge_number(2, at=NOON + timedelta(seconds=1)).versions == 0


def test_a_run_that_was_cut_off_is_finished_by_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    def end(*_: object) -> int:
        raise Killed

    with monkeypatch.context() as cut:
        cut.setattr(uploads, "purge_upload", end)
        with pytest.raises(Killed):
            purge_number(1)
    assert list(whole.list_versions(whole.REPORTS, prefix="marked/"))
    purge_number(1, at=NOON + timedelta(seconds=1))
    assert not list(whole.list_versions(whole.REPORTS, prefix="marked/"))
    assert not [version for version in whole.list_versions(whole.INBOX) if numbered(1) in version.key]


def test_the_audit_line_tells_who_and_why_and_nothing_of_the_contents() -> None:
    purge_number(2)
    line = next(line for line in audit.query_month("mau", month="2022-05") if line.action == "upload.purged")
    assert (line.actor, line.details["reason"]) == ("pv05", "tài liệu mật gửi nhầm")
    left = json.dumps(list(table.scan_items()), ensure_ascii=False)
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
    assert "mật" not in json.dumps(
        [i for i in table.scan_items() if not i["pk"]["S"].startswith("A#")], ensure_ascii=False
    )


def test_what_has_no_receipt_is_not_purged() -> None:
    with pytest.raises(Unknown):
        purge_number(9)
