"""Reads an .xlsx by the oracle's way through sheets and shared texts."""

from __future__ import annotations

from unittest import mock

from chalicelib.workbook.reading import reader
from chalicelib.workbook.reading.book import Book
from tests.workbook.oracle.texts import read_texts
from tests.workbook.oracle.worksheet import WorksheetReader


def read_by_oracle(data: bytes) -> Book:
    """Raises Refused like the reader."""
    with mock.patch.multiple(reader, WorksheetReader=WorksheetReader, read_texts=read_texts):
        return reader.read_xlsx(data)
