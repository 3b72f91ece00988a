"""Editions that did not appear."""

from __future__ import annotations

from datetime import datetime

import pytest

from chalicelib.operate.overdue import GRACE, count_editions, find_overdue, read_editions
from chalicelib.report.publish import FREEZE_WITHIN, LAST_LOOK, publish_edition
from tests.store.sample import LOCK


@pytest.mark.usefixtures("programme")
@pytest.mark.parametrize(
    ("at", "overdue"),
    [(LOCK, []), (LOCK + GRACE, ["mau/6-thang"]), (LOCK + FREEZE_WITHIN, ["mau/6-thang"]), (LOCK + LAST_LOOK, [])],
)
def test_a_locked_period_without_a_frozen_edition_is_overdue(at: datetime, overdue: list[str]) -> None:
    assert find_overdue(at) == overdue


@pytest.mark.usefixtures("programme")
def test_a_frozen_edition_ends_it_and_is_counted_once() -> None:
    edition = publish_edition("mau", period="6-thang", now=LOCK, actor="thử")
    assert find_overdue(LOCK + GRACE) == []
    published = read_editions({"mau/6-thang": edition.number})
    assert published == [edition]
    assert count_editions(published, made=LOCK) == {"EditionsPublished": 1}
    assert count_editions(published, made=LOCK + GRACE) == {"EditionsPublished": 0}


@pytest.mark.usefixtures("programme")
def test_an_edition_without_its_document_is_counted_every_hour() -> None:
    edition = publish_edition("mau", period="6-thang", now=LOCK, actor="thử")
    lacking = edition.model_copy(update={"missing": {"bao-cao-tong-hop.docx": "Mẫu Word có lỗi."}})
    assert count_editions([lacking, edition], made=LOCK + GRACE) == {"EditionsPublished": 0, "DocumentsMissing": 1}
