"""Receipts: one per upload, written once (by `commit.py`), read by upload id."""

from __future__ import annotations

from collections.abc import Iterable

from chalicelib.domain.submission.records import Receipt
from chalicelib.store import table
from chalicelib.store.addresses import receipt_key


def find_receipt(upload_id: str) -> Receipt | None:
    return table.find_record(Receipt, receipt_key(upload_id))


def find_receipts(upload_ids: Iterable[str]) -> dict[str, Receipt]:
    """The existing receipts of these uploads, by upload id."""
    named = {receipt_key(upload_id): upload_id for upload_id in upload_ids}
    return table.take_records(Receipt, table.find_items(named), named)
