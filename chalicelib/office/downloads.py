"""Files that the office downloads. Each download writes its audit line before its address is given out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from chalicelib.domain.audit import Action, AuditLine, Stamp, make_line, name_period
from chalicelib.domain.clock import local_date
from chalicelib.domain.language.vietnamese import format_day
from chalicelib.domain.period.draft_files import Fate
from chalicelib.domain.programme.branches import split_branch
from chalicelib.domain.programme.model import Period
from chalicelib.domain.submission.records import Address, Edition, Receipt, Submission
from chalicelib.office.refusals import Moved, Refusal
from chalicelib.store import editions, uploads
from chalicelib.store.addresses import is_draft_file
from chalicelib.store.audit import append
from chalicelib.store.errors import Conflict, FateSettled
from chalicelib.store.handouts import hand_out
from chalicelib.store.papers import Paper
from chalicelib.workbook.lists import write_list


class FilesRemoved(Refusal):
    """The files of a draft were removed, or are gone and no record says when."""

    def __init__(self, removed: datetime | None) -> None:
        what = (
            f"đã được xóa ngày {format_day(local_date(removed))} vì hết hạn lưu mà không ai tải"
            if removed
            else "không còn trong kho lưu"
        )
        super().__init__(
            f"Tệp của bản dự thảo này {what}. Dữ liệu của bản vẫn còn; khi cần, người quản trị hệ thống lập lại được "
            "các tệp."
        )


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
    """One file of an edition, named after the edition's period and number. Raises KeyError if there is no such file.

    A draft of which a file was downloaded keeps its files. Refuses a file that was removed or is not there.
    """
    key = edition.files[name]
    programme, branch = split_branch(edition.programme)
    subject = name_period(edition.programme, period=edition.period, edition=edition.number)
    line = make_line(Action.EDITION_DOWNLOADED, subject, programme=programme, stamp=stamp, file=name)
    if not is_draft_file(key) or check_files(edition):
        append(line)
    elif uploads.has_report(key):
        _keep_files(edition, line)
    else:
        raise FilesRemoved(None)  # a restored table may not know; that they are removed is for the clock to write
    stem, _, suffix = name.rpartition(".")
    of = f"{branch} - " if branch else ""
    return uploads.presign_report(key, file_name=f"{stem} - {of}{period.name} - lần {edition.number}.{suffix}")


def check_files(edition: Edition) -> Fate | None:
    """What is settled of a draft's files; None if nothing is. Refuses if they were removed."""
    fate = editions.find_fate(edition.programme, period=edition.period, number=edition.number)
    if fate and fate.removed:
        raise FilesRemoved(fate.removed)
    return fate


def _keep_files(edition: Edition, line: AuditLine) -> None:
    """Writes that a draft keeps its files. Raises Moved if they are removed meanwhile."""
    fate = Fate(number=edition.number, downloaded=line.at)
    try:
        editions.settle(edition.programme, period=edition.period, fate=fate, line=line)
    except (FateSettled, Conflict):
        raise Moved from None


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
