"""Files that the office downloads. Each download writes its audit line before its address is given out."""

from __future__ import annotations

from collections.abc import Sequence

from chalicelib.domain.audit import Action, Stamp, make_line
from chalicelib.domain.programme.branches import split_branch
from chalicelib.domain.programme.model import Period
from chalicelib.domain.submission.records import Address, Edition, Receipt, Submission
from chalicelib.store import uploads
from chalicelib.store.audit import append
from chalicelib.store.handouts import hand_out
from chalicelib.store.papers import Paper
from chalicelib.workbook.lists import write_list


def download_original(submission: Submission, *, stamp: Stamp) -> str:
    """The workbook of one revision, as it was received."""
    address, revision = submission.address, str(submission.revision)
    _note_file(address, submission.upload_id, stamp, revision=revision, sha256=submission.sha256)
    name = submission.file_name or f"{address.form}-{address.unit}-{revision}.xlsx"
    return uploads.presign_original(submission.key, submission.version_id, file_name=name)


def download_marked(receipt: Receipt, *, stamp: Stamp) -> str:
    """The marked copy of a workbook that was rejected."""
    _note_file(receipt.address, receipt.upload_id, stamp, copy="marked")
    return uploads.presign_marked_copy(receipt)


def download_scan(address: Address, paper: Paper, *, stamp: Stamp) -> str:
    """The scan behind an upload that was entered from paper."""
    _note_file(address, paper.upload_id, stamp, copy="scan")
    name = f"ban-quet-{address.unit}-{paper.upload_id[:8]}{paper.scan_type}"
    return uploads.presign_scan(paper.scan_key, file_name=name)


def download_edition(edition: Edition, name: str, *, period: Period, stamp: Stamp) -> str:
    """One file of an edition, named after the edition's period and number. Raises KeyError if there is no such file."""
    key = edition.files[name]
    programme, branch = split_branch(edition.programme)
    subject = "/".join(filter(None, (programme, branch, edition.period, str(edition.number))))
    append(make_line(Action.EDITION_DOWNLOADED, subject, programme=programme, stamp=stamp, file=name))
    stem, _, suffix = name.rpartition(".")
    of = f"{branch} - " if branch else ""
    return uploads.presign_report(key, file_name=f"{stem} - {of}{period.name} - lần {edition.number}.{suffix}")


def export_audit(
    programme: str, *, month: str, headings: Sequence[str], lines: Sequence[Sequence[str]], stamp: Stamp
) -> str:
    """Lines of the audit of one month (yyyy-mm), as a workbook."""
    line = make_line(Action.AUDIT_EXPORTED, month, programme=programme, stamp=stamp, lines=str(len(lines)))
    append(line)
    data = write_list("Nhật ký", headings, lines)
    return hand_out(data, file_name=f"nhat-ky-{programme}-{month}.xlsx")


def _note_file(address: Address, upload_id: str, stamp: Stamp, **details: str) -> None:
    append(make_line(Action.FILE_DOWNLOADED, upload_id, programme=address.programme, stamp=stamp, **details))
