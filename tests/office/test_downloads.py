"""What the office takes out of the store leaves its line, and is served for minutes."""

from __future__ import annotations

from urllib.parse import unquote

import pytest

from chalicelib.domain.audit import Stamp
from chalicelib.domain.programme.model import Programme
from chalicelib.domain.submission.records import Answer, Edition, Receipt
from chalicelib.office import downloads
from chalicelib.store import audit
from chalicelib.store.errors import Unavailable
from chalicelib.store.papers import Paper
from tests.office.audit import read_audit
from tests.store.sample import ADDRESS, NOON, make_submission, make_upload, numbered


def make_receipt(file_name: str) -> Receipt:
    upload = make_upload(2)
    return Receipt(
        number="BN-1", upload_id=upload.id, address=ADDRESS, answer=Answer.REJECTED, received=NOON, decided=NOON,
        sha256=upload.sha256, size=1, file_name=file_name, marked_copy_key="marked/a.xlsx",
    )  # fmt: skip


def make_edition() -> Edition:
    return Edition(
        programme="mau", period="6-thang", number=2, made=NOON, frozen=False, programme_version=1, inputs=(),
        inputs_hash="x", files={"bao-cao.docx": "editions/a.docx"},
    )  # fmt: skip


def test_each_file_is_named_for_people_and_leaves_its_line(programme: Programme, stamp: Stamp) -> None:
    submission, period = make_submission(), programme.period_by_code["6-thang"]
    paper = Paper(upload_id=numbered(3), scan_key="records/scans/a", scan_type=".pdf", entered=NOON, actor="pv05:an")
    served = [
        downloads.download_original(submission, stamp=stamp),
        downloads.download_marked(make_receipt("Biểu 1.xls"), stamp=stamp),
        downloads.download_scan(ADDRESS, paper, stamp=stamp),
        downloads.download_edition(make_edition(), "bao-cao.docx", period=period, stamp=stamp),
    ]
    named = [
        "báo cáo.xlsx",
        "Biểu 1 - đánh dấu lỗi.xlsx",
        "ban-quet-178-00000000.pdf",
        "bao-cao - 6 tháng - lần 2.docx",
    ]
    for url, name in zip(served, named, strict=True):
        assert name in unquote(unquote(url))
        assert "X-Amz-Expires=900" in url
    lines = [line[1:] for line in read_audit() if line[0] == stamp.actor]
    assert sorted(lines, key=str) == sorted(
        [
            ("file.downloaded", submission.upload_id, {"revision": "1", "sha256": submission.sha256}),
            ("file.downloaded", numbered(2), {"copy": "marked"}),
            ("file.downloaded", numbered(3), {"copy": "scan"}),
            ("edition.downloaded", "mau/6-thang/2", {"file": "bao-cao.docx"}),
        ],
        key=str,
    )


def test_an_export_of_the_audit_is_in_the_audit(programme: Programme, stamp: Stamp) -> None:
    url = downloads.export_audit("mau", month="2022-05", headings=["Lúc"], lines=[["a"], ["b"]], stamp=stamp)
    assert "nhat-ky-mau-2022-05.xlsx" in url
    assert read_audit("audit.exported") == [(stamp.actor, "audit.exported", "2022-05", {"lines": "2"})]


@pytest.mark.usefixtures("programme")
def test_without_its_line_nothing_is_handed_out(stamp: Stamp, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise Unavailable("audit")

    monkeypatch.setattr(audit.table, "write", fail)
    with pytest.raises(Unavailable):
        downloads.download_original(make_submission(), stamp=stamp)
