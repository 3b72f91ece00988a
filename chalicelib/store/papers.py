"""Reports that came on paper: the scan, and which upload its figures were entered as."""

from __future__ import annotations

from datetime import datetime

from chalicelib.domain.submission import Address, Record
from chalicelib.store import table
from chalicelib.store.addresses import paper_key, papers_pk, upload_key
from chalicelib.store.clients import s3
from chalicelib.store.errors import ConditionFailed, translated
from chalicelib.store.names import encode_text, tidy_name
from chalicelib.store.settings import read_settings

SCANS = "records/scans/"


class Paper(Record):
    """One report on paper. `scan_key` is an object of the reports bucket."""

    upload_id: str
    scan_key: str
    entered: datetime
    actor: str


def put_paper(address: Address, paper: Paper) -> None:
    key = paper_key(address, paper.upload_id)
    table.write([table.put(key, paper, broken=ConditionFailed)], subject="paper")


def list_papers(address: Address) -> dict[str, Paper]:
    """By the upload that the figures were entered as."""
    return {paper.upload_id: paper for paper in table.query_records(Paper, papers_pk(address))}


def put_entered(address: Address, upload_id: str, data: bytes, file_name: str) -> None:
    """Puts the workbook into the inbox, where intake takes it in as it takes any other."""
    key = upload_key(address, upload_id)
    with translated(key):
        s3().put_object(
            Bucket=read_settings().inbox,
            Key=key,
            Body=data,
            ContentType="application/octet-stream",
            Metadata={"file-name": encode_text(tidy_name(file_name)), "confirmed": "yes"},
        )
