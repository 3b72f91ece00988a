"""What an edition says of a unit that confirmed that there was nothing to report; and of none, what it always said."""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta

import pytest
from openpyxl import Workbook, load_workbook

from chalicelib.domain.period.consolidate import consolidate
from chalicelib.domain.period.consolidation import Consolidation
from chalicelib.domain.period.edition import EditionInfo
from chalicelib.domain.submission.records import Figure, State
from chalicelib.report.data import make_data_files
from chalicelib.report.files import FIGURES, JSON, PACKAGE, STATUS
from chalicelib.report.sheets.workbook import render_workbook
from tests.report.samples import make_states, read_programme

PERIOD, UNIT, SECTION, TITLE = "6-thang", "180", "khen-thuong", "Khen thưởng (CTr, mục II.5)"
CODES = {f"I91{letter}" for letter in "abcde"} | {f"I92{letter}" for letter in "abcde"} | {"I93a", "I93b"}
WHO = "Nguyễn An, Chủ tịch"
WORDS = "xác nhận không phát sinh"


def confirm(state: State) -> State:
    """The state of a unit that marked the section and confirmed it by name."""
    assert state.submission
    nought = Figure(value=0, sheet="Số liệu", cell="E140", confirmed=True)
    totals = {code: state.submission.values[code].model_copy(update={"value": 0}) for code in ("I91", "I92")}
    values = {**state.submission.values, **dict.fromkeys(CODES, nought), **totals}
    said = {"values": values, "confirmed": (SECTION,), "confirmed_by": WHO}
    return state.model_copy(update={"submission": state.submission.model_copy(update=said)})


def gather(*, is_confirmed: bool) -> Consolidation:
    programme = read_programme()
    states = make_states(programme, PERIOD)
    chosen = [confirm(each) if is_confirmed and each.address.unit == UNIT else each for each in states]
    return consolidate(programme, PERIOD, chosen, as_of=programme.period_by_code[PERIOD].lock + timedelta(days=1))


@pytest.fixture(scope="module")
def confirmed() -> Consolidation:
    return gather(is_confirmed=True)


@pytest.fixture(scope="module")
def files(confirmed: Consolidation) -> dict[str, bytes]:
    return make_data_files(confirmed, describe(confirmed))


@pytest.fixture(scope="module")
def book(confirmed: Consolidation) -> Workbook:
    return load_workbook(io.BytesIO(render_workbook(confirmed, describe(confirmed))))


def describe(consolidation: Consolidation) -> EditionInfo:
    return EditionInfo(number=1, made=consolidation.as_of, is_frozen=True)


def read(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_the_sheet_of_reporting_names_the_sections(book: Workbook) -> None:
    sheet = book["Tình hình nộp"]
    column = [cell.value for cell in sheet[4]].index("Ý kiến, lý do")
    notes = {row[0].value: row[column].value for row in sheet.iter_rows(min_row=5) if row[0].value}
    assert notes[UNIT] == f"{WORDS}: {TITLE}"
    assert [unit for unit, note in notes.items() if WORDS in str(note)] == [UNIT]


def test_the_sheet_of_sources_leads_each_nought_to_the_mark(book: Workbook) -> None:
    sheet = book["Nguồn số liệu"]
    labels = [cell.value for cell in sheet[4]]
    rows = [dict(zip(labels, (cell.value for cell in row), strict=True)) for row in sheet.iter_rows(min_row=5)]
    told = {row["Mã"]: (row["Mã đơn vị"], row["Số liệu"], row["Trang tính"], row["Ô"])
            for row in rows if row["Ghi chú"] == WORDS}  # fmt: skip
    assert told == dict.fromkeys(CODES, (UNIT, 0, "Số liệu", "E140"))


def test_open_data_tells_confirmed_noughts_from_typed_ones(files: dict[str, bytes]) -> None:
    figures, statuses = read(files[FIGURES]), read(files[STATUS])
    assert {(row["unit"], row["indicator"]) for row in figures if row["confirmed"] == "true"} == {
        (UNIT, code) for code in CODES
    }
    assert {row["unit"]: row["confirmed"] for row in statuses if row["confirmed"]} == {UNIT: SECTION}
    told = json.loads(files[JSON])
    assert [each["unit"] for each in told["statuses"] if each["confirmed"]] == [UNIT]
    assert {each["indicator"] for each in told["figures"] if each["confirmed"]} == CODES


def test_the_package_describes_the_further_columns(files: dict[str, bytes]) -> None:
    package = json.loads(files[PACKAGE])
    fields = {each["path"]: [field["name"] for field in each["schema"]["fields"]] for each in package["resources"]}
    assert fields[FIGURES][-1] == fields[STATUS][-1] == "confirmed"


def test_who_confirmed_is_for_the_office_alone(files: dict[str, bytes], book: Workbook) -> None:
    assert not [name for name, data in files.items() if WHO.encode() in data]
    assert not [cell for sheet in book for row in sheet.iter_rows() for cell in row if WHO in str(cell.value)]


def test_an_edition_without_a_mark_says_nothing_of_marks() -> None:
    plain = gather(is_confirmed=False)
    files = make_data_files(plain, describe(plain))
    assert "confirmed" not in read(files[FIGURES])[0]
    assert "confirmed" not in read(files[STATUS])[0]
    told = json.loads(files[JSON])
    assert not [each for each in (*told["statuses"], *told["figures"]) if "confirmed" in each]


def test_its_workbook_has_no_column_for_them() -> None:
    plain = gather(is_confirmed=False)
    sheet = load_workbook(io.BytesIO(render_workbook(plain, describe(plain))))["Nguồn số liệu"]
    assert "Ghi chú" not in [cell.value for cell in sheet[4]]


def test_a_nought_counts_as_reported(confirmed: Consolidation) -> None:
    total = confirmed.tally.headline("I93a")
    assert total is not None
    assert UNIT in total.contributed
    assert UNIT not in total.missing
