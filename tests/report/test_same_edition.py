"""A folder of the workbooks that units sent gives the edition that the cloud made of them, but for what a folder cannot
know: who was on time, when a file came, and the edition's number."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest
from docx.oxml.ns import qn

from chalicelib import folders
from chalicelib.domain.audit import Stamp
from chalicelib.domain.period.edition import EditionInfo
from chalicelib.domain.programme.model import Programme
from chalicelib.domain.submission.records import Address, Answer
from chalicelib.intake.check import check_workbook
from chalicelib.intake.receive import receive
from chalicelib.office.programme import import_programme
from chalicelib.report.document.template import find_template
from chalicelib.report.files import DOCUMENT, FIGURES, JSON, PACKAGE, STATUS, WORKBOOK
from chalicelib.report.offline.edition import FolderResult, Given, consolidate_folder
from chalicelib.report.publish import publish_edition
from chalicelib.report.rendering import make_files
from chalicelib.report.sheets import layout
from chalicelib.store import programmes, uploads
from tests.store.memory import stores
from tests.store.sample import numbered, send

__all__ = ["stores"]

CODE = "ct138-2022"
FORMS = {"6-thang": "bao-cao-6-thang", "nam": "bao-cao-nam"}
SENT = {"6-thang": ("180", "181"), "nam": ("180", "181", "185")}
UNKNOWN = {"standing", "first_received", "received"}
"""The columns of the reports' status that no folder can fill in."""


@dataclass(frozen=True)
class Cloud:
    """What the cloud made: the year's edition, and the data of the 6 months' one."""

    programme: Programme
    files: dict[str, bytes]
    made: datetime
    data: dict[str, Path]


@pytest.fixture
def cloud(stores: None, tmp_path: Path, make_workbook: Callable[..., bytes]) -> Cloud:
    """Units send their 6 months and their year; both periods are locked, and both editions are frozen."""
    folder = folders.SHIPPED / CODE
    files = {name: text.encode() for name, text in folders.read_folder(folder).items()}
    loaded = folders.load_folder(folder)
    opened = loaded.period_by_code["6-thang"].opens
    import_programme(files | folders.read_documents(folder), stamp=Stamp("thử", opened))
    programme = programmes.load_in_force(CODE)
    data = {}
    for period in SENT:
        kept = programme.period_by_code[period]
        (tmp_path / period).mkdir()
        for number, unit in enumerate(SENT[period]):
            workbook = make_workbook(unit, FORMS[period], period)
            (tmp_path / period / f"{unit}.xlsx").write_bytes(workbook)
            _send(programme, period, unit, workbook, at=kept.due + timedelta(hours=number - 1))
        edition = publish_edition(CODE, period=period, now=kept.lock + timedelta(minutes=1))
        stored = {name: uploads.read_report(key) for name, key in edition.files.items()}
        data[period] = tmp_path / f"{period}.json"
        data[period].write_bytes(stored[JSON])
    return Cloud(programme, stored, edition.made, data)


def _send(programme: Programme, period: str, unit: str, workbook: bytes, *, at: datetime) -> None:
    address = Address(programme=CODE, period=period, form=FORMS[period], unit=unit)
    number = numbered(int(unit) * 10 + len(period))
    sent = send(workbook, number, address=address, file_name=f"{unit}.xlsx", received=at, prepared=at)
    assert receive(*sent, now=lambda: at, check=check_workbook).answer is Answer.ACCEPTED


def consolidate(cloud: Cloud, folder: Path, *before: Path) -> FolderResult:
    documents = folders.read_documents(folders.SHIPPED / CODE)
    return consolidate_folder(
        folder, cloud.programme, documents, check=check_workbook, as_of=cloud.made, period="nam", given=Given(before)
    )


def test_without_the_receipts_every_figure_and_word_is_the_same(cloud: Cloud, tmp_path: Path) -> None:
    made = consolidate(cloud, tmp_path / "nam", cloud.data["6-thang"])
    assert not made.refused
    same = {name for name in cloud.files if made.files[name] == cloud.files[name]}
    assert cloud.files.keys() - same == {DOCUMENT, WORKBOOK, JSON, PACKAGE, STATUS}
    assert FIGURES in same
    assert read_statuses(made.files[STATUS]) == read_statuses(cloud.files[STATUS])
    assert hide(json.loads(made.files[JSON])) == hide(json.loads(cloud.files[JSON]))


def test_with_the_data_of_its_edition_beside_them_the_same_workbooks_give_the_same_bytes(
    cloud: Cloud, tmp_path: Path
) -> None:
    made = consolidate(cloud, tmp_path / "nam", cloud.data["6-thang"], cloud.data["nam"]).consolidation
    template = find_template(folders.read_documents(folders.SHIPPED / CODE), "nam")
    again = make_files(made, EditionInfo(number=1, made=cloud.made, is_frozen=True), template)
    assert again.files == cloud.files


def test_the_documents_and_the_sheets_differ_only_in_words_of_time(cloud: Cloud, tmp_path: Path) -> None:
    made = consolidate(cloud, tmp_path / "nam", cloud.data["6-thang"])
    mine, theirs = (read_paragraphs(files[DOCUMENT]) for files in (made.files, cloud.files))
    assert not [text for text in mine - theirs if not OF_A_FOLDER.search(text)]
    assert not [text for text in theirs - mine if not OF_THE_CLOUD.search(text)]
    assert not [text for text in mine if LATENESS.search(text)]
    same = {name for name, cells in read_cells(made.files).items() if cells == read_cells(cloud.files)[name]}
    assert {layout.TOTALS, layout.MATRIX, layout.TARGETS, layout.WITHIN, layout.TEXTS} <= same


OF_A_FOLDER = re.compile(r"^$|DỰ THẢO|không xét|^Đã nhận$|^– \(–\)$")
OF_THE_CLOUD = re.compile(r"[Đđ]úng hạn|[Mm]uộn|^\d\d \([\d,]+%\)$|^\d\d:\d\d \d\d/\d\d/\d{4}$")
LATENESS = re.compile(r"(đúng hạn|muộn) \d|^0 \(0%\)$")


def read_paragraphs(data: bytes) -> Counter[str]:
    body = docx.Document(io.BytesIO(data)).element.body
    return Counter("".join(text.text or "" for text in each.iter(qn("w:t"))) for each in body.iter(qn("w:p")))


def read_cells(files: dict[str, bytes]) -> dict[str, dict[str, Any]]:
    book = openpyxl.load_workbook(io.BytesIO(files[WORKBOOK]))
    return {
        sheet.title: {
            cell.coordinate: cell.value for row in sheet.iter_rows() for cell in row if cell.value is not None
        }
        for sheet in book
    }


def read_statuses(data: bytes) -> list[dict[str, str]]:
    rows = csv.DictReader(io.StringIO(data.decode("utf-8-sig")))
    return [{name: text for name, text in row.items() if name not in UNKNOWN} for row in rows]


HIDDEN = UNKNOWN | {
    "edition", "inputs_hash", "upload_id", "timeliness", "on_time", "late", "unjudged", "shares",
}  # fmt: skip


def hide(told: Any) -> Any:
    """An edition's data without what a folder cannot know."""
    if isinstance(told, dict):
        return {name: hide(value) for name, value in told.items() if name not in HIDDEN}
    if isinstance(told, list):
        return [hide(each) for each in told if not (isinstance(each, dict) and each.get("code") == "report.late")]
    return told
