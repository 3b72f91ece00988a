"""Reports that came on paper: the scan, and the upload in which its figures were entered."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime

from chalicelib.domain.submission.records import Address, Record
from chalicelib.store import objects, table
from chalicelib.store.addresses import kept_scan_key, paper_key, papers_pk, posted_scan_key
from chalicelib.store.errors import ConditionFailed, NotFound, missing_is_denied
from chalicelib.store.settings import read_settings

_MAGIC = {
    b"%PDF-": ".pdf", b"\xff\xd8\xff": ".jpg", b"\x89PNG\r\n\x1a\n": ".png", b"II*\x00": ".tif", b"MM\x00*": ".tif",
}  # fmt: skip
_LONGEST_MAGIC = max(map(len, _MAGIC))


class Paper(Record):
    """One report on paper. `scan_key` is an object of the reports bucket; `received` is when the paper came."""

    upload_id: str
    scan_key: str
    entered: datetime
    actor: str
    received: datetime | None = None
    scan_type: str = ""


def read_scan_type(key: str) -> str:
    """The file type of a scan by its first bytes, as a suffix: ".pdf"; "" if it is no scan.

    Raises NotFound if nothing was posted.
    """
    with missing_is_denied(key):
        head = objects.read_part(read_settings().reports, key=key, most=_LONGEST_MAGIC)
    return next((ending for magic, ending in _MAGIC.items() if head.startswith(magic)), "")


def keep_scan(posted: str) -> str:
    """Copies a posted scan to the place for kept scans and returns its key. A scan kept already is not copied."""
    key = kept_scan_key(posted)
    if posted != key:
        with missing_is_denied(posted):
            objects.copy_object(read_settings().reports, key=posted, target=key)
    return key


def delete_scan(kept: str) -> None:
    """Deletes the bytes of a scan for good, as it is kept and as it was posted; not those that are gone."""
    bucket = read_settings().reports
    for key in (kept, posted_scan_key(kept.rpartition("/")[2])):
        with suppress(NotFound), missing_is_denied(key):
            objects.delete_version(bucket, key=key, version_id=objects.find_version(bucket, key=key))


def put_paper(address: Address, paper: Paper) -> None:
    """Keeps where an upload comes from. It replaces that of an attempt that was cut off before the upload."""
    key = paper_key(address, paper.upload_id)
    try:
        table.write([table.put(key, paper, broken=ConditionFailed)], subject="paper")
    except ConditionFailed:
        table.write([table.put_over(key, paper, broken=ConditionFailed)], subject="paper")


def find_paper(address: Address, upload_id: str) -> Paper | None:
    return table.find_record(Paper, paper_key(address, upload_id))


def list_papers(address: Address) -> dict[str, Paper]:
    """The papers of a period by the upload in which their figures were entered."""
    return {paper.upload_id: paper for paper in table.query_records(Paper, papers_pk(address))}
